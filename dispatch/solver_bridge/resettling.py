"""Times for the routes of a day after trips have left them or arrived."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace

from dispatch.model.errors import PlanRejected
from dispatch.model.times import MINUTE_S
from dispatch.solver_bridge.day_problem import DayProblem, patient
from dispatch.solver_bridge.orders import undone
from dispatch.solver_bridge.routes import stated
from solver.checker import check
from solver.construction import construct
from solver.errors import SolverInputError
from solver.params import SolveParams
from solver.repair import settle
from solver.rules import Rule
from solver.schedule import schedule
from solver.solution import Solution, TimedRoute
from solver.solve import solve
from solver.stop import StepLimit, Stop

EVERY = range(2**31)
"""All vehicles."""

SEARCH_STEPS = 2_000
"""Length of the search for a place that plain insertion does not find: well below a second."""


def resettled(day: DayProblem) -> Solution:
    """The day's routes timed anew; trips on no route are placed where they fit best.

    Taking a stop out of a route leaves its times possible but for one rule: somebody who was driven to that stop may
    now wait aboard too long. Leaving later mostly mends it; else a trip is placed elsewhere; else the day is put
    together from the beginning; else a short search, always of the same length, looks for a place. A day on which
    somebody waits longer than the rules say is brought back within them when that is possible, the order that was kept
    by hand left alone.

    Raises
    ------
    PlanRejected
        ``plan_impossible`` with the number of promised trips that find no room even then: the catalogue or the
        travel times have changed under the plan.
    """
    if day.wait_over_s:
        with suppress(PlanRejected):
            shorter = _searched(patient(day, over_s=0))
            if not undone(day, day.solution, shorter):
                return shorter
    return _searched(day)


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
    for solution in _timed_anew(day):
        return solution
    try:
        afresh = construct(day.problem)
    except SolverInputError as error:
        raise PlanRejected("plan_impossible", count=len(day.rides)) from error
    near = settle(day.problem, tuple(route.visits for route in day.solution.routes), fallback=afresh)
    return min((near, afresh), key=lambda solution: len(solution.unserved))


def wait_over_s(day: DayProblem, solution: Solution) -> int:
    """By how much the longest wait aboard in ``solution`` exceeds the rules, seconds: measured by the checker."""
    if not day.wait_over_s:
        return 0
    found = check(patient(day, over_s=0).stated, stated(day, solution))
    return max((violation.amount for violation in found if violation.rule is Rule.IDLE), default=0)


def _searched(day: DayProblem) -> Solution:
    best = quickly_settled(day)
    if best.unserved:
        best = solve(day.problem, params=SolveParams(), stop=Stop((StepLimit(SEARCH_STEPS),)), start=best).solution
    if best.unserved:
        raise PlanRejected("plan_impossible", count=len(best.unserved))
    return best


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
        schedule(day.problem, v, route.visits) if v in only else route for v, route in enumerate(day.solution.routes)
    ]
    kept = tuple(route for route in timed if isinstance(route, TimedRoute))
    return (Solution(routes=kept, unserved=()),) if len(kept) == len(timed) and not day.solution.unserved else ()


def driving_on(day: DayProblem) -> DayProblem:
    """The day with the vehicles that have reported driving on from where they are, as soon as they can.

    The plan's times are those of before the reports; whether its order still keeps every promise is the question.
    """
    again = [
        schedule(day.problem, v, route.visits) if day.behind[v].reported else route
        for v, route in enumerate(day.solution.routes)
    ]
    routes = tuple(
        found if isinstance(found, TimedRoute) else planned
        for found, planned in zip(again, day.solution.routes, strict=True)
    )
    return replace(day, solution=replace(day.solution, routes=routes))
