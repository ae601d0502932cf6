"""A benchmark instance as published: node ids of the file, double precision."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Int = NDArray[np.int64]


class Family(StrEnum):
    """Where the form of a file comes from."""

    CORDEAU = "cordeau"  # dial-a-ride; Cordeau & Laporte (2003), Cordeau (2006)
    LI_LIM = "li_lim"  # pickup and delivery with time windows; Li & Lim (2001)
    SARTORI_BURIOL = "sartori_buriol"  # the same problem on real streets; Sartori & Buriol (2020)


class Objective(StrEnum):
    """What makes one feasible solution better than another."""

    DISTANCE = "distance"  # least cost with at most ``vehicles_max`` vehicles
    FLEET_THEN_DISTANCE = "fleet_then_distance"  # fewest vehicles, then least cost


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """One instance. Arrays over nodes are indexed by the node id of the file and are read-only.

    Attributes
    ----------
    digest
        SHA-256 of the text it was read from: two instances with one digest are the same.
    travel
        (N, N) time units from node to node.
    cost
        (N, N) cost units from node to node.
    earliest, latest, service
        (N,) time units; both ends of a window are inclusive.
    load
        (N,) whole units taken on board, negative at a drop.
    pickup, drop
        (n,) node ids: request ``r`` boards at ``pickup[r]`` and alights at ``drop[r]``.
    start, end
        Nodes where every vehicle leaves and returns; the same node where the file has only one depot.
    vehicles_max
        Most vehicles a solution may use (the number of requests where the file sets no bound).
    max_ride, max_duration
        Time units; the length of the horizon where the file sets no limit.
    """

    name: str
    digest: str
    family: Family
    objective: Objective
    travel: Float
    cost: Float
    earliest: Float
    latest: Float
    service: Float
    load: Int
    pickup: Int
    drop: Int
    start: int
    end: int
    vehicles_max: int
    capacity: int
    max_ride: float
    max_duration: float

    @property
    def n_requests(self) -> int:
        return len(self.pickup)

    @property
    def horizon(self) -> float:
        """Time units from the first moment of any window to the last."""
        return float(self.latest.max() - self.earliest.min())

    @property
    def limits_rides(self) -> bool:
        """A rider may have to be dropped before the windows alone would ask for it."""
        return self.max_ride < self.horizon

    @property
    def limits_durations(self) -> bool:
        """A vehicle may have to return before the windows alone would ask for it."""
        return self.max_duration < self.horizon


def read_only(array: NDArray[np.generic]) -> None:
    """Lock ``array`` in place."""
    array.setflags(write=False)


def euclidean(x: Float, y: Float) -> Float:
    """Return the (N, N) Euclidean distances between points, in double precision."""
    distance: Float = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    return distance
