"""Outbound and return over HTTP, asked for, offered and accepted together."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.reasons import contradiction
from api.schemas.moments import MomentIn, MomentOut
from api.schemas.offers import OfferOut, RefusalOut
from api.schemas.problem import Problem
from api.schemas.reservations import ReservationOut
from api.schemas.spots import SpotIn
from api.schemas.wishes import DATABASE_ID_MAX, WishIn
from api.speech import pair_text
from dispatch.booking.hold_pair import HeldPair
from dispatch.booking.proposal import PairOffered, PairRefused
from dispatch.model.actor import Actor
from dispatch.model.offer import Leg, OfferPair
from dispatch.model.times import LAST_SECOND_S, to_second
from dispatch.model.wish import BackForm, PairForm, TimeKind
from dispatch.model.wording import Lang

STAY_MAX_S = 24 * 3600


class BackIn(BaseModel):
    """The way back: so long after the outbound has ended, or leaving not before one moment, or arriving by another.

    Without places of its own it goes from the destination of the outbound to its origin.
    """

    model_config = ConfigDict(extra="forbid")

    stay_s: int | None = Field(default=None, ge=0, le=STAY_MAX_S, description="Seconds at the destination.")
    depart_after: MomentIn | None = None
    arrive_by: MomentIn | None = None
    origin: SpotIn | None = None
    destination: SpotIn | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> BackIn:
        if sum(one is not None for one in (self.stay_s, self.depart_after, self.arrive_by)) != 1:
            raise contradiction("one_back")
        return self

    def to_form(self, outbound: WishIn) -> BackForm:
        """The way back as the business takes it."""
        origin = outbound.destination if self.origin is None else self.origin
        destination = outbound.origin if self.destination is None else self.destination
        places = BackForm(origin=origin.to_ref(), destination=destination.to_ref())
        return _timed(self, places, day=outbound.service_day)


def _timed(back: BackIn, places: BackForm, *, day: dt.date) -> BackForm:
    origin, destination = places.origin, places.destination
    if back.stay_s is not None:
        return BackForm(origin=origin, destination=destination, stay_s=back.stay_s)
    kind = TimeKind.DEPART_AFTER if back.arrive_by is None else TimeKind.ARRIVE_BY
    moment = back.depart_after if back.arrive_by is None else back.arrive_by
    if moment is None or not 0 <= to_second(day, moment) <= LAST_SECOND_S:
        raise contradiction("other_day")
    return BackForm(origin=origin, destination=destination, time_kind=kind, time_s=to_second(day, moment))


class PairIn(BaseModel):
    """Both ways wanted, by the same people on the same service day."""

    model_config = ConfigDict(extra="forbid")

    outbound: WishIn
    back: BackIn

    @model_validator(mode="after")
    def _on_one_day(self) -> PairIn:
        self.back.to_form(self.outbound)
        return self

    def to_form(self, *, service_id: str, actor: Actor) -> PairForm:
        """The request as the business takes it."""
        outbound = self.outbound.to_form(service_id=service_id, actor=actor)
        return PairForm(outbound=outbound, back=self.back.to_form(self.outbound))


class PairOut(BaseModel):
    """Two promises we could make now, in one plan. ``sentence`` tells both and can be read to the caller as it is."""

    pair_id: int
    rank: int = Field(description="1 is the best.")
    sentence: str
    outbound: OfferOut
    back: OfferOut
    fare_yen: int = Field(description="For both ways.")
    vouchers: int = Field(description="Free-ride vouchers used for both ways.")
    expires_at: MomentOut

    @classmethod
    def of(cls, pair: OfferPair, *, day: dt.date, lang: Lang) -> PairOut:
        return cls(
            pair_id=pair.id,
            rank=pair.back.rank,
            sentence=pair_text(pair, lang),
            outbound=OfferOut.of(pair.outbound, day=day, lang=lang),
            back=OfferOut.of(pair.back, day=day, lang=lang),
            fare_yen=pair.outbound.fare_yen + pair.back.fare_yen,
            vouchers=pair.outbound.vouchers + pair.back.vouchers,
            expires_at=pair.back.expires_at,
        )


class PairsOut(BaseModel):
    """The request was answered with pairs, best first."""

    outcome: Literal["offered"] = "offered"
    outbound_request_id: int
    back_request_id: int
    date: dt.date
    pairs: list[PairOut]

    @classmethod
    def of(cls, answer: PairOffered, lang: Lang) -> PairsOut:
        day = answer.outbound.wish.date
        return cls(
            outbound_request_id=answer.outbound.id,
            back_request_id=answer.back.id,
            date=day,
            pairs=[PairOut.of(pair, day=day, lang=lang) for pair in answer.pairs],
        )


class PairRefusedOut(BaseModel):
    """No pair can be had; ``leg`` is the one that stands in the way. Both requests are stored with their outcomes."""

    outcome: Literal["refused"] = "refused"
    leg: Leg
    outbound_request_id: int
    back_request_id: int
    date: dt.date
    refusal: RefusalOut

    @classmethod
    def of(cls, answer: PairRefused, lang: Lang) -> PairRefusedOut:
        return cls(
            leg=answer.leg,
            outbound_request_id=answer.outbound.id,
            back_request_id=answer.back.id,
            date=answer.outbound.wish.date,
            refusal=RefusalOut.of(answer.refusal, lang),
        )


class PairHoldOut(BaseModel):
    """A pair that is held: until then seats and times of both legs are kept against everybody else."""

    pair_id: int
    outbound_request_id: int
    back_request_id: int
    held_until: MomentOut

    @classmethod
    def of(cls, held: HeldPair) -> PairHoldOut:
        return cls(
            pair_id=held.back.offer_id,
            outbound_request_id=held.outbound.request_id,
            back_request_id=held.back.request_id,
            held_until=held.back.until,
        )


class PairAccepted(BaseModel):
    """The pair the caller said yes to."""

    model_config = ConfigDict(extra="forbid")

    pair_id: int = Field(ge=1, le=DATABASE_ID_MAX)
    overlap_confirmed: bool = Field(
        default=False, description="The caller was asked and does mean a second trip at overlapping times."
    )


class PairGone(Problem):
    """The pair can no longer be accepted and nothing is booked; ``fresh_pairs`` are what can be promised instead."""

    fresh_pairs: list[PairOut]


class BookedPairOut(BaseModel):
    """Both reservations; ``back`` is linked to ``outbound``."""

    outbound: ReservationOut
    back: ReservationOut
