"""Labels of a route: the least and the greatest times that any schedule of it gives each position.

X is the least fixed point of pushing starts later along travel, and raising a pick-up (or the departure) that
would lie too far before its drop (or the arrival); Y is the greatest fixed point, mirrored. Breaks and the
idle limit are not seen here: with them a schedule still lies between X and Y. With several periods of the day X
is found as in `solver.kernels.timing`, and Y may stay above the greatest fixed point, which is all that bounds need.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.kernels import tour as general
from solver.kernels.field import (
    FIGURE_OPTIONS,
    FIGURE_PLACES,
    FIGURE_TERMS,
    NODE_EARLIEST,
    NODE_HASH,
    NODE_LATEST,
    NODE_LOAD,
    NODE_OPTION_COST,
    NODE_PLACE,
    NODE_RIDE,
    VEHICLE_CLASS,
    VEHICLE_COST,
    VEHICLE_DURATION,
    VEHICLE_GENERAL,
    Field,
)
from solver.kernels.hours import arrival, in_step, latest_leave
from solver.kernels.jit import bare_inlined, bare_kernel, number
from solver.kernels.lane import (
    HEAD_COST,
    HEAD_HASH,
    HEAD_LENGTH,
    HEAD_TERMS,
    HEAD_WORK,
    HIGH,
    LAG,
    LEG,
    LIMIT,
    LOAD,
    LOW,
    NODE,
    PARTNER,
    PLACE,
    SERVICE,
    Lane,
    X,
    Y,
)
from solver.kernels.route_terms import add_terms
from solver.kernels.timing import feasible
from solver.kernels.tour import LIFTED

HASH_PRIME = 0x9E3779B97F4A7C15 - (1 << 64)
"""Odd, from the golden ratio, as a signed word (Knuth, The Art of Computer Programming 3, 6.4)."""


@bare_kernel
def label(field: Field, lane: Lane, v: int, row: int, n: int) -> bool:
    """Fill row ``row`` for the ``n`` nodes that stand in it; whether windows, rides and duration allow the route.

    A vehicle without visits is not driven: nothing but its shift bounds its times.
    """
    tour = lane.tour[row]
    lane.head[row, HEAD_LENGTH] = n
    _lay_out(field, lane.head[row], tour, v, n)
    if field.figure[FIGURE_OPTIONS]:
        lane.head[row, HEAD_COST] += _cost_of_options(field, tour, n)
    if n == 2:
        for i in range(n):
            tour[i, X], tour[i, Y] = tour[i, LOW], tour[i, HIGH]
        return True
    duration = field.vehicle[v, VEHICLE_DURATION]
    if field.packed.start.shape[0] > 1:
        if not settle_least_by_hour(field, tour, n, duration):
            return False
        _settle_greatest_by_hour(field, tour, n, duration)
    else:
        if not settle_least(tour, n, duration):
            return False
        settle_greatest(tour, n, duration)
    if field.figure[FIGURE_TERMS]:
        add_terms(field, lane, v, row)
    return True


@bare_kernel
def stands(field: Field, lane: Lane, v: int, row: int) -> bool:
    """Whether the labelled route keeps the rules that its labels do not know: breaks and idling."""
    if field.vehicle[v, VEHICLE_GENERAL] == 0:
        return True
    n, nodes = lane.head[row, HEAD_LENGTH], lane.work.trial
    if n == 2:
        return True
    for i in range(n):
        nodes[general.NODE, i] = lane.tour[row, i, NODE]
    lane.ask[general.ASK_VEHICLE] = v
    general.lay_out(field.packed, n, lane.ask, nodes)
    return feasible(field.packed, n, lane.ask, nodes)


@bare_kernel
def _lay_out(field: Field, head: NDArray[np.int64], tour: NDArray[np.int64], v: int, n: int) -> None:
    node, arc, service = field.node, field.arc, field.service[field.vehicle[v, VEHICLE_CLASS]]
    places, requests, periods = field.figure[FIGURE_PLACES], field.near.shape[0], field.packed.start.shape[0]
    load, cost, mark = 0, 0, 0
    before, leave = 0, 0
    for i in range(n):
        at = tour[i, NODE]
        here = node[at, NODE_PLACE]
        load += node[at, NODE_LOAD]
        tour[i, PLACE] = here
        tour[i, LOW] = node[at, NODE_EARLIEST]
        tour[i, HIGH] = node[at, NODE_LATEST]
        tour[i, LOAD] = load
        tour[i, PARTNER] = i
        tour[i, LIMIT] = LIFTED
        mark = mark * HASH_PRIME + node[at, NODE_HASH]
        if i > 0:
            leg = before * places + here
            tour[i, LAG] = leave + arc[leg] if periods == 1 else leg
            tour[i, LEG] = arc[leg + 1]
            cost += tour[i, LEG]
        if requests <= at < 2 * requests:
            k = i - 1
            while tour[k, NODE] != at - requests:
                k -= 1
            tour[i, PARTNER] = k
            tour[i, LIMIT] = node[at, NODE_RIDE] + tour[k, SERVICE]
        leave = service[at]
        tour[i, SERVICE] = leave
        before = here
    head[HEAD_HASH] = mark
    head[HEAD_TERMS], head[HEAD_WORK] = 0, 0
    head[HEAD_COST] = cost + field.vehicle[v, VEHICLE_COST] if n > 2 else 0


@bare_kernel
def _cost_of_options(field: Field, tour: NDArray[np.int64], n: int) -> int:
    """What the demands met by the route cost beyond it."""
    requests, cost = field.near.shape[0], 0
    for i in range(1, n - 1):
        if tour[i, NODE] >= requests:
            cost += field.node[tour[i, NODE], NODE_OPTION_COST]
    return cost


@bare_kernel
def settle_least(tour: NDArray[np.int64], n: int, duration: int) -> bool:
    """Column X becomes the least fixed point; False when there is none.

    Each round raises at least one position; more rounds than positions mean a cycle that never ends.
    """
    for i in range(n):
        tour[i, X] = tour[i, LOW]
    for _ in range(n + 1):
        clock, pulled = tour[0, X], False
        for i in range(1, n):
            clock = max(clock + tour[i, LAG], tour[i, X])
            if clock > tour[i, HIGH]:
                return False
            tour[i, X] = clock
            partner = tour[i, PARTNER]
            if clock - tour[i, LIMIT] > tour[partner, X]:
                tour[partner, X] = clock - tour[i, LIMIT]
                pulled = True
        if clock - duration > tour[0, X]:
            tour[0, X] = clock - duration
            pulled = True
        if not pulled:
            return True
    return False


@bare_kernel
def settle_greatest(tour: NDArray[np.int64], n: int, duration: int) -> None:
    """Column Y becomes the greatest fixed point of a route that has a least one."""
    for i in range(n):
        tour[i, Y] = tour[i, HIGH]
    pulled = True
    while pulled:
        clock = tour[n - 1, Y]
        for i in range(n - 2, -1, -1):
            clock = min(clock - tour[i + 1, LAG], tour[i, Y])
            tour[i, Y] = clock
        pulled = _pulled_down(tour, n, duration)


@bare_inlined
def _pulled_down(tour: NDArray[np.int64], n: int, duration: int) -> bool:
    """Lower Y to what duration and rides allow; whether that moved anything."""
    pulled = False
    if tour[n - 1, Y] > tour[0, Y] + duration:
        tour[n - 1, Y] = tour[0, Y] + duration
        pulled = True
    for i in range(1, n - 1):
        latest = tour[tour[i, PARTNER], Y] + tour[i, LIMIT]
        if tour[i, Y] > latest:
            tour[i, Y] = latest
            pulled = True
    return pulled


@bare_kernel
def settle_least_by_hour(field: Field, tour: NDArray[np.int64], n: int, duration: int) -> bool:
    """As `settle_least`; every round that pulls moves a start past the ticks over which that would not help.

    Every pull goes back over a chain of legs, so what never ends shows in one such chain: its start then leaves the
    last period far behind, and its window with it.
    """
    arc, start = field.arc, field.packed.start
    for i in range(n):
        tour[i, X] = tour[i, LOW]
    pulled = True
    while pulled:
        clock, pulled = tour[0, X], False
        for i in range(1, n):
            reach = arrival(arc, tour[i, LAG] + 2, start, clock + tour[i - 1, SERVICE])
            clock = max(reach, tour[i, X])
            if clock > tour[i, HIGH]:
                return False
            tour[i, X] = clock
            partner = tour[i, PARTNER]
            if clock - tour[i, LIMIT] > tour[partner, X]:
                _pull(field, tour, partner, i, clock - tour[i, LIMIT])
                pulled = True
        if clock - duration > tour[0, X]:
            _pull(field, tour, number(0), n - 1, clock - duration)
            pulled = True
    return True


@bare_kernel
def _pull(field: Field, tour: NDArray[np.int64], at: int, later: int, least: int) -> None:
    """Raise X at ``at`` to ``least``, and at once by as much as ``later`` would rise with it."""
    room = 4 * LIFTED
    for i in range(at + 1, later + 1):
        leg, leave = tour[i, LAG] + 2, tour[i - 1, X] + tour[i - 1, SERVICE]
        if arrival(field.arc, leg, field.packed.start, leave) != tour[i, X]:
            room = 0
            break
        room = min(room, in_step(field.arc, leg, field.packed.start, leave))
    tour[at, X] = max(least, tour[at, X] + room)


@bare_kernel
def _settle_greatest_by_hour(field: Field, tour: NDArray[np.int64], n: int, duration: int) -> None:
    """As `settle_greatest`, but no more rounds than positions: bounds from above hold at every step."""
    for i in range(n):
        tour[i, Y] = tour[i, HIGH]
    pulled, rounds = True, 0
    while pulled and rounds < n:
        rounds += 1
        clock = tour[n - 1, Y]
        for i in range(n - 2, -1, -1):
            latest = latest_leave(field.arc, tour[i + 1, LAG] + 2, field.packed.start, clock) - tour[i, SERVICE]
            clock = min(latest, tour[i, Y])
            tour[i, Y] = clock
        pulled = _pulled_down(tour, n, duration)
