"""The checker works out seats and legs of a whole plan at once: the same as looking at each stop of a route alone."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from solver.checker import check
from solver.problem import Problem, frozen
from solver.rules import Rule
from solver.solution import Solution, TimedRoute
from tests.solver.checker_oracle import seats_and_legs
from tests.solver.solver_cases import Size, random_problem, random_visits

WORKED_OUT = (Rule.SEATS, Rule.TRAVEL, Rule.IDLE)


def _broken_visits(rng: np.random.Generator, problem: Problem) -> tuple[int, ...]:
    """A route in which, half the time, visits are missing, doubled or in each other's place."""
    visits = list(random_visits(rng, problem, list(range(problem.n_requests))))
    for _ in range(int(rng.integers(0, 4)) if rng.random() < 0.5 else 0):
        here, there = rng.integers(0, len(visits), 2).tolist()
        change = rng.integers(0, 3)
        if change == 0 and len(visits) > 1:
            visits.pop(here)
        elif change == 1:
            visits.insert(here, visits[there])
        else:
            visits[here], visits[there] = visits[there], visits[here]
    return tuple(visits)


def _any_times(rng: np.random.Generator, problem: Problem, visits: tuple[int, ...]) -> TimedRoute:
    """The visits at rising times that nobody has looked at; breaks begin anywhere, often at the end of a visit."""
    clock = np.cumsum(rng.integers(0, 50, len(visits) + 2)).tolist()
    service = problem.service[problem.class_of_vehicle[0]]
    free = [at + int(service[visit]) for visit, at in zip(visits, clock[1:], strict=False)]
    breaks = tuple((b, int(rng.choice(free)) + int(rng.integers(0, 6))) for b in problem.breaks_of(0))
    return TimedRoute(visits=visits, starts=tuple(clock[1:-1]), depart=clock[0], arrive=clock[-1], break_starts=breaks)


@pytest.mark.parametrize("periods", [1, 3])
def test_whole_routes_are_judged_as_stop_by_stop(periods: int) -> None:
    """On 600 routes, most of them broken: each violation of seats, driving and waiting, no other, by its amount."""
    rng = np.random.default_rng(periods)
    seen: Counter[Rule] = Counter()
    rested = 0
    for _ in range(600):
        size = Size(requests=int(rng.integers(1, 6)), vehicles=1, breaks=int(rng.integers(0, 3)), periods=periods)
        problem = frozen(random_problem(rng, size)._replace(idle_aboard_limit=int(rng.integers(0, 15))))
        route = _any_times(rng, problem, _broken_visits(rng, problem))
        expected = seats_and_legs(problem, 0, route)
        found = check(problem, Solution(routes=(route,), unserved=()))
        assert Counter((v.rule, v.visit, v.amount) for v in found if v.rule in WORKED_OUT) == expected
        alone = TimedRoute(
            visits=route.visits, starts=route.starts, depart=route.depart, arrive=route.arrive, break_starts=()
        )
        rested += seats_and_legs(problem, 0, alone) != expected
        seen.update(rule for rule, _, _ in expected)
    assert min(seen[rule] for rule in WORKED_OUT) > 100
    assert rested > 50
