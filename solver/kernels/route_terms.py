"""The terms of the routes of a lane: added to a labelled route, asked of a place, and the unevenness of a plan."""

from __future__ import annotations

from solver.kernels import tour as general
from solver.kernels.field import Field
from solver.kernels.jit import bare_inlined, bare_kernel, entry
from solver.kernels.lane import (
    FLEET_ROW,
    FLEET_TRIED,
    HEAD_COST,
    HEAD_LENGTH,
    HEAD_TERMS,
    HEAD_WORK,
    NODE,
    REG_REQUEST,
    REG_ROW,
    REG_VEHICLE,
    Lane,
)
from solver.kernels.terms import NO_SCHEDULE, UNEVEN, weighted_schedule
from solver.kernels.timing import departure


@bare_kernel
def add_terms(field: Field, lane: Lane, v: int, row: int) -> None:
    """Add the terms of the labelled route in ``row`` to its cost.

    A route that breaks a rule that labels do not know gets none: it cannot stand.
    """
    head, nodes, n = lane.head[row], lane.work.trial, lane.head[row, HEAD_LENGTH]
    for i in range(n):
        nodes[general.NODE, i] = lane.tour[row, i, NODE]
    cost = _scheduled(field, lane, v, n)
    if cost != NO_SCHEDULE:
        head[HEAD_TERMS] = cost
        head[HEAD_COST] += cost
        head[HEAD_WORK] = nodes[general.X, n - 1] - departure(field.packed, nodes)


@bare_kernel
def added_terms(field: Field, lane: Lane, i: int, j: int) -> int:
    """What the terms of the route in REG_ROW grow by with REG_REQUEST at (i, j)."""
    length = with_request(field, lane, i, j)
    added: int = _scheduled(field, lane, lane.reg[REG_VEHICLE], length) - lane.head[lane.reg[REG_ROW], HEAD_TERMS]
    return added


@bare_kernel
def with_request(field: Field, lane: Lane, i: int, j: int) -> int:
    """Put the nodes of the route in REG_ROW, with REG_REQUEST at (i, j), into the trial; how many there are."""
    request, row = lane.reg[REG_REQUEST], lane.reg[REG_ROW]
    tour, n, nodes = lane.tour[row], lane.head[row, HEAD_LENGTH], lane.work.trial
    for k in range(n):
        nodes[general.NODE, k if k <= i else (k + 1 if k <= j else k + 2)] = tour[k, NODE]
    nodes[general.NODE, i + 1] = request
    nodes[general.NODE, j + 2] = request + field.near.shape[0]
    length: int = n + 2
    return length


@entry
def terms_of_best(field: Field, lane: Lane, v: int) -> int:
    """The terms of the route of ``v`` in the best plan."""
    for i in range(lane.best_length[v]):
        lane.work.trial[general.NODE, i] = lane.best[v, i]
    return _scheduled(field, lane, v, lane.best_length[v])


@bare_kernel
def _scheduled(field: Field, lane: Lane, v: int, n: int) -> int:
    lane.ask[general.ASK_VEHICLE] = v
    general.lay_out(field.packed, n, lane.ask, lane.work.trial)
    return weighted_schedule(field.packed, field.terms, lane.bench, n, lane.ask, lane.work.trial)


@bare_inlined
def unevenness(field: Field, lane: Lane) -> int:
    """Cost of how unevenly the plan under trial is spread over the vehicles."""
    return _unevenness(field, lane) if field.terms.weight[UNEVEN] > 0 else 0


@bare_kernel
def _unevenness(field: Field, lane: Lane) -> int:
    weight, vehicles = field.terms.weight[UNEVEN], field.vehicle.shape[0]
    total, apart = 0, 0
    for v in range(vehicles):
        total += lane.head[2 * v + (lane.fleet[v, FLEET_ROW] ^ lane.fleet[v, FLEET_TRIED]), HEAD_WORK]
    for v in range(vehicles):
        work = lane.head[2 * v + (lane.fleet[v, FLEET_ROW] ^ lane.fleet[v, FLEET_TRIED]), HEAD_WORK]
        apart += abs(vehicles * work - total)
    uneven: int = weight * (apart // vehicles)
    return uneven
