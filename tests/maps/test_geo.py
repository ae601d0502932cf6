"""Distances against the geodesic; boxes; boundaries that tile the plane."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from maps.geo import Box, LatLon, contains, distance_m, distance_matrix_m, inside, polyline_length_m
from maps.geo import straight_line_matrix_m as straight_m

points = st.builds(
    LatLon,
    st.floats(min_value=-90, max_value=90, allow_nan=False),
    st.floats(min_value=-180, max_value=180, allow_nan=False),
)
SQUARE = (LatLon(0.0, 0.0), LatLon(0.0, 4.0), LatLon(4.0, 4.0), LatLon(4.0, 0.0))


def _walk(origin: LatLon, *, metres: float, bearing: float) -> LatLon:
    """Where the geodesic oracle ends."""
    end = geodesic(meters=metres).destination(origin, bearing)
    return LatLon(end.latitude, (end.longitude + 180) % 360 - 180)


@given(points, st.floats(min_value=0, max_value=100_000), st.floats(min_value=0, max_value=360))
def test_town_distances_are_the_geodesic_to_1_mm_and_2e_7(origin: LatLon, metres: float, bearing: float) -> None:
    """Up to 100 km, anywhere on earth, the distance is within 1 mm + 2e-7 of the geodesic."""
    destination = _walk(origin, metres=metres, bearing=bearing)
    oracle = geodesic(origin, destination).meters
    assert abs(distance_m(origin=origin, destination=destination) - oracle) <= 0.001 + 2e-7 * oracle


@given(points, points)
def test_far_distances_stay_within_their_stated_bound(origin: LatLon, destination: LatLon) -> None:
    """0.01 % up to 2,000 km, 0.2 % up to 10,000 km, 5 % anywhere."""
    oracle = geodesic(origin, destination).meters
    bound = 1e-4 if oracle <= 2e6 else 2e-3 if oracle <= 1e7 else 0.05
    assert abs(distance_m(origin=origin, destination=destination) - oracle) <= 0.001 + bound * oracle


@given(st.lists(points, min_size=3, max_size=3))
def test_straight_lines_are_a_metric(three: list[LatLon]) -> None:
    """Symmetric, zero from a point to itself, and no detour is shorter (to a micrometre of float error)."""
    matrix = straight_m(origins=three, destinations=three)
    assert np.array_equal(matrix, matrix.T)
    assert not np.diag(matrix).any()
    assert matrix[0, 2] <= matrix[0, 1] + matrix[1, 2] + 1e-6


def test_matrix_rows_are_origins() -> None:
    """Entry (i, j) of a rectangular matrix is the distance from origin i to destination j."""
    origins = (LatLon(36.39, 139.84), LatLon(36.41, 139.87))
    destinations = (LatLon(36.38, 139.80), LatLon(36.35, 139.85), LatLon(36.44, 139.83))
    matrix = distance_matrix_m(origins=origins, destinations=destinations)
    assert matrix.shape == (2, 3)
    assert matrix[1, 2] == distance_m(origin=origins[1], destination=destinations[2])


@pytest.mark.parametrize("bad", [LatLon(90.1, 0), LatLon(0, -180.5), LatLon(math.nan, 0), LatLon(0, math.inf)])
def test_a_point_that_is_no_point_is_named(bad: LatLon) -> None:
    """Coordinates out of bounds or not finite raise, with the index of the first bad point."""
    with pytest.raises(ValueError, match="point 1 is not"):
        straight_m(origins=(LatLon(0, 0), bad), destinations=(LatLon(0, 0),))


@given(st.lists(points, max_size=6))
def test_a_line_is_as_long_as_its_parts(line: list[LatLon]) -> None:
    """The length of a polyline is the sum over its legs; none for fewer than two points."""
    legs = [distance_m(origin=a, destination=b) for a, b in itertools.pairwise(line)]
    assert polyline_length_m(line) == pytest.approx(sum(legs), abs=1e-6)


def test_no_points_give_an_empty_matrix() -> None:
    """An empty list of origins is a matrix without rows, not an error."""
    assert distance_matrix_m(origins=(), destinations=(LatLon(0, 0),)).shape == (0, 1)


@given(st.lists(points, min_size=1))
def test_the_box_around_points_holds_them_all_and_touches_them(some: list[LatLon]) -> None:
    """Every point is inside, and each side passes through a point."""
    box = Box.around(some)
    assert all(box.contains(point) for point in some)
    assert {box.south, box.north} <= {p.lat for p in some}
    assert {box.west, box.east} <= {p.lon for p in some}


def test_a_box_needs_a_point() -> None:
    """There is no box around nothing."""
    with pytest.raises(ValueError, match="at least one point"):
        Box.around(())


@given(points)
def test_inside_a_square_is_inside_its_box(point: LatLon) -> None:
    """Strictly inside and strictly outside a square, the ray agrees with four comparisons."""
    strictly_in = 0 < point.lat < 4 and 0 < point.lon < 4
    strictly_out = not (0 <= point.lat <= 4 and 0 <= point.lon <= 4)
    if strictly_in or strictly_out:
        assert contains(SQUARE, point=point) == strictly_in
        assert contains(SQUARE[::-1], point=point) == strictly_in


on_a_grid = st.builds(LatLon, st.integers(0, 4).map(float), st.integers(0, 4).map(float))
thousandths = st.integers(-1_000, 5_000).map(lambda degrees: degrees / 1_000)
anywhere = st.builds(LatLon, thousandths, thousandths)


@given(st.lists(on_a_grid | anywhere, min_size=3, max_size=8), on_a_grid | anywhere)
def test_one_point_is_judged_like_many(boundary: list[LatLon], point: LatLon) -> None:
    """In plain numbers and in arrays the answer is the same, on corners, sides and level sides, too."""
    assert contains(tuple(boundary), point=point) == bool(inside((point,), boundary=tuple(boundary))[0])


@pytest.mark.parametrize("point", [LatLon(91.0, 0.0), LatLon(0.0, -181.0), LatLon(math.nan, 0.0)])
def test_a_point_off_the_globe_is_in_no_boundary(point: LatLon) -> None:
    """It is said what is wrong with it, as for many points."""
    with pytest.raises(ValueError, match="point"):
        contains(SQUARE, point=point)


@given(
    corners=st.lists(st.floats(min_value=-1, max_value=5, allow_nan=False), min_size=4, max_size=4, unique=True),
    lats=st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.0, 3.5]), min_size=1, max_size=5),
    data=st.data(),
)
def test_neighbours_share_no_point_and_leave_none_out(
    corners: list[float], lats: list[float], data: st.DataObject
) -> None:
    """Cut a strip by a jagged line: every point of the strip, also on the cut, is in exactly one of the halves."""
    cut = tuple(LatLon(lat, lon) for lat, lon in zip((0.0, 1.0, 3.0, 4.0), corners, strict=True))
    west = (*cut, LatLon(4.0, -9.0), LatLon(0.0, -9.0))
    east = (*cut, LatLon(4.0, 9.0), LatLon(0.0, 9.0))
    on_the_cut = [p for p in cut if p.lat < 4]
    strip = on_the_cut + [LatLon(lat, data.draw(st.floats(min_value=-8, max_value=8))) for lat in lats]
    assert np.array_equal(inside(strip, boundary=west), ~inside(strip, boundary=east))


def test_a_hollow_is_outside() -> None:
    """A U-shaped boundary does not contain the point between its arms."""
    arms = [(0, 0), (0, 6), (6, 6), (6, 4), (2, 4), (2, 2), (6, 2), (6, 0)]
    boundary = tuple(LatLon(lat, lon) for lat, lon in arms)
    asked = (LatLon(4, 3), LatLon(1, 3), LatLon(4, 1), LatLon(4, 5))
    assert inside(asked, boundary=boundary).tolist() == [False, True, True, True]


def test_a_boundary_needs_three_corners() -> None:
    """Two corners enclose nothing and are an error, not an empty area."""
    with pytest.raises(ValueError, match="at least 3 corners"):
        inside((LatLon(0, 0),), boundary=SQUARE[:2])
