"""Bellman-Ford over one route's difference constraints: the tests' own judge of schedules.

Written from the text of `solver.problem.Problem` alone. Every break is a node of its own; every
order-preserving way to put the breaks into the gaps is tried.
"""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np

from solver.problem import Problem

Edge = tuple[int, int, int]


def earliest_times(problem: Problem, vehicle: int, visits: tuple[int, ...]) -> list[list[int]]:
    """Least service starts for every feasible placing of the breaks; empty when the route has no schedule."""
    n, last = problem.n_requests, len(visits) + 1
    breaks = [b for b in range(len(problem.break_vehicle)) if problem.break_vehicle[b] == vehicle]
    aboard, empty_legs = set[int](), [1]
    for position, visit in enumerate(visits, start=1):
        aboard ^= {visit % n}
        if not aboard:
            empty_legs.append(position + 1)
    found = []
    for gaps in combinations_with_replacement([0, *empty_legs, last + 1], len(breaks)):
        edges = _route_edges(problem, vehicle, visits, dict(zip(breaks, gaps, strict=True)))
        times = _longest(last + 1 + len(breaks) + 1, edges)
        if times:
            found.append(times[1:last])
    return found


def _route_edges(problem: Problem, vehicle: int, visits: tuple[int, ...], gap_of: dict[int, int]) -> list[Edge]:
    """``(i, j, w)``: x_j >= x_i + w. Nodes: 0 start, 1..m visits, m + 1 end, then breaks, then time zero.

    Gap 0 comes before node 0, gap ``i`` lies between the nodes ``i - 1`` and ``i``, gap ``m + 2`` after node ``m + 1``.
    """
    n, last, zero = problem.n_requests, len(visits) + 1, len(visits) + 2 + len(gap_of)
    service = [0, *problem.service[problem.class_of_vehicle[vehicle]][list(visits)].tolist(), 0]
    place = [problem.start_place[vehicle], *problem.place_of_visit[list(visits)], problem.end_place[vehicle]]
    shift = int(problem.shift_earliest[vehicle]), int(problem.shift_latest[vehicle])
    windows = [shift, *((int(problem.earliest[v]), int(problem.latest[v])) for v in visits), shift]
    edges = [e for i, (low, high) in enumerate(windows) for e in ((zero, i, low), (i, zero, -high))]
    edges.append((last, 0, -int(problem.max_duration[vehicle])))
    node_of = {b: last + 1 + k for k, b in enumerate(gap_of)}
    riders = 0
    for i in range(last):
        riders += 0 if i == 0 else (1 if visits[i - 1] < n else -1)
        drive = service[i] + int(problem.travel[0, place[i], place[i + 1]])
        pause = sum(int(problem.break_duration[b]) for b, gap in gap_of.items() if gap == i + 1)
        edges.append((i, i + 1, drive + pause))
        if riders:
            edges.append((i + 1, i, -drive - problem.idle_aboard_limit))
    for i, visit in enumerate(visits, start=1):
        if visit < n:
            drop = visits.index(visit + n) + 1
            edges.append((drop, i, -service[i] - int(problem.max_ride[visit])))
            outbound = int(problem.linked_to[visit])
            if outbound >= 0 and outbound + n in visits:
                at = visits.index(outbound + n) + 1
                edges.append((at, i, service[at] + int(problem.link_stay[visit])))
    previous = -1
    for b, gap in gap_of.items():
        node, length = node_of[b], int(problem.break_duration[b])
        edges += [(zero, node, int(problem.break_earliest[b])), (node, zero, -int(problem.break_latest[b]))]
        edges += [(zero, node, shift[0]), (node, zero, length - shift[1])]
        if gap > 0:
            edges.append((gap - 1, node, service[gap - 1]))
        if gap <= last:
            edges.append((node, gap, length))
        if previous >= 0:
            edges.append((node_of[previous], node, int(problem.break_duration[previous])))
        previous = b
    return edges


def _longest(nodes: int, edges: list[Edge]) -> list[int]:
    """Longest distances from the last node, or an empty list when a positive cycle makes them endless."""
    tail, head, weight = (np.array(column) for column in zip(*edges, strict=True))
    far = np.full(nodes, -(10**9))
    far[-1] = 0
    for _ in range(nodes + 1):
        further = far.copy()
        np.maximum.at(further, head, far[tail] + weight)
        if (further == far).all():
            return [int(x) for x in far]
        far = further
    return []
