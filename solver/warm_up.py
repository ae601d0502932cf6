"""Load or compile every kernel of the package: once at start, never inside a request or a timed search."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import numpy as np

from solver import insertion
from solver.board import idle_route
from solver.fleet import FleetReduction
from solver.kernels.jit import is_cold
from solver.kernels.lane import new_lane
from solver.kernels.plans import adopt_best, load_plan
from solver.kernels.split import draw_owners, fork, join
from solver.params import SolveParams
from solver.problem import frozen
from solver.search import plan_rows, search
from solver.search_field import parting_of, search_field
from solver.solution import Solution
from solver.stop import StepLimit, Stop
from solver.tiny import tiny_problem


def warm_up() -> None:
    """Make insertion, explanation, search and fleet reduction ready: a second or two from the cache.

    Without it minutes, but on two cores: a second process compiles for insertion while this one does for the search.
    """
    with _helped() if is_cold() else nullcontext():
        _warm_up_search()
    insertion.warm_up()


@contextmanager
def _helped() -> Iterator[None]:
    """Let a second process fill the same cache; what it could not do is compiled here, later."""
    asked = [sys.executable, "-c", "from solver.insertion import warm_up; warm_up()"]
    with subprocess.Popen(asked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as helper:
        try:
            yield
        except BaseException:
            helper.terminate()
            raise


def _warm_up_search() -> None:
    problem = frozen(tiny_problem()._replace(mandatory=np.ones(1, np.bool_)))
    plan = Solution(routes=(idle_route(problem, 0),), unserved=(0,))
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
