"""The cheapest feasible place of one request in one labelled route, exactly, and the memory of such answers.

Tests come cheapest first, each necessary for the place: times from the labels, loads, cost against the best so
far. What passes them is pushed through the route; only when a ride limit or the duration is broken by the
push does a full fixed point decide.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.kernels import tour as general
from solver.kernels.field import (
    FIGURE_GUARD,
    FIGURE_PLACES,
    FIGURE_SLACK,
    FIGURE_TERMS,
    NODE_EARLIEST,
    NODE_HASH,
    NODE_LATEST,
    NODE_LOAD,
    NODE_PLACE,
    NODE_RIDE,
    VEHICLE_CLASS,
    VEHICLE_COST,
    VEHICLE_DURATION,
    VEHICLE_GENERAL,
    VEHICLE_LOCKED,
    Field,
)
from solver.kernels.hours import arrival
from solver.kernels.jit import bare_inlined, bare_kernel
from solver.kernels.labels import settle_least, settle_least_by_hour, visit
from solver.kernels.lane import (
    CACHE_BITS,
    HEAD_HASH,
    HEAD_LENGTH,
    HIGH,
    LAG,
    LEG,
    LIMIT,
    LOAD,
    LOW,
    NO_POSITION,
    PARTNER,
    PLACE,
    PUSHED,
    REG_DELTA,
    REG_DROP,
    REG_PICK,
    REG_REQUEST,
    REG_ROW,
    REG_VEHICLE,
    SERVICE,
    Lane,
    X,
    Y,
)
from solver.kernels.route_terms import added_terms, with_request
from solver.kernels.timing import feasible
from solver.problem import Int32, Int64


@bare_inlined
def cache_key(field: Field, lane: Lane, request: int, row: int) -> int:
    """What stands for the request and the route in ``row`` in the cache."""
    key: int = lane.head[row, HEAD_HASH] ^ field.node[request, NODE_HASH]
    key ^= (key >> 31) & 0x1FFFFFFFF
    key *= 0x2545F4914F6CDD1D
    return key


@bare_inlined
def slot_of(key: int) -> int:
    """Where the answer for ``key`` would stand in the cache."""
    slot: int = 2 * ((key >> 20) & ((1 << CACHE_BITS) - 1))
    return slot


@bare_inlined
def recall(lane: Lane, slot: int, bound: int) -> bool:
    """Read the answer at ``slot`` into the registers; False when it says too little about places below ``bound``."""
    answer = lane.cache[slot + 1]
    lane.reg[REG_DELTA] = answer >> 20
    lane.reg[REG_PICK] = (answer >> 10) & NO_POSITION
    lane.reg[REG_DROP] = answer & NO_POSITION
    known: bool = lane.reg[REG_PICK] != NO_POSITION or lane.reg[REG_DELTA] >= bound
    return known


@bare_inlined
def remember(lane: Lane, slot: int, key: int) -> None:
    lane.cache[slot] = key
    lane.cache[slot + 1] = (lane.reg[REG_DELTA] << 20) | (lane.reg[REG_PICK] << 10) | lane.reg[REG_DROP]


@bare_inlined
def look_for_place(field: Field, lane: Lane, bound: int) -> None:
    """The cheapest place of REG_REQUEST in the route of REG_VEHICLE in row REG_ROW, if it costs less than ``bound``.

    The answer stands in REG_DELTA, REG_PICK and REG_DROP (pick-up after one position, drop after the other); with
    no place it is ``bound`` and NO_POSITION. Ties go to the earlier pick-up, then the earlier drop.
    """
    request, v, row = lane.reg[REG_REQUEST], lane.reg[REG_VEHICLE], lane.reg[REG_ROW]
    node, reg, tour = field.node, lane.reg, lane.tour[row]
    n = lane.head[row, HEAD_LENGTH]
    reg[REG_DELTA] = bound
    reg[REG_PICK] = NO_POSITION
    reg[REG_DROP] = NO_POSITION
    if n + 2 > tour.shape[0]:
        return
    use = field.vehicle[v, VEHICLE_COST] if n == 2 else 0
    ready, latest, load = node[request, NODE_EARLIEST], node[request, NODE_LATEST], node[request, NODE_LOAD]
    boarding = field.service[field.vehicle[v, VEHICLE_CLASS], request]
    here, places, slack = node[request, NODE_PLACE], field.figure[FIGURE_PLACES], field.figure[FIGURE_SLACK]
    ride = here * places + node[request + field.near.shape[0], NODE_PLACE]
    for i in range(field.vehicle[v, VEHICLE_LOCKED], n - 1):
        free = tour[i, X] + tour[i, SERVICE]
        if free > latest:
            return
        if ready + boarding > tour[i + 1, Y]:
            continue
        leg = here * places + tour[i, PLACE]
        picked = max(ready, driven(field, field.arc_to, leg, free))
        if picked > latest or picked + boarding > tour[i + 1, Y] or not room(field, v, tour[i, LOAD] + load):
            continue
        detour, over = use + field.arc_to[leg + 1], here * places + tour[i + 1, PLACE]
        if n > 2:
            detour -= tour[i + 1, LEG]
        if detour + field.arc[over + 1] - slack >= reg[REG_DELTA]:
            continue
        if detour + field.arc[ride + 1] < reg[REG_DELTA]:
            beside(field, lane, i, picked, detour)
        apart(field, lane, i, picked, detour)


@bare_inlined
def driven(field: Field, arc: Int32 | Int64, leg: int, leave: int) -> int:
    """When the end of the arc at ``leg`` of a table is reached by who leaves its beginning at ``leave``."""
    if field.packed.start.shape[0] == 1:
        reach: int = leave + arc[leg]
    else:
        reach = arrival(arc, leg + 2, field.packed.start, leave)
    return reach


@bare_inlined
def _reached(field: Field, tour: NDArray[np.int64], k: int, at: int) -> int:
    """When position ``k`` is reached from a service one position before that starts at ``at``."""
    if field.packed.start.shape[0] == 1:
        reach: int = at + tour[k, LAG]
    else:
        reach = arrival(field.arc, tour[k, LAG] + 2, field.packed.start, at + tour[k - 1, SERVICE])
    return reach


@bare_inlined
def room(field: Field, v: int, load: int) -> bool:
    """Whether the load word fits a layout of the vehicle."""
    guard = field.figure[FIGURE_GUARD]
    fits = False
    for a in range(field.layout.shape[1]):
        fits |= (field.layout[v, a] - load) & guard == guard
    return fits


@bare_inlined
def beside(field: Field, lane: Lane, i: int, picked: int, detour: int) -> None:
    """Try the drop directly after the pick-up."""
    request, v, row = lane.reg[REG_REQUEST], lane.reg[REG_VEHICLE], lane.reg[REG_ROW]
    node, arc, tour, places = field.node, field.arc, lane.tour[row], field.figure[FIGURE_PLACES]
    service = field.service[field.vehicle[v, VEHICLE_CLASS]]
    drop = request + field.near.shape[0]
    here, there = node[request, NODE_PLACE], node[drop, NODE_PLACE]
    ride, onward = here * places + there, there * places + tour[i + 1, PLACE]
    delta = detour + arc[ride + 1] + arc[onward + 1]
    if delta >= lane.reg[REG_DELTA] or arc[ride] > node[request, NODE_RIDE]:
        return
    dropped = max(node[drop, NODE_EARLIEST], driven(field, field.arc, ride, picked + service[request]))
    if dropped > node[drop, NODE_LATEST] or driven(field, field.arc, onward, dropped + service[drop]) > tour[i + 1, Y]:
        return
    if holds(field, lane, i, i, picked, dropped):
        _keep(field, lane, delta, i, i)


@bare_inlined
def _keep(field: Field, lane: Lane, delta: int, i: int, j: int) -> None:
    """Take the place unless its terms make it dearer than the best so far."""
    reg = lane.reg
    if field.figure[FIGURE_TERMS]:
        delta += added_terms(field, lane, i, j)
    if delta < reg[REG_DELTA]:
        reg[REG_DELTA] = delta
        reg[REG_PICK] = i
        reg[REG_DROP] = j


@bare_inlined
def apart(field: Field, lane: Lane, i: int, picked: int, detour: int) -> None:
    """Try every drop with at least one position between it and the pick-up."""
    request, v, row = lane.reg[REG_REQUEST], lane.reg[REG_VEHICLE], lane.reg[REG_ROW]
    node, arc, arc_to, tour, reg = field.node, field.arc, field.arc_to, lane.tour[row], lane.reg
    places = field.figure[FIGURE_PLACES]
    service = field.service[field.vehicle[v, VEHICLE_CLASS]]
    n, drop = lane.head[row, HEAD_LENGTH], request + field.near.shape[0]
    here, there = node[request, NODE_PLACE], node[drop, NODE_PLACE]
    leg = here * places + tour[i + 1, PLACE]
    detour += arc[leg + 1]
    boarding, limit, load = service[request], node[request, NODE_RIDE], node[request, NODE_LOAD]
    if detour - field.figure[FIGURE_SLACK] >= reg[REG_DELTA]:
        return
    clock, quickest = driven(field, field.arc, leg, picked + boarding), arc[leg]
    if clock > tour[i + 1, Y]:
        return
    last = min(node[request, NODE_LATEST], tour[i + 1, Y] - boarding - arc[leg]) + boarding + limit
    last, ready = min(last, node[drop, NODE_LATEST]), node[drop, NODE_EARLIEST] + service[drop]
    for j in range(i + 1, n - 1):
        clock = max(clock, tour[j, X])
        if clock > tour[j, Y] or quickest > limit or not room(field, v, tour[j, LOAD] + load):
            return
        tour[j, PUSHED] = clock
        clock += tour[j, SERVICE]
        quickest += tour[j, SERVICE]
        if clock > last:
            return
        if ready <= tour[j + 1, Y]:
            leg, onward = there * places + tour[j, PLACE], there * places + tour[j + 1, PLACE]
            delta = detour + arc_to[leg + 1] + arc[onward + 1] - tour[j + 1, LEG]
            dropped = max(node[drop, NODE_EARLIEST], driven(field, arc_to, leg, clock))
            if (
                delta < reg[REG_DELTA]
                and dropped <= last
                and quickest + arc_to[leg] <= limit
                and driven(field, arc, onward, dropped + service[drop]) <= tour[j + 1, Y]
                and holds(field, lane, i, j, picked, dropped)
            ):
                _keep(field, lane, delta, i, j)
        if field.packed.start.shape[0] == 1:
            step = tour[j + 1, LAG] - tour[j, SERVICE]
            clock += step
            quickest += step
        else:
            clock = driven(field, field.arc, tour[j + 1, LAG], clock)
            quickest += arc[tour[j + 1, LAG]]


@bare_inlined
def holds(field: Field, lane: Lane, i: int, j: int, picked: int, dropped: int) -> bool:
    """Whether the route has a schedule with the request at (i, j), picked and dropped as early as X allows."""
    verdict = pushed_through(field, lane, i, j, picked, dropped)
    if verdict < 0:
        return False
    if verdict == 0 and not _settles(field, lane, i, j):
        return False
    return field.vehicle[lane.reg[REG_VEHICLE], VEHICLE_GENERAL] == 0 or _holds_in_general(field, lane, i, j)


@bare_inlined
def pushed_through(field: Field, lane: Lane, i: int, j: int, picked: int, dropped: int) -> int:
    """Push the least times along the change: 1 = they are a schedule, -1 = there is none, 0 = not known."""
    request, v, row = lane.reg[REG_REQUEST], lane.reg[REG_VEHICLE], lane.reg[REG_ROW]
    tour, n = lane.tour[row], lane.head[row, HEAD_LENGTH]
    drop = request + field.near.shape[0]
    service = field.service[field.vehicle[v, VEHICLE_CLASS]]
    verdict = 1 if dropped - picked <= service[request] + field.node[request, NODE_RIDE] else 0
    for k in range(i + 1, j + 1):
        partner = tour[k, PARTNER]
        boarded = tour[partner, PUSHED] if partner > i else tour[partner, X]
        if tour[k, PUSHED] - tour[k, LIMIT] > boarded:
            if tour[k, PUSHED] - tour[k, LIMIT] > tour[partner, Y]:
                return -1
            verdict = 0
    there = field.node[drop, NODE_PLACE]
    clock = driven(field, field.arc, there * field.figure[FIGURE_PLACES] + tour[j + 1, PLACE], dropped + service[drop])
    for k in range(j + 1, n):
        if clock <= tour[k, X]:
            return verdict
        if clock > tour[k, Y]:
            return -1
        tour[k, PUSHED] = clock
        partner = tour[k, PARTNER]
        boarded = tour[partner, PUSHED] if partner > i else tour[partner, X]
        if clock - tour[k, LIMIT] > boarded:
            if clock - tour[k, LIMIT] > tour[partner, Y]:
                return -1
            verdict = 0
        if k + 1 < n:
            clock = _reached(field, tour, k + 1, clock)
    return verdict if clock - field.vehicle[v, VEHICLE_DURATION] <= tour[0, X] else 0


@bare_kernel
def _settles(field: Field, lane: Lane, i: int, j: int) -> bool:
    """The full fixed point of the route with the request at (i, j)."""
    request, v, row = lane.reg[REG_REQUEST], lane.reg[REG_VEHICLE], lane.reg[REG_ROW]
    tour, trial, n = lane.tour[row], lane.scratch, lane.head[row, HEAD_LENGTH]
    node, arc, places = field.node, field.arc, field.figure[FIGURE_PLACES]
    service = field.service[field.vehicle[v, VEHICLE_CLASS]]
    drop = request + field.near.shape[0]
    for k in range(n):
        at = k if k <= i else (k + 1 if k <= j else k + 2)
        for column in (PLACE, LAG, SERVICE, LOW, HIGH, LIMIT):
            trial[at, column] = tour[k, column]
        p = tour[k, PARTNER]
        trial[at, PARTNER] = p if p <= i else (p + 1 if p <= j else p + 2)
    visit(field, trial, i + 1, request, service[request])
    visit(field, trial, j + 2, drop, service[drop])
    trial[i + 1, PARTNER] = i + 1
    trial[i + 1, LIMIT] = general.LIFTED
    trial[j + 2, PARTNER] = i + 1
    trial[j + 2, LIMIT] = node[request, NODE_RIDE] + service[request]
    several = field.packed.start.shape[0] > 1
    for at in (i + 1, i + 2, j + 2, j + 3):
        leg = trial[at - 1, PLACE] * places + trial[at, PLACE]
        trial[at, LAG] = leg if several else trial[at - 1, SERVICE] + arc[leg]
    if several:
        return settle_least_by_hour(field, trial, n + 2, field.vehicle[v, VEHICLE_DURATION])
    return settle_least(trial, n + 2, field.vehicle[v, VEHICLE_DURATION])


@bare_kernel
def _holds_in_general(field: Field, lane: Lane, i: int, j: int) -> bool:
    """The exact test for every rule: breaks and idling too."""
    length = with_request(field, lane, i, j)
    lane.ask[general.ASK_VEHICLE] = lane.reg[REG_VEHICLE]
    general.lay_out(field.packed, length, lane.ask, lane.work.trial)
    return feasible(field.packed, length, lane.ask, lane.work.trial)
