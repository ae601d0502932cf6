"""Taking requests out of their routes, and laying out what is left of these."""

from __future__ import annotations

from solver.kernels.dice import below
from solver.kernels.field import FIGURE_LINKS, NODE_BACK, NODE_FIXED, NODE_NEXT_OPTION, Field
from solver.kernels.jit import bare_inlined, bare_kernel
from solver.kernels.labels import label_without, stands
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


@bare_inlined
def take_out(field: Field, lane: Lane, request: int) -> bool:
    """Mark a served request as gone and queue it; a return leaves with its outbound. False when it stays."""
    leaves = movable(field, lane, request)
    if leaves:
        _take_out(lane, request)
        if field.figure[FIGURE_LINKS]:
            _take_out_backs(field, lane, request)
    return leaves


@bare_inlined
def _take_out(lane: Lane, request: int) -> None:
    reg, v = lane.reg, lane.where[request]
    lane.gone[request] = 1
    lane.queue[reg[REG_QUEUE], QUEUE_REQUEST] = request
    reg[REG_QUEUE] += 1
    if lane.fleet[v, FLEET_TRIED] == 0:
        lane.fleet[v, FLEET_TRIED] = 1
        lane.tried[reg[REG_TRIED]] = v
        reg[REG_TRIED] += 1


@bare_kernel
def _take_out_backs(field: Field, lane: Lane, request: int) -> None:
    at = _back(field, lane, request)
    while at >= 0 and lane.gone[at] == 0 and field.node[at, NODE_FIXED] == 0:
        _take_out(lane, at)
        at = _back(field, lane, at)


@bare_inlined
def movable(field: Field, lane: Lane, request: int) -> bool:
    """Whether a request can leave now: it, and what leaves with it, is on routes that this lane may change."""
    if lane.gone[request] or field.node[request, NODE_FIXED] or lane.fleet[lane.where[request], FLEET_AWAY]:
        return False
    return not field.figure[FIGURE_LINKS] or _backs_movable(field, lane, request)


@bare_kernel
def _backs_movable(field: Field, lane: Lane, request: int) -> bool:
    at = _back(field, lane, request)
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


@bare_kernel
def rebuild(field: Field, lane: Lane) -> bool:
    """Lay out every touched route without the requests that are gone; False when one cannot stand.

    A route may need what was taken out (without it riders would wait aboard too long): then it loses more.
    """
    reg, k = lane.reg, 0
    while k < reg[REG_TRIED]:
        v = lane.tried[k]
        new = 2 * v + 1 - lane.fleet[v, FLEET_ROW]
        if label_without(field, lane, v) and stands(field, lane, v, new):
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
