"""A database that tells its programs what has changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from threading import Event
from typing import NamedTuple, Protocol


class DayKey(NamedTuple):
    """A service and one of its days."""

    service_id: str
    date: date


class Tells(Protocol):
    """The part of the store that is listened to."""

    def news(self, over: Event) -> Iterator[frozenset[DayKey]]:
        """The days that are changed from now on, by whatever program, until ``over`` is set.

        Told once they are committed, what came at nearly the same time together. Nothing, and that at once, where the
        database tells nobody: an SQLite file, a store in memory.

        Raises
        ------
        SetupError
            ``database_unreachable``: the server has hung up. What it told meanwhile is lost.
        """
        ...
