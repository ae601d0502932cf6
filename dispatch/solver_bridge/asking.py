"""One more trip asked for on a day that is in numbers already: a request is added, nothing is worked out anew.

The numbers are those of `dispatch.solver_bridge.day_problem.day_problem` with the trip as its last, but for the order
of the places: those that only the new trip needs come last.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dispatch.solver_bridge.day_problem import DayProblem
from dispatch.solver_bridge.ride import Ride
from dispatch.solver_bridge.travel import SpotTable, TravelBook
from dispatch.solver_bridge.trip_rows import beside, rows_in, trip_rows
from solver.problem import frozen
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
    points = tuple(dict.fromkeys((*day.points, ride.origin.at, ride.destination.at)))
    place = {end.at: points.index(end.at) for end in (ride.origin, ride.destination)}
    one, rides, n = trip_rows((ride,), shifts=day.shifts, place=place), (*day.rides, ride), len(day.rides)
    problem = rows_in(day.problem).and_then(one).laid_into(day.problem, rides)
    problem = problem._replace(prefix_visit=problem.prefix_visit + (problem.prefix_visit >= n).astype(np.int32))
    if len(points) > len(day.points):
        table = book.grown(SpotTable(day.problem.travel[0], day.problem.cost), points)
        problem = problem._replace(travel=table.travel_s[np.newaxis], cost=table.distance_m)
    kerb = beside(day.service.reshape(2, -1), one.service).reshape(1, -1)
    return replace(
        day,
        problem=frozen(problem),
        service=kerb,
        rides=rides,
        points=points,
        solution=_renumbered(day.solution, n=n),
    )


def _renumbered(solution: Solution, *, n: int) -> Solution:
    """The same routes where drops are numbered from ``n + 1`` on; the new request is on none."""

    def renumbered(route: TimedRoute) -> TimedRoute:
        return TimedRoute(
            visits=tuple([visit if visit < n else visit + 1 for visit in route.visits]),
            starts=route.starts,
            depart=route.depart,
            arrive=route.arrive,
            break_starts=route.break_starts,
        )

    return Solution(routes=tuple(map(renumbered, solution.routes)), unserved=(*solution.unserved, n))
