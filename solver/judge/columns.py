"""A plan in columns: the used routes end to end, so that a rule is asked of every visit or leg of the day at once.

``U`` used routes with ``M`` visits have ``L = M + U`` legs: from the start place to the first visit, and so on, to the
end place. The routes stand in the order of the vehicles. Nothing is taken for granted but that the plan is not
malformed: visits may be made twice, drops may come before their pick-ups, times may fall.
"""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

import numpy as np

from solver.problem import Bool, Int32, Int64, Problem
from solver.solution import Solution, TimedRoute


class Routes(NamedTuple):
    """One row per used route, (U,)."""

    vehicle: Int64
    depart: Int64  # ticks
    arrive: Int64  # ticks
    outset: Int64  # its first leg, from the start place
    home: Int64  # its last leg, to the end place


class Visits(NamedTuple):
    """One row per visit, (M,)."""

    route: Int64  # row of its route
    vehicle: Int64
    visit: Int64
    request: Int64
    boards: Bool  # a pick-up, not a drop
    start: Int64  # ticks, the service begins
    end: Int64  # ticks, the service is over


class Mates(NamedTuple):
    """Where its route makes the other visit of a visit's request, (M,): a row of `Visits`, or -1."""

    before: Int64  # the nearest before
    after: Int64  # the nearest after
    last: Int64


class Legs(NamedTuple):
    """One row per leg, (L,)."""

    leave: Int64  # ticks, the service before it is over
    reach: Int64  # ticks, the service after it begins
    riders: Int64  # requests aboard
    origin: Int64  # place
    destination: Int64  # place
    into: Int64  # (M,) the leg that leads to each visit; the one after it leads away from there


class Columns(NamedTuple):
    """The plan. ``timed`` are the used routes as they are stated; ``load`` (S, M) the seats taken after each visit."""

    problem: Problem
    timed: tuple[TimedRoute, ...]
    unserved: tuple[int, ...]
    routes: Routes
    visits: Visits
    mates: Mates
    load: Int64
    legs: Legs


def columns(problem: Problem, solution: Solution) -> Columns:
    """The columns of a plan in which nothing is malformed."""
    used = [vehicle for vehicle, route in enumerate(solution.routes) if route.visits]
    timed = tuple(solution.routes[vehicle] for vehicle in used)
    sizes = np.array([len(route.visits) for route in timed], np.int64)
    home = (sizes + 1).cumsum() - 1
    routes = Routes(
        vehicle=np.array(used, np.int64),
        depart=np.array([route.depart for route in timed], np.int64),
        arrive=np.array([route.arrive for route in timed], np.int64),
        outset=home - sizes,
        home=home,
    )
    visits = _visits(problem, timed, routes, np.arange(len(timed)).repeat(sizes))
    mates = _mates(problem.n_requests, visits)
    aboard = _aboard(problem, routes, visits, mates)
    return Columns(
        problem=problem,
        timed=timed,
        unserved=solution.unserved,
        routes=routes,
        visits=visits,
        mates=mates,
        load=aboard[1:],
        legs=_legs(problem, routes, visits, aboard[0]),
    )


def _visits(problem: Problem, timed: tuple[TimedRoute, ...], routes: Routes, route: Int64) -> Visits:
    vehicle = routes.vehicle[route]
    visit = np.fromiter(chain.from_iterable(one.visits for one in timed), np.int64, len(route))
    start = np.fromiter(chain.from_iterable(one.starts for one in timed), np.int64, len(route))
    boards = visit < problem.n_requests
    return Visits(
        route=route,
        vehicle=vehicle,
        visit=visit,
        request=np.where(boards, visit, visit - problem.n_requests),
        boards=boards,
        start=start,
        end=start + problem.service[problem.class_of_vehicle[vehicle], visit],
    )


def _mates(n: int, visits: Visits) -> Mates:
    """Every row gets a number that orders by route, then by visit, then by row; mates are looked up among these."""
    size = len(visits.route)
    row, group = np.arange(size), visits.route * (2 * n) + visits.visit
    numbers = np.sort(group * size + row)
    first = (group + np.where(visits.boards, n, -n)) * size  # the number of a mate is this plus its row
    here, end = numbers.searchsorted(first + row), numbers.searchsorted(first + size)
    before, after, last = (numbers.take(place, mode="clip") - first for place in (here - 1, here, end - 1))
    before[(before < 0) | (before >= row)] = -1
    after[(after <= row) | (after >= size)] = -1
    last[(last < 0) | (last >= size)] = -1
    return Mates(before=before, after=after, last=last)


def _aboard(problem: Problem, routes: Routes, visits: Visits, mates: Mates) -> Int64:
    """(1 + S, M) after each visit: the requests aboard, then the seats that they take, by kind.

    A request rides from its pick-up to its next drop on the route; without one, to the end of the route.
    """
    size, kinds = len(visits.route), problem.load.shape[1]
    boarding = np.ones((1 + kinds, size), np.int64)
    boarding[1:] = problem.load.take(visits.request, axis=0).T
    boarding *= visits.boards
    over = routes.home - np.arange(len(routes.home))  # the row after the last of a route
    leaves = np.where(mates.after >= 0, mates.after, over[visits.route])
    change = np.zeros((1 + kinds, size + 1), np.int64)
    change[:, :size] = boarding
    for kind, seats in zip(change, boarding, strict=True):
        np.subtract.at(kind, leaves, seats)
    aboard: Int64 = change[:, :size].cumsum(axis=1)
    return aboard


def _legs(problem: Problem, routes: Routes, visits: Visits, riders: Int64) -> Legs:
    into = np.arange(len(visits.route)) + visits.route
    place, nobody = problem.place_of_visit[visits.visit], np.zeros(len(routes.vehicle), np.int64)
    return Legs(
        leave=_column(routes.outset, routes.depart, into + 1, visits.end),
        reach=_column(routes.home, routes.arrive, into, visits.start),
        riders=_column(routes.outset, nobody, into + 1, riders),
        origin=_column(routes.outset, problem.start_place[routes.vehicle], into + 1, place),
        destination=_column(routes.home, problem.end_place[routes.vehicle], into, place),
        into=into,
    )


def _column(rows: Int64, values: Int64 | Int32, other_rows: Int64, other_values: Int64 | Int32) -> Int64:
    """The values at their rows."""
    column = np.empty(len(rows) + len(other_rows), np.int64)
    column[rows], column[other_rows] = values, other_values
    return column
