"""Crossover: a child of two plans keeps what a plan of routes has to keep, and has routes of both."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.crossover import RouteSet, crossed
from solver.recombine import Column, Demand

REQUESTS = 24
BOUND = 2
"""Kind of the one vehicle that is under way; requests 0 and 1 ride on it, 1 being the return of 2."""


def _demand(rng: np.random.Generator) -> Demand:
    """Three kinds of vehicle, requests 20 and 21 options of one demand, some demands returns of others."""
    number = np.minimum(np.arange(REQUESTS), 20) + np.maximum(0, np.arange(REQUESTS) - 21)
    demands = int(number.max()) + 1
    outbound = np.full(demands, -1)
    outbound[1] = 2
    for back in range(6, 12):
        if rng.random() < 0.5:
            outbound[back] = back + 6
    return Demand(
        requests=REQUESTS,
        number=number,
        weight=np.full(demands, 400),
        outbound=outbound,
        fleet={0: 3, 1: 2, BOUND: 1},
        bound=frozenset({BOUND}),
        staying=frozenset({0, 1, 2}),
    )


def _plan(demand: Demand, rng: np.random.Generator) -> RouteSet:
    """Random routes without regard for time: riders 0 and 1 on the vehicle under way, 2 and most others somewhere."""
    kinds = [BOUND, 0, 0, 0, 1, 1]
    carried: list[list[int]] = [[0, 1], *([] for _ in kinds[1:])]
    carried[int(rng.integers(1, len(kinds)))].append(2)
    met = {0, 1, 2}
    for request in rng.permutation(np.arange(3, REQUESTS)).tolist():
        one, outbound = int(demand.number[request]), int(demand.outbound[demand.number[request]])
        if one in met or (outbound >= 0 and outbound not in met) or rng.random() < 0.1:
            continue
        met.add(one)
        carried[int(rng.integers(len(kinds)))].append(request)
    return tuple(
        Column(kind=kind, cost=0, visits=(*riders, *(rider + REQUESTS for rider in riders)))
        for kind, riders in zip(kinds, carried, strict=True)
        if riders
    )


def _is_part(column: Column, route: Column) -> bool:
    """Whether ``column`` is ``route`` without some of its visits."""
    stay = tuple(visit for visit in route.visits if visit in column.visits)
    return column.kind == route.kind and column.visits == stay


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=200)
def test_a_child_is_a_plan_of_routes_of_both(seed: int) -> None:
    """Nobody twice, vehicles enough, the one under way on its road, no return alone, every route part of an old one."""
    rng = np.random.default_rng(seed)
    demand = _demand(rng)
    first, second = _plan(demand, rng), _plan(demand, rng)
    child = crossed(demand, first, second, rng)
    if child is None:
        return
    pick_ups = [visit for column in child for visit in column.visits if visit < REQUESTS]
    met = Counter(demand.number[pick_ups].tolist())
    assert max(met.values()) == 1
    assert all(demand.outbound[one] < 0 or int(demand.outbound[one]) in met for one in met)
    used = Counter(column.kind for column in child)
    assert all(used[kind] <= vehicles for kind, vehicles in demand.fleet.items())
    assert used[BOUND] == 1
    assert {0, 1} <= {visit for column in child if column.kind == BOUND for visit in column.visits}
    for column in child:
        assert column.visits
        assert sorted(visit + REQUESTS for visit in column.visits if visit < REQUESTS) == sorted(
            visit for visit in column.visits if visit >= REQUESTS
        )
    for column in child:
        assert any(_is_part(column, route) for route in (*first, *second))


def test_equal_plans_have_no_child() -> None:
    """There is nothing to exchange."""
    rng = np.random.default_rng(3)
    demand = _demand(rng)
    plan = _plan(demand, rng)
    assert crossed(demand, plan, tuple(reversed(plan)), rng) is None


def test_most_pairs_have_a_child_with_routes_of_both() -> None:
    """Of fifty pairs of random plans nearly all have one, with a route of the second plan that the first has not."""
    mixed = 0
    for seed in range(50):
        rng = np.random.default_rng(seed)
        demand = _demand(rng)
        first, second = _plan(demand, rng), _plan(demand, rng)
        child = crossed(demand, first, second, rng) or ()
        mixed += any(any(_is_part(column, route) for route in first) for column in child) and any(
            column in second and column not in first for column in child
        )
    assert mixed >= 45
