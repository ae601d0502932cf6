r"""From doubles to whole ticks, such that no infeasible solution is let in and none is lost but on a knife's edge.

*Scale.* One time unit of the file is :math:`10^k` ticks, with the largest :math:`k \le 8` at which every time of
the instance stays below half of `solver.units.LARGEST_TICK`; one unit exactly where all times are whole. Costs have
a scale of their own, at most :math:`10^6`.

*Nothing infeasible gets in.* Travel and service times are rounded up, starts of windows up, ends of windows and
limits down. Each rule of a route is a difference constraint :math:`B_j - B_i \ge w`, and every rounding only raises
:math:`w`. So whole ticks that keep the rounded rules, divided by the scale, keep the rules of the file.

*Next to nothing is lost.* A route has a schedule exactly when no cycle of its constraints has a positive sum. Rounding
raises each term by less than one tick, so a route of ``m`` visits can only be lost if it has a cycle whose slack is
below about ``4 m`` ticks: :math:`10^{-6}` of the unit for 25 visits at :math:`k = 8`. Ties that are met exactly (whole
numbers, coordinates with a few decimals on a line) are decimal fractions, hence whole ticks, and are not rounded at
all: a value within `SNAP` of a whole tick counts as that tick, which undoes the error of double precision.

Rounding up also keeps the triangle inequality, since :math:`\lceil a \rceil + \lceil b \rceil \ge \lceil a + b \rceil`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.errors import InstanceError
from benchmarks.instances.instance import Float, Instance, Objective
from solver.plain import plain
from solver.problem import Problem, frozen
from solver.solution import Solution
from solver.units import LARGEST_ARC, LARGEST_TICK
from solver.validation import impossible_requests, validated

SECONDS_PER_UNIT = 60.0
MOST_TICK_DIGITS, MOST_COST_DIGITS = 7, 6
SNAP = 1e-3
"""Ticks by which a double may miss the whole tick that it means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Ticks in one time unit of the file, and whole cost units in one cost unit of the file."""

    ticks: int
    costs: int


def scale_of(instance: Instance) -> Scale:
    """Return the finest scale whose numbers a `Problem` can hold.

    Raises
    ------
    InstanceError
        The numbers of the file are beyond `solver.units.LARGEST_TICK` even unscaled.
    """
    limits = np.array([instance.max_ride, instance.max_duration])
    times = np.concatenate([limits, instance.earliest, instance.latest, instance.service, instance.travel.ravel()])
    ticks = _finest(instance, times, 2 * float(np.abs(times).max()), _digits(instance.travel, MOST_TICK_DIGITS))
    most = _digits(instance.cost, MOST_COST_DIGITS)
    costs = _finest(instance, instance.cost.ravel(), 4 * _dearest(instance, instance.cost), most)
    return Scale(ticks=ticks, costs=costs)


def to_problem(instance: Instance) -> Problem:
    """Return the instance as a problem; visit ``r`` is node ``pickup[r]``, visit ``R + r`` is node ``drop[r]``.

    Every request is mandatory, except one that no vehicle could ever serve
    (`solver.validation.impossible_requests`): it stays in as an optional one, so that the rest is still solved. Where
    vehicles count first, a vehicle costs more than all driving of any solution; a missing request costs more than both.

    Raises
    ------
    InstanceError
        As `scale_of`.
    """
    scale = scale_of(instance)
    n, vehicles = instance.n_requests, min(instance.vehicles_max, instance.n_requests)
    visits = np.concatenate([instance.pickup, instance.drop])
    travel, cost = up(instance.travel, scale.ticks), up(instance.cost, scale.costs)
    service, horizon = up(instance.service, scale.ticks), instance.horizon
    travel[instance.start] += service[instance.start]
    bound = int(_dearest(instance, cost)) + 1
    vehicle_cost = bound if instance.objective is Objective.FLEET_THEN_DISTANCE else 0
    longest = int(down(np.array([horizon]), scale.ticks)[0])
    drives = plain(travel=travel, cost=cost, place_of_visit=visits, vehicles=vehicles, day=longest)
    draft = drives._replace(
        tick_s=SECONDS_PER_UNIT / scale.ticks,
        earliest=up(instance.earliest[visits], scale.ticks),
        latest=down(instance.latest[visits], scale.ticks),
        service=service[None, visits],
        max_ride=np.repeat(down(np.array([min(instance.max_ride, horizon)]), scale.ticks), n),
        load=instance.load[instance.pickup][:, None].astype(np.int32),
        penalty=np.full(n, vehicle_cost + bound),
        capacity=np.full((vehicles, 1, 1), instance.capacity),
        start_place=np.full(vehicles, instance.start),
        end_place=np.full(vehicles, instance.end),
        shift_earliest=np.repeat(up(instance.earliest[[instance.start]], scale.ticks), vehicles),
        shift_latest=np.repeat(down(instance.latest[[instance.end]], scale.ticks), vehicles),
        max_duration=np.repeat(down(np.array([min(instance.max_duration, horizon)]), scale.ticks), vehicles),
        vehicle_cost=np.full(vehicles, vehicle_cost),
        idle_aboard_limit=longest + 1,
    )
    return _mandatory_where_possible(validated(draft))


def routes_of(instance: Instance, solution: Solution) -> tuple[tuple[int, ...], ...]:
    """Return the used routes of a solution as node ids of the file, depots left out."""
    nodes = np.concatenate([instance.pickup, instance.drop]).tolist()
    return tuple(tuple(nodes[visit] for visit in route.visits) for route in solution.routes if route.visits)


def visits_of(instance: Instance, route: tuple[int, ...]) -> tuple[int, ...]:
    """Return a route of node ids of the file as visits of `to_problem`.

    Raises
    ------
    KeyError
        A node is no pick-up and no drop.
    """
    nodes = np.concatenate([instance.pickup, instance.drop]).tolist()
    visit_of = {node: visit for visit, node in enumerate(nodes)}
    return tuple(visit_of[node] for node in route)


def up(values: Float, scale: int) -> NDArray[np.int64]:
    """Return ``values`` times ``scale`` rounded up, once they are not a whole number but for a rounding error."""
    return np.ceil(values * scale - SNAP).astype(np.int64)


def down(values: Float, scale: int) -> NDArray[np.int64]:
    """Return ``values`` times ``scale`` rounded down, once they are not a whole number but for a rounding error."""
    return np.floor(values * scale + SNAP).astype(np.int64)


def _mandatory_where_possible(problem: Problem) -> Problem:
    mandatory = np.ones(problem.n_requests, np.bool_)
    mandatory[[hopeless.request for hopeless in impossible_requests(problem)]] = False
    return frozen(problem._replace(mandatory=mandatory))


def _dearest(instance: Instance, cost: NDArray[np.generic]) -> float:
    """Return an upper bound on the cost of any solution: each node is left once, each vehicle leaves the depot once."""
    leaving = cost.astype(np.float64).max(axis=1)
    return float(leaving.sum() + min(instance.vehicles_max, instance.n_requests) * leaving[instance.start])


def _digits(legs: NDArray[np.float64], most: int) -> int:
    """Return how many digits, up to ``most``, leave every leg below `solver.units.LARGEST_ARC`, as the search asks."""
    longest = 1 + float(legs.max(initial=0.0))
    return max(0, min(most, math.floor(math.log10(LARGEST_ARC / longest))))


def _finest(instance: Instance, values: Float, largest: float, digits: int) -> int:
    if bool(np.all(values == np.floor(values))):
        digits = 0
    for exponent in range(digits, -1, -1):
        if largest * 10**exponent < LARGEST_TICK:
            return int(10**exponent)
    raise InstanceError(
        code="numbers_too_large",
        path=Path(instance.name),
        line=0,
        cause=f"Its numbers reach {largest:g}, too far to scale.",
    )
