"""The proof of a lived day, from what was driven: the checker on the whole day, and what it cannot see.

The checker judges visits and times against every window that was promised. It does not know that a day is lived
forwards: that every stretch begins where and when the one before ended, that nobody drives faster than the speed of the
day, and that no vehicle sets out for a caller who has not called.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from benchmarks.live.cars import Road, Stretch
from benchmarks.live.dispatcher import LivedDay
from benchmarks.live.numbers import Demand, Fleet, square_problem, with_end
from benchmarks.live.square import KM_PER_S, drive_s, metres, ways_km
from solver.checker import check
from solver.problem import Problem
from solver.rules import Rule
from solver.solution import Solution, TimedRoute

TOLERANCE_KM = 1e-6
LATE = (Rule.WINDOW, Rule.MANDATORY)
"""Rules that a broken promise breaks: somebody is late, or has not been driven."""


def late_of(lived: LivedDay) -> int:
    """Return how many accepted requests were dropped, or were picked up or arrived outside their windows."""
    problem, driven = whole_day(lived)
    broken = [fault for fault in check(problem, driven) if fault.rule in LATE and fault.visit is not None]
    return len({fault.visit % problem.n_requests for fault in broken if fault.visit is not None})


def faults_of(lived: LivedDay) -> tuple[str, ...]:
    """Return everything that is wrong with a day, a sentence each."""
    problem, driven = whole_day(lived)
    faults = [violation.text for violation in check(problem, driven)]
    for vehicle, car in enumerate(lived.road.cars):
        faults += [f"Vehicle {vehicle}: {text}" for text in _road_faults(lived.road, car.driven)]
    return tuple(faults)


def whole_day(lived: LivedDay) -> tuple[Problem, Solution]:
    """Return the day as one problem in which everybody accepted is mandatory, and what was driven as its plan."""
    road, day = lived.road, lived.road.day
    n, v = day.n_requests, day.n_vehicles
    ways = ways_km(day.spot_km)
    demand = Demand(
        place=np.arange(2 * n, dtype=np.int32),
        earliest_s=day.earliest_s,
        latest_s=day.latest_s,
        promised=np.isin(np.arange(n), lived.accepted),
    )
    starts = (2 * n + np.arange(v)).astype(np.int32)
    fleet = Fleet(place=starts, free_s=np.zeros(v, np.int64), aboard=((),) * v)
    problem = square_problem(with_end(drive_s(ways)), with_end(metres(ways)), demand, fleet)
    routes = tuple(_route(car.driven) for car in road.cars)
    served = {visit for route in routes for visit in route.visits}
    return problem, Solution(routes=routes, unserved=tuple(r for r in range(n) if r not in served))


def _route(driven: list[Stretch]) -> TimedRoute:
    """Visits with the times at which they were made; the vehicle leaves for the first when it first moves."""
    made = [(visit, stretch.end_s) for stretch in driven for visit in stretch.made]
    return TimedRoute(
        visits=tuple(visit for visit, _ in made),
        starts=tuple(at_s for _, at_s in made),
        depart=driven[0].left_s if made else 0,
        arrive=made[-1][1] if made else 0,
        break_starts=(),
    )


def _road_faults(road: Road, driven: list[Stretch]) -> Iterator[str]:
    day = road.day
    for before, stretch in pairwise(driven):
        if stretch.origin != before.end or stretch.left_s < before.end_s:
            yield f"it leaves {stretch.origin} at {stretch.left_s}, but was at {before.end} at {before.end_s}."
    for stretch in driven:
        if stretch.km > KM_PER_S * (stretch.end_s - stretch.left_s) + TOLERANCE_KM:
            yield f"it drives {stretch.km} km between {stretch.left_s} and {stretch.end_s}."
        if stretch.left_s < day.asked_s[stretch.towards % day.n_requests]:
            yield f"it leaves for visit {stretch.towards} at {stretch.left_s}, before the call."
        if any(math.dist(stretch.end, road.spots[visit]) > 0 for visit in stretch.made):
            yield f"visit {stretch.made} is made at {stretch.end}."
