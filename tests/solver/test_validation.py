"""Malformed problems are refused by name; impossible optional requests are reported and the rest is solved."""

from __future__ import annotations

import numpy as np
import pytest

from solver.checker import check
from solver.construction import construct
from solver.errors import SolverInputError
from solver.problem import Problem, frozen
from solver.rules import Rule
from solver.schedule import schedule
from solver.solution import TimedRoute
from solver.validation import impossible_requests, validated
from tests.solver.solver_cases import DAY, Size, line_problem, random_problem


def _trip() -> Problem:
    """Two requests, 10 -> 20 and 12 -> 30, the first of them promised."""
    base = line_problem(positions=[(10, 20), (12, 30)], vehicles=2)
    return frozen(base._replace(mandatory=np.array([True, False])))


def _second_period(fault: float) -> np.ndarray:
    """Two periods of ones, but for one entry of the second."""
    travel = np.ones((2, 5, 5))
    travel[1, 2, 3] = fault
    return travel


TWO = np.array([0, 60])

FAULTS = {
    "negative travel": ({"travel": -np.ones((1, 5, 5), np.int64)}, "negative", r"travel\[0, 0, 0\]"),
    "missing travel": ({"travel": np.full((1, 5, 5), np.nan)}, "not_whole_number", r"travel\[0, 0, 0\]"),
    "negative second period": ({"travel": _second_period(-1), "period_start": TWO}, "negative", r"travel\[1, 2, 3\]"),
    "missing second period": (
        {"travel": _second_period(np.nan), "period_start": TWO},
        "not_whole_number",
        r"travel\[1, 2, 3\]",
    ),
    "periods out of order": (
        {"travel": np.ones((3, 5, 5), np.int64), "period_start": np.array([0, 60, 60])},
        "periods_not_increasing",
        r"period_start\[2\]",
    ),
    "a start too few": ({"travel": np.ones((2, 5, 5), np.int64)}, "wrong_shape", "period_start"),
    "no period": (
        {"travel": np.ones((0, 5, 5), np.int64), "period_start": np.zeros(0, np.int64)},
        "wrong_shape",
        "travel",
    ),
    "half a tick": ({"max_ride": np.array([1.5, 2])}, "not_whole_number", r"max_ride\[0\]"),
    "oblong matrix": ({"travel": np.ones((1, 5, 4), np.int64)}, "matrix_not_square", "travel"),
    "flat matrix": ({"travel": np.ones((5, 5), np.int64)}, "wrong_shape", "travel"),
    "short windows": ({"earliest": np.zeros(3, np.int64)}, "wrong_shape", "earliest"),
    "seats beyond their kind of number": (
        {"capacity": np.full((2, 1, 1), 2**32 + 4)},
        "too_large",
        r"capacity\[0, 0, 0\]",
    ),
    "a place beyond its kind of number": (
        {"place_of_visit": np.array([1, 2, 3, 2**32])},
        "too_large",
        r"place_of_visit\[3\]",
    ),
    "the least number of all": (
        {"earliest": np.array([0, np.iinfo(np.int64).min, 0, 0])},
        "too_large",
        r"earliest\[1\]",
    ),
    "a fraction beyond any number": ({"cost": np.full((5, 5), 1e300)}, "too_large", r"cost\[0, 0\]"),
    "words": ({"penalty": np.array(["much", "little"])}, "not_whole_number", "penalty"),
    "endless waiting": ({"idle_aboard_limit": 2**70}, "too_large", "idle_aboard_limit"),
    "half a tick of waiting": ({"idle_aboard_limit": 0.5}, "not_whole_number", "idle_aboard_limit"),
    "endless ticks": ({"tick_s": np.inf}, "tick_not_positive", "tick_s"),
    "unknown place": ({"place_of_visit": np.array([1, 2, 3, 7])}, "bad_index", r"place_of_visit\[3\]"),
    "endless number": ({"latest": np.full(4, 2**50)}, "too_large", r"latest\[0\]"),
    "closed promise": ({"earliest": np.array([9, 0, 0, 0]), "latest": np.array([8, 9, 9, 9])}, "window_closed", "0"),
    "link in a circle": ({"linked_to": np.array([1, 0])}, "link_circular", "request 0"),
    "prefix drops first": (
        {"prefix_start": np.array([0, 1, 1]), "prefix_visit": np.array([2])},
        "prefix_order",
        "visit 2",
    ),
    "prefix overrun": (
        {"prefix_start": np.array([0, 0, 0]), "prefix_visit": np.array([0])},
        "prefix_bounds",
        "prefix_start",
    ),
    "prefix twice": (
        {"prefix_start": np.array([0, 2, 2]), "prefix_visit": np.array([0, 0])},
        "prefix_duplicate",
        "prefix_visit",
    ),
    "prefix in the wrong car": (
        {"prefix_start": np.array([0, 1, 1]), "prefix_visit": np.array([0]), "locked_vehicle": np.array([1, -1])},
        "prefix_vehicle",
        "request 0",
    ),
    "windows exclude each other": (
        {"earliest": np.array([55, 0, 0, 0]), "latest": np.array([60, 60, 60, 60])},
        "impossible_window",
        "request 0",
    ),
    "ride below direct": ({"max_ride": np.array([9, 99])}, "impossible_ride", "request 0"),
    "load above all": ({"load": np.array([[5], [1]])}, "impossible_seats", "request 0"),
    "nobody may": ({"compatible": np.array([[False, False], [True, True]])}, "impossible_compatible", "request 0"),
    "no time": ({"tick_s": 0.0}, "tick_not_positive", "tick_s"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_refused_by_code_and_item(name: str) -> None:
    """The error carries a stable code, names the entry, gives a cause and says what to do."""
    change, code, item = FAULTS[name]
    with pytest.raises(SolverInputError, match=item) as caught:
        validated(_trip()._replace(**change))
    assert caught.value.code == code
    assert caught.value.cause
    assert caught.value.action


def test_an_impossible_optional_request_is_reported_and_the_rest_served() -> None:
    """Request 1 has a ride limit below its direct 18; request 0 is served all the same."""
    problem = validated(_trip()._replace(max_ride=np.array([DAY, 17])))
    reasons = impossible_requests(problem)
    assert [(reason.request, reason.rule) for reason in reasons] == [(1, Rule.RIDE)]
    plan = construct(problem)
    assert plan.unserved == (1,)
    assert check(problem, plan) == ()


def test_what_is_called_impossible_has_no_schedule_anywhere() -> None:
    """No request named impossible can be driven alone by any vehicle."""
    rng = np.random.default_rng(2)
    named = 0
    for _ in range(200):
        problem = frozen(random_problem(rng, Size(requests=5, vehicles=2, links=False, span=120)))
        for reason in impossible_requests(problem):
            alone = (reason.request, problem.drop(reason.request))
            named += 1
            assert not any(isinstance(schedule(problem, v, alone), TimedRoute) for v in range(2))
    assert named > 30


def test_a_frozen_problem_shares_what_did_not_change_and_cannot_be_written() -> None:
    """Deriving a variant copies one array only, and the caller's own array stays out of reach."""
    problem = _trip()
    windows = problem.latest + 5
    derived = frozen(problem._replace(latest=windows))
    windows[0] = -1
    assert derived.travel is problem.travel
    assert derived.latest[0] == problem.latest[0] + 5
    with pytest.raises(ValueError, match="read-only"):
        derived.latest[0] = 3
