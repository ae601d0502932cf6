"""Recurring trips over HTTP: the weekly template, and what became of its dates."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from api.reasons import contradiction
from api.schemas.moments import ServiceDay
from api.schemas.pairs import STAY_MAX_S
from api.schemas.parties import PARTY_MAX, PassengerModel, check_companions, from_party, to_party
from api.schemas.spots import ID_MAX, SpotIn
from dispatch.booking.series import SeriesBooked
from dispatch.model.series import Retimed, Series, SeriesDate, SeriesOutcome
from dispatch.model.spot import SpotKind, SpotRef
from dispatch.model.times import LAST_SECOND_S
from dispatch.model.wish import NO_ID, NO_STAY, BackForm, TimeKind
from dispatch.model.wording import Lang, say

EXCEPTIONS_MAX = 400
SERIES_EXAMPLE: JsonDict = {
    "rider_id": "R0001",
    "weekdays": [1, 3, 5],
    "first": "2026-12-01",
    "last": "2027-03-31",
    "origin": {"kind": "rider_place", "id": "H0001"},
    "destination": {"kind": "place", "id": "CL02"},
    "arrive_by_s": 32400,
    "purpose": "medical",
    "back": {"stay_s": 14400},
    "skipped": ["2026-12-31"],
}
SERIES_EXAMPLE_KEPT: JsonDict = {
    "id": 3,
    "rider_id": "R0001",
    "weekdays": [1, 3, 5],
    "first": "2026-12-01",
    "last": "2027-03-31",
    "origin": {"kind": "rider_place", "id": "H0001"},
    "destination": {"kind": "place", "id": "CL02"},
    "time_kind": "arrive_by",
    "time_s": 32400,
    "party": [{"fare_class": "adult", "aid": "none", "companion_of": -1}],
    "purpose": "medical",
    "back": [{"stay_s": 14400, "depart_after_s": None, "arrive_by_s": None}],
    "skipped": ["2026-12-31"],
    "retimed": [],
}
SERIES_DATE_EXAMPLE: JsonDict = {
    "series_id": 3,
    "date": "2026-12-29",
    "outcome": "refused",
    "request_id": 211,
    "code": "not_service_day",
    "cause": "その日は運行しておりません。",
    "action": "ほかの日ではいかがでしょうか。",
}
Second = Annotated[int, Field(ge=0, le=LAST_SECOND_S)]
Weekday = Annotated[int, Field(ge=0, le=6, description="0 is Monday.")]


class SeriesSpot(BaseModel):
    """A public place, or one of the rider's own: no bare points."""

    kind: SpotKind
    id: str


class BackTemplate(BaseModel):
    """The way back of each date: so long after the outbound, or at a time of day."""

    model_config = ConfigDict(extra="forbid")

    stay_s: int | None = Field(default=None, ge=0, le=STAY_MAX_S, description="Seconds at the destination.")
    depart_after_s: Second | None = None
    arrive_by_s: Second | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> BackTemplate:
        if sum(one is not None for one in (self.stay_s, self.depart_after_s, self.arrive_by_s)) != 1:
            raise contradiction("one_back")
        return self

    def to_form(self, *, origin: SpotRef, destination: SpotRef) -> BackForm:
        """The way back as the business takes it."""
        if self.stay_s is not None:
            return BackForm(origin=origin, destination=destination, stay_s=self.stay_s)
        kind = TimeKind.DEPART_AFTER if self.arrive_by_s is None else TimeKind.ARRIVE_BY
        time_s = self.depart_after_s if self.arrive_by_s is None else self.arrive_by_s
        return BackForm(origin=origin, destination=destination, time_kind=kind, time_s=time_s or 0)

    @classmethod
    def of(cls, back: BackForm) -> BackTemplate:
        if back.stay_s != NO_STAY:
            return cls(stay_s=back.stay_s)
        if back.time_kind is TimeKind.ARRIVE_BY:
            return cls(arrive_by_s=back.time_s)
        return cls(depart_after_s=back.time_s)


class RetimedModel(BaseModel):
    """A date on which the trip is wanted at another time (second of the service day)."""

    model_config = ConfigDict(extra="forbid")

    date: ServiceDay
    time_s: Second


class SeriesIn(BaseModel):
    """A trip wanted every week. Times are seconds of the service day."""

    model_config = ConfigDict(extra="forbid")

    rider_id: str = Field(min_length=1, max_length=ID_MAX)
    weekdays: list[Weekday] = Field(min_length=1, max_length=7)
    first: ServiceDay = Field(description="First date, inclusive.")
    last: ServiceDay = Field(description="Last date, inclusive.")
    origin: SpotIn
    destination: SpotIn
    depart_after_s: Second | None = None
    arrive_by_s: Second | None = None
    party: Annotated[list[PassengerModel], AfterValidator(check_companions)] = Field(
        default_factory=lambda: [PassengerModel()], min_length=1, max_length=PARTY_MAX
    )
    purpose: str = Field(default="", max_length=30)
    back: BackTemplate | None = Field(default=None, description="Booked together with the way out, both or neither.")
    skipped: list[ServiceDay] = Field(default_factory=list, max_length=EXCEPTIONS_MAX)
    retimed: list[RetimedModel] = Field(default_factory=list, max_length=EXCEPTIONS_MAX)

    @model_validator(mode="after")
    def _one_of_each(self) -> SeriesIn:
        if (self.depart_after_s is None) == (self.arrive_by_s is None):
            raise contradiction("one_time")
        return self

    def to_series(self, *, service_id: str, series_id: int = NO_ID) -> Series:
        """The template as the business takes it."""
        origin, destination = self.origin.to_ref(), self.destination.to_ref()
        backs = () if self.back is None else (self.back.to_form(origin=destination, destination=origin),)
        time_s = self.depart_after_s if self.arrive_by_s is None else self.arrive_by_s
        return Series(
            id=series_id,
            service_id=service_id,
            rider_id=self.rider_id,
            weekdays=tuple(sorted(set(self.weekdays))),
            first=self.first,
            last=self.last,
            origin=origin,
            destination=destination,
            time_kind=TimeKind.DEPART_AFTER if self.arrive_by_s is None else TimeKind.ARRIVE_BY,
            time_s=time_s or 0,
            party=to_party(self.party),
            purpose=self.purpose,
            back=backs,
            skipped=tuple(sorted(set(self.skipped))),
            retimed=tuple(Retimed(date=one.date, time_s=one.time_s) for one in self.retimed),
        )


class SeriesOut(BaseModel):
    """A weekly template as it is kept."""

    id: int
    rider_id: str
    weekdays: list[int]
    first: dt.date
    last: dt.date
    origin: SeriesSpot
    destination: SeriesSpot
    time_kind: TimeKind
    time_s: int
    party: list[PassengerModel]
    purpose: str
    back: list[BackTemplate] = Field(description="Empty, or the way back booked together with the way out.")
    skipped: list[dt.date]
    retimed: list[RetimedModel]

    @classmethod
    def of(cls, series: Series) -> SeriesOut:
        return cls(
            id=series.id,
            rider_id=series.rider_id,
            weekdays=list(series.weekdays),
            first=series.first,
            last=series.last,
            origin=SeriesSpot(kind=series.origin.kind, id=series.origin.id),
            destination=SeriesSpot(kind=series.destination.kind, id=series.destination.id),
            time_kind=series.time_kind,
            time_s=series.time_s,
            party=from_party(series.party),
            purpose=series.purpose,
            back=[BackTemplate.of(back) for back in series.back],
            skipped=list(series.skipped),
            retimed=[RetimedModel(date=one.date, time_s=one.time_s) for one in series.retimed],
        )


class SeriesDateOut(BaseModel):
    """What became of one date. ``cause`` and ``action`` say why it was refused; empty when it is booked."""

    series_id: int
    date: dt.date
    outcome: SeriesOutcome
    request_id: int
    code: str
    cause: str
    action: str

    @classmethod
    def of(cls, made: SeriesDate, lang: Lang) -> SeriesDateOut:
        values = dict(made.values)
        return cls(
            series_id=made.series_id,
            date=made.date,
            outcome=made.outcome,
            request_id=made.request_id,
            code=made.code,
            cause=say(f"error.{made.code}.cause", lang, **values) if made.code else "",
            action=say(f"error.{made.code}.action", lang, **values) if made.code else "",
        )


class SeriesBookedOut(BaseModel):
    """What one run over all templates came to; ``later`` dates were busy and are tried again the next time."""

    booked: list[SeriesDateOut]
    refused: list[SeriesDateOut]
    later: int

    @classmethod
    def of(cls, made: SeriesBooked, lang: Lang) -> SeriesBookedOut:
        booked = [SeriesDateOut.of(one, lang) for one in made.booked]
        return cls(booked=booked, refused=[SeriesDateOut.of(one, lang) for one in made.refused], later=made.later)
