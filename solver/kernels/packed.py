"""A problem as the few arrays that kernels read.

Kernels number *nodes*: visits ``0 .. 2R - 1`` as in `Problem`, then ``2R + v`` for the start place of
vehicle ``v`` and ``2R + V + v`` for its end place. Few, wide arrays make calls between kernels cheap.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.kernels.jit import entry
from solver.problem import Bool, Int32, Int64, Problem, frozen

# Columns of Packed.node.
EARLIEST = 0
LATEST = 1
PLACE = 2
RIDE = 3  # ride limit of the request
OUTBOUND = 4  # on pick-ups: the drop that must come first, or one that meets the same demand; -1 = none
STAY = 5  # on pick-ups
MEETS = 5  # on drops: the drop by which OUTBOUND names all that meet the same demand
PRIVATE = 6  # 1 when the request is a private ride
LOAD = 7  # first of the seat kinds

# Columns of Packed.vehicle.
CLASS = 0
DURATION = 1
USE_COST = 2
BREAK_FIRST = 3
BREAK_END = 4
LOCKED = 5  # visits at the beginning that stay as they are
IDLE_LIMIT = 6
VEHICLE_COLUMNS = 7

# Columns of Packed.pause.
PAUSE_EARLIEST = 0
PAUSE_LATEST = 1
PAUSE_LENGTH = 2


class Packed(NamedTuple):
    """Read-only arrays, int64 unless said otherwise. ``M = 2R + 2V`` nodes."""

    node: Int64  # (M, 7 + S) columns above
    service: Int64  # (C, M) ticks
    travel: Int64  # (P * P * K,) ticks from place a to b in period k at (a * P + b) * K + k
    start: Int64  # (K,) ticks at which the periods begin; the first holds before, too
    cost: Int64  # (P, P)
    vehicle: Int64  # (V, 7) columns above
    pause: Int64  # (B, 3) columns above, by vehicle
    pause_index: Int64  # (B,) row of pause -> index into Problem.break_*
    capacity: Int32  # (V, A, S) int32
    has_links: bool


class Stated(NamedTuple):
    """What is copied out of a problem; arrays as there, but for the last two."""

    earliest: Int64
    latest: Int64
    place_of_visit: Int32
    service: Int64
    max_ride: Int64
    load: Int32
    exclusive: Bool
    linked_to: Int32
    link_stay: Int64
    class_of_vehicle: Int32
    start_place: Int32
    end_place: Int32
    shift_earliest: Int64
    shift_latest: Int64
    max_duration: Int64
    vehicle_cost: Int64
    prefix_start: Int32
    heads: Int64  # (R,) as Problem.heads
    first_break: Int64  # (V + 1,) where the rows of each vehicle begin in Packed.pause


def pack(problem: Problem) -> Packed:
    """The packed form; travel times are shared with ``problem`` when it has one period."""
    problem = frozen(problem)
    order, first_break = _breaks(problem)
    nodes = 2 * (problem.n_requests + problem.n_vehicles)
    node = np.zeros((nodes, LOAD + problem.load.shape[1]), dtype=np.int64)
    service = np.zeros((len(problem.service), nodes), dtype=np.int64)
    vehicle = np.empty((problem.n_vehicles, VEHICLE_COLUMNS), dtype=np.int64)
    has_links = _fill(_stated(problem, first_break), node, service, vehicle)
    vehicle[:, IDLE_LIMIT] = problem.idle_aboard_limit
    return Packed(
        node=read_only(node),
        service=read_only(service),
        travel=read_only(np.ascontiguousarray(problem.travel.transpose(1, 2, 0)).reshape(-1)),
        start=problem.period_start,
        cost=problem.cost,
        vehicle=read_only(vehicle),
        pause=read_only(_pauses(problem, order)),
        pause_index=read_only(order),
        capacity=problem.capacity,
        has_links=has_links,
    )


def _stated(problem: Problem, first_break: Int64) -> Stated:
    return Stated(
        earliest=problem.earliest,
        latest=problem.latest,
        place_of_visit=problem.place_of_visit,
        service=problem.service,
        max_ride=problem.max_ride,
        load=problem.load,
        exclusive=problem.exclusive,
        linked_to=problem.linked_to,
        link_stay=problem.link_stay,
        class_of_vehicle=problem.class_of_vehicle,
        start_place=problem.start_place,
        end_place=problem.end_place,
        shift_earliest=problem.shift_earliest,
        shift_latest=problem.shift_latest,
        max_duration=problem.max_duration,
        vehicle_cost=problem.vehicle_cost,
        prefix_start=problem.prefix_start,
        heads=problem.heads(),
        first_break=first_break,
    )


def _breaks(problem: Problem) -> tuple[Int64, Int64]:
    """Indices of the breaks by vehicle, and (V + 1,) where those of each vehicle begin there."""
    if not len(problem.break_vehicle):
        return np.zeros(0, dtype=np.int64), np.zeros(problem.n_vehicles + 1, dtype=np.int64)
    order = np.argsort(problem.break_vehicle, kind="stable").astype(np.int64)
    return order, np.searchsorted(problem.break_vehicle[order], np.arange(problem.n_vehicles + 1)).astype(np.int64)


def _pauses(problem: Problem, order: Int64) -> Int64:
    """(B, 3) the breaks in ``order``."""
    pause = np.empty((len(order), 3), dtype=np.int64)
    if len(order):
        pause[:, PAUSE_EARLIEST] = problem.break_earliest[order]
        pause[:, PAUSE_LATEST] = problem.break_latest[order]
        pause[:, PAUSE_LENGTH] = problem.break_duration[order]
    return pause


@entry
def _fill(stated: Stated, node: NDArray[np.int64], service: NDArray[np.int64], vehicle: NDArray[np.int64]) -> bool:
    """All columns of ``node`` and ``service``, which come as zeros, and of ``vehicle`` but for IDLE_LIMIT.

    Whether any request is linked to another is the answer.

    One call, since an operation on a whole array from Python takes longer than a problem of a day's size has numbers.
    """
    n, cars, has_links = stated.max_ride.shape[0], stated.start_place.shape[0], False
    for visit in range(2 * n):
        node[visit, EARLIEST], node[visit, LATEST] = stated.earliest[visit], stated.latest[visit]
        node[visit, PLACE] = stated.place_of_visit[visit]
        for c in range(service.shape[0]):
            service[c, visit] = stated.service[c, visit]
    for pick in range(n):
        drop = n + pick
        linked, private = stated.linked_to[pick], 1 if stated.exclusive[pick] else 0
        has_links = has_links or linked >= 0
        node[pick, OUTBOUND], node[drop, OUTBOUND] = (linked + n if linked >= 0 else -1), -1
        node[pick, STAY], node[drop, MEETS] = stated.link_stay[pick], stated.heads[pick] + n
        node[pick, RIDE], node[drop, RIDE] = stated.max_ride[pick], stated.max_ride[pick]
        node[pick, PRIVATE], node[drop, PRIVATE] = private, -private
        for s in range(stated.load.shape[1]):
            node[pick, LOAD + s], node[drop, LOAD + s] = stated.load[pick, s], -stated.load[pick, s]
    for v in range(cars):
        start, end = 2 * n + v, 2 * n + cars + v
        node[start, PLACE], node[end, PLACE] = stated.start_place[v], stated.end_place[v]
        for place in (start, end):
            node[place, EARLIEST], node[place, LATEST] = stated.shift_earliest[v], stated.shift_latest[v]
            node[place, OUTBOUND] = -1
        vehicle[v, CLASS], vehicle[v, DURATION] = stated.class_of_vehicle[v], stated.max_duration[v]
        vehicle[v, USE_COST] = stated.vehicle_cost[v]
        vehicle[v, BREAK_FIRST], vehicle[v, BREAK_END] = stated.first_break[v], stated.first_break[v + 1]
        vehicle[v, LOCKED] = stated.prefix_start[v + 1] - stated.prefix_start[v]
    return has_links


def read_only(array: NDArray[np.int64]) -> NDArray[np.int64]:
    """``array`` itself, no longer writable: kernels are compiled for read-only arrays only."""
    array.setflags(write=False)
    return array
