"""The day of the live comparison: calls from all over a square, half of them wanted at once.

``requests`` calls come at moments of a Poisson process over ten hours (which, their number given, are independent and
uniform). Vehicles start anywhere in the square of 12 km and drive 0.5 km/min on straight lines. Half of the callers are
ready now, half in 30 to 180 minutes; their trips last more than 3 minutes. Who is accepted is picked up within 15
minutes of being ready and dropped within 1.5 times the direct time and 5 minutes after the latest pick-up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

SIDE_KM = 12.0
KM_PER_S = 0.5 / 60
CALLS_UNTIL_S = 600 * 60
AHEAD_S = (30 * 60, 180 * 60)
SHORTEST_TRIP_S = 180
WAIT_S, RIDE_FACTOR, RIDE_CONSTANT_S = 15 * 60, 1.5, 5 * 60

Float = NDArray[np.float64]
Int = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveDay:
    """Requests are numbered by the moment of their calls.

    Attributes
    ----------
    spot_km
        (2R + V, 2) origins, destinations and start places of the vehicles.
    asked_s, ready_s
        (R,) moment of the call, and from when the caller can be picked up.
    """

    spot_km: Float
    asked_s: Int
    ready_s: Int

    @property
    def n_requests(self) -> int:
        return len(self.asked_s)

    @property
    def n_vehicles(self) -> int:
        return len(self.spot_km) - 2 * self.n_requests

    @property
    def earliest_s(self) -> Int:
        """(2R,) of every visit."""
        return np.tile(self.ready_s, 2)

    @property
    def latest_s(self) -> Int:
        """(2R,) of every visit."""
        n, picked_s = self.n_requests, self.ready_s + WAIT_S
        direct_s = drive_s(_apart(self.spot_km[:n], self.spot_km[n : 2 * n]))
        dropped_s = picked_s + np.floor(RIDE_FACTOR * direct_s).astype(np.int64) + RIDE_CONSTANT_S
        return np.concatenate([picked_s, dropped_s])


def live_day(*, requests: int, vehicles: int, rng: Generator) -> LiveDay:
    """Return a day with so many calls."""
    asked_s = np.sort(np.ceil(rng.uniform(0, CALLS_UNTIL_S, requests)).astype(np.int64))
    ahead_s = np.where(rng.random(requests) < 0.5, rng.uniform(*AHEAD_S, requests), 0.0)
    trips = np.stack([_trip_km(rng) for _ in range(requests)])
    starts = rng.uniform(0, SIDE_KM, (vehicles, 2))
    return LiveDay(
        spot_km=np.concatenate([trips[:, 0], trips[:, 1], starts]),
        asked_s=asked_s,
        ready_s=asked_s + np.ceil(ahead_s).astype(np.int64),
    )


def _trip_km(rng: Generator) -> Float:
    while True:
        trip = rng.uniform(0, SIDE_KM, (2, 2))
        if math.dist(*trip) > SHORTEST_TRIP_S * KM_PER_S:
            return trip


def drive_s(km: Float) -> Int:
    """Whole seconds that ways take, rounded up."""
    seconds: Int = np.ceil(km / KM_PER_S - 1e-9).astype(np.int64)
    return seconds


def metres(km: Float) -> Int:
    """Whole metres, rounded up."""
    whole: Int = np.ceil(1000 * km - 1e-9).astype(np.int64)
    return whole


def ways_km(points_km: Float) -> Float:
    """(P, P) straight lines between all points."""
    return _apart(points_km[:, None], points_km[None, :])


def _apart(a: Float, b: Float) -> Float:
    return np.hypot(a[..., 0] - b[..., 0], a[..., 1] - b[..., 1])
