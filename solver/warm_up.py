"""Load or compile every kernel of the package: once at start, never inside a request or a timed search."""

from __future__ import annotations

import numpy as np

from solver import insertion
from solver.construction import construct
from solver.fleet import FleetReduction
from solver.kernels.lane import new_lane
from solver.kernels.plans import adopt_best, load_plan
from solver.kernels.split import draw_owners, fork, join
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
    lane, other, base = (new_lane(field, seed=(0, at), room=4) for at in range(3))
    load_plan(field, lane, *plan_rows(problem, tuple(route.visits for route in plan.routes), room=4))
    reduction = FleetReduction(field, (lane,), base, seed=0)
    reduction.prepare()
    reduction.block(0, 1, 1.0)
    reduction.finish()
    owner = np.zeros(1, dtype=np.int64)
    draw_owners(field, base, owner, 1)
    for mine, worker in enumerate((lane, other)):
        fork(field, base, worker, owner, mine)
        adopt_best(base, worker)
    join(field, base, lane, other, owner)
