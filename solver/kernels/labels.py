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
    FLEET_ROW,
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
    PUSHED,
    REG_DROP,
    REG_PICK,
    SERVICE,
    Lane,
    X,
    Y,
)
from solver.kernels.route_terms import add_terms
from solver.kernels.timing import feasible
from solver.kernels.tour import LIFTED

COPIED = 12
"""Columns of a position that move with it when the route changes elsewhere."""


@bare_kernel
def label(field: Field, lane: Lane, v: int, row: int, n: int) -> bool:
    """Fill row ``row`` for the ``n`` nodes that stand in it; whether windows, rides and duration allow the route.

    A vehicle without visits is not driven: nothing but its shift bounds its times.
    """
    lane.head[row, HEAD_LENGTH] = n
    _lay_out(field, lane.head[row], lane.tour[row], v, n)
    if field.figure[FIGURE_OPTIONS]:
        lane.head[row, HEAD_COST] += _cost_of_options(field, lane.tour[row], n)
    return _settled(field, lane, v, row, n)


@bare_inlined
def _settled(field: Field, lane: Lane, v: int, row: int, n: int) -> bool:
    """Find the times of the route laid out in ``row``, and its terms; False when it has no times."""
    tour = lane.tour[row]
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


@bare_inlined
def label_with(field: Field, lane: Lane, v: int, old: int, request: int) -> None:
    """As `label`, for the route in row ``old`` with ``request`` at (REG_PICK, REG_DROP), into the row under trial.

    Both rows may be the same one. What stands in row ``old`` is moved, so that few arcs have to be looked up.
    """
    i, j, new = lane.reg[REG_PICK], lane.reg[REG_DROP], 2 * v + 1 - lane.fleet[v, FLEET_ROW]
    before, after, n = lane.tour[old], lane.tour[new], lane.head[old, HEAD_LENGTH]
    cost, mark = lane.head[old, HEAD_COST] - lane.head[old, HEAD_TERMS], lane.head[old, HEAD_HASH]
    cost = field.vehicle[v, VEHICLE_COST] if n == 2 else cost - before[i + 1, LEG]
    mark -= _link(field, before, i + 1)
    if j > i:
        cost -= before[j + 1, LEG]
        mark -= _link(field, before, j + 1)
    aboard, last = before[i, LOAD], before[j, LOAD]
    load, drop = field.node[request, NODE_LOAD], request + field.near.shape[0]
    for k in range(n - 1, i if old == new else -1, -1):
        at = k + (k > i) + (k > j)
        partner = before[k, PARTNER]
        for column in range(COPIED):
            after[at, column] = before[k, column]
        after[at, PARTNER] = partner + (partner > i) + (partner > j)
        if i < k <= j:
            after[at, LOAD] += load
    service = field.service[field.vehicle[v, VEHICLE_CLASS]]
    visit(field, after, i + 1, request, service[request])
    visit(field, after, j + 2, drop, service[drop])
    after[i + 1, LOAD], after[i + 1, PARTNER], after[i + 1, LIMIT] = aboard + load, i + 1, LIFTED
    after[j + 2, LOAD], after[j + 2, PARTNER] = last, i + 1
    after[j + 2, LIMIT] = field.node[drop, NODE_RIDE] + service[request]
    for step in range(4 if j > i else 3):
        at = i + 1 + step if step < 2 else j + step + (j == i)
        _leg(field, after, at)
        cost += after[at, LEG]
        mark += _link(field, after, at)
    if field.figure[FIGURE_OPTIONS]:
        cost += field.node[drop, NODE_OPTION_COST]
    _head(lane, new, n + 2, cost, mark)
    _settled(field, lane, v, new, n + 2)


@bare_inlined
def label_without(field: Field, lane: Lane, v: int) -> bool:
    """As `label`, for the present route of ``v`` without the requests that are gone, into the row under trial."""
    old, requests = 2 * v + lane.fleet[v, FLEET_ROW], field.near.shape[0]
    before, after, n, last = lane.tour[old], lane.tour[old ^ 1], 0, -1
    cost, mark = lane.head[old, HEAD_COST] - lane.head[old, HEAD_TERMS], lane.head[old, HEAD_HASH]
    gone_load = 0
    for k in range(lane.head[old, HEAD_LENGTH]):
        node = before[k, NODE]
        gone = node < 2 * requests and lane.gone[node if node < requests else node - requests] != 0
        if k > 0 and (gone or last < k - 1):
            cost -= before[k, LEG]
            mark -= _link(field, before, k)
        if gone:
            gone_load += field.node[node, NODE_LOAD]
            if field.figure[FIGURE_OPTIONS] and node >= requests:
                cost -= field.node[node, NODE_OPTION_COST]
            continue
        before[k, PUSHED] = n
        for column in range(COPIED):
            after[n, column] = before[k, column]
        after[n, LOAD] -= gone_load
        after[n, PARTNER] = before[before[k, PARTNER], PUSHED]
        if last < k - 1:
            _leg(field, after, n)
            cost += after[n, LEG]
            mark += _link(field, after, n)
        n += 1
        last = k
    _head(lane, old ^ 1, n, cost if n > 2 else 0, mark)
    return _settled(field, lane, v, old ^ 1, n)


@bare_inlined
def _head(lane: Lane, row: int, n: int, cost: int, mark: int) -> None:
    head = lane.head[row]
    head[HEAD_LENGTH], head[HEAD_COST], head[HEAD_HASH] = n, cost, mark
    head[HEAD_TERMS], head[HEAD_WORK] = 0, 0


@bare_inlined
def visit(field: Field, tour: NDArray[np.int64], at: int, node: int, service: int) -> None:
    """What position ``at`` has from its visit alone."""
    tour[at, NODE] = node
    tour[at, PLACE] = field.node[node, NODE_PLACE]
    tour[at, LOW] = field.node[node, NODE_EARLIEST]
    tour[at, HIGH] = field.node[node, NODE_LATEST]
    tour[at, SERVICE] = service


@bare_inlined
def _leg(field: Field, tour: NDArray[np.int64], at: int) -> None:
    """What position ``at`` has from the leg that ends there."""
    leg = tour[at - 1, PLACE] * field.figure[FIGURE_PLACES] + tour[at, PLACE]
    several = field.packed.start.shape[0] > 1
    tour[at, LAG] = leg if several else tour[at - 1, SERVICE] + field.arc[leg]
    tour[at, LEG] = field.arc[leg + 1]


@bare_inlined
def _link(field: Field, tour: NDArray[np.int64], at: int) -> int:
    """What the leg that ends at ``at`` adds to the hash of its route: another number than on the way back."""
    head, tail = field.node[tour[at - 1, NODE], NODE_HASH], field.node[tour[at, NODE], NODE_HASH]
    number: int = head * (tail ^ ((tail >> 29) & 0x7FFFFFFFF))
    return number


@bare_inlined
def stands(field: Field, lane: Lane, v: int, row: int) -> bool:
    """Whether the labelled route keeps the rules that its labels do not know: breaks and idling."""
    return field.vehicle[v, VEHICLE_GENERAL] == 0 or _stands_in_general(field, lane, v, row)


@bare_kernel
def _stands_in_general(field: Field, lane: Lane, v: int, row: int) -> bool:
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
    node, service = field.node, field.service[field.vehicle[v, VEHICLE_CLASS]]
    requests, load, cost, mark = field.near.shape[0], 0, 0, 0
    for i in range(n):
        at = tour[i, NODE]
        visit(field, tour, i, at, service[at])
        load += node[at, NODE_LOAD]
        tour[i, LOAD] = load
        tour[i, PARTNER] = i
        tour[i, LIMIT] = LIFTED
        if i > 0:
            _leg(field, tour, i)
            cost += tour[i, LEG]
            mark += _link(field, tour, i)
        if requests <= at < 2 * requests:
            k = i - 1
            while tour[k, NODE] != at - requests:
                k -= 1
            tour[i, PARTNER] = k
            tour[i, LIMIT] = node[at, NODE_RIDE] + tour[k, SERVICE]
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
