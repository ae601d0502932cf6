"""Remember the latest tables and ways of a source, within bounds."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from maps.geo import LatLon
from maps.travel_times.protocol import TravelTable, TravelTimes

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class _Latest(Generic[Key, Value]):
    """A map that keeps the ``size`` entries used last; safe to share between threads."""

    def __init__(self, size: int) -> None:
        if size < 1:
            raise ValueError(f"a cache holds at least 1 entry, got {size}")
        self._size = size
        self._entries: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Callable[[], Key], compute: Callable[[], Value]) -> Value:
        """Return the entry, or compute and keep it; two threads may compute the same one, neither waits.

        What was computed while the key changed is not kept: a source may have changed over to another meanwhile.
        """
        asked = key()
        with self._lock:
            known = self._entries.get(asked)
            if known is not None:
                self._entries.move_to_end(asked)
                return known
        value = compute()
        if key() == asked:
            with self._lock:
                self._entries[asked] = value
                while len(self._entries) > self._size:
                    self._entries.popitem(last=False)
        return value


class CachedTimes:
    """A source that answers from memory what it has answered lately; same name and digest as the source.

    Entries are keyed by the digest of the source and the exact points, so an entry is never stale.

    Parameters
    ----------
    source : TravelTimes
        Where answers come from.
    max_tables, max_paths : int
        How many are kept, at least 1. A table takes ``8 (K + 1) P**2`` bytes: 4 MB for 500 places and K = 1.
    """

    def __init__(self, source: TravelTimes, *, max_tables: int = 4, max_paths: int = 2_000) -> None:
        self._source = source
        self._tables: _Latest[tuple[str, tuple[LatLon, ...]], TravelTable] = _Latest(max_tables)
        self._paths: _Latest[tuple[str, LatLon, LatLon], tuple[LatLon, ...]] = _Latest(max_paths)

    @property
    def name(self) -> str:
        return self._source.name

    @property
    def digest(self) -> str:
        return self._source.digest

    def table(self, points: Sequence[LatLon]) -> TravelTable:
        """Return the table of the source, kept or fresh."""
        asked = tuple(points)
        return self._tables.get(lambda: (self.digest, asked), lambda: self._source.table(asked))

    def path(self, *, origin: LatLon, destination: LatLon) -> tuple[LatLon, ...]:
        """Return the way of the source, kept or fresh."""
        return self._paths.get(
            lambda: (self.digest, origin, destination),
            lambda: self._source.path(origin=origin, destination=destination),
        )
