"""One write transaction in memory: `dispatch.store.protocol.UnitOfWork` on staged tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar

from dispatch.model.catalog import Place, Rider, RiderPlace, Service, Shift, Vehicle
from dispatch.model.errand import Errand, ErrandKey, Made
from dispatch.model.errors import Conflict, NotFound
from dispatch.model.hold import Hold
from dispatch.model.journal import JournalEntry
from dispatch.model.offer import Offer, Refusal
from dispatch.model.outage import Outage
from dispatch.model.plan import Plan, Route, route_digest
from dispatch.model.reservation import Reservation
from dispatch.model.road import RoadChange
from dispatch.model.rules import ServiceRules
from dispatch.model.spot import NOWHERE
from dispatch.model.stop_event import StopEvent
from dispatch.model.wish import NO_ID, Guest, Outcome, Request, Wish
from dispatch.store.assemble import UNCLAIMED, check_affordable, check_storable, made_of
from dispatch.store.journal import next_record
from dispatch.store.memory_series import MemorySeriesWork
from dispatch.store.memory_tables import UNTOUCHED, DayHead, Lease, Tables, VoucherMove
from dispatch.store.protocol import CatalogRow, EditableRow
from dispatch.store.stamp import ANY_CATALOG
from dispatch.store.written import Written

CatalogT = TypeVar("CatalogT", Service, Place, Rider, RiderPlace, Vehicle, Shift)


def copied(row: CatalogT) -> CatalogT:
    """A catalogue row of its own, so that nobody changes what is stored by changing what they hold."""
    return type(row)(**row.model_dump())


class MemoryUnitOfWork(MemorySeriesWork):
    """Stages writes; who opened it applies or forgets them."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._claimed: dict[tuple[str, date], int] = {}
        self._bumped: set[str] = set()
        self._made: list[Made] = []
        self._written = Written()

    @property
    def made(self) -> tuple[Made, ...]:
        return tuple(self._made)

    def add_request(self, wish: Wish, *, asked_at: datetime, outcome: Outcome, code: str = "") -> Request:
        number = next(self._tables.numbers)
        made = Request(id=number, wish=wish, asked_at=asked_at, outcome=outcome, outcome_code=code)
        self._tables.requests.put(number, made)
        self._made.append(Made(noun="request", id=number))
        return made

    def set_outcome(self, request_id: int, *, outcome: Outcome, code: str = "", at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a stored moment carries its offset")
        made = self._request(request_id)
        self._tables.requests.put(request_id, replace(made, outcome=outcome, outcome_code=code))
        self._made.append(Made(noun="request", id=request_id))

    def save_refusal(self, refusal: Refusal) -> None:
        self._request(refusal.request_id)
        self._tables.refusals.put(refusal.request_id, refusal)

    def add_offers(self, offers: Sequence[Offer]) -> tuple[Offer, ...]:
        for request_id in {offer.request_id for offer in offers}:
            self._request(request_id)
        numbered = tuple(replace(offer, id=next(self._tables.numbers)) for offer in offers)
        for offer in numbered:
            self._tables.offers.put(offer.id, offer)
            self._tables.taken.put(offer.id, NO_ID)
        return numbered

    def replace_offer(self, offer: Offer) -> None:
        if not self._tables.offers.has_staged(offer.id):
            raise NotFound("unknown_offer", offer_id=offer.id)
        self._tables.offers.put(offer.id, offer)

    def save_hold(self, hold: Hold) -> None:
        self._request(hold.request_id)
        self._tables.holds.put(hold.request_id, hold)

    def remove_hold(self, request_id: int) -> None:
        self._tables.holds.drop(request_id)

    def sweep_holds(self, *, before: datetime) -> None:
        for hold in self._tables.holds.all():
            if hold.until < before:
                self._tables.holds.drop(hold.request_id)

    def claim_day(
        self, service_id: str, day: date, *, expected_version: int, catalog_version: int = ANY_CATALOG
    ) -> int:
        head, edition = self._head(service_id, day), self._tables.editions.find_or(service_id, 0)
        if head.version != expected_version or catalog_version not in (ANY_CATALOG, edition):
            raise Conflict("day_changed", service_id=service_id, date=day.isoformat())
        self._tables.days.put((service_id, day), replace(head, version=expected_version + 1))
        self._claimed[service_id, day] = expected_version + 1
        return expected_version + 1

    def add_reservation(self, reservation: Reservation, *, offer_id: int = NO_ID) -> Reservation:
        self._request(reservation.request_id)
        stored = replace(reservation, id=next(self._tables.numbers))
        if offer_id != NO_ID:
            self._take_offer(offer_id, reservation_id=stored.id)
        self._tables.reservations.put(stored.id, stored)
        self._made.append(Made(noun="reservation", id=stored.id))
        self._written.reservation(stored)
        return stored

    def replace_reservation(self, reservation: Reservation, *, offer_id: int = NO_ID) -> None:
        try:
            self._written.moved(reservation, from_day=self._tables.reservations.staged(reservation.id).date)
        except KeyError as error:
            raise NotFound("unknown_reservation", reservation_id=reservation.id) from error
        self._tables.reservations.put(reservation.id, reservation)
        self._written.reservation(reservation)
        if offer_id != NO_ID:
            self._take_offer(offer_id, reservation_id=reservation.id)
        self._made.append(Made(noun="reservation", id=reservation.id))

    def take_lease(self, service_id: str, day: date, *, owner: str, now: datetime, until: datetime) -> bool:
        key = (service_id, day)
        if self._tables.leases.has_staged(key):
            lease = self._tables.leases.staged(key)
            if lease.owner != owner and lease.until >= now:
                return False
        self._tables.leases.put(key, Lease(owner=owner, until=until))
        return True

    def give_back_lease(self, service_id: str, day: date, *, owner: str) -> None:
        key = (service_id, day)
        if self._tables.leases.has_staged(key) and self._tables.leases.staged(key).owner == owner:
            self._tables.leases.drop(key)

    def save_road(self, change: RoadChange) -> None:
        self._tables.roads.put((change.service_id, change.date, change.number), change)

    def save_outage(self, outage: Outage) -> None:
        self._tables.outages.put((outage.service_id, outage.date, outage.number), outage)

    def publish_plan(self, plan: Plan) -> None:
        key = (plan.service_id, plan.date)
        check_storable(plan, claimed_version=self._claimed.get(key, UNCLAIMED))
        stored = replace(plan, routes=tuple(self._shared(plan, route) for route in plan.routes))
        self._tables.plans.put((*key, plan.version), stored)
        self._tables.days.put(key, replace(self._head(*key), plan_version=plan.version))
        self._made.append(Made(noun="plan", id=plan.version))
        self._written.plan(plan)

    def add_events(self, events: Sequence[StopEvent]) -> None:
        for event in events:
            key = (event.service_id, event.date, event.event_id)
            if self._tables.events.has_staged(key):
                raise Conflict("event_repeated", event_id=event.event_id)
            self._tables.events.put(key, event)

    def erase_positions(self, service_id: str, day: date) -> int:
        told = [event for event in self._tables.events.staged_group((service_id, day)) if event.at != NOWHERE]
        for event in told:
            self._tables.events.put((service_id, day, event.event_id), replace(event, at=NOWHERE))
        return len(told)

    def journal(self, entry: JournalEntry) -> None:
        key = (entry.service_id, entry.date)
        head = self._head(*key)
        record = next_record(self._written.said_by(entry), seq=head.journal_seq + 1, previous_hash=head.journal_hash)
        self._tables.journal.put((*key, record.seq), record)
        self._tables.days.put(key, replace(head, journal_seq=record.seq, journal_hash=record.hash))

    def save_guest(self, request_id: int, guest: Guest) -> None:
        self._request(request_id)
        self._tables.guests.put(request_id, guest)

    def forget_guest(self, request_id: int) -> bool:
        try:
            self._tables.guests.staged(request_id)
        except KeyError:
            return False
        self._tables.guests.drop(request_id)
        return True

    def replace_request(self, request: Request) -> None:
        stored = self._request(request.id)
        self._tables.requests.put(request.id, replace(stored, wish=request.wish, outcome_code=request.outcome_code))

    def move_vouchers(self, *, service_id: str, rider_id: str, change: int, reservation_id: int, at: datetime) -> None:
        if change < 0:
            left = sum(move.change for move in self._tables.vouchers.staged_group((service_id, rider_id)))
            check_affordable(left, change=change, rider_id=rider_id)
        move = VoucherMove(
            service_id=service_id, rider_id=rider_id, change=change, reservation_id=reservation_id, at=at
        )
        self._tables.vouchers.put(next(self._tables.numbers), move)

    def save(self, row: CatalogRow) -> None:
        match row:
            case Service():
                self._tables.services.put(row.id, copied(row))
            case Place():
                self._tables.places.put((row.service_id, row.id), copied(row))
            case Rider():
                self._tables.riders.put((row.service_id, row.id), copied(row))
            case RiderPlace():
                self._tables.rider_places.put((row.service_id, row.id), copied(row))
            case Vehicle():
                self._tables.vehicles.put((row.service_id, row.id), copied(row))
            case Shift():
                self._tables.shifts.put((row.service_id, row.id), copied(row))
        self._made.append(made_of(row))
        self._bump(row.id if isinstance(row, Service) else row.service_id)

    def insert(self, row: EditableRow) -> None:
        if self._has(row):
            raise Conflict("already_exists", id=row.id)
        self.save(row)

    def remove(self, row: EditableRow) -> None:
        key = (row.service_id, row.id)
        match row:
            case Place():
                self._tables.places.drop(key)
            case Rider():
                self._tables.riders.drop(key)
            case RiderPlace():
                self._tables.rider_places.drop(key)
            case Vehicle():
                self._tables.vehicles.drop(key)
            case Shift():
                self._tables.shifts.drop(key)
        self._bump(row.service_id)

    def save_rules(self, service_id: str, rules: ServiceRules) -> None:
        self._tables.rules.put((service_id, rules.effective_from), rules)
        self._bump(service_id)

    def errand(self, key: ErrandKey) -> tuple[Errand, ...]:
        return (self._tables.errands.staged(key),) if self._tables.errands.has_staged(key) else ()

    def save_errand(self, errand: Errand) -> None:
        self._tables.errands.put(errand.key, errand)

    def sweep_errands(self, *, before: datetime) -> None:
        for errand in self._tables.errands.staged_group(""):
            if errand.kept_until < before:
                self._tables.errands.drop(errand.key)

    def _has(self, row: EditableRow) -> bool:
        key = (row.service_id, row.id)
        match row:
            case Place():
                return self._tables.places.has_staged(key)
            case Rider():
                return self._tables.riders.has_staged(key)
            case RiderPlace():
                return self._tables.rider_places.has_staged(key)
            case Vehicle():
                return self._tables.vehicles.has_staged(key)
            case Shift():
                return self._tables.shifts.has_staged(key)

    def _request(self, request_id: int) -> Request:
        try:
            return self._tables.requests.staged(request_id)
        except KeyError as error:
            raise NotFound("unknown_request", request_id=request_id) from error

    def _head(self, service_id: str, day: date) -> DayHead:
        try:
            return self._tables.days.staged((service_id, day))
        except KeyError:
            return UNTOUCHED

    def _take_offer(self, offer_id: int, *, reservation_id: int) -> None:
        try:
            taken_by = self._tables.taken.staged(offer_id)
        except KeyError as error:
            raise NotFound("unknown_offer", offer_id=offer_id) from error
        if taken_by != NO_ID:
            raise Conflict("offer_taken", offer_id=offer_id)
        self._tables.taken.put(offer_id, reservation_id)

    def _shared(self, plan: Plan, route: Route) -> Route:
        """The equal route that the day has already, so that a day with many versions stays small."""
        key = (plan.service_id, plan.date, route_digest(route))
        try:
            return self._tables.routes.staged(key)
        except KeyError:
            self._tables.routes.put(key, route)
            return route

    def _bump(self, service_id: str) -> None:
        """Move the catalogue's version, once in this unit of work."""
        if service_id not in self._bumped:
            self._bumped.add(service_id)
            self._tables.editions.put(service_id, self._tables.editions.find_or(service_id, 0) + 1)
