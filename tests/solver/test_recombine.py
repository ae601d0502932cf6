"""Recombination: the best set of routes out of a pool, equal to trying every set."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.recombine import COLUMNS, Column, Demand, recombined

REQUESTS = 6


def _demand(fleet: dict[int, int], outbound: list[int] | None = None, number: list[int] | None = None) -> Demand:
    """Each request a demand of its own, or as ``number`` says; all weigh 400."""
    numbers = np.arange(REQUESTS) if number is None else np.array(number)
    return Demand(
        requests=REQUESTS,
        number=numbers,
        weight=np.full(int(numbers.max()) + 1, 400),
        outbound=np.array(outbound or [-1] * REQUESTS),
        fleet=fleet,
        bound=frozenset(),
        staying=frozenset(),
    )


def _column(kind: int, cost: int, requests: tuple[int, ...]) -> Column:
    return Column(kind=kind, cost=cost, visits=(*requests, *(r + REQUESTS for r in requests)))


def _cost(demand: Demand, columns: tuple[Column, ...]) -> int:
    """Cost of the routes and of who is left out, for a choice that serves nobody twice."""
    return sum(column.cost for column in columns) + 400 * (len(demand.weight) - len(_met(demand, columns)))


def _met(demand: Demand, columns: tuple[Column, ...]) -> list[int]:
    return [int(demand.number[visit]) for column in columns for visit in column.visits if visit < REQUESTS]


def _lawful(demand: Demand, columns: tuple[Column, ...]) -> bool:
    met = _met(demand, columns)
    fits = all(sum(column.kind == kind for column in columns) <= most for kind, most in demand.fleet.items())
    linked = all(demand.outbound[one] < 0 or demand.outbound[one] in met for one in met)
    return len(met) == len(set(met)) and fits and linked


def _best_by_hand(demand: Demand, pool: list[Column]) -> int:
    most = sum(demand.fleet.values())
    sets = (chosen for size in range(most + 1) for chosen in combinations(pool, size))
    return min(_cost(demand, chosen) for chosen in sets if _lawful(demand, chosen))


@given(st.integers(0, 2**32 - 1), st.booleans())
@settings(max_examples=25)
def test_choice_is_the_best_of_all(seed: int, linked: bool) -> None:
    """On random pools with two kinds of vehicle, with and without a return that needs its outbound."""
    rng = np.random.default_rng(seed)
    pool = [
        _column(kind, int(rng.integers(50, 900)), tuple(np.flatnonzero(rng.random(REQUESTS) < 0.4).tolist()))
        for kind in rng.integers(0, 2, 14).tolist()
    ]
    pool = [column for column in pool if column.visits]
    demand = _demand({0: 2, 1: 1}, [-1, -1, -1, -1, -1, 0] if linked else None)
    chosen = recombined(demand, pool, [])
    assert _lawful(demand, tuple(chosen))
    assert _cost(demand, tuple(chosen)) == _best_by_hand(demand, pool)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15)
def test_of_requests_that_meet_one_demand_one_is_chosen(seed: int) -> None:
    """Requests 0 and 1 meet one demand, 2 and 3 another, whose return is the demand of 5; routes hold one of each."""
    rng = np.random.default_rng(seed)
    demand = _demand({0: 3, 1: 1}, [-1, -1, -1, 1], [0, 0, 1, 1, 2, 3])
    sets = [tuple(np.flatnonzero(rng.random(REQUESTS) < 0.4).tolist()) for _ in range(40)]
    pool = [_column(0, int(rng.integers(50, 900)), requests) for requests in sets if requests]
    pool = [column for column in pool if len(_met(demand, (column,))) == len(set(_met(demand, (column,))))][:14]
    chosen = recombined(demand, pool, [])
    assert _lawful(demand, tuple(chosen))
    assert _cost(demand, tuple(chosen)) == _best_by_hand(demand, pool)


def test_a_large_pool_keeps_the_present_plan_and_finds_the_better_one() -> None:
    """Among three thousand dear routes the two cheap ones that together serve everybody are found."""
    rng = np.random.default_rng(4)
    dear = [
        _column(0, int(rng.integers(700, 5000)), tuple(np.flatnonzero(rng.random(6) < 0.5).tolist()))
        for _ in range(3 * COLUMNS)
    ]
    cheap = [_column(0, 100, (0, 2, 4)), _column(0, 110, (1, 3, 5))]
    present = [_column(0, 300, (0, 1, 2)), _column(0, 300, (3, 4, 5))]
    chosen = recombined(_demand({0: 2}), [*dear, *cheap], present)
    assert sorted(chosen) == sorted(cheap)
    assert recombined(_demand({0: 2}), dear, present) == present
