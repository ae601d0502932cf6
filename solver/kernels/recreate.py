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
from solver.kernels.jit import bare_entry, bare_inlined, bare_kernel
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
    REG_NEXT,
    REG_NEXT_DROP,
    REG_NEXT_OPTION,
    REG_NEXT_PICK,
    REG_NEXT_VEHICLE,
    REG_OPTION,
    REG_PICK,
    REG_QUEUE,
    REG_REGRET,
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

BLINK = 0.01
"""The chance that a vehicle is skipped, but not by regret."""


@bare_entry
def recreate(field: Field, lane: Lane, by_regret: bool, most: float) -> bool:
    """Insert the queue; False as soon as the plan costs more than ``most``, and then it is unfinished.

    In its order, or ``by_regret``: whoever would lose most by waiting comes next, and who has one place left loses
    all of it. Whatever it needs is copied in here, since every call of a kernel passes some 400 words.
    """
    reg, queue = lane.reg, lane.queue
    for at in range(reg[REG_QUEUE]):
        queue[at, QUEUE_VEHICLE] = UNTRIED
    for turn in range(reg[REG_QUEUE]):
        if reg[REG_NEW_COST] + reg[REG_NEW_WEIGHT] > most:
            return False
        reg[REG_REGRET] = -1
        for at in range(0 if by_regret else turn, reg[REG_QUEUE] if by_regret else turn + 1):
            if queue[at, QUEUE_VEHICLE] == UNTRIED:
                _weigh(field, lane, at, by_regret)
        _put_back(field, lane)
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
def _weigh(field: Field, lane: Lane, at: int, by_regret: bool) -> None:
    """Look for the cheapest place for entry ``at`` of the queue; it is next if it loses more than those before it."""
    reg, request = lane.reg, lane.queue[at, QUEUE_REQUEST]
    reg[REG_FIRST], reg[REG_SECOND], reg[REG_CHOSEN] = UNBOUNDED, UNBOUNDED, -1
    if not (field.figure[FIGURE_LINKS] and _outbound_out(field, lane, request)):
        _choose(field, lane, request, by_regret)
    if reg[REG_SECOND] - reg[REG_FIRST] > reg[REG_REGRET]:
        reg[REG_REGRET] = reg[REG_SECOND] - reg[REG_FIRST]
        reg[REG_NEXT], reg[REG_NEXT_VEHICLE], reg[REG_NEXT_OPTION] = at, reg[REG_CHOSEN], reg[REG_OPTION]
        reg[REG_NEXT_PICK], reg[REG_NEXT_DROP] = reg[REG_FIRST_PICK], reg[REG_FIRST_DROP]


@bare_inlined
def _put_back(field: Field, lane: Lane) -> None:
    """Insert the entry of the queue that is next at its cheapest place, or count its weight when there is none."""
    reg, at, v = lane.reg, lane.reg[REG_NEXT], lane.reg[REG_NEXT_VEHICLE]
    lane.queue[at, QUEUE_VEHICLE] = v
    if v < 0:
        reg[REG_NEW_WEIGHT] += lane.weight[lane.queue[at, QUEUE_REQUEST]]
    else:
        lane.queue[at, QUEUE_OPTION] = reg[REG_NEXT_OPTION]
        reg[REG_PICK], reg[REG_DROP] = reg[REG_NEXT_PICK], reg[REG_NEXT_DROP]
        _insert(field, lane, v, reg[REG_NEXT_OPTION])
        lane.gone[reg[REG_NEXT_OPTION]] = 0


@bare_kernel
def _outbound_out(field: Field, lane: Lane, request: int) -> bool:
    outbound = field.node[request, NODE_OUTBOUND]
    out: bool = outbound >= 0 and way_served(field, lane, outbound) < 0
    return out


@bare_inlined
def _row_of(lane: Lane, v: int) -> int:
    """The row of the route of ``v`` in the plan under trial."""
    row: int = 2 * v + (lane.fleet[v, FLEET_ROW] ^ lane.fleet[v, FLEET_TRIED])
    return row


@bare_inlined
def _choose(field: Field, lane: Lane, asked: int, by_regret: bool) -> None:
    """The cheapest place for the demand of request ``asked``: REG_CHOSEN is its vehicle, -1 when there is none.

    Every request that meets the demand is tried; REG_OPTION is the one with the place. REG_FIRST and REG_SECOND hold
    what it costs and what the best place on another vehicle does, options included; without ``by_regret`` the second
    may be missed.
    """
    option = asked
    while True:
        lane.reg[REG_REQUEST] = option
        _look_around(field, lane, by_regret)
        option = field.node[option, NODE_NEXT_OPTION]
        if option == asked:
            break


@bare_inlined
def _list_vehicles(field: Field, lane: Lane, request: int, by_regret: bool) -> int:
    """Into Lane.todo the vehicles to ask, with what stands where their answers would; how many there are.

    All answers are fetched before the first is read, because each is far away in memory and the processor waits for
    several at once.
    """
    asked, empty_kind = 0, -1
    for v in range(field.vehicle.shape[0]):
        if lane.fleet[v, FLEET_CLOSED] or lane.fleet[v, FLEET_AWAY] or not field.allowed[request, v]:
            continue
        row = _row_of(lane, v)
        if lane.head[row, HEAD_LENGTH] == 2:
            if field.vehicle[v, VEHICLE_KIND] == empty_kind:
                continue
            empty_kind = field.vehicle[v, VEHICLE_KIND]
        if not by_regret and unit(lane.reg, REG_DICE) < BLINK:
            continue
        key = cache_key(field, lane, request, row)
        lane.todo[asked, TODO_VEHICLE], lane.todo[asked, TODO_KEY] = v, key
        lane.todo[asked, TODO_FOUND] = lane.cache[slot_of(key)]
        asked += 1
    return asked


@bare_inlined
def _look_around(field: Field, lane: Lane, by_regret: bool) -> None:
    """Look at every vehicle for places of REG_REQUEST that are better than those known.

    Routes with a remembered answer come first: they give the bound that spares work on the others. Then comes the
    route that the request left, since its old place is seldom bad. Bounds are for the place alone, without the cost
    of the option.
    """
    reg, request, todo, waiting = lane.reg, lane.reg[REG_REQUEST], lane.todo, 0
    extra = field.node[request + field.near.shape[0], NODE_OPTION_COST]
    asked = _list_vehicles(field, lane, request, by_regret)
    bound = (reg[REG_SECOND] if by_regret else reg[REG_FIRST]) - extra
    for at in range(asked):
        v, key = todo[at, TODO_VEHICLE], todo[at, TODO_KEY]
        if todo[at, TODO_FOUND] == key and recall(lane, slot_of(key), bound):
            bound = _ranked(reg, v, bound, extra, by_regret)
        else:
            todo[waiting, TODO_VEHICLE], todo[waiting, TODO_KEY] = v, key
            if v == lane.where[request]:
                todo[waiting, TODO_VEHICLE], todo[waiting, TODO_KEY] = todo[0, TODO_VEHICLE], todo[0, TODO_KEY]
                todo[0, TODO_VEHICLE], todo[0, TODO_KEY] = v, key
            waiting += 1
    for at in range(waiting):
        v, key = todo[at, TODO_VEHICLE], todo[at, TODO_KEY]
        # What is known to be dearer than what was found meanwhile is not looked for again.
        if lane.cache[slot_of(key)] != key or not recall(lane, slot_of(key), bound):
            reg[REG_VEHICLE], reg[REG_ROW] = v, _row_of(lane, v)
            look_for_place(field, lane, bound)
            remember(lane, slot_of(key), key)
        bound = _ranked(reg, v, bound, extra, by_regret)


@bare_inlined
def _ranked(reg: NDArray[np.int64], v: int, bound: int, extra: int, by_regret: bool) -> int:
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
    new: int = (reg[REG_SECOND] if by_regret else reg[REG_FIRST]) - extra
    return new


@bare_inlined
def _insert(field: Field, lane: Lane, v: int, request: int) -> None:
    """Insert at (REG_PICK, REG_DROP) into the route of ``v`` under trial, and label it."""
    reg, old = lane.reg, _row_of(lane, v)
    reg[REG_NEW_COST] -= lane.head[old, HEAD_COST]
    if lane.fleet[v, FLEET_TRIED] == 0:
        lane.fleet[v, FLEET_TRIED] = 1
        lane.tried[reg[REG_TRIED]] = v
        reg[REG_TRIED] += 1
    new = _row_of(lane, v)
    label_with(field, lane, v, old, request)
    reg[REG_NEW_COST] += lane.head[new, HEAD_COST]
