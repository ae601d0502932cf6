"""The least weighted cost of one route by linear programming: the tests' own judge of chosen times.

The constraints are those of `timing_oracle`, the costs are written from the text of `solver.objective`. Differences
of whole numbers under such constraints have whole optima, so the value can be compared exactly.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from solver.problem import Problem
from tests.solver.timing_oracle import HORIZON, TICKS, Leg, break_placings, route_legs, route_rules

Row = dict[int, float]


def least_terms(problem: Problem, vehicle: int, visits: tuple[int, ...]) -> int | None:
    """Working time, excess ride, lateness and re-timing at their weighted best; None without a schedule."""
    found = []
    legs = route_legs(problem, vehicle, visits)
    for gap_of in break_placings(problem, vehicle, visits):
        rows, bounds, nodes = [], [], 2 + len(visits) + len(gap_of)
        for i, j, w in _edges(problem, vehicle, visits, gap_of, legs):
            row: Row = {}
            if i != nodes:
                row[i] = row.get(i, 0) + 1.0
            if j != nodes:
                row[j] = row.get(j, 0) - 1.0
            rows.append(row)
            bounds.append(-w)
        value = _solved(problem, vehicle, visits, (rows, bounds, nodes))
        if value is not None:
            found.append(value)
    return min(found, default=None)


def _edges(
    problem: Problem, vehicle: int, visits: tuple[int, ...], gap_of: dict[int, int], legs: list[Leg]
) -> list[tuple[int, int, int]]:
    """``(i, j, w)``: x_j >= x_i + w, where the node behind the last one is time zero. One period of travel only."""
    bounds, rules = route_rules(problem, vehicle, visits, gap_of, legs)
    zero = len(bounds)
    edges = [edge for i, (low, high) in enumerate(bounds) for edge in ((zero, i, low), (i, zero, -high))]
    for i, j, table in rules:
        asked = (table - TICKS)[(table > 0) & (table < HORIZON)]
        if len(asked):
            assert (asked == asked[0]).all(), "a rule that is no shift has no place in a linear program"
            edges.append((i, j, int(asked[0])))
    return edges


def _solved(
    problem: Problem, vehicle: int, visits: tuple[int, ...], limits: tuple[list[Row], list[float], int]
) -> int | None:
    rows, bounds, nodes = limits
    weights, n = problem.objective, problem.n_requests
    service = problem.service[problem.class_of_vehicle[vehicle]]
    cost: Row = {0: -float(weights.working_time), len(visits) + 1: float(weights.working_time)}
    fixed = 0
    soft = dict(zip(problem.soft_visit.tolist(), problem.soft_latest.tolist(), strict=True))
    kept = dict(zip(problem.reference_request.tolist(), problem.reference_pickup.tolist(), strict=True))
    kept |= dict(zip((problem.reference_request + n).tolist(), problem.reference_drop.tolist(), strict=True))
    for at, visit in enumerate(visits, start=1):
        cost[at] = cost.get(at, 0.0) + (weights.excess_ride if visit >= n else -weights.excess_ride)
        if visit < n:
            direct = problem.travel[0, problem.place_of_visit[visit], problem.place_of_visit[visit + n]]
            fixed -= weights.excess_ride * int(service[visit] + direct)
        if visit in soft:
            nodes = _beyond(rows, bounds, nodes, (at, soft[visit]))
            cost[nodes] = float(weights.lateness)
        if visit in kept:
            nodes = _beyond(rows, bounds, nodes, (at, kept[visit] + weights.retimed_tolerance))
            rows.append({at: -1.0, nodes: -1.0})
            bounds.append(-(kept[visit] - weights.retimed_tolerance))
            cost[nodes] = float(weights.retimed)
    data = [(r, c, value) for r, row in enumerate(rows) for c, value in row.items()]
    r, c, value = zip(*data, strict=True)
    columns = nodes + 1
    objective = np.zeros(columns)
    objective[list(cost)] = list(cost.values())
    free = (None, None)
    answer = linprog(objective, A_ub=csr_matrix((value, (r, c)), shape=(len(rows), columns)), b_ub=bounds, bounds=free)
    return None if answer.status != 0 else round(answer.fun) + fixed


def _beyond(rows: list[Row], bounds: list[float], nodes: int, limit: tuple[int, int]) -> int:
    """A new variable, at least 0 and at least what node ``at`` is after the limit; its number."""
    at, latest = limit
    rows += [{at: 1.0, nodes + 1: -1.0}, {nodes + 1: -1.0}]
    bounds += [latest, 0.0]
    return nodes + 1
