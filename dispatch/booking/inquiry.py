"""One wish laid before one state of its day, and the promises that could be made."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.booking.trip import Trip
from dispatch.booking.windows import Choice, choices
from dispatch.model.promise import Promise
from dispatch.model.rules import ServiceRules
from dispatch.model.times import LAST_SECOND_S
from dispatch.solver_bridge.day_problem import DayProblem, with_promise
from dispatch.solver_bridge.placing import NoPlace, Placement, Placing
from dispatch.solver_bridge.workplace import Workday
from solver.insertion import Block, RelaxationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """``placing`` is the trip asked for before the routes of the day, under some promise; it can be given another."""

    trip: Trip
    workday: Workday
    placing: Placing

    @property
    def day(self) -> DayProblem:
        """The day with the trip asked for as its last request."""
        return self.placing.day

    @property
    def rules(self) -> ServiceRules:
        return self.workday.state.rules

    @property
    def request(self) -> int:
        return self.placing.request

    def under(self, choice: Choice) -> DayProblem:
        """The day with the trip asked for under the promise of ``choice``."""
        return with_promise(self.day, self.request, choice.promise)


def placing_on(workday: Workday, trip: Trip, promise: Promise) -> Placing:
    """The trip before the routes of the day, as the last of its requests."""
    day = workday.asking(trip.ride(promise))
    return Placing(day, len(day.rides) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A promise that can be made, and where it would be kept."""

    choice: Choice
    placement: Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class NoneFound:
    """No promise around the wish can be made; ``blocks`` say why at the one closest to the wish."""

    closest: Choice
    blocks: tuple[Block, ...]


def search(inquiry: Inquiry, *, most: int) -> tuple[Found, ...] | NoneFound:
    """Up to ``most`` promises, the best first, whose windows do not overlap."""
    rules = inquiry.rules
    window_s = rules.promise.pickup_window_min * 60
    found: list[Found] = []
    failed: list[NoneFound] = []
    for choice in choices(inquiry.trip, rules):
        near = any(abs(choice.off_s - other.choice.off_s) < window_s for other in found)
        if near or any(_hopeless(choice, after=failure) for failure in failed):
            continue
        answer = inquiry.placing.under(choice.promise).place()
        if isinstance(answer, NoPlace):
            failed.append(NoneFound(closest=choice, blocks=answer.blocks))
            continue
        found.append(Found(choice=choice, placement=answer))
        if len(found) == most:
            break
    return tuple(found) if found else failed[0]


def _hopeless(choice: Choice, *, after: NoneFound) -> bool:
    """Whether what failed before already tells that ``choice`` fails too.

    When no vehicle takes the trip until its pick-up and arrival may be ``n`` seconds later, no window less than
    ``n`` later admits it either: it lies inside the widened one. The same holds towards the morning.
    """
    failed, here = after.closest.promise, choice.promise
    later_s = here.pickup_earliest_s - failed.pickup_earliest_s
    more_s = here.arrival_latest_s - failed.arrival_latest_s
    if later_s > 0:
        return max(later_s, more_s) < _least_s(after.blocks, RelaxationKind.TRIP_LATER)
    return more_s <= 0 and -later_s < _least_s(after.blocks, RelaxationKind.TRIP_EARLIER)


def _least_s(blocks: tuple[Block, ...], kind: RelaxationKind) -> int:
    """The least change of ``kind`` that admits the trip at some vehicle; the whole day when none does."""
    return min((r.amount for block in blocks for r in block.relaxations if r.kind is kind), default=LAST_SECOND_S)
