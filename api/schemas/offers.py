"""The answer to a request: offers, or a refusal that explains itself."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from api.schemas.moments import MomentOut
from api.schemas.parties import PARTY_MAX
from api.schemas.problem import Problem
from api.schemas.wishes import DATABASE_ID_MAX
from api.speech import blocked_text, offer_text, refusal_action, refusal_cause, relief_text
from dispatch.model.hold import Hold
from dispatch.model.offer import Offer, Refusal, ReliefKind, Rule, VehicleRefusal
from dispatch.model.promise import Promise
from dispatch.model.times import to_moment
from dispatch.model.wording import Lang

PROMISE_EXAMPLE: JsonDict = {
    "pickup_earliest": "2026-11-24T09:40:00+09:00",
    "pickup_latest": "2026-11-24T09:55:00+09:00",
    "arrival_latest": "2026-11-24T10:45:00+09:00",
    "ride_max_s": 2700,
}


class PromiseOut(BaseModel):
    """What is promised. The vehicle boards inside the pick-up window and has arrived by ``arrival_latest``."""

    model_config = ConfigDict(json_schema_extra={"examples": [PROMISE_EXAMPLE]})

    pickup_earliest: MomentOut
    pickup_latest: MomentOut
    arrival_latest: MomentOut
    ride_max_s: int = Field(description="Longest time aboard, seconds.")

    @classmethod
    def of(cls, promise: Promise, *, day: dt.date) -> PromiseOut:
        return cls(
            pickup_earliest=to_moment(day, promise.pickup_earliest_s),
            pickup_latest=to_moment(day, promise.pickup_latest_s),
            arrival_latest=to_moment(day, promise.arrival_latest_s),
            ride_max_s=promise.ride_max_s,
        )


class OfferOut(BaseModel):
    """One promise we could make now. It reserves nothing. ``sentence`` can be read to the caller as it is."""

    id: int
    rank: int = Field(description="1 is the best.")
    sentence: str
    promise: PromiseOut
    pickup_scheduled: MomentOut
    arrival_scheduled: MomentOut
    vehicle_id: str
    ride_s: int = Field(description="Scheduled time aboard, seconds.")
    direct_s: int = Field(description="Time of the direct drive, seconds.")
    fare_yen: int
    vouchers: int = Field(description="Free-ride vouchers used.")
    added_m: int = Field(description="Metres the plan grows by.")
    others_delay_s: int = Field(description="Seconds added to all others, inside their promises.")
    shifted: list[int] = Field(description="Reservations whose scheduled times would change, inside their promises.")
    expires_at: MomentOut

    @classmethod
    def of(cls, offer: Offer, *, day: dt.date, lang: Lang) -> OfferOut:
        return cls(
            id=offer.id,
            rank=offer.rank,
            sentence=offer_text(offer, lang),
            promise=PromiseOut.of(offer.promise, day=day),
            pickup_scheduled=to_moment(day, offer.pickup_s),
            arrival_scheduled=to_moment(day, offer.arrival_s),
            vehicle_id=offer.vehicle_id,
            ride_s=offer.ride_s,
            direct_s=offer.direct_s,
            fare_yen=offer.fare_yen,
            vouchers=offer.vouchers,
            added_m=offer.added_m,
            others_delay_s=offer.others_delay_s,
            shifted=list(offer.shifted),
            expires_at=offer.expires_at,
        )


class ReliefOut(BaseModel):
    """The cheapest change of the wish that would admit the trip on one vehicle."""

    kind: ReliefKind
    amount_s: int = Field(description="Seconds earlier, later or longer; 0 when the kind has none.")
    seats: int = Field(le=PARTY_MAX, description="Places to give up; 0 when the kind has none.")
    sentence: str


class VehicleRefusalOut(BaseModel):
    """The rule that blocks one vehicle."""

    vehicle_id: str
    rule: Rule
    sentence: str
    relief: ReliefOut

    @classmethod
    def of(cls, blocked: VehicleRefusal, lang: Lang) -> VehicleRefusalOut:
        relief = blocked.relief
        return cls(
            vehicle_id=blocked.vehicle_id,
            rule=blocked.rule,
            sentence=blocked_text(blocked, lang),
            relief=ReliefOut(
                kind=relief.kind, amount_s=relief.amount_s, seats=relief.seats, sentence=relief_text(relief, lang)
            ),
        )


class RefusalOut(BaseModel):
    """A typed "no": ``code`` is one of ``docs/errors.md``; for ``no_vehicle``, ``vehicles`` says what blocks each."""

    code: str = Field(examples=["no_vehicle"])
    cause: str
    action: str
    values: dict[str, str]
    vehicles: list[VehicleRefusalOut]

    @classmethod
    def of(cls, refusal: Refusal, lang: Lang) -> RefusalOut:
        return cls(
            code=refusal.code,
            cause=refusal_cause(refusal, lang),
            action=refusal_action(refusal, lang),
            values=dict(refusal.values),
            vehicles=[VehicleRefusalOut.of(blocked, lang) for blocked in refusal.vehicles],
        )


class OfferedOut(BaseModel):
    """The request was answered with offers, best first."""

    outcome: Literal["offered"] = "offered"
    request_id: int
    date: dt.date
    offers: list[OfferOut]

    @classmethod
    def of(cls, offers: tuple[Offer, ...], *, request_id: int, day: dt.date, lang: Lang) -> OfferedOut:
        shown = [OfferOut.of(offer, day=day, lang=lang) for offer in offers]
        return cls(request_id=request_id, date=day, offers=shown)


class RefusedOut(BaseModel):
    """The request was refused. This is an answer, not an error: it is stored and counted."""

    outcome: Literal["refused"] = "refused"
    request_id: int
    date: dt.date
    refusal: RefusalOut


class OfferGone(Problem):
    """The offer can no longer be accepted; ``fresh_offers`` are what can be promised instead, best first."""

    fresh_offers: list[OfferOut]


class HoldOut(BaseModel):
    """An offer that is held: until then its seat and time are kept against everybody else."""

    offer_id: int
    request_id: int
    held_until: MomentOut

    @classmethod
    def of(cls, hold: Hold) -> HoldOut:
        return cls(offer_id=hold.offer_id, request_id=hold.request_id, held_until=hold.until)


class OfferAccepted(BaseModel):
    """The offer the caller said yes to."""

    model_config = ConfigDict(extra="forbid")

    offer_id: int = Field(ge=1, le=DATABASE_ID_MAX)
    overlap_confirmed: bool = Field(
        default=False, description="The caller was asked and does mean a second trip at overlapping times."
    )
