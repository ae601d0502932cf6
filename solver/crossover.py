"""One plan out of two: some routes of the second replace those of the first that carry much the same riders.

Selective route exchange: Nagata & Kobayashi (2010), https://doi.org/10.1007/978-3-642-15844-5_54, with routes chosen by
lot and overlap instead of by a local search. Who is on no route of the child is left to the search that follows.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from solver.recombine import Column, Demand

RouteSet = tuple[Column, ...]

TRIES = 8
"""Choices of routes before two plans are held to have no child."""


def crossed(demand: Demand, first: RouteSet, second: RouteSet, rng: np.random.Generator) -> RouteSet | None:
    """Return a plan with up to half of the routes from ``second``, the others from ``first``; None when none was found.

    No demand is met twice, the fleet suffices, what is under way stays, and no return is without its outbound. Routes
    of ``first`` may have become shorter; their ``cost`` is still that of the whole ones.
    """
    met_first, met_second = _met_by(demand, first), _met_by(demand, second)
    known, staying = set(met_second), demand.staying & frozenset().union(*met_first)
    differing = [at for at, met in enumerate(met_first) if met not in known]
    for _ in range(TRIES if differing else 0):
        routes = int(rng.integers(1, max(1, len(first) // 2) + 1))
        leave, take = _exchanged(met_first, met_second, int(rng.choice(differing)), routes, rng)
        child = _put_together(demand, first, leave, [second[at] for at in take])
        if _fits(demand, child) and _met(demand, child) >= staying:
            return child
    return None


def _met_by(demand: Demand, routes: RouteSet) -> list[frozenset[int]]:
    """The demands that each route meets."""
    return [frozenset(demand.number[[v for v in column.visits if v < demand.requests]].tolist()) for column in routes]


def _met(demand: Demand, routes: RouteSet) -> frozenset[int]:
    return frozenset().union(*_met_by(demand, routes))


def _exchanged(
    first: list[frozenset[int]], second: list[frozenset[int]], seed: int, routes: int, rng: np.random.Generator
) -> tuple[set[int], list[int]]:
    """Which routes to leave, beginning with ``seed``, and which to take: by turns the one that shares most riders."""
    leave, take = [seed], list[int]()
    while len(take) < routes and len(take) < len(second):
        take.append(_nearest(second, take, frozenset().union(*(first[at] for at in leave)), rng))
        if len(take) < routes and len(leave) < len(first):
            leave.append(_nearest(first, leave, frozenset().union(*(second[at] for at in take)), rng))
    return set(leave), take


def _nearest(routes: list[frozenset[int]], but: list[int], riders: frozenset[int], rng: np.random.Generator) -> int:
    """The route, of those not chosen yet, that shares most with ``riders``; among equals by lot."""
    free = [at for at in range(len(routes)) if at not in but]
    lots = rng.random(len(free)).tolist()
    return max(zip(free, lots, strict=True), key=lambda one: (len(routes[one[0]] & riders), one[1]))[0]


def _put_together(demand: Demand, first: RouteSet, leave: set[int], taken: list[Column]) -> RouteSet:
    """The routes kept, without whom those taken carry, and these; returns whose outbound is gone leave too."""
    met = _met(demand, tuple(taken))
    kept = [_without(demand, column, met) for at, column in enumerate(first) if at not in leave]
    child = _linked(demand, (*kept, *taken))
    return tuple(column for column in child if column.visits or column.kind in demand.bound)


def _without(demand: Demand, column: Column, demands: frozenset[int]) -> Column:
    stay = tuple(visit for visit in column.visits if int(demand.number[visit % demand.requests]) not in demands)
    return column if len(stay) == len(column.visits) else column._replace(visits=stay)


def _linked(demand: Demand, child: RouteSet) -> RouteSet:
    """The routes without returns whose outbound nobody makes."""
    while True:
        met = _met(demand, child)
        alone = frozenset(one for one in met if demand.outbound[one] >= 0 and int(demand.outbound[one]) not in met)
        if not alone:
            return child
        child = tuple(_without(demand, column, alone) for column in child)


def _fits(demand: Demand, child: RouteSet) -> bool:
    """Whether there is a vehicle for every route, and every vehicle under way has its own."""
    used = Counter(column.kind for column in child)
    enough = all(used[kind] <= vehicles for kind, vehicles in demand.fleet.items())
    return enough and all(used[kind] == demand.fleet[kind] for kind in demand.bound)
