"""Moments at the edge: aware datetimes, written with the offset of Asia/Tokyo."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, AwareDatetime, Field, PlainSerializer

from api.reasons import contradiction
from dispatch.model.times import TOKYO

FIRST_YEAR, LAST_YEAR = 2000, 2998
FIRST_YEAR_OF_CLOCKS = 1969
"""East of Greenwich the zero of clocks is 1970, west of it still 1969."""


def _in_our_years(value: datetime) -> datetime:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise contradiction("year", min=FIRST_YEAR, max=LAST_YEAR)
    return value


def _on_any_clock(value: datetime) -> datetime:
    """A device that has lost its time begins at 1970: what it says is wrong, but can be kept and marked."""
    if not FIRST_YEAR_OF_CLOCKS <= value.year <= LAST_YEAR:
        raise contradiction("year", min=FIRST_YEAR_OF_CLOCKS, max=LAST_YEAR)
    return value


def _day_in_our_years(value: date) -> date:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise contradiction("year", min=FIRST_YEAR, max=LAST_YEAR)
    return value


def _written(value: datetime) -> str:
    return value.astimezone(TOKYO).isoformat()


MomentIn = Annotated[AwareDatetime, AfterValidator(_in_our_years), Field(examples=["2026-11-24T10:00:00+09:00"])]
TapMoment = Annotated[AwareDatetime, AfterValidator(_on_any_clock), Field(examples=["2026-11-24T10:00:00+09:00"])]
MomentOut = Annotated[
    datetime,
    PlainSerializer(_written, return_type=str),
    Field(examples=["2026-11-24T09:15:00+09:00"], json_schema_extra={"format": "date-time"}),
]
ServiceDay = Annotated[date, AfterValidator(_day_in_our_years)]
DayPath = Annotated[
    date, AfterValidator(_day_in_our_years), Path(description="Service day.", examples=["2026-11-24"], alias="date")
]
