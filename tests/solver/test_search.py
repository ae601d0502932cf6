"""The search: its routes keep every rule as they stand, plans only get better, same steps give the same plan."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.checker import check
from solver.construction import construct
from solver.incumbent import quality_of
from solver.objective import priced, solution_cost
from solver.params import Engine, SolveParams
from solver.problem import frozen
from solver.repair import settle
from solver.rules import Rule
from solver.schedule import schedule
from solver.search import (
    LONG_ROUTE,
    RECOMBINE_AT,
    RECOMBINE_FROM_S,
    RECOMBINE_LONG_FROM_S,
    recombining_at,
)
from solver.search_field import fits_search
from solver.solution import TimedRoute
from solver.solve import solve
from solver.stop import Limit, StepLimit, Stop, TimeLimit
from solver.weights import Objective
from tests.solver.search_runs import searched
from tests.solver.solver_cases import Size, line_problem, random_day, random_problem


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_routes_need_no_mending(seed: int) -> None:
    """Whatever the day: each route has a schedule as it is, and settling leaves the plan unchanged but for
    requests that it may still add; the checker finds nothing but promises left out."""
    rng = np.random.default_rng(seed)
    vehicles = int(rng.integers(1, 10))
    problem = random_day(rng, requests=int(rng.integers(2, 6 + 3 * vehicles)), vehicles=vehicles)
    greedy = construct(problem)
    # Three blocks; with six vehicles in use, the last on a shared plan.
    for routes in searched(problem, StepLimit(5000)).told:
        for vehicle, visits in enumerate(routes):
            assert isinstance(schedule(problem, vehicle, visits), TimedRoute)
        plan = settle(problem, routes, fallback=lambda: greedy)
        assert {violation.rule for violation in check(problem, plan)} <= {Rule.MANDATORY}


def test_same_steps_and_seed_give_the_same_routes() -> None:
    """Two runs tell of the same routes, on one thread or two; with another seed, of others."""
    crowded = Size(requests=60, vehicles=8, breaks=5, span=900)
    problem = frozen(random_problem(np.random.default_rng(8), crowded))
    runs = [searched(problem, StepLimit(20_000), threads=threads).told for threads in (1, 2, 2)]
    assert len(runs[0]) > 1
    assert runs[0] == runs[1] == runs[2]
    assert searched(problem, StepLimit(20_000), seed=1).told != runs[0]


def test_plans_told_only_get_better() -> None:
    """Each plan told on the way is at least as good as the one before, and the last beats greedy insertion."""
    problem = random_day(np.random.default_rng(8), requests=40, vehicles=4)
    greedy = construct(problem)
    plans = [settle(problem, routes, fallback=lambda: greedy) for routes in searched(problem, StepLimit(20_000)).told]
    qualities = [quality_of(problem, plan) for plan in plans]
    assert all(later <= earlier for earlier, later in pairwise(qualities))
    assert qualities[-1] < quality_of(problem, greedy)


def test_solve_with_this_engine_rejects_nothing() -> None:
    """Through the front door: the plan is complete as told, beats greedy, and the checker turned nothing away."""
    problem = random_day(np.random.default_rng(12), requests=30, vehicles=4)
    params = SolveParams(engine=Engine.LNS)
    result = solve(problem, params=params, stop=Stop((StepLimit(10_000),)))
    assert result.engine == "lns"
    assert result.steps == 10_000
    assert result.rejected == 0
    assert result.best.quality < quality_of(problem, construct(problem))


def test_loads_too_wide_for_one_word_go_to_the_reference_engine() -> None:
    """Six kinds of seat by the million need 132 bits: RoutingModel plans instead, and the result says so."""
    problem = line_problem(positions=[(10, 20), (30, 50)])
    wide = frozen(problem._replace(load=np.ones((2, 6), np.int64), capacity=np.full((1, 1, 6), 10**6)))
    result = solve(wide, params=SolveParams(), stop=Stop((StepLimit(500),)))
    assert result.engine == "routing"
    assert result.solution.unserved == ()


def test_costs_too_wide_for_half_a_word_go_to_the_reference_engine() -> None:
    """3 km at a million a metre are 3e9, more than 2**31: the search is not compiled for that and does not take it;
    a thousand a metre are few enough. Either way somebody drives from 0 over 1000 to 3000 and back: 6000 m."""
    for weight, fits in ((1_000_000, False), (1000, True)):
        problem = frozen(line_problem(positions=[(1, 3)])._replace(objective=Objective(driving=weight)))
        far = frozen(problem._replace(cost=problem.cost * 1000, penalty=np.full(1, 10**12)))
        assert fits_search(priced(far)) is fits
        result = solve(far, params=SolveParams(), stop=Stop((StepLimit(100),)))
        assert solution_cost(far, result.solution).total == 6000 * weight


def test_periods_that_are_all_alike_change_nothing() -> None:
    """Four periods of the same times: the search looks every leg up by time of day and tells of the same routes."""
    problem = random_day(np.random.default_rng(8), requests=60, vehicles=6)
    alike = np.repeat(problem.travel, 4, axis=0)
    hours = frozen(problem._replace(travel=alike, period_start=np.array([0, 300, 700, 1200])))
    told = searched(problem, StepLimit(4000)).told
    assert len(told) > 1
    assert searched(hours, StepLimit(4000)).told == told


@given(st.integers(0, 2**32 - 1), st.integers(2, 4))
@settings(max_examples=25)
def test_routes_need_no_mending_by_time_ofrandom_day(seed: int, periods: int) -> None:
    """Two to four periods: each route told has a schedule as it is."""
    rng = np.random.default_rng(seed)
    size = Size(requests=int(rng.integers(2, 14)), vehicles=2, breaks=2, span=600, periods=periods)
    problem = frozen(random_problem(rng, size))
    for routes in searched(problem, StepLimit(600)).told:
        for vehicle, visits in enumerate(routes):
            assert isinstance(schedule(problem, vehicle, visits), TimedRoute)


@pytest.mark.parametrize(
    ("limits", "carried", "shares"),
    [
        ((StepLimit(10),), 5.0, RECOMBINE_AT),
        ((StepLimit(10),), 50.0, RECOMBINE_AT),
        ((TimeLimit(RECOMBINE_FROM_S),), 5.0, RECOMBINE_AT),
        ((TimeLimit(RECOMBINE_FROM_S),), LONG_ROUTE + 0.1, ()),
        ((TimeLimit(RECOMBINE_LONG_FROM_S),), LONG_ROUTE + 0.1, RECOMBINE_AT),
        ((TimeLimit(0.3),), 5.0, ()),
        ((StepLimit(10_000_000), TimeLimit(0.3)), 5.0, ()),
        ((TimeLimit(10.0), TimeLimit(0.3)), 5.0, ()),
    ],
)
def test_a_search_given_less_time_than_a_recombination_takes_makes_none(
    limits: tuple[Limit, ...], carried: float, shares: tuple[float, ...]
) -> None:
    """The time it is given decides, so two runs under the same limits do the same; steps alone say nothing of time.
    Where vehicles carry many requests each, it has to be given more."""
    assert recombining_at(Stop(limits), carried=carried) == shares
