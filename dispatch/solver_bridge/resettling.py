"""Times for the routes of a day after trips have left them or arrived."""

from __future__ import annotations

from dispatch.model.errors import PlanRejected
from dispatch.solver_bridge.day_problem import DayProblem
from solver.construction import construct
from solver.errors import SolverInputError
from solver.repair import settle
from solver.solution import Solution


def resettled(day: DayProblem) -> Solution:
    """The day's routes timed anew; trips on no route are placed where they fit best.

    Taking a stop out of a route can make somebody else wait aboard too long. Then that trip is placed elsewhere, and
    if there is no room, the day is put together from the beginning.

    Raises
    ------
    PlanRejected
        ``plan_impossible`` when a promised trip finds no room even then: the catalogue or the travel times have
        changed under the plan.
    """
    try:
        near = settle(day.problem, tuple(route.visits for route in day.solution.routes))
        solution = near if not near.unserved else construct(day.problem)
    except SolverInputError as error:
        raise PlanRejected("plan_impossible", item=error.item) from error
    if solution.unserved:
        raise PlanRejected("plan_impossible", item=f"{len(solution.unserved)}")
    return solution
