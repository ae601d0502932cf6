"""The checker: silent on valid plans, and every single sabotage is named with its amount."""

from __future__ import annotations

import numpy as np
import pytest

from solver.checker import Violation, check
from solver.problem import Problem, frozen
from solver.route_rules import clockless_fault
from solver.rules import Rule
from solver.schedule import schedule
from solver.solution import Solution, TimedRoute
from tests.solver.solver_cases import DAY, Size, line_problem, random_problem, random_visits
from tests.solver.timing_oracle import earliest_times

IDLE = TimedRoute(visits=(), starts=(), depart=0, arrive=0, break_starts=())
GOOD = TimedRoute(visits=(0, 1, 2, 3), starts=(10, 13, 22, 32), depart=0, arrive=62, break_starts=())
"""Two riders on a line: 10 -> 20 and 12 -> 30, one tick to board each; home is 30 away from the last drop."""


def _two_riders() -> Problem:
    return line_problem(positions=[(10, 20), (12, 30)], vehicles=2)


def _plan(route: TimedRoute, *, unserved: tuple[int, ...] = ()) -> Solution:
    return Solution(routes=(route, IDLE), unserved=unserved)


def _route(**changes: object) -> TimedRoute:
    fields = {name: getattr(GOOD, name) for name in ("visits", "starts", "depart", "arrive", "break_starts")}
    return TimedRoute(**{**fields, **changes})


def _found(violations: tuple[Violation, ...]) -> set[tuple[Rule, int]]:
    return {(violation.rule, violation.amount) for violation in violations}


def test_a_valid_plan_is_silent() -> None:
    """10 to board at 10, 13 at 12 (10 + 1 + 2), 22 at 20 (13 + 1 + 8), 32 at 30, home at 62."""
    assert check(_two_riders(), _plan(GOOD)) == ()


RULE_CHANGES = {
    "pick-up closes at 11": ({"latest": np.array([DAY, 11, DAY, DAY])}, (Rule.WINDOW, 2)),
    "drop opens at 40": ({"earliest": np.array([0, 0, 0, 40])}, (Rule.WINDOW, 8)),
    "10 ticks of ride allowed, 11 used": ({"max_ride": np.array([10, DAY])}, (Rule.RIDE, 1)),
    "one seat": ({"capacity": np.ones((2, 1, 1))}, (Rule.SEATS, 1)),
    "two kinds of layout, neither fits": ({"capacity": np.array([[[1], [0]]] * 2)}, (Rule.SEATS, 1)),
    "private ride": ({"exclusive": np.array([False, True])}, (Rule.EXCLUSIVE, 1)),
    "not for this vehicle": ({"compatible": np.array([[True, True], [False, True]])}, (Rule.COMPATIBLE, 0)),
    "locked to the other vehicle": ({"locked_vehicle": np.array([1, -1])}, (Rule.LOCKED, 0)),
    "shift begins at 5": ({"shift_earliest": np.array([5, 0])}, (Rule.SHIFT, 5)),
    "shift ends at 60": ({"shift_latest": np.array([60, DAY])}, (Rule.SHIFT, 2)),
    "60 ticks of duration": ({"max_duration": np.array([60, DAY])}, (Rule.DURATION, 2)),
    "return 1 after outbound 0": ({"linked_to": np.array([-1, 0])}, (Rule.LINK, 9)),
    "prefix says otherwise": ({"prefix_start": np.array([0, 1, 1]), "prefix_visit": np.array([1])}, (Rule.PREFIX, 0)),
    "a break is owed": (
        {
            "break_vehicle": np.array([0]),
            "break_earliest": np.array([0]),
            "break_latest": np.array([DAY]),
            "break_duration": np.array([5]),
        },
        (Rule.BREAK, 0),
    ),
}


@pytest.mark.parametrize("name", RULE_CHANGES)
def test_each_rule_tightened_below_the_plan_is_named(name: str) -> None:
    """The plan stays, one rule moves past it: exactly that violation appears, by the amount it moved."""
    change, expected = RULE_CHANGES[name]
    assert _found(check(frozen(_two_riders()._replace(**change)), _plan(GOOD))) == {expected}


PLAN_CHANGES = {
    "too fast": (_plan(_route(starts=(10, 13, 20, 32))), {(Rule.TRAVEL, 2)}),
    "too fast home": (_plan(_route(arrive=50)), {(Rule.TRAVEL, 12)}),
    "drop first": (_plan(_route(visits=(2, 1, 0, 3), starts=(20, 28, 31, 52), arrive=82)), {(Rule.PAIRING, 0)}),
    "never dropped": (_plan(_route(visits=(0, 1, 2), starts=(10, 13, 22), arrive=42)), {(Rule.PAIRING, 0)}),
    "dropped twice": (
        _plan(_route(visits=(0, 1, 2, 2, 3), starts=(10, 13, 22, 22, 32))),
        {(Rule.DUPLICATE, 0)},
    ),
    "listed though served": (_plan(GOOD, unserved=(1,)), {(Rule.UNSERVED_LIST, 0)}),
    "unknown visit": (_plan(_route(visits=(0, 1, 2, 9))), {(Rule.MALFORMED, 0)}),
    "a time is missing": (_plan(_route(starts=(10, 13, 22))), {(Rule.MALFORMED, 0)}),
    "a route is missing": (Solution(routes=(GOOD,), unserved=()), {(Rule.MALFORMED, 0)}),
    "neither served nor listed": (
        _plan(_route(visits=(0, 2), starts=(10, 21), arrive=41)),
        {(Rule.UNSERVED_LIST, 0)},
    ),
}


@pytest.mark.parametrize("name", PLAN_CHANGES)
def test_each_sabotaged_plan_is_named(name: str) -> None:
    """The rules stay, the plan is spoilt in one way: exactly that violation appears."""
    plan, expected = PLAN_CHANGES[name]
    assert _found(check(_two_riders(), plan)) == expected


def test_an_unserved_promise_is_a_violation() -> None:
    """A mandatory request in the list of the unserved is still missing."""
    problem = frozen(_two_riders()._replace(mandatory=np.array([True, True])))
    assert _found(check(problem, _plan(IDLE, unserved=(0, 1)))) == {(Rule.MANDATORY, 0)}


def test_riders_may_not_wait_aboard() -> None:
    """The second pick-up is served 4 after reaching it; 3 are allowed."""
    late = _route(starts=(10, 17, 26, 36), arrive=66)
    assert _found(check(frozen(_two_riders()._replace(idle_aboard_limit=3)), _plan(late))) == {(Rule.IDLE, 1)}
    assert check(frozen(_two_riders()._replace(idle_aboard_limit=4)), _plan(late)) == ()


def _with_break() -> Problem:
    """Rider 0 from 10 to 20, rider 1 from 30 to 40, a break of 5 ticks due between 15 and 30."""
    problem = line_problem(positions=[(10, 20), (30, 40)], vehicles=2)
    return frozen(
        problem._replace(
            break_vehicle=np.array([0]),
            break_earliest=np.array([15]),
            break_latest=np.array([30]),
            break_duration=np.array([5]),
        )
    )


@pytest.mark.parametrize(
    ("start", "pick", "expected"),
    [
        (21, 36, set()),
        (31, 36, {(Rule.BREAK, 1)}),
        (19, 36, {(Rule.BREAK, 2)}),
        (21, 35, {(Rule.TRAVEL, 1)}),
    ],
)
def test_a_break_needs_an_empty_vehicle_its_window_and_its_length(
    start: int, pick: int, expected: set[tuple[Rule, int]]
) -> None:
    """Drop at 21, five ticks of break and ten of driving: the next pick-up is at 36 at the earliest."""
    route = TimedRoute(
        visits=(0, 2, 1, 3),
        starts=(10, 21, pick, pick + 11),
        depart=0,
        arrive=pick + 51,
        break_starts=((0, start),),
    )
    assert _found(check(_with_break(), _plan(route))) == expected


def test_travel_time_is_that_of_the_period_in_which_the_leg_begins() -> None:
    """From tick 12 on everything takes twice as long: the leg of 8 that begins at 14 needs 16."""
    base = _two_riders()
    travel = np.concatenate([base.travel, 2 * base.travel])
    problem = frozen(base._replace(travel=travel, period_start=np.array([0, 12])))
    assert _found(check(problem, _plan(GOOD))) == {(Rule.TRAVEL, 8), (Rule.TRAVEL, 10), (Rule.TRAVEL, 30)}
    slow = schedule(problem, 0, GOOD.visits)
    assert isinstance(slow, TimedRoute)
    assert check(problem, _plan(slow)) == ()


@pytest.mark.parametrize(("drop", "expected"), [(22, {(Rule.TRAVEL, 1)}), (23, set())])
def test_a_vehicle_may_wait_at_the_kerb_for_a_faster_hour(drop: int, expected: set[tuple[Rule, int]]) -> None:
    """Ten times as slow before tick 15: the leg of 8 that is left at 14 ends at 23, one tick of waiting included."""
    base = line_problem(positions=[(0, 8)], vehicles=2)
    travel = np.concatenate([10 * base.travel, base.travel])
    problem = frozen(base._replace(travel=travel, period_start=np.array([0, 15]), idle_aboard_limit=0))
    route = TimedRoute(visits=(0, 1), starts=(13, drop), depart=13, arrive=drop + 8, break_starts=())
    assert _found(check(problem, _plan(route))) == expected


def test_no_times_whatever_pass_on_a_route_that_has_no_schedule() -> None:
    """Times made under loosened limits are rejected under the strict ones whenever Bellman-Ford finds none."""
    rng = np.random.default_rng(3)
    rejected = 0
    for _ in range(600):
        problem = frozen(random_problem(rng, Size(requests=3, vehicles=1, links=False)))
        visits = random_visits(rng, problem, [0, 1, 2])
        loose = frozen(
            problem._replace(
                latest=problem.latest + 300,
                max_ride=problem.max_ride + 300,
                shift_latest=problem.shift_latest + 600,
                max_duration=problem.max_duration + 600,
                idle_aboard_limit=problem.idle_aboard_limit + 300,
            )
        )
        route = schedule(loose, 0, visits)
        if not isinstance(route, TimedRoute) or clockless_fault(problem, 0, visits) is not None:
            continue
        silent = check(problem, Solution(routes=(route,), unserved=())) == ()
        possible = bool(earliest_times(problem, 0, visits))
        assert possible or not silent
        rejected += not possible
    assert rejected > 100
