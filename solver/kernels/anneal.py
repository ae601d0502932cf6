"""Blocks of iterations: change the plan, accept by simulated annealing."""

from __future__ import annotations

import math

from solver.kernels.arms import REGRET, TAILS, draw_arm, learn, ruin
from solver.kernels.dice import below, roll, unit
from solver.kernels.ejection import press
from solver.kernels.field import FIGURE_LINKS, NODE_NEXT_OPTION, NODE_OUTBOUND, Field
from solver.kernels.jit import bare_entry, bare_inlined, bare_kernel, number
from solver.kernels.lane import (
    QUEUE_KEY,
    QUEUE_REQUEST,
    QUEUE_VEHICLE,
    REG_BANK,
    REG_COST,
    REG_DICE,
    REG_NEW_COST,
    REG_NEW_WEIGHT,
    REG_PRESS,
    REG_QUEUE,
    REG_SCORE,
    REG_TRIED,
    REG_UNEVEN,
    UNTRIED,
    Lane,
)
from solver.kernels.plans import accept, forget
from solver.kernels.recreate import recreate
from solver.kernels.ruin import rebuild
from solver.kernels.tails import swap_tails

TAILS_WORK = 4
"""What trying one exchange of tails counts, in requests put back."""

RUIN_WORK = 2
"""What taking requests out counts, however many."""


@bare_entry
def anneal(field: Field, lane: Lane, iterations: int, hot: float, cold: float) -> None:
    """Run ``iterations`` from temperature ``hot`` down to ``cold`` (cost units), geometrically.

    While absences are pressed (`solver.kernels.ejection`) the end comes as soon as nobody is left out.
    """
    heat, fall = hot, math.exp(math.log(cold / hot) / max(1, iterations))
    for _ in range(iterations):
        if lane.reg[REG_PRESS] > 0 and lane.reg[REG_BANK] == 0:
            return
        heat *= fall
        _step(field, lane, heat)
        if lane.reg[REG_PRESS] > 0:
            press(field, lane)


@bare_inlined
def _step(field: Field, lane: Lane, heat: float) -> None:
    """One iteration."""
    reg, before = lane.reg, lane.reg[REG_SCORE]
    worse = -heat * math.log(1.0 - unit(reg, REG_DICE))
    arm = draw_arm(lane)
    if arm == TAILS:
        swap_tails(field, lane, int(worse))
        learn(lane, number(TAILS_WORK))
        return
    begin_trial(lane)
    ruin(field, lane, arm)
    if rebuild(field, lane) and _recreated(field, lane, arm, before + worse):
        accept(field, lane)
    else:
        forget(lane)
    work = RUIN_WORK + (reg[REG_QUEUE] * reg[REG_QUEUE] // 8 if arm == REGRET else 0)
    for at in range(reg[REG_QUEUE]):
        work += lane.queue[at, QUEUE_VEHICLE] != UNTRIED
    learn(lane, work)


@bare_inlined
def _recreated(field: Field, lane: Lane, arm: int, most: float) -> bool:
    if arm != REGRET:
        sort_queue(field, lane)
    return recreate(field, lane, arm == REGRET, most)


@bare_inlined
def begin_trial(lane: Lane) -> None:
    """The plan under trial is the present one; who is left out waits in the queue."""
    reg = lane.reg
    reg[REG_QUEUE], reg[REG_TRIED] = 0, 0
    reg[REG_NEW_COST], reg[REG_NEW_WEIGHT] = reg[REG_COST] - reg[REG_UNEVEN], 0
    for k in range(reg[REG_BANK]):
        lane.queue[k, QUEUE_REQUEST] = lane.bank[k]
    reg[REG_QUEUE] = reg[REG_BANK]


@bare_inlined
def sort_queue(field: Field, lane: Lane) -> None:
    """Put the queue in one of seven orders; a return never stands before its outbound."""
    reg, queue = lane.reg, lane.queue
    kind = below(reg, REG_DICE, 12)
    order = (0, 0, 1, 2, 2, 3, 4, 5)[kind - 4] if kind >= 4 else -1
    for at in range(reg[REG_QUEUE]):
        request = queue[at, QUEUE_REQUEST]
        key = field.order[order, request] if order >= 0 else roll(reg, REG_DICE) >> 20
        k = at - 1
        while k >= 0 and queue[k, QUEUE_KEY] > key:
            queue[k + 1, QUEUE_KEY] = queue[k, QUEUE_KEY]
            queue[k + 1, QUEUE_REQUEST] = queue[k, QUEUE_REQUEST]
            k -= 1
        queue[k + 1, QUEUE_KEY] = key
        queue[k + 1, QUEUE_REQUEST] = request
    if field.figure[FIGURE_LINKS]:
        _outbounds_first(field, lane)


@bare_kernel
def _outbounds_first(field: Field, lane: Lane) -> None:
    queue, n = lane.queue, lane.reg[REG_QUEUE]
    at = 0
    while at < n:
        outbound, k = field.node[queue[at, QUEUE_REQUEST], NODE_OUTBOUND], at + 1
        while k < n and not _alike(field, queue[k, QUEUE_REQUEST], outbound):
            k += 1
        if k < n:
            first = queue[k, QUEUE_REQUEST]
            queue[k, QUEUE_REQUEST] = queue[at, QUEUE_REQUEST]
            queue[at, QUEUE_REQUEST] = first
        else:
            at += 1


@bare_kernel
def _alike(field: Field, request: int, other: int) -> bool:
    """Whether both meet the same demand."""
    option = request
    while option != other:
        option = field.node[option, NODE_NEXT_OPTION]
        if option == request:
            return False
    return True
