"""Moments at the edge: aware datetimes, written with the offset of Asia/Tokyo."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, TypeVar

from fastapi import Path
from pydantic import AfterValidator, AwareDatetime, Field, PlainSerializer

from api.reasons import contradiction
from dispatch.model.times import TOKYO

FIRST_YEAR, LAST_YEAR = 2000, 2998
FIRST_YEAR_OF_CLOCKS = 1969
"""For devices: one that has lost its time begins at 1970, west of Greenwich in 1969; its word is kept and marked."""
DayT = TypeVar("DayT", bound=date)


def _from(first: int) -> AfterValidator:
    """Moments and days of the years ``first`` to LAST_YEAR."""

    def in_years(value: DayT) -> DayT:
        if not first <= value.year <= LAST_YEAR:
            raise contradiction("year", min=first, max=LAST_YEAR)
        return value

    return AfterValidator(in_years)


def _written(value: datetime) -> str:
    return value.astimezone(TOKYO).isoformat()


MomentIn = Annotated[AwareDatetime, _from(FIRST_YEAR), Field(examples=["2026-11-24T10:00:00+09:00"])]
TapMoment = Annotated[AwareDatetime, _from(FIRST_YEAR_OF_CLOCKS), Field(examples=["2026-11-24T10:00:00+09:00"])]
MomentOut = Annotated[
    datetime,
    PlainSerializer(_written, return_type=str),
    Field(examples=["2026-11-24T09:15:00+09:00"], json_schema_extra={"format": "date-time"}),
]
ServiceDay = Annotated[date, _from(FIRST_YEAR)]
DayPath = Annotated[date, _from(FIRST_YEAR), Path(description="Service day.", examples=["2026-11-24"], alias="date")]
