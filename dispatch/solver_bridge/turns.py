"""Who changes a day does so one after the other: here those of this process, by `Store.turn` those of all.

The day's version number alone keeps writers apart, in one process or in many. But whoever loses against it has worked
in vain and begins anew; with many at once most of the work would be lost. Questions never wait here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from threading import Lock, RLock, local


class _Own(local):
    """The days at which a thread has the turn."""

    days: frozenset[tuple[str, date]] = frozenset()


class Turns:
    """A turn for each day of each service. Whoever has one may take it again."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._turns: dict[tuple[str, date], RLock] = {}
        self._wanted: dict[tuple[str, date], int] = {}
        self._own = _Own()

    @property
    def mine(self) -> bool:
        """Whether this thread has a turn, at any day."""
        return bool(self._own.days)

    @contextmanager
    def at(self, service_id: str, day: date) -> Iterator[bool]:
        """Wait for the turn at a day, and give it back at the end; says whether this thread did not have it yet."""
        key, before = (service_id, day), self._own.days
        with self._lock:
            turn = self._turns.setdefault(key, RLock())
            self._wanted[key] = self._wanted.get(key, 0) + 1
        try:
            with turn:
                self._own.days = before | {key}
                try:
                    yield key not in before
                finally:
                    self._own.days = before
        finally:
            with self._lock:
                self._wanted[key] -= 1
                if not self._wanted[key]:
                    del self._turns[key], self._wanted[key]
