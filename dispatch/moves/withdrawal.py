"""A vehicle is taken off the road for the rest of the day: what is asked, and what came of trying it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dispatch.model.outage import Outage
from dispatch.model.promise import BreachCause
from dispatch.model.spot import SpotRef
from dispatch.moves.move import Effect
from dispatch.solver_bridge.lateness import Lateness


class Trips(StrEnum):
    """What becomes of the trips that the vehicle would still have driven."""

    REPLAN = "replan"  # any vehicle of the day may take them over
    KEEP = "keep"  # the replacing vehicle drives them all, and they are locked to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """The vehicle that replaces it: from where, and from which second of the day on."""

    vehicle_id: str
    place_id: str
    ready_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Shift ``shift_id`` does nothing more from now on.

    ``cause`` is ``BREAKDOWN``, or ``SHIFT`` for a shift called off or a vehicle exchanged: then nobody may be aboard.
    ``at`` is where the vehicle stands; when nobody says, where it was last known to be. ``instead`` holds at most one.
    """

    shift_id: str
    cause: BreachCause
    at: tuple[SpotRef, ...] = ()
    instead: tuple[Instead, ...] = ()
    trips: Trips = Trips.REPLAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What the dispatcher accepts: promises that are breached, and trips that nobody can drive any more."""

    breaches: bool = False
    undriven: bool = False


NOTHING_ACCEPTED = Accepted()


class WithdrawalVerdict(StrEnum):
    """Whether a vehicle can be taken off the road, and what it takes."""

    POSSIBLE = "possible"  # every promise is kept
    BREACHES = "breaches"  # with the least lateness, some promises cannot be kept
    UNDRIVEN = "undriven"  # some cannot be driven any more, however late
    NOT_KEPT = "not_kept"  # the replacing vehicle cannot drive all trips in time: re-plan them


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalTrial:
    """What taking a vehicle off the road does. ``late`` are the least breaches, or how late trips would be if kept.

    ``undriven`` are reservations that no vehicle can take; ``added_m`` the metres the plan grows by.
    """

    verdict: WithdrawalVerdict
    outage: Outage
    effects: tuple[Effect, ...] = ()
    late: tuple[Lateness, ...] = ()
    undriven: tuple[int, ...] = ()
    added_m: int = 0
