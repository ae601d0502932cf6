"""The judge in doubles: right on times against a linear program, and each rule named when broken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.optimize import linprog

from benchmarks.instances import Instance
from benchmarks.instances.read import parse_instance
from benchmarks.score import FaultKind, has_times, judge
from tests.benchmarks.instance_cases import FILE, Case, cases, instance_of, routes

CLEAR = 1e-6
"""Time units: a route this close to the edge is left to the exact tests."""

LINE = """1 2 100 1 30
0 0 0 0 0 0 500
1 10 0 1 1 0 500
2 20 0 1 1 0 500
3 20 0 1 -1 0 500
4 30 0 1 -1 0 500
5 0 0 0 0 0 500
"""
ONE_BY_ONE, TOGETHER = (1, 3, 2, 4), (1, 2, 3, 4)


def _least_excess(instance: Instance, route: tuple[int, ...]) -> float:
    """The smallest amount by which all limits must be widened for times to exist: a linear program."""
    path, rows, bounds = (instance.start, *route, instance.end), [], []
    variables = len(path) + 1

    def at_least(later: int, earlier: int, gap: float) -> None:
        row = np.zeros(variables)
        row[later], row[earlier], row[-1] = -1, 1, -1
        rows.append(row)
        bounds.append(-gap)

    for i in range(len(path) - 1):
        at_least(i + 1, i, instance.service[path[i]] + instance.travel[path[i], path[i + 1]])
    for i, node in enumerate(path):
        if node in instance.pickup[: instance.n_requests]:
            at_least(i, path.index(node + instance.n_requests), -(instance.service[node] + instance.max_ride))
    at_least(0, len(path) - 1, -instance.max_duration)
    windows = [(instance.earliest[node], instance.latest[node]) for node in path]
    widening = np.zeros(variables)
    widening[-1] = 1
    answer = linprog(widening, A_ub=np.array(rows), b_ub=np.array(bounds), bounds=[*windows, (0, None)])
    return float(answer.fun) if answer.success else np.inf


@settings(max_examples=150)
@given(case=cases(), route=routes(requests=3))
def test_times_exist_exactly_when_a_linear_program_has_a_solution(case: Case, route: tuple[int, ...]) -> None:
    """The judge and the linear program agree wherever the answer does not hang on the last digits."""
    instance = instance_of(case)
    excess = _least_excess(instance, route)
    if excess == 0:
        assert has_times(instance, route, tolerance=CLEAR)
    elif excess > CLEAR:
        assert not has_times(instance, route)


def test_the_cost_is_the_length_of_the_routes() -> None:
    """0-10-20-20-30-0 on a line is 60 units long; an empty route costs and counts nothing."""
    verdict = judge(parse_instance(LINE, FILE), [ONE_BY_ONE, ()])
    assert (verdict.cost, verdict.vehicles, verdict.feasible) == (60.0, 1, True)


BROKEN = [
    ([TOGETHER], FaultKind.LOAD),
    ([(1, 3)], FaultKind.UNSERVED),
    ([ONE_BY_ONE, (1, 3)], FaultKind.TWICE),
    ([(1, 3), (2, 4)], FaultKind.FLEET),
    ([(3, 1, 2, 4)], FaultKind.ORDER),
    ([(1, 4), (2, 3)], FaultKind.ORDER),
    ([(1, 3, 2, 4, 5)], FaultKind.UNKNOWN_NODE),
    ([(1, 3, 2, 4, -1)], FaultKind.UNKNOWN_NODE),
    ([(1, 3, 2, 4, 99)], FaultKind.UNKNOWN_NODE),
]


@pytest.mark.parametrize(("solution", "kind"), BROKEN)
def test_each_broken_rule_is_named(solution: list[tuple[int, ...]], kind: FaultKind) -> None:
    """Seats for one, one car: each of these solutions breaks the rule it is said to break."""
    verdict = judge(parse_instance(LINE, FILE), solution)
    assert not verdict.feasible
    assert kind in {fault.kind for fault in verdict.faults}


TIGHT = [
    ({"max_duration": 64.0}, None),  # 60 units of driving and 4 stops of 1
    ({"max_duration": 63.9}, FaultKind.DURATION),
    ({"max_ride": 10.0}, None),  # each ride is 10 units long
    ({"max_ride": 9.9}, FaultKind.RIDE),
]


@pytest.mark.parametrize(("limits", "kind"), TIGHT)
def test_limits_bind_to_the_last_tenth(limits: dict[str, float], kind: FaultKind | None) -> None:
    """A limit met exactly is kept; a tenth less breaks that rule and no other."""
    instance = replace(parse_instance(LINE, FILE), **limits)
    found = [fault.kind for fault in judge(instance, [ONE_BY_ONE]).faults]
    assert found == ([] if kind is None else [kind])


def test_a_window_missed_is_named() -> None:
    """Node 2 is reached at 10 + 1 + 10 + 1 = 22 at the earliest; when it closes at 21 no times exist."""
    closing = LINE.replace("2 20 0 1 1 0 500", "2 20 0 1 1 0 21")
    assert [fault.kind for fault in judge(parse_instance(closing, FILE), [ONE_BY_ONE]).faults] == [FaultKind.WINDOWS]


def test_waiting_before_the_pickup_saves_the_ride() -> None:
    """Boarding late keeps the ride limit where boarding at the first moment would not."""
    waiting = LINE.replace("3 20 0 1 -1 0 500", "3 20 0 1 -1 200 500").replace("1 2 100 1 30", "1 2 400 1 12")
    assert judge(parse_instance(waiting, FILE), [ONE_BY_ONE]).feasible
