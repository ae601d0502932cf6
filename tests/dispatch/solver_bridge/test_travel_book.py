"""The travel book: asks each source once about each point, and answers in the business's own words."""

from __future__ import annotations

from collections.abc import Sequence

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from dispatch.model.errors import InvalidInput, SetupError
from dispatch.solver_bridge.travel import TravelBook
from maps.errors import MapsError, PointOffNetwork, RouterUnavailable
from maps.geo import LatLon
from maps.travel_times.great_circle import GreatCircleTimes, SpeedPeriod
from maps.travel_times.lookup import slowest_period
from maps.travel_times.protocol import TravelTable

STRAIGHT = GreatCircleTimes(
    detour_factor=1.3, speed_by_period=(SpeedPeriod(start_s=0, kmh=40.0), SpeedPeriod(start_s=28_800, kmh=24.0))
)
POINTS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=8).map(
    lambda cells: [LatLon(36.38 + x / 100, 139.84 + y / 100) for x, y in cells]
)


class Counting:
    """A source that notes how many points each question had."""

    name = "counting"
    digest = "0" * 64

    def __init__(self) -> None:
        self.asked: list[int] = []

    def table(self, points: Sequence[LatLon]) -> TravelTable:
        self.asked.append(len(points))
        return STRAIGHT.table(points)

    def path(self, *, origin: LatLon, destination: LatLon) -> tuple[LatLon, ...]:
        return (origin, destination)


class Failing(Counting):
    """A source that cannot answer."""

    def __init__(self, error: MapsError) -> None:
        super().__init__()
        self._error = error

    def table(self, points: Sequence[LatLon]) -> TravelTable:
        raise self._error


@given(questions=st.lists(POINTS, min_size=1, max_size=5))
@settings(max_examples=40)
def test_a_part_of_the_book_is_what_the_source_would_say(questions: list[list[LatLon]]) -> None:
    """Whatever was asked before, and although the book starts again beyond 12 points: slowest times, right order."""
    book = TravelBook(STRAIGHT, points_max=12)
    for points in questions:
        table, truth = book.table(points), slowest_period(STRAIGHT.table(points))
        assert np.array_equal(table.travel_s, truth.travel_s[0])
        assert np.array_equal(table.distance_m, truth.distance_m)
        assert book.direct_s(origin=points[0], destination=points[-1]) == truth.travel_s[0, 0, -1]


def test_known_points_are_not_asked_again() -> None:
    """Ten points learnt in one question; every later question about them is answered from the book."""
    source = Counting()
    book = TravelBook(source)
    points = [LatLon(36.38 + n / 100, 139.84) for n in range(10)]
    for _ in range(2):
        book.learn("town", lambda: points)
    book.table(points[3:7])
    book.table((points[0], points[9]))
    assert source.asked == [10]


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (PointOffNetwork(cause="far", action="move"), InvalidInput, "point_off_network"),
        (RouterUnavailable(cause="away", action="start"), SetupError, "router_unavailable"),
    ],
)
def test_failures_have_the_business_names(error: MapsError, kind: type[Exception], code: str) -> None:
    """A point without a road is bad input, a router that is away is a matter of the installation."""
    with pytest.raises(kind, match=code):
        TravelBook(Failing(error)).table((LatLon(36.4, 139.8), LatLon(36.5, 139.8)))


def test_a_head_start_never_fails() -> None:
    """A home without a road must not keep the whole service from starting."""
    TravelBook(Failing(PointOffNetwork(cause="far", action="move"))).learn("town", lambda: [LatLon(36.4, 139.8)])
