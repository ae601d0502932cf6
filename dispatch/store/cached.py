"""Bounded caches of what the database holds, each validated by one cheap read (`DayStamp`) per request."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Container, Mapping
from datetime import date
from threading import Lock
from typing import NamedTuple, TypeVar

from dispatch.model.catalog import Place, Rider, RiderPlace, Service
from dispatch.model.day_state import DayState
from dispatch.store.catalog_reads import RowReads
from dispatch.store.foreseen import SeenNoun
from dispatch.store.stamp import UNKNOWN, DayStamp

RowT = TypeVar("RowT", Service, Place, Rider, RiderPlace)


class _Entry(NamedTuple):
    stamp: DayStamp
    state: DayState


class DayCache:
    """The days used last, at most ``days`` of them, each in one version. Safe to share between threads."""

    def __init__(self, *, days: int) -> None:
        if days < 1:
            raise ValueError("a cache holds at least one day")
        self._days = days
        self._lock = Lock()
        self._entries: OrderedDict[tuple[str, date], _Entry] = OrderedDict()

    def stamp(self, service_id: str, day: date) -> DayStamp:
        """That of the day as it is kept, `UNKNOWN` when it is not."""
        with self._lock:
            key = (service_id, day)
            return self._entries[key].stamp if key in self._entries else UNKNOWN

    def state(
        self, service_id: str, day: date, *, stamp: DayStamp, assemble: Callable[[tuple[DayState, ...]], DayState]
    ) -> DayState:
        """The day at ``stamp``: the one kept when its stamp is the same, else what ``assemble`` makes.

        ``assemble`` is given the day as it was kept at another stamp, if it was.
        """
        key = (service_id, day)
        with self._lock:
            kept = [self._entries[key]] if key in self._entries else []
            for entry in kept:
                if entry.stamp == stamp:
                    self._entries.move_to_end(key)
                    return entry.state
        state = assemble(tuple(entry.state for entry in kept))
        with self._lock:
            self._entries[key] = _Entry(stamp, state)
            self._entries.move_to_end(key)
            while len(self._entries) > self._days:
                self._entries.popitem(last=False)
        return state


class SeenRows:
    """Rows of one service's catalogue at one version, each read once. Safe to share between threads.

    A row read after a later change is that of the later version: see `dispatch.store.protocol.Store.catalog_at`.
    """

    def __init__(self, reads: RowReads) -> None:
        self._reads = reads
        self._services: dict[str, Service] = {}
        self._places: dict[str, Place] = {}
        self._riders: dict[str, Rider] = {}
        self._rider_places: dict[str, RiderPlace] = {}

    def lacks(self, noun: SeenNoun, row_id: str) -> bool:
        """Whether a row has not been read yet."""
        of_noun: Mapping[SeenNoun, Container[str]] = {
            Place: self._places,
            Rider: self._riders,
            RiderPlace: self._rider_places,
        }
        return row_id not in of_noun[noun]

    def service(self, service_id: str) -> Service:
        return _seen(self._services, service_id, lambda: self._reads.service(service_id))

    def place(self, service_id: str, place_id: str) -> Place:
        return _seen(self._places, place_id, lambda: self._reads.place(service_id, place_id))

    def rider(self, service_id: str, rider_id: str) -> Rider:
        return _seen(self._riders, rider_id, lambda: self._reads.rider(service_id, rider_id))

    def rider_place(self, service_id: str, rider_place_id: str) -> RiderPlace:
        return _seen(self._rider_places, rider_place_id, lambda: self._reads.rider_place(service_id, rider_place_id))


class CatalogCache:
    """The rows seen of each service's catalogue, at the version asked for last. Safe to share between threads."""

    def __init__(self, reads: RowReads) -> None:
        self._reads = reads
        self._lock = Lock()
        self._seen: dict[str, dict[int, SeenRows]] = {}

    def at(self, service_id: str, *, version: int) -> SeenRows:
        """The rows seen at ``version``; none yet when another version was asked for last."""
        with self._lock:
            seen = self._seen.get(service_id, {})
            if version not in seen:
                seen = self._seen[service_id] = {version: SeenRows(self._reads)}
            return seen[version]

    def lacks(self, service_id: str, noun: SeenNoun, row_id: str) -> bool:
        """Whether a row has not been read yet at the version asked for last."""
        with self._lock:
            seen = tuple(self._seen.get(service_id, {}).values())
        return all(rows.lacks(noun, row_id) for rows in seen)


def _seen(known: dict[str, RowT], row_id: str, read: Callable[[], RowT]) -> RowT:
    if row_id not in known:
        known[row_id] = read()
    return known[row_id]
