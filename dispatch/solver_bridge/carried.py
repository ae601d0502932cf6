"""A day in numbers carried over to its next state: what came, went or changed is worked out, the rest is taken over.

Bookings, cancellations and better plans leave most of a day as it was. The numbers are those of
`dispatch.solver_bridge.day_problem.day_problem`, but for the order of the places, among which some may be left that no
trip needs any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from dispatch.model.day_state import DayState
from dispatch.solver_bridge.day_problem import DayProblem, idle_aboard_limit_s
from dispatch.solver_bridge.in_force import solution_of
from dispatch.solver_bridge.ride import Ride, rides_of
from dispatch.solver_bridge.travel import SpotTable, TravelBook
from dispatch.solver_bridge.trip_rows import rows_in, trip_rows
from maps.geo import LatLon
from solver.problem import Problem, frozen
from solver.solution import TimedRoute

WASTE_MAX = 1.25
"""So many times the places needed are kept at most; beyond that the day is put into numbers anew."""


def can_carry(before: DayState, after: DayState) -> bool:
    """Whether only trips and routes may have changed between two states of one day, of which nothing has begun."""
    return (
        before.catalog_version == after.catalog_version
        and before.shifts is after.shifts
        and before.rules is after.rules
        and before.roads == after.roads == ()
    )


def carried(day: DayProblem, before: DayState, after: DayState, *, book: TravelBook) -> DayProblem | None:
    """``day``, which is ``before`` in numbers, as ``after`` in numbers; ``None`` when that is better done anew.

    Only when `can_carry` says so and nothing has begun in either, nor been reported.

    Raises
    ------
    InvalidInput, SetupError
        As `dispatch.solver_bridge.travel.TravelBook.table`.
    """
    rides = rides_of(after.reservations)
    row_of = {id(ride): r for r, ride in enumerate(day.rides)}
    source = [row_of.get(id(ride), -1) for ride in rides]
    points, problem = _problem(day, rides, source, after, book=book)
    if len(points) > WASTE_MAX * _needed(problem):
        return None
    known = dict(_unchanged(day, before, after, source))
    behind, service = day.behind, problem.service
    return DayProblem(
        problem=problem,
        service=service,
        rides=rides,
        shifts=after.shifts,
        solution=solution_of(problem, after.plan.routes, rides=rides, shifts=after.shifts, behind=behind, known=known),
        rests=day.rests,
        behind=behind,
        points=points,
        wait_over_s=after.plan.wait_over_s,
    )


def _problem(
    day: DayProblem, rides: tuple[Ride, ...], source: Sequence[int], after: DayState, *, book: TravelBook
) -> tuple[tuple[LatLon, ...], Problem]:
    """The problem of ``rides``, of which number ``r`` was number ``source[r]`` before, or is new (-1)."""
    limit_s = idle_aboard_limit_s(after)
    if source == list(range(len(day.rides))):
        return day.points, day.problem._replace(idle_aboard_limit=limit_s)
    fresh = [ride for ride, before in zip(rides, source, strict=True) if before < 0]
    points = tuple(dict.fromkeys((*day.points, *(end.at for ride in fresh for end in (ride.origin, ride.destination)))))
    coming = iter(range(len(day.rides), len(day.rides) + len(fresh)))
    order = [before if before >= 0 else next(coming) for before in source]
    more = trip_rows(fresh, shifts=after.shifts, place={point: p for p, point in enumerate(points)})
    rows = rows_in(day.problem).and_then(more)
    if order != list(range(len(day.rides) + len(fresh))):  # the latest booking mostly stands last
        rows = rows.taken(order)
    problem = rows.laid_into(day.problem, rides)
    if len(points) > len(day.points):
        table = book.grown(SpotTable(day.problem.travel[0], day.problem.cost), points)
        problem = problem._replace(travel=table.travel_s[np.newaxis], cost=table.distance_m)
    return points, frozen(problem._replace(idle_aboard_limit=limit_s))


def _needed(problem: Problem) -> int:
    """How many places are those of a visit, or of a vehicle."""
    ends = (*problem.start_place.tolist(), *problem.end_place.tolist())
    return len({*problem.place_of_visit.tolist(), *ends})


def _unchanged(
    day: DayProblem, before: DayState, after: DayState, source: Sequence[int]
) -> Iterator[tuple[int, TimedRoute]]:
    """The routes in numbers, by vehicle, that are in both plans with all their visits."""
    was, now = ({route.shift_id: route for route in state.plan.routes} for state in (before, after))
    n, m = len(day.rides), len(source)
    new_of = {old: new for new, old in enumerate(source) if old >= 0}
    for v, (shift, timed) in enumerate(zip(after.shifts, day.solution.routes, strict=True)):
        route = now.get(shift.shift_id)
        if route is not was.get(shift.shift_id) or (route is not None and len(route.visits) != len(timed.visits)):
            continue
        if all(visit % n in new_of for visit in timed.visits):
            numbers = tuple([new_of[visit] if visit < n else m + new_of[visit - n] for visit in timed.visits])
            yield v, timed if numbers == timed.visits else replace(timed, visits=numbers)
