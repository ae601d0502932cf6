"""The tables behind the day: what the catalogue's own tables (`dispatch.model.catalog`) do not hold.

A row is an index over a noun: the columns are what queries select by and what the database guards (keys, references,
an offer accepted once); the noun itself stands in ``body`` as the JSON of `dispatch.store.codec`, written together with
them by one function. Names, phones and notes occur in ``rider``, ``rider_place``, ``rider_search`` and ``guest``, so
that they can be erased without touching anything else, and in the answers of ``errand``, which are swept after a day.
A body may hold the point of a private place; the journal's chain does not cover bodies, so that they can be rewritten
without breaking it.

Every row has its ``service_id``; datetimes are aware and in UTC. An ``id`` is given by the database on insertion.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import Column, DateTime, Dialect, ForeignKey, Index, Integer, Text, TypeDecorator
from sqlmodel import Field

from dispatch.model.table import Stored
from dispatch.model.wish import NO_ID
from dispatch.store.journal import FIRST_HASH


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC also where the database forgets offsets (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment carries its offset")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _moment() -> Column[datetime]:
    return Column(UtcDateTime, nullable=False)


def _text() -> Column[str]:
    return Column(Text, nullable=False)


class RequestRow(Stored, table=True):
    __tablename__ = "request"
    __table_args__ = (Index(None, "service_id", "day"), Index(None, "service_id", "rider_id", "day"))
    id: int = Field(default=None, primary_key=True)
    service_id: str
    day: date
    rider_id: str
    asked_at: datetime = Field(sa_column=_moment())
    outcome: str
    outcome_code: str
    outcome_at: datetime = Field(sa_column=_moment())
    body: str = Field(sa_column=_text())


class GuestRow(Stored, table=True):
    __tablename__ = "guest"
    request_id: int = Field(sa_column=Column(ForeignKey("request.id"), primary_key=True, autoincrement=False))
    service_id: str
    name: str
    kana: str
    phone: str


class OfferRow(Stored, table=True):
    """``taken_by`` is the reservation it became, ``NO_ID`` while nobody has accepted it."""

    __tablename__ = "offer"
    id: int = Field(default=None, primary_key=True)
    service_id: str
    request_id: int = Field(sa_column=Column(ForeignKey("request.id"), index=True, nullable=False))
    rank: int
    expires_at: datetime = Field(sa_column=_moment())
    taken_by: int = NO_ID
    body: str = Field(sa_column=_text())


class RefusalRow(Stored, table=True):
    """The whole answer to a refused request: which rule blocked each vehicle, and what would have helped."""

    __tablename__ = "refusal"
    request_id: int = Field(sa_column=Column(ForeignKey("request.id"), primary_key=True, autoincrement=False))
    service_id: str
    body: str = Field(sa_column=_text())


class HoldRow(Stored, table=True):
    """An offer kept for who asked for it until ``held_until``; expired rows mean nothing and are swept."""

    __tablename__ = "hold"
    __table_args__ = (Index(None, "service_id", "day"),)
    request_id: int = Field(sa_column=Column(ForeignKey("request.id"), primary_key=True, autoincrement=False))
    service_id: str
    day: date
    held_until: datetime = Field(sa_column=_moment())
    body: str = Field(sa_column=_text())


class OutageRow(Stored, table=True):
    """A vehicle that left the road before its shift was over; a lifted one is kept."""

    __tablename__ = "outage"
    service_id: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    body: str = Field(sa_column=_text())


class RoadChangeRow(Stored, table=True):
    """Roads that are closed or slow on a day; a lifted change is kept."""

    __tablename__ = "road_change"
    service_id: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    body: str = Field(sa_column=_text())


class ReservationRow(Stored, table=True):
    __tablename__ = "reservation"
    __table_args__ = (Index(None, "service_id", "day"), Index(None, "service_id", "rider_id", "day"))
    id: int = Field(default=None, primary_key=True)
    service_id: str
    day: date
    request_id: int = Field(sa_column=Column(ForeignKey("request.id"), index=True, nullable=False))
    rider_id: str
    state: str
    promise_state: str
    body: str = Field(sa_column=_text())


class DayRow(Stored, table=True):
    """The number every write of a day moves, the plan in force, and the head of the journal's chain."""

    __tablename__ = "day"
    service_id: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    version: int = 0
    plan_version: int = 0
    journal_seq: int = 0
    journal_hash: str = FIRST_HASH


class LeaseRow(Stored, table=True):
    """Who re-plans a day between events, and until when nobody else does."""

    __tablename__ = "lease"
    service_id: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    owner: str
    until: datetime = Field(sa_column=_moment())


class PlanRow(Stored, table=True):
    """One version: ``body`` is the plan without its routes, ``route_digests`` their digests in order, by spaces."""

    __tablename__ = "plan"
    service_id: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    version: int = Field(primary_key=True)
    route_digests: str = Field(sa_column=_text())
    body: str = Field(sa_column=_text())


class RouteRow(Stored, table=True):
    """One route by its content, shared by all versions of the day that contain it."""

    __tablename__ = "route"
    service_id: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    digest: str = Field(primary_key=True)
    body: str = Field(sa_column=_text())


class JournalRow(Stored, table=True):
    __tablename__ = "journal"
    service_id: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    body: str = Field(sa_column=_text())
    previous_hash: str
    hash: str


class StopEventRow(Stored, table=True):
    """One report from the road, never changed but for the erasure of where it was tapped."""

    __tablename__ = "stop_event"
    service_id: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    event_id: str = Field(primary_key=True)
    received_at: datetime = Field(sa_column=_moment())
    kind: str
    shift_id: str
    reservation_id: int
    body: str = Field(sa_column=_text())


class VoucherRow(Stored, table=True):
    """One movement of a rider's free-ride vouchers (negative = used)."""

    __tablename__ = "voucher"
    __table_args__ = (Index(None, "service_id", "rider_id"),)
    id: int = Field(default=None, primary_key=True)
    service_id: str
    rider_id: str
    change: int
    reservation_id: int
    at: datetime = Field(sa_column=_moment())


class SeriesRow(Stored, table=True):
    """The weekly template of a recurring trip: ids only, erased with the rider's record."""

    __tablename__ = "series"
    id: int = Field(default=None, primary_key=True)
    service_id: str = Field(index=True)
    rider_id: str
    body: str = Field(sa_column=_text())


class SeriesDateRow(Stored, table=True):
    """What became of one date of a series."""

    __tablename__ = "series_date"
    __table_args__ = (Index(None, "service_id", "day"),)
    series_id: int = Field(sa_column=Column(ForeignKey("series.id"), primary_key=True, autoincrement=False))
    day: date = Field(primary_key=True)
    service_id: str
    body: str = Field(sa_column=_text())


class RulesRow(Stored, table=True):
    __tablename__ = "rules"
    service_id: str = Field(primary_key=True)
    effective_from: date = Field(primary_key=True)
    body: str = Field(sa_column=_text())


class CatalogVersionRow(Stored, table=True):
    """A number that moves with every change of the service's catalogue or rules."""

    __tablename__ = "catalog"
    service_id: str = Field(primary_key=True)
    version: int = 0


class ErrandRow(Stored, table=True):
    """A call that came with an ``Idempotency-Key``; swept once ``kept_until`` is over."""

    __tablename__ = "errand"
    service_id: str = Field(primary_key=True)
    actor_id: str = Field(primary_key=True)
    path: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    kept_until: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    body: str = Field(sa_column=_text())


class RiderSearchRow(Stored, table=True):
    """How a rider is found (`dispatch.store.search`): derived from ``rider``, written and erased with it."""

    __tablename__ = "rider_search"
    service_id: str = Field(primary_key=True)
    rider_id: str = Field(primary_key=True)
    name_key: str
    kana_key: str
    phone_key: str
