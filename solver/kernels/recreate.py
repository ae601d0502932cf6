"""Put the requests of the queue back, one after the other, each at its cheapest place.

Greedy insertion with blinks: Christiaens & Vanden Berghe (2020), https://doi.org/10.1287/trsc.2019.0914,
algorithm 3; a blink skips a whole route. By regret: Ropke & Pisinger (2006), https://doi.org/10.1287/trsc.1050.0135,
section 3.2.2, with the difference between the best and the second best vehicle.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.kernels.dice import unit
from solver.kernels.field import FIGURE_LINKS, NODE_NEXT_OPTION, NODE_OPTION_COST, NODE_OUTBOUND, VEHICLE_KIND, Field
from solver.kernels.jit import bare_entry, bare_inlined, bare_kernel, number
from solver.kernels.labels import label_with
from solver.kernels.lane import (
    FLEET_AWAY,
    FLEET_CLOSED,
    FLEET_ROW,
    FLEET_TRIED,
    HEAD_COST,
    HEAD_LENGTH,
    NO_POSITION,
    QUEUE_OPTION,
    QUEUE_REQUEST,
    QUEUE_VEHICLE,
    REG_CHOSEN,
    REG_DELTA,
    REG_DICE,
    REG_DROP,
    REG_FIRST,
    REG_FIRST_DROP,
    REG_FIRST_PICK,
    REG_NEW_COST,
    REG_NEW_UNEVEN,
    REG_NEW_WEIGHT,
    REG_OPTION,
    REG_PICK,
    REG_QUEUE,
    REG_REQUEST,
    REG_ROW,
    REG_SECOND,
    REG_TRIED,
    REG_VEHICLE,
    TODO_FOUND,
    TODO_KEY,
    TODO_VEHICLE,
    UNBOUNDED,
    UNTRIED,
    Lane,
)
from solver.kernels.places import cache_key, look_for_place, recall, remember, slot_of
from solver.kernels.route_terms import unevenness
from solver.kernels.ruin import way_served


@bare_inlined
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
        _put_back(field, lane, at, blink)
    return _cheap(field, lane, most)


@bare_inlined
def recreate_by_regret(field: Field, lane: Lane, most: float) -> bool:
    """As `recreate`, but whoever would lose most by waiting comes next; who has one place left loses all of it."""
    reg, queue = lane.reg, lane.queue
    for at in range(reg[REG_QUEUE]):
        queue[at, QUEUE_VEHICLE] = UNTRIED
    for _ in range(reg[REG_QUEUE]):
        if reg[REG_NEW_COST] + reg[REG_NEW_WEIGHT] > most:
            return False
        next_one, largest = -1, -1
        for at in range(reg[REG_QUEUE]):
            request = queue[at, QUEUE_REQUEST]
            if queue[at, QUEUE_VEHICLE] != UNTRIED:
                continue
            reg[REG_REQUEST], regret = request, 0
            if not (field.figure[FIGURE_LINKS] and outbound_out(field, lane, request)):
                choose(field, lane, 0.0, number(2))
                regret = reg[REG_SECOND] - reg[REG_FIRST]
            if regret > largest:
                next_one, largest = at, regret
        queue[next_one, QUEUE_VEHICLE] = -1
        if field.figure[FIGURE_LINKS] and outbound_out(field, lane, queue[next_one, QUEUE_REQUEST]):
            reg[REG_NEW_WEIGHT] += lane.weight[queue[next_one, QUEUE_REQUEST]]
        else:
            _put_back(field, lane, next_one, 0.0)
    return _cheap(field, lane, most)


@bare_inlined
def _cheap(field: Field, lane: Lane, most: float) -> bool:
    """Whether the finished plan under trial costs at most ``most`` with its unevenness."""
    reg = lane.reg
    reg[REG_NEW_UNEVEN] = unevenness(field, lane)
    reg[REG_NEW_COST] += reg[REG_NEW_UNEVEN]
    cheap: bool = reg[REG_NEW_COST] + reg[REG_NEW_WEIGHT] <= most
    return cheap


@bare_inlined
def _put_back(field: Field, lane: Lane, at: int, blink: float) -> None:
    """Insert entry ``at`` of the queue at its cheapest place, or count its weight when there is none."""
    reg, request = lane.reg, lane.queue[at, QUEUE_REQUEST]
    reg[REG_REQUEST] = request
    v = choose(field, lane, blink, number(1))
    lane.queue[at, QUEUE_VEHICLE] = v
    if v < 0:
        reg[REG_NEW_WEIGHT] += lane.weight[request]
    else:
        lane.queue[at, QUEUE_OPTION] = reg[REG_OPTION]
        insert(field, lane, v, reg[REG_OPTION])
        lane.gone[reg[REG_OPTION]] = 0


@bare_kernel
def outbound_out(field: Field, lane: Lane, request: int) -> bool:
    outbound = field.node[request, NODE_OUTBOUND]
    out: bool = outbound >= 0 and way_served(field, lane, outbound) < 0
    return out


@bare_inlined
def row_of(lane: Lane, v: int) -> int:
    """The row of the route of ``v`` in the plan under trial."""
    row: int = 2 * v + (lane.fleet[v, FLEET_ROW] ^ lane.fleet[v, FLEET_TRIED])
    return row


@bare_entry
def choose(field: Field, lane: Lane, blink: float, ranks: int) -> int:
    """The vehicle with the cheapest place for the demand of REG_REQUEST, -1 = none; the place stands in the registers.

    Every request that meets the demand is tried; REG_OPTION is the one with the place. With 2 ``ranks`` the bound is
    the second best. REG_FIRST and REG_SECOND hold what both cost, options included.

    An entry for the tests: with one vehicle open they ask for its cheapest place by the code that the search runs.
    """
    reg, asked = lane.reg, lane.reg[REG_REQUEST]
    reg[REG_FIRST], reg[REG_SECOND], reg[REG_CHOSEN] = UNBOUNDED, UNBOUNDED, -1
    option = asked
    while True:
        reg[REG_REQUEST] = option
        _look_around(field, lane, blink, ranks)
        option = field.node[option, NODE_NEXT_OPTION]
        if option == asked:
            break
    reg[REG_PICK], reg[REG_DROP] = reg[REG_FIRST_PICK], reg[REG_FIRST_DROP]
    chosen: int = reg[REG_CHOSEN]
    return chosen


@bare_inlined
def _look_around(field: Field, lane: Lane, blink: float, ranks: int) -> None:
    """Look at every vehicle for places of REG_REQUEST that are better than those known.

    Routes with a remembered answer come first: they give the bound that spares work on the others. All answers are
    fetched before the first is read, because each is far away in memory and the processor waits for several at
    once. Then comes the route that the request left, since its old place is seldom bad. Bounds are for the place
    alone, without the cost of the option.
    """
    reg, request = lane.reg, lane.reg[REG_REQUEST]
    extra = field.node[request + field.near.shape[0], NODE_OPTION_COST]
    todo, asked, waiting, empty_kind = lane.todo, 0, 0, -1
    for v in range(field.vehicle.shape[0]):
        if lane.fleet[v, FLEET_CLOSED] or lane.fleet[v, FLEET_AWAY] or not field.allowed[request, v]:
            continue
        row = row_of(lane, v)
        if lane.head[row, HEAD_LENGTH] == 2:
            if field.vehicle[v, VEHICLE_KIND] == empty_kind:
                continue
            empty_kind = field.vehicle[v, VEHICLE_KIND]
        if unit(reg, REG_DICE) < blink:
            continue
        key = cache_key(field, lane, request, row)
        todo[asked, TODO_VEHICLE], todo[asked, TODO_KEY] = v, key
        todo[asked, TODO_FOUND] = lane.cache[slot_of(key)]
        asked += 1
    bound = (reg[REG_FIRST] if ranks == 1 else reg[REG_SECOND]) - extra
    for at in range(asked):
        v, key = todo[at, TODO_VEHICLE], todo[at, TODO_KEY]
        if todo[at, TODO_FOUND] == key and recall(lane, slot_of(key), bound):
            bound = _ranked(reg, v, bound, extra, ranks)
        else:
            todo[waiting, TODO_VEHICLE], todo[waiting, TODO_KEY] = v, key
            if v == lane.where[request]:
                todo[waiting, TODO_VEHICLE], todo[waiting, TODO_KEY] = todo[0, TODO_VEHICLE], todo[0, TODO_KEY]
                todo[0, TODO_VEHICLE], todo[0, TODO_KEY] = v, key
            waiting += 1
    for at in range(waiting):
        v, key = todo[at, TODO_VEHICLE], todo[at, TODO_KEY]
        if lane.cache[slot_of(key)] == key and recall(lane, slot_of(key), bound):
            continue  # its places are known to be dearer than what was found meanwhile
        reg[REG_VEHICLE], reg[REG_ROW] = v, row_of(lane, v)
        look_for_place(field, lane, bound)
        remember(lane, slot_of(key), key)
        bound = _ranked(reg, v, bound, extra, ranks)


@bare_inlined
def _ranked(reg: NDArray[np.int64], v: int, bound: int, extra: int, ranks: int) -> int:
    """Note the place in the registers, found on vehicle ``v``, if it is among the best; the new bound."""
    if reg[REG_PICK] == NO_POSITION or reg[REG_DELTA] >= bound:
        return bound
    cost = reg[REG_DELTA] + extra
    if cost < reg[REG_FIRST]:
        if v != reg[REG_CHOSEN]:
            reg[REG_SECOND] = reg[REG_FIRST]
        reg[REG_FIRST], reg[REG_CHOSEN], reg[REG_OPTION] = cost, v, reg[REG_REQUEST]
        reg[REG_FIRST_PICK], reg[REG_FIRST_DROP] = reg[REG_PICK], reg[REG_DROP]
    elif v != reg[REG_CHOSEN]:
        reg[REG_SECOND] = cost
    new: int = (reg[REG_FIRST] if ranks == 1 else reg[REG_SECOND]) - extra
    return new


@bare_inlined
def insert(field: Field, lane: Lane, v: int, request: int) -> None:
    """Insert at (REG_PICK, REG_DROP) into the route of ``v`` under trial, and label it."""
    reg, old = lane.reg, row_of(lane, v)
    reg[REG_NEW_COST] -= lane.head[old, HEAD_COST]
    if lane.fleet[v, FLEET_TRIED] == 0:
        lane.fleet[v, FLEET_TRIED] = 1
        lane.tried[reg[REG_TRIED]] = v
        reg[REG_TRIED] += 1
    new = row_of(lane, v)
    label_with(field, lane, v, old, request)
    reg[REG_NEW_COST] += lane.head[new, HEAD_COST]
