"""Two routes exchange their tails where both vehicles are empty: the move that changes which hours a vehicle covers.

The 2-opt* of Potvin & Rousseau (1995), https://doi.org/10.1057/jors.1995.204, between points where nobody is aboard, so
that pick-ups and drops stay together. Ruin and recreate finds it hard: both tails would have to leave at once.
"""

from __future__ import annotations

from solver.kernels.dice import below, unit
from solver.kernels.field import (
    FIGURE_PLACES,
    NODE_FIXED,
    VEHICLE_CLASS,
    VEHICLE_COST,
    VEHICLE_LOCKED,
    Field,
)
from solver.kernels.jit import bare_inlined, bare_kernel
from solver.kernels.labels import label, stands
from solver.kernels.lane import (
    CUTS,
    FLEET_AWAY,
    FLEET_CLOSED,
    FLEET_ROW,
    FLEET_TRIED,
    HEAD_COST,
    HEAD_LENGTH,
    HIGH,
    LATE,
    LEG,
    LOAD,
    LOW,
    NODE,
    PLACE,
    PUSHED,
    QUEUE_REQUEST,
    QUEUE_VEHICLE,
    REG_BANK,
    REG_COST,
    REG_DICE,
    REG_NEW_COST,
    REG_NEW_UNEVEN,
    REG_NEW_WEIGHT,
    REG_QUEUE,
    REG_SCORE,
    REG_TRIED,
    REG_UNEVEN,
    SERVICE,
    Lane,
)
from solver.kernels.places import room
from solver.kernels.plans import accept
from solver.kernels.route_terms import unevenness
from solver.kernels.ruin import served_one

CUT_DELTA, CUT_FIRST, CUT_SECOND = 0, 1, 2
"""Columns of Lane.cuts."""

EMPTY_CHANCE = 0.1
"""How often the other vehicle is one that stands still."""


@bare_inlined
def swap_tails(field: Field, lane: Lane, most: int) -> bool:
    """Make the cheapest exchange between two routes near each other, if one costs at most ``most`` more; whether so."""
    reg = lane.reg
    for k in range(reg[REG_BANK]):
        lane.queue[k, QUEUE_REQUEST], lane.queue[k, QUEUE_VEHICLE] = lane.bank[k], -1
    reg[REG_QUEUE], reg[REG_TRIED] = reg[REG_BANK], 0
    reg[REG_NEW_WEIGHT] = reg[REG_SCORE] - reg[REG_COST]
    a = lane.where[served_one(field, lane)]
    if a < 0 or lane.fleet[a, FLEET_AWAY]:
        return False
    b = _partner(field, lane, a)
    if b < 0:
        return False
    _clock(field, lane, 2 * a + lane.fleet[a, FLEET_ROW])
    _clock(field, lane, 2 * b + lane.fleet[b, FLEET_ROW])
    for k in range(_cheapest(field, lane, a, b, most)):
        if _exchanged(field, lane, a, b, k, reg[REG_COST] + most):
            return True
    return False


@bare_kernel
def _partner(field: Field, lane: Lane, a: int) -> int:
    """Another changeable vehicle: one that passes near, or now and then an empty one; -1 = none."""
    reg = lane.reg
    v: int
    if unit(reg, REG_DICE) < EMPTY_CHANCE:
        first = below(reg, REG_DICE, lane.fleet.shape[0])
        for k in range(lane.fleet.shape[0]):
            v = (first + k) % lane.fleet.shape[0]
            empty = lane.head[2 * v + lane.fleet[v, FLEET_ROW], HEAD_LENGTH] == 2
            if empty and lane.fleet[v, FLEET_AWAY] == 0 and lane.fleet[v, FLEET_CLOSED] == 0:
                return v
    row = 2 * a + lane.fleet[a, FLEET_ROW]
    node = lane.tour[row, 1 + below(reg, REG_DICE, lane.head[row, HEAD_LENGTH] - 2), NODE]
    request = node if node < field.near.shape[0] else node - field.near.shape[0]
    u = unit(reg, REG_DICE)
    for k in range(int(u * u * field.near.shape[1]), field.near.shape[1]):
        v = lane.where[field.near[request, k]]
        if v >= 0 and v != a and lane.fleet[v, FLEET_AWAY] == 0:
            return v
    return -1


@bare_kernel
def _clock(field: Field, lane: Lane, row: int) -> None:
    """Times by windows and fastest travel alone, valid for every part of the route: PUSHED earliest, LATE latest."""
    tour, n, places = lane.tour[row], lane.head[row, HEAD_LENGTH], field.figure[FIGURE_PLACES]
    tour[0, PUSHED] = tour[0, LOW]
    for i in range(1, n):
        drive = field.arc[tour[i - 1, PLACE] * places + tour[i, PLACE]]
        tour[i, PUSHED] = max(tour[i, LOW], tour[i - 1, PUSHED] + tour[i - 1, SERVICE] + drive)
    tour[n - 1, LATE] = tour[n - 1, HIGH]
    for i in range(n - 2, -1, -1):
        drive = field.arc[tour[i, PLACE] * places + tour[i + 1, PLACE]]
        tour[i, LATE] = min(tour[i, HIGH], tour[i + 1, LATE] - tour[i, SERVICE] - drive)


@bare_kernel
def _cheapest(field: Field, lane: Lane, a: int, b: int, most: int) -> int:
    """Fill Lane.cuts with the cheapest exchanges that windows allow; how many there are."""
    row, other = 2 * a + lane.fleet[a, FLEET_ROW], 2 * b + lane.fleet[b, FLEET_ROW]
    n, m, found = lane.head[row, HEAD_LENGTH], lane.head[other, HEAD_LENGTH], 0
    alike = field.vehicle[a, VEHICLE_CLASS] == field.vehicle[b, VEHICLE_CLASS]
    for i in range(field.vehicle[a, VEHICLE_LOCKED], n - 1):
        if lane.tour[row, i, LOAD] != 0:
            continue
        for j in range(field.vehicle[b, VEHICLE_LOCKED], m - 1):
            nothing_moves = (i == 0 and j == 0) or (i == n - 2 and j == m - 2)
            if lane.tour[other, j, LOAD] != 0 or nothing_moves:
                continue
            delta = _delta(field, lane, a, b, i, j)
            if delta > most or (found == CUTS and delta >= lane.cuts[CUTS - 1, CUT_DELTA]):
                continue
            if not alike or (_in_time(field, lane, row, other, i, j) and _in_time(field, lane, other, row, j, i)):
                found = _kept(lane, found, delta, i, j)
    return found


@bare_inlined
def _delta(field: Field, lane: Lane, a: int, b: int, i: int, j: int) -> int:
    """What the plan costs more with the exchange; near enough when the end places differ."""
    row, other = 2 * a + lane.fleet[a, FLEET_ROW], 2 * b + lane.fleet[b, FLEET_ROW]
    first, second, places = lane.tour[row], lane.tour[other], field.figure[FIGURE_PLACES]
    n, m = lane.head[row, HEAD_LENGTH], lane.head[other, HEAD_LENGTH]
    over = field.arc[first[i, PLACE] * places + second[j + 1, PLACE] + 1]
    back = field.arc[second[j, PLACE] * places + first[i + 1, PLACE] + 1]
    delta: int = over + back - first[i + 1, LEG]
    if m == 2:
        delta += field.vehicle[b, VEHICLE_COST]
    else:
        delta -= second[j + 1, LEG]
        if i == 0 and j == m - 2:
            delta -= over + field.vehicle[a, VEHICLE_COST]
        elif i == n - 2 and j == 0:
            delta -= back + field.vehicle[b, VEHICLE_COST]
    return delta


@bare_inlined
def _in_time(field: Field, lane: Lane, head: int, tail: int, i: int, j: int) -> bool:
    """Whether windows and travel let the route in row ``tail`` go on after position ``i`` of that in ``head``."""
    before, after = lane.tour[head, i], lane.tour[tail, j + 1]
    drive = field.arc[before[PLACE] * field.figure[FIGURE_PLACES] + after[PLACE]]
    fits: bool = before[PUSHED] + before[SERVICE] + drive <= after[LATE]
    return fits


@bare_inlined
def _kept(lane: Lane, found: int, delta: int, i: int, j: int) -> int:
    """Put the exchange among the ``found`` cheapest; how many there are then."""
    cuts, at = lane.cuts, min(found, CUTS - 1)
    while at > 0 and cuts[at - 1, CUT_DELTA] > delta:
        for column in range(3):
            cuts[at, column] = cuts[at - 1, column]
        at -= 1
    cuts[at, CUT_DELTA], cuts[at, CUT_FIRST], cuts[at, CUT_SECOND] = delta, i, j
    return min(found + 1, CUTS)


@bare_inlined
def _exchanged(field: Field, lane: Lane, a: int, b: int, k: int, most: int) -> bool:
    """Lay out exchange ``k``; make it the present plan if both routes stand and the plan costs at most what it may."""
    reg, requests = lane.reg, field.near.shape[0]
    i, j = lane.cuts[k, CUT_FIRST], lane.cuts[k, CUT_SECOND]
    first, second = 2 * a + lane.fleet[a, FLEET_ROW], 2 * b + lane.fleet[b, FLEET_ROW]
    if not (_laid(field, lane, a, b, i, j) and _laid(field, lane, b, a, j, i)):
        return False
    new = lane.head[first ^ 1, HEAD_COST] + lane.head[second ^ 1, HEAD_COST]
    cost = reg[REG_COST] - reg[REG_UNEVEN] + new - lane.head[first, HEAD_COST] - lane.head[second, HEAD_COST]
    lane.fleet[a, FLEET_TRIED] = lane.fleet[b, FLEET_TRIED] = 1
    reg[REG_NEW_UNEVEN] = unevenness(field, lane)
    if cost + reg[REG_NEW_UNEVEN] > most:
        lane.fleet[a, FLEET_TRIED] = lane.fleet[b, FLEET_TRIED] = 0
        return False
    for v in (a, b):
        lane.tried[reg[REG_TRIED]] = v
        reg[REG_TRIED] += 1
        row = 2 * v + (lane.fleet[v, FLEET_ROW] ^ 1)
        for at in range(1, lane.head[row, HEAD_LENGTH] - 1):
            if lane.tour[row, at, NODE] < requests:
                lane.where[lane.tour[row, at, NODE]] = v
    reg[REG_NEW_COST] = cost + reg[REG_NEW_UNEVEN]
    accept(field, lane)
    return True


@bare_kernel
def _laid(field: Field, lane: Lane, v: int, other: int, i: int, j: int) -> bool:
    """Into the spare row of ``v``: its route up to ``i``, then that of ``other`` after ``j``; whether it stands."""
    requests = field.near.shape[0]
    head, tail = 2 * v + lane.fleet[v, FLEET_ROW], 2 * other + lane.fleet[other, FLEET_ROW]
    n, end = i + lane.head[tail, HEAD_LENGTH] - j, lane.head[head, HEAD_LENGTH] - 1
    if n > lane.tour.shape[1]:
        return False
    for at in range(i + 1):
        lane.tour[head ^ 1, at, NODE] = lane.tour[head, at, NODE]
    for at in range(i + 1, n - 1):
        node = lane.tour[tail, at - i + j, NODE]
        if node < requests and (not field.allowed[node, v] or field.node[node, NODE_FIXED]):
            return False
        if not room(field, v, lane.tour[tail, at - i + j, LOAD]):
            return False
        lane.tour[head ^ 1, at, NODE] = node
    lane.tour[head ^ 1, n - 1, NODE] = lane.tour[head, end, NODE]
    return label(field, lane, v, head ^ 1, n) and stands(field, lane, v, head ^ 1)
