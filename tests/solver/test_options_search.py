"""Planning with options: as good as the best choice of requests, lawful on every day, the same in any order of rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.checker import check
from solver.construction import construct
from solver.explanation import relaxed
from solver.incumbent import quality_of
from solver.insertion import Block, explain, rank
from solver.objective import solution_cost
from solver.params import Engine, SolveParams
from solver.problem import Problem, frozen
from solver.repair import settle
from solver.result import SolveResult
from solver.rules import Rule
from solver.schedule import schedule
from solver.solution import Solution, TimedRoute
from solver.solve import solve
from solver.stop import StepLimit, Stop
from solver.weights import PLAIN, Objective
from tests.solver.options_oracle import best_quality
from tests.solver.search_runs import searched
from tests.solver.solver_cases import Size, random_problem, with_options, with_wishes

TINY = (3, 5, 6, 7)

WISHES = replace(PLAIN, options=2, moved=40, lateness=3, retimed=2, excess_ride=1)


def _solved(problem: Problem, *, steps: int = 3_000, engine: Engine = Engine.LNS) -> SolveResult:
    result = solve(problem, params=SolveParams(engine=engine, threads=1), stop=Stop((StepLimit(steps),)))
    assert result.rejected == 0
    return result


def _tiny(seed: int) -> Problem:
    """Three demands, two of their options, two vehicles; windows wide enough to leave choices."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, Size(requests=5, vehicles=2, breaks=1, links=False, span=200))
    wide = problem._replace(latest=problem.latest + 40, max_ride=problem.max_ride + 30, idle_aboard_limit=200)
    return with_options(rng, wide, options=2)


def _day(seed: int, *, demands: int = 30, vehicles: int = 5) -> Problem:
    """A random day with every rule in use and half as many options as demands, a linked pair among them."""
    rng = np.random.default_rng(seed)
    size = Size(requests=demands + demands // 2, vehicles=vehicles, breaks=vehicles, span=30 * demands)
    promised = rng.random(size.requests) < 0.3
    problem = random_problem(rng, size)._replace(mandatory=promised)
    return with_options(rng, problem, options=demands // 2)


def _barring(problem: Problem, requests: tuple[int, ...]) -> Problem:
    """The problem in which no vehicle may carry these requests."""
    compatible = problem.compatible.copy()
    compatible[list(requests)] = False
    return frozen(problem._replace(compatible=compatible))


def _without_options(problem: Problem) -> Problem:
    """The same demands, to be met by their heads only."""
    return _barring(problem, tuple(problem.option_request.tolist()))


@pytest.mark.parametrize("seed", TINY)
def test_tiny_problems_are_solved_to_the_optimum(seed: int) -> None:
    """The search meets each demand in the best way of all, and never worse than without options."""
    problem = _tiny(seed)
    best = best_quality(problem)
    assert _solved(problem).best.quality == best
    assert best <= best_quality(_without_options(problem))


def test_options_pay_off_on_some_of_these() -> None:
    """On three of the four tiny days an option makes the best plan better."""
    gains = [best_quality(_tiny(seed)) < best_quality(_without_options(_tiny(seed))) for seed in TINY]
    assert sum(gains) == 3


def test_the_optimum_of_weighted_terms_is_found_too() -> None:
    """With lateness, detours, stability and dearer walks weighed."""
    for seed in TINY[:2]:
        problem = with_wishes(np.random.default_rng(seed), _tiny(seed), WISHES)
        once = np.unique(problem.heads()[problem.reference_request], return_index=True)[1]
        kept = {name: getattr(problem, name)[once] for name in problem._fields if name.startswith("reference_")}
        problem = frozen(problem._replace(**kept))
        assert quality_of(problem, _solved(problem).solution) == best_quality(problem)


def test_the_reference_engine_knows_options() -> None:
    """RoutingModel on tiny days: lawful, not better than the optimum, and equal to it on two of the four."""
    equal = 0
    for seed in TINY:
        problem = _tiny(seed)
        result = _solved(problem, steps=2_000, engine=Engine.ROUTING)
        assert check(problem, result.solution) == ()
        assert result.best.quality >= best_quality(problem)
        equal += result.best.quality == best_quality(problem)
    assert equal >= 2


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15)
def test_routes_need_no_mending(seed: int) -> None:
    """Whatever the day: each route told has a schedule as it is, no demand is met twice, and the plan settled from it
    breaks no rule but promises left out."""
    problem = _day(seed, demands=24, vehicles=7)
    greedy = construct(problem)
    assert {fault.rule for fault in check(problem, greedy)} <= {Rule.MANDATORY}
    for routes in searched(problem, StepLimit(5_000)).told:
        served = [int(problem.heads()[visit]) for visits in routes for visit in visits if visit < problem.n_requests]
        assert len(served) == len(set(served))
        assert all(isinstance(schedule(problem, v, visits), TimedRoute) for v, visits in enumerate(routes))
        plan = settle(problem, routes, fallback=lambda: greedy)
        assert {fault.rule for fault in check(problem, plan)} <= {Rule.MANDATORY}


def test_one_or_two_threads_give_the_same_routes() -> None:
    """Eight vehicles: late in the run both lanes share one plan."""
    problem = _day(3, demands=40, vehicles=8)
    runs = [searched(problem, StepLimit(12_000), threads=threads).told for threads in (1, 2)]
    assert len(runs[0]) > 1
    assert runs[0] == runs[1]


@pytest.mark.parametrize("seed", [1, 2])
def test_shuffled_rows_give_the_same_plan(seed: int) -> None:
    """Same visits at the same times, once the numbers are translated."""
    problem = _day(seed)
    order = np.random.default_rng(seed + 50).permutation(problem.n_requests)
    plain = _solved(problem).solution
    mixed = _solved(_shuffled(problem, order)).solution
    n = problem.n_requests
    for route, other in zip(plain.routes, mixed.routes, strict=True):
        assert tuple(int(order[visit % n]) + visit // n * n for visit in other.visits) == route.visits
        assert other.starts == route.starts
    assert sorted(order[list(mixed.unserved)].tolist()) == list(plain.unserved)


def _shuffled(problem: Problem, order: np.ndarray) -> Problem:
    """Row ``i`` of the result is request ``order[i]`` of ``problem``; the options are listed backwards."""
    at, visits = np.argsort(order), np.concatenate([order, order + problem.n_requests])
    by_request = ("max_ride", "load", "mandatory", "penalty", "exclusive", "link_stay", "compatible", "locked_vehicle")
    changed = {name: getattr(problem, name)[order] for name in by_request}
    changed |= {name: getattr(problem, name)[visits] for name in ("place_of_visit", "earliest", "latest")}
    return frozen(
        problem._replace(
            **changed,
            service=problem.service[:, visits],
            linked_to=np.where(problem.linked_to < 0, -1, at[problem.linked_to])[order],
            option_request=at[problem.option_request][::-1],
            option_of=at[problem.option_of][::-1],
            option_cost=problem.option_cost[::-1],
        )
    )


def test_a_plan_to_start_from_keeps_its_options() -> None:
    """Warm start from a plan that meets demands by options: the result is not worse, and begins with them."""
    problem = _day(5)
    before = _solved(problem, steps=6_000)
    again = solve(problem, params=SolveParams(threads=1), stop=Stop((StepLimit(2),)), start=before.solution)
    assert again.best.quality <= before.best.quality
    options = set(problem.option_request.tolist())
    assert options & {visit for route in before.solution.routes for visit in route.visits}


def test_fewer_vehicles_with_options() -> None:
    """Where vehicles come first, the plan is lawful and uses no more of them than greedy insertion."""
    problem = _day(7, demands=20, vehicles=8)
    dear = frozen(problem._replace(vehicle_cost=np.full(8, 10**6), mandatory=np.zeros(problem.n_requests, np.bool_)))
    plan = _solved(dear, steps=8_000).solution
    assert check(dear, plan) == ()
    assert quality_of(dear, plan) <= quality_of(dear, construct(dear))


@pytest.mark.parametrize("objective", [PLAIN, replace(PLAIN, options=3, excess_ride=2)])
def test_every_ranked_place_is_lawful_and_costs_what_it_says(objective: Objective) -> None:
    """Demands left out on purpose: putting back any of the ten best places, links included, keeps every rule."""
    tried, optional = 0, 0
    for seed in range(3):
        problem = frozen(_day(seed, demands=12, vehicles=3)._replace(objective=objective))
        for head in range(2, 12, 3):
            plan = construct(_barring(problem, problem.options(head)))
            faults = {fault.rule for fault in check(problem, plan)}
            for found in rank(problem, plan, head, limit=10).candidates:
                routes = tuple(found.route if v == found.vehicle else r for v, r in enumerate(plan.routes))
                after = Solution(routes=routes, unserved=tuple(r for r in plan.unserved if r != head))
                assert {fault.rule for fault in check(problem, after)} <= faults
                grown = solution_cost(problem, after).total - solution_cost(problem, plan).total
                assert grown == found.cost_delta - problem.penalty[head]
                tried += 1
                optional += found.request != head
    assert tried > 20
    assert optional > 5


def test_every_explanation_admits_its_option() -> None:
    """The change a block proposes, made on the request it names, gives that request a place at the vehicle."""
    seen = set()
    for seed in range(4):
        problem = _day(seed, demands=16, vehicles=1)
        plan = construct(problem)
        for head in plan.unserved[:4]:
            for block in explain(problem, plan, head):
                seen.add(block.request == head)
                assert block.request in problem.options(head)
                for relaxation in block.relaxations:
                    assert _has_place(relaxed(problem, block.request, block.vehicle, relaxation), plan, block)
    assert seen == {True, False}


def _has_place(problem: Problem, plan: Solution, block: Block) -> bool:
    found = rank(problem, plan, block.request, limit=10_000).candidates
    return any(place.vehicle == block.vehicle and place.request == block.request for place in found)
