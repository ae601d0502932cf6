"""Two lanes on one plan: each changes routes of its own, afterwards the changes stand side by side.

Routes near each other go to the same lane, drawn anew every time. A lane looks for places among fewer routes, so it
makes more iterations in the same time, and nothing one lane finds is lost to the other: the idea of POPMUSIC
(Taillard & Voss 2002, https://doi.org/10.1007/978-1-4615-1507-4_27) under one temperature for the whole plan.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.kernels.dice import below
from solver.kernels.field import NODE_MANDATORY, VEHICLE_KIND, Field
from solver.kernels.jit import bare_kernel, entry, number
from solver.kernels.lane import (
    FLEET_AWAY,
    FLEET_ROW,
    HEAD_COST,
    HEAD_LENGTH,
    NODE,
    REG_BANK,
    REG_BEST_COST,
    REG_BEST_LEFT,
    REG_BEST_PROMISED,
    REG_COST,
    REG_DICE,
    REG_IMPROVED,
    REG_SCORE,
    Lane,
)
from solver.kernels.plans import copy_best, copy_plan, copy_row, count_bank, keep_best

NOBODY = -1
"""Owner of a route that no lane changes for now."""


@entry
def draw_owners(field: Field, base: Lane, owner: NDArray[np.int64], most: int) -> None:
    """Give each used vehicle of the plan of ``base`` to a lane (``owner`` (V,)), at most ``most`` of them to each.

    Empty vehicles are handed out in turn, kind by kind, and do not count.
    """
    used = 0
    for v in range(owner.shape[0]):
        owner[v] = NOBODY
        used += not _empty(base, v)
    _near_one(field, base, owner, number(0), min(most, (used + 1) // 2))
    _near_one(field, base, owner, number(1), min(most, used))
    for v in range(owner.shape[0]):
        if _empty(base, v):
            turn = 0
            for w in range(v):
                turn += _empty(base, w) and field.vehicle[w, VEHICLE_KIND] == field.vehicle[v, VEHICLE_KIND]
            owner[v] = turn & 1


@bare_kernel
def _empty(lane: Lane, v: int) -> bool:
    empty: bool = lane.head[2 * v + lane.fleet[v, FLEET_ROW], HEAD_LENGTH] == 2
    return empty


@bare_kernel
def _near_one(field: Field, base: Lane, owner: NDArray[np.int64], mine: int, most: int) -> None:
    """Routes still free near one request on such a route, nearest first; what the list does not reach by number."""
    requests, taken = field.near.shape[0], 0
    seed = below(base.reg, REG_DICE, requests)
    for _ in range(requests):
        if base.where[seed] >= 0 and owner[base.where[seed]] == NOBODY:
            break
        seed = seed + 1 if seed + 1 < requests else 0
    for k in range(-1, field.near.shape[1]):
        v = base.where[seed if k < 0 else field.near[seed, k]]
        if taken < most and v >= 0 and owner[v] == NOBODY:
            owner[v] = mine
            taken += 1
    for v in range(owner.shape[0]):
        if taken < most and owner[v] == NOBODY and not _empty(base, v):
            owner[v] = mine
            taken += 1


@entry
def fork(field: Field, base: Lane, lane: Lane, owner: NDArray[np.int64], mine: int) -> None:
    """The plan of ``base`` becomes that of ``lane``, which may change its own routes and its share of the bank only.

    The best plan of the lane is forgotten.
    """
    copy_plan(field, base, lane)
    for v in range(owner.shape[0]):
        lane.fleet[v, FLEET_AWAY] = owner[v] != mine
    reg, promised = lane.reg, 0
    reg[REG_BANK] = 0
    reg[REG_SCORE] = reg[REG_COST]
    for k in range(base.reg[REG_BANK]):
        if k & 1 == mine:
            request = base.bank[k]
            lane.bank[reg[REG_BANK]] = request
            reg[REG_BANK] += 1
            reg[REG_SCORE] += lane.weight[request]
            promised += field.node[request, NODE_MANDATORY]
    keep_best(lane, number(promised))


@entry
def join(field: Field, base: Lane, first: Lane, second: Lane, owner: NDArray[np.int64]) -> None:
    """What both lanes made of their shares of the plan of ``base`` becomes that plan; the best of both, its best."""
    _join_best(base, first, second, owner)
    requests = field.near.shape[0]
    for request in range(requests):
        was = base.where[request]
        if was < 0 or owner[was] != NOBODY:
            base.where[request] = _whereabouts(first, second, owner, request)
    base.reg[REG_COST] = 0
    for v in range(owner.shape[0]):
        row = 2 * v + base.fleet[v, FLEET_ROW]
        if owner[v] != NOBODY:
            if owner[v] == 0:
                _copy_route(first, base, v, row)
            else:
                _copy_route(second, base, v, row)
        base.reg[REG_COST] += base.head[row, HEAD_COST]
    count_bank(field, base)


@bare_kernel
def _whereabouts(first: Lane, second: Lane, owner: NDArray[np.int64], request: int) -> int:
    v: int = first.where[request]
    if v >= 0 and owner[v] == 0:
        return v
    v = second.where[request]
    return v if v >= 0 and owner[v] == 1 else -1


@bare_kernel
def _copy_route(source: Lane, target: Lane, v: int, row: int) -> None:
    old = 2 * v + source.fleet[v, FLEET_ROW]
    copy_row(source.tour[old], source.head[old], target.tour[row], target.head[row])


@bare_kernel
def _join_best(base: Lane, first: Lane, second: Lane, owner: NDArray[np.int64]) -> None:
    """Each lane's best share of this round, put together: the best plan of ``base`` if it beats the one so far."""
    promised = first.reg[REG_BEST_PROMISED] + second.reg[REG_BEST_PROMISED] - base.reg[REG_BEST_PROMISED]
    left = first.reg[REG_BEST_LEFT] + second.reg[REG_BEST_LEFT] - base.reg[REG_BEST_LEFT]
    score = first.reg[REG_BEST_COST] + second.reg[REG_BEST_COST] - base.reg[REG_COST] - base.reg[REG_BEST_COST]
    if not (promised < 0 or (promised == 0 and (left < 0 or (left == 0 and score < 0)))):
        return
    base.reg[REG_BEST_PROMISED] += promised
    base.reg[REG_BEST_LEFT] += left
    base.reg[REG_BEST_COST] += score
    base.reg[REG_IMPROVED] += 1
    for v in range(owner.shape[0]):
        if owner[v] == 0:
            copy_best(first, base, v)
        elif owner[v] == 1:
            copy_best(second, base, v)
        else:
            row = 2 * v + base.fleet[v, FLEET_ROW]
            base.best_length[v] = base.head[row, HEAD_LENGTH]
            for i in range(base.best_length[v]):
                base.best[v, i] = base.tour[row, i, NODE]
