"""From measured times and lengths to the whole numbers of a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from maps.geo import Float64, LatLon, coordinates
from maps.travel_times.protocol import Int64


def frozen(values: NDArray[np.int64]) -> Int64:
    """Return a read-only C-contiguous int64 copy."""
    copy = np.array(values, dtype=np.int64, order="C")
    copy.flags.writeable = False
    return copy


def rounded_up(values: Float64, *, points: Sequence[LatLon]) -> Int64:
    """Return values ``(..., P, P)`` rounded up to whole units, as the contract of a travel table wants them.

    Between points with equal coordinates the result is 0, between others at least 1. Both steps keep the
    triangle inequality: ``ceil(x + y) <= ceil(x) + ceil(y)``, and a detour by a third point has at least one
    leg of 1 or more.
    """
    degrees = coordinates(points)
    differ = (degrees[:, None, :] != degrees[None, :, :]).any(axis=2)
    return frozen(np.where(differ, np.maximum(np.ceil(values), 1), 0).astype(np.int64))
