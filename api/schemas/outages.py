"""Vehicles taken off the road over HTTP: what is asked, what it does or would do, and what stands."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.moments import MomentIn, MomentOut
from api.schemas.moves import EffectOut
from api.schemas.progress import BreachOut, PositionIn
from dispatch.model.outage import Outage
from dispatch.model.promise import BreachCause
from dispatch.model.spot import SpotKind, SpotRef
from dispatch.model.times import to_moment, to_second
from dispatch.moves.withdrawal import Accepted, Instead, Trips, Withdrawal, WithdrawalTrial, WithdrawalVerdict

CAUSES = {"breakdown": BreachCause.BREAKDOWN, "shift": BreachCause.SHIFT}


class InsteadIn(BaseModel):
    """The vehicle that replaces it: from which place (the start of the shift when none is named), and when."""

    model_config = ConfigDict(extra="forbid")

    vehicle_id: str = Field(min_length=1, max_length=40, examples=["V9"])
    place_id: str = Field(default="", max_length=40)
    ready_at: MomentIn | None = None

    def instead(self, day: date) -> Instead:
        ready_s = 0 if self.ready_at is None else to_second(day, self.ready_at)
        return Instead(vehicle_id=self.vehicle_id, place_id=self.place_id, ready_s=ready_s)


class OutageIn(BaseModel):
    """A vehicle that does nothing more from now on. With ``dry_run`` nothing is changed.

    ``cause`` ``shift`` (called off, or a vehicle exchanged) needs an empty vehicle. ``place_id`` or ``position`` is
    where it stands; without both, where it was last known to be. ``trips`` ``keep`` gives all its trips to the vehicle
    that replaces it. ``accept_breaches`` and ``accept_undriven`` answer what the dry run has named.
    """

    model_config = ConfigDict(extra="forbid")

    shift_id: str = Field(min_length=1, max_length=40, examples=["S1"])
    cause: Literal["breakdown", "shift"] = "breakdown"
    place_id: str = Field(default="", max_length=40)
    position: PositionIn | None = None
    instead: InsteadIn | None = None
    trips: Trips = Trips.REPLAN
    dry_run: bool = True
    accept_breaches: bool = False
    accept_undriven: bool = False

    def withdrawal(self, day: date) -> Withdrawal:
        at: tuple[SpotRef, ...] = ()
        if self.place_id:
            at = (SpotRef(kind=SpotKind.PLACE, id=self.place_id),)
        elif self.position is not None:
            at = (SpotRef(kind=SpotKind.POINT, at=self.position.point),)
        instead = () if self.instead is None else (self.instead.instead(day),)
        return Withdrawal(shift_id=self.shift_id, cause=CAUSES[self.cause], at=at, instead=instead, trips=self.trips)

    @property
    def accepted(self) -> Accepted:
        return Accepted(breaches=self.accept_breaches, undriven=self.accept_undriven)


class OutageOut(BaseModel):
    """A vehicle off the road: since when, why, who was aboard, which shift replaces it."""

    number: int
    shift_id: str
    since: MomentOut
    cause: BreachCause
    stranded: list[int]
    instead: list[str]
    lifted: bool

    @classmethod
    def of(cls, outage: Outage) -> OutageOut:
        return cls(
            number=outage.number,
            shift_id=outage.shift_id,
            since=to_moment(outage.date, outage.from_s),
            cause=outage.cause,
            stranded=list(outage.stranded),
            instead=[shift.shift_id for shift in outage.instead],
            lifted=outage.lifted,
        )


class WithdrawalOut(BaseModel):
    """What taking the vehicle off the road does (``made``) or would do.

    ``breaches`` are the promises that cannot be kept, with the least lateness (for ``not_kept``: how late the trips
    would be on the replacing vehicle alone); ``undriven`` the reservations that nobody can drive.
    """

    made: bool
    verdict: WithdrawalVerdict
    outage: OutageOut
    effects: list[EffectOut]
    breaches: list[BreachOut]
    undriven: list[int]
    added_m: int

    @classmethod
    def of(cls, trial: WithdrawalTrial, day: date, *, made: bool) -> WithdrawalOut:
        return cls(
            made=made,
            verdict=trial.verdict,
            outage=OutageOut.of(trial.outage),
            effects=[EffectOut.of(one, day) for one in trial.effects],
            breaches=[BreachOut.of(one, day) for one in trial.late],
            undriven=list(trial.undriven),
            added_m=trial.added_m,
        )
