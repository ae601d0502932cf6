"""The terms of a route beyond driving: when it is driven best, and what it costs then.

Times lie where the terms are least, exactly; among equal ones the earliest are taken, as `solver.kernels.timing`
does. With several periods of the day the times stay those of that module.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.kernels import ascent
from solver.kernels.jit import bare_inlined, bare_kernel, entry
from solver.kernels.packed import BREAK_END, BREAK_FIRST, DURATION, PAUSE_EARLIEST, PAUSE_LATEST, PAUSE_LENGTH, Packed
from solver.kernels.timing import (
    assign_gaps,
    copy_row,
    departure,
    first_choice,
    greatest,
    list_gaps,
    next_choice,
    settle,
    sum_of_starts,
    time_of_breaks,
    worth_trying,
)
from solver.kernels.tour import (
    ASK_VEHICLE,
    BEST,
    CHOICE,
    FREE,
    HIGH,
    IDLE,
    LAG,
    LEAVES,
    LIMIT,
    LINK,
    LINK_LAG,
    LOW,
    NODE,
    PARTNER,
    PAUSE_A,
    PAUSE_B,
    RIDERS,
    SERVICE,
    X,
    lay_out,
)  # fmt: skip

# Columns of Terms.node.
SOFT = 0  # soft latest time
KEPT_LOW = 1  # times of the reference plan, tolerance included
KEPT_HIGH = 2
DIRECT = 3  # at a drop: direct travel time of the request
NODE_TERMS = 4

# Entries of Terms.weight.
WORK = 0
RIDE = 1
LATE = 2
SHIFTED = 3
UNEVEN = 4
CHOOSES = 5  # 1 when the terms depend on when a route is driven
WEIGHTS = 6

NO_SCHEDULE = 2**42
"""Terms of a route that cannot be driven: more than those of any other."""


class Terms(NamedTuple):
    """What the objective counts beyond driving, vehicles and penalties. ``M = 2R + 2V`` nodes; all int64."""

    node: NDArray[np.int64]  # (M, NODE_TERMS)
    moved: NDArray[np.int64]  # (R, V) cost units for serving the request with the vehicle
    weight: NDArray[np.int64]  # (WEIGHTS,) cost units per tick


@entry
def weighted_route(
    pack: Packed, terms: Terms, bench: NDArray[np.int64], n: int, ask: NDArray[np.int64], tour: NDArray[np.int64]
) -> bool:
    """Lay out the ``n`` nodes in the NODE row, with times of the least terms and row LEAVES; False when none exist."""
    lay_out(pack, n, ask, tour)
    if weighted_schedule(pack, terms, bench, n, ask, tour) == NO_SCHEDULE:
        return False
    tour[LEAVES, 0] = departure(pack, tour)
    return True


@bare_kernel
def weighted_schedule(
    pack: Packed, terms: Terms, bench: NDArray[np.int64], n: int, ask: NDArray[np.int64], tour: NDArray[np.int64]
) -> int:
    """Give the laid-out route the times of its least terms; these, or NO_SCHEDULE when it has none.

    The breaks lie where the terms are least, then where `timing.best_schedule` would put them.
    """
    if n == 2:
        return 0
    if not settle(pack, n, ask, tour):
        return NO_SCHEDULE
    pauses = pack.vehicle[ask[ASK_VEHICLE], BREAK_END] - pack.vehicle[ask[ASK_VEHICLE], BREAK_FIRST]
    if pauses == 0:
        return _timed(pack, terms, bench, n, ask, tour)
    if not _place_breaks(pack, terms, bench, n, ask, tour):
        return NO_SCHEDULE
    copy_row(tour, BEST, CHOICE, pauses)
    assign_gaps(pack, n, ask, tour)
    settle(pack, n, ask, tour)
    return _timed(pack, terms, bench, n, ask, tour)


@bare_kernel
def _place_breaks(
    pack: Packed, terms: Terms, bench: NDArray[np.int64], n: int, ask: NDArray[np.int64], tour: NDArray[np.int64]
) -> bool:
    """Row BEST becomes the gaps of the breaks with the least terms; False when they fit nowhere."""
    pauses = pack.vehicle[ask[ASK_VEHICLE], BREAK_END] - pack.vehicle[ask[ASK_VEHICLE], BREAK_FIRST]
    greatest(pack, n, tour)
    copy_row(tour, X, FREE, n)
    gaps = list_gaps(n, tour)
    first_choice(pauses, tour)
    least, soonest, briefest = NO_SCHEDULE, 0, 0
    while True:
        if worth_trying(pack, n, ask, tour):
            assign_gaps(pack, n, ask, tour)
            if settle(pack, n, ask, tour):
                starts = sum_of_starts(n, tour)
                away = tour[X, n - 1] - departure(pack, tour)
                cost = _timed(pack, terms, bench, n, ask, tour)
                if cost < least or (cost == least and (starts < soonest or (starts == soonest and away < briefest))):
                    least, soonest, briefest = cost, starts, away
                    copy_row(tour, CHOICE, BEST, pauses)
        if not next_choice(gaps, pauses, tour):
            return least < NO_SCHEDULE


@bare_kernel
def _timed(
    pack: Packed, terms: Terms, bench: NDArray[np.int64], n: int, ask: NDArray[np.int64], tour: NDArray[np.int64]
) -> int:
    """Raise the least times in row X to those of the least terms, and return the terms."""
    if terms.weight[CHOOSES] and pack.start.shape[0] == 1:
        arcs = _bind_route(pack, bench, n, ask, tour)
        nodes = _place_nodes(pack, terms, bench, n, tour)
        arcs = _bind_breaks(pack, bench, arcs, n, ask, tour)
        nodes += pack.vehicle[ask[ASK_VEHICLE], BREAK_END] - pack.vehicle[ask[ASK_VEHICLE], BREAK_FIRST]
        ascent.ascend(bench, nodes, arcs, terms.weight[LATE], terms.weight[SHIFTED])
        for i in range(n):
            tour[X, i] = bench[ascent.TIME, i]
    return route_terms(pack, terms, n, ask[ASK_VEHICLE], tour)


@bare_kernel
def route_terms(pack: Packed, terms: Terms, n: int, v: int, tour: NDArray[np.int64]) -> int:
    """The terms of the route with the times in row X."""
    weight, requests = terms.weight, terms.moved.shape[0]
    total: int = weight[WORK] * (tour[X, n - 1] - departure(pack, tour))
    for i in range(1, n - 1):
        node, at = tour[NODE, i], tour[X, i]
        total += weight[LATE] * max(0, at - terms.node[node, SOFT])
        total += weight[SHIFTED] * max(0, at - terms.node[node, KEPT_HIGH], terms.node[node, KEPT_LOW] - at)
        if node < requests:
            total += terms.moved[node, v]
        else:
            k = tour[PARTNER, i]
            total += weight[RIDE] * (at - tour[X, k] - tour[SERVICE, k] - terms.node[node, DIRECT])
    return total


@bare_kernel
def _place_nodes(pack: Packed, terms: Terms, bench: NDArray[np.int64], n: int, tour: NDArray[np.int64]) -> int:
    """One node per position; how many there are."""
    requests, weight = terms.moved.shape[0], terms.weight
    for i in range(n):
        node = tour[NODE, i]
        bench[ascent.TIME, i] = tour[X, i]
        bench[ascent.CEILING, i] = tour[HIGH, i]
        bench[ascent.SLOPE, i] = -weight[RIDE] if node < requests else weight[RIDE]
        bench[ascent.SOFT, i] = terms.node[node, SOFT]
        bench[ascent.KEPT_LOW, i] = terms.node[node, KEPT_LOW]
        bench[ascent.KEPT_HIGH, i] = terms.node[node, KEPT_HIGH]
    bench[ascent.SLOPE, 0] = -weight[WORK]
    bench[ascent.SLOPE, n - 1] = weight[WORK]
    return n


@bare_inlined
def _bind(bench: NDArray[np.int64], arc: int, tail: int, head: int, lag: int) -> int:
    """Say that ``head`` is at least ``lag`` after ``tail``; the number of arcs now."""
    bench[ascent.TAIL, arc] = tail
    bench[ascent.HEAD, arc] = head
    bench[ascent.ARC_LAG, arc] = lag
    return arc + 1


@bare_kernel
def _bind_route(pack: Packed, bench: NDArray[np.int64], n: int, ask: NDArray[np.int64], tour: NDArray[np.int64]) -> int:
    """Travel, links, rides, idling and duration as arcs; how many there are."""
    arcs = 0
    for i in range(1, n):
        arcs = _bind(bench, arcs, i - 1, i, tour[LAG, i] + time_of_breaks(pack, tour, i))
        if tour[LINK, i] > 0:
            arcs = _bind(bench, arcs, tour[LINK, i], i, tour[LINK_LAG, i])
    for i in range(n - 2, 0, -1):
        if tour[RIDERS, i] > 0:
            arcs = _bind(bench, arcs, i + 1, i, -tour[IDLE, i])
        if tour[PARTNER, i] > 0:
            arcs = _bind(bench, arcs, i, tour[PARTNER, i], -tour[LIMIT, i])
    return _bind(bench, arcs, n - 1, 0, -pack.vehicle[ask[ASK_VEHICLE], DURATION])


@bare_kernel
def _bind_breaks(
    pack: Packed, bench: NDArray[np.int64], arcs: int, n: int, ask: NDArray[np.int64], tour: NDArray[np.int64]
) -> int:
    """One node per break after the ``n`` positions, tied to what lies before and behind it; how many arcs then."""
    first = pack.vehicle[ask[ASK_VEHICLE], BREAK_FIRST]
    for gap in range(n + 1):
        clock = tour[LOW, 0] if gap == 0 else tour[X, gap - 1] + tour[SERVICE, gap - 1]
        for b in range(tour[PAUSE_A, gap], tour[PAUSE_B, gap]):
            node, length = n + b - first, pack.pause[b, PAUSE_LENGTH]
            clock = max(clock, pack.pause[b, PAUSE_EARLIEST])
            bench[ascent.TIME, node] = clock
            bench[ascent.CEILING, node] = pack.pause[b, PAUSE_LATEST]
            bench[ascent.SLOPE, node] = 0
            bench[ascent.SOFT, node] = ascent.UNMOVABLE
            bench[ascent.KEPT_LOW, node] = -ascent.UNMOVABLE
            bench[ascent.KEPT_HIGH, node] = ascent.UNMOVABLE
            if b > tour[PAUSE_A, gap]:
                arcs = _bind(bench, arcs, node - 1, node, pack.pause[b - 1, PAUSE_LENGTH])
            elif gap > 0:
                arcs = _bind(bench, arcs, gap - 1, node, tour[SERVICE, gap - 1])
            if b == tour[PAUSE_B, gap] - 1:
                if gap < n:
                    arcs = _bind(bench, arcs, node, gap, length)
                else:
                    bench[ascent.CEILING, node] = min(bench[ascent.CEILING, node], tour[HIGH, n - 1] - length)
            clock += length
    return arcs
