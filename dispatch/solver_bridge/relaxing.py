"""A day whose promises may be kept later than they say, how late a plan of it is, and what lateness costs a search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from dispatch.model.times import MINUTE_S
from dispatch.solver_bridge.day_problem import DayProblem
from solver.problem import Problem, frozen
from solver.solution import Solution, TimedRoute
from solver.weights import Objective

LATEST_MIN = 480
"""Nobody is promised to be driven later than this after the promise; who cannot be is not driven at all."""

LATE_M = 300
"""Metres that a second of lateness is worth to a search: so many that it never drives less to be later."""


def relaxed(day: DayProblem, late_min: Mapping[int, int]) -> DayProblem:
    """The same day with the latest times of some requests moved on, whatever their time aboard; the past stays."""
    problem = day.problem
    latest, max_ride = problem.latest.copy(), problem.max_ride.copy()
    for request, minutes in late_min.items():
        for visit in (problem.pickup(request), problem.drop(request)):
            if problem.earliest[visit] < problem.latest[visit]:
                latest[visit] += minutes * MINUTE_S
        max_ride[request] += LATEST_MIN * MINUTE_S
    return replace(day, problem=frozen(problem._replace(latest=latest, max_ride=max_ride)))


def late_dear(day: DayProblem, late_min: Mapping[int, int]) -> Problem:
    """The problem of the relaxed day in which every second of lateness costs `LATE_M` metres."""
    problem = relaxed(day, late_min).problem
    visits = [visit for request in sorted(late_min) for visit in (problem.pickup(request), problem.drop(request))]
    movable = np.array([visit for visit in visits if problem.earliest[visit] < problem.latest[visit]], dtype=np.int32)
    return frozen(
        problem._replace(
            objective=Objective(lateness=LATE_M), soft_visit=movable, soft_latest=day.problem.latest[movable]
        )
    )


def late_in(day: DayProblem, solution: Solution) -> dict[int, int]:
    """Who is late in ``solution``, with the minutes; 0 for those who only ride too long."""
    return dict(late for route in solution.routes for late in late_on(day, route))


def late_on(day: DayProblem, timed: TimedRoute) -> Iterator[tuple[int, int]]:
    """Who is late on one route that was timed without their limits, with the minutes, rounded up."""
    problem, starts = day.problem, dict(zip(timed.visits, timed.starts, strict=True))
    n, latest, longest = problem.n_requests, problem.latest.tolist(), problem.max_ride.tolist()
    for request in [visit for visit in timed.visits if visit < n]:
        pickup, drop = starts[request], starts[n + request]
        over_s = max(pickup - latest[request], drop - latest[n + request], 0)
        rides_s = drop - pickup - int(problem.service[0, request])
        if over_s or rides_s > longest[request]:
            yield request, -(-over_s // MINUTE_S)
