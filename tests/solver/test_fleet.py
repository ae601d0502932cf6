"""Fleet reduction: when vehicles cost more than anything, as few as possible are used, and nobody is left out."""

from __future__ import annotations

import numpy as np

from solver.checker import check
from solver.params import Engine, SolveParams
from solver.problem import Problem, frozen
from solver.repair import settle
from solver.schedule import schedule
from solver.search import Routes, search
from solver.solution import Solution, TimedRoute
from solver.solve import solve
from solver.stop import StepLimit, Stop
from tests.solver.solver_cases import line_problem


def _rides_in_turn(requests: int) -> Problem:
    """Rides from 10 to 20, one every 60 ticks, each window 20 ticks wide: one vehicle can do them all."""
    problem = line_problem(positions=[(10, 20)] * requests, vehicles=requests)
    ready = 60 * np.arange(requests) + 10
    earliest = np.concatenate([ready, ready + 11])
    many = np.full(requests, 60 * requests + 100)
    return frozen(
        problem._replace(
            earliest=earliest,
            latest=earliest + 20,
            shift_latest=many,
            max_duration=many,
            vehicle_cost=np.full(requests, 100_000),
            mandatory=np.ones(requests, np.bool_),
        )
    )


def _each_alone(problem: Problem) -> Solution:
    """One vehicle per request."""
    routes = [schedule(problem, r, (r, problem.drop(r))) for r in range(problem.n_requests)]
    return Solution(routes=tuple(route for route in routes if isinstance(route, TimedRoute)), unserved=())


def test_rides_in_turn_end_on_one_vehicle() -> None:
    """From a plan with fourteen vehicles the search comes to one, with every ride on it."""
    problem = _rides_in_turn(14)
    begin, told = _each_alone(problem), list[Routes]()
    assert len(begin.routes) == 14
    watch = Stop((StepLimit(60_000),)).begin()
    search(problem, begin, params=SolveParams(), watch=watch, on_routes=lambda routes, _: told.append(routes))
    plan = settle(problem, told[-1], fallback=lambda: begin)
    assert check(problem, plan) == ()
    assert sum(1 for route in plan.routes if route.visits) == 1


def test_two_at_a_time_need_two_vehicles() -> None:
    """Pairs of rides in opposite directions at the same moment: two vehicles stay, none of the rides is dropped."""
    single = _rides_in_turn(8)
    there_and_back = np.array([10, 20] * 4 + [20, 10] * 4)
    at = np.array([0, *there_and_back])
    distance = np.abs(at[:, None] - at[None, :])
    together = np.repeat(60 * np.arange(4) + 20, 2)
    earliest = np.concatenate([together, together + 11])
    problem = frozen(single._replace(travel=distance[None], cost=distance, earliest=earliest, latest=earliest + 4))
    result = solve(problem, params=SolveParams(engine=Engine.LNS), stop=Stop((StepLimit(20_000),)))
    assert result.solution.unserved == ()
    assert sum(1 for route in result.solution.routes if route.visits) == 2
