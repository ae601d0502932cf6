"""Gap tables: the arithmetic, the files they are compared with, and what is said when a comparison is impossible."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.baseline import change_since, read_baseline, save_baseline
from benchmarks.best_known import (
    ANY_FLEET,
    BestKnown,
    ExtraVehicles,
    NoPlan,
    Percent,
    best_known_of,
    gap_of,
    read_best_known,
)
from benchmarks.errors import BestKnownError, SettingsError
from benchmarks.instances import Objective
from benchmarks.instances.read import parse_instance
from benchmarks.measure.cells import Result
from benchmarks.measure.gaps import InstanceGap, instance_gap, median_run, summary_of
from tests.benchmarks.instance_cases import FILE
from tests.benchmarks.test_score import LINE

DIAL_A_RIDE = parse_instance(LINE, FILE)
BY_FLEET = replace(DIAL_A_RIDE, name="fleet", digest="other", objective=Objective.FLEET_THEN_DISTANCE)


def _result(*, cost: float, vehicles: int = 3, feasible: bool = True) -> Result:
    return Result(
        instance="case", cost=cost, vehicles=vehicles, feasible=feasible, faults=(), first_s=(cost / 100,),
        wall_s=1.0, cpu_s=2.0, steps=0,
    )  # fmt: skip


def test_gaps_are_percent_of_the_best_known() -> None:
    """105 beside 100 is 5 % above; vehicles do not count where the best-known value states none."""
    assert gap_of(_result(cost=105), BestKnown(vehicles=ANY_FLEET, cost=100)) == Percent(pytest.approx(5.0))
    assert gap_of(_result(cost=105), BestKnown(vehicles=3, cost=100)) == Percent(pytest.approx(5.0))


def test_other_fleets_are_counted_not_compared() -> None:
    """Four vehicles beside three are one too many, two are one less, whatever they cost."""
    assert gap_of(_result(cost=1, vehicles=4), BestKnown(vehicles=3, cost=100)) == ExtraVehicles(1)
    assert gap_of(_result(cost=1, vehicles=2), BestKnown(vehicles=3, cost=100)) == ExtraVehicles(-1)
    assert gap_of(_result(cost=1, feasible=False), BestKnown(vehicles=3, cost=100)) == NoPlan()


def test_the_median_run_counts_infeasible_runs_as_worst() -> None:
    """Of 90 (infeasible), 120 and 110 the run in the middle is 120."""
    runs = [_result(cost=90, feasible=False), _result(cost=120), _result(cost=110)]
    assert median_run(DIAL_A_RIDE, runs).cost == 120


def test_the_median_run_counts_vehicles_first_where_they_do() -> None:
    """4 / 90, 3 / 120 and 3 / 110: by cost the middle is 110, by vehicles it is 3 / 120."""
    runs = [_result(cost=90, vehicles=4), _result(cost=120), _result(cost=110)]
    assert median_run(DIAL_A_RIDE, runs).cost == 110
    assert median_run(BY_FLEET, runs).cost == 120


def _row(*costs: float, feasible: bool = True, vehicles: int = 3) -> InstanceGap:
    results = [_result(cost=cost, feasible=feasible, vehicles=vehicles) for cost in costs]
    return instance_gap(BY_FLEET, BestKnown(vehicles=3, cost=100), results)


def test_summary_keeps_apart_what_cannot_be_averaged() -> None:
    """Two rows of 1 % and 3 %, one with an extra vehicle, one without a plan: mean 2 %, worst 3 %, +1, 1 without."""
    rows = [_row(101, 101, 101), _row(103, 100, 103), _row(90, vehicles=4), _row(90, feasible=False)]
    summary = summary_of(rows)
    assert (summary.instances, summary.compared, summary.runs, summary.infeasible_runs) == (4, 2, 8, 1)
    assert (summary.mean, summary.worst) == (pytest.approx(2.0), pytest.approx(3.0))
    assert (summary.extra_vehicles, summary.without_plan, summary.cpu_s) == (1, 1, 16.0)
    assert rows[1].worst_gap == Percent(pytest.approx(3.0))
    assert rows[1].first_s == (1.03,)


def test_baseline_round_trip_tells_the_change(tmp_path: Path) -> None:
    """A baseline of 100: 102 now is +2 %, four vehicles now are +1, an unknown instance is new."""
    path = tmp_path / "base.json"
    save_baseline(path, [_row(100)], conditions={"seconds": 10.0})
    marks = read_baseline(path)
    assert change_since(_row(102), marks) == "+2.00 %"
    assert change_since(_row(90, vehicles=4), marks) == "+1 veh."
    assert change_since(_row(102, feasible=False), marks) == "lost"
    assert change_since(_row(102), {}) == "new"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_broken_baseline_is_refused(tmp_path: Path) -> None:
    """A file that is no baseline, or no file at all, is named before anything is measured."""
    (tmp_path / "other.json").write_text("[]", encoding="utf-8")
    for name in ("other.json", "missing.json"):
        with pytest.raises(SettingsError, match="no_baseline"):
            read_baseline(tmp_path / name)


def _best_known(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "best.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_best_known_values_are_found_by_name(tmp_path: Path) -> None:
    """The set does not matter; null vehicles mean that they do not count; other keys are ignored."""
    content = {
        "a": {"case": {"vehicles": None, "cost": 60.0, "optimal": True}},
        "b": {"fleet": {"vehicles": 2, "cost": 7}},
    }
    values = read_best_known(_best_known(tmp_path, content))
    assert best_known_of(DIAL_A_RIDE, values) == BestKnown(vehicles=ANY_FLEET, cost=60.0)
    assert best_known_of(BY_FLEET, values) == BestKnown(vehicles=2, cost=7.0)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ([], "best_known_unreadable"),
        ({"a": {"case": {"cost": "cheap", "vehicles": 1}}}, "best_known_unreadable"),
        ({"a": {"case": {"cost": 0, "vehicles": 1}}}, "best_known_unreadable"),
        ({"a": {"case": {"cost": 1.0}}}, "best_known_unreadable"),
        ({"a": {"x": {"cost": 1.0, "vehicles": 1}}, "b": {"x": {"cost": 2.0, "vehicles": 1}}}, "best_known_ambiguous"),
    ],
)
def test_a_broken_best_known_file_is_refused(tmp_path: Path, content: object, code: str) -> None:
    """Another shape, a cost that is none, or a name used twice is refused."""
    with pytest.raises(BestKnownError) as caught:
        read_best_known(_best_known(tmp_path, content))
    assert caught.value.code == code


def test_a_missing_value_is_named() -> None:
    """An instance without a value, or without vehicles where these count, is named."""
    with pytest.raises(BestKnownError, match="best_known_missing: case"):
        best_known_of(DIAL_A_RIDE, {})
    with pytest.raises(BestKnownError, match="best_known_missing: fleet"):
        best_known_of(BY_FLEET, {"fleet": BestKnown(vehicles=ANY_FLEET, cost=1.0)})
