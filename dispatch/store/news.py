"""News of a server: which days were changed, as soon as that is committed, by whatever program (LISTEN and NOTIFY).

An SQLite file tells nobody anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from threading import Event
from typing import Protocol

from sqlalchemy import Connection, Engine

from dispatch.model.errors import SetupError
from dispatch.store.driver import put_off
from dispatch.store.engine import in_plain_words
from dispatch.store.tells import DayKey

CHANNEL = "odekake_day"
ATTENTIVE_S = 0.5
"""After so long without news it is looked whether somebody still listens."""

SETTLING_S = 0.05
"""So long after the first of some changes the others are told along with it: a caller's yes is often two."""


class _Note(Protocol):
    """One notification as the driver gives it."""

    payload: str


class _Line(Protocol):
    """What of the driver's connection to a server is used here."""

    def execute(self, text: str, /) -> object: ...

    def notifies(self, *, timeout: float, stop_after: int = ...) -> Iterator[_Note]: ...


def tell(connection: Connection, service_id: str, day: date) -> None:
    """Have it told that a day was changed, once the transaction is committed."""
    if connection.dialect.name != "sqlite":
        put_off(connection, "SELECT pg_notify(%s, %s)", (CHANNEL, f"{service_id} {day.isoformat()}"))


def news(engine: Engine, over: Event) -> Iterator[frozenset[DayKey]]:
    """The days changed from now on, until ``over`` is set; what came at nearly the same time is told together.

    Raises
    ------
    SetupError
        ``database_unreachable``: the server has hung up, or does not answer. What it told meanwhile is lost.
    """
    if engine.dialect.name == "sqlite":
        return
    try:
        with in_plain_words(), closing(engine.raw_connection()) as held:
            line: _Line = held.driver_connection  # type: ignore[assignment]  # psycopg's
            held.detach()  # it listens for good: nobody else is given it
            line.execute(f"LISTEN {CHANNEL}")
            while not over.is_set():
                first = list(line.notifies(timeout=ATTENTIVE_S, stop_after=1))
                if first and not over.wait(SETTLING_S):
                    yield frozenset(map(_day_of, (*first, *line.notifies(timeout=0.0))))
    except engine.dialect.loaded_dbapi.Error as error:
        raise SetupError("database_unreachable") from error


def _day_of(note: _Note) -> DayKey:
    service_id, _, day = note.payload.rpartition(" ")
    return DayKey(service_id, date.fromisoformat(day))
