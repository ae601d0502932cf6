"""What every source of travel times offers, and the table that it returns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from maps.geo import LatLon

Int64: TypeAlias = NDArray[np.int64]


class TravelTable(NamedTuple):
    """Times and distances between ``P`` points in ``K`` periods of the day.

    All arrays are read-only, C-contiguous int64. Row = origin, column = destination. Entries are >= 0, 0 on
    the diagonal and between equal points, >= 1 between points with different coordinates. Times are rounded
    up, so that a table never promises more than its source. Times of sources computed in process keep the
    triangle inequality in every period; those of a router may miss it by its own rounding, a second.

    A time holds for a departure in its period. `maps.travel_times.lookup` turns that into arrival times for
    which leaving later never means arriving earlier.
    """

    travel_s: Int64  # (K, P, P) seconds
    distance_m: Int64  # (P, P) metres driven
    period_start_s: Int64  # (K,) seconds of the service day, strictly increasing, the first is 0


class TravelTimes(Protocol):
    """A source of travel times, to be shared by threads. Equal digests mean equal answers."""

    @property
    def name(self) -> str:
        """Short name for reports, such as ``great_circle``."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256, 64 hex digits, of everything that determines the answers."""
        ...

    def table(self, points: Sequence[LatLon]) -> TravelTable:
        """Return times and distances between all pairs of points, in the order given.

        Raises
        ------
        PointOffNetwork
            When a point is too far from any usable road.
        RouterUnavailable
            When the answer comes from elsewhere and does not come.
        """
        ...

    def path(self, *, origin: LatLon, destination: LatLon) -> tuple[LatLon, ...]:
        """Return the way to drive, as a line that begins at origin and ends at destination.

        The line has at least two points, also when both ends are the same.

        Raises
        ------
        PointOffNetwork, RouterUnavailable
            As `table`.
        """
        ...
