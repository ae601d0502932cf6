"""Which requests leave their routes: related ones, strings of neighbouring routes, a whole route, dear ones, any.

Related ones: Shaw (1998), https://doi.org/10.1007/3-540-49481-2_30. Strings: Christiaens & Vanden Berghe (2020),
https://doi.org/10.1287/trsc.2019.0914, section 5.1 (a string here counts requests, not visits). Dear ones: the worst
removal of Ropke & Pisinger (2006), https://doi.org/10.1287/trsc.1050.0135, section 3.1.3, among requests drawn by lot.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.kernels.dice import below, unit
from solver.kernels.field import FIGURE_DEMANDS, FIGURE_PLACES, Field
from solver.kernels.jit import bare_kernel, number
from solver.kernels.lane import (
    FLEET_ROW,
    FLEET_TRIED,
    HEAD_LENGTH,
    LEG,
    NODE,
    PLACE,
    QUEUE_REQUEST,
    REG_BANK,
    REG_DICE,
    REG_PRESS,
    REG_QUEUE,
    Lane,
)
from solver.kernels.ruin import movable, served_one, take_out

SPLIT_CHANCE = 0.5

DRAWN = 4
"""Requests drawn for each that leaves because it is dear."""


@bare_kernel
def ruin_related(field: Field, lane: Lane, near: NDArray[np.int32], wanted: int) -> None:
    """Requests near one already out by the lists ``near``, the nearer the likelier (rank = u^7 of the list)."""
    reg, listed = lane.reg, near.shape[1]
    first = reg[REG_QUEUE]
    take_out(field, lane, served_one(field, lane))
    for _ in range(4 * wanted):
        out = reg[REG_QUEUE] - first
        if out >= wanted:
            return
        if out == 0:
            take_out(field, lane, served_one(field, lane))
            continue
        reference = lane.queue[first + below(reg, REG_DICE, out), QUEUE_REQUEST]
        u = unit(reg, REG_DICE)
        at = int(u * u * u * u * u * u * u * listed)
        while at < listed and not take_out(field, lane, number(near[reference, at])):
            at += 1


@bare_kernel
def ruin_strings(field: Field, lane: Lane, most: int, mean: int) -> None:
    """Strings of up to ``most`` requests each, about ``mean`` in all, from routes near a random request."""
    reg = lane.reg
    if reg[REG_PRESS] > 0 and below(reg, REG_DICE, 2) == 0:
        seed = lane.bank[below(reg, REG_DICE, reg[REG_BANK])]
    else:
        seed = served_one(field, lane)
    served, routes = field.figure[FIGURE_DEMANDS] - reg[REG_BANK], 0
    for v in range(field.vehicle.shape[0]):
        routes += lane.head[2 * v + lane.fleet[v, FLEET_ROW], HEAD_LENGTH] > 2
    longest = max(1, min(most, served // max(1, routes)))
    strings = 1 + int(unit(reg, REG_DICE) * (4.0 * mean / (1.0 + longest) - 1.0))
    for k in range(-1, field.near.shape[1]):
        if strings <= 0:
            return
        centre = seed if k < 0 else field.near[seed, k]
        v = lane.where[centre]
        if v < 0 or lane.fleet[v, FLEET_TRIED] or not movable(field, lane, centre):
            continue
        aboard = (lane.head[2 * v + lane.fleet[v, FLEET_ROW], HEAD_LENGTH] - 2) // 2
        take_string(field, lane, centre, 1 + int(unit(reg, REG_DICE) * min(longest, aboard)))
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


@bare_kernel
def ruin_route(field: Field, lane: Lane, most: int) -> None:
    """All requests of one route, as far as they are at most ``most``."""
    v = lane.where[served_one(field, lane)]
    if v < 0:
        return
    row, requests = 2 * v + lane.fleet[v, FLEET_ROW], field.near.shape[0]
    left = most
    for i in range(1, lane.head[row, HEAD_LENGTH] - 1):
        node = lane.tour[row, i, NODE]
        if node < requests and left > 0 and take_out(field, lane, node):
            left -= 1


@bare_kernel
def ruin_dear(field: Field, lane: Lane, wanted: int) -> None:
    """Requests whose detour is long, each the dearest of a few drawn by lot."""
    for _ in range(wanted):
        worst, most = -1, -1
        for _ in range(DRAWN):
            request = served_one(field, lane)
            if movable(field, lane, request):
                saved = _saved(field, lane, request)
                if saved > most:
                    worst, most = request, saved
        if worst >= 0:
            take_out(field, lane, number(worst))


@bare_kernel
def _saved(field: Field, lane: Lane, request: int) -> int:
    """What driving past both visits of a request would save, each by itself."""
    v = lane.where[request]
    tour, places, saved = lane.tour[2 * v + lane.fleet[v, FLEET_ROW]], field.figure[FIGURE_PLACES], 0
    for i in range(1, lane.head[2 * v + lane.fleet[v, FLEET_ROW], HEAD_LENGTH] - 1):
        if tour[i, NODE] == request or tour[i, NODE] == request + field.near.shape[0]:
            past = field.arc[tour[i - 1, PLACE] * places + tour[i + 1, PLACE] + 1]
            saved += tour[i, LEG] + tour[i + 1, LEG] - past
    return saved


@bare_kernel
def ruin_any(field: Field, lane: Lane, wanted: int) -> None:
    """Requests by lot."""
    for _ in range(wanted):
        take_out(field, lane, served_one(field, lane))
