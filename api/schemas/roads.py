"""Roads closed or slow on a day over HTTP: what is asked, what it does or would do, and what stands."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.moments import MomentIn, MomentOut
from api.schemas.moves import EffectOut
from api.schemas.progress import BreachOut, PositionIn
from dispatch.model.road import WHOLE, RoadChange
from dispatch.model.spot import SpotKind, SpotRef
from dispatch.model.times import LAST_SECOND_S, to_moment, to_second
from dispatch.moves.road_works import DETOUR_MAX_S, RADIUS_MAX_M, SLOWEST, Closing, RoadTrial, RoadWork
from dispatch.moves.withdrawal import Accepted


class ClosingIn(BaseModel):
    """Nobody drives within ``radius_m`` of a place or a position; who would takes ``detour_s`` longer."""

    model_config = ConfigDict(extra="forbid")

    place_id: str = Field(default="", max_length=40)
    position: PositionIn | None = None
    radius_m: int = Field(ge=1, le=RADIUS_MAX_M)
    detour_s: int = Field(ge=1, le=DETOUR_MAX_S)

    def closing(self) -> Closing:
        ref = SpotRef(kind=SpotKind.PLACE, id=self.place_id)
        if self.position is not None:
            ref = SpotRef(kind=SpotKind.POINT, at=self.position.point)
        return Closing(centre=ref, radius_m=self.radius_m, detour_s=self.detour_s)


class RoadIn(BaseModel):
    """A change of the roads: from when (now when left out) until when (the end of the day when left out).

    ``percent`` 150 lets every drive take half as long again. With ``dry_run`` nothing is changed; ``accept_breaches``
    and ``accept_undriven`` answer what it has named.
    """

    model_config = ConfigDict(extra="forbid")

    from_at: MomentIn | None = None
    until: MomentIn | None = None
    percent: int = Field(default=WHOLE, ge=WHOLE, le=SLOWEST)
    closed: list[ClosingIn] = Field(default_factory=list, max_length=5)
    dry_run: bool = True
    accept_breaches: bool = False
    accept_undriven: bool = False

    def work(self, day: date) -> RoadWork:
        return RoadWork(
            from_s=0 if self.from_at is None else to_second(day, self.from_at),
            until_s=LAST_SECOND_S if self.until is None else to_second(day, self.until),
            percent=self.percent,
            closed=tuple(one.closing() for one in self.closed),
        )

    @property
    def accepted(self) -> Accepted:
        return Accepted(breaches=self.accept_breaches, undriven=self.accept_undriven)


class RoadOut(BaseModel):
    """A change of the roads of a day; ``closed`` holds the keys of the places around which nobody drives."""

    number: int
    from_at: MomentOut
    until: MomentOut
    percent: int
    closed: list[str]
    lifted: bool

    @classmethod
    def of(cls, change: RoadChange) -> RoadOut:
        return cls(
            number=change.number,
            from_at=to_moment(change.date, change.from_s),
            until=to_moment(change.date, change.until_s),
            percent=change.percent,
            closed=[area.centre.key for area in change.closed],
            lifted=change.lifted,
        )


class RoadWorkOut(BaseModel):
    """What a change of the roads does (``made``) or would do: least breaches, trips whose times change, and
    reservations that no vehicle can take any more (``undriven``)."""

    made: bool
    road: RoadOut
    effects: list[EffectOut]
    breaches: list[BreachOut]
    undriven: list[int]

    @classmethod
    def of(cls, trial: RoadTrial, day: date, *, made: bool) -> RoadWorkOut:
        return cls(
            made=made,
            road=RoadOut.of(trial.change),
            effects=[EffectOut.of(one, day) for one in trial.effects],
            breaches=[BreachOut.of(one, day) for one in trial.late],
            undriven=list(trial.undriven),
        )
