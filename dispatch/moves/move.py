"""The moves a dispatcher can make, and what came of trying one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from dispatch.model.plan import Task
from dispatch.model.promise import Promise
from dispatch.model.reservation import KeptOrder, Side

LOCKED = "locked"
"""Rule of an objection that can be forced: the trip is locked to another vehicle."""

KEPT_ORDER = "kept_order"
"""Rule of an objection that can be forced: a dispatcher has put these visits in the other order."""


class Grade(StrEnum):
    """Who may be inconvenienced by a re-assignment. Promises are kept in every grade, or changed with consent."""

    KEEP_EVERYONE = "keep_everyone"  # everybody else stays on their vehicle, every promise stands
    RIDER_MAY_SHIFT = "rider_may_shift"  # this rider agrees to another time when there is no other way
    RIDER_FIRST = "rider_first"  # others may change vehicle so that this rider fits


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """Let a shift carry a trip, and lock it there."""

    reservation_id: int
    shift_id: str
    grade: Grade = Grade.KEEP_EVERYONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Keep a trip on the shift that carries it now."""

    reservation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlock:
    """Let planning choose the vehicle of a trip, and its turn, again."""

    reservation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reorder:
    """Put one visit of a trip right before or after a visit of another trip on the same route.

    The trip is locked to the shift, and planning keeps the two visits in that order.
    """

    reservation_id: int
    task: Task
    side: Side
    other_id: int
    other_task: Task

    @property
    def order(self) -> KeptOrder:
        return KeptOrder(task=self.task, side=self.side, other_id=self.other_id, other_task=self.other_task)


Move: TypeAlias = Assign | Lock | Unlock | Reorder


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What the dispatcher answers to the objections: whether to force, and who has consented to another time.

    ``consent`` is a role or a short id (``rider``, ``family``), nothing personal; empty when nobody was asked.
    """

    force: bool = False
    consent: str = ""


NO_APPROVAL = Approval()


class MoveVerdict(StrEnum):
    """Whether a move can be made, and what it takes."""

    POSSIBLE = "possible"
    NEEDS_CONSENT = "needs_consent"  # the rider gets another promise: ask first
    NEEDS_FORCE = "needs_force"  # against a lock or an order kept by hand, or somebody waits aboard too long
    IMPOSSIBLE = "impossible"  # against promises or the rules of the vehicle: no force helps


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """A rule that the move would break: whose trip, and by how much.

    ``rule`` is a key of ``finding`` in the catalogue; ``amount`` is seconds, or seats for the rule ``seats``;
    ``reservation_id`` is ``NO_ID`` for a rule of the vehicle (its shift, its break).
    """

    rule: str
    reservation_id: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a move changes for one trip: its shift, and its scheduled times (seconds of the service day)."""

    reservation_id: int
    shift_before: str
    shift_after: str
    pickup_before_s: int
    pickup_after_s: int
    arrival_before_s: int
    arrival_after_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The answer to a move that is only tried.

    ``promise`` holds the other promise that the rider would be asked to accept, if any; ``added_m`` the metres the
    plan grows by (negative when it shrinks).
    """

    verdict: MoveVerdict
    objections: tuple[Objection, ...]
    effects: tuple[Effect, ...]
    promise: tuple[Promise, ...] = ()
    added_m: int = 0
