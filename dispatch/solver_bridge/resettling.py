"""Times for the routes of a day after trips have left them or arrived."""

from __future__ import annotations

from dispatch.model.errors import PlanRejected
from dispatch.solver_bridge.day_problem import DayProblem
from solver.construction import construct
from solver.errors import SolverInputError
from solver.repair import settle
from solver.schedule import schedule
from solver.solution import Solution, TimedRoute


def resettled(day: DayProblem) -> Solution:
    """The day's routes timed anew; trips on no route are placed where they fit best.

    Taking a stop out of a route can make somebody else wait aboard too long. Then that trip is placed elsewhere, and
    if there is no room, the day is put together from the beginning.

    Raises
    ------
    PlanRejected
        ``plan_impossible`` with the number of promised trips that find no room even then: the catalogue or the
        travel times have changed under the plan.
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
    best = min((near, afresh), key=lambda solution: len(solution.unserved))
    if best.unserved:
        raise PlanRejected("plan_impossible", count=len(best.unserved))
    return best
