"""Recurring trips: a weekly template of a rider, and what became of each of its dates.

A template holds ids only, never a point or a name (decision 0028): it is erased with the rider's record.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from dispatch.model.party import Party
from dispatch.model.spot import SpotRef
from dispatch.model.times import ServiceDay
from dispatch.model.wish import NO_ID, BackForm, TimeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Retimed:
    """A date on which the trip is wanted at another time."""

    date: ServiceDay
    time_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A trip wanted on every one of ``weekdays`` (0 = Monday) from ``first`` to ``last``, both inclusive.

    A date in ``retimed`` is one of them, only at another time; it adds none. ``back`` is empty, or holds the way back
    that is booked together with it. On ``skipped`` dates nothing is wanted.
    Both ends are public places or the rider's own: no bare points.
    """

    id: int
    service_id: str
    rider_id: str
    weekdays: tuple[int, ...]
    first: ServiceDay
    last: ServiceDay
    origin: SpotRef
    destination: SpotRef
    time_kind: TimeKind
    time_s: int
    party: Party
    purpose: str = ""
    back: tuple[BackForm, ...] = ()
    skipped: tuple[ServiceDay, ...] = ()
    retimed: tuple[Retimed, ...] = ()

    def falls_on(self, day: ServiceDay) -> bool:
        """Whether a date is one of its weekdays in its period, skipped or not."""
        return self.first <= day <= self.last and day.weekday() in self.weekdays

    def wanted_on(self, day: ServiceDay) -> bool:
        """Whether the trip is wanted on a date."""
        return self.falls_on(day) and day not in self.skipped

    def time_on(self, day: ServiceDay) -> int:
        """The time wanted on a date."""
        return next((one.time_s for one in self.retimed if one.date == day), self.time_s)

    def retimed_on(self, day: ServiceDay, *times_s: int) -> Series:
        """The template with another time on one date; without one, its usual time there."""
        others = (one for one in self.retimed if one.date != day)
        moved = (Retimed(date=day, time_s=time_s) for time_s in times_s if time_s != self.time_s)
        return replace(self, retimed=tuple(sorted((*others, *moved), key=lambda one: one.date)))

    def dates(self, *, first: ServiceDay, days: int) -> tuple[ServiceDay, ...]:
        """The dates on which it is wanted among ``days`` from ``first`` on."""
        span = (first + timedelta(days=ahead) for ahead in range(days))
        return tuple(day for day in span if self.wanted_on(day))

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of what the journal knows of it: when it runs and is excepted, not who or where."""
        content = [
            self.id,
            list(self.weekdays),
            self.first.isoformat(),
            self.last.isoformat(),
            self.time_kind,
            self.time_s,
            [[back.stay_s, back.time_kind, back.time_s] for back in self.back],
            [day.isoformat() for day in self.skipped],
            [[one.date.isoformat(), one.time_s] for one in self.retimed],
        ]
        return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


class SeriesOutcome(StrEnum):
    BOOKED = "booked"
    REFUSED = "refused"  # an answer with its reason, or an error that kept the trip from being asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesDate:
    """What became of one date of a series. ``code`` and ``values`` are those of the error table when it was refused.

    ``request_id`` is the request that says more, ``NO_ID`` when it did not come to one.
    """

    series_id: int
    service_id: str
    date: ServiceDay
    outcome: SeriesOutcome
    request_id: int = NO_ID
    code: str = ""
    values: tuple[tuple[str, str], ...] = ()
