"""Bellman-Ford over one route's constraints, tabulated tick by tick: the tests' own judge of schedules.

Written from the text of `solver.problem.Problem` alone. Every break is a node of its own; every
order-preserving way to put the breaks into the gaps is tried. A constraint between two nodes is a table that
says for every tick of the one what it asks of the other, so it may be any rule of time whatever.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from solver.problem import Problem

HORIZON = 1600
"""Every time of the tests' problems lies below; a route that needs more has no schedule."""

TICKS = np.arange(HORIZON)

Table = NDArray[np.int64]
Edge = tuple[int, int, Table]


class Leg:
    """What the way from one node to the next asks for, wherever the breaks are; each table is made once."""

    def __init__(self, arrival: Table, *, service: int, idle_limit: int) -> None:
        self.not_idle = _not_idle(arrival, service, idle_limit)
        self._arrival, self._service = arrival, service
        self._driven: dict[int, Table] = {}

    def driven(self, pause: int) -> Table:
        """For every start of the service the arrival, with breaks of ``pause`` on the way."""
        if pause not in self._driven:
            slower = np.maximum(self._arrival + pause, _shifted(self._arrival, pause))
            self._driven[pause] = _shifted(slower, self._service)
        return self._driven[pause]


def arrivals(problem: Problem, origin: int, destination: int) -> Table:
    """For every tick of leaving the arrival: the best of all ticks at which one may drive off, now or later."""
    period = np.searchsorted(problem.period_start, TICKS, side="right") - 1
    driven_at_once = TICKS + problem.travel[np.maximum(period, 0), origin, destination]
    return np.minimum.accumulate(driven_at_once[::-1])[::-1]


def earliest_times(problem: Problem, vehicle: int, visits: tuple[int, ...]) -> list[list[int]]:
    """Least service starts for every feasible placing of the breaks; empty when the route has no schedule."""
    found = []
    legs = route_legs(problem, vehicle, visits)
    for gap_of in break_placings(problem, vehicle, visits):
        times = _least(*route_rules(problem, vehicle, visits, gap_of, legs))
        if times:
            found.append(times[1 : len(visits) + 1])
    return found


def break_placings(problem: Problem, vehicle: int, visits: tuple[int, ...]) -> list[dict[int, int]]:
    """Every order-preserving way to put the breaks of the vehicle into gaps: break -> gap, see `route_rules`."""
    n, last = problem.n_requests, len(visits) + 1
    breaks = [b for b in range(len(problem.break_vehicle)) if problem.break_vehicle[b] == vehicle]
    aboard, empty_legs = set[int](), [1]
    for position, visit in enumerate(visits, start=1):
        aboard ^= {visit % n}
        if not aboard:
            empty_legs.append(position + 1)
    choices = combinations_with_replacement([0, *empty_legs, last + 1], len(breaks))
    return [dict(zip(breaks, gaps, strict=True)) for gaps in choices]


@cache
def _later(by: int) -> Table:
    """At least ``by`` after the other node (before it, when negative)."""
    return np.maximum(TICKS + by, 0)


def _shifted(table: Table, by: int) -> Table:
    """What ``table`` says ``by`` ticks later; beyond the horizon it asks for what nobody can do."""
    return np.concatenate([table[by:], np.full(min(by, HORIZON), HORIZON)])


def _not_idle(arrival: Table, service: int, limit: int) -> Table:
    """For every start of the next service the least start of this one that makes nobody wait too long."""
    ready = _shifted(arrival, service) + limit
    return np.searchsorted(ready, TICKS, side="left").astype(np.int64)


def route_legs(problem: Problem, vehicle: int, visits: tuple[int, ...]) -> list[Leg]:
    """The legs of the route, the same wherever the breaks are: leg ``i`` leads from node ``i`` to the next."""
    place = [problem.start_place[vehicle], *problem.place_of_visit[list(visits)], problem.end_place[vehicle]]
    service = _services(problem, vehicle, visits)
    return [
        Leg(arrivals(problem, place[i], place[i + 1]), service=service[i], idle_limit=problem.idle_aboard_limit)
        for i in range(len(visits) + 1)
    ]


def _services(problem: Problem, vehicle: int, visits: tuple[int, ...]) -> list[int]:
    """How long each node from the start to the end of the route is served."""
    return [0, *problem.service[problem.class_of_vehicle[vehicle]][list(visits)].tolist(), 0]


def route_rules(
    problem: Problem, vehicle: int, visits: tuple[int, ...], gap_of: dict[int, int], legs: list[Leg]
) -> tuple[list[tuple[int, int]], list[Edge]]:
    """Bounds of every node, and ``(i, j, table)``: x_j >= table[x_i]. Nodes: 0 start, 1..m visits, m + 1 end, breaks.

    Gap 0 comes before node 0, gap ``i`` lies between the nodes ``i - 1`` and ``i``, gap ``m + 2`` after node ``m + 1``.
    """
    n, last = problem.n_requests, len(visits) + 1
    service = _services(problem, vehicle, visits)
    shift = int(problem.shift_earliest[vehicle]), int(problem.shift_latest[vehicle])
    bounds = [shift, *((int(problem.earliest[v]), int(problem.latest[v])) for v in visits), shift]
    edges = [(last, 0, _later(-int(problem.max_duration[vehicle])))]
    riders = 0
    for i in range(last):
        riders += 0 if i == 0 else (1 if visits[i - 1] < n else -1)
        pause = sum(int(problem.break_duration[b]) for b, gap in gap_of.items() if gap == i + 1)
        edges.append((i, i + 1, legs[i].driven(pause)))
        if riders:
            edges.append((i + 1, i, legs[i].not_idle))
    for i, visit in enumerate(visits, start=1):
        if visit < n:
            drop = visits.index(visit + n) + 1
            edges.append((drop, i, _later(-service[i] - int(problem.max_ride[visit]))))
            outbound = int(problem.linked_to[visit])
            if outbound >= 0 and outbound + n in visits:
                at = visits.index(outbound + n) + 1
                edges.append((at, i, _later(service[at] + int(problem.link_stay[visit]))))
    length_before = 0
    for b, gap in gap_of.items():
        node, length = len(bounds), int(problem.break_duration[b])
        first, latest = int(problem.break_earliest[b]), int(problem.break_latest[b])
        bounds.append((max(first, shift[0]), min(latest, shift[1] - length)))
        if gap > 0:
            edges.append((gap - 1, node, _later(service[gap - 1])))
        if gap <= last:
            edges.append((node, gap, _later(length)))
        if len(bounds) > last + 2:
            edges.append((node - 1, node, _later(length_before)))
        length_before = length
    return bounds, edges


def _least(bounds: list[tuple[int, int]], edges: list[Edge]) -> list[int]:
    """Least times within the bounds that meet every constraint, or an empty list."""
    if any(low > high for low, high in bounds):
        return []
    times, moved = [low for low, _ in bounds], True
    while moved:
        moved = False
        for i, j, asked in edges:
            least = int(asked[times[i]])
            if least > times[j]:
                if least > bounds[j][1]:
                    return []
                times[j], moved = least, True
    return times
