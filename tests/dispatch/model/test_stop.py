"""Visits grouped into halts."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dispatch.model.day_state import DayState
from dispatch.model.plan import BreakSlot, Route, Task, Visit
from dispatch.model.stop import spots_of, stops_of


def visit_at(spot_key: str, start_s: int) -> Visit:
    return Visit(reservation_id=1, task=Task.BOARD, spot_key=spot_key, start_s=start_s, service_s=60)


def route_of(spots: list[str], *, breaks: list[int]) -> Route:
    return Route(
        shift_id="S1",
        vehicle_id="V1",
        visits=tuple(visit_at(spot, 100 * index) for index, spot in enumerate(spots)),
        depart_s=0,
        arrive_s=100 * len(spots),
        breaks=tuple(BreakSlot(start_s=0, duration_s=60, after_visit=index) for index in breaks),
        distance_m=0,
    )


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.integers(0, 12), max_size=2, unique=True))
def test_stops_partition_the_visits(spots: list[str], breaks: list[int]) -> None:
    """Stops put together are the route; inside one there is one spot and no break; between two there is a reason."""
    route = route_of(spots, breaks=breaks)
    stops = stops_of(route)
    assert tuple(visit for stop in stops for visit in stop.visits) == route.visits
    for stop in stops:
        assert {visit.spot_key for visit in stop.visits} == {stop.spot_key}
        assert not set(range(stop.first_visit + 1, stop.first_visit + len(stop.visits))) & set(breaks)
    for before, after in pairwise(stops):
        assert before.spot_key != after.spot_key or after.first_visit in breaks


def test_times_of_a_stop() -> None:
    """A stop lasts from the start of its first visit to the end of its last: 0 to 100 + 60 s."""
    (stop,) = stops_of(route_of(["a", "a"], breaks=[]))
    assert (stop.start_s, stop.leave_s) == (0, 160)


def test_every_spot_of_the_plan_is_known(state: DayState) -> None:
    """Each visit and each end of a shift finds its spot by key."""
    spots = spots_of(state)
    wanted = {visit.spot_key for route in state.plan.routes for visit in route.visits}
    wanted |= {spot.key for shift in state.shifts for spot in (shift.start_spot, shift.end_spot)}
    assert wanted <= spots.keys()
    assert all(spots[key].key == key for key in wanted)
