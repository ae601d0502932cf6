"""Serve everybody with the vehicles that are open: who is left out is pressed into their routes.

Fleet reduction closes a vehicle and presses its requests; a round of `solver.oscillation` presses those whom its
slack left out.

What an absent request weighs grows every time it is left out, so that the plan gives way where it is hardest:
the absence counters of Christiaens & Vanden Berghe (2020), https://doi.org/10.1287/trsc.2019.0914, section 5.4.
"""

from __future__ import annotations

from solver.kernels.field import NODE_NEXT_OPTION, NODE_WEIGHT, Field
from solver.kernels.jit import bare_kernel, entry, number
from solver.kernels.labels import label
from solver.kernels.lane import (
    FLEET_CLOSED,
    FLEET_ROW,
    HEAD_COST,
    HEAD_LENGTH,
    NODE,
    QUEUE_REQUEST,
    QUEUE_VEHICLE,
    REG_BANK,
    REG_COST,
    REG_PRESS,
    REG_QUEUE,
    REG_SCORE,
    Lane,
)


@entry
def close_vehicle(field: Field, lane: Lane, closed: int, unit: int) -> None:
    """Close vehicle ``closed`` and every empty one; its requests are left out, each absence weighs ``unit``.

    ``unit`` has to be more than any change of the driving cost.
    """
    reg, requests = lane.reg, field.near.shape[0]
    for request in range(requests):
        lane.weight[request] = unit
    for v in range(field.vehicle.shape[0]):
        lane.fleet[v, FLEET_CLOSED] = v == closed or lane.head[2 * v + lane.fleet[v, FLEET_ROW], HEAD_LENGTH] == 2
    row = 2 * closed + lane.fleet[closed, FLEET_ROW]
    for i in range(1, lane.head[row, HEAD_LENGTH] - 1):
        request = lane.tour[row, i, NODE]
        if request < requests:
            lane.where[request] = -1
            lane.gone[request] = 1
            lane.bank[reg[REG_BANK]] = request
            reg[REG_BANK] += 1
    lane.tour[row, 1, NODE] = lane.tour[row, lane.head[row, HEAD_LENGTH] - 1, NODE]
    reg[REG_COST] -= lane.head[row, HEAD_COST]
    label(field, lane, closed, row, number(2))
    reg[REG_PRESS] = unit
    _weigh(lane)


@entry
def open_vehicles(field: Field, lane: Lane) -> None:
    """Open every vehicle, and let absences weigh what the problem says."""
    for v in range(field.vehicle.shape[0]):
        lane.fleet[v, FLEET_CLOSED] = 0
    for request in range(field.near.shape[0]):
        lane.weight[request] = field.node[request, NODE_WEIGHT]
    lane.reg[REG_PRESS] = 0
    _weigh(lane)


@bare_kernel
def press(field: Field, lane: Lane) -> None:
    """After an iteration that presses: whoever it left out weighs more."""
    for at in range(lane.reg[REG_QUEUE]):
        if lane.queue[at, QUEUE_VEHICLE] == -1:
            _press(field, lane, lane.queue[at, QUEUE_REQUEST])
    _weigh(lane)


@bare_kernel
def _press(field: Field, lane: Lane, request: int) -> None:
    """Let the demand weigh more, whichever request stands for it."""
    option = request
    while True:
        lane.weight[option] += lane.reg[REG_PRESS]
        option = field.node[option, NODE_NEXT_OPTION]
        if option == request:
            break


@bare_kernel
def _weigh(lane: Lane) -> None:
    reg = lane.reg
    reg[REG_SCORE] = reg[REG_COST]
    for k in range(reg[REG_BANK]):
        reg[REG_SCORE] += lane.weight[lane.bank[k]]
