"""Choose which requests leave their routes: related ones (Shaw), strings of neighbouring routes, random ones.

Shaw (1998), https://doi.org/10.1007/3-540-49481-2_30; strings after Christiaens & Vanden Berghe (2020),
https://doi.org/10.1287/trsc.2019.0914, section 5.1 (a string here counts requests, not visits).
"""

from __future__ import annotations

from solver.kernels.dice import below, unit
from solver.kernels.field import FIGURE_LINKS, NODE_BACK, NODE_FIXED, Field
from solver.kernels.jit import bare_kernel
from solver.kernels.labels import label, stands
from solver.kernels.lane import (
    FLEET_ROW,
    FLEET_TRIED,
    HEAD_COST,
    HEAD_LENGTH,
    NODE,
    QUEUE_REQUEST,
    REG_BANK,
    REG_DICE,
    REG_NEW_COST,
    REG_PRESS,
    REG_QUEUE,
    REG_TRIED,
    Lane,
)

LONGEST_STRING = 10
MEAN_REMOVED = 10
SPLIT_CHANCE = 0.5
FEWEST_RELATED, MOST_RELATED = 3, 12


@bare_kernel
def take_out(field: Field, lane: Lane, request: int) -> bool:
    """Mark a served request as gone and queue it; a return leaves with its outbound. False when it stays."""
    if lane.gone[request] or field.node[request, NODE_FIXED]:
        return False
    at = request
    while at >= 0 and lane.gone[at] == 0 and field.node[at, NODE_FIXED] == 0:
        lane.gone[at] = 1
        lane.queue[lane.reg[REG_QUEUE], QUEUE_REQUEST] = at
        lane.reg[REG_QUEUE] += 1
        v = lane.where[at]
        if lane.fleet[v, FLEET_TRIED] == 0:
            lane.fleet[v, FLEET_TRIED] = 1
            lane.tried[lane.reg[REG_TRIED]] = v
            lane.reg[REG_TRIED] += 1
        at = field.node[at, NODE_BACK] if field.figure[FIGURE_LINKS] else -1
    return True


@bare_kernel
def rebuild(field: Field, lane: Lane) -> bool:
    """Lay out every touched route without the requests that are gone; False when one cannot stand.

    A route may need what was taken out (without it riders would wait aboard too long): then it loses more.
    """
    reg, k = lane.reg, 0
    while k < reg[REG_TRIED]:
        v = lane.tried[k]
        new = 2 * v + 1 - lane.fleet[v, FLEET_ROW]
        n = _without_gone(field, lane, v)
        if label(field, lane, v, new, n) and stands(field, lane, v, new):
            k += 1
        elif _thin_out(field, lane, new):
            k = 0
        else:
            return False
    for k in range(reg[REG_TRIED]):
        v = lane.tried[k]
        old = 2 * v + lane.fleet[v, FLEET_ROW]
        reg[REG_NEW_COST] += lane.head[old ^ 1, HEAD_COST] - lane.head[old, HEAD_COST]
    return True


@bare_kernel
def _without_gone(field: Field, lane: Lane, v: int) -> int:
    requests, n = field.near.shape[0], 0
    old = 2 * v + lane.fleet[v, FLEET_ROW]
    for i in range(lane.head[old, HEAD_LENGTH]):
        at = lane.tour[old, i, NODE]
        if at >= 2 * requests or lane.gone[at if at < requests else at - requests] == 0:
            lane.tour[old ^ 1, n, NODE] = at
            n += 1
    return n


@bare_kernel
def _thin_out(field: Field, lane: Lane, row: int) -> bool:
    """Take one more request out of the route in ``row``, by lot; False when all of them have to stay."""
    requests, n, movable = field.near.shape[0], lane.head[row, HEAD_LENGTH], 0
    for i in range(1, n - 1):
        at = lane.tour[row, i, NODE]
        movable += at < requests and field.node[at, NODE_FIXED] == 0
    if movable == 0:
        return False
    lot = below(lane.reg, REG_DICE, movable)
    for i in range(1, n - 1):
        at = lane.tour[row, i, NODE]
        if at < requests and field.node[at, NODE_FIXED] == 0:
            if lot == 0:
                return take_out(field, lane, at)
            lot -= 1
    return False


@bare_kernel
def ruin_related(field: Field, lane: Lane, most: int) -> None:
    """Requests near one already out, the nearer the likelier (rank = u^7 of the list)."""
    reg, requests, listed = lane.reg, field.near.shape[0], field.near.shape[1]
    wanted = min(FEWEST_RELATED + below(reg, REG_DICE, MOST_RELATED - FEWEST_RELATED + 1), most)
    first = reg[REG_QUEUE]
    take_out(field, lane, below(reg, REG_DICE, requests))
    for _ in range(4 * wanted):
        out = reg[REG_QUEUE] - first
        if out >= wanted:
            return
        if out == 0:
            take_out(field, lane, below(reg, REG_DICE, requests))
            continue
        reference = lane.queue[first + below(reg, REG_DICE, out), QUEUE_REQUEST]
        u = unit(reg, REG_DICE)
        at = int(u * u * u * u * u * u * u * listed)
        while at < listed and not take_out(field, lane, field.near[reference, at]):
            at += 1


@bare_kernel
def ruin_strings(field: Field, lane: Lane, most: int) -> None:
    """Strings of requests from routes near a random request."""
    reg, requests = lane.reg, field.near.shape[0]
    if reg[REG_PRESS] > 0 and below(reg, REG_DICE, 2) == 0:
        seed = lane.bank[below(reg, REG_DICE, reg[REG_BANK])]
    else:
        seed = below(reg, REG_DICE, requests)
    served = max(1, most)
    routes = 0
    for v in range(field.vehicle.shape[0]):
        routes += lane.head[2 * v + lane.fleet[v, FLEET_ROW], HEAD_LENGTH] > 2
    longest = max(1, min(LONGEST_STRING, served // max(1, routes)))
    strings = 1 + int(unit(reg, REG_DICE) * (4.0 * MEAN_REMOVED / (1.0 + longest) - 1.0))
    for k in range(-1, field.near.shape[1]):
        if strings <= 0:
            return
        centre = seed if k < 0 else field.near[seed, k]
        v = lane.where[centre]
        if v < 0 or lane.gone[centre] or lane.fleet[v, FLEET_TRIED] or field.node[centre, NODE_FIXED]:
            continue
        aboard = (lane.head[2 * v + lane.fleet[v, FLEET_ROW], HEAD_LENGTH] - 2) // 2
        length = 1 + int(unit(reg, REG_DICE) * min(longest, aboard))
        take_string(field, lane, centre, length)
        strings -= 1


@bare_kernel
def take_string(field: Field, lane: Lane, centre: int, length: int) -> None:
    """Take out ``length`` requests met along the route around ``centre``, some of those met being spared."""
    reg, v, requests = lane.reg, lane.where[centre], field.near.shape[0]
    row = 2 * v + lane.fleet[v, FLEET_ROW]
    n, at = lane.head[row, HEAD_LENGTH], 1
    while lane.tour[row, at, NODE] != centre:
        at += 1
    spare = unit(reg, REG_DICE) < SPLIT_CHANCE
    take_out(field, lane, centre)
    low, high, left = at - 1, at + 1, length - 1
    while left > 0 and (low > 0 or high < n - 1):
        if high >= n - 1 or (low > 0 and below(reg, REG_DICE, 2) == 0):
            at = low
            low -= 1
        else:
            at = high
            high += 1
        visit = lane.tour[row, at, NODE]
        request = visit if visit < requests else visit - requests
        if spare and unit(reg, REG_DICE) < 0.2:
            continue
        if take_out(field, lane, request):
            left -= 1
