"""The cheapest place by the search's own kernel is the cheapest place of the ranking, on every vehicle."""

from __future__ import annotations

import math

import numpy as np
import pytest

from solver.construction import construct
from solver.insertion import rank
from solver.kernels.field import Field
from solver.kernels.lane import (
    FLEET_CLOSED,
    FLEET_TRIED,
    QUEUE_REQUEST,
    QUEUE_VEHICLE,
    REG_DROP,
    REG_FIRST,
    REG_PICK,
    REG_QUEUE,
    REG_TRIED,
    Lane,
    new_lane,
)
from solver.kernels.plans import load_plan
from solver.kernels.recreate import recreate
from solver.problem import Problem, frozen
from solver.search import plan_rows
from solver.search_field import parting_of, search_field
from solver.solution import Solution, TimedRoute
from tests.solver.solver_cases import Size, random_problem


def _by_ranking(problem: Problem, solution: Solution, request: int) -> list[int | None]:
    """Least cost of a place on each vehicle, None without one."""
    least: list[int | None] = [None] * problem.n_vehicles
    for candidate in reversed(rank(problem, solution, request, limit=1000).candidates):
        least[candidate.vehicle] = candidate.cost_delta
    return least


def cheapest_on(field: Field, lane: Lane, request: int, *, vehicle: int) -> int | None:
    """Least cost of a place of ``request`` on the vehicle, by the search's own choice when it is the only one open."""
    lane.fleet[:, FLEET_TRIED], lane.reg[REG_TRIED] = 0, 0
    lane.fleet[:, FLEET_CLOSED] = 1
    lane.fleet[vehicle, FLEET_CLOSED] = 0
    lane.gone[request], lane.queue[0, QUEUE_REQUEST], lane.reg[REG_QUEUE] = 1, request, 1
    recreate(field, lane, True, math.inf)
    if lane.queue[0, QUEUE_VEHICLE] < 0:
        return None
    assert lane.reg[REG_PICK] <= lane.reg[REG_DROP]
    return int(lane.reg[REG_FIRST])


def loaded(problem: Problem, solution: Solution) -> tuple[Field, Lane]:
    """A lane of the search with the plan in it."""
    field = search_field(problem, parting=parting_of(problem, solution))
    lane = new_lane(field, seed=(0, 0), room=2 * problem.n_requests + 4)
    stops, length = plan_rows(problem, tuple(route.visits for route in solution.routes), room=lane.best.shape[1])
    assert load_plan(field, lane, stops, length)
    return field, lane


@pytest.mark.parametrize("periods", [1, 2, 4])
@pytest.mark.parametrize("breaks", [0, 3])
@pytest.mark.parametrize("idle", [False, True])
def test_cheapest_place_equals_ranking(breaks: int, idle: bool, periods: int) -> None:
    """On random days, with one to four periods of travel times, with and without breaks and a binding idle limit, with
    locked prefixes: per vehicle the same least cost, and none where the ranking has none."""
    rng = np.random.default_rng(10 * (periods - 1) + 2 * breaks + idle)
    found = missing = 0
    for day in range(60):
        size = Size(requests=9, vehicles=3, breaks=breaks, links=False, span=400, periods=periods)
        problem = random_problem(rng, size)
        if day % 4 == 1:
            problem = problem._replace(max_duration=problem.max_duration // 3)
        problem = frozen(problem if idle else problem._replace(idle_aboard_limit=10_000))
        solution = construct(problem)
        if day % 3 == 0:
            locked = [route.visits[: int(rng.integers(0, len(route.visits) + 1))] for route in solution.routes]
            starts = np.cumsum([0, *(len(visits) for visits in locked)])
            problem = frozen(problem._replace(prefix_start=starts, prefix_visit=np.array(sum(locked, ()), np.int64)))
        field, lane = loaded(problem, solution)
        for request in solution.unserved:
            expected = _by_ranking(problem, solution, request)
            assert [cheapest_on(field, lane, request, vehicle=v) for v in range(problem.n_vehicles)] == expected
            missing += expected.count(None)
            found += len(expected) - expected.count(None)
    assert min(found, missing) > 20


@pytest.mark.parametrize("periods", [1, 3])
def test_who_may_not_even_drive_home_stands_still(periods: int) -> None:
    """A duration below the way from start to end place leaves the vehicle empty, and stops nobody else's search."""
    rng = np.random.default_rng(periods)
    problem = random_problem(rng, Size(requests=4, vehicles=2, breaks=0, links=False, span=400, periods=periods))
    durations, end = problem.max_duration.copy(), problem.end_place.copy()
    durations[0], end[0] = 1, (problem.start_place[0] + 1) % problem.cost.shape[0]
    problem = frozen(problem._replace(max_duration=durations, end_place=end))
    empty = TimedRoute(visits=(), starts=(), depart=0, arrive=0, break_starts=())
    nothing = Solution(routes=(empty, empty), unserved=tuple(range(4)))
    field, lane = loaded(problem, nothing)
    for request in nothing.unserved:
        least = [cheapest_on(field, lane, request, vehicle=vehicle) for vehicle in range(2)]
        assert least == _by_ranking(problem, nothing, request)
        assert least[0] is None
