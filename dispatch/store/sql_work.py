"""One write transaction on an SQL database: the statements behind `dispatch.store.protocol.UnitOfWork`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVarTuple

from sqlalchemy import Connection, Select, UpdateBase, exists
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import col, delete, select, update

from dispatch.model.catalog import Rider, Service
from dispatch.model.errand import Made
from dispatch.model.errors import Conflict, NotFound
from dispatch.model.hold import Hold
from dispatch.model.journal import JournalEntry
from dispatch.model.offer import Offer, Refusal
from dispatch.model.plan import Plan, route_digest
from dispatch.model.reservation import Reservation
from dispatch.model.rules import ServiceRules
from dispatch.model.spot import NOWHERE
from dispatch.model.stop_event import StopEvent
from dispatch.model.wish import NO_ID, Guest, Outcome, Request, Wish
from dispatch.store import codec, rows
from dispatch.store import statements as sql
from dispatch.store.assemble import UNCLAIMED, check_affordable, check_storable, made_of
from dispatch.store.driver import later, numbered, returned, selected, written
from dispatch.store.journal import next_record
from dispatch.store.news import tell
from dispatch.store.protocol import CatalogRow, EditableRow
from dispatch.store.search import rider_keys
from dispatch.store.sql_aside import SqlAside
from dispatch.store.sql_series import SqlSeriesWork
from dispatch.store.stamp import ANY_CATALOG
from dispatch.store.written import Written

Columns = TypeVarTuple("Columns")


class SqlUnitOfWork(SqlAside, SqlSeriesWork):
    """Writes in the transaction of ``connection``; who began it closes this and commits, or rolls back."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._claimed: dict[tuple[str, date], int] = {}
        self._heads: dict[tuple[str, date], tuple[int, str]] = {}
        self._in_force: dict[tuple[str, date], frozenset[str]] = {}
        self._bumped: set[str] = set()
        self._asked: dict[int, str] = {}
        self._made: list[Made] = []
        self._written = Written()

    @property
    def made(self) -> tuple[Made, ...]:
        return tuple(self._made)

    def add_request(self, wish: Wish, *, asked_at: datetime, outcome: Outcome, code: str = "") -> Request:
        number = self._numbered(
            sql.NEW_REQUEST,
            service_id=wish.service_id,
            day=wish.date,
            rider_id=wish.rider_id,
            asked_at=asked_at,
            outcome=outcome.value,
            outcome_code=code,
            outcome_at=asked_at,
            body=codec.WISH.write(wish),
        )
        self._made.append(Made(noun="request", id=number))
        self._asked[number] = wish.service_id
        return Request(id=number, wish=wish, asked_at=asked_at, outcome=outcome, outcome_code=code)

    def set_outcome(self, request_id: int, *, outcome: Outcome, code: str = "", at: datetime) -> None:
        said = {"number": request_id, "said": outcome.value, "code": code, "at": at}
        self._require_request(request_id)
        self._later(sql.SET_OUTCOME, **said)
        self._made.append(Made(noun="request", id=request_id))

    def save_refusal(self, refusal: Refusal) -> None:
        service_id = self._require_request(refusal.request_id)
        body = codec.REFUSAL.write(refusal)
        self._later(sql.CHANGE_REFUSAL, number=refusal.request_id, content=body)
        self._later(sql.NEW_REFUSAL, request_id=refusal.request_id, service_id=service_id, body=body)

    def add_offers(self, offers: Sequence[Offer]) -> tuple[Offer, ...]:
        each: list[dict[str, object]] = [
            {
                "request_id": offer.request_id,
                "rank": offer.rank,
                "expires_at": offer.expires_at,
                "taken_by": NO_ID,
                "body": codec.OFFER.write(offer),
            }
            for offer in offers
        ]
        return tuple(
            replace(offer, id=_of_request(numbers, offer.request_id))
            for offer, numbers in zip(offers, numbered(self._connection, sql.NEW_OFFER, each), strict=True)
        )

    def replace_offer(self, offer: Offer) -> None:
        statement = update(rows.OfferRow).where(col(rows.OfferRow.id) == offer.id)
        if not self._changed(statement.values(expires_at=offer.expires_at, body=codec.OFFER.write(offer))):
            raise NotFound("unknown_offer", offer_id=offer.id)

    def save_hold(self, hold: Hold) -> None:
        row = rows.HoldRow(
            request_id=hold.request_id,
            service_id=self._require_request(hold.request_id),
            day=hold.trip.date,
            held_until=hold.until,
            body=codec.HOLD.write(hold),
        )
        self._session.merge(row)
        self._session.flush()

    def remove_hold(self, request_id: int) -> None:
        self._later(sql.REMOVE_HOLD, number=request_id)

    def sweep_holds(self, *, before: datetime) -> None:
        self._changed(delete(rows.HoldRow).where(col(rows.HoldRow.held_until) < before))
        self._session.expire_all()

    def claim_day(
        self, service_id: str, day: date, *, expected_version: int, catalog_version: int = ANY_CATALOG
    ) -> int:
        if expected_version == UNCLAIMED:
            self._ensure_day(service_id, day)
        version = expected_version + 1
        edition = catalog_version if catalog_version == ANY_CATALOG else catalog_version + (service_id in self._bumped)
        claim = {"service": service_id, "on": day, "expected": expected_version, "claimed": version, "edition": edition}
        for seq, head, digests in returned(self._connection, sql.CLAIM_DAY, **claim):
            self._claimed[service_id, day] = version
            tell(self._connection, service_id, day)
            self._heads[service_id, day] = seq, head
            self._in_force[service_id, day] = frozenset(digests.split())
            return version
        raise Conflict("day_changed", service_id=service_id, date=day.isoformat())

    def add_reservation(self, reservation: Reservation, *, offer_id: int = NO_ID) -> Reservation:
        row: dict[str, object] = {
            "service_id": reservation.service_id,
            "day": reservation.date,
            "request_id": reservation.request_id,
            "rider_id": reservation.rider_id,
            "state": reservation.state.value,
            "promise_state": reservation.promise_state.value,
            "body": codec.RESERVATION.write(reservation),
            "offer": offer_id,
        }
        (numbers,) = numbered(self._connection, sql.NEW_RESERVATION, (row,))
        for number in numbers:
            self._asked[reservation.request_id] = reservation.service_id
            self._take_offer(offer_id, reservation_id=number)
            self._made.append(Made(noun="reservation", id=number))
            stored = replace(reservation, id=number)
            self._written.reservation(stored)
            return stored
        self._require_request(reservation.request_id)
        raise self._not_free(offer_id)

    def replace_reservation(self, reservation: Reservation, *, offer_id: int = NO_ID) -> None:
        before = self._read(sql.BOOKED_BEFORE, number=reservation.id)
        if not before:
            raise NotFound("unknown_reservation", reservation_id=reservation.id)
        for day, request_id, service_id in before:
            self._asked[request_id] = service_id
            self._written.moved(reservation, from_day=day)
        self._written.reservation(reservation)
        changed: dict[str, object] = {
            "number": reservation.id,
            "on": reservation.date,
            "rider": reservation.rider_id,
            "stage": reservation.state.value,
            "promise": reservation.promise_state.value,
            "content": codec.RESERVATION.write(reservation),
            "offer": offer_id,
        }
        if offer_id == NO_ID:
            self._later(sql.CHANGE_RESERVATION, **changed)
        elif not written(self._connection, sql.CHANGE_RESERVATION, **changed):
            raise self._not_free(offer_id)
        self._take_offer(offer_id, reservation_id=reservation.id)
        self._made.append(Made(noun="reservation", id=reservation.id))

    def publish_plan(self, plan: Plan) -> None:
        key = (plan.service_id, plan.date)
        check_storable(plan, claimed_version=self._claimed.get(key, UNCLAIMED))
        digests = tuple(route_digest(route) for route in plan.routes)
        for digest, route in zip(digests, plan.routes, strict=True):
            if digest not in self._in_force[key]:
                body = codec.ROUTE.write(route)
                self._later(sql.NEW_ROUTE, service_id=plan.service_id, day=plan.date, digest=digest, body=body)
        self._later(
            sql.NEW_PLAN,
            service_id=plan.service_id,
            day=plan.date,
            version=plan.version,
            route_digests=" ".join(digests),
            body=codec.PLAN.write(replace(plan, routes=())),
        )
        self._later(sql.PLAN_IN_FORCE, service=plan.service_id, on=plan.date, published=plan.version)
        self._made.append(Made(noun="plan", id=plan.version))
        self._written.plan(plan)

    def add_events(self, events: Sequence[StopEvent]) -> None:
        for event in events:
            key = (event.service_id, event.date, event.event_id)
            if self._session.get(rows.StopEventRow, key) is not None:
                raise Conflict("event_repeated", event_id=event.event_id)
            self._session.add(
                rows.StopEventRow(
                    service_id=event.service_id,
                    day=event.date,
                    event_id=event.event_id,
                    received_at=event.received_at,
                    kind=event.kind.value,
                    shift_id=event.shift_id,
                    reservation_id=event.reservation_id,
                    body=codec.STOP_EVENT.write(event),
                )
            )
            self._session.flush()

    def erase_positions(self, service_id: str, day: date) -> int:
        table = rows.StopEventRow
        erased = 0
        for row in self._session.exec(select(table).where(table.service_id == service_id, table.day == day)):
            event = codec.STOP_EVENT.read(row.body)
            if event.at != NOWHERE:
                row.body = codec.STOP_EVENT.write(replace(event, at=NOWHERE))
                erased += 1
        self._session.flush()
        return erased

    def journal(self, entry: JournalEntry) -> None:
        last, head = self._head(entry.service_id, entry.date)
        record = next_record(self._written.said_by(entry), seq=last + 1, previous_hash=head)
        self._later(
            sql.NEW_RECORD,
            service_id=entry.service_id,
            day=entry.date,
            seq=record.seq,
            body=record.body,
            previous_hash=record.previous_hash,
            hash=record.hash,
        )
        self._later(sql.NEW_HEAD, service=entry.service_id, on=entry.date, seq=record.seq, digest=record.hash)
        self._heads[entry.service_id, entry.date] = record.seq, record.hash

    def save_guest(self, request_id: int, guest: Guest) -> None:
        service_id = self._require_request(request_id)
        row = rows.GuestRow(
            request_id=request_id, service_id=service_id, name=guest.name, kana=guest.kana, phone=guest.phone
        )
        self._session.merge(row)
        self._session.flush()

    def forget_guest(self, request_id: int) -> bool:
        return self._changed(delete(rows.GuestRow).where(col(rows.GuestRow.request_id) == request_id)) > 0

    def replace_request(self, request: Request) -> None:
        statement = update(rows.RequestRow).where(col(rows.RequestRow.id) == request.id)
        if not self._changed(statement.values(outcome_code=request.outcome_code, body=codec.WISH.write(request.wish))):
            raise NotFound("unknown_request", request_id=request.id)

    def move_vouchers(self, *, service_id: str, rider_id: str, change: int, reservation_id: int, at: datetime) -> None:
        if change < 0:
            left = voucher_balance(self._connection, service_id, rider_id)
            check_affordable(left, change=change, rider_id=rider_id)
        self._numbered(
            sql.NEW_VOUCHER,
            service_id=service_id,
            rider_id=rider_id,
            change=change,
            reservation_id=reservation_id,
            at=at,
        )

    def save(self, row: CatalogRow) -> None:
        self._session.merge(row)
        if isinstance(row, Rider):
            keys = rider_keys(row)
            self._session.merge(
                rows.RiderSearchRow(
                    service_id=row.service_id,
                    rider_id=row.id,
                    name_key=keys.name,
                    kana_key=keys.kana,
                    phone_key=keys.phone,
                )
            )
        self._session.flush()
        self._made.append(made_of(row))
        self._bump(row.id if isinstance(row, Service) else row.service_id)

    def insert(self, row: EditableRow) -> None:
        table = type(row)
        taken = exists().where(col(table.service_id) == row.service_id, col(table.id) == row.id)
        if self._session.exec(select(taken)).one():
            raise Conflict("already_exists", id=row.id)
        self.save(row)

    def remove(self, row: EditableRow) -> None:
        table = type(row)
        self._changed(delete(table).where(col(table.service_id) == row.service_id, col(table.id) == row.id))
        if isinstance(row, Rider):
            search = rows.RiderSearchRow
            self._changed(
                delete(search).where(col(search.service_id) == row.service_id, col(search.rider_id) == row.id)
            )
        self._session.expire_all()
        self._bump(row.service_id)

    def save_rules(self, service_id: str, rules: ServiceRules) -> None:
        body = codec.RULES.write(rules)
        self._session.merge(rows.RulesRow(service_id=service_id, effective_from=rules.effective_from, body=body))
        self._session.flush()
        self._bump(service_id)

    def _read(self, statement: Select[*Columns], **named: object) -> list[tuple[*Columns]]:
        """What a statement selects with the values it names."""
        return selected(self._connection, statement, **named)

    def _later(self, statement: UpdateBase, **named: object) -> None:
        """Run a statement whose answer nobody needs, at the latest with the commit."""
        later(self._connection, statement, **named)

    def _numbered(self, statement: ReturningInsert[int], **columns: object) -> int:
        """Insert a row; the number the database gave it."""
        ((number,),) = numbered(self._connection, statement, (columns,))
        return number

    def _require_request(self, request_id: int) -> str:
        """The service of a request that must exist."""
        if request_id in self._asked:
            return self._asked[request_id]
        for (service_id,) in self._read(sql.SERVICE_OF_REQUEST, number=request_id):
            self._asked[request_id] = str(service_id)
            return self._asked[request_id]
        raise NotFound("unknown_request", request_id=request_id)

    def _take_offer(self, offer_id: int, *, reservation_id: int) -> None:
        """Note who has an offer that was found free to take, if there is one."""
        if offer_id != NO_ID:
            self._later(sql.TAKE_OFFER, number=offer_id, taker=reservation_id)

    def _not_free(self, offer_id: int) -> Conflict | NotFound:
        known = self._read(sql.ONE_OFFER, number=offer_id)
        return Conflict("offer_taken", offer_id=offer_id) if known else NotFound("unknown_offer", offer_id=offer_id)

    def _ensure_day(self, service_id: str, day: date) -> None:
        """The row of a day is made when it is touched first."""
        if not self._read(sql.PLAN_VERSION, service=service_id, on=day):
            self._connection.execute(sql.NEW_DAY, {"service_id": service_id, "day": day})  # all else by its defaults

    def _head(self, service_id: str, day: date) -> tuple[int, str]:
        """Number and hash of the last record in a day's journal, which nobody else can add to meanwhile."""
        if (service_id, day) not in self._heads:
            self._ensure_day(service_id, day)
            (self._heads[service_id, day],) = self._read(sql.JOURNAL_HEAD, service=service_id, on=day)
        return self._heads[service_id, day]

    def _bump(self, service_id: str) -> None:
        """Move the catalogue's version, once in this unit of work."""
        if service_id in self._bumped:
            return
        self._bumped.add(service_id)
        table = rows.CatalogVersionRow
        moved = update(table).where(col(table.service_id) == service_id).values(version=table.version + 1)
        if not self._changed(moved):
            self._session.add(table(service_id=service_id, version=1))
            self._session.flush()


def _of_request(numbers: tuple[int, ...], request_id: int) -> int:
    """The number of what was stored of a request, which must exist for that."""
    for number in numbers:
        return number
    raise NotFound("unknown_request", request_id=request_id)


def voucher_balance(connection: Connection, service_id: str, rider_id: str) -> int:
    """The sum of the rider's ledger as ``connection`` sees it."""
    ((balance,),) = selected(connection, sql.BALANCE, service=service_id, rider=rider_id)
    return int(balance)
