"""The checker judges whole columns at once: it says word for word what judging visit by visit says."""

from __future__ import annotations

from collections import Counter
from types import NoneType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.checker import check
from solver.plain import plain
from solver.problem import frozen
from solver.rules import Rule
from solver.solution import Solution, TimedRoute
from tests.solver.plain_judge import plainly
from tests.solver.solver_cases import DAY, line_problem
from tests.solver.spoilt_plans import PLANS, any_cases


@settings(max_examples=200)
@given(st.integers(0, 2**32 - 1))
def test_whatever_is_wrong_is_said_as_plainly(seed: int) -> None:
    """The same violations in the same order: rule, vehicle, visit, amount and text."""
    for problem, solution in any_cases(np.random.default_rng(seed)):
        assert check(problem, solution) == plainly(problem, solution)


def test_every_rule_is_broken_and_many_plans_break_none() -> None:
    """Of 1,200 plans: the same words, every rule broken at least 40 times, and more than 100 that drive and break none.
    Numbers are those of Python, as they are stored and printed."""
    rng = np.random.default_rng(7)
    seen: Counter[Rule] = Counter()
    silent = 0
    for problem, solution in (case for _ in range(1200 // PLANS) for case in any_cases(rng)):
        found = check(problem, solution)
        assert found == plainly(problem, solution)
        assert all(type(number) in (int, NoneType) for fault in found for number in (fault.vehicle, fault.visit))
        assert all(type(fault.amount) is int for fault in found)
        seen.update(fault.rule for fault in found)
        silent += not found and any(route.visits for route in solution.routes)
    assert {rule: seen[rule] for rule in Rule if seen[rule] < 40} == {}
    assert silent > 100


@pytest.mark.parametrize(("requests", "vehicles"), [(0, 0), (0, 2), (2, 0), (2, 2)])
def test_a_day_on_which_nobody_drives_is_judged(requests: int, vehicles: int) -> None:
    """No requests, no vehicles (and no layouts then), or neither: only the list of the unserved can be wrong."""
    ticks, places = np.zeros((1, 1), np.int64), np.zeros(2 * requests, np.int32)
    day = plain(travel=ticks, cost=ticks, place_of_visit=places, vehicles=vehicles, day=DAY)
    problem = frozen(day._replace(capacity=day.capacity[:, : 0 if vehicles == 0 else 1]))
    parked = TimedRoute(visits=(), starts=(), depart=0, arrive=0, break_starts=())
    for unserved, faults in ((tuple(range(requests)), 0), ((*range(requests), 7), 1), ((), requests)):
        solution = Solution(routes=(parked,) * vehicles, unserved=unserved)
        assert check(problem, solution) == plainly(problem, solution)
        assert len(check(problem, solution)) == faults


def test_a_return_that_stands_before_its_outbound_is_told_even_where_times_fall() -> None:
    """Return 1 is picked up at 100, long after its outbound is dropped at 22, but stands before it on the route."""
    problem = frozen(line_problem(positions=[(10, 20), (20, 10)])._replace(linked_to=np.array([-1, 0])))
    visits, starts = (1, 3, 0, 2), (100, 111, 11, 22)
    route = TimedRoute(visits=visits, starts=starts, depart=80, arrive=200, break_starts=())
    found = check(problem, Solution(routes=(route,), unserved=()))
    assert found == plainly(problem, Solution(routes=(route,), unserved=()))
    assert [(fault.visit, fault.amount) for fault in found if fault.rule is Rule.LINK] == [(1, 0)]
