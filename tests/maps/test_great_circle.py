"""Estimated travel times: a metric in every period, read by time of day without overtaking."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.geo import LatLon, distance_m
from maps.travel_times.great_circle import GreatCircleTimes, SpeedPeriod
from maps.travel_times.lookup import arrival_s, slowest_period
from maps.travel_times.protocol import TravelTable

STATION, HOSPITAL = LatLon(36.3948, 139.8600), LatLon(36.3903, 139.8440)
TOWN = st.builds(LatLon, st.floats(min_value=36.3, max_value=36.5), st.floats(min_value=139.7, max_value=139.9))


@st.composite
def sources(draw: st.DrawFn) -> GreatCircleTimes:
    """Any valid source with up to five periods."""
    later = draw(st.lists(st.integers(min_value=1, max_value=108_000), max_size=4, unique=True))
    speeds = st.floats(min_value=1, max_value=130)
    periods = tuple(SpeedPeriod(start_s=start, kmh=draw(speeds)) for start in (0, *sorted(later)))
    return GreatCircleTimes(detour_factor=draw(st.floats(min_value=1, max_value=5)), speed_by_period=periods)


def _two_speeds(*, morning_kmh: float, noon_kmh: float) -> GreatCircleTimes:
    morning, noon = SpeedPeriod(start_s=0, kmh=morning_kmh), SpeedPeriod(start_s=43_200, kmh=noon_kmh)
    return GreatCircleTimes(detour_factor=1.3, speed_by_period=(morning, noon))


def test_a_known_trip() -> None:
    """1,520 m straight × 1.3 at 30 km/h takes the seconds that school arithmetic gives."""
    times = GreatCircleTimes(detour_factor=1.3, speed_by_period=(SpeedPeriod(start_s=0, kmh=30.0),))
    road_m = 1.3 * distance_m(origin=STATION, destination=HOSPITAL)
    table = times.table((STATION, HOSPITAL))
    assert table.distance_m[0, 1] == math.ceil(road_m)
    assert table.travel_s[0, 0, 1] == math.ceil(road_m / (30.0 * 1000 / 3600))


@given(sources(), st.lists(TOWN, max_size=6))
def test_every_period_is_a_metric_on_whole_seconds(times: GreatCircleTimes, points: list[LatLon]) -> None:
    """Zero for equal points, at least 1 for others, symmetric, and no trip is shortened by one more call."""
    table = times.table(points)
    for matrix in (*table.travel_s, table.distance_m):
        for i, here in enumerate(points):
            assert [value == 0 for value in matrix[i]] == [here == there for there in points]
            assert (matrix <= matrix[:, i : i + 1] + matrix[i : i + 1, :]).all()
        assert np.array_equal(matrix, matrix.T)


@given(sources(), st.lists(TOWN, max_size=3))
def test_tables_have_the_shape_of_the_contract(times: GreatCircleTimes, points: list[LatLon]) -> None:
    """(K, P, P), (P, P) and (K,), int64, contiguous and read-only; the first period starts at 0."""
    table = times.table(points)
    n, k = len(points), len(times.speed_by_period)
    assert [array.shape for array in table] == [(k, n, n), (n, n), (k,)]
    assert all(a.dtype == np.int64 and a.flags.c_contiguous and not a.flags.writeable for a in table)
    assert table.period_start_s[0] == 0


@given(sources(), TOWN, TOWN, st.lists(st.integers(min_value=0, max_value=108_000), min_size=2, max_size=2))
def test_leaving_later_never_arrives_earlier(
    times: GreatCircleTimes, here: LatLon, there: LatLon, departures: list[int]
) -> None:
    """FIFO: arrival times by time-of-day lookup never decrease with the departure, nor beat the fastest period."""
    table = times.table((here, there))
    first, second = (arrival_s(table, origin=0, destination=1, depart_s=depart) for depart in sorted(departures))
    assert first <= second
    assert min(departures) + int(table.travel_s[:, 0, 1].min()) <= first


def test_a_vehicle_waits_for_the_faster_hour_rather_than_being_overtaken() -> None:
    """900 s in the slow morning, 300 s from noon on: leaving 10 s before noon arrives as leaving at noon does."""
    travel_s = np.array([[[0, 900], [900, 0]], [[0, 300], [300, 0]]], dtype=np.int64)
    table = TravelTable(travel_s, travel_s[0], np.array([0, 43_200], dtype=np.int64))
    arrivals = [arrival_s(table, origin=0, destination=1, depart_s=t) for t in (42_000, 43_190, 43_200)]
    assert arrivals == [42_900, 43_500, 43_500]


def test_a_departure_before_the_service_day_is_an_error() -> None:
    """Seconds of a service day begin at 0."""
    table = _two_speeds(morning_kmh=20, noon_kmh=30).table((STATION, HOSPITAL))
    with pytest.raises(ValueError, match="before the first period"):
        arrival_s(table, origin=0, destination=1, depart_s=-1)


@given(sources(), TOWN, TOWN, st.integers(min_value=0, max_value=108_000))
def test_the_slowest_period_is_never_too_fast(
    times: GreatCircleTimes, here: LatLon, there: LatLon, depart_s: int
) -> None:
    """One period that takes at least as long as any time of day, and exactly as long as the worst one."""
    table = times.table((here, there))
    slowest = slowest_period(table)
    bound = arrival_s(slowest, origin=0, destination=1, depart_s=depart_s)
    assert arrival_s(table, origin=0, destination=1, depart_s=depart_s) <= bound
    assert slowest.travel_s[0, 0, 1] in table.travel_s[:, 0, 1]
    assert slowest.travel_s.shape == (1, 2, 2)
    assert not slowest.travel_s.flags.writeable


def test_the_digest_tells_sources_apart() -> None:
    """Equal settings have one digest; another speed, start or factor has another."""
    base = _two_speeds(morning_kmh=20, noon_kmh=30)
    noon_later = (SpeedPeriod(start_s=0, kmh=20), SpeedPeriod(start_s=43_201, kmh=30))
    others = (
        _two_speeds(morning_kmh=20, noon_kmh=31),
        GreatCircleTimes(detour_factor=1.3, speed_by_period=noon_later),
        GreatCircleTimes(detour_factor=1.4, speed_by_period=base.speed_by_period),
    )
    assert base.digest == _two_speeds(morning_kmh=20, noon_kmh=30).digest
    assert len({base.digest, *(other.digest for other in others)}) == 4


def test_the_path_is_the_straight_line() -> None:
    """Without roads the way is drawn from end to end."""
    times = _two_speeds(morning_kmh=20, noon_kmh=30)
    assert times.path(origin=STATION, destination=HOSPITAL) == (STATION, HOSPITAL)


@pytest.mark.parametrize(
    ("factor", "periods", "words"),
    [
        (0.9, ((0, 30.0),), "detour_factor must be 1 to 5, got 0.9"),
        (math.nan, ((0, 30.0),), "detour_factor"),
        (1.3, (), "must start at 0"),
        (1.3, ((60, 30.0),), "must start at 0"),
        (1.3, ((0, 30.0), (0, 20.0)), "strictly increasing"),
        (1.3, ((0, 0.0),), r"1 to 130 km/h, got 0.0 from 0 s"),
        (1.3, ((0, 30.0), (60, math.inf)), "got inf from 60 s"),
    ],
)
def test_settings_out_of_bounds_are_named(factor: float, periods: tuple[tuple[int, float], ...], words: str) -> None:
    """Each setting has bounds, and the message says which was broken by what."""
    with pytest.raises(ValueError, match=words):
        GreatCircleTimes(
            detour_factor=factor, speed_by_period=tuple(SpeedPeriod(start_s=start, kmh=kmh) for start, kmh in periods)
        )
