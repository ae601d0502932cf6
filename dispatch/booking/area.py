"""Is a point in the area that the service covers?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from maps.geo import MEAN_RADIUS_M, LatLon, contains

Rings = Sequence[Sequence[Sequence[float]]]
"""Outlines as a service stores them: rings of ``[lat, lon]``."""


def covers(rings: Rings, point: LatLon, *, margin_m: int) -> bool:
    """Whether ``point`` lies inside an odd number of rings, or within ``margin_m`` metres of one.

    A service without any ring covers everything.
    """
    outlines = [tuple(LatLon(lat, lon) for lat, lon in ring) for ring in rings]
    if not outlines or sum(contains(outline, point=point) for outline in outlines) % 2 == 1:
        return True
    return margin_m > 0 and min(_distance_m(outline, point) for outline in outlines) <= margin_m


def _distance_m(outline: tuple[LatLon, ...], point: LatLon) -> float:
    """Metres from ``point`` to the nearest side, on the plane that touches the globe at ``point``.

    The plane is off by less than 0.1 % within 20 km, far below any margin's meaning.
    """
    metres_per_degree = math.radians(1) * MEAN_RADIUS_M
    scale = np.array([metres_per_degree, metres_per_degree * math.cos(math.radians(point.lat))])
    corners = (np.array([*outline, outline[0]]) - np.array(point)) * scale
    return min(_to_side(a, b) for a, b in pairwise(corners))


def _to_side(a: np.typing.NDArray[np.float64], b: np.typing.NDArray[np.float64]) -> float:
    """Distance of the origin to the segment from ``a`` to ``b``."""
    side = b - a
    length = float(side @ side)
    along = 0.0 if length == 0 else min(1.0, max(0.0, float(-a @ side) / length))
    return float(np.hypot(*(a + along * side)))
