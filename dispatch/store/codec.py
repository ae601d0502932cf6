"""Frozen nouns to JSON text and back, typed and validated: one codec per noun that rows keep as ``body``.

``codec.read(codec.write(x)) == x`` for every noun ``x``. The text is stored, so a noun may gain a field only with a
default, and lose or rename one only together with a migration.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from dispatch.model.errand import Errand
from dispatch.model.hold import Hold
from dispatch.model.journal import JournalEntry
from dispatch.model.offer import Offer, Refusal
from dispatch.model.outage import Outage
from dispatch.model.plan import Plan, Route
from dispatch.model.reservation import Reservation
from dispatch.model.road import RoadChange
from dispatch.model.rules import ServiceRules
from dispatch.model.series import Series, SeriesDate
from dispatch.model.stop_event import StopEvent
from dispatch.model.wish import Wish

NounT = TypeVar("NounT")
NumberedT = TypeVar("NumberedT", bound=Offer | Reservation)


class Codec(Generic[NounT]):
    """Writes and reads one noun. The ``remember`` texts read last are not parsed again: nouns are frozen."""

    def __init__(self, noun: type[NounT], *, remember: int = 0) -> None:
        self._adapter = TypeAdapter(noun)
        self._parsed = lru_cache(maxsize=remember)(self._adapter.validate_json)

    def write(self, noun: NounT) -> str:
        """The JSON text of ``noun``."""
        return self._adapter.dump_json(noun).decode()

    def read(self, text: str) -> NounT:
        """The noun that `write` wrote.

        Raises
        ------
        ValueError
            The text is not such a noun.
        """
        return self._parsed(text)


class NumberedCodec(Codec[NumberedT]):
    """Writes and reads a noun whose number the database gives: the text may hold another one."""

    def __init__(self, noun: type[NumberedT], *, remember: int = 0) -> None:
        super().__init__(noun)
        self._numbered = lru_cache(maxsize=remember)(self._under)

    def numbered(self, number: int, text: str) -> NumberedT:
        """The noun that `write` wrote, under its number. Raises ValueError as `read`."""
        return self._numbered(number, text)

    def _under(self, number: int, text: str) -> NumberedT:
        return replace(self.read(text), id=number)


WISH = Codec(Wish)
OFFER = NumberedCodec(Offer)
REFUSAL = Codec(Refusal)
HOLD = Codec(Hold)
OUTAGE = Codec(Outage)
ROAD = Codec(RoadChange)
RESERVATION = NumberedCodec(Reservation, remember=4096)
PLAN = Codec(Plan)
ROUTE = Codec(Route, remember=1024)
RULES = Codec(ServiceRules, remember=16)
STOP_EVENT = Codec(StopEvent, remember=4096)
SERIES = Codec(Series)
SERIES_DATE = Codec(SeriesDate)
JOURNAL_ENTRY = Codec(JournalEntry)
ERRAND = Codec(Errand)
