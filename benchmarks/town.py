"""A made-up service day in numbers: a town, trips, vehicles. Only what the solver sees; nobody lives here.

The town is a square of 12 km; people live and go around a few centres. Vehicles drive 30 km/h on ways 1.3 times as
long as the straight line. A rider may wait 20 minutes after the wished time and ride 1.5 times the direct time plus
10 minutes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from solver.plain import plain
from solver.problem import Problem
from solver.validation import validated

SIDE_M, CENTRES, SPREAD_M = 12_000, 5, 1_500
KMH, DETOUR = 30.0, 1.3
BOARDING_S, ALIGHTING_S = 60, 30
WAIT_S, RIDE_FACTOR, RIDE_CONSTANT_S = 1200, 1.5, 600
DAY_START_S, DAY_END_S = 8 * 3600, 18 * 3600
LUNCH_FROM_S, LUNCH_LATEST_S, LUNCH_S = 11 * 3600 + 1800, 13 * 3600, 2700
IDLE_ABOARD_S = 300
LEFT_OUT_M = 30_000
"""Penalty of a trip that is not served, in metres driven: more than any detour within the town."""

LAYOUTS = np.array([[4, 0], [2, 1]])
"""Ordinary seats and wheelchair places: a wheelchair takes up two seats."""

Int = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """Places 0 to P - 1; place 0 is where all vehicles start and end. Both matrices are (P, P), whole numbers."""

    travel_s: Int
    way_m: Int

    @property
    def n_places(self) -> int:
        return len(self.way_m)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trips:
    """One entry per trip; the windows are (2n,), those of the pick-ups before those of the drops."""

    origin: Int
    destination: Int
    earliest_s: Int
    latest_s: Int
    max_ride_s: Int
    wheelchair: Bool
    promised: Bool

    @property
    def count(self) -> int:
        return len(self.origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cars:
    """All alike. ``lunch``: each takes a break; ``end_s``: when the last shift ends."""

    count: int
    lunch: bool
    end_s: int


def build_town(*, places: int, rng: Generator) -> Town:
    """Return a town with ``places`` places (at least 2)."""
    centres = rng.uniform(0, SIDE_M, (CENTRES, 2))
    spots = centres[rng.integers(0, CENTRES, places)] + rng.normal(0, SPREAD_M, (places, 2))
    spots = np.clip(spots, 0, SIDE_M)
    spots[0] = SIDE_M / 2
    straight = np.hypot(*(spots[:, None, :] - spots[None, :, :]).transpose(2, 0, 1))
    way_m = np.ceil(DETOUR * straight).astype(np.int64)
    return Town(travel_s=np.ceil(way_m * 3.6 / KMH).astype(np.int64), way_m=way_m)


def wishes(town: Town, *, count: int, rng: Generator) -> Trips:
    """Return ``count`` trips wanted at moments spread over the day, one in ten with a wheelchair; none is promised."""
    origin = rng.integers(1, town.n_places, count)
    destination = 1 + (origin - 1 + rng.integers(1, town.n_places - 1, count)) % (town.n_places - 1)
    direct = town.travel_s[origin, destination]
    ready = rng.integers(DAY_START_S + 600, DAY_END_S - 2 * 3600, count)
    max_ride = np.floor(RIDE_FACTOR * direct).astype(np.int64) + RIDE_CONSTANT_S
    arrive = ready + WAIT_S + BOARDING_S + max_ride
    return Trips(
        origin=origin,
        destination=destination,
        earliest_s=np.concatenate([ready, ready]),
        latest_s=np.concatenate([ready + WAIT_S, arrive]),
        max_ride_s=max_ride,
        wheelchair=rng.random(count) < 0.1,
        promised=np.zeros(count, np.bool_),
    )


def joined(first: Trips, second: Trips) -> Trips:
    """Return the trips of both, those of ``first`` before those of ``second``."""

    def both(a: Int, b: Int) -> Int:
        return np.concatenate([a, b])

    def by_end(a: Int, b: Int) -> Int:
        n, m = first.count, second.count
        return np.concatenate([a[:n], b[:m], a[n:], b[m:]])

    return Trips(
        origin=both(first.origin, second.origin),
        destination=both(first.destination, second.destination),
        earliest_s=by_end(first.earliest_s, second.earliest_s),
        latest_s=by_end(first.latest_s, second.latest_s),
        max_ride_s=both(first.max_ride_s, second.max_ride_s),
        wheelchair=np.concatenate([first.wheelchair, second.wheelchair]),
        promised=np.concatenate([first.promised, second.promised]),
    )


def service_day(town: Town, trips: Trips, cars: Cars) -> Problem:
    """Return the day as a validated problem: one tick a second, one cost unit a metre."""
    n, v, breaks = trips.count, cars.count, cars.count if cars.lunch else 0
    kerb = np.concatenate([np.full(n, BOARDING_S), np.full(n, ALIGHTING_S)])
    seats = np.stack([~trips.wheelchair, trips.wheelchair], axis=1)
    ends = np.concatenate([trips.origin, trips.destination])
    drives = plain(travel=town.travel_s, cost=town.way_m, place_of_visit=ends, vehicles=v, day=cars.end_s)
    return validated(
        drives._replace(
            earliest=trips.earliest_s,
            latest=trips.latest_s,
            service=kerb[None],
            max_ride=trips.max_ride_s,
            load=seats.astype(np.int32),
            mandatory=trips.promised,
            penalty=np.full(n, LEFT_OUT_M),
            capacity=np.repeat(LAYOUTS[None].astype(np.int32), v, axis=0),
            shift_earliest=np.full(v, DAY_START_S),
            max_duration=np.full(v, cars.end_s - DAY_START_S),
            break_vehicle=np.arange(breaks, dtype=np.int32),
            break_earliest=np.full(breaks, LUNCH_FROM_S),
            break_latest=np.full(breaks, LUNCH_LATEST_S),
            break_duration=np.full(breaks, LUNCH_S),
            idle_aboard_limit=IDLE_ABOARD_S,
        )
    )
