"""``hours``: days by time of day are the same day where the periods are alike, and every figure is there."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.__main__ import main
from benchmarks.by_hour import Traffic, by_hour
from benchmarks.town import DAY_END_S, DAY_START_S, Cars, build_town, service_day, wishes
from solver.checker import check
from solver.construction import construct
from solver.problem import Problem


@pytest.fixture
def day() -> Problem:
    """Twenty trips, two vehicles with a lunch break."""
    rng = np.random.default_rng(1)
    town = build_town(places=30, rng=rng)
    return service_day(town, wishes(town, count=20, rng=rng), Cars(count=2, lunch=True, end_s=DAY_END_S))


def test_periods_alike_give_the_same_plan(day: Problem) -> None:
    """Looking times up by period changes nothing while the periods do not differ."""
    hours = by_hour(day, periods=4, traffic=Traffic.ALIKE)
    assert hours.travel.shape == (4, *day.travel.shape[1:])
    assert construct(hours) == construct(day)


def test_a_busy_day_is_slow_in_the_morning(day: Problem) -> None:
    """The first period takes 1.3 times as long, rounded up; a plan for it passes the checker."""
    hours = by_hour(day, periods=4, traffic=Traffic.BUSY)
    assert hours.period_start[0] == DAY_START_S
    assert (hours.travel[0] == np.ceil(1.3 * day.travel[0])).all()
    assert check(hours, construct(hours)) == ()


def test_figures_come_in_pairs(capsys: pytest.CaptureFixture[str]) -> None:
    """Two kinds of traffic with and without the rules that need a test of their own; ratios of what stands beside."""
    words = ["hours", "--requests", "12", "--vehicles", "2", "--iterations", "20", "--repeats", "1", "--json"]
    assert main(words) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert len({row["day"] for row in rows}) == 4
    for row in rows:
        assert row["ratio"] == pytest.approx(row["periods_us"] / row["one_period_us"])
