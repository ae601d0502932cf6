"""From the solver's answer back to the business: routes of visits, judged by the independent checker."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import numpy as np

from dispatch.model.plan import BreakSlot, Proof, Route, Task, Visit
from dispatch.solver_bridge.day_problem import DayProblem
from dispatch.solver_bridge.in_force import drive_s
from solver.checker import check
from solver.objective import driving_cost
from solver.problem import Problem
from solver.solution import Solution, TimedRoute


def routes_of(day: DayProblem, solution: Solution, *, in_force: Sequence[Route] = ()) -> tuple[Route, ...]:
    """The routes of the shifts that drive, in the order of the shifts.

    ``in_force`` are the routes that ``day.solution`` was read from, under the same travel times: those that
    ``solution`` leaves as they are need not be written again.
    """
    standing = {route.shift_id: route for route in in_force}
    return tuple(
        next(_as_it_stands(day, v, timed, standing), None) or _route(day, v, timed)
        for v, timed in enumerate(stated(day, solution).routes)
        if timed.visits or day.behind[v].visits
    )


def judged(day: DayProblem, solution: Solution, *, at: datetime) -> Proof:
    """The checker's word on ``solution``, as it will be stored."""
    problem, stored = day.stated, stated(day, solution)
    return Proof(
        checked_at=at,
        problem_digest=problem_digest(problem),
        visits_checked=sum(len(timed.visits) for timed in stored.routes),
        violations=tuple(violation.text for violation in check(problem, stored)),
    )


def stated(day: DayProblem, solution: Solution) -> Solution:
    """``solution`` as it is stored: a vehicle with nothing left to do comes home when it can, and stands there."""
    routes = tuple(_home(day, v, timed) for v, timed in enumerate(solution.routes))
    return Solution(routes=routes, unserved=solution.unserved)


def _home(day: DayProblem, vehicle: int, timed: TimedRoute) -> TimedRoute:
    if not timed.visits or day.behind[vehicle].reported or timed.visits != day.problem.prefix_of(vehicle):
        return timed
    last = timed.visits[-1]
    free_s = timed.starts[-1] + int(day.service[0, last])
    end = int(day.problem.end_place[vehicle])
    home_s = free_s + drive_s(day.problem, int(day.problem.place_of_visit[last]), end, leave_s=free_s)
    for index, start_s in timed.break_starts:
        if free_s <= start_s < home_s:
            home_s += int(day.rests[index])
    return replace(timed, arrive=home_s)


def problem_digest(problem: Problem) -> str:
    """SHA-256 (hex) over every field of the problem in order, each array with its shape."""
    digest = hashlib.sha256()
    for name, value in zip(problem._fields, problem, strict=True):
        shape = value.shape if isinstance(value, np.ndarray) else ()
        digest.update(f"{name}{shape}".encode())
        digest.update(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
    return digest.hexdigest()


def _as_it_stands(day: DayProblem, vehicle: int, timed: TimedRoute, standing: Mapping[str, Route]) -> Iterator[Route]:
    """The route in force of a vehicle, when ``timed`` is what was read from it, trip by trip."""
    route = standing.get(day.shifts[vehicle].shift_id)
    if route is not None and timed is day.solution.routes[vehicle] and not day.behind[vehicle].reported:
        trips = [day.rides[visit % len(day.rides)].reservation_id for visit in timed.visits]
        if trips == [visit.reservation_id for visit in route.visits]:
            yield route


def _route(day: DayProblem, vehicle: int, timed: TimedRoute) -> Route:
    if day.behind[vehicle].reported:
        return _driven_on(day, vehicle, timed)
    visits = tuple(_visit(day, number, at) for number, at in zip(timed.visits, timed.starts, strict=True))
    shift = day.shifts[vehicle]
    return Route(
        shift_id=shift.shift_id,
        vehicle_id=shift.vehicle_id,
        visits=visits,
        depart_s=timed.depart,
        arrive_s=timed.arrive,
        breaks=tuple(_break(day, index, start_s, visits) for index, start_s in timed.break_starts),
        distance_m=driving_cost(day.problem, vehicle, timed.visits),
    )


def _driven_on(day: DayProblem, vehicle: int, timed: TimedRoute) -> Route:
    """What a vehicle has done, as it was reported, and what it has still to do."""
    problem, past, shift = day.problem, day.behind[vehicle], day.shifts[vehicle]
    ahead = timed.visits[past.leading :]
    coming = tuple(_visit(day, number, at) for number, at in zip(ahead, timed.starts[past.leading :], strict=True))
    visits = (*past.visits, *coming)
    breaks = [*past.breaks]
    for index, start_s in timed.break_starts[len(past.breaks) :]:
        breaks.append(_break(day, index, start_s, visits))
    places = [*past.places, *(int(problem.place_of_visit[number]) for number in ahead), int(problem.end_place[vehicle])]
    ready_s = int(problem.shift_earliest[vehicle])
    home_s = drive_s(problem, int(problem.start_place[vehicle]), int(problem.end_place[vehicle]), leave_s=ready_s)
    return Route(
        shift_id=shift.shift_id,
        vehicle_id=shift.vehicle_id,
        visits=visits,
        depart_s=past.depart_s,
        arrive_s=timed.arrive if ahead else ready_s + home_s,
        breaks=tuple(breaks),
        distance_m=sum(int(problem.cost[a, b]) for a, b in pairwise(places)),
    )


def _visit(day: DayProblem, number: int, start_s: int) -> Visit:
    ride, boards = day.rides[number % len(day.rides)], number < len(day.rides)
    return Visit(
        reservation_id=ride.reservation_id,
        task=Task.BOARD if boards else Task.ALIGHT,
        spot_key=(ride.origin if boards else ride.destination).key,
        start_s=start_s,
        service_s=ride.boarding_s if boards else ride.alighting_s,
    )


def _break(day: DayProblem, index: int, start_s: int, visits: tuple[Visit, ...]) -> BreakSlot:
    before = sum(1 for visit in visits if visit.start_s + visit.service_s <= start_s)
    return BreakSlot(start_s=start_s, duration_s=int(day.rests[index]), after_visit=before)
