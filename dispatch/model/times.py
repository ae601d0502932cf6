"""Time of day, service days and the one clock.

Inside the house a time is a whole number of seconds since midnight (Asia/Tokyo) of the *service day*; it may
pass 86,400 (up to 30 h), so a service day never splits at midnight. Aware datetimes exist only at the edges.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol, TypeAlias
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
MINUTE_S = 60
DAY_S = 86_400
LAST_SECOND_S = 30 * 3600

ServiceDay: TypeAlias = date
"""A service day by its date. Nouns with a field ``date`` use it, as ``date: date`` would name the field itself."""


class Clock(Protocol):
    """Where "now" comes from. Injected everywhere; nothing else asks the operating system for the time."""

    def now(self) -> datetime:
        """The present moment as an aware datetime in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(slots=True)
class ManualClock:
    """A clock that stands still until it is moved: studies, the demo loader and tests."""

    moment: datetime = field(default_factory=lambda: datetime(2000, 1, 1, tzinfo=UTC))

    def now(self) -> datetime:
        return self.moment

    def set(self, moment: datetime) -> None:
        """Move the clock to ``moment`` (aware)."""
        if moment.tzinfo is None:
            raise ValueError("a clock is set to an aware datetime")
        self.moment = moment.astimezone(UTC)

    def advance(self, *, seconds: int) -> None:
        self.moment += timedelta(seconds=seconds)


def to_moment(day: date, second_s: int) -> datetime:
    """The aware moment (Asia/Tokyo) of second ``second_s`` of service day ``day``."""
    return datetime.combine(day, time(0), tzinfo=TOKYO) + timedelta(seconds=second_s)


def to_second(day: date, moment: datetime) -> int:
    """Seconds from midnight of ``day`` (Asia/Tokyo) to ``moment``; negative before, may pass 86,400."""
    if moment.tzinfo is None:
        raise ValueError("a moment carries its offset")
    return int((moment - datetime.combine(day, time(0), tzinfo=TOKYO)).total_seconds())


def local_date(moment: datetime) -> date:
    """The calendar date in Asia/Tokyo."""
    return moment.astimezone(TOKYO).date()


def first_day_not_over(moment: datetime) -> date:
    """The first service day that may still be running at ``moment``: yesterday until its second 30:00, then today."""
    today = local_date(moment)
    yesterday = today - timedelta(days=1)
    return yesterday if to_second(yesterday, moment) < LAST_SECOND_S else today


def clock_text(second_s: int) -> str:
    """``9:05`` for 32,700 s; hours pass 24 for the small hours of the same service day."""
    return f"{second_s // 3600}:{second_s % 3600 // 60:02d}"


def round_up(second_s: int, *, step_s: int) -> int:
    """The first multiple of ``step_s`` not before ``second_s``."""
    return -(-second_s // step_s) * step_s


def parse_clock(text: str) -> int:
    """Seconds for ``H:MM`` or ``HH:MM[:SS]``, 0:00 to 30:00.

    Raises
    ------
    ValueError
        When the text is not such a time.
    """
    parts = text.strip().split(":")
    if len(parts) not in (2, 3) or not all(p.isascii() and p.isdigit() for p in parts):
        raise ValueError(f"{text!r} is not a time of day like 9:05")
    hour, minute, second = (*map(int, parts), 0)[:3]
    total_s = hour * 3600 + minute * 60 + second
    if minute > 59 or second > 59 or total_s > LAST_SECOND_S:
        raise ValueError(f"{text!r} is not a time of day between 0:00 and 30:00")
    return total_s
