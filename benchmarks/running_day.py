"""A day that is already full: vehicles with planned routes, and further callers who ask for a place.

The routes are laid out by driving them: each vehicle takes one or two riders at a time, and the windows of a trip are
put around the moments at which it happens. So a day of any size exists at once, without a search.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from benchmarks.errors import BenchmarkError, SettingsError
from benchmarks.town import (
    ALIGHTING_S,
    BOARDING_S,
    DAY_END_S,
    DAY_START_S,
    RIDE_CONSTANT_S,
    RIDE_FACTOR,
    WAIT_S,
    Cars,
    Town,
    Trips,
    build_town,
    joined,
    service_day,
    wishes,
)
from solver.problem import Problem
from solver.schedule import Infeasible, schedule
from solver.solution import Solution

PLACES_MAX = 2000
SHARED = 0.5
"""How often two riders travel together."""

LONGEST_PAUSE_S = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningDay:
    """``solution`` serves all promised trips of ``problem``; the requests in ``asking`` are on no route."""

    problem: Problem
    solution: Solution
    asking: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Driven:
    """One vehicle's day: visits as (trip, is the drop), when each is reached, and when the vehicle is back."""

    stops: tuple[tuple[int, bool], ...]
    at_s: tuple[int, ...]
    back_s: int


def running_day(*, trips: int, vehicles: int, asking: int, rng: Generator) -> RunningDay:
    """Return a day with ``trips`` planned trips on ``vehicles`` vehicles and ``asking`` callers.

    Raises
    ------
    SettingsError
        There are fewer trips than vehicles.
    BenchmarkError
        A route that was driven has no schedule: the schedule is at fault.
    """
    if trips < vehicles:
        cause = f"{trips} trips are too few for {vehicles} vehicles."
        raise SettingsError(code="too_few_trips", item="--trips", cause=cause, action="Ask for one a vehicle at least.")
    town = build_town(places=min(PLACES_MAX, 2 * (trips + asking) + 1), rng=rng)
    drawn = wishes(town, count=trips, rng=rng)
    shares = np.array_split(np.arange(trips), vehicles)
    days = [_drive(town, drawn, share.tolist(), rng) for share in shares]
    planned, callers = _promised(town, drawn, days), wishes(town, count=asking, rng=rng)
    end_s = max(DAY_END_S, *(day.back_s + 3600 for day in days))
    problem = service_day(town, joined(planned, callers), Cars(count=vehicles, lunch=False, end_s=end_s))
    return RunningDay(
        problem=problem,
        solution=_solution(problem, days),
        asking=tuple(range(trips, trips + asking)),
    )


def _drive(town: Town, trips: Trips, share: list[int], rng: Generator) -> _Driven:
    stops: list[tuple[int, bool]] = []
    left = list(share)
    while left:
        riders = [left.pop() for _ in range(2 if len(left) > 1 and rng.random() < SHARED else 1)]
        stops += [(trip, False) for trip in riders] + [(trip, True) for trip in riders]
    place, clock = 0, DAY_START_S
    at_s: list[int] = []
    for trip, is_drop in stops:
        nobody_aboard = not is_drop and (not at_s or stops[len(at_s) - 1][1])
        pause = int(rng.integers(0, LONGEST_PAUSE_S)) if nobody_aboard else 0
        there = int((trips.destination if is_drop else trips.origin)[trip])
        clock += int(town.travel_s[place, there]) + pause
        at_s.append(clock)
        place, clock = there, clock + (ALIGHTING_S if is_drop else BOARDING_S)
    return _Driven(stops=tuple(stops), at_s=tuple(at_s), back_s=clock + int(town.travel_s[place, 0]))


def _promised(town: Town, drawn: Trips, days: list[_Driven]) -> Trips:
    """Return the trips with windows around the moments at which they were driven."""
    boarded, dropped = np.zeros(drawn.count, np.int64), np.zeros(drawn.count, np.int64)
    for day in days:
        for (trip, is_drop), at in zip(day.stops, day.at_s, strict=True):
            (dropped if is_drop else boarded)[trip] = at
    direct = town.travel_s[drawn.origin, drawn.destination]
    usual = np.floor(RIDE_FACTOR * direct).astype(np.int64) + RIDE_CONSTANT_S
    opens = np.maximum(boarded - WAIT_S // 2, DAY_START_S)
    return Trips(
        origin=drawn.origin,
        destination=drawn.destination,
        earliest_s=np.concatenate([opens, opens]),
        latest_s=np.concatenate([opens + WAIT_S, np.maximum(dropped, boarded + usual)]),
        max_ride_s=np.maximum(usual, dropped - boarded),
        wheelchair=np.zeros(drawn.count, np.bool_),
        promised=np.ones(drawn.count, np.bool_),
    )


def _solution(problem: Problem, days: list[_Driven]) -> Solution:
    routes = []
    for vehicle, day in enumerate(days):
        visits = tuple(problem.drop(trip) if is_drop else trip for trip, is_drop in day.stops)
        timed = schedule(problem, vehicle, visits)
        if isinstance(timed, Infeasible):
            cause = f"It was driven, but has no schedule ({timed.rule})."
            raise BenchmarkError(code="no_schedule", item=f"vehicle {vehicle}", cause=cause, action="Report the seed.")
        routes.append(timed)
    served = {visit for route in routes for visit in route.visits}
    left = tuple(request for request in range(problem.n_requests) if request not in served)
    return Solution(routes=tuple(routes), unserved=left)
