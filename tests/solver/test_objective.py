"""Weights: the search finds the optimum of the weighted cost, and heavier weights lower what they weigh."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product
from typing import NamedTuple

import numpy as np
import pytest

from solver.board import idle_route
from solver.checker import check
from solver.errors import SolverInputError
from solver.incumbent import Quality, quality_of
from solver.objective import priced, solution_cost
from solver.params import Engine, SolveParams
from solver.problem import Problem, frozen
from solver.schedule import schedule
from solver.solution import Solution, TimedRoute
from solver.solve import solve
from solver.stop import StepLimit, Stop
from solver.terms import tuned
from solver.validation import validated
from solver.weights import DARP, LARGEST_WEIGHT, PDPTW, PLAIN, SERVICE, WEIGHTS, Objective
from tests.solver.solver_cases import Size, line_problem, random_problem, with_wishes

TERMS = ("working_time", "excess_ride", "lateness", "moved", "retimed", "unevenness")


def _solved(problem: Problem, *, steps: int = 3_000, engine: Engine = Engine.LNS) -> Solution:
    result = solve(problem, params=SolveParams(engine=engine, threads=1), stop=Stop((StepLimit(steps),)))
    assert result.rejected == 0
    return result.solution


class _Driven(NamedTuple):
    requests: frozenset[int]
    route: TimedRoute


def _routes(problem: Problem, vehicle: int) -> list[_Driven]:
    """Every route the vehicle can drive, at its best times."""
    n, found = problem.n_requests, [_Driven(frozenset(), idle_route(problem, vehicle))]
    for mask in range(1, 2**n):
        requests = [r for r in range(n) if mask >> r & 1]
        for order in permutations([*requests, *(r + n for r in requests)]):
            if all(order.index(r) < order.index(r + n) for r in requests):
                route = schedule(problem, vehicle, order)
                if isinstance(route, TimedRoute):
                    idle = [idle_route(problem, v) for v in range(problem.n_vehicles)]
                    idle[vehicle] = route
                    plan = tuned(problem, Solution(routes=tuple(idle), unserved=()))
                    found.append(_Driven(frozenset(requests), plan.routes[vehicle]))
    return found


def _best_quality(problem: Problem) -> Quality:
    """The optimum, over all routes of all vehicles."""
    found = []
    for chosen in product(*(_routes(problem, vehicle) for vehicle in range(problem.n_vehicles))):
        served = frozenset[int]().union(*(driven.requests for driven in chosen))
        if len(served) == sum(len(driven.requests) for driven in chosen):
            left = tuple(r for r in range(problem.n_requests) if r not in served)
            plan = Solution(routes=tuple(driven.route for driven in chosen), unserved=left)
            found.append(quality_of(problem, plan))
    return min(found)


def _tiny(seed: int, objective: Objective) -> Problem:
    """Three requests, two vehicles, windows wide enough to leave choices."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, Size(requests=3, vehicles=2, breaks=2, links=False, span=200))
    wide = problem._replace(latest=problem.latest + 80, max_ride=problem.max_ride + 40, idle_aboard_limit=500)
    return with_wishes(rng, wide, objective)


@pytest.mark.parametrize("term", TERMS)
def test_the_search_finds_the_optimum_of_each_weight(term: str) -> None:
    """Two tiny days, each term weighed heavily beside driving: as good as the best of all plans."""
    for seed in range(2):
        problem = _tiny(seed, replace(PLAIN, **{term: 500 if term == "moved" else 20}))
        assert quality_of(problem, _solved(problem)) == _best_quality(problem)


def test_the_search_finds_the_optimum_of_all_weights_together() -> None:
    """Three tiny days under the preset for a service."""
    for seed in range(10, 13):
        problem = _tiny(seed, SERVICE)
        assert quality_of(problem, _solved(problem)) == _best_quality(problem)


@pytest.mark.parametrize("term", TERMS)
def test_a_heavier_weight_lowers_what_it_weighs(term: str) -> None:
    """Optimal plans (of tiny days) under growing weights: the amount never grows, and at least once it falls."""
    falls = 0
    for seed in range(5):
        amounts = []
        for weight in (0, 5, 500):
            problem = _tiny(seed, replace(PLAIN, **{term: weight}))
            plan = _solved(problem, steps=1_500)
            amounts.append(getattr(solution_cost(_tiny(seed, replace(PLAIN, **{term: 1})), plan), term))
        assert amounts == sorted(amounts, reverse=True)
        falls += amounts[0] > amounts[-1]
    assert falls > 0


def test_cost_by_origin() -> None:
    """One vehicle from 0: A rides 10 to 20, B 30 to 50; boarding takes a tick. It leaves at 0, boards A at 10 and B
    at 31, drops A at 21 and B at 52, is home at 102. Direct rides have no excess; A was to be dropped by 15 (6 late);
    the plan before had B on the other vehicle at 40 and 60, 9 and 8 ticks away, of which 5 are free."""
    problem = line_problem(positions=[(10, 20), (30, 50)], vehicles=2)
    weighed = validated(
        problem._replace(
            vehicle_cost=np.array([7, 7]),
            soft_visit=np.array([2]),
            soft_latest=np.array([15]),
            reference_request=np.array([1]),
            reference_vehicle=np.array([1]),
            reference_pickup=np.array([40]),
            reference_drop=np.array([60]),
            objective=Objective(
                driving=3, vehicles=2, working_time=5, excess_ride=11, lateness=13, moved=17, retimed=19,
                retimed_tolerance=5, unevenness=23,
            ),
        )
    )  # fmt: skip
    route = schedule(weighed, 0, (0, 2, 1, 3))
    assert isinstance(route, TimedRoute)
    assert (route.depart, route.starts, route.arrive) == (0, (10, 21, 31, 52), 102)
    cost = solution_cost(weighed, Solution(routes=(route, idle_route(weighed, 1)), unserved=()))
    assert (cost.driving, cost.vehicles, cost.penalties) == (300, 14, 0)
    assert (cost.working_time, cost.excess_ride, cost.lateness) == (510, 0, 78)
    assert (cost.moved, cost.retimed, cost.unevenness) == (17, 19 * 7, 23 * 102)
    assert cost.total == 300 + 14 + 510 + 78 + 17 + 133 + 2346


def test_fewest_vehicles_come_before_any_distance() -> None:
    """Trips at 100 and at -100: two vehicles based there would drive 20 each, one alone drives 420. The pick-up and
    delivery preset takes the one, the dial-a-ride preset the two (whatever a vehicle costs)."""
    line = line_problem(positions=[(110, 100), (-110, -100)], vehicles=2)
    places = np.array([0, 110, -110, 100, -100])
    distance = np.abs(places[:, None] - places[None, :])
    problem = line._replace(
        travel=distance[None], cost=distance, start_place=np.array([3, 4]), end_place=np.array([3, 4]),
        vehicle_cost=np.array([10, 10]),
    )  # fmt: skip
    alone = _solved(frozen(problem._replace(objective=PDPTW)))
    both = _solved(frozen(problem._replace(objective=DARP)))
    assert sum(1 for route in alone.routes if route.visits) == 1
    assert sum(1 for route in both.routes if route.visits) == 2
    assert quality_of(frozen(problem._replace(objective=PDPTW)), alone).vehicles == 1
    assert solution_cost(frozen(problem._replace(objective=DARP)), both).total == 40


def test_zero_weights_are_as_if_nothing_was_said() -> None:
    """Soft times and a reference plan without weights: the same plan to the tick as without them."""
    problem = random_problem(np.random.default_rng(3), Size(requests=12, vehicles=3, breaks=3))
    said = with_wishes(np.random.default_rng(4), problem, PLAIN)
    assert _solved(said) == _solved(frozen(problem))
    assert tuned(said, _solved(said)) == _solved(said)


def test_the_reference_engine_is_judged_by_the_same_cost() -> None:
    """RoutingModel on a tiny day under the service preset: lawful, and not better than the optimum."""
    problem = _tiny(10, SERVICE)
    plan = _solved(problem, engine=Engine.ROUTING)
    assert check(problem, plan) == ()
    assert quality_of(problem, plan) >= _best_quality(problem)


def test_prices_compare_plans_as_weights_do() -> None:
    """Weights of driving, vehicles and unserved in the arrays or in the objective: the same total."""
    problem = _tiny(1, replace(SERVICE, driving=3, vehicles=2, unserved=4))
    plan = _solved(problem)
    assert solution_cost(priced(problem), plan).total == solution_cost(problem, plan).total
    assert priced(priced(problem)) is priced(problem) or priced(priced(problem)).objective == priced(problem).objective


@pytest.mark.parametrize("name", WEIGHTS)
@pytest.mark.parametrize(
    ("value", "code"),
    [
        (-1, "weight_negative"),
        (float("nan"), "weight_not_whole_number"),
        (0.5, "weight_not_whole_number"),
        (LARGEST_WEIGHT + 1, "weight_too_large"),
    ],
)
def test_a_bad_weight_is_named(name: str, value: float, code: str) -> None:
    """Below zero, not a number, a fraction, beyond the bound: the error says which weight."""
    with pytest.raises(SolverInputError, match=f"{code}: objective.{name}"):
        Objective(**{name: value})


@pytest.mark.parametrize("name", ["working_time", "excess_ride", "unevenness"])
def test_a_weight_too_large_for_the_day_is_named(name: str) -> None:
    """2**30 for each of the thousand ticks of a day, for each of a few vehicles or riders: beyond 2**39."""
    problem = line_problem(positions=[(10, 20)])
    with pytest.raises(SolverInputError, match=f"weight_too_large: objective.{name}"):
        validated(problem._replace(objective=replace(PLAIN, **{name: LARGEST_WEIGHT})))


def test_a_visit_with_two_soft_times_is_refused() -> None:
    """The same visit twice, and a request of the reference plan that does not exist."""
    problem = line_problem(positions=[(10, 20)])
    with pytest.raises(SolverInputError, match="named_twice: soft_visit"):
        validated(problem._replace(soft_visit=np.array([1, 1]), soft_latest=np.array([5, 6])))
    lost = problem._replace(
        reference_request=np.array([1]), reference_vehicle=np.array([0]), reference_pickup=np.array([1]),
        reference_drop=np.array([2]),
    )  # fmt: skip
    with pytest.raises(SolverInputError, match="bad_index: reference_request"):
        validated(lost)
