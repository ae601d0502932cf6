"""The plan of a day as a map document."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from dispatch.model.day_state import DayState
from dispatch.model.wording import Lang
from dispatch.plan_map import plan_document, plan_map
from dispatch.store.protocol import Store
from maps.geo import LatLon
from maps.travel_times.great_circle import GreatCircleTimes, SpeedPeriod

TRAVEL = GreatCircleTimes(detour_factor=1.3, speed_by_period=(SpeedPeriod(start_s=0, kmh=30.0),))


def test_stops_carry_number_promise_and_schedule(store: Store, state: DayState) -> None:
    """Stops are numbered as on the sheet; each names who boards or alights by booking, promised and planned time."""
    (route,) = plan_document(store, state, TRAVEL).routes
    assert [stop.number for stop in route.stops] == [1, 2, 3, 4, 5]
    clinic = route.stops[2]
    assert clinic.title_lines == ("ひかり内科", "▽降　予約2（2名）", "▽降　予約1（1名）")
    assert clinic.promised_text == "予約2 10:10 までに到着／予約1 10:00 までに到着"
    assert clinic.scheduled_text == "9:35〜9:37"
    assert route.label == "1号車　8:50〜13:45　停車5か所"


def test_homes_and_points_are_not_named(store: Store, state: DayState) -> None:
    """A home is a private address, a guest's point just a point."""
    (route,) = plan_document(store, state, TRAVEL).routes
    assert route.stops[0].title_lines[0] == "ご自宅など（個人の場所）"
    assert route.stops[4].title_lines[0] == "指定の地点"


def test_the_line_runs_from_depot_through_all_stops_to_depot(store: Store, state: DayState) -> None:
    """The way starts and ends at the depot, passes every stop in order, and stands still nowhere."""
    (route,) = plan_document(store, state, TRAVEL).routes
    depot = state.shifts[0].start_spot.at
    assert (route.path[0], route.path[-1]) == (depot, depot)
    remaining = iter(route.path)
    assert all(stop.at in remaining for stop in route.stops[:3])
    assert all(here != there for here, there in pairwise(route.path))


def test_boundary_and_depots(store: Store, state: DayState) -> None:
    """The outer ring of the service is the boundary; a depot shared by two shifts is shown once."""
    document = plan_document(store, state, TRAVEL)
    assert document.boundary[0] == LatLon(36.35, 139.80)
    assert [depot.label for depot in document.depots] == ["下野営業所"]


def test_a_vehicle_keeps_its_colour(store: Store, state: DayState) -> None:
    """The colour follows the catalogue: V2 is the second vehicle also on a day when it runs alone."""
    route = replace(state.plan.routes[0], shift_id="S2", vehicle_id="V2")
    alone = replace(state, plan=replace(state.plan, routes=(route,)))
    assert [layer.index for layer in plan_document(store, alone, TRAVEL).routes] == [1]


def test_a_day_without_trips_is_an_empty_map(store: Store, state: DayState) -> None:
    """Boundary and depot are drawn; there is no route."""
    empty = replace(state, plan=replace(state.plan, routes=()))
    assert plan_document(store, empty, TRAVEL).routes == ()
    assert "おでかけ号 運行地図" in plan_map(store, empty, TRAVEL)


def test_page_in_english(store: Store, state: DayState) -> None:
    """Words and language of the page follow the language asked for."""
    page = plan_map(store, state, TRAVEL, lang=Lang.EN)
    assert '<html lang="en"' in page
    assert "map of Tue 2026-11-24" in page
