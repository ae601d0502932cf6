"""Calls that come one by one: answers only with what is known, and every promise kept on the road."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.live.cars import Habits, Road, Stretch
from benchmarks.live.dispatcher import FIXED_LEGS, INSERTION, SEARCH, LivedDay, live_through
from benchmarks.live.figures import LiveFigures, figures_of, summary
from benchmarks.live.proof import faults_of, late_of
from benchmarks.live.rolling import follow, rolling
from benchmarks.live.square import KM_PER_S, LiveDay, live_day
from benchmarks.measure.latency import Stopwatch

SHORT_SEARCH = replace(SEARCH, steps=200, rescue_steps=100)
WAYS = {"search": SHORT_SEARCH, "fixed legs": replace(FIXED_LEGS, steps=200, rescue_steps=100), "insertion": INSERTION}


def _day(seed: int, *, requests: int = 30, vehicles: int = 2) -> LiveDay:
    return live_day(requests=requests, vehicles=vehicles, rng=np.random.default_rng(seed))


def _line(*, asked_s: list[int], ready_s: list[int], spots: list[tuple[float, float]]) -> LiveDay:
    return LiveDay(spot_km=np.array(spots), asked_s=np.array(asked_s), ready_s=np.array(ready_s))


ONE_TRIP = _line(asked_s=[0], ready_s=[0], spots=[(1.0, 0.0), (4.0, 0.0), (0.0, 0.0)])
"""One vehicle at 0 km; a caller at 1 km (2 minutes away) who wants to 4 km (6 minutes more), ready at once."""


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_lived_day_is_proven(way: str, seed: int) -> None:
    """Two vehicles and thirty calls: everybody accepted is driven in time, and nothing else is wrong either."""
    lived = live_through(_day(seed), WAYS[way], seed=seed)
    assert (late_of(lived), faults_of(lived)) == (0, ())
    assert len(lived.accepted) > 10
    assert len(lived.answers.measured_ms) == 30


def test_the_same_seed_drives_the_same_day() -> None:
    """Both searches are bounded by steps: two runs drive the same stretches."""
    runs = [live_through(_day(3), SHORT_SEARCH, seed=3) for _ in range(2)]
    assert runs[0].accepted == runs[1].accepted
    assert [car.driven for car in runs[0].road.cars] == [car.driven for car in runs[1].road.cars]


def test_a_turned_vehicle_goes_on_from_where_it_is() -> None:
    """Every stretch begins where the one before ended; some end at a turn, where no visit is made."""
    lived = live_through(_day(1), SHORT_SEARCH, seed=1)
    driven = [car.driven for car in lived.road.cars]
    assert all(before.end == after.origin for stretches in driven for before, after in pairwise(stretches))
    assert any(not stretch.made for stretches in driven for stretch in stretches)


def test_no_vehicle_is_turned_when_legs_are_fixed() -> None:
    lived = live_through(_day(1), WAYS["fixed legs"], seed=1)
    assert all(len(stretch.made) == 1 for car in lived.road.cars for stretch in car.driven)


def test_the_search_accepts_more_on_fewer_kilometres() -> None:
    """On forty calls for two vehicles."""
    day = _day(5, requests=40)
    by_insertion, by_search = (figures_of(live_through(day, how, seed=5), seed=5) for how in (INSERTION, SHORT_SEARCH))
    assert by_search.accepted >= by_insertion.accepted
    assert by_search.km_a_ride < by_insertion.km_a_ride


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10_000),
    requests=st.integers(1, 25),
    vehicles=st.integers(1, 4),
    habits=st.builds(Habits, hold=st.floats(0.0, 1.0), turning=st.booleans()),
)
def test_promises_are_kept_whatever_the_habits(seed: int, requests: int, vehicles: int, habits: Habits) -> None:
    """Waiting for any share of the slack and turning on the way or not: no day has a fault."""
    day = _day(seed, requests=requests, vehicles=vehicles)
    lived = live_through(day, replace(INSERTION, habits=habits), seed=1)
    assert (late_of(lived), faults_of(lived)) == (0, ())


def test_an_empty_vehicle_waits_within_its_slack() -> None:
    """The latest pick-up is at 900 s, 2 minutes (120 s) away: of 780 s of slack, half are waited at hold 0.5."""
    for hold, leaves_s in ((0.0, 0), (0.5, 390), (1.0, 780)):
        road = Road(ONE_TRIP, Habits(hold=hold, turning=True))
        road.send(road.cars[0], [0, 1])
        road.drive_until(3600)
        first, second = road.cars[0].driven
        assert (first.left_s, first.end_s) == (leaves_s, leaves_s + 120)
        assert (second.left_s, second.end_s) == (leaves_s + 120, leaves_s + 480)


def test_nobody_leaves_before_the_present() -> None:
    """A route given at 300 s is begun at 300 s, also when the vehicle has been free since 0 s."""
    road = Road(ONE_TRIP, Habits(hold=0.0, turning=True))
    road.drive_until(300)
    road.send(road.cars[0], [0, 1])
    road.drive_until(3600)
    assert road.cars[0].driven[0].left_s == 300


def test_a_vehicle_on_its_way_is_where_the_clock_says() -> None:
    """A minute after leaving, half a kilometre along; turned there, the half kilometre has been driven."""
    road = Road(ONE_TRIP, Habits(hold=0.0, turning=True))
    car = road.cars[0]
    road.send(car, [0, 1])
    road.drive_until(60)
    assert road.where(car) == pytest.approx((0.5, 0.0))
    now = rolling(road, homing=0.0)
    assert int(now.problem.travel[0, 0, 1]) == 60
    follow(road, now, now.plan.routes)
    assert car.driven == []
    road.send(car, [])
    assert math.isclose(sum(stretch.km for stretch in car.driven), 60 * KM_PER_S)
    assert (car.todo, car.legs, car.free_s) == ([], [], 60)


def _lived(*stretches: Stretch, accepted: tuple[int, ...] = (0,)) -> LivedDay:
    road = Road(ONE_TRIP, Habits(hold=0.0, turning=True))
    road.cars[0].driven.extend(stretches)
    return LivedDay(road=road, accepted=accepted, rescued=0, answers=Stopwatch([1.0]), answers_cpu_ms=(1.0,))


OUT = Stretch(origin=(0.0, 0.0), left_s=0, end=(1.0, 0.0), end_s=120, towards=0, made=(0,))
BACK = Stretch(origin=(1.0, 0.0), left_s=120, end=(4.0, 0.0), end_s=480, towards=1, made=(1,))


def test_the_proof_finds_what_is_wrong() -> None:
    """A day in order has no fault; each of these has one: dropped, late, too fast, jumped, not called yet."""
    assert (late_of(_lived(OUT, BACK)), faults_of(_lived(OUT, BACK))) == (0, ())
    assert late_of(_lived()) == 1
    late = (replace(OUT, left_s=900, end_s=1020), replace(BACK, left_s=1020, end_s=1380))
    assert late_of(_lived(*late)) == 1
    assert any("drives 3.0 km" in fault for fault in faults_of(_lived(OUT, replace(BACK, end_s=479))))
    assert any("but was at" in fault for fault in faults_of(_lived(OUT, replace(BACK, left_s=119))))
    early = replace(OUT, left_s=-5)
    assert any("before the call" in fault for fault in faults_of(_lived(early, BACK)))


def test_figures_survive_being_kept() -> None:
    """As JSON and back; the kilometres a ride of a day of one ride are the four that were driven."""
    figures = figures_of(_lived(OUT, BACK), seed=7)
    assert LiveFigures.kept(figures.as_json()) == figures
    assert (figures.accepted, figures.km_a_ride, figures.waited_min) == (1, 4.0, 2.0)
    assert summary([figures, figures])["km_a_ride"] == 4.0


def test_days_are_as_described() -> None:
    """Half of the calls are ready at once, the others in 30 to 180 minutes; no trip lasts 3 minutes or less."""
    day = live_day(requests=400, vehicles=8, rng=np.random.default_rng(1))
    ahead_s = day.ready_s - day.asked_s
    assert set(ahead_s[ahead_s < 1800].tolist()) == {0}
    assert 160 < int((ahead_s == 0).sum()) < 240
    assert int(ahead_s.max()) <= 180 * 60
    trips = np.hypot(*(day.spot_km[:400] - day.spot_km[400:800]).T)
    assert float(trips.min()) > 180 * KM_PER_S
    assert np.all(np.diff(day.asked_s) >= 0)
    assert int(day.latest_s[0]) == int(day.ready_s[0]) + 900
