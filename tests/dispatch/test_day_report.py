"""The figures of a day, computed by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.model.day_state import DayState
from dispatch.model.wording import Lang
from dispatch.report import day_summary, percentile_s, summary_figures, summary_rows
from maps.travel_times.great_circle import GreatCircleTimes, SpeedPeriod

TRAVEL = GreatCircleTimes(detour_factor=1.3, speed_by_period=(SpeedPeriod(start_s=0, kmh=30.0),))


def test_waits_and_rides_of_the_morning(state: DayState) -> None:
    """Waits: 9:05 - 9:00, 9:20 - 9:10, 13:05 - 13:00. Rides: 9:06 to 9:36, 9:21 to 9:35, 13:06 to 13:25."""
    rides = day_summary(state, TRAVEL).rides
    assert [ride.wait_s for ride in rides] == [300, 600, 300]
    assert [ride.ride_s for ride in rides] == [1800, 840, 1140]
    assert [ride.people for ride in rides] == [1, 2, 1]


def test_only_trips_that_drive_together_are_shared(state: DayState) -> None:
    """Hana and Ichiro ride together from the station; the guest rides alone."""
    assert [ride.shared for ride in day_summary(state, TRAVEL).rides] == [True, True, False]


def test_meeting_at_a_stop_is_not_sharing(state: DayState) -> None:
    """Who boards where another alights does not share: no leg is driven together."""
    first, second, _ = state.reservations
    route = state.plan.routes[0]
    board_first, board_second, alight_second, alight_first, *_ = route.visits
    at_station = replace(alight_first, spot_key=board_second.spot_key, start_s=board_second.start_s)
    visits = (board_first, board_second, at_station, alight_second)
    plan = replace(state.plan, routes=(replace(route, visits=visits, breaks=()),))
    met = replace(state, reservations=(first, second), plan=plan)
    assert day_summary(met, TRAVEL).shared == 0


def test_direct_time_is_that_of_the_travel_table(state: DayState) -> None:
    """The direct drive is asked of the travel times, planned origin to planned destination."""
    rides = day_summary(state, TRAVEL).rides
    expected = [
        int(TRAVEL.table((trip.origin.at, trip.destination.at)).travel_s[0, 0, 1]) for trip in state.reservations
    ]
    assert [ride.direct_s for ride in rides] == expected


def test_vehicles_distance_and_hours(state: DayState) -> None:
    """Two on duty, one used; 23,456 m; on the road from 8:50 to 13:45."""
    summary = day_summary(state, TRAVEL)
    assert (summary.vehicles_on_duty, summary.vehicles_used) == (2, 1)
    assert (summary.distance_m, summary.on_road_s) == (23_456, 4 * 3600 + 55 * 60)


@pytest.mark.parametrize(
    ("visit", "start_s"),
    [(0, 9 * 3600 - 1), (0, 9 * 3600 + 1201), (3, 10 * 3600 + 1), (3, 9 * 3600 + 6 * 60 + 2701)],
    ids=["too early", "too late", "arrives late", "aboard too long"],
)
def test_each_bound_of_a_promise_counts(state: DayState, visit: int, start_s: int) -> None:
    """One second outside any bound of Hana's promise and the day no longer keeps all promises."""
    route = state.plan.routes[0]
    visits = list(route.visits)
    visits[visit] = replace(visits[visit], start_s=start_s)
    plan = replace(state.plan, routes=(replace(route, visits=tuple(visits)),))
    assert day_summary(state, TRAVEL).broken == ()
    assert day_summary(replace(state, plan=plan), TRAVEL).broken == (1,)


def test_unserved_bookings_are_named(state: DayState) -> None:
    """Without routes every booking is unserved, and figures that need a ride are left out."""
    empty = day_summary(replace(state, plan=replace(state.plan, routes=())), TRAVEL)
    assert empty.unserved == (1, 2, 3)
    assert "km_per_ride" not in summary_figures(empty)
    assert "wait_p50_s" not in summary_figures(empty)


def test_figures_for_json(state: DayState) -> None:
    """Means and shares are exact quotients of the sums."""
    summary = day_summary(state, TRAVEL)
    figures = summary_figures(summary)
    assert figures["km_per_ride"] == 23.456 / 3
    assert figures["shared_share"] == 2 / 3
    assert (figures["wait_p50_s"], figures["wait_p90_s"]) == (300, 600)
    assert figures["ride_over_direct"] == (1800 + 840 + 1140) / sum(ride.direct_s for ride in summary.rides)


@pytest.mark.parametrize("lang", list(Lang))
def test_every_figure_has_words(state: DayState, lang: Lang) -> None:
    """Each figure has a label of its own and a value in both languages."""
    summary = day_summary(state, TRAVEL)
    rows = summary_rows(summary, lang=lang)
    assert len({label for label, _ in rows}) == len(summary_figures(summary))
    assert all(value for _, value in rows)


def test_rows_in_japanese(state: DayState) -> None:
    """Metres become kilometres, seconds minutes or hours."""
    rows = dict(summary_rows(day_summary(state, TRAVEL)))
    assert rows["走行距離"] == "23.5 km"
    assert rows["出庫から入庫まで（全車両）"] == "4.9 時間"
    assert rows["相乗りになる予約"] == "67%"


@given(st.lists(st.integers(0, 7200), min_size=1), st.integers(1, 100))
def test_percentile_is_the_smallest_that_enough_do_not_exceed(values: list[int], percent: int) -> None:
    """At least ``percent`` % are at or below it, and fewer are at or below anything smaller."""
    found = percentile_s(values, percent=percent)
    assert found in values
    assert 100 * sum(value <= found for value in values) >= percent * len(values)
    assert 100 * sum(value < found for value in values) < percent * len(values)


def test_percentile_of_nothing_is_an_error() -> None:
    """Nobody waited: there is no median."""
    with pytest.raises(ValueError, match="needs values"):
        percentile_s([], percent=50)
