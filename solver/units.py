"""Ticks: the whole-number unit of time the solver calculates in.

One tick lasts ``Problem.tick_s`` seconds: 1.0 in production, a fine fraction of the unit for Euclidean
benchmark files. Conversion happens here, at the border, and nowhere else.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

LARGEST_TICK = 2**40
"""Bound on every time and cost in a problem, so that sums over a route stay far inside int64."""

LARGEST_ARC = 2**31 - 1
"""Bound on the time and the priced cost of a leg in a problem that the search takes: its tables are of half words."""


def ticks_from_s(seconds: float, *, tick_s: float) -> int:
    """The number of ticks nearest to ``seconds`` (halves go up)."""
    return math.floor(seconds / tick_s + 0.5)


def s_from_ticks(ticks: int, *, tick_s: float) -> float:
    """Seconds that ``ticks`` last."""
    return ticks * tick_s


def tick_array(seconds: NDArray[np.float64], *, tick_s: float) -> NDArray[np.int64]:
    """`ticks_from_s` for a whole array; the result has the shape of ``seconds`` and dtype int64."""
    return np.floor(seconds / tick_s + 0.5).astype(np.int64)
