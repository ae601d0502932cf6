"""Taking requests out of their routes, and laying out what is left of these."""

from __future__ import annotations

from solver.kernels.dice import below
from solver.kernels.field import FIGURE_LINKS, NODE_BACK, NODE_FIXED, NODE_NEXT_OPTION, Field
from solver.kernels.jit import bare_inlined, bare_kernel
from solver.kernels.labels import label, stands
from solver.kernels.lane import (
    FLEET_AWAY,
    FLEET_ROW,
    FLEET_TRIED,
    HEAD_COST,
    HEAD_LENGTH,
    NODE,
    QUEUE_REQUEST,
    REG_DICE,
    REG_NEW_COST,
    REG_QUEUE,
    REG_TRIED,
    Lane,
)

LOTS = 16
"""Draws before a request on a changeable route is looked for in order."""


@bare_kernel
def take_out(field: Field, lane: Lane, request: int) -> bool:
    """Mark a served request as gone and queue it; a return leaves with its outbound. False when it stays."""
    if not movable(field, lane, request):
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
        at = _back(field, lane, at) if field.figure[FIGURE_LINKS] else -1
    return True


@bare_kernel
def movable(field: Field, lane: Lane, request: int) -> bool:
    """Whether a request can leave now: it, and what leaves with it, is on routes that this lane may change."""
    if lane.gone[request] or field.node[request, NODE_FIXED] or lane.fleet[lane.where[request], FLEET_AWAY]:
        return False
    at = _back(field, lane, request) if field.figure[FIGURE_LINKS] else -1
    while at >= 0 and lane.gone[at] == 0:
        if lane.fleet[lane.where[at], FLEET_AWAY]:
            return False
        at = _back(field, lane, at)
    return True


@bare_kernel
def _back(field: Field, lane: Lane, request: int) -> int:
    """The request on a route that leaves with this one, -1 = none."""
    back: int = field.node[request, NODE_BACK]
    return way_served(field, lane, back) if back >= 0 else -1


@bare_kernel
def way_served(field: Field, lane: Lane, request: int) -> int:
    """The request that meets the demand of this one in the plan under trial, -1 = none."""
    option = request
    while lane.gone[option]:
        option = field.node[option, NODE_NEXT_OPTION]
        if option == request:
            return -1
    return option


@bare_inlined
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
def served_one(field: Field, lane: Lane) -> int:
    """A request by lot, if possible one on a route that this lane may change."""
    requests = field.near.shape[0]
    request = below(lane.reg, REG_DICE, requests)
    for tries in range(LOTS + requests):
        v = lane.where[request]
        if v >= 0 and lane.fleet[v, FLEET_AWAY] == 0:
            break
        request = below(lane.reg, REG_DICE, requests) if tries < LOTS else (request + 1) % requests
    return request
