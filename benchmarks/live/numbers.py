"""From riders and vehicles to a problem for the solver: seconds and metres, vehicles that end their day anywhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.live.square import Int
from solver.plain import plain
from solver.problem import Problem
from solver.validation import validated

SEATS = 4
DAY_S = 24 * 3600
"""Every time of the day lies before; nothing is limited by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Where each vehicle is from when on, and with whom aboard; who is aboard is boarded there and then."""

    place: NDArray[np.int32]
    free_s: Int
    aboard: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Requests by their visits: place and window of the pick-ups, then of the drops. ``promised`` is (R,)."""

    place: NDArray[np.int32]
    earliest_s: Int
    latest_s: Int
    promised: NDArray[np.bool_]


LEFT_OUT_M = 100_000
"""Penalty of a request without a promise, above any detour."""


def square_problem(travel_s: Int, way_m: Int, demand: Demand, fleet: Fleet) -> Problem:
    """Return the problem in seconds and metres. The last place is where routes end: nowhere, reached at no cost."""
    vehicles = len(fleet.place)
    drives = plain(travel=travel_s, cost=way_m, place_of_visit=demand.place, vehicles=vehicles, day=DAY_S)
    return validated(
        drives._replace(
            earliest=demand.earliest_s,
            latest=demand.latest_s,
            mandatory=demand.promised,
            penalty=np.full(len(demand.promised), LEFT_OUT_M),
            capacity=np.full((vehicles, 1, 1), SEATS, np.int32),
            start_place=fleet.place,
            end_place=np.full(vehicles, len(way_m) - 1, np.int32),
            shift_earliest=fleet.free_s,
            prefix_start=np.cumsum([0, *map(len, fleet.aboard)]).astype(np.int32),
            prefix_visit=np.array([request for riders in fleet.aboard for request in riders], np.int32),
        )
    )


def with_end(table: Int) -> Int:
    """Return the table with one place more, that every way leads to for nothing and none comes from in time."""
    places = len(table)
    wider = np.full((places + 1, places + 1), DAY_S)
    wider[:places, :places] = table
    wider[:, places] = 0
    return wider
