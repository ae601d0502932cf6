"""Forgetting or accepting the plan under trial; loading, copying and comparing plans of lanes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.kernels.field import NODE_MANDATORY, NODE_NEXT_OPTION, Field
from solver.kernels.jit import bare_entry, bare_kernel, entry, number
from solver.kernels.labels import COPIED, label, stands
from solver.kernels.lane import (
    FLEET_ROW,
    FLEET_TRIED,
    HEAD_COST,
    HEAD_LENGTH,
    HEADS,
    NODE,
    QUEUE_OPTION,
    QUEUE_REQUEST,
    QUEUE_VEHICLE,
    REG_ACCEPTED,
    REG_BANK,
    REG_BEST_COST,
    REG_BEST_LEFT,
    REG_BEST_PROMISED,
    REG_COST,
    REG_IMPROVED,
    REG_NEW_COST,
    REG_NEW_UNEVEN,
    REG_NEW_WEIGHT,
    REG_POOL_BELOW,
    REG_QUEUE,
    REG_SCORE,
    REG_TRIED,
    REG_UNEVEN,
    Lane,
)
from solver.kernels.pool import remember_routes
from solver.kernels.route_terms import unevenness


@bare_kernel
def forget(lane: Lane) -> None:
    """Drop the plan under trial."""
    reg = lane.reg
    for k in range(reg[REG_TRIED]):
        lane.fleet[lane.tried[k], FLEET_TRIED] = 0
    for at in range(reg[REG_QUEUE]):
        request = lane.queue[at, QUEUE_REQUEST]
        lane.gone[request] = lane.where[request] < 0
        option = lane.queue[at, QUEUE_OPTION]
        lane.gone[option] = lane.where[option] < 0


@bare_kernel
def accept(field: Field, lane: Lane) -> None:
    """Make the plan under trial the present one, and the best one if it is."""
    reg = lane.reg
    for k in range(reg[REG_TRIED]):
        v = lane.tried[k]
        lane.fleet[v, FLEET_ROW] ^= 1
        lane.fleet[v, FLEET_TRIED] = 0
    reg[REG_BANK] = 0
    promised = 0
    for at in range(reg[REG_QUEUE]):
        request = lane.queue[at, QUEUE_REQUEST]
        lane.where[request] = -1
        if lane.queue[at, QUEUE_VEHICLE] >= 0:
            lane.where[lane.queue[at, QUEUE_OPTION]] = lane.queue[at, QUEUE_VEHICLE]
        else:
            lane.bank[reg[REG_BANK]] = request
            reg[REG_BANK] += 1
            promised += field.node[request, NODE_MANDATORY]
    reg[REG_COST], reg[REG_UNEVEN] = reg[REG_NEW_COST], reg[REG_NEW_UNEVEN]
    reg[REG_SCORE] = reg[REG_NEW_COST] + reg[REG_NEW_WEIGHT]
    reg[REG_ACCEPTED] += 1
    if reg[REG_SCORE] < reg[REG_POOL_BELOW]:
        remember_routes(field, lane)
    if better(lane, number(promised)):
        keep_best(lane, number(promised))


@bare_entry
def better(lane: Lane, promised: int) -> bool:
    """Whether the present plan beats the best: promised demands left out, then all, then score."""
    reg = lane.reg
    first, second = promised - reg[REG_BEST_PROMISED], reg[REG_BANK] - reg[REG_BEST_LEFT]
    third = reg[REG_SCORE] - reg[REG_BEST_COST]
    is_better: bool = first < 0 or (first == 0 and (second < 0 or (second == 0 and third < 0)))
    return is_better


@bare_entry
def keep_best(lane: Lane, promised: int) -> None:
    reg = lane.reg
    reg[REG_BEST_PROMISED], reg[REG_BEST_LEFT], reg[REG_BEST_COST] = promised, reg[REG_BANK], reg[REG_SCORE]
    reg[REG_IMPROVED] += 1
    for v in range(lane.fleet.shape[0]):
        row = 2 * v + lane.fleet[v, FLEET_ROW]
        n = lane.head[row, HEAD_LENGTH]
        lane.best_length[v] = n
        for i in range(n):
            lane.best[v, i] = lane.tour[row, i, NODE]


@entry
def load_plan(field: Field, lane: Lane, stops: NDArray[np.int64], length: NDArray[np.int64]) -> bool:
    """Make the routes in ``stops`` (V, L), depots included, the present plan; False when one breaks a rule of time.

    Requests on no route are left out. The best plan is not changed.
    """
    reg, requests = lane.reg, field.near.shape[0]
    for request in range(requests):
        lane.where[request], lane.gone[request] = -1, 0
    reg[REG_COST], reg[REG_BANK] = 0, 0
    for v in range(length.shape[0]):
        lane.fleet[v, FLEET_ROW], lane.fleet[v, FLEET_TRIED] = 0, 0
        for i in range(length[v]):
            lane.tour[2 * v, i, NODE] = stops[v, i]
            if stops[v, i] < requests:
                lane.where[stops[v, i]] = v
        if not (label(field, lane, v, 2 * v, length[v]) and stands(field, lane, v, 2 * v)):
            return False
        reg[REG_COST] += lane.head[2 * v, HEAD_COST]
    reg[REG_UNEVEN] = unevenness(field, lane)
    reg[REG_COST] += reg[REG_UNEVEN]
    count_bank(field, lane)
    return True


@bare_kernel
def count_bank(field: Field, lane: Lane) -> None:
    """Bring bank, score and who is out in line with the whereabouts; the least request stands for its demand."""
    reg = lane.reg
    reg[REG_BANK] = 0
    reg[REG_SCORE] = reg[REG_COST]
    for request in range(field.near.shape[0]):
        lane.gone[request] = lane.where[request] < 0
        if _stands_for_unmet(field, lane, request):
            lane.bank[reg[REG_BANK]] = request
            reg[REG_BANK] += 1
            reg[REG_SCORE] += lane.weight[request]


@bare_kernel
def _stands_for_unmet(field: Field, lane: Lane, request: int) -> bool:
    """Whether no request meets the demand of this one, and this is the least of them."""
    if lane.where[request] >= 0:
        return False
    option = field.node[request, NODE_NEXT_OPTION]
    while option != request:
        if option < request or lane.where[option] >= 0:
            return False
        option = field.node[option, NODE_NEXT_OPTION]
    return True


@entry
def copy_plan(field: Field, source: Lane, target: Lane) -> None:
    """Make the present plan of ``source`` the present plan of ``target``."""
    reg, requests = target.reg, field.near.shape[0]
    for v in range(field.vehicle.shape[0]):
        old, new = 2 * v + source.fleet[v, FLEET_ROW], 2 * v + target.fleet[v, FLEET_ROW]
        copy_row(source.tour[old], source.head[old], target.tour[new], target.head[new])
    for request in range(requests):
        target.where[request] = source.where[request]
        target.gone[request] = source.gone[request]
        target.bank[request] = source.bank[request]
    for register in (REG_COST, REG_UNEVEN, REG_SCORE, REG_BANK):
        reg[register] = source.reg[register]
    if better(target, count_promised(field, target)):
        keep_best(target, count_promised(field, target))


@bare_kernel
def copy_row(
    tour: NDArray[np.int64], head: NDArray[np.int64], new_tour: NDArray[np.int64], new_head: NDArray[np.int64]
) -> None:
    """Copy a labelled route from one row to another of the same vehicle, also in another lane.

    Labels follow from the nodes, the vehicle and the field alone: found anew they would be the same.
    """
    for i in range(head[HEAD_LENGTH]):
        for column in range(COPIED):
            new_tour[i, column] = tour[i, column]
    for column in range(HEADS):
        new_head[column] = head[column]


@entry
def adopt_best(base: Lane, lane: Lane) -> None:
    """The best plan of ``lane`` becomes that of ``base`` when it beats it."""
    reg, other = base.reg, lane.reg
    first, second = other[REG_BEST_PROMISED] - reg[REG_BEST_PROMISED], other[REG_BEST_LEFT] - reg[REG_BEST_LEFT]
    third = other[REG_BEST_COST] - reg[REG_BEST_COST]
    if first < 0 or (first == 0 and (second < 0 or (second == 0 and third < 0))):
        reg[REG_BEST_PROMISED], reg[REG_BEST_LEFT] = other[REG_BEST_PROMISED], other[REG_BEST_LEFT]
        reg[REG_BEST_COST] = other[REG_BEST_COST]
        for v in range(lane.best_length.shape[0]):
            copy_best(lane, base, v)


@bare_kernel
def copy_best(source: Lane, target: Lane, v: int) -> None:
    """Copy the route of ``v`` in the best plan."""
    target.best_length[v] = source.best_length[v]
    for i in range(source.best_length[v]):
        target.best[v, i] = source.best[v, i]


@bare_entry
def count_promised(field: Field, lane: Lane) -> int:
    """Promised requests that the present plan leaves out."""
    promised = 0
    for k in range(lane.reg[REG_BANK]):
        promised += field.node[lane.bank[k], NODE_MANDATORY]
    return promised
