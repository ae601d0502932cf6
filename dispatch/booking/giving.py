"""The place of a trip that was offered, found again on the day as it is now; gone when there is none any more."""

from __future__ import annotations

from dispatch.model.errors import Conflict, PlanRejected
from dispatch.model.plan import PlanReason
from dispatch.solver_bridge.day_problem import DayProblem
from dispatch.solver_bridge.holding import IN_THE_WAY
from dispatch.solver_bridge.placing import NoPlace, Placement, place
from dispatch.solver_bridge.versions import Draft
from dispatch.solver_bridge.workplace import Workday
from solver.solution import Solution


def placed(day: DayProblem, request: int, *, offer_id: int) -> Placement:
    """The cheapest place of a request. Raises Conflict ``offer_gone`` when it has none."""
    placement = place(day, request)
    if isinstance(placement, NoPlace):
        raise Conflict("offer_gone", offer_id=offer_id)
    return placement


def drafted(workday: Workday, day: DayProblem, solution: Solution, reason: PlanReason, *, offer_id: int) -> Draft:
    """The plan to be published. Raises Conflict ``offer_gone`` when it leaves no room for an offer that is held."""
    try:
        return workday.draft(day, solution, reason=reason)
    except PlanRejected as error:
        if error.code != IN_THE_WAY:
            raise
        raise Conflict("offer_gone", offer_id=offer_id) from error
