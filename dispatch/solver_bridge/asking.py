"""One more trip asked for on a day that is in numbers already: a request is added, nothing is worked out anew.

The numbers are those of `dispatch.solver_bridge.day_problem.day_problem` with the trip as its last, but for the order
of the places: those that only the new trip needs come last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from dispatch.solver_bridge.day_problem import DayProblem
from dispatch.solver_bridge.ride import Ride
from dispatch.solver_bridge.travel import SpotTable, TravelBook
from dispatch.solver_bridge.trip_rows import link_of
from solver.problem import Problem, Whole, frozen
from solver.solution import Solution, TimedRoute

Kind = TypeVar("Kind", np.int32, np.int64, np.bool_)


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
        table = book.grown(SpotTable(day.problem.travel[0], day.problem.cost), points)
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
    return problem._replace(
        earliest=_with_visits(problem.earliest, [promise.pickup_earliest_s, boarded_s]),
        latest=_with_visits(problem.latest, [promise.pickup_latest_s, promise.arrival_latest_s]),
        max_ride=_with_row(problem.max_ride, promise.ride_max_s),
        load=_with_row(problem.load, ride.seats),
        mandatory=_with_row(problem.mandatory, ride.promised),
        penalty=_with_row(problem.penalty, 0),
        exclusive=_with_row(problem.exclusive, False),
        compatible=_with_row(problem.compatible, [not shift.stopped for shift in day.shifts]),
        locked_vehicle=_with_row(problem.locked_vehicle, -1),
        linked_to=_with_row(problem.linked_to, link_of(ride, day.rides)),
        link_stay=_with_row(problem.link_stay, 0),
        prefix_visit=problem.prefix_visit + (problem.prefix_visit >= n).astype(np.int32),
    )


def _with_visits(values: NDArray[Whole], new: Sequence[int]) -> NDArray[Whole]:
    """An array by visit with a pick-up after the others' and a drop after theirs; read-only."""
    n = values.shape[-1] // 2
    grown = np.empty((*values.shape[:-1], 2 * n + 2), dtype=values.dtype)
    grown[..., :n], grown[..., n + 1 : -1] = values[..., :n], values[..., n:]
    grown[..., n], grown[..., -1] = new
    grown.setflags(write=False)
    return grown


def _with_row(values: NDArray[Kind], new: int | Sequence[int]) -> NDArray[Kind]:
    """An array by request with one row more; read-only."""
    n = len(values)
    grown = np.empty((n + 1, *values.shape[1:]), dtype=values.dtype)
    grown[:n], grown[n] = values, new
    grown.setflags(write=False)
    return grown


def _renumbered(solution: Solution, *, n: int) -> Solution:
    """The same routes where drops are numbered from ``n + 1`` on; the new request is on none."""

    def renumbered(route: TimedRoute) -> TimedRoute:
        return replace(route, visits=tuple([visit if visit < n else visit + 1 for visit in route.visits]))

    return Solution(routes=tuple(map(renumbered, solution.routes)), unserved=(*solution.unserved, n))
