"""The store on an SQL database: SQLite by default, PostgreSQL by URL. Reading; `SqlUnitOfWork` writes."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TypeVar

from sqlalchemy import ColumnElement, Engine, func, or_
from sqlmodel import Session, col, select

from dispatch.model.catalog import Place, Rider, RiderPlace, Service, Shift, Vehicle
from dispatch.model.day_state import DayState
from dispatch.model.errand import NOT_KEYED, Claim
from dispatch.model.errors import NotFound
from dispatch.model.journal import JournalChain, JournalRecord
from dispatch.model.offer import Offer, Refusal
from dispatch.model.outage import Outage, under
from dispatch.model.plan import Plan, empty_plan
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.road import RoadChange
from dispatch.model.rules import ServiceRules
from dispatch.model.stop_event import StopEvent
from dispatch.model.wish import NO_RIDER, Guest, Outcome, Request
from dispatch.store import codec, rows
from dispatch.store.assemble import ACTIVE_STATES, runs_on, shifts_of_day, unknown
from dispatch.store.cached import DayCache
from dispatch.store.engine import for_writing, in_plain_words
from dispatch.store.errands import note_work
from dispatch.store.journal import FIRST_HASH
from dispatch.store.protocol import DayStamp
from dispatch.store.search import RiderQuery, SearchBy, rider_query
from dispatch.store.sql_aside import events_of, holds_of, outages_of, roads_of
from dispatch.store.sql_series import SqlSeriesReads
from dispatch.store.sql_work import SqlUnitOfWork, voucher_balance

CatalogT = TypeVar("CatalogT", Place, Rider, RiderPlace, Vehicle, Shift)
CACHED_DAYS = 64


class SqlStore(SqlSeriesReads):
    """`dispatch.store.protocol.Store` on ``engine``, whose schema is up to date (`dispatch.store.migrate.upgrade`)."""

    def __init__(self, engine: Engine, *, cached_days: int = CACHED_DAYS) -> None:
        self._engine = engine
        self._writing_engine = for_writing(engine)
        self._cache = DayCache(days=cached_days)
        self._code_points = "BINARY" if engine.dialect.name == "sqlite" else "C"  # collation: one order everywhere
        self._claim = NOT_KEYED

    def close(self) -> None:
        """Give back the connections kept open. The store may be used again; it opens new ones."""
        self._engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[SqlUnitOfWork]:
        """One write transaction (see `Store.writing`)."""
        with in_plain_words(), Session(self._writing_engine, expire_on_commit=False) as session:
            session.connection()  # takes the write lock before anything is read
            work = SqlUnitOfWork(session)
            yield work
            note_work(work, self._claim)
            session.commit()

    def on_errand(self, claim: Claim) -> SqlStore:
        keyed = copy.copy(self)
        keyed._claim = claim
        return keyed

    def stamp(self, service_id: str, day: date) -> DayStamp:
        with self._reading() as session:
            return _stamp(session, service_id, day)

    def day_version(self, service_id: str, day: date) -> int:
        return self.stamp(service_id, day).version

    def day_versions(self, service_id: str, *, since: date) -> tuple[tuple[date, int], ...]:
        table = rows.DayRow
        touched = select(col(table.day), col(table.version)).where(table.service_id == service_id, table.day >= since)
        with self._reading() as session:
            found = session.exec(touched.where(table.version > 0).order_by(col(table.day)))
            return tuple((day, version) for day, version in found)

    def catalog_version(self, service_id: str) -> int:
        with self._reading() as session:
            found = session.exec(
                select(rows.CatalogVersionRow.version).where(rows.CatalogVersionRow.service_id == service_id)
            )
            return found.one_or_none() or 0

    def day_state(self, service_id: str, day: date) -> DayState:
        with self._reading() as session:
            stamp = _stamp(session, service_id, day)
            return self._cache.state(
                service_id,
                day,
                stamp=stamp,
                assemble=lambda: _assemble(session, service_id, day, stamp=stamp),
            )

    def rules(self, service_id: str, day: date) -> ServiceRules:
        with self._reading() as session:
            return _rules(session, service_id, day)

    def request(self, request_id: int) -> Request:
        with self._reading() as session:
            row = session.get(rows.RequestRow, request_id)
            if row is None:
                raise NotFound("unknown_request", request_id=request_id)
            return _request(row)

    def requests(self, service_id: str, day: date) -> tuple[Request, ...]:
        table = rows.RequestRow
        asked = select(table).where(table.service_id == service_id, table.day == day).order_by(col(table.id))
        with self._reading() as session:
            return tuple(_request(row) for row in session.exec(asked))

    def refusal(self, request_id: int) -> tuple[Refusal, ...]:
        with self._reading() as session:
            row = session.get(rows.RefusalRow, request_id)
            return () if row is None else (codec.REFUSAL.read(row.body),)

    def days_asked_for(self, service_id: str, *, before: date) -> tuple[date, ...]:
        table = rows.RequestRow
        asked = select(col(table.day)).where(table.service_id == service_id, table.day < before).distinct()
        with self._reading() as session:
            return tuple(session.exec(asked.order_by(col(table.day))))

    def riders_since(self, service_id: str, day: date) -> frozenset[str]:
        table = rows.RequestRow
        asked = select(table.rider_id).where(table.service_id == service_id, table.day >= day).distinct()
        with self._reading() as session:
            return frozenset(session.exec(asked)) - {NO_RIDER}

    def guest(self, request_id: int) -> Guest:
        with self._reading() as session:
            row = session.get(rows.GuestRow, request_id)
            if row is None:
                raise NotFound("unknown_guest", request_id=request_id)
            return Guest(name=row.name, kana=row.kana, phone=row.phone)

    def offer(self, offer_id: int) -> Offer:
        with self._reading() as session:
            row = session.get(rows.OfferRow, offer_id)
            if row is None:
                raise NotFound("unknown_offer", offer_id=offer_id)
            return replace(codec.OFFER.read(row.body), id=offer_id)

    def offers(self, request_id: int) -> tuple[Offer, ...]:
        table = rows.OfferRow
        made = select(table).where(table.request_id == request_id).order_by(col(table.rank), col(table.id))
        with self._reading() as session:
            found = session.exec(made).all()
            return tuple(replace(codec.OFFER.read(row.body), id=row.id) for row in found)

    def reservation(self, reservation_id: int) -> Reservation:
        with self._reading() as session:
            found = _reservations(session, col(rows.ReservationRow.id) == reservation_id)
        if not found:
            raise NotFound("unknown_reservation", reservation_id=reservation_id)
        return found[0]

    def reservations(self, service_id: str, day: date) -> tuple[Reservation, ...]:
        with self._reading() as session:
            return _reservations(session, *_of_day(service_id, day))

    def reservations_of_rider(self, service_id: str, rider_id: str, day: date) -> tuple[Reservation, ...]:
        with self._reading() as session:
            return _reservations(session, *_of_day(service_id, day), col(rows.ReservationRow.rider_id) == rider_id)

    def plan(self, service_id: str, day: date, version: int) -> Plan:
        with self._reading() as session:
            return _plan(session, service_id, day, version=version)

    def events(self, service_id: str, day: date) -> tuple[StopEvent, ...]:
        with self._reading() as session:
            return events_of(session, service_id, day)

    def outages(self, service_id: str, day: date) -> tuple[Outage, ...]:
        with self._reading() as session:
            return outages_of(session, service_id, day)

    def roads(self, service_id: str, day: date) -> tuple[RoadChange, ...]:
        with self._reading() as session:
            return roads_of(session, service_id, day)

    def plan_versions(self, service_id: str, day: date) -> tuple[int, ...]:
        table = rows.PlanRow
        stored = select(table.version).where(table.service_id == service_id, table.day == day)
        with self._reading() as session:
            return tuple(session.exec(stored.order_by(col(table.version))))

    def journal(self, service_id: str, day: date) -> JournalChain:
        with self._reading() as session:
            head = session.get(rows.DayRow, (service_id, day))
            table = rows.JournalRow
            kept = select(table).where(table.service_id == service_id, table.day == day).order_by(col(table.seq))
            records = tuple(
                JournalRecord(seq=row.seq, body=row.body, previous_hash=row.previous_hash, hash=row.hash)
                for row in session.exec(kept)
            )
        head_hash = FIRST_HASH if head is None else head.journal_hash
        return JournalChain(service_id=service_id, date=day, records=records, head_hash=head_hash)

    def voucher_balance(self, service_id: str, rider_id: str) -> int:
        with self._reading() as session:
            return voucher_balance(session, service_id, rider_id)

    def service(self, service_id: str) -> Service:
        with self._reading() as session:
            row = session.get(Service, service_id)
            if row is None:
                raise NotFound("unknown_service", service_id=service_id)
            return row

    def services(self) -> tuple[Service, ...]:
        with self._reading() as session:
            return tuple(session.exec(select(Service).order_by(col(Service.id).collate(self._code_points))))

    def place(self, service_id: str, place_id: str) -> Place:
        return self._one(Place, service_id=service_id, row_id=place_id)

    def places(self, service_id: str) -> tuple[Place, ...]:
        return self._all(Place, service_id)

    def rider(self, service_id: str, rider_id: str) -> Rider:
        return self._one(Rider, service_id=service_id, row_id=rider_id)

    def riders(self, service_id: str) -> tuple[Rider, ...]:
        return self._all(Rider, service_id)

    def search_riders(self, service_id: str, text: str, *, limit: int) -> tuple[Rider, ...]:
        asked = rider_query(text)
        if not asked:
            return ()
        keys = rows.RiderSearchRow
        found = (
            select(Rider)
            .join(keys, (col(keys.service_id) == Rider.service_id) & (col(keys.rider_id) == Rider.id))
            .where(Rider.service_id == service_id, col(Rider.active), *(_matches(query) for query in asked))
            .order_by(col(keys.kana_key).collate(self._code_points), col(Rider.id).collate(self._code_points))
            .limit(limit)
        )
        with self._reading() as session:
            return tuple(session.exec(found))

    def rider_place(self, service_id: str, rider_place_id: str) -> RiderPlace:
        return self._one(RiderPlace, service_id=service_id, row_id=rider_place_id)

    def rider_places(self, service_id: str, rider_id: str) -> tuple[RiderPlace, ...]:
        own = select(RiderPlace).where(RiderPlace.service_id == service_id, RiderPlace.rider_id == rider_id)
        with self._reading() as session:
            return tuple(session.exec(own.order_by(col(RiderPlace.id).collate(self._code_points))))

    def all_rider_places(self, service_id: str) -> tuple[RiderPlace, ...]:
        ordered = (col(RiderPlace.rider_id).collate(self._code_points), col(RiderPlace.id).collate(self._code_points))
        with self._reading() as session:
            return tuple(session.exec(select(RiderPlace).where(RiderPlace.service_id == service_id).order_by(*ordered)))

    def vehicle(self, service_id: str, vehicle_id: str) -> Vehicle:
        return self._one(Vehicle, service_id=service_id, row_id=vehicle_id)

    def vehicles(self, service_id: str) -> tuple[Vehicle, ...]:
        return self._all(Vehicle, service_id)

    def shift(self, service_id: str, shift_id: str) -> Shift:
        return self._one(Shift, service_id=service_id, row_id=shift_id)

    def shifts(self, service_id: str) -> tuple[Shift, ...]:
        return self._all(Shift, service_id)

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        """A session in one read transaction: every select of it sees the same snapshot."""
        with in_plain_words(), Session(self._engine, autoflush=False) as session:
            yield session

    def _one(self, table: type[CatalogT], *, service_id: str, row_id: str) -> CatalogT:
        with self._reading() as session:
            row = session.get(table, (service_id, row_id))
        if row is None:
            raise unknown(table, row_id)
        return row

    def _all(self, table: type[CatalogT], service_id: str) -> tuple[CatalogT, ...]:
        own = select(table).where(table.service_id == service_id)
        with self._reading() as session:
            return tuple(session.exec(own.order_by(col(table.id).collate(self._code_points))))


def _stamp(session: Session, service_id: str, day: date) -> DayStamp:
    table, catalog = rows.DayRow, rows.CatalogVersionRow
    version = select(table.version).where(table.service_id == service_id, table.day == day).scalar_subquery()
    edition = select(catalog.version).where(catalog.service_id == service_id).scalar_subquery()
    found = session.exec(select(func.coalesce(version, 0), func.coalesce(edition, 0))).one()
    return DayStamp(version=found[0], catalog_version=found[1])


def _assemble(session: Session, service_id: str, day: date, *, stamp: DayStamp) -> DayState:
    rules = _rules(session, service_id, day)
    shifts = [s for s in session.exec(select(Shift).where(Shift.service_id == service_id)) if runs_on(s, day)]
    vehicles = session.exec(
        select(Vehicle).where(Vehicle.service_id == service_id, col(Vehicle.id).in_({s.vehicle_id for s in shifts}))
    )
    outages = outages_of(session, service_id, day)
    ends = {place_id for s in shifts for place_id in (s.start_place_id, s.end_place_id)}
    places = session.exec(select(Place).where(Place.service_id == service_id, col(Place.id).in_(ends)))
    plan_version = session.exec(
        select(rows.DayRow.plan_version).where(rows.DayRow.service_id == service_id, rows.DayRow.day == day)
    ).one_or_none()
    booked = _reservations(
        session, *_of_day(service_id, day), col(rows.ReservationRow.state) != ReservationState.CANCELLED.value
    )
    return DayState(
        service_id=service_id,
        date=day,
        version=stamp.version,
        catalog_version=stamp.catalog_version,
        rules=rules,
        shifts=under(
            shifts_of_day(shifts, vehicles={v.id: v for v in vehicles}, places={p.id: p for p in places}), outages
        ),
        reservations=tuple(trip for trip in booked if trip.state in ACTIVE_STATES),
        waiting=tuple(trip for trip in booked if trip.state is ReservationState.WAITING),
        plan=_plan(session, service_id, day, version=plan_version or 0),
        events=events_of(session, service_id, day),
        holds=holds_of(session, service_id, day),
        outages=outages,
        roads=roads_of(session, service_id, day),
    )


def _rules(session: Session, service_id: str, day: date) -> ServiceRules:
    table = rows.RulesRow
    body = session.exec(
        select(table.body)
        .where(table.service_id == service_id, table.effective_from <= day)
        .order_by(col(table.effective_from).desc())
        .limit(1)
    ).one_or_none()
    if body is None:
        raise NotFound("no_rules", service_id=service_id, date=day.isoformat())
    return codec.RULES.read(body)


def _of_day(service_id: str, day: date) -> tuple[ColumnElement[bool], ...]:
    return (col(rows.ReservationRow.service_id) == service_id, col(rows.ReservationRow.day) == day)


def _reservations(session: Session, *conditions: ColumnElement[bool]) -> tuple[Reservation, ...]:
    table = rows.ReservationRow
    found = session.exec(select(col(table.id), table.body).where(*conditions).order_by(col(table.id)))
    return tuple(replace(codec.RESERVATION.read(body), id=number) for number, body in found)


def _plan(session: Session, service_id: str, day: date, *, version: int) -> Plan:
    if version == 0:
        return empty_plan(service_id=service_id, day=day)
    row = session.get(rows.PlanRow, (service_id, day, version))
    if row is None:
        raise NotFound("unknown_plan", service_id=service_id, date=day.isoformat(), version=version)
    digests = row.route_digests.split()
    table = rows.RouteRow
    found = session.exec(
        select(table.digest, table.body).where(
            table.service_id == service_id, table.day == day, col(table.digest).in_(digests)
        )
    )
    routes = {digest: codec.ROUTE.read(body) for digest, body in found}
    return replace(codec.PLAN.read(row.body), routes=tuple(routes[digest] for digest in digests))


def _request(row: rows.RequestRow) -> Request:
    return Request(
        id=row.id,
        wish=codec.WISH.read(row.body),
        asked_at=row.asked_at,
        outcome=Outcome(row.outcome),
        outcome_code=row.outcome_code,
    )


def _matches(query: RiderQuery) -> ColumnElement[bool]:
    """`RiderQuery.finds` in SQL."""
    keys = rows.RiderSearchRow
    match query.by:
        case SearchBy.PHONE:
            phone = col(keys.phone_key)
            return or_(phone.startswith(query.text, autoescape=True), phone.endswith(query.text, autoescape=True))
        case SearchBy.KANA:
            return col(keys.kana_key).contains(f" {query.text}", autoescape=True)
        case SearchBy.NAME:
            return col(keys.name_key).contains(query.text, autoescape=True)
