"""Planning from end to end: lawful, never worse than greedy, the same for the same steps, best on tiny problems."""

from __future__ import annotations

from itertools import pairwise, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.checker import check
from solver.construction import construct
from solver.errors import SolverInputError
from solver.incumbent import Improvement, Quality, quality_of
from solver.objective import driving_cost
from solver.params import Engine, SolveParams
from solver.problem import Problem, frozen
from solver.result import Outcome, SolveResult
from solver.rules import Rule
from solver.schedule import schedule
from solver.solution import Solution, TimedRoute
from solver.solve import solve
from solver.stop import Interrupt, Limit, StepLimit, Stop
from tests.solver.solver_cases import Size, line_problem, random_problem

ROUTING = SolveParams(engine=Engine.ROUTING)


def _solved(problem: Problem, *limits: Limit, start: Solution | None = None) -> SolveResult:
    return solve(problem, params=ROUTING, stop=Stop(limits or (StepLimit(2_000),)), start=start)


def _faults(problem: Problem, solution: Solution) -> list[Rule]:
    """Rules broken, unserved promises aside."""
    return [violation.rule for violation in check(problem, solution) if violation.rule is not Rule.MANDATORY]


def _cheapest_route(problem: Problem, vehicle: int, requests: tuple[int, ...]) -> int | None:
    """Least cost of serving exactly these requests with the vehicle, over all orders; None when impossible."""
    if not requests:
        return 0
    visits = [*requests, *(problem.drop(request) for request in requests)]
    paired = [o for o in permutations(visits) if all(o.index(r) < o.index(problem.drop(r)) for r in requests)]
    lawful = [order for order in paired if isinstance(schedule(problem, vehicle, order), TimedRoute)]
    costs = [driving_cost(problem, vehicle, order) for order in lawful]
    return min(costs) + int(problem.vehicle_cost[vehicle]) if costs else None


def _best_quality(problem: Problem) -> Quality:
    """The optimum, by trying every assignment of requests to vehicles (the last choice: nobody) and every order."""
    n, vehicles = problem.n_requests, problem.n_vehicles
    subsets = [tuple(r for r in range(n) if mask >> r & 1) for mask in range(2**n)]
    cheapest = {(v, subset): _cheapest_route(problem, v, subset) for v in range(vehicles) for subset in subsets}
    found = []
    for choice in product(range(vehicles + 1), repeat=n):
        carried = [cheapest[v, tuple(r for r in range(n) if choice[r] == v)] for v in range(vehicles)]
        left = [r for r in range(n) if choice[r] == vehicles]
        costs = [cost for cost in carried if cost is not None]
        if len(costs) == vehicles:
            promised = sum(bool(problem.mandatory[r]) for r in left)
            penalty = sum(int(problem.penalty[r]) for r in left)
            found.append(Quality(promised_unserved=promised, unserved=len(left), cost=sum(costs) + penalty))
    return min(found)


def _day(rng: np.random.Generator, *, requests: int, vehicles: int) -> Problem:
    """A random day with every rule in use, some requests promised."""
    problem = random_problem(rng, Size(requests=requests, vehicles=vehicles, breaks=vehicles, span=60 * requests))
    return frozen(problem._replace(mandatory=rng.random(requests) < 0.3))


def test_tiny_problems_are_solved_to_the_optimum() -> None:
    """On 12 random problems of 3 requests and 2 vehicles, all rules in use, the plan is as good as the best of
    all assignments and orders."""
    rng = np.random.default_rng(11)
    served = 0
    for _ in range(12):
        problem = frozen(random_problem(rng, Size(requests=3, vehicles=2, links=False)))
        result = _solved(problem, StepLimit(2_000))
        assert result.best.quality == _best_quality(problem)
        served += 3 - len(result.solution.unserved)
    assert served > 12


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_every_plan_is_lawful_and_not_worse_than_greedy(seed: int) -> None:
    """Whatever the problem: only promises may be missing, the report agrees with the plan, and greedy
    insertion is not better."""
    rng = np.random.default_rng(seed)
    problem = _day(rng, requests=int(rng.integers(1, 9)), vehicles=int(rng.integers(1, 4)))
    result = _solved(problem, StepLimit(1_000))
    assert _faults(problem, result.solution) == []
    assert result.rejected == 0
    assert result.best.quality <= quality_of(problem, construct(problem))
    assert sorted(left.request for left in result.unserved) == sorted(result.solution.unserved)
    assert (result.outcome is Outcome.PROMISES_UNPLACED) == (result.best.quality.promised_unserved > 0)
    assert (result.outcome is Outcome.COMPLETE) == (not result.solution.unserved)


def test_same_steps_give_the_same_plan() -> None:
    """Two solves bounded by steps agree in every visit and time."""
    problem = _day(np.random.default_rng(5), requests=20, vehicles=3)
    results = [_solved(problem, StepLimit(70_000)) for _ in range(2)]
    assert results[0].solution == results[1].solution
    assert results[0].steps == results[1].steps >= 70_000


def test_plans_only_get_better_and_all_are_lawful() -> None:
    """Every plan told on the way passes the checker and is strictly better than the one before."""
    problem = _day(np.random.default_rng(8), requests=30, vehicles=3)
    told: list[Improvement] = []
    result = solve(problem, params=ROUTING, stop=Stop((StepLimit(400_000),)), on_improvement=told.append)
    assert len(told) >= 2
    assert all(later.quality < earlier.quality for earlier, later in pairwise(told))
    assert [_faults(problem, found.solution) for found in told] == [[]] * len(told)
    assert result.best == told[-1]
    assert result.first.seconds <= result.best.seconds


def test_locked_visits_and_vehicles_stay() -> None:
    """A day half over: what vehicle 0 has begun stays first in its route, and request 3 stays with vehicle 1."""
    problem = line_problem(positions=[(10, 40), (12, 30), (50, 60), (55, 45)], vehicles=2)
    begun = frozen(
        problem._replace(
            prefix_start=np.array([0, 2, 2]),
            prefix_visit=np.array([1, 0]),
            locked_vehicle=np.array([-1, -1, -1, 1]),
        )
    )
    result = _solved(begun)
    assert result.outcome is Outcome.COMPLETE
    assert result.solution.routes[0].visits[:2] == (1, 0)
    assert 3 in result.solution.routes[1].visits
    assert _faults(begun, result.solution) == []


def test_promises_of_the_start_plan_are_kept() -> None:
    """One seat, two requests at the same time, the promised one dearer: it is the other one that stays out."""
    problem = line_problem(positions=[(400, 500), (10, 20)], seats=1)
    shut = frozen(
        problem._replace(
            earliest=np.array([400, 400, 0, 0]),
            latest=np.array([410, 410, 1000, 1000]),
            shift_latest=np.array([1200]),
            max_duration=np.array([1200]),
            mandatory=np.array([True, False]),
        )
    )
    start = _solved(shut).solution
    assert start.unserved == (1,)
    assert _solved(shut, start=start).solution.unserved == (1,)


def test_unserved_request_is_reported_with_its_reasons() -> None:
    """A promised request too far for the shift: the outcome says so, and the vehicle's block names the rule."""
    problem = line_problem(positions=[(10, 20), (400, 450)])
    short = frozen(problem._replace(shift_latest=np.array([500]), mandatory=np.array([False, True])))
    result = _solved(short)
    assert result.outcome is Outcome.PROMISES_UNPLACED
    assert [(left.request, left.mandatory) for left in result.unserved] == [(1, True)]
    assert [block.rule for block in result.unserved[0].blocks] == [Rule.SHIFT]
    assert result.solution.routes[0].visits == (0, 2)


def test_start_plan_is_settled_when_the_day_has_changed() -> None:
    """A plan made for a shift until 1000 is given after the shift was cut to 60: what still fits is kept."""
    problem = line_problem(positions=[(10, 20), (100, 200)])
    start = _solved(problem).solution
    assert start.unserved == ()
    cut = frozen(problem._replace(shift_latest=np.array([60])))
    result = _solved(cut, start=start)
    assert result.solution.unserved == (1,)
    assert _faults(cut, result.solution) == []


def test_start_of_another_fleet_is_refused() -> None:
    """A plan for one vehicle is no start for two."""
    start = _solved(line_problem(positions=[(10, 20)])).solution
    with pytest.raises(SolverInputError, match="start_of_another_problem"):
        _solved(line_problem(positions=[(10, 20)], vehicles=2), start=start)


def test_interrupt_leaves_the_greedy_plan() -> None:
    """Interrupted before the first step, the answer is what greedy insertion gave, and lawful."""
    problem = _day(np.random.default_rng(2), requests=12, vehicles=2)
    result = _solved(problem, Interrupt(lambda: True))
    assert result.steps == 0
    assert result.solution == construct(problem)


def test_empty_day_is_a_plan() -> None:
    """No requests: complete at once, nobody drives."""
    problem = line_problem(positions=[(10, 20)])
    nobody = frozen(problem._replace(compatible=np.zeros((1, 1), np.bool_)))
    assert _solved(nobody).outcome is Outcome.PARTIAL
    assert _solved(line_problem(positions=[])).outcome is Outcome.COMPLETE


def test_two_hundred_requests_on_eight_vehicles() -> None:
    """A full day: after a few steps the plan is lawful and serves at least as many as greedy insertion."""
    problem = _city_day(np.random.default_rng(1), requests=200, vehicles=8)
    result = _solved(problem, StepLimit(600_000))
    greedy = construct(problem)
    assert _faults(problem, result.solution) == []
    assert len(result.solution.unserved) <= len(greedy.unserved) < 60
    assert result.best.quality < quality_of(problem, greedy)


def _city_day(rng: np.random.Generator, *, requests: int, vehicles: int) -> Problem:
    """A town of 15 by 15 km at 30 km/h, windows of 30 min, rides up to 1.5 x direct + 10 min, a lunch break each."""
    n, v, places = requests, vehicles, 60
    spots = rng.integers(0, 15_000, (places, 2))
    metres = np.abs(spots[:, None, :] - spots[None, :, :]).sum(axis=2)
    seconds = metres * 3600 // 30_000
    ends = np.array([rng.choice(places, 2, replace=False) for _ in range(n)])
    direct = seconds[ends[:, 0], ends[:, 1]]
    ready = rng.integers(8 * 3600, 17 * 3600, n)
    ride = direct * 3 // 2 + 600
    return frozen(
        line_problem(positions=[(0, 0)] * n, vehicles=v)._replace(
            travel=seconds[None, :, :],
            cost=metres,
            place_of_visit=ends.T.reshape(-1),
            earliest=np.concatenate([ready, ready]),
            latest=np.concatenate([ready + 1800, ready + 1860 + ride]),
            service=np.full((1, 2 * n), 60),
            max_ride=ride,
            penalty=np.full(n, 100_000),
            shift_earliest=np.full(v, 8 * 3600),
            shift_latest=np.full(v, 19 * 3600),
            max_duration=np.full(v, 11 * 3600),
            break_vehicle=np.arange(v),
            break_earliest=np.full(v, 41_400),
            break_latest=np.full(v, 46_800),
            break_duration=np.full(v, 2700),
            idle_aboard_limit=600,
        )
    )
