"""What was said on the phone, and how it is kept.

Promised, scheduled and estimated are three different times: this module holds the promised ones only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.model.actor import Actor
from dispatch.model.times import MINUTE_S


class PromiseState(StrEnum):
    NOT_YET = "not_yet"  # nothing has been promised: the reservation waits for its call
    OPEN = "open"
    KEPT = "kept"
    BREACHED = "breached"
    RELEASED = "released"  # cancelled by the rider, or replaced with the rider's consent


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Service-day seconds, all bounds inclusive. The three times are whole minutes: what is said is what is kept.

    The vehicle is ready to board at the door inside ``[pickup_earliest_s, pickup_latest_s]`` (one that is early
    waits) and has stopped at the drop by ``arrival_latest_s``. ``ride_max_s`` bounds the time aboard, from the end
    of boarding to the stop at the drop. The digests name the rules and travel times it was computed with.
    """

    pickup_earliest_s: int
    pickup_latest_s: int
    arrival_latest_s: int
    ride_max_s: int
    rules_digest: str
    travel_digest: str

    def __post_init__(self) -> None:
        if not 0 <= self.pickup_earliest_s <= self.pickup_latest_s <= self.arrival_latest_s:
            raise ValueError("a promise runs from pick-up window to latest arrival")
        if any(time_s % MINUTE_S for time_s in (self.pickup_earliest_s, self.pickup_latest_s, self.arrival_latest_s)):
            raise ValueError("a promise is made in whole minutes")


NO_PROMISE_YET = Promise(
    pickup_earliest_s=0, pickup_latest_s=0, arrival_latest_s=0, ride_max_s=0, rules_digest="", travel_digest=""
)
"""What stands in a reservation that waits for its call (decision 0014): in no plan, never said to anybody."""


class BreachCause(StrEnum):
    """Why a promise could not be kept (keys of ``breach`` in the catalogue)."""

    DELAY = "delay"  # a vehicle is behind its plan
    BREAKDOWN = "breakdown"
    ROAD = "road"  # closed, or slower than it was when the promise was given
    SHIFT = "shift"  # a vehicle or a driver is missing
    DRIVEN = "driven"  # what was reported shows it: the vehicle came, or arrived, too late


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A promise declared impossible to keep: why, when, by whom, and what the plan is held to from then on.

    ``pickup_latest_s``, ``arrival_latest_s`` (whole minutes, never before those of the promise) and ``ride_max_s``
    are the least lateness that was possible when it was declared. The promise itself stays what was said.
    """

    cause: BreachCause
    declared_at: datetime
    declared_by: Actor
    pickup_latest_s: int
    arrival_latest_s: int
    ride_max_s: int


class ConsentReason(StrEnum):
    """Why a rider agreed to another promise (keys of ``consent`` in the catalogue)."""

    WISH = "wish"  # the rider wanted it
    DELAY = "delay"
    BREAKDOWN = "breakdown"
    OTHERS = "others"  # so that others can ride, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A rider's yes to another promise. ``given_by`` is ``rider``, or the role of who asked in the rider's place.

    ``replaced`` is the promise that was given up.
    """

    given_by: str
    given_at: datetime
    reason: ConsentReason
    taken_by: Actor
    replaced: Promise
