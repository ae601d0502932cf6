"""Which drives pass near a place, as the crow flies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from maps.geo import LatLon

M_PER_DEGREE = 111_195.0
"""Metres of one degree of latitude on the sphere of mean radius; over a town the error is below one in a hundred."""


def passing(points: Sequence[LatLon], *, centre: LatLon, radius_m: float) -> NDArray[np.bool_]:
    """Whether the straight line from point ``i`` to point ``j`` comes within ``radius_m`` of ``centre``.

    Returns a symmetric ``(P, P)`` array; on the diagonal False, for nothing is driven. Distances are taken on the plane
    that touches the earth at ``centre``.
    """
    lat = np.array([point.lat for point in points], dtype=np.float64)
    lon = np.array([point.lon for point in points], dtype=np.float64)
    x = (lon - centre.lon) * M_PER_DEGREE * np.cos(np.radians(centre.lat))
    y = (lat - centre.lat) * M_PER_DEGREE
    dx, dy = x[None, :] - x[:, None], y[None, :] - y[:, None]
    squared = dx * dx + dy * dy
    # the foot of the centre, at the origin, on each line: 0 at point i, 1 at point j
    foot = np.divide(-(x[:, None] * dx + y[:, None] * dy), squared, out=np.zeros_like(squared), where=squared > 0)
    along = np.clip(foot, 0.0, 1.0)
    nearest = np.hypot(x[:, None] + along * dx, y[:, None] + along * dy)
    near: NDArray[np.bool_] = nearest <= radius_m
    np.fill_diagonal(near, False)
    return near
