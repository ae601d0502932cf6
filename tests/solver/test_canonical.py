"""The order of the input rows does not matter: shuffled rows give the same plan, in shuffled numbers."""

from __future__ import annotations

import numpy as np
import pytest

from solver.canonical import canonical
from solver.construction import construct
from solver.objective import solution_cost
from solver.params import SolveParams
from solver.problem import Problem, frozen
from solver.solution import Solution, TimedRoute
from solver.solve import solve
from solver.stop import StepLimit, Stop
from tests.solver.solver_cases import Size, random_problem


def _day(seed: int) -> Problem:
    rng = np.random.default_rng(seed)
    size = Size(requests=24, vehicles=4, breaks=4, span=900)
    return frozen(random_problem(rng, size)._replace(mandatory=rng.random(24) < 0.3))


def _shuffled(problem: Problem, requests: np.ndarray, vehicles: np.ndarray) -> Problem:
    """Row ``i`` of the result is row ``requests[i]`` (``vehicles[i]``) of ``problem``."""
    n = problem.n_requests
    visits = np.concatenate([requests, requests + n])
    request_at, vehicle_at = np.argsort(requests), np.argsort(vehicles)
    changed: dict[str, np.ndarray] = {
        name: getattr(problem, name)[requests]
        for name in ("max_ride", "load", "mandatory", "penalty", "exclusive", "link_stay")
    }
    changed |= {name: getattr(problem, name)[visits] for name in ("place_of_visit", "earliest", "latest")}
    for name in ("class_of_vehicle", "capacity", "start_place", "end_place", "shift_earliest", "shift_latest"):
        changed[name] = getattr(problem, name)[vehicles]
    for name in ("max_duration", "vehicle_cost"):
        changed[name] = getattr(problem, name)[vehicles]
    return frozen(
        problem._replace(
            **changed,
            service=problem.service[:, visits],
            compatible=problem.compatible[requests][:, vehicles],
            locked_vehicle=np.where(problem.locked_vehicle < 0, -1, vehicle_at[problem.locked_vehicle])[requests],
            linked_to=np.where(problem.linked_to < 0, -1, request_at[problem.linked_to])[requests],
            break_vehicle=vehicle_at[problem.break_vehicle],
        )
    )


def _renumbered(route: TimedRoute, requests: np.ndarray) -> tuple[int, ...]:
    n = len(requests)
    return tuple(int(requests[visit % n]) + visit // n * n for visit in route.visits)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_shuffled_rows_give_the_same_plan(seed: int) -> None:
    """Same visits on the same vehicles at the same times, once the numbers are translated."""
    problem, rng = _day(seed), np.random.default_rng(seed + 100)
    requests, vehicles = rng.permutation(24), rng.permutation(4)
    stop = Stop((StepLimit(6_000),))
    plain = solve(problem, params=SolveParams(), stop=stop).solution
    mixed = solve(_shuffled(problem, requests, vehicles), params=SolveParams(), stop=stop).solution
    for row, vehicle in enumerate(vehicles.tolist()):
        assert _renumbered(mixed.routes[row], requests) == plain.routes[vehicle].visits
        assert mixed.routes[row].starts == plain.routes[vehicle].starts
    assert sorted(requests[list(mixed.unserved)].tolist()) == list(plain.unserved)


def test_there_and_back_is_the_same_plan() -> None:
    """A plan carried into canonical numbers and restored is itself, and costs the same on the way."""
    problem = _day(7)
    view, plan = canonical(problem), construct(problem)
    carried: Solution = view.carried(plan)
    assert view.restored(carried) == plan
    assert solution_cost(view.problem, carried) == solution_cost(problem, plan)
