"""One more trip asked for on a day that is in numbers already: a request is added, nothing is worked out anew.

The numbers are those of `dispatch.solver_bridge.day_problem.day_problem` with the trip as its last, but for the order
of the places: those that only the new trip needs come last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dispatch.solver_bridge.day_problem import DayProblem
from dispatch.solver_bridge.ride import Ride
from dispatch.solver_bridge.travel import TravelBook
from dispatch.solver_bridge.trip_rows import link_of
from solver.problem import Problem, Whole, frozen
from solver.solution import Solution, TimedRoute


def asked(day: DayProblem, ride: Ride, *, book: TravelBook) -> DayProblem:
    """The same day with ``ride``, bound to no shift, as its last request; no visit of it is on a route.

    Raises
    ------
    ValueError
        The times of ``day`` change during the day: what a closed road does to a new point is found by `day_problem`.
    InvalidInput, SetupError
        As `dispatch.solver_bridge.travel.TravelBook.table`.
    """
    if len(day.problem.period_start) > 1:
        raise ValueError("the day has several periods")
    ends = (ride.origin.at, ride.destination.at)
    points = tuple(dict.fromkeys((*day.points, *ends)))
    kerb = (ride.boarding_s, ride.alighting_s)
    problem = _with_request(day, ride)._replace(
        place_of_visit=_with_visits(day.problem.place_of_visit, [points.index(at) for at in ends]),
        service=_with_visits(day.problem.service, kerb),
    )
    if len(points) > len(day.points):
        table = book.table(points)
        problem = problem._replace(travel=table.travel_s[np.newaxis], cost=table.distance_m)
    return replace(
        day,
        problem=frozen(problem),
        service=_with_visits(day.service, kerb),
        rides=(*day.rides, ride),
        points=points,
        solution=_renumbered(day.solution, n=len(day.rides)),
    )


def _with_request(day: DayProblem, ride: Ride) -> Problem:
    problem, promise, n = day.problem, ride.promise, len(day.rides)
    boarded_s = promise.pickup_earliest_s + ride.boarding_s
    able = np.array([not shift.stopped for shift in day.shifts], dtype=np.bool_)
    return problem._replace(
        earliest=_with_visits(problem.earliest, [promise.pickup_earliest_s, boarded_s]),
        latest=_with_visits(problem.latest, [promise.pickup_latest_s, promise.arrival_latest_s]),
        max_ride=np.append(problem.max_ride, promise.ride_max_s),
        load=np.vstack([problem.load, np.array(ride.seats, dtype=np.int32)]),
        mandatory=np.append(problem.mandatory, ride.promised),
        penalty=np.append(problem.penalty, 0),
        exclusive=np.append(problem.exclusive, False),
        compatible=np.vstack([problem.compatible, able]),
        locked_vehicle=np.append(problem.locked_vehicle, np.int32(-1)),
        linked_to=np.append(problem.linked_to, np.int32(link_of(ride, day.rides))),
        link_stay=np.append(problem.link_stay, 0),
        prefix_visit=problem.prefix_visit + (problem.prefix_visit >= n).astype(np.int32),
    )


def _with_visits(values: NDArray[Whole], new: Sequence[int]) -> NDArray[Whole]:
    """An array by visit with a pick-up after the others' and a drop after theirs; read-only."""
    n = values.shape[-1] // 2
    grown = np.insert(values, [n, 2 * n], np.array(new, dtype=values.dtype), axis=-1)
    grown.setflags(write=False)
    return grown


def _renumbered(solution: Solution, *, n: int) -> Solution:
    """The same routes where drops are numbered from ``n + 1`` on; the new request is on none."""

    def renumbered(route: TimedRoute) -> TimedRoute:
        return replace(route, visits=tuple([visit + (visit >= n) for visit in route.visits]))

    return Solution(routes=tuple(map(renumbered, solution.routes)), unserved=(*solution.unserved, n))
