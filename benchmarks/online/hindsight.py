"""What a planner would have made of a day who had known all of it in the morning.

Best plan found: everybody promised keeps the promise that was given; whoever was refused is asked for at the time
closest to the wish; the search begins with the plan that was driven, so the answer is never worse than that.

Upper bound: a call can be served at all only if some vehicle could carry it alone under one of the promises that the
rules allow around the wish. Whoever fails that cannot be served by any plan. All others count as served, so no plan
serves more, whatever it knows and promises.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from dispatch.booking.propose import trip_on
from dispatch.booking.trip import Trip
from dispatch.booking.windows import choices
from dispatch.desk import Desk
from dispatch.model.rules import ServiceRules
from dispatch.model.times import to_moment
from dispatch.model.wish import NO_ID, Outcome
from dispatch.solver_bridge.day_problem import DayProblem
from dispatch.solver_bridge.ride import rides_of
from dispatch.solver_bridge.workplace import Workday
from dispatch.study.city import DAY_ZERO
from sample_data.tables import SERVICE_ID
from solver.objective import solution_cost
from solver.params import SolveParams
from solver.problem import frozen
from solver.solve import solve
from solver.stop import StepLimit, Stop
from solver.validation import impossible_requests

EARLIER = timedelta(days=30)
"""Before anybody has called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindsight:
    """``served`` on ``driven_m`` by the best plan found; no plan serves more than ``at_most``."""

    served: int
    driven_m: int
    at_most: int


def hindsight(desk: Desk, *, calls: int, steps: int, seed: int) -> Hindsight:
    """Look back on a day with so many calls (among them those never made, because their outbound was refused)."""
    place = desk.workplace
    workday = replace(place.workday(SERVICE_ID, DAY_ZERO), now=to_moment(DAY_ZERO, 0) - EARLIER)
    refused = [
        trip_on(request.wish, workday, changing=NO_ID)
        for request in desk.requests(service_id=SERVICE_ID, day=DAY_ZERO)
        if request.outcome is Outcome.REFUSED
    ]
    rules = workday.state.rules
    open_to = [(trip, found) for trip in refused if (found := choices(trip, rules))]
    rides = (*rides_of(workday.state.reservations), *(trip.ride(found[0].promise) for trip, found in open_to))
    day = workday.problem(rides)
    params = SolveParams(seed=seed, threads=1, reasons_max=0)
    best = solve(day.problem, params=params, stop=Stop(limits=(StepLimit(steps),)), start=day.solution).solution
    hopeless = sum(not _possible(trip, workday, rules) for trip in refused)
    return Hindsight(
        served=len(rides) - len(best.unserved),
        driven_m=solution_cost(day.problem, best).driving,
        at_most=calls - hopeless,
    )


def _possible(trip: Trip, workday: Workday, rules: ServiceRules) -> bool:
    """Whether some vehicle could carry the trip alone, under any promise."""
    return any(not _hopeless(workday.problem((trip.ride(choice.promise),))) for choice in choices(trip, rules))


def _hopeless(day: DayProblem) -> bool:
    alone = frozen(day.problem._replace(mandatory=np.zeros(day.problem.n_requests, np.bool_)))
    return bool(impossible_requests(alone))
