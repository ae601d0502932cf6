"""One plan read once, one demand asked about under many limits: each answer is that of a problem with these limits."""

from __future__ import annotations

import numpy as np
import pytest

from solver.construction import construct
from solver.errors import SolverInputError
from solver.explanation import ALL_KINDS, RelaxationKind
from solver.insertion import Insertion, explain, rank, takers
from solver.limits import Limits, limits_of, with_limits
from solver.problem import Problem, frozen
from solver.solution import Solution
from solver.weights import PLAIN, Objective
from tests.solver.solver_cases import (
    Size,
    line_problem,
    random_objective,
    random_problem,
    with_options,
    with_wishes,
)  # fmt: skip

FEWEST = Objective(fewest_vehicles=True)
FEWEST_AND_MORE = Objective(working_time=2, lateness=3, fewest_vehicles=True)


def _other_limits(rng: np.random.Generator, problem: Problem, request: int) -> Limits:
    """Windows moved by up to two hundred ticks and of another width, sometimes outside of everything else."""
    now, by, width = limits_of(problem, request), int(rng.integers(-200, 200)), int(rng.integers(0, 150))
    return Limits(
        pickup_earliest=now.pickup_earliest + by,
        pickup_latest=now.pickup_earliest + by + width,
        drop_earliest=now.drop_earliest + by,
        drop_latest=now.drop_latest + by + int(rng.integers(0, 300)),
        max_ride=now.max_ride + int(rng.integers(0, 40)),
    )


def _day(rng: np.random.Generator, size: Size, *, objective: Objective, options: int) -> Problem:
    problem = random_problem(rng, size)
    if options:
        problem = with_options(rng, frozen(problem), options=options)
    return with_wishes(rng, problem, objective)


def _locked(rng: np.random.Generator, problem: Problem, solution: Solution) -> Problem:
    """The first few visits of every route as its prefix."""
    begun = [route.visits[: int(rng.integers(0, len(route.visits) + 1))] for route in solution.routes]
    starts = np.cumsum([0, *(len(visits) for visits in begun)])
    return frozen(problem._replace(prefix_start=starts, prefix_visit=np.array(sum(begun, ()), dtype=np.int64)))


def _open_request(rng: np.random.Generator, problem: Problem, solution: Solution) -> int:
    """Any request of a demand that is not met; every demand is left out of the plan now and then."""
    head = int(rng.choice(np.array(solution.unserved)))
    return int(rng.choice(np.array(problem.options(head))))


@pytest.mark.parametrize(
    ("breaks", "links", "periods", "options"), [(0, False, 1, 0), (2, True, 1, 0), (1, True, 3, 0), (2, True, 1, 3)]
)
@pytest.mark.parametrize("weights", ["plain", "any", "fewest", "fewest and more"])
def test_other_limits_give_what_a_problem_with_them_gives(
    weights: str, breaks: int, links: bool, periods: int, options: int
) -> None:
    """Ranking, takers, reasons and remedies for six windows of a request, asked in turn of one `Insertion`."""
    rng = np.random.default_rng([breaks, periods, options, len(weights)])
    placed, refused = 0, 0
    for day in range(20):
        size = Size(requests=10, vehicles=3, breaks=breaks, links=links, span=400, periods=periods)
        objective = {
            "plain": PLAIN, "any": random_objective(rng), "fewest": FEWEST, "fewest and more": FEWEST_AND_MORE,
        }[weights]  # fmt: skip
        problem = _day(rng, size, objective=objective, options=options)
        solution = construct(problem)
        if not solution.unserved:
            continue
        if day % 2:
            problem = _locked(rng, problem, solution)
        request = _open_request(rng, problem, solution)
        stated = Insertion(problem, solution, request)
        for limits in [limits_of(problem, request), *(_other_limits(rng, problem, request) for _ in range(6))]:
            other = with_limits(problem, request, limits)
            expected = rank(other, solution, request)
            assert stated.under(limits).rank() == expected
            assert stated.under(limits).takers() == takers(other, solution, request)
            assert stated.under(limits).explain() == explain(other, solution, request)
            assert stated.under(limits).cheapest() == tuple(
                one for one in expected.candidates if one.cost_delta == expected.candidates[0].cost_delta
            )
            placed, refused = placed + bool(expected.candidates), refused + (not expected.candidates)
        assert stated.rank() == rank(problem, solution, request)
    assert min(placed, refused) >= 10


def test_only_the_kinds_asked_for_are_looked_for() -> None:
    """Refused days: of all remedies, those of the kinds asked for, whichever they are."""
    rng = np.random.default_rng(3)
    seen = set()
    for _ in range(30):
        problem = frozen(random_problem(rng, Size(requests=9, vehicles=2, breaks=2, span=300)))
        solution = construct(problem)
        for request in solution.unserved[:2]:
            insertion = Insertion(problem, solution, request)
            kinds = tuple(kind for kind in ALL_KINDS if rng.random() < 0.4)
            for some, every in zip(insertion.explain(kinds=kinds), insertion.explain(), strict=True):
                assert (some.vehicle, some.rule) == (every.vehicle, every.rule)
                assert some.relaxations == tuple(one for one in every.relaxations if one.kind in kinds)
                seen |= {one.kind for one in some.relaxations}
    assert len(seen) >= 6
    assert set(ALL_KINDS) == set(RelaxationKind)


@pytest.mark.parametrize(("links", "periods"), [(False, 1), (True, 1), (True, 3)])
def test_the_least_change_is_the_least_over_all_vehicles(links: bool, periods: int) -> None:
    """Of each kind asked for, up to a bound: the least amount of any block; nothing where no block has one so small."""
    rng = np.random.default_rng([6, periods])
    found, beyond = 0, 0
    for _ in range(40):
        size = Size(requests=9, vehicles=4, breaks=2, links=links, span=300, periods=periods)
        problem = frozen(random_problem(rng, size))
        solution = construct(problem)
        for request in solution.unserved[:3]:
            insertion = Insertion(problem, solution, request)
            told = [relaxation for block in insertion.explain() for relaxation in block.relaxations]
            for most in (1000, *rng.integers(0, 60, 3).tolist()):
                amounts = {kind: [one.amount for one in told if one.kind is kind] for kind in ALL_KINDS}
                least = {kind: min(some) for kind, some in amounts.items() if some and min(some) <= most}
                assert insertion.least(kinds=ALL_KINDS, most=most) == least
                found, beyond = found + len(least), beyond + (sum(map(bool, amounts.values())) - len(least))
    assert min(found, beyond) > 50


def test_limits_are_those_of_one_request() -> None:
    """The other request's windows and everything else stay the very same arrays or numbers."""
    problem = line_problem(positions=[(10, 20), (30, 40)])
    limits = Limits(pickup_earliest=5, pickup_latest=15, drop_earliest=16, drop_latest=60, max_ride=30)
    other = with_limits(problem, 1, limits)
    assert limits_of(other, 1) == limits
    assert limits_of(other, 0) == limits_of(problem, 0)
    changed = {name for name, a, b in zip(Problem._fields, problem, other, strict=True) if a is not b}
    assert changed == {"earliest", "latest", "max_ride"}
    assert not any(array.flags.writeable for array in (other.earliest, other.latest, other.max_ride))


def test_the_cheapest_are_all_that_cost_the_same() -> None:
    """Two vehicles stand idle at the same depot: either takes the trip for 40 units, a third from 5 further on."""
    problem = line_problem(positions=[(10, 20)], vehicles=3)
    at = np.array([0, 10, 20, 30])
    distance = np.abs(at[:, None] - at[None, :])
    problem = frozen(problem._replace(travel=distance[None], cost=distance, start_place=np.array([0, 0, 3])))
    nobody = construct(frozen(problem._replace(compatible=np.zeros((1, 3), np.bool_))))
    assert [one.vehicle for one in Insertion(problem, nobody, 0).cheapest()] == [0, 1]


@pytest.mark.parametrize(
    ("request_", "limit", "code"), [(1, 5, "bad_index"), (-1, 5, "bad_index"), (0, 0, "bad_limit")]
)
def test_questions_without_a_meaning_are_errors(request_: int, limit: int, code: str) -> None:
    """A request that is not there, and fewer than one candidate."""
    problem = line_problem(positions=[(10, 20)])
    nobody = construct(frozen(problem._replace(compatible=np.zeros((1, 1), np.bool_))))
    with pytest.raises(SolverInputError) as raised:
        rank(problem, nobody, request_, limit=limit)
    assert raised.value.code == code
