"""Trips without a time over HTTP: booked as waiting, called when the rider is ready."""

from __future__ import annotations

import datetime as dt
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.reasons import contradiction
from api.schemas.moments import MomentIn, ServiceDay
from api.schemas.offers import OfferOut
from api.schemas.wishes import AskedIn
from api.speech import soon_text, wait_s
from dispatch.booking.proposal import Offered
from dispatch.booking.will_call import Call as WaitingCall
from dispatch.model.actor import Actor, Channel
from dispatch.model.reservation import Reservation
from dispatch.model.times import LAST_SECOND_S, to_second
from dispatch.model.wish import TimeKind, WishForm
from dispatch.model.wording import Lang


class WillCallIn(AskedIn):
    """A trip whose time the rider will call for, mostly a way back: "when the hospital is done"."""

    date: ServiceDay
    not_before: MomentIn | None = Field(default=None, description="Earliest moment at which it may be called.")

    @model_validator(mode="after")
    def _on_the_day(self) -> Self:
        if not 0 <= self.earliest_s <= LAST_SECOND_S:
            raise contradiction("other_day")
        return self

    @property
    def earliest_s(self) -> int:
        return 0 if self.not_before is None else to_second(self.date, self.not_before)

    def to_form(self, *, service_id: str, actor: Actor) -> WishForm:
        """The request as the business takes it."""
        kind, time_s = TimeKind.WILL_CALL, self.earliest_s
        return self.form(actor, service_id=service_id, day=self.date, kind=kind, time_s=time_s)


class ReadyIn(BaseModel):
    """The rider calls: ready now, or at a moment still to come."""

    model_config = ConfigDict(extra="forbid")

    ready_at: MomentIn | None = None
    channel: Channel = Channel.API
    overlap_confirmed: bool = Field(
        default=False, description="The caller was asked and does mean a second trip at overlapping times."
    )

    def to_call(self, trip: Reservation, actor: Actor) -> WaitingCall:
        """The call as the business takes it. A moment of another day is taken as the end of the service day."""
        ready_s = 0 if self.ready_at is None else to_second(trip.date, self.ready_at)
        return WaitingCall(
            reservation_id=trip.id,
            actor=actor,
            channel=self.channel,
            ready_s=min(max(ready_s, 0), LAST_SECOND_S),
            overlap_confirmed=self.overlap_confirmed,
        )


class SoonOut(BaseModel):
    """An offer for a rider who is waiting. ``sentence`` says how long, and can be read to the caller as it is."""

    wait_s: int = Field(description="Seconds from now to the scheduled pick-up.")
    sentence: str
    offer: OfferOut


class CalledOut(BaseModel):
    """A waiting trip was called: offers, best first; one is accepted by PATCH of the reservation."""

    outcome: Literal["offered"] = "offered"
    request_id: int
    date: dt.date
    offers: list[SoonOut]

    @classmethod
    def of(cls, answer: Offered, *, now: dt.datetime, lang: Lang) -> CalledOut:
        day = answer.request.wish.date
        now_s = to_second(day, now)
        soon = [
            SoonOut(
                wait_s=wait_s(offer, now_s=now_s),
                sentence=soon_text(offer, now_s=now_s, lang=lang),
                offer=OfferOut.of(offer, day=day, lang=lang),
            )
            for offer in answer.offers
        ]
        return cls(request_id=answer.request.id, date=day, offers=soon)
