"""Times for the routes of a day after trips have left them or arrived."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache

from dispatch.model.errors import PlanRejected
from dispatch.model.times import MINUTE_S
from dispatch.solver_bridge.day_problem import DayProblem, patient
from dispatch.solver_bridge.orders import undone
from dispatch.solver_bridge.routes import stated
from solver.checker import check
from solver.construction import construct
from solver.errors import SolverInputError
from solver.params import SolveParams
from solver.repair import Fallback, Visits, mendings
from solver.rules import Rule
from solver.schedule import times_if_any
from solver.solution import Solution
from solver.solve import bettered
from solver.stop import StepLimit, Stop

EVERY = range(2**31)
"""All vehicles."""

BRIEF_STEPS = 100
"""Length of the search for a place that mending does not find: where there is one, fifty steps found it."""

SEARCH_STEPS = 2_000
"""Length of the search when that has found none either: well below a second."""


def resettled(day: DayProblem) -> Solution:
    """The day's routes timed anew; trips on no route are placed where they fit best.

    Taking a stop out of a route leaves its times possible but for one rule: somebody who was driven to that stop may
    now wait aboard too long. Leaving later mostly mends it; else a trip is placed elsewhere; else a brief search looks
    for a place; else the day is put together from the beginning, and a longer search goes on from there (both of a
    length in steps, the same everywhere). A day on which somebody waits longer than the rules say is brought back
    within them when that is possible, the order that was kept by hand left alone.

    Raises
    ------
    PlanRejected
        ``plan_impossible`` with the number of promised trips that find no room even then: the catalogue or the
        travel times have changed under the plan.
    """
    return _waiting_least(day, _searched)


def rebased(day: DayProblem) -> Solution:
    """As `resettled`, but only what is near the routes in force: they are mended, nothing is put together anew.

    Raises
    ------
    PlanRejected
        ``plan_impossible`` when that leaves promised trips without room.
    """
    return _waiting_least(day, _nearby)


def called_off(day: DayProblem, *, left: Collection[int]) -> tuple[DayProblem, Solution]:
    """The day after a trip has been called off, and its routes: that is never refused because others would wait aboard.

    ``left`` are the vehicles whose routes it has left: where these can be timed anew, all others keep their times. When
    no plan within the rules is found, the stops stay in their order and the limit of this day grows, minute by minute,
    until they can. It need not grow beyond what the old times need: with the vehicle standing where it drove to the
    stop called off, they keep every promise.

    Raises
    ------
    PlanRejected
        As `resettled`, when not even the old times can be kept.
    """
    for solution in _timed_anew(day, only=left) if not day.wait_over_s else ():
        return day, solution
    try:
        return day, resettled(day)
    except PlanRejected as impossible:
        longest_s = max((ride.promise.ride_max_s for ride in day.rides), default=0)
        for over_s in range(day.wait_over_s + MINUTE_S, day.wait_over_s + longest_s + MINUTE_S, MINUTE_S):
            waiting = patient(day, over_s=over_s)
            for solution in _timed_anew(waiting):
                return waiting, solution
        raise impossible


def quickly_settled(day: DayProblem) -> Solution:
    """As `resettled`, but without the search: what finds no place that way is left unserved.

    Raises
    ------
    PlanRejected
        ``plan_impossible`` when what has begun cannot be driven to its end.
    """
    afresh = _afresh(day)
    near = _first_whole(_near(day, afresh))
    return min(near, afresh(), key=_left) if near.unserved else near


def wait_over_s(day: DayProblem, solution: Solution) -> int:
    """By how much the longest wait aboard in ``solution`` exceeds the rules, seconds: measured by the checker."""
    if not day.wait_over_s:
        return 0
    found = check(patient(day, over_s=0).stated, stated(day, solution))
    return max((violation.amount for violation in found if violation.rule is Rule.IDLE), default=0)


def _waiting_least(day: DayProblem, settled: Callable[[DayProblem], Solution]) -> Solution:
    """The day settled so that nobody waits aboard longer than the rules say, if that is possible; else as it may be."""
    if day.wait_over_s:
        with suppress(PlanRejected):
            shorter = settled(patient(day, over_s=0))
            if not undone(day, day.solution, shorter):
                return shorter
    return settled(day)


def _searched(day: DayProblem) -> Solution:
    afresh = _afresh(day)
    best = _first_whole(_near(day, afresh))
    if best.unserved:
        best = _on_from(day, best, steps=BRIEF_STEPS)
    if best.unserved:
        best = _on_from(day, min(best, afresh(), key=_left), steps=SEARCH_STEPS)
    if best.unserved:
        raise _impossible(_left(best))
    return best


def _nearby(day: DayProblem) -> Solution:
    def nothing_else() -> Solution:
        raise _impossible(len(day.rides))

    near = _first_whole(_near(day, nothing_else))
    if near.unserved:
        raise _impossible(_left(near))
    return near


def _near(day: DayProblem, fallback: Fallback) -> Iterator[Solution]:
    """The routes in force timed anew, else mended."""
    yield from _timed_anew(day)
    yield from mendings(day.problem, _orders(day), fallback=fallback)


def _afresh(day: DayProblem) -> Fallback:
    """The day put together from the beginning, once: a hundred times the work of mending it."""

    def constructed() -> Solution:
        try:
            return construct(day.problem)
        except SolverInputError as error:
            raise _impossible(len(day.rides)) from error

    return cache(constructed)


def _on_from(day: DayProblem, begin: Solution, *, steps: int) -> Solution:
    return bettered(day.problem, begin, params=SolveParams(), stop=Stop((StepLimit(steps),)))


def _first_whole(solutions: Iterator[Solution]) -> Solution:
    """The first with everybody in it, else the first of those that leave out the fewest."""
    tried: list[Solution] = []
    for solution in solutions:
        tried.append(solution)
        if not solution.unserved:
            return solution
    return min(tried, key=_left)


def _left(solution: Solution) -> int:
    return len(solution.unserved)


def _orders(day: DayProblem) -> tuple[Visits, ...]:
    return tuple(route.visits for route in day.solution.routes)


def _impossible(count: int) -> PlanRejected:
    return PlanRejected("plan_impossible", count=count)


def carriers_of(day: DayProblem, reservation_id: int) -> tuple[int, ...]:
    """The vehicles on whose routes a trip is."""
    numbers = [r for r, ride in enumerate(day.rides) if ride.reservation_id == reservation_id]
    visits = {visit for r in numbers for visit in (day.problem.pickup(r), day.problem.drop(r))}
    return tuple(v for v, route in enumerate(day.solution.routes) if not visits.isdisjoint(route.visits))


def _timed_anew(day: DayProblem, *, only: Collection[int] = EVERY) -> tuple[Solution, ...]:
    """The routes in force timed anew, trips left out gone; none when one of them has no times, or a trip no route.

    Those of vehicles that are not among ``only`` keep their times.
    """
    timed = [
        times_if_any(day.problem, v, route.visits) if v in only else route
        for v, route in enumerate(day.solution.routes)
    ]
    kept = tuple(route for route in timed if route is not None)
    return (Solution(routes=kept, unserved=()),) if len(kept) == len(timed) and not day.solution.unserved else ()


def driving_on(day: DayProblem) -> DayProblem:
    """The day with the vehicles that have reported driving on from where they are, as soon as they can.

    The plan's times are those of before the reports; whether its order still keeps every promise is the question.
    """
    again = [
        times_if_any(day.problem, v, route.visits) if day.behind[v].reported else route
        for v, route in enumerate(day.solution.routes)
    ]
    routes = tuple(found or planned for found, planned in zip(again, day.solution.routes, strict=True))
    return replace(day, solution=replace(day.solution, routes=routes))
