"""The store on an SQL database: SQLite by default, PostgreSQL by URL. Reading; `SqlUnitOfWork` writes."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import date, datetime
from itertools import starmap
from threading import Event, Lock
from typing import TypeVarTuple

from sqlalchemy import Connection, Engine, Select
from sqlmodel import Session, col, select

from dispatch.model.day_state import DayState
from dispatch.model.errand import NOT_KEYED, Claim
from dispatch.model.errors import Conflict, NotFound
from dispatch.model.journal import JournalChain, JournalRecord
from dispatch.model.offer import Offer, Refusal
from dispatch.model.outage import Outage
from dispatch.model.plan import Plan
from dispatch.model.reservation import Reservation
from dispatch.model.road import RoadChange
from dispatch.model.rules import ServiceRules
from dispatch.model.stop_event import StopEvent
from dispatch.model.wish import NO_RIDER, Guest, Outcome, Request
from dispatch.store import codec, rows
from dispatch.store import statements as sql
from dispatch.store.cached import CatalogCache, DayCache, SeenRows
from dispatch.store.driver import number_or_zero, selected
from dispatch.store.engine import BUSY_TIMEOUT_MS, begun_to_write, having_turn, in_plain_words
from dispatch.store.errands import note_work
from dispatch.store.foreseen import Foreseen
from dispatch.store.journal import FIRST_HASH
from dispatch.store.news import news
from dispatch.store.snapshot import Snapshots
from dispatch.store.sql_catalog import SqlCatalogReads
from dispatch.store.sql_day import (
    assembled,
    events_of,
    outages_of,
    plan_of,
    reservations_of,
    roads_of,
    rules_of,
    stamp_of,
)
from dispatch.store.sql_foreseen import foresee, foresee_day
from dispatch.store.sql_series import SqlSeriesReads
from dispatch.store.sql_work import SqlUnitOfWork, voucher_balance
from dispatch.store.stamp import DayStamp
from dispatch.store.tells import DayKey

CACHED_DAYS = 64
Columns = TypeVarTuple("Columns")


class SqlStore(SqlCatalogReads, SqlSeriesReads):
    """`dispatch.store.protocol.Store` on ``engine``, whose schema is up to date (`dispatch.store.migrate.upgrade`)."""

    def __init__(self, engine: Engine, *, cached_days: int = CACHED_DAYS) -> None:
        self._engine = engine
        self._snapshots = Snapshots(engine)
        self._cache = DayCache(days=cached_days)
        self._seen = CatalogCache(self)
        self._one_writer = Lock()
        self._code_points = "BINARY" if engine.dialect.name == "sqlite" else "C"  # collation: one order everywhere
        self._claim = NOT_KEYED
        self._met: set[str] = set()

    def close(self) -> None:
        """Give back the connections kept open. The store may be used again; it opens new ones."""
        self._engine.dispose()

    @contextmanager
    def writing(self, *, lasting: bool = True) -> Iterator[SqlUnitOfWork]:
        """One write transaction (see `Store.writing`)."""
        # To begin takes the write lock, before anything is read.
        with (
            in_plain_words(),
            self._turn(),
            self._snapshots.handed_over() as connection,
            begun_to_write(connection, lasting=lasting),
            self._snapshots.beside(connection),
            closing(SqlUnitOfWork(connection)) as work,
        ):
            yield work
            note_work(work, self._claim)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """The writers of this process queue up here: those who wait at the database ask again at longer and longer
        intervals, and find it free too late."""
        if not self._one_writer.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
            raise Conflict("database_busy")
        try:
            yield
        finally:
            self._one_writer.release()

    def snapshot(self) -> AbstractContextManager[None]:
        return self._snapshots.one()

    def foresee(self, foreseen: Foreseen) -> None:
        if self._snapshots.at_work:
            with self._connected() as connection:
                foresee(connection, foreseen, self._cache, self._seen)

    def turn(self, service_id: str, day: date) -> AbstractContextManager[None]:
        return having_turn(self._engine, f"{service_id} {day.isoformat()}")

    def news(self, over: Event) -> Iterator[frozenset[DayKey]]:
        return news(self._engine, over)

    def on_errand(self, claim: Claim) -> SqlStore:
        keyed = copy.copy(self)
        keyed._claim = claim
        return keyed

    def stamp(self, service_id: str, day: date) -> DayStamp:
        with self._snapshots.connected(alone=True) as connection:
            return stamp_of(connection, service_id, day)

    def day_version(self, service_id: str, day: date) -> int:
        return self.stamp(service_id, day).version

    def day_versions(self, service_id: str, *, since: date) -> tuple[tuple[date, int], ...]:
        table = rows.DayRow
        touched = select(col(table.day), col(table.version)).where(table.service_id == service_id, table.day >= since)
        with self._reading() as session:
            found = session.exec(touched.where(table.version > 0).order_by(col(table.day)))
            return tuple((day, version) for day, version in found)

    def catalog_version(self, service_id: str) -> int:
        with self._snapshots.connected(alone=True) as connection:
            return number_or_zero(connection, sql.EDITION, service=service_id)

    def catalog_at(self, service_id: str, *, version: int) -> SeenRows:
        return self._seen.at(service_id, version=version)

    def day_state(self, service_id: str, day: date) -> DayState:
        with self._connected() as connection:
            known = self._cache.stamp(service_id, day)
            foresee_day(connection, service_id, day, known=known)
            stamp = stamp_of(connection, service_id, day)
            return self._cache.state(
                service_id,
                day,
                stamp=stamp,
                assemble=lambda before: assembled(connection, service_id, day, stamp=stamp, known=known, before=before),
            )

    def rules(self, service_id: str, day: date) -> ServiceRules:
        with self._connected() as connection:
            return rules_of(connection, service_id, day)

    def request(self, request_id: int) -> Request:
        for row in self._found(sql.ONE_REQUEST, number=request_id):
            return _request(*row)
        raise NotFound("unknown_request", request_id=request_id)

    def request_of_offer(self, offer_id: int) -> Request:
        for row in self._found(sql.REQUEST_OF_OFFER, number=offer_id):
            return _request(*row)
        raise NotFound("unknown_offer", offer_id=offer_id)

    def requests(self, service_id: str, day: date) -> tuple[Request, ...]:
        return tuple(starmap(_request, self._found(sql.REQUESTS, service=service_id, on=day)))

    def requests_of_rider(
        self, service_id: str, rider_id: str, day: date, *, outcome: Outcome, code: str
    ) -> tuple[Request, ...]:
        sought = {"rider": rider_id, "said": outcome.value, "code": code}
        return tuple(starmap(_request, self._found(sql.REQUESTS_OF_RIDER, service=service_id, on=day, **sought)))

    def offered_until(self, service_id: str, day: date) -> Mapping[int, datetime]:
        return dict(self._found(sql.OFFERED_UNTIL, service=service_id, on=day))

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
        for number, body in self._found(sql.ONE_OFFER, number=offer_id):
            return codec.OFFER.numbered(number, body)
        raise NotFound("unknown_offer", offer_id=offer_id)

    def offers(self, request_id: int) -> tuple[Offer, ...]:
        return tuple(starmap(codec.OFFER.numbered, self._found(sql.OFFERS_OF_REQUEST, number=request_id)))

    def reservation(self, reservation_id: int) -> Reservation:
        for number, body in self._found(sql.ONE_RESERVATION, number=reservation_id):
            return codec.RESERVATION.numbered(number, body)
        raise NotFound("unknown_reservation", reservation_id=reservation_id)

    def reservations(self, service_id: str, day: date) -> tuple[Reservation, ...]:
        with self._connected() as connection:
            return reservations_of(connection, sql.RESERVATIONS, service_id, day)

    def reservations_of_rider(self, service_id: str, rider_id: str, day: date) -> tuple[Reservation, ...]:
        with self._connected() as connection:
            return reservations_of(connection, sql.RESERVATIONS_OF_RIDER, service_id, day, rider=rider_id)

    def plan(self, service_id: str, day: date, version: int) -> Plan:
        with self._connected() as connection:
            return plan_of(connection, service_id, day, version=version)

    def events(self, service_id: str, day: date) -> tuple[StopEvent, ...]:
        with self._connected() as connection:
            return events_of(connection, service_id, day)

    def outages(self, service_id: str, day: date) -> tuple[Outage, ...]:
        with self._connected() as connection:
            return outages_of(connection, service_id, day)

    def roads(self, service_id: str, day: date) -> tuple[RoadChange, ...]:
        with self._connected() as connection:
            return roads_of(connection, service_id, day)

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
        with self._snapshots.connected(alone=True) as connection:
            return voucher_balance(connection, service_id, rider_id)

    def _found(self, statement: Select[*Columns], **named: object) -> list[tuple[*Columns]]:
        """What one statement selects."""
        with self._snapshots.connected(alone=True) as connection:
            return selected(connection, statement, **named)

    def _connected(self) -> AbstractContextManager[Connection]:
        """A read transaction: every select in it sees the same snapshot."""
        return self._snapshots.connected()

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        """The same with a session, for rows that are read as they are."""
        with self._connected() as connection, Session(connection, autoflush=False) as session:
            yield session


def _request(number: int, body: str, asked_at: datetime, outcome: str, code: str) -> Request:
    wish = codec.WISH.read(body)
    return Request(id=number, wish=wish, asked_at=asked_at, outcome=Outcome(outcome), outcome_code=code)
