"""The plan of the least lateness for a day on which not every promise can be kept.

See `dispatch.solver_bridge.lateness` for what is minimised. Reads from the top: what happens when nothing is done;
whether all can be in time, by insertion and by a search; the better of two plans with everybody on them; a search that
makes lateness dear, within the greatest of that plan; the same once more within less; whether all can be in time now;
and what is left is squeezed out (`Squeeze`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dispatch.model.errors import PlanRejected
from dispatch.solver_bridge.day_problem import DayProblem
from dispatch.solver_bridge.relaxing import LATEST_MIN, late_dear, late_in, late_on, relaxed
from dispatch.solver_bridge.squeezing import Squeeze, bisected
from solver.checker import check
from solver.construction import construct
from solver.errors import SolverInputError
from solver.params import SolveParams
from solver.problem import Problem
from solver.rules import Rule
from solver.schedule import times_if_any
from solver.solution import Solution, TimedRoute
from solver.solve import bettered
from solver.stop import StepLimit, Stop

IN_TIME_STEPS = 2_000
"""Length of the search for a plan in which nobody is late: below a second."""

LATE_STEPS = 600
"""Length of each of the two searches that make everybody less late: half a second at most."""

AFTER_ALL_STEPS = 1_000
"""Length of the search that begins where few are left to be late."""


class NobodyDrives(PlanRejected):
    """Some cannot be driven any more, however late: no room was found for ``reservations``, by number."""

    def __init__(self, reservations: tuple[int, ...]) -> None:
        super().__init__("plan_impossible", count=len(reservations))
        self.reservations = reservations


@dataclass(frozen=True, slots=True, kw_only=True)
class DrivenOn:
    """What happens when every vehicle drives on in the order of its plan.

    ``late_min`` says who is late then, with the minutes (0: rides too long); ``lost`` who is on no vehicle, or on one
    whose route cannot be driven in its order at all.
    """

    plan: Solution
    late_min: Mapping[int, int]
    lost: frozenset[int]

    def allowed(self, minutes: int) -> dict[int, int]:
        """How late each may be when nobody may be more than ``minutes``: nobody later than if nothing were done."""
        own = {request: min(minutes, late) for request, late in self.late_min.items()}
        return own | dict.fromkeys(self.lost, minutes)


def driven_on(day: DayProblem) -> DrivenOn:
    """The day when nothing is done about it; anybody is as good as lost when then nobody is late, and yet it breaks."""
    routes: list[TimedRoute] = []
    late_min: dict[int, int] = {}
    lost = set(day.solution.unserved)
    for vehicle, route in enumerate(day.solution.routes):
        timed = times_if_any(day.problem, vehicle, route.visits)
        if timed is None:
            requests = {visit % len(day.rides) for visit in route.visits}
            timed = times_if_any(relaxed(day, dict.fromkeys(requests, LATEST_MIN)).problem, vehicle, route.visits)
            lost |= requests if timed is None else set()
        routes.append(timed or route)
        late_min |= late_on(day, timed) if timed else {}
    plan = Solution(routes=tuple(routes), unserved=day.solution.unserved)
    if not late_min and not lost and check(day.problem, plan):
        lost = set(range(len(day.rides)))
    return DrivenOn(plan=plan, late_min=late_min, lost=frozenset(lost))


def least_late(day: DayProblem) -> Solution:
    """A plan with everybody in it, in time when that is found, else as little late as is found.

    Raises
    ------
    NobodyDrives
        Somebody cannot be driven any more, however late.
    PlanRejected
        ``plan_impossible`` when nothing can be driven as it lies.
    """
    undone = driven_on(day)
    concerned = sorted({*undone.late_min, *undone.lost})
    if not concerned:
        return undone.plan
    squeeze = Squeeze(day, concerned, best=_begun(day, undone))
    if squeeze.to({}):
        return squeeze.best
    ways: list[Squeeze] = []
    if _valid(day.problem, squeeze.filled()):
        searched = _searched(day.problem, squeeze.filled(), steps=IN_TIME_STEPS)
        if not searched.unserved:
            return searched
        ways.append(Squeeze(day, concerned, best=searched))
    minutes, way = _widest(day, undone, [*ways, squeeze])
    way = _less_late(day, undone, way, minutes=minutes, seed=0)
    greatest = _narrowed(undone, way, floor_min=_least_alone(way))
    if greatest:
        way = _less_late(day, undone, way, minutes=greatest, seed=1)
        if _valid(day.problem, way.filled()):
            in_time = _searched(day.problem, way.filled(), steps=AFTER_ALL_STEPS, seed=1)
            if not in_time.unserved:
                return in_time
    return _squeezed(undone, way)


def _less_late(day: DayProblem, undone: DrivenOn, way: Squeeze, *, minutes: int, seed: int) -> Squeeze:
    """The way on from a search in which nobody may be later than ``minutes`` and lateness is dear."""
    dear = late_dear(day, undone.allowed(minutes))
    return Squeeze(day, undone.allowed(minutes), best=_searched(dear, way.best, steps=LATE_STEPS, seed=seed))


def _begun(day: DayProblem, undone: DrivenOn) -> Solution:
    """What is driven when nothing is done, or, when that breaks more than promises, a plan put together anew."""
    wide = relaxed(day, undone.allowed(LATEST_MIN)).problem
    if _valid(wide, undone.plan):
        return undone.plan
    try:
        return construct(wide)
    except SolverInputError as error:
        raise PlanRejected("plan_impossible", count=len(undone.lost)) from error


def _valid(problem: Problem, plan: Solution) -> bool:
    """Whether a search may begin with the plan: it lacks somebody at worst."""
    return all(violation.rule is Rule.MANDATORY for violation in check(problem, plan))


def _searched(problem: Problem, begin: Solution, *, steps: int, seed: int = 0) -> Solution:
    return bettered(problem, begin, params=SolveParams(seed=seed), stop=Stop((StepLimit(steps),)))


def _widest(day: DayProblem, undone: DrivenOn, ways: list[Squeeze]) -> tuple[int, Squeeze]:
    """The least greatest lateness that insertion finds on any way, and that way, at its plan; else a search's.

    Leaving out whoever is late can make others wait aboard too long; then the search begins with everybody late.
    """
    found: list[tuple[int, Squeeze]] = []
    for way in ways:
        most = found[-1][0] - 1 if found else LATEST_MIN
        found += [(minutes, way) for minutes in _greatest(undone, way, most=most)]
    if found:
        return found[-1]
    wide = undone.allowed(LATEST_MIN)
    problem, way = relaxed(day, wide).problem, ways[-1]
    filled = way.filled()
    plan = _searched(problem, filled if _valid(problem, filled) else way.best, steps=IN_TIME_STEPS)
    if plan.unserved:
        raise NobodyDrives(tuple(sorted(day.rides[request].reservation_id for request in plan.unserved)))
    return max(late_in(day, plan).values(), default=0), Squeeze(day, wide, best=plan)


def _greatest(undone: DrivenOn, way: Squeeze, *, most: int) -> Iterator[int]:
    """The least minutes, ``most`` at most, that suffice for everybody concerned; nothing when those do not."""
    widths = [width for width in _widths(undone.late_min.values()) if width < most]
    enough = next((minutes for minutes in (*widths, most) if way.to(undone.allowed(minutes))), None)
    if enough is not None:
        yield bisected(-1, min(enough, max(way.late.values(), default=0)), lambda m: way.to(undone.allowed(m)))


def _squeezed(undone: DrivenOn, way: Squeeze) -> Solution:
    """The greatest lateness as small as insertion makes it; under that each in turn, the others where they may be."""
    floor = _least_alone(way)
    late = undone.allowed(_narrowed(undone, way, floor_min=floor))
    for request in sorted(late):
        others = {other: minutes for other, minutes in late.items() if other != request}
        least = _earliest(way, others, request, floor_min=floor.get(request, 0))
        late = others | dict(zip([request], least, strict=False))
    return way.best


def _least_alone(way: Squeeze) -> dict[int, int]:
    """By how much everybody who is late would be late at least, all others concerned left out."""
    return {request: way.alone(request) for request in way.late}


def _narrowed(undone: DrivenOn, way: Squeeze, *, floor_min: Mapping[int, int]) -> int:
    """The greatest lateness as small as insertion makes it; nobody's is less than ``floor_min``."""
    low, high = max(floor_min.values(), default=0), max(way.late.values(), default=0)
    return bisected(min(low, high) - 1, high, lambda minutes: way.to(undone.allowed(minutes)))


def _earliest(way: Squeeze, others: Mapping[int, int], request: int, *, floor_min: int) -> tuple[int, ...]:
    """The least minutes for one request while the others keep theirs; none when it can be in time."""
    if request not in way.late or (floor_min == 0 and way.to(others)):
        return ()
    high = way.late[request]
    low = min(floor_min, high) - 1
    return (bisected(low, high, lambda minutes: way.to({**others, request: minutes})),)


def _widths(natural_min: Iterable[int]) -> Iterator[int]:
    """Minutes to try for everybody concerned: those of driving on, then twice as many, up to the bound."""
    width = max([1, *natural_min])
    while width < LATEST_MIN:
        yield width
        width *= 2
