"""The tables of `MemoryStore`: rows by key and by group, with the changes of one unit of work staged beside them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Generic, Protocol, TypeVar

from dispatch.model.catalog import Place, Rider, RiderPlace, Service, Shift, Vehicle
from dispatch.model.errand import Errand, ErrandKey
from dispatch.model.hold import Hold
from dispatch.model.journal import JournalRecord
from dispatch.model.offer import Offer, Refusal
from dispatch.model.outage import Outage
from dispatch.model.plan import Plan, Route
from dispatch.model.reservation import Reservation
from dispatch.model.road import RoadChange
from dispatch.model.rules import ServiceRules
from dispatch.model.series import Series, SeriesDate
from dispatch.model.stop_event import StopEvent
from dispatch.model.wish import Guest, Request
from dispatch.store.journal import FIRST_HASH


class Staging(Protocol):
    """What a unit of work does with every table when it ends."""

    def apply(self) -> None: ...

    def forget(self) -> None: ...


KeyT = TypeVar("KeyT", bound=Hashable)
RowT = TypeVar("RowT")


class Table(Generic[KeyT, RowT]):
    """Rows by key. ``group_of`` names the group a row is listed in.

    `put` and `drop` only stage; `staged` and `staged_group` see what is staged, every other reading what was applied.
    """

    def __init__(self, group_of: Callable[[KeyT, RowT], Hashable]) -> None:
        self._group_of = group_of
        self._rows: dict[KeyT, RowT] = {}
        self._groups: dict[Hashable, dict[KeyT, RowT]] = {}
        self._put: dict[KeyT, RowT] = {}
        self._dropped: set[KeyT] = set()

    def find(self, key: KeyT) -> RowT:
        """The row applied under ``key``. Raises KeyError."""
        return self._rows[key]

    def find_or(self, key: KeyT, default: RowT) -> RowT:
        """The row applied under ``key``, else ``default``."""
        return self._rows.get(key, default)

    def group(self, group: Hashable) -> list[RowT]:
        """The rows applied in a group, in the order of their keys' first appearance."""
        return list(self._groups.get(group, {}).values())

    def all(self) -> list[RowT]:
        """Every row applied."""
        return list(self._rows.values())

    def items(self) -> list[tuple[KeyT, RowT]]:
        """Every row applied, with its key."""
        return list(self._rows.items())

    def staged_group(self, group: Hashable) -> list[RowT]:
        """The rows of a group as this unit of work sees them."""
        applied = {key: row for key, row in self._groups.get(group, {}).items() if key not in self._dropped}
        put = {key: row for key, row in self._put.items() if self._group_of(key, row) == group}
        return list((applied | put).values())

    def staged(self, key: KeyT) -> RowT:
        """The row as this unit of work sees it. Raises KeyError."""
        if key in self._dropped:
            raise KeyError(key)
        return self._put[key] if key in self._put else self._rows[key]

    def has_staged(self, key: KeyT) -> bool:
        """Whether there is a row under ``key`` as this unit of work sees it."""
        return key in self._put or (key in self._rows and key not in self._dropped)

    def put(self, key: KeyT, row: RowT) -> None:
        """Stage an insertion or replacement."""
        self._dropped.discard(key)
        self._put[key] = row

    def drop(self, key: KeyT) -> None:
        """Stage a removal; a key that does not exist is no error."""
        self._put.pop(key, None)
        self._dropped.add(key)

    def apply(self) -> None:
        """Make what is staged the present state."""
        for key in self._dropped:
            self._remove(key)
        for key, row in self._put.items():
            group = self._group_of(key, row)
            if key in self._rows and self._group_of(key, self._rows[key]) != group:
                self._remove(key)
            self._rows[key] = row
            self._groups.setdefault(group, {})[key] = row
        self.forget()

    def forget(self) -> None:
        """Drop what is staged."""
        self._put.clear()
        self._dropped.clear()

    def _remove(self, key: KeyT) -> None:
        if key in self._rows:
            row = self._rows.pop(key)
            del self._groups[self._group_of(key, row)][key]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayHead:
    """What `dispatch.store.rows.DayRow` holds."""

    version: int = 0
    plan_version: int = 0
    journal_seq: int = 0
    journal_hash: str = FIRST_HASH


UNTOUCHED = DayHead()


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherMove:
    """One row of the voucher ledger."""

    service_id: str
    rider_id: str
    change: int
    reservation_id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """What `dispatch.store.rows.LeaseRow` holds."""

    owner: str
    until: datetime


def _by_service(key: tuple[str, str], _row: object) -> Hashable:
    return key[0]


def _by_day(key: tuple[str, date, int | str], _row: object) -> Hashable:
    return key[:2]


def _all_together(_key: Hashable, _row: object) -> Hashable:
    return ""


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything a `MemoryStore` holds, and the numbers it gives to new rows."""

    requests: Table[int, Request] = field(
        default_factory=lambda: Table(lambda _, row: (row.wish.service_id, row.wish.date))
    )
    guests: Table[int, Guest] = field(default_factory=lambda: Table(_all_together))
    offers: Table[int, Offer] = field(default_factory=lambda: Table(lambda _, row: row.request_id))
    refusals: Table[int, Refusal] = field(default_factory=lambda: Table(lambda key, _: key))
    holds: Table[int, Hold] = field(default_factory=lambda: Table(lambda _, row: (row.trip.service_id, row.trip.date)))
    errands: Table[ErrandKey, Errand] = field(default_factory=lambda: Table(_all_together))
    taken: Table[int, int] = field(default_factory=lambda: Table(_all_together))
    reservations: Table[int, Reservation] = field(
        default_factory=lambda: Table(lambda _, row: (row.service_id, row.date))
    )
    days: Table[tuple[str, date], DayHead] = field(default_factory=lambda: Table(_all_together))
    leases: Table[tuple[str, date], Lease] = field(default_factory=lambda: Table(_all_together))
    plans: Table[tuple[str, date, int], Plan] = field(default_factory=lambda: Table(_by_day))
    routes: Table[tuple[str, date, str], Route] = field(default_factory=lambda: Table(_by_day))
    outages: Table[tuple[str, date, int], Outage] = field(default_factory=lambda: Table(_by_day))
    roads: Table[tuple[str, date, int], RoadChange] = field(default_factory=lambda: Table(_by_day))
    events: Table[tuple[str, date, str], StopEvent] = field(default_factory=lambda: Table(_by_day))
    journal: Table[tuple[str, date, int], JournalRecord] = field(default_factory=lambda: Table(_by_day))
    vouchers: Table[int, VoucherMove] = field(
        default_factory=lambda: Table(lambda _, row: (row.service_id, row.rider_id))
    )
    rules: Table[tuple[str, date], ServiceRules] = field(default_factory=lambda: Table(lambda key, _: key[0]))
    editions: Table[str, int] = field(default_factory=lambda: Table(_all_together))
    services: Table[str, Service] = field(default_factory=lambda: Table(_all_together))
    places: Table[tuple[str, str], Place] = field(default_factory=lambda: Table(_by_service))
    riders: Table[tuple[str, str], Rider] = field(default_factory=lambda: Table(_by_service))
    rider_places: Table[tuple[str, str], RiderPlace] = field(
        default_factory=lambda: Table(lambda _, row: (row.service_id, row.rider_id))
    )
    vehicles: Table[tuple[str, str], Vehicle] = field(default_factory=lambda: Table(_by_service))
    shifts: Table[tuple[str, str], Shift] = field(default_factory=lambda: Table(_by_service))
    series: Table[int, Series] = field(default_factory=lambda: Table(lambda _, row: row.service_id))
    series_dates: Table[tuple[int, date], SeriesDate] = field(
        default_factory=lambda: Table(lambda _, row: (row.service_id, row.date))
    )
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def apply(self) -> None:
        """Make what is staged in any table the present state."""
        for table in self._all():
            table.apply()

    def forget(self) -> None:
        """Drop what is staged in any table."""
        for table in self._all():
            table.forget()

    def _all(self) -> tuple[Staging, ...]:
        return (
            self.requests, self.guests, self.offers, self.taken, self.reservations, self.days, self.leases, self.plans,
            self.routes, self.journal, self.vouchers, self.rules, self.editions, self.services, self.places,
            self.riders, self.rider_places, self.vehicles, self.shifts, self.events,
            self.refusals, self.errands, self.holds, self.outages, self.roads, self.series, self.series_dates,
        )  # fmt: skip
