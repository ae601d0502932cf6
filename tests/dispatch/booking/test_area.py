"""The area of a service: inside, outside, islands, holes, and the margin around them."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from geopy.distance import geodesic
from hypothesis import given

from dispatch.booking.area import covers
from maps.geo import LatLon

SQUARE = [[36.0, 139.0], [36.0, 139.1], [36.1, 139.1], [36.1, 139.0]]
LAKE = [[36.04, 139.04], [36.04, 139.06], [36.06, 139.06], [36.06, 139.04]]


@pytest.mark.parametrize(
    ("point", "inside"),
    [
        (LatLon(36.02, 139.02), True),
        (LatLon(36.05, 139.05), False),
        (LatLon(36.2, 139.05), False),
    ],
)
def test_a_hole_is_outside(point: LatLon, inside: bool) -> None:
    """A square with a lake in it: land is inside; the lake and the far north are not."""
    assert covers([SQUARE, LAKE], point, margin_m=0) is inside


def test_without_an_outline_everything_is_covered() -> None:
    """A service that has not drawn its boundary yet is not closed to everybody."""
    assert covers([], LatLon(0.0, 0.0), margin_m=0)


@given(north=st.floats(0.0005, 0.03), lon=st.floats(139.01, 139.09))
def test_the_margin_is_measured_in_metres_on_the_ground(north: float, lon: float) -> None:
    """North of the northern side the distance is that of the meridian: just below it is too little, just above enough.

    Oracle: the geodesic; the flat ground is within 0.1 % plus the half metre by which the side is no parallel.
    """
    point = LatLon(36.1 + north, lon)
    true_m = geodesic((36.1, lon), tuple(point)).m
    assert not covers([SQUARE], point, margin_m=int(true_m * 0.99 - 1))
    assert covers([SQUARE], point, margin_m=int(true_m * 1.01 + 2))
