"""One wish laid before one state of its day, and the promises that could be made."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.booking.trip import Trip
from dispatch.booking.windows import Choice
from dispatch.model.promise import Promise
from dispatch.model.rules import ServiceRules
from dispatch.model.times import LAST_SECOND_S
from dispatch.solver_bridge.day_problem import DayProblem, with_promise
from dispatch.solver_bridge.placing import NoPlace, Placement, Placing
from dispatch.solver_bridge.workplace import Workday
from solver.insertion import Block, RelaxationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """``placing`` is the trip asked for before the routes of the day, under some promise; it can be given another.

    ``around`` are all promises that the rules allow around the wish, the best first; there is one at least.
    """

    trip: Trip
    workday: Workday
    placing: Placing
    around: tuple[Choice, ...]

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
    return Placing.of(day, len(day.rides) - 1)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failed:
    """A promise that no vehicle can keep, and how much later, or earlier, some vehicle could have the trip."""

    choice: Choice
    answer: NoPlace
    later_s: int
    earlier_s: int


def search(inquiry: Inquiry, *, most: int) -> tuple[Found, ...] | NoneFound:
    """Up to ``most`` promises, the best first, whose windows do not overlap."""
    rules = inquiry.rules
    window_s = rules.promise.pickup_window_min * 60
    around = inquiry.around
    found: list[Found] = []
    failed: list[_Failed] = []
    most_s = _apart_s(around)
    for choice in around:
        near = any(abs(choice.off_s - other.choice.off_s) < window_s for other in found)
        if near or any(_hopeless(choice, after=failure) for failure in failed):
            continue
        answer = inquiry.placing.under(choice.promise).place()
        if isinstance(answer, NoPlace):
            failed.append(_failed(choice, answer, most_s=most_s))
            continue
        found.append(Found(choice=choice, placement=answer))
        if len(found) == most:
            break
    return tuple(found) if found else NoneFound(closest=failed[0].choice, blocks=failed[0].answer.blocks())


def _apart_s(around: tuple[Choice, ...]) -> int:
    """How far the choices are apart at most, seconds: a change beyond that is as good as none at all."""
    starts_s, ends_s = [one.pickup_earliest_s for one in around], [one.arrival_latest_s for one in around]
    return max(max(starts_s) - min(starts_s), max(ends_s) - min(ends_s))


def _failed(choice: Choice, answer: NoPlace, *, most_s: int) -> _Failed:
    """What a failure tells of the choices around it, which are ``most_s`` apart at most."""
    least_s = answer.moves(most_s=most_s)
    return _Failed(
        choice=choice,
        answer=answer,
        later_s=least_s.get(RelaxationKind.TRIP_LATER, LAST_SECOND_S),
        earlier_s=least_s.get(RelaxationKind.TRIP_EARLIER, LAST_SECOND_S),
    )


def _hopeless(choice: Choice, *, after: _Failed) -> bool:
    """Whether what failed before already tells that ``choice`` fails too.

    When no vehicle takes the trip until its pick-up and arrival may be ``n`` seconds later, no window less than
    ``n`` later admits it either: it lies inside the widened one. The same holds towards the morning.
    """
    later_s = choice.pickup_earliest_s - after.choice.pickup_earliest_s
    more_s = choice.arrival_latest_s - after.choice.arrival_latest_s
    if later_s > 0:
        return max(later_s, more_s) < after.later_s
    return more_s <= 0 and -later_s < after.earlier_s
