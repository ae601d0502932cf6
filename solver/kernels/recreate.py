"""Put the requests of the queue back, one after the other, each at its cheapest place.

Greedy insertion with blinks: Christiaens & Vanden Berghe (2020), https://doi.org/10.1287/trsc.2019.0914,
algorithm 3; a blink skips a whole route.
"""

from __future__ import annotations

from solver.kernels.dice import unit
from solver.kernels.field import FIGURE_LINKS, NODE_OUTBOUND, VEHICLE_KIND, Field
from solver.kernels.jit import bare_inlined, bare_kernel
from solver.kernels.labels import label
from solver.kernels.lane import (
    FLEET_CLOSED,
    FLEET_ROW,
    FLEET_TRIED,
    HEAD_COST,
    HEAD_LENGTH,
    NO_POSITION,
    NODE,
    QUEUE_REQUEST,
    QUEUE_VEHICLE,
    REG_DELTA,
    REG_DICE,
    REG_DROP,
    REG_NEW_COST,
    REG_NEW_WEIGHT,
    REG_PICK,
    REG_QUEUE,
    REG_REQUEST,
    REG_ROW,
    REG_TRIED,
    REG_VEHICLE,
    UNBOUNDED,
    UNTRIED,
    Lane,
)
from solver.kernels.places import best_place, cache_key, recall, remember, slot_of


@bare_kernel
def recreate(field: Field, lane: Lane, blink: float, most: float) -> bool:
    """Insert the queue in its order; False as soon as the plan costs more than ``most``, and then it is unfinished."""
    reg, queue = lane.reg, lane.queue
    for at in range(reg[REG_QUEUE]):
        queue[at, QUEUE_VEHICLE] = UNTRIED
    for at in range(reg[REG_QUEUE]):
        if reg[REG_NEW_COST] + reg[REG_NEW_WEIGHT] > most:
            return False
        request = queue[at, QUEUE_REQUEST]
        queue[at, QUEUE_VEHICLE] = -1
        if field.figure[FIGURE_LINKS] and outbound_out(field, lane, request):
            reg[REG_NEW_WEIGHT] += lane.weight[request]
            continue
        reg[REG_REQUEST] = request
        v = choose(field, lane, blink)
        if v < 0:
            reg[REG_NEW_WEIGHT] += lane.weight[request]
            continue
        insert(field, lane, v, request)
        queue[at, QUEUE_VEHICLE] = v
        lane.gone[request] = 0
    cheap: bool = reg[REG_NEW_COST] + reg[REG_NEW_WEIGHT] <= most
    return cheap


@bare_kernel
def outbound_out(field: Field, lane: Lane, request: int) -> bool:
    outbound = field.node[request, NODE_OUTBOUND]
    out: bool = outbound >= 0 and lane.gone[outbound] == 1
    return out


@bare_inlined
def row_of(lane: Lane, v: int) -> int:
    """The row of the route of ``v`` in the plan under trial."""
    row: int = 2 * v + (lane.fleet[v, FLEET_ROW] ^ lane.fleet[v, FLEET_TRIED])
    return row


@bare_kernel
def choose(field: Field, lane: Lane, blink: float) -> int:
    """The vehicle with the cheapest place for REG_REQUEST, -1 = none; the place stands in the registers.

    Routes with a remembered answer come first: they give the bound that spares work on the others.
    """
    reg, request = lane.reg, lane.reg[REG_REQUEST]
    best, chosen, pick, drop = UNBOUNDED, -1, 0, 0
    waiting = 0
    empty_kind = -1
    for v in range(field.vehicle.shape[0]):
        if lane.fleet[v, FLEET_CLOSED] or not field.allowed[request, v]:
            continue
        row = row_of(lane, v)
        if lane.head[row, HEAD_LENGTH] == 2:
            kind = field.vehicle[v, VEHICLE_KIND]
            if kind == empty_kind:
                continue
            empty_kind = kind
        if unit(reg, REG_DICE) < blink:
            continue
        key = cache_key(field, lane, request, row)
        slot = slot_of(key)
        if lane.cache[slot] == key and recall(lane, slot, best):
            if reg[REG_PICK] != NO_POSITION and reg[REG_DELTA] < best:
                best, chosen, pick, drop = reg[REG_DELTA], v, reg[REG_PICK], reg[REG_DROP]
        else:
            lane.todo[waiting] = v
            waiting += 1
    for at in range(waiting):
        v = lane.todo[at]
        reg[REG_VEHICLE] = v
        reg[REG_ROW] = row_of(lane, v)
        key = cache_key(field, lane, request, reg[REG_ROW])
        best_place(field, lane, best)
        remember(lane, slot_of(key), key)
        if reg[REG_PICK] != NO_POSITION:
            best, chosen, pick, drop = reg[REG_DELTA], v, reg[REG_PICK], reg[REG_DROP]
    reg[REG_PICK], reg[REG_DROP] = pick, drop
    return chosen


@bare_kernel
def insert(field: Field, lane: Lane, v: int, request: int) -> None:
    """Insert at (REG_PICK, REG_DROP) into the route of ``v`` under trial, and label it."""
    reg, i, j = lane.reg, lane.reg[REG_PICK], lane.reg[REG_DROP]
    old = row_of(lane, v)
    if lane.fleet[v, FLEET_TRIED] == 0:
        lane.fleet[v, FLEET_TRIED] = 1
        lane.tried[reg[REG_TRIED]] = v
        reg[REG_TRIED] += 1
    new, n = row_of(lane, v), lane.head[old, HEAD_LENGTH]
    before, after = lane.tour[old], lane.tour[new]
    for k in range(n - 1, j, -1):
        after[k + 2, NODE] = before[k, NODE]
    after[j + 2, NODE] = request + field.near.shape[0]
    for k in range(j, i, -1):
        after[k + 1, NODE] = before[k, NODE]
    after[i + 1, NODE] = request
    for k in range(i + 1):
        after[k, NODE] = before[k, NODE]
    reg[REG_NEW_COST] -= lane.head[old, HEAD_COST]
    label(field, lane, v, new, n + 2)
    reg[REG_NEW_COST] += lane.head[new, HEAD_COST]
