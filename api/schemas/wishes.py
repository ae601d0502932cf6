"""The request of a caller, over HTTP."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from api.reasons import contradiction
from api.schemas.moments import MomentIn, MomentOut, ServiceDay
from api.schemas.parties import PARTY_MAX, GuestIn, PassengerModel, check_companions, from_party, guest_of, to_party
from api.schemas.spots import ID_MAX, SpotIn, SpotOut
from dispatch.model.actor import Actor, Channel
from dispatch.model.times import LAST_SECOND_S, local_date, to_moment, to_second
from dispatch.model.wish import NO_ID, NO_RIDER, Outcome, Request, TimeKind, WishForm

DATABASE_ID_MAX = 2**63 - 1

WISH_EXAMPLE: JsonDict = {
    "rider_id": "R0001",
    "party": [{"fare_class": "adult", "aid": "walker"}],
    "origin": {"kind": "rider_place", "id": "H0001"},
    "destination": {"kind": "place", "id": "CL02"},
    "depart_after": "2026-11-24T09:15:00+09:00",
    "purpose": "medical",
}
GUEST_EXAMPLE: JsonDict = {
    "guest": {"name": "見本 花子", "kana": "みほん はなこ", "phone": "0285000000"},
    "party": [{"fare_class": "adult"}, {"fare_class": "infant", "companion_of": 0}],
    "origin": {"kind": "point", "lat": 36.387, "lon": 139.842},
    "destination": {"kind": "place", "id": "CL02"},
    "arrive_by": "2026-11-24T11:00:00+09:00",
}


class AskedIn(BaseModel):
    """What everybody says who wants a trip, whenever: who, with whom, from where to where."""

    model_config = ConfigDict(extra="forbid")

    rider_id: str = Field(default=NO_RIDER, max_length=ID_MAX, description="Empty for a guest.")
    guest: GuestIn | None = None
    party: Annotated[list[PassengerModel], AfterValidator(check_companions)] = Field(
        default_factory=lambda: [PassengerModel()], min_length=1, max_length=PARTY_MAX
    )
    origin: SpotIn
    destination: SpotIn
    purpose: str = Field(default="", max_length=30)
    channel: Channel = Channel.API
    on_behalf_of: str = Field(
        default="",
        max_length=ID_MAX,
        pattern=r"^[A-Za-z0-9_\-]*$",
        description="Who asks in the rider's place: a role or a short id, nothing personal. Empty: the rider.",
        examples=["family"],
    )
    linked_to: int = Field(default=NO_ID, ge=NO_ID, le=DATABASE_ID_MAX, description="Outbound trip of a return.")

    @model_validator(mode="after")
    def _rider_or_guest(self) -> Self:
        if (self.rider_id == NO_RIDER) == (self.guest is None):
            raise contradiction("rider_or_guest")
        return self

    def form(self, actor: Actor, *, service_id: str, day: dt.date, kind: TimeKind, time_s: int) -> WishForm:
        """The request as the business takes it, for this time."""
        return WishForm(
            service_id=service_id,
            date=day,
            rider_id=self.rider_id,
            guest=guest_of(self.guest),
            origin=self.origin.to_ref(),
            destination=self.destination.to_ref(),
            time_kind=kind,
            time_s=time_s,
            party=to_party(self.party),
            channel=self.channel,
            actor=replace(actor, on_behalf_of=self.on_behalf_of),
            purpose=self.purpose,
            linked_to=self.linked_to,
        )


class WishIn(AskedIn):
    """A trip wanted: by a registered rider or a guest, leaving not before one moment or arriving by another."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [WISH_EXAMPLE, GUEST_EXAMPLE]})

    depart_after: MomentIn | None = None
    arrive_by: MomentIn | None = None
    date: ServiceDay | None = Field(
        default=None, description="Service day, needed only for a trip after midnight of a day that began before it."
    )
    call_id: str = Field(default="", max_length=80)
    overlap_confirmed: bool = Field(
        default=False, description="The caller was asked and does mean a second trip at overlapping times."
    )

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if (self.depart_after is None) == (self.arrive_by is None):
            raise contradiction("one_time")
        if not 0 <= to_second(self.service_day, self.wanted_at) <= LAST_SECOND_S:
            raise contradiction("other_day")
        return self

    @property
    def wanted_at(self) -> dt.datetime:
        moment = self.arrive_by if self.depart_after is None else self.depart_after
        if moment is None:
            raise contradiction("one_time")
        return moment

    @property
    def service_day(self) -> dt.date:
        return local_date(self.wanted_at) if self.date is None else self.date

    def to_form(self, *, service_id: str, actor: Actor) -> WishForm:
        """The request as the business takes it."""
        day, kind = self.service_day, TimeKind.ARRIVE_BY if self.depart_after is None else TimeKind.DEPART_AFTER
        form = self.form(actor, service_id=service_id, day=day, kind=kind, time_s=to_second(day, self.wanted_at))
        return replace(form, call_id=self.call_id, overlap_confirmed=self.overlap_confirmed)


class RequestOut(BaseModel):
    """A stored request and what became of it."""

    id: int
    date: dt.date
    rider_id: str
    party: list[PassengerModel]
    origin: SpotOut
    destination: SpotOut
    time_kind: TimeKind
    wanted_at: MomentOut
    purpose: str
    channel: Channel
    on_behalf_of: str
    call_id: str
    asked_at: MomentOut
    outcome: Outcome
    outcome_code: str

    @classmethod
    def of(cls, request: Request) -> RequestOut:
        wish = request.wish
        return cls(
            id=request.id,
            date=wish.date,
            rider_id=wish.rider_id,
            party=from_party(wish.party),
            origin=SpotOut.of(wish.origin),
            destination=SpotOut.of(wish.destination),
            time_kind=wish.time_kind,
            wanted_at=to_moment(wish.date, wish.time_s),
            purpose=wish.purpose,
            channel=wish.channel,
            on_behalf_of=wish.actor.on_behalf_of,
            call_id=wish.call_id,
            asked_at=request.asked_at,
            outcome=request.outcome,
            outcome_code=request.outcome_code,
        )
