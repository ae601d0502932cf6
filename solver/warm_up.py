"""Load or compile every kernel of the package: once at start, never inside a request or a timed search."""

from __future__ import annotations

import numpy as np

from solver import insertion
from solver.construction import construct
from solver.fleet import FleetReduction
from solver.kernels.anneal import load_plan
from solver.kernels.lane import new_lane
from solver.params import SolveParams
from solver.problem import frozen
from solver.search import plan_rows, search
from solver.search_field import parting_of, search_field
from solver.stop import StepLimit, Stop
from solver.tiny import tiny_problem


def warm_up() -> None:
    """Make insertion, explanation, search and fleet reduction ready: a second from the cache, a minute without."""
    insertion.warm_up()
    problem = frozen(tiny_problem()._replace(mandatory=np.ones(1, np.bool_)))
    plan = construct(problem)
    watch = Stop((StepLimit(2),)).begin()
    search(problem, plan, params=SolveParams(), watch=watch, on_routes=lambda routes, steps: None)
    field = search_field(problem, parting=parting_of(problem, plan))
    lane, base = (new_lane(field, seed=(0, at), room=4) for at in range(2))
    load_plan(field, lane, *plan_rows(problem, tuple(route.visits for route in plan.routes), room=4))
    reduction = FleetReduction(field, (lane,), base, seed=0)
    reduction.prepare()
    reduction.block(0, 1, 1.0)
    reduction.finish()
