"""Engines side by side: who is behind whom."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.commands.peers import Contest
from benchmarks.instances import Objective
from benchmarks.instances.read import parse_instance
from benchmarks.measure.cells import Result
from tests.benchmarks.instance_cases import FILE
from tests.benchmarks.test_score import LINE

DIAL_A_RIDE = parse_instance(LINE, FILE)
BY_FLEET = replace(DIAL_A_RIDE, objective=Objective.FLEET_THEN_DISTANCE)


def _run(cost: float, *, vehicles: int = 2, feasible: bool = True) -> tuple[Result, ...]:
    result = Result(
        instance="case", cost=cost, vehicles=vehicles, feasible=feasible, faults=(), first_s=(),
        wall_s=1.0, cpu_s=1.0, steps=0,
    )  # fmt: skip
    return (result,)


def test_cheaper_is_ahead_and_ties_are_not() -> None:
    """Beside 100: 99 is ahead, 100.00001 and 101 are not, and 50 without feasibility is not."""
    others = (_run(99), _run(100.00001), _run(101), _run(50, feasible=False))
    assert Contest(instance=DIAL_A_RIDE, runs=(_run(100), *others)).behind(0) == (1,)


def test_vehicles_come_before_cost_where_they_count() -> None:
    """Beside 2 vehicles at 100: 1 vehicle at 500 is ahead and 3 vehicles at 10 are not; by cost it is the reverse."""
    runs = (_run(100), _run(500, vehicles=1), _run(10, vehicles=3))
    assert Contest(instance=BY_FLEET, runs=runs).behind(0) == (1,)
    assert Contest(instance=DIAL_A_RIDE, runs=runs).behind(0) == (2,)


def test_no_plan_is_behind_any_plan() -> None:
    """An engine without a feasible plan is behind every engine that has one."""
    assert Contest(instance=DIAL_A_RIDE, runs=(_run(1, feasible=False), _run(900, vehicles=9))).behind(0) == (1,)
