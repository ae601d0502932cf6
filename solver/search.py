"""The improvement loop: ruin and recreate over compiled kernels, accepted by simulated annealing.

Christiaens & Vanden Berghe (2020), https://doi.org/10.1287/trsc.2019.0914.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from solver.kernels.anneal import anneal, count_promised, keep_best, load_plan
from solver.kernels.lane import NO_POSITION, REG_COST, REG_IMPROVED, Lane, new_lane
from solver.params import SolveParams
from solver.problem import Int64, Problem
from solver.search_field import fits_search, parting_of, search_field
from solver.solution import Solution
from solver.stop import Watch

Routes = tuple[tuple[int, ...], ...]
OnRoutes = Callable[[Routes, int], None]

BLOCK = 500
"""Iterations of a lane between two looks at the watch."""

HOT, COLD = 1.7, 0.17
"""First and last temperature in mean costs of a leg."""


def search(problem: Problem, begin: Solution, *, params: SolveParams, watch: Watch, on_routes: OnRoutes) -> int:
    """Improve on ``begin`` until ``watch`` is over; return the iterations made.

    The routes told need no mending: each keeps every rule as it stands.
    """
    if not fits_search(problem):
        return 0
    field = search_field(problem, parting=parting_of(problem, begin))
    routes = tuple(route.visits for route in begin.routes)
    lane = new_lane(field, seed=params.seed, room=_room(problem, routes))
    stops, length = plan_rows(problem, routes, room=lane.best.shape[1])
    if not load_plan(field, lane, stops, length):
        stops, length = plan_rows(problem, _begun(problem, routes), room=lane.best.shape[1])
        if not load_plan(field, lane, stops, length):
            return 0
    keep_best(lane, count_promised(field, lane))
    scale = _mean_leg(problem, int(lane.reg[REG_COST]), int((length - 1)[length > 2].sum()))
    done, told = 0, 0
    improved = int(lane.reg[REG_IMPROVED])
    while not watch.over(done):
        hot = scale * HOT * (COLD / HOT) ** watch.share(done)
        anneal(field, lane, BLOCK, hot, hot)
        done += BLOCK
        if lane.reg[REG_IMPROVED] > improved and done - told >= done // 8:
            improved, told = int(lane.reg[REG_IMPROVED]), done
            on_routes(_best_routes(lane), done)
    on_routes(_best_routes(lane), done)
    return done


def _mean_leg(problem: Problem, cost: int, legs: int) -> float:
    """Mean cost of a leg: of the plan, or of the matrix when nothing is driven; at least 1."""
    return max(1.0, cost / legs if legs else float(problem.cost.mean()))


def _room(problem: Problem, begin: Routes) -> int:
    longest = max((len(route) for route in begin), default=0)
    usual = 8 * 2 * problem.n_requests // max(1, problem.n_vehicles)
    return min(max(2 * longest, usual, 64), 2 * problem.n_requests, NO_POSITION - 4) + 3


def _begun(problem: Problem, routes: Routes) -> Routes:
    """The routes without the requests that may still change their vehicle."""
    n = problem.n_requests
    under_way = {visit % n for visit in problem.prefix_visit.tolist()}
    return tuple(tuple(visit for visit in visits if visit % n in under_way) for visits in routes)


def plan_rows(problem: Problem, routes: Routes, *, room: int) -> tuple[Int64, Int64]:
    """Nodes (V, room) and lengths (V,) of the routes, both places of each vehicle included."""
    n, v = problem.n_requests, problem.n_vehicles
    stops = np.zeros((v, room), dtype=np.int64)
    length = np.zeros(v, dtype=np.int64)
    for vehicle, route in enumerate(routes):
        row = [2 * n + vehicle, *route, 2 * n + v + vehicle]
        stops[vehicle, : len(row)] = row
        length[vehicle] = len(row)
    return stops, length


def _best_routes(lane: Lane) -> Routes:
    return tuple(
        tuple(row[1 : length - 1]) for row, length in zip(lane.best.tolist(), lane.best_length.tolist(), strict=True)
    )
