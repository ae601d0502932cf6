"""Moves by hand over HTTP: what to do, and what it does or would do."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.moments import MomentOut
from api.schemas.offers import PromiseOut
from dispatch.model.plan import Task
from dispatch.model.reservation import Side
from dispatch.model.times import to_moment
from dispatch.model.wish import NO_ID
from dispatch.model.wording import Lang, say
from dispatch.moves.move import (
    KEPT_ORDER,
    LOCKED,
    Approval,
    Assign,
    Effect,
    Grade,
    Lock,
    Move,
    MoveVerdict,
    Objection,
    Reorder,
    Trial,
    Unlock,
)

WITHOUT_MINUTES = frozenset({"seats", LOCKED, KEPT_ORDER})
"""Rules that are not broken by a number of minutes."""

ReservationNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]


class MoveIn(BaseModel):
    """One move; with ``dry_run`` nothing is changed. ``shift_id`` and ``grade`` belong to ``assign``.

    ``reorder`` puts visit ``task`` of the reservation right ``side`` (before or after) visit ``other_task`` of
    reservation ``other_id`` on the same route; planning keeps that order.
    ``consent`` says who has agreed to another promise (a role or a short id, nothing personal).
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["assign", "lock", "unlock", "reorder"]
    reservation_id: ReservationNumber
    shift_id: str = Field(default="", max_length=40)
    grade: Grade = Grade.KEEP_EVERYONE
    task: Task = Task.BOARD
    side: Side = Side.BEFORE
    other_id: int = Field(default=NO_ID, ge=NO_ID, le=2**31 - 1)
    other_task: Task = Task.BOARD
    dry_run: bool = True
    force: bool = False
    consent: str = Field(default="", max_length=40, pattern=r"^[A-Za-z0-9_\-]*$")

    @property
    def move(self) -> Move:
        if self.kind == "lock":
            return Lock(reservation_id=self.reservation_id)
        if self.kind == "unlock":
            return Unlock(reservation_id=self.reservation_id)
        if self.kind == "reorder":
            return Reorder(
                reservation_id=self.reservation_id,
                task=self.task,
                side=self.side,
                other_id=self.other_id,
                other_task=self.other_task,
            )
        return Assign(reservation_id=self.reservation_id, shift_id=self.shift_id, grade=self.grade)

    @property
    def approval(self) -> Approval:
        return Approval(force=self.force, consent=self.consent)


class ObjectionOut(BaseModel):
    """A rule the move would break: for whom (0: for the vehicle), by how much, and in words."""

    rule: str
    reservation_id: int
    minutes: int
    sentence: str

    @classmethod
    def of(cls, objection: Objection, lang: Lang) -> ObjectionOut:
        minutes = -(-objection.amount // 60)
        rule = say(f"finding.{objection.rule}", lang)
        of_trip = "trip" if objection.amount and objection.rule not in WITHOUT_MINUTES else "rule"
        whose = of_trip if objection.reservation_id != NO_ID else "vehicle"
        sentence = say(f"move.{whose}", lang, rule=rule, reservation_id=objection.reservation_id, minutes=minutes)
        return cls(rule=objection.rule, reservation_id=objection.reservation_id, minutes=minutes, sentence=sentence)


class EffectOut(BaseModel):
    """A trip whose vehicle or scheduled times change. Promised times do not."""

    reservation_id: int
    shift_before: str
    shift_after: str
    pickup_before: MomentOut
    pickup_after: MomentOut
    arrival_before: MomentOut
    arrival_after: MomentOut

    @classmethod
    def of(cls, effect: Effect, day: date) -> EffectOut:
        return cls(
            reservation_id=effect.reservation_id,
            shift_before=effect.shift_before,
            shift_after=effect.shift_after,
            pickup_before=to_moment(day, effect.pickup_before_s),
            pickup_after=to_moment(day, effect.pickup_after_s),
            arrival_before=to_moment(day, effect.arrival_before_s),
            arrival_after=to_moment(day, effect.arrival_after_s),
        )


class MoveOut(BaseModel):
    """What a move does (``made``) or would do. ``promise`` holds the other promise the rider is asked to accept."""

    made: bool
    verdict: MoveVerdict
    objections: list[ObjectionOut]
    effects: list[EffectOut]
    promise: list[PromiseOut]
    added_m: int

    @classmethod
    def of(cls, trial: Trial, day: date, *, made: bool, lang: Lang) -> MoveOut:
        return cls(
            made=made,
            verdict=trial.verdict,
            objections=[ObjectionOut.of(one, lang) for one in trial.objections],
            effects=[EffectOut.of(one, day) for one in trial.effects],
            promise=[PromiseOut.of(one, day=day) for one in trial.promise],
            added_m=trial.added_m,
        )
