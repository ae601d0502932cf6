"""Points on the ground, distances between them, boxes and boundaries.

Coordinates are WGS84 degrees, always as ``LatLon(lat, lon)``; lengths are metres (``float64``; they are
rounded up to whole metres only in a travel table, once).

Distances
---------
A point of the ellipsoid is written in earth-centred Cartesian coordinates (WGS84: semi-major axis ``a``,
flattening ``f``); two points are then ``c`` apart in a straight line through the ground, and along the surface

    s = 2 R asin(c / 2R)                                                              (1)

with the mean radius ``R``. The ellipsoid is in ``c``, so the bounds are far tighter than those of the
haversine on a sphere (0.56 %). Against the geodesic: within 1 mm + 2e-7 of the distance up to 100 km,
within 0.01 % up to 2,000 km, within 0.2 % up to 10,000 km; not meant for more (5 % near the antipode).
The straight line itself is an exact metric, hence keeps the triangle inequality, and is shorter than the
geodesic by ``s**3 / (24 R**2)``: 0.13 m at 50 km.

Sources: NIMA TR8350.2, "World Geodetic System 1984" (constants and the conversion); the geodesic used as
oracle by the tests is that of C. F. F. Karney (2013), doi:10.1007/s00190-012-0578-z.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Float64: TypeAlias = NDArray[np.float64]

SEMI_MAJOR_AXIS_M = 6_378_137.0
FLATTENING = 1 / 298.257_223_563
ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING)
MEAN_RADIUS_M = 6_371_008.8


class LatLon(NamedTuple):
    """A point: latitude in [-90, 90] and longitude in [-180, 180], degrees (WGS84)."""

    lat: float
    lon: float


Boundary: TypeAlias = tuple[LatLon, ...]
"""Corners of a simple polygon, in order, either way round; the last is joined to the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle of latitudes and longitudes (degrees, all sides inclusive) that does not cross 180° E."""

    south: float
    west: float
    north: float
    east: float

    @classmethod
    def around(cls, points: Sequence[LatLon]) -> Box:
        """Return the smallest box that holds all points.

        Raises
        ------
        ValueError
            When there is no point.
        """
        if not points:
            raise ValueError("a box needs at least one point")
        lats, lons = [p.lat for p in points], [p.lon for p in points]
        return cls(south=min(lats), west=min(lons), north=max(lats), east=max(lons))

    def contains(self, point: LatLon) -> bool:
        """Say whether the point lies in the box or on its sides."""
        return self.south <= point.lat <= self.north and self.west <= point.lon <= self.east


def coordinates(points: Sequence[LatLon]) -> Float64:
    """Return the points as a ``(P, 2)`` float64 array of latitude and longitude, degrees.

    Every function of this module that takes points comes through here.

    Raises
    ------
    ValueError
        When a coordinate is out of bounds or not a number; the message names the first such point.
    """
    degrees = np.array(points, dtype=np.float64).reshape(len(points), 2)
    valid = (np.abs(degrees) <= (90.0, 180.0)).all(axis=1)
    if not valid.all():
        index = int(np.argmin(valid))
        raise ValueError(f"point {index} is not a latitude in [-90, 90] and longitude in [-180, 180]: {points[index]}")
    return degrees


def earth_centred_m(points: Sequence[LatLon]) -> Float64:
    """Return earth-centred Cartesian coordinates ``(P, 3)``, metres, of points at height 0."""
    lat, lon = np.radians(coordinates(points)).T
    normal_m = SEMI_MAJOR_AXIS_M / np.sqrt(1 - ECCENTRICITY_SQUARED * np.sin(lat) ** 2)
    x = normal_m * np.cos(lat) * np.cos(lon)
    y = normal_m * np.cos(lat) * np.sin(lon)
    z = normal_m * (1 - ECCENTRICITY_SQUARED) * np.sin(lat)
    return np.stack((x, y, z), axis=1)


def straight_line_matrix_m(*, origins: Sequence[LatLon], destinations: Sequence[LatLon]) -> Float64:
    """Return straight-line distances through the ground, ``(O, D)`` float64 metres: an exact metric."""
    here, there = earth_centred_m(origins), earth_centred_m(destinations)
    squared = np.zeros((len(origins), len(destinations)), dtype=np.float64)
    for axis in range(3):
        squared += np.subtract.outer(here[:, axis], there[:, axis]) ** 2
    return np.asarray(np.sqrt(squared), dtype=np.float64)


def distance_matrix_m(*, origins: Sequence[LatLon], destinations: Sequence[LatLon]) -> Float64:
    """Return distances along the surface, ``(O, D)`` float64 metres (bounds in the module's docstring)."""
    return _along_surface_m(straight_line_matrix_m(origins=origins, destinations=destinations))


def _along_surface_m(chord_m: Float64) -> Float64:
    half_angle = np.arcsin(np.minimum(chord_m / (2 * MEAN_RADIUS_M), 1.0))
    return np.asarray(2 * MEAN_RADIUS_M * half_angle, dtype=np.float64)  # (1)


def distance_m(*, origin: LatLon, destination: LatLon) -> float:
    """Return the distance along the surface between two points, metres; the same both ways."""
    return float(distance_matrix_m(origins=(origin,), destinations=(destination,))[0, 0])


def polyline_length_m(line: Sequence[LatLon]) -> float:
    """Return the length of a line through the points in order, metres; 0 for fewer than two points."""
    if len(line) < 2:
        return 0.0
    steps = np.diff(earth_centred_m(line), axis=0)
    return float(_along_surface_m(np.sqrt((steps**2).sum(axis=1))).sum())


def inside(points: Sequence[LatLon], *, boundary: Boundary) -> NDArray[np.bool_]:
    """Say for each point whether it lies inside the boundary: ``(P,)`` bool.

    Even-odd rule: a ray from the point to the east crosses the boundary an odd number of times. Sides are
    straight in latitude and longitude. A point exactly on a side belongs to one of the two areas that share
    the side and never to both (the southern end of a side counts, the northern does not; a point on a
    crossing lies east of it), so neighbouring areas neither overlap nor leave a gap.

    Source: M. Shimrat (1962), Algorithm 112, doi:10.1145/368637.368653.

    Raises
    ------
    ValueError
        When the boundary has fewer than three corners.
    """
    if len(boundary) < 3:
        raise ValueError(f"a boundary needs at least 3 corners, got {len(boundary)}")
    lat, lon = coordinates(points).T
    odd = np.zeros(len(points), dtype=np.bool_)
    for start, end in zip(boundary, (*boundary[1:], boundary[0]), strict=True):
        low, high = sorted((start, end))  # the same arithmetic whichever way round the side is walked
        if low.lat == high.lat:
            continue
        crossing_lon = low.lon + (lat - low.lat) * ((high.lon - low.lon) / (high.lat - low.lat))
        odd ^= (low.lat <= lat) & (lat < high.lat) & (lon < crossing_lon)
    return odd


def contains(boundary: Boundary, *, point: LatLon) -> bool:
    """Say whether one point lies inside the boundary; same rule and errors as `inside`.

    In plain numbers: for one point, arrays take ten times as long.
    """
    lat, lon = point
    if len(boundary) < 3 or not (abs(lat) <= 90.0 and abs(lon) <= 180.0):
        return bool(inside((point,), boundary=boundary)[0])  # which says what is wrong
    odd = False
    start = boundary[-1]
    for end in boundary:
        low, high = (start, end) if start.lat < end.lat else (end, start)
        if low.lat <= lat < high.lat:
            odd ^= lon < low.lon + (lat - low.lat) * ((high.lon - low.lon) / (high.lat - low.lat))
        start = end
    return bool(odd)
