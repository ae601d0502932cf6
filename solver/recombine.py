"""The best plan out of every route seen: set partitioning over a pool of routes, by CP-SAT.

Few columns can be solved to the end, so Lagrange multipliers choose which (subgradient method; Held, Wolfe &
Crowder 1974, https://doi.org/10.1007/BF01580223): those of least reduced cost, and always the present plan.
CP-SAT runs on one worker for a deterministic time, so the same pool gives the same plan.
"""
# mypy: allow-untyped-calls

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from solver.problem import Int64

COLUMNS = 1000
"""Routes that CP-SAT chooses from."""

ROUNDS = 80
"""Steps of the subgradient method."""

DETERMINISTIC_TIME = 0.5
"""Work of CP-SAT at most, in its own unit (about a second)."""


class Column(NamedTuple):
    """A route that any vehicle of one kind can drive."""

    kind: int
    cost: int
    visits: tuple[int, ...]


class Demand(NamedTuple):
    """What a choice of columns has to meet.

    Attributes
    ----------
    requests
        Visits below this number are pick-ups.
    number
        (R,) which demand each request meets, counted from 0.
    weight
        Per demand, the cost of leaving it out.
    outbound
        Per demand, the one that has to be met with it, -1 = none.
    fleet
        Kind of vehicle -> how many there are.
    bound
        Kinds of which every vehicle has to drive (its route is under way).
    staying
        Demands that stay on the routes on which they are met: those under way, and the outbounds of such returns.
    """

    requests: int
    number: Int64
    weight: Int64
    outbound: Int64
    fleet: dict[int, int]
    bound: frozenset[int]
    staying: frozenset[int]


def recombined(demand: Demand, pool: list[Column], present: list[Column]) -> list[Column]:
    """Return the best columns of ``pool`` and ``present`` that meet no demand twice."""
    chosen = _promising(demand, pool, present)
    model = cp_model.CpModel()
    takes = [model.new_bool_var("") for _ in chosen]
    left = [model.new_bool_var("") for _ in demand.weight]
    carriers: list[list[cp_model.IntVar]] = [[] for _ in demand.weight]
    for take, column in zip(takes, chosen, strict=True):
        for one in _met(demand, column):
            carriers[one].append(take)
    for one, carrier in enumerate(carriers):
        model.add_exactly_one([*carrier, left[one]])
        if demand.outbound[one] >= 0:
            model.add_implication(left[int(demand.outbound[one])], left[one])
    for kind, vehicles in demand.fleet.items():
        used = sum(take for take, column in zip(takes, chosen, strict=True) if column.kind == kind)
        model.add(used == vehicles if kind in demand.bound else used <= vehicles)
    driven = sum(column.cost * take for take, column in zip(takes, chosen, strict=True))
    model.minimize(driven + sum(int(w) * out for w, out in zip(demand.weight, left, strict=True)))
    kept = set(present)
    for take, column in zip(takes, chosen, strict=True):
        model.add_hint(take, column in kept)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = DETERMINISTIC_TIME
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return present
    return [column for take, column in zip(takes, chosen, strict=True) if solver.boolean_value(take)]


def _met(demand: Demand, column: Column) -> list[int]:
    """The demands that the route meets."""
    return [int(demand.number[visit]) for visit in column.visits if visit < demand.requests]


def _promising(demand: Demand, pool: list[Column], present: list[Column]) -> list[Column]:
    """The columns of ``present`` and the others of least reduced cost, `COLUMNS` in all, each once."""
    others = sorted(set(pool) - set(present))
    if len(others) <= COLUMNS - len(present):
        return present + others
    owner = np.repeat(np.arange(len(others)), [len(column.visits) // 2 for column in others])
    met = np.array([one for column in others for one in _met(demand, column)], dtype=np.int64)
    cost = np.array([column.cost for column in others], dtype=np.float64)
    reduced = _reduced_costs(cost, owner=owner, met=met, target=_total(demand, present))
    order = np.argsort(reduced, kind="stable")[: COLUMNS - len(present)]
    return present + [others[column] for column in order.tolist()]


def _total(demand: Demand, present: list[Column]) -> tuple[float, int, int]:
    """Cost of the present plan, its routes and the number of demands."""
    return float(sum(column.cost for column in present)), len(present), len(demand.weight)


def _reduced_costs(
    cost: NDArray[np.float64], *, owner: Int64, met: Int64, target: tuple[float, int, int]
) -> NDArray[np.float64]:
    """Cost of each column minus the multipliers of its demands, after `ROUNDS` subgradient steps."""
    goal, routes, demands = target
    price = np.full(demands, goal / max(1, demands))
    best, best_reduced, pace = -np.inf, cost, 1.0
    for _ in range(ROUNDS):
        reduced = cost - np.bincount(owner, weights=price[met], minlength=len(cost))
        taken = np.argsort(reduced, kind="stable")[:routes]
        taken = taken[reduced[taken] < 0]
        bound = float(price.sum() + reduced[taken].sum())
        if bound > best:
            best, best_reduced = bound, reduced
        else:
            pace *= 0.9
        covered = np.bincount(met[np.isin(owner, taken)], minlength=demands)
        slope = 1.0 - covered
        price = price + pace * max(goal - bound, 1.0) / max(1.0, float(slope @ slope)) * slope
    return best_reduced
