"""The store in memory: studies run a year of days on it. Same contract as `SqlStore`, no database.

A unit of work stages its changes in the tables it touches; leaving it applies them under a lock, an exception forgets
them. So a reader in any thread sees committed states only, exactly as with a database.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date, datetime
from itertools import islice
from threading import Event, Lock, RLock
from typing import TypeVar

from dispatch.model.catalog import Place, Rider, RiderPlace, Service, Shift, Vehicle
from dispatch.model.day_state import DayState
from dispatch.model.errand import NOT_KEYED, Claim
from dispatch.model.errors import Conflict, NotFound
from dispatch.model.journal import JournalChain
from dispatch.model.offer import Offer, Refusal
from dispatch.model.outage import Outage, under
from dispatch.model.plan import Plan, empty_plan
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.road import RoadChange
from dispatch.model.rules import ServiceRules
from dispatch.model.stop_event import StopEvent
from dispatch.model.wish import NO_RIDER, Guest, Outcome, Request
from dispatch.store.assemble import ACTIVE_STATES, in_order_of_receiving, runs_on, shifts_of_day, unknown
from dispatch.store.cached import DayCache
from dispatch.store.errands import note_work
from dispatch.store.foreseen import Foreseen
from dispatch.store.memory_series import MemorySeriesReads
from dispatch.store.memory_tables import UNTOUCHED, Table, Tables
from dispatch.store.memory_work import MemoryUnitOfWork, copied
from dispatch.store.search import rider_keys, rider_query
from dispatch.store.stamp import DayStamp
from dispatch.store.tells import DayKey

RowT = TypeVar("RowT")
CatalogT = TypeVar("CatalogT", Place, Rider, RiderPlace, Vehicle, Shift)
CACHED_DAYS = 8
BUSY_TIMEOUT_S = 10.0


class MemoryStore(MemorySeriesReads):
    """`dispatch.store.protocol.Store` that forgets everything with the process."""

    def __init__(self, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self._busy_timeout_s = busy_timeout_s
        self._tables = Tables()
        self._one_writer = Lock()
        self._applying = RLock()
        self._cache = DayCache(days=CACHED_DAYS)
        self._claim = NOT_KEYED

    @contextmanager
    def writing(self, *, lasting: bool = True) -> Iterator[MemoryUnitOfWork]:
        """One write transaction (see `Store.writing`); another one waits until this one is done."""
        if not self._one_writer.acquire(timeout=self._busy_timeout_s):
            raise Conflict("database_busy")
        try:
            work = MemoryUnitOfWork(self._tables)
            yield work
            note_work(work, self._claim)
            with self._applying:
                self._tables.apply()
        finally:
            self._tables.forget()
            self._one_writer.release()

    def snapshot(self) -> AbstractContextManager[None]:
        return nullcontext()

    def foresee(self, foreseen: Foreseen) -> None:
        """Everything is here."""

    def turn(self, service_id: str, day: date) -> AbstractContextManager[None]:
        return nullcontext()

    def news(self, over: Event) -> Iterator[frozenset[DayKey]]:
        return iter(())

    def on_errand(self, claim: Claim) -> MemoryStore:
        keyed = copy.copy(self)
        keyed._claim = claim
        return keyed

    def stamp(self, service_id: str, day: date) -> DayStamp:
        with self._applying:
            version = self._tables.days.find_or((service_id, day), UNTOUCHED).version
            return DayStamp(version=version, catalog_version=self.catalog_version(service_id))

    def day_version(self, service_id: str, day: date) -> int:
        return self.stamp(service_id, day).version

    def day_versions(self, service_id: str, *, since: date) -> tuple[tuple[date, int], ...]:
        with self._applying:
            heads = self._tables.days.items()
        touched = [(day, head.version) for (service, day), head in heads if service == service_id and day >= since]
        return tuple(sorted((day, version) for day, version in touched if version > 0))

    def catalog_version(self, service_id: str) -> int:
        return self._tables.editions.find_or(service_id, 0)

    def catalog_at(self, service_id: str, *, version: int) -> MemoryStore:
        return self

    def day_state(self, service_id: str, day: date) -> DayState:
        with self._applying:
            stamp = self.stamp(service_id, day)
            return self._cache.state(
                service_id, day, stamp=stamp, assemble=lambda _: self._assemble(service_id, day, stamp=stamp)
            )

    def rules(self, service_id: str, day: date) -> ServiceRules:
        with self._applying:
            in_force = [r for r in self._tables.rules.group(service_id) if r.effective_from <= day]
        if not in_force:
            raise NotFound("no_rules", service_id=service_id, date=day.isoformat())
        return max(in_force, key=lambda rules: rules.effective_from)

    def request(self, request_id: int) -> Request:
        return _numbered(self._tables.requests, request_id, noun="request")

    def request_of_offer(self, offer_id: int) -> Request:
        return self.request(self.offer(offer_id).request_id)

    def requests(self, service_id: str, day: date) -> tuple[Request, ...]:
        return self._ordered(self._tables.requests, (service_id, day))

    def requests_of_rider(
        self, service_id: str, rider_id: str, day: date, *, outcome: Outcome, code: str
    ) -> tuple[Request, ...]:
        sought = (rider_id, outcome, code)
        asked = self.requests(service_id, day)
        return tuple(one for one in asked if (one.wish.rider_id, one.outcome, one.outcome_code) == sought)

    def offered_until(self, service_id: str, day: date) -> Mapping[int, datetime]:
        made = ((one.id, self.offers(one.id)) for one in self.requests(service_id, day))
        return {number: max(offer.expires_at for offer in offers) for number, offers in made if offers}

    def refusal(self, request_id: int) -> tuple[Refusal, ...]:
        with self._applying:
            return tuple(self._tables.refusals.group(request_id))

    def days_asked_for(self, service_id: str, *, before: date) -> tuple[date, ...]:
        days = {request.wish.date for request in self._asked(service_id)}
        return tuple(sorted(day for day in days if day < before))

    def riders_since(self, service_id: str, day: date) -> frozenset[str]:
        asked = {request.wish.rider_id for request in self._asked(service_id) if request.wish.date >= day}
        return frozenset(asked) - {NO_RIDER}

    def guest(self, request_id: int) -> Guest:
        try:
            return self._tables.guests.find(request_id)
        except KeyError as error:
            raise NotFound("unknown_guest", request_id=request_id) from error

    def offer(self, offer_id: int) -> Offer:
        return _numbered(self._tables.offers, offer_id, noun="offer")

    def offers(self, request_id: int) -> tuple[Offer, ...]:
        with self._applying:
            made = self._tables.offers.group(request_id)
        return tuple(sorted(made, key=lambda offer: (offer.rank, offer.id)))

    def reservation(self, reservation_id: int) -> Reservation:
        return _numbered(self._tables.reservations, reservation_id, noun="reservation")

    def reservations(self, service_id: str, day: date) -> tuple[Reservation, ...]:
        with self._applying:
            booked = self._tables.reservations.group((service_id, day))
        return tuple(sorted(booked, key=lambda reservation: reservation.id))

    def reservations_of_rider(self, service_id: str, rider_id: str, day: date) -> tuple[Reservation, ...]:
        return tuple(r for r in self.reservations(service_id, day) if r.rider_id == rider_id)

    def plan(self, service_id: str, day: date, version: int) -> Plan:
        if version == 0:
            return empty_plan(service_id=service_id, day=day)
        try:
            return self._tables.plans.find((service_id, day, version))
        except KeyError as error:
            raise NotFound("unknown_plan", service_id=service_id, date=day.isoformat(), version=version) from error

    def events(self, service_id: str, day: date) -> tuple[StopEvent, ...]:
        with self._applying:
            reported = self._tables.events.group((service_id, day))
        return tuple(sorted(reported, key=in_order_of_receiving))

    def outages(self, service_id: str, day: date) -> tuple[Outage, ...]:
        with self._applying:
            kept = self._tables.outages.group((service_id, day))
        return tuple(sorted(kept, key=lambda outage: outage.number))

    def roads(self, service_id: str, day: date) -> tuple[RoadChange, ...]:
        with self._applying:
            kept = self._tables.roads.group((service_id, day))
        return tuple(sorted(kept, key=lambda change: change.number))

    def plan_versions(self, service_id: str, day: date) -> tuple[int, ...]:
        with self._applying:
            return tuple(sorted(plan.version for plan in self._tables.plans.group((service_id, day))))

    def journal(self, service_id: str, day: date) -> JournalChain:
        with self._applying:
            return JournalChain(
                service_id=service_id,
                date=day,
                records=tuple(self._tables.journal.group((service_id, day))),
                head_hash=self._tables.days.find_or((service_id, day), UNTOUCHED).journal_hash,
            )

    def voucher_balance(self, service_id: str, rider_id: str) -> int:
        with self._applying:
            return sum(move.change for move in self._tables.vouchers.group((service_id, rider_id)))

    def service(self, service_id: str) -> Service:
        try:
            return copied(self._tables.services.find(service_id))
        except KeyError as error:
            raise unknown(Service, service_id) from error

    def met(self, service_id: str) -> bool:
        return any(service.id == service_id for service in self.services())

    def services(self) -> tuple[Service, ...]:
        with self._applying:
            known = self._tables.services.group("")
        return tuple(copied(row) for row in sorted(known, key=lambda row: row.id))

    def place(self, service_id: str, place_id: str) -> Place:
        return self._one(Place, self._tables.places, service_id=service_id, row_id=place_id)

    def places(self, service_id: str) -> tuple[Place, ...]:
        return self._all(self._tables.places, service_id)

    def rider(self, service_id: str, rider_id: str) -> Rider:
        return self._one(Rider, self._tables.riders, service_id=service_id, row_id=rider_id)

    def riders(self, service_id: str) -> tuple[Rider, ...]:
        return self._all(self._tables.riders, service_id)

    def search_riders(self, service_id: str, text: str, *, limit: int) -> tuple[Rider, ...]:
        asked = rider_query(text)
        with self._applying:
            active = [(rider_keys(r), r) for r in self._tables.riders.group(service_id) if r.active]
        found = [(keys, r) for keys, r in active if asked and all(query.finds(keys) for query in asked)]
        found.sort(key=lambda pair: (pair[0].kana, pair[1].id))
        return tuple(copied(rider) for _, rider in islice(found, limit))

    def rider_place(self, service_id: str, rider_place_id: str) -> RiderPlace:
        return self._one(RiderPlace, self._tables.rider_places, service_id=service_id, row_id=rider_place_id)

    def rider_places(self, service_id: str, rider_id: str) -> tuple[RiderPlace, ...]:
        return self._all(self._tables.rider_places, (service_id, rider_id))

    def all_rider_places(self, service_id: str) -> tuple[RiderPlace, ...]:
        with self._applying:
            own = [place for place in self._tables.rider_places.all() if place.service_id == service_id]
        return tuple(copied(place) for place in sorted(own, key=lambda place: (place.rider_id, place.id)))

    def vehicle(self, service_id: str, vehicle_id: str) -> Vehicle:
        return self._one(Vehicle, self._tables.vehicles, service_id=service_id, row_id=vehicle_id)

    def vehicles(self, service_id: str) -> tuple[Vehicle, ...]:
        return self._all(self._tables.vehicles, service_id)

    def shift(self, service_id: str, shift_id: str) -> Shift:
        return self._one(Shift, self._tables.shifts, service_id=service_id, row_id=shift_id)

    def shifts(self, service_id: str) -> tuple[Shift, ...]:
        return self._all(self._tables.shifts, service_id)

    def _asked(self, service_id: str) -> list[Request]:
        with self._applying:
            return [one for one in self._tables.requests.all() if one.wish.service_id == service_id]

    def _assemble(self, service_id: str, day: date, *, stamp: DayStamp) -> DayState:
        shifts = [shift for shift in self._tables.shifts.group(service_id) if runs_on(shift, day)]
        outages = self.outages(service_id, day)
        on_duty = shifts_of_day(
            shifts,
            vehicles={row.id: row for row in self._tables.vehicles.group(service_id)},
            places={row.id: row for row in self._tables.places.group(service_id)},
        )
        plan_version = self._tables.days.find_or((service_id, day), UNTOUCHED).plan_version
        booked = self.reservations(service_id, day)
        return DayState(
            service_id=service_id,
            date=day,
            version=stamp.version,
            catalog_version=stamp.catalog_version,
            rules=self.rules(service_id, day),
            shifts=under(on_duty, outages),
            reservations=tuple(r for r in booked if r.state in ACTIVE_STATES),
            waiting=tuple(r for r in booked if r.state is ReservationState.WAITING),
            plan=self.plan(service_id, day, plan_version),
            holds=tuple(sorted(self._tables.holds.group((service_id, day)), key=lambda hold: hold.request_id)),
            events=self.events(service_id, day),
            outages=outages,
            roads=self.roads(service_id, day),
        )

    def _ordered(self, table: Table[int, RowT], group: tuple[str, date]) -> tuple[RowT, ...]:
        with self._applying:
            return tuple(table.group(group))

    def _one(
        self, noun: type[CatalogT], table: Table[tuple[str, str], CatalogT], *, service_id: str, row_id: str
    ) -> CatalogT:
        try:
            return copied(table.find((service_id, row_id)))
        except KeyError as error:
            raise unknown(noun, row_id) from error

    def _all(self, table: Table[tuple[str, str], CatalogT], group: str | tuple[str, str]) -> tuple[CatalogT, ...]:
        with self._applying:
            rows = table.group(group)
        return tuple(copied(row) for row in sorted(rows, key=lambda row: row.id))


def _numbered(table: Table[int, RowT], number: int, *, noun: str) -> RowT:
    try:
        return table.find(number)
    except KeyError as error:
        values: dict[str, str | int] = {f"{noun}_id": number}
        raise NotFound(f"unknown_{noun}", **values) from error
