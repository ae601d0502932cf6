"""Ranking of places: equal to trying every pair of positions with the reference schedule; refusals are checkable."""

from __future__ import annotations

import numpy as np
import pytest

from solver.checker import check
from solver.construction import construct
from solver.errors import SolverInputError
from solver.explanation import Relaxation, RelaxationKind, relaxed
from solver.insertion import explain, rank, takers
from solver.objective import driving_cost, solution_cost
from solver.problem import Problem, frozen
from solver.rules import Rule
from solver.schedule import schedule
from solver.solution import Solution, TimedRoute
from tests.solver.solver_cases import Size, line_problem, random_problem


def _places_by_hand(problem: Problem, solution: Solution, request: int) -> list[tuple[int, int, tuple[int, ...]]]:
    """(cost added, vehicle, visits) for every vehicle and pair of positions that the reference accepts."""
    found = []
    for vehicle, old in enumerate(solution.routes):
        use = 0 if old.visits else int(problem.vehicle_cost[vehicle])
        before = driving_cost(problem, vehicle, old.visits)
        for i in range(len(old.visits) + 1):
            for j in range(i, len(old.visits) + 1):
                visits = (*old.visits[:i], request, *old.visits[i:j], problem.drop(request), *old.visits[j:])
                if isinstance(schedule(problem, vehicle, visits), TimedRoute):
                    found.append((driving_cost(problem, vehicle, visits) - before + use, vehicle, visits))
    return found


def _with_prefixes(rng: np.random.Generator, problem: Problem, solution: Solution) -> Problem:
    """Lock the first few visits of every route."""
    locked = [route.visits[: int(rng.integers(0, len(route.visits) + 1))] for route in solution.routes]
    starts = np.cumsum([0, *(len(visits) for visits in locked)])
    return frozen(problem._replace(prefix_start=starts, prefix_visit=np.array(sum(locked, ()), dtype=np.int64)))


@pytest.mark.parametrize(("breaks", "periods"), [(0, 1), (2, 1), (4, 1), (0, 2), (1, 3), (3, 4)])
def test_rank_finds_exactly_the_places_that_trying_all_pairs_finds(breaks: int, periods: int) -> None:
    """On random days, with one to four periods of travel times: same places, same costs, same times as the
    reference, and a vehicle is blocked exactly when it has no place; with locked prefixes none lies inside them."""
    rng = np.random.default_rng(10 * (periods - 1) + breaks)
    counts = np.zeros(2, np.int64)
    for day in range(60):
        size = Size(requests=9, vehicles=3, breaks=breaks, links=False, span=400, periods=periods)
        problem = frozen(random_problem(rng, size))
        solution = construct(problem)
        if day % 3 == 0:
            problem = _with_prefixes(rng, problem, solution)
        for request in solution.unserved:
            expected = _places_by_hand(problem, solution, request)
            ranking = rank(problem, solution, request, limit=1000)
            counts += [len(expected) > 0, len(expected) == 0]
            places = [(c.cost_delta, c.vehicle, c.route.visits) for c in ranking.candidates]
            assert sorted(places) == sorted(expected)
            assert [c.cost_delta for c in ranking.candidates] == sorted(c.cost_delta for c in ranking.candidates)
            assert {b.vehicle for b in ranking.blocks} == set(range(3)) - {vehicle for _, vehicle, _ in expected}
            for candidate in ranking.candidates:
                assert candidate.route == schedule(problem, candidate.vehicle, candidate.route.visits)
                assert candidate.route.visits[candidate.pickup_position] == request
                assert candidate.route.visits[candidate.drop_position] == problem.drop(request)
    assert counts.min() > 10


@pytest.mark.parametrize("periods", [1, 3])
def test_any_candidate_put_into_the_plan_keeps_every_rule_links_included(periods: int) -> None:
    """After inserting any of the ten cheapest places, the checker finds nothing and the cost grew as told."""
    rng = np.random.default_rng(5)
    tried = 0
    for _ in range(80):
        problem = frozen(random_problem(rng, Size(requests=8, vehicles=3, breaks=2, span=500, periods=periods)))
        solution = construct(problem)
        assert check(problem, solution) == ()
        for request in solution.unserved:
            for candidate in rank(problem, solution, request, limit=10).candidates:
                routes = list(solution.routes)
                routes[candidate.vehicle] = candidate.route
                left = tuple(r for r in solution.unserved if r != request)
                after = Solution(routes=tuple(routes), unserved=left)
                assert check(problem, after) == ()
                grown = solution_cost(problem, after).total - solution_cost(problem, solution).total
                assert grown == candidate.cost_delta - problem.penalty[request]
                tried += 1
    assert tried > 60


def _refusing(problem: Problem, request: int) -> Problem:
    """The problem with one request that no vehicle may carry."""
    compatible = problem.compatible.copy()
    compatible[request] = False
    return frozen(problem._replace(compatible=compatible))


def test_limit_keeps_the_cheapest() -> None:
    """Asking for three candidates gives the first three of the full ranking."""
    problem = line_problem(positions=[(10, 20), (30, 50), (12, 40)], vehicles=2)
    solution = construct(_refusing(problem, 2))
    full = rank(problem, solution, 2, limit=100).candidates
    assert len(full) > 3
    assert rank(problem, solution, 2, limit=3).candidates == full[:3]


def test_takers_are_the_vehicles_without_a_block() -> None:
    """One request is left out of a plan: who takes it is whoever `rank` names no block for, nobody to all three."""
    rng = np.random.default_rng(12)
    found = set()
    for _ in range(60):
        problem = frozen(random_problem(rng, Size(requests=9, vehicles=3, breaks=1, span=500)))
        solution = construct(_refusing(problem, 4))
        blocked = {block.vehicle for block in rank(problem, solution, 4).blocks}
        assert takers(problem, solution, 4) == set(range(3)) - blocked
        found.add(len(blocked))
    assert found == {0, 1, 2, 3}


@pytest.mark.parametrize(("breaks", "links", "periods"), [(2, True, 1), (2, True, 3), (0, False, 1), (0, False, 2)])
def test_every_relaxation_admits_and_one_less_does_not(breaks: int, links: bool, periods: int) -> None:
    """Applying a proposed change makes a place at that vehicle; with one tick or seat less there is none. Of what is
    not proposed no amount makes one."""
    rng = np.random.default_rng(11)
    kinds = set()
    for _ in range(40):
        size = Size(requests=9, vehicles=2, breaks=breaks, links=links, span=300, periods=periods)
        problem = frozen(random_problem(rng, size))
        solution = construct(problem)
        for request in solution.unserved[:3]:
            for block in explain(problem, solution, request):
                for relaxation in block.relaxations:
                    kinds.add(relaxation.kind)
                    assert _admitted(problem, solution, (request, block.vehicle), relaxation)
                    less = Relaxation(kind=relaxation.kind, amount=relaxation.amount - 1)
                    assert not _admitted(problem, solution, (request, block.vehicle), less)
                for kind in set(RelaxationKind) - {relaxation.kind for relaxation in block.relaxations}:
                    most = Relaxation(kind=kind, amount=_most(problem, kind))
                    assert not _admitted(problem, solution, (request, block.vehicle), most)
    assert len(kinds) >= 8


def _most(problem: Problem, kind: RelaxationKind) -> int:
    """All the seats or all the day that there is."""
    if kind is RelaxationKind.MORE_SEATS:
        return int(problem.load.sum(axis=0).max())
    begins = min(problem.earliest.min(), problem.shift_earliest.min())
    return int(max(problem.latest.max(), problem.shift_latest.max()) - begins)


def _admitted(problem: Problem, solution: Solution, ask: tuple[int, int], relaxation: Relaxation) -> bool:
    request, vehicle = ask
    ranking = rank(relaxed(problem, request, vehicle, relaxation), solution, request)
    return vehicle not in {block.vehicle for block in ranking.blocks}


def test_refusal_names_the_rule() -> None:
    """One vehicle, one request on board from 10 to 20, windows fixed: each obstacle is named as itself."""
    base = line_problem(positions=[(10, 20), (10, 20)])
    base = frozen(base._replace(earliest=np.array([10, 10, 0, 0]), latest=np.array([30, 30, 60, 60])))
    solution = construct(_refusing(base, 1))
    assert solution.unserved == (1,)
    changes = {
        Rule.COMPATIBLE: {"compatible": np.array([[True], [False]])},
        Rule.WINDOW: {"latest": np.array([30, 8, 60, 60])},
        Rule.SHIFT: {"shift_latest": np.array([19])},
        Rule.SEATS: {"load": np.array([[1], [5]])},
        Rule.RIDE: {"max_ride": np.array([1000, 9])},
        Rule.DURATION: {"max_duration": np.array([41])},
    }
    for rule, change in changes.items():
        ranking = rank(frozen(base._replace(**change)), solution, 1)
        assert ranking.candidates == ()
        assert [block.rule for block in ranking.blocks] == [rule]


def test_asking_about_a_served_request_is_an_error() -> None:
    """The question would have no meaning."""
    problem = line_problem(positions=[(10, 20)])
    with pytest.raises(SolverInputError, match="already"):
        rank(problem, construct(problem), 0)
