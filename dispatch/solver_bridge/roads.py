"""Travel times of a day on which roads are closed or slow: one table for each stretch of the day between two changes.

A drive takes the time of the moment at which it begins. What was driven before a change was made keeps its times.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dispatch.model.road import WHOLE, ClosedArea, RoadChange, road_digest
from dispatch.solver_bridge.travel import SpotTable
from maps.geo import LatLon
from maps.passing import passing

Int64 = NDArray[np.int64]


class RoadTable(NamedTuple):
    """Times between ``P`` points in ``K`` stretches of the day; the distances stay those of the map."""

    travel_s: Int64  # (K, P, P) seconds
    period_start_s: Int64  # (K,) seconds of the service day, the first is 0
    distance_m: Int64  # (P, P) metres

    def at(self, second_s: int) -> SpotTable:
        """The times of one moment; before the day begins, those of its beginning."""
        period = int(np.searchsorted(self.period_start_s, second_s, side="right")) - 1
        return SpotTable(self.travel_s[max(0, period)], self.distance_m)


def road_table(table: SpotTable, points: Sequence[LatLon], roads: Sequence[RoadChange]) -> RoadTable:
    """The usual times of ``table`` under the changes of the day that are not lifted."""
    standing = [change for change in roads if not change.lifted]
    cuts = sorted({0, *(s for change in standing for s in (change.from_s, change.until_s))})
    travel_s = [_times_s(table.travel_s, points, [c for c in standing if c.from_s <= at < c.until_s]) for at in cuts]
    return RoadTable(np.stack(travel_s), np.array(cuts, dtype=np.int64), table.distance_m)


def travel_digest(usual: str, roads: Sequence[RoadChange]) -> str:
    """The digest of the travel times of a day: that of the usual ones as long as no change stands."""
    digests = [road_digest(change) for change in roads if not change.lifted]
    return hashlib.sha256(" ".join([usual, *digests]).encode()).hexdigest() if digests else usual


def _times_s(usual_s: Int64, points: Sequence[LatLon], changes: list[RoadChange]) -> Int64:
    """Times under some changes at once, rounded up; every drive may go round by way of another known point."""
    times_s = usual_s.copy()
    closed = [area for change in changes for area in change.closed]
    for area in closed:
        times_s += area.detour_s * _near(points, area)
    if closed:
        _go_round(times_s)
    for change in changes:
        times_s = -(-times_s * change.percent // WHOLE)
    return times_s


def _near(points: Sequence[LatLon], area: ClosedArea) -> NDArray[np.bool_]:
    return passing(points, centre=area.centre.at, radius_m=area.radius_m)


def _go_round(times_s: Int64) -> None:
    """Let no drive be longer than by way of another point, in place: Floyd and Warshall, one row and column a step.

    R. W. Floyd (1962), doi:10.1145/367766.368168. Without it, leaving out a stop could make a route longer.
    """
    for via in range(len(times_s)):
        np.minimum(times_s, times_s[:, via, None] + times_s[None, via, :], out=times_s)
