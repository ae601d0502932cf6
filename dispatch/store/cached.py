"""A bounded cache of assembled days, validated by one cheap read (`DayStamp`) per request."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from threading import Lock
from typing import NamedTuple

from dispatch.model.day_state import DayState
from dispatch.store.protocol import DayStamp


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

    def state(self, service_id: str, day: date, *, stamp: DayStamp, assemble: Callable[[], DayState]) -> DayState:
        """The day at ``stamp``: the one kept when its stamp is the same, else what ``assemble`` returns."""
        key = (service_id, day)
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and entry.stamp == stamp:
                self._entries.move_to_end(key)
                return entry.state
        state = assemble()
        with self._lock:
            self._entries[key] = _Entry(stamp, state)
            self._entries.move_to_end(key)
            while len(self._entries) > self._days:
                self._entries.popitem(last=False)
        return state
