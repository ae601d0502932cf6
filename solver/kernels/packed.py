"""A problem as the few arrays that kernels read.

Kernels number *nodes*: visits ``0 .. 2R - 1`` as in `Problem`, then ``2R + v`` for the start place of
vehicle ``v`` and ``2R + V + v`` for its end place. Few, wide arrays make calls between kernels cheap.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.problem import Int32, Int64, Problem, frozen

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


def pack(problem: Problem) -> Packed:
    """The packed form; travel times are shared with ``problem`` when it has one period."""
    problem = frozen(problem)
    order, first_break = _breaks(problem)
    v = problem.n_vehicles
    vehicle = np.empty((v, 7), dtype=np.int64)
    vehicle[:, CLASS] = problem.class_of_vehicle
    vehicle[:, DURATION] = problem.max_duration
    vehicle[:, USE_COST] = problem.vehicle_cost
    vehicle[:, BREAK_FIRST] = first_break[:-1]
    vehicle[:, BREAK_END] = first_break[1:]
    vehicle[:, LOCKED] = problem.prefix_start[1:] - problem.prefix_start[:-1]
    vehicle[:, IDLE_LIMIT] = problem.idle_aboard_limit
    pause = np.empty((len(order), 3), dtype=np.int64)
    pause[:, PAUSE_EARLIEST] = problem.break_earliest[order]
    pause[:, PAUSE_LATEST] = problem.break_latest[order]
    pause[:, PAUSE_LENGTH] = problem.break_duration[order]
    service = np.zeros((len(problem.service), 2 * problem.n_requests + 2 * v), dtype=np.int64)
    service[:, : 2 * problem.n_requests] = problem.service
    return Packed(
        node=read_only(_nodes(problem)),
        service=read_only(service),
        travel=read_only(np.ascontiguousarray(problem.travel.transpose(1, 2, 0)).reshape(-1)),
        start=problem.period_start,
        cost=problem.cost,
        vehicle=read_only(vehicle),
        pause=read_only(pause),
        pause_index=read_only(order),
        capacity=problem.capacity,
        has_links=bool(problem.linked_to.max(initial=-1) >= 0),
    )


def _breaks(problem: Problem) -> tuple[Int64, Int64]:
    """Indices of the breaks by vehicle, and (V + 1,) where those of each vehicle begin there."""
    if not len(problem.break_vehicle):
        return np.zeros(0, dtype=np.int64), np.zeros(problem.n_vehicles + 1, dtype=np.int64)
    order = np.argsort(problem.break_vehicle, kind="stable").astype(np.int64)
    return order, np.searchsorted(problem.break_vehicle[order], np.arange(problem.n_vehicles + 1)).astype(np.int64)


def _nodes(problem: Problem) -> Int64:
    n, v, load = problem.n_requests, problem.n_vehicles, problem.load
    node = np.zeros((2 * n + 2 * v, LOAD + load.shape[1]), dtype=np.int64)
    picks, drops, starts, ends = node[:n], node[n : 2 * n], node[2 * n : 2 * n + v], node[2 * n + v :]
    visits = node[: 2 * n]
    visits[:, EARLIEST], visits[:, LATEST], visits[:, PLACE] = problem.earliest, problem.latest, problem.place_of_visit
    starts[:, PLACE], ends[:, PLACE] = problem.start_place, problem.end_place
    for places in (starts, ends):
        places[:, EARLIEST], places[:, LATEST] = problem.shift_earliest, problem.shift_latest
    node[:, OUTBOUND] = -1
    picks[:, OUTBOUND] = np.where(problem.linked_to >= 0, problem.linked_to + n, -1)
    picks[:, STAY] = problem.link_stay
    drops[:, MEETS] = problem.heads() + n
    picks[:, RIDE] = drops[:, RIDE] = problem.max_ride
    picks[:, PRIVATE] = problem.exclusive
    drops[:, PRIVATE] = -picks[:, PRIVATE]
    picks[:, LOAD:] = load
    drops[:, LOAD:] = -load
    return node


def read_only(array: NDArray[np.int64]) -> NDArray[np.int64]:
    """``array`` itself, no longer writable: kernels are compiled for read-only arrays only."""
    array.setflags(write=False)
    return array
