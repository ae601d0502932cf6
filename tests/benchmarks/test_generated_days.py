"""Generated service days: valid before any search, the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.errors import SettingsError
from benchmarks.measure.latency import Latency
from benchmarks.running_day import running_day
from benchmarks.town import DAY_END_S, Cars, build_town, service_day, wishes
from solver.checker import check
from solver.rules import Rule
from solver.validation import impossible_requests


@settings(max_examples=15)
@given(trips=st.integers(3, 40), vehicles=st.integers(1, 3), seed=st.integers(0, 1000))
def test_a_running_day_keeps_every_rule(trips: int, vehicles: int, seed: int) -> None:
    """All trips are planned and the checker is silent; the callers are on no route and may stay unserved."""
    day = running_day(trips=trips, vehicles=vehicles, asking=5, rng=np.random.default_rng(seed))
    assert check(day.problem, day.solution) == ()
    assert day.solution.unserved == day.asking
    assert int(day.problem.mandatory.sum()) == trips


def test_too_few_trips_are_refused() -> None:
    """Two trips cannot fill three vehicles."""
    with pytest.raises(SettingsError, match="too_few_trips"):
        running_day(trips=2, vehicles=3, asking=1, rng=np.random.default_rng(0))


def test_wishes_can_be_served_one_by_one() -> None:
    """No wish of a generated day is impossible in itself, and no ride limit is below the direct time."""
    rng = np.random.default_rng(4)
    town = build_town(places=60, rng=rng)
    problem = service_day(town, wishes(town, count=80, rng=rng), Cars(count=3, lunch=True, end_s=DAY_END_S))
    assert [one for one in impossible_requests(problem) if one.rule is not Rule.SHIFT] == []
    assert len(problem.break_vehicle) == 3


def test_quantiles_are_measured_values() -> None:
    """Of 1 to 200 ms, half are at most 100 and 99 % at most 198; of one value, all quantiles are that value."""
    latency = Latency.of([float(ms) for ms in range(200, 0, -1)])
    assert (latency.count, latency.p50_ms, latency.p99_ms, latency.max_ms) == (200, 100.0, 198.0, 200.0)
    assert Latency.of([7.0]) == Latency(count=1, p50_ms=7.0, p99_ms=7.0, max_ms=7.0)
