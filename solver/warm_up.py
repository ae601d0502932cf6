"""Load or compile every kernel of the package: once at start, never inside a request or a timed search."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import numpy as np

from solver import insertion
from solver.fleet import FleetReduction
from solver.kernels.field import Field
from solver.kernels.jit import is_cold
from solver.kernels.lane import Lane, new_lane
from solver.kernels.plans import adopt_best, better, copy_plan, count_promised, keep_best, load_plan
from solver.kernels.route_terms import terms_of_best
from solver.kernels.split import draw_owners, fork, join
from solver.params import SolveParams
from solver.problem import Problem, frozen
from solver.schedule import schedule
from solver.search import plan_rows, search
from solver.search_field import parting_of, search_field
from solver.solution import Solution, TimedRoute
from solver.stop import StepLimit, Stop
from solver.tiny import tiny_problem

HELP = "from solver import warm_up as w\nwith w.without_collector(): w.warm_up_beside_search()"
"""What the second process does."""


def warm_up() -> None:
    """Make insertion, explanation, search and fleet reduction ready: a second or two from the cache.

    Without it minutes, but on two cores: a second process does the one half while this one does the other.
    """
    with _helped() if is_cold() else nullcontext():
        _warm_up_search()
    warm_up_beside_search()


def warm_up_beside_search() -> None:
    """What can be compiled without the search: insertion, explanation, how lanes share a plan and take over another."""
    insertion.warm_up()
    field, (lane, other, base) = _tiny_lanes()
    owner = np.zeros(1, dtype=np.int64)
    draw_owners(field, base, owner, 1)
    for mine, worker in enumerate((lane, other)):
        fork(field, base, worker, owner, mine)
        adopt_best(base, worker)
    join(field, base, lane, other, owner)
    terms_of_best(field, base, 0)
    promised = count_promised(field, base)
    if better(base, promised):
        keep_best(base, promised)
    copy_plan(field, base, lane)


@contextmanager
def _helped() -> Iterator[None]:
    """Let a second process fill the same cache; what it could not do is compiled here, later."""
    asked = [sys.executable, "-c", HELP]
    with without_collector(), subprocess.Popen(asked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as helper:
        try:
            yield
        except BaseException:
            helper.terminate()
            raise


@contextmanager
def without_collector() -> Iterator[None]:
    """Nothing looks for cycles meanwhile: a compiler keeps nearly all it makes; looking took an eighth of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _warm_up_search() -> None:
    problem, plan = _tiny_day()
    watch = Stop((StepLimit(2),)).begin()
    search(problem, plan, params=SolveParams(), watch=watch, on_routes=lambda routes, steps: None)
    field, (lane, _, base) = _tiny_lanes()
    reduction = FleetReduction(field, (lane,), base, scale=1.0, seed=0)
    reduction.prepare()
    reduction.block(0, 1)
    reduction.finish()


def _tiny_day() -> tuple[Problem, Solution]:
    problem = frozen(tiny_problem()._replace(mandatory=np.ones(1, np.bool_)))
    route = schedule(problem, 0, (problem.pickup(0), problem.drop(0)))
    assert isinstance(route, TimedRoute)
    return problem, Solution(routes=(route,), unserved=())


def _tiny_lanes() -> tuple[Field, tuple[Lane, Lane, Lane]]:
    """Three lanes on the plan of the tiny day."""
    problem, plan = _tiny_day()
    field = search_field(problem, parting=parting_of(problem, plan))
    lanes = (
        new_lane(field, seed=(0, 0), room=4),
        new_lane(field, seed=(0, 1), room=4),
        new_lane(field, seed=(0, 2), room=4),
    )
    for lane in lanes:
        load_plan(field, lane, *plan_rows(problem, tuple(route.visits for route in plan.routes), room=4))
    return field, lanes
