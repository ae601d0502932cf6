"""Times for the routes of a day after trips have left them or arrived."""

from __future__ import annotations

from dispatch.model.errors import PlanRejected
from dispatch.solver_bridge.day_problem import DayProblem
from solver.construction import construct
from solver.errors import SolverInputError
from solver.params import SolveParams
from solver.repair import settle
from solver.schedule import schedule
from solver.solution import Solution, TimedRoute
from solver.solve import solve
from solver.stop import StepLimit, Stop

SEARCH_STEPS = 2_000
"""Length of the search for a place that plain insertion does not find: well below a second."""


def resettled(day: DayProblem) -> Solution:
    """The day's routes timed anew; trips on no route are placed where they fit best.

    Taking a stop out of a route leaves its times possible but for one rule: somebody who was driven to that stop may
    now wait aboard too long. Leaving later mostly mends it; else a trip is placed elsewhere; else the day is put
    together from the beginning; else a short search, always of the same length, looks for a place.

    Raises
    ------
    PlanRejected
        ``plan_impossible`` with the number of promised trips that find no room even then: the catalogue or the
        travel times have changed under the plan.
    """
    best = quickly_settled(day)
    if best.unserved:
        best = solve(day.problem, params=SolveParams(), stop=Stop((StepLimit(SEARCH_STEPS),)), start=best).solution
    if best.unserved:
        raise PlanRejected("plan_impossible", count=len(best.unserved))
    return best


def quickly_settled(day: DayProblem) -> Solution:
    """As `resettled`, but without the search: what finds no place that way is left unserved.

    Raises
    ------
    PlanRejected
        ``plan_impossible`` when what has begun cannot be driven to its end.
    """
    timed = [schedule(day.problem, v, route.visits) for v, route in enumerate(day.solution.routes)]
    kept = tuple(route for route in timed if isinstance(route, TimedRoute))
    if len(kept) == len(timed) and not day.solution.unserved:
        return Solution(routes=kept, unserved=())
    try:
        afresh = construct(day.problem)
    except SolverInputError as error:
        raise PlanRejected("plan_impossible", count=len(day.rides)) from error
    near = settle(day.problem, tuple(route.visits for route in day.solution.routes), fallback=afresh)
    return min((near, afresh), key=lambda solution: len(solution.unserved))
