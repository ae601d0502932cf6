"""Seats in RoutingModel: one dimension per kind, and one weighted sum per pair of kinds that exclude each other."""
# mypy: allow-untyped-calls

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
from ortools.constraint_solver import pywrapcp

from solver.problem import Int64, Problem


class SeatCut(NamedTuple):
    """Load rule ``weights . (load of first kind, load of second kind) <= capacity``, true in every layout."""

    weights: tuple[int, int]
    capacity: int


NO_CUT = SeatCut(weights=(0, 0), capacity=0)


def seat_cut(layouts: Int64) -> SeatCut:
    """Return the line through the two extreme layouts of one vehicle and two kinds of seat.

    Parameters
    ----------
    layouts : array of shape (A, 2)
        Seats of both kinds, by layout.

    Notes
    -----
    A load that fits layout ``a`` is at most ``cap_a`` in each kind, and the weights are not negative; so
    ``w . load <= max_a w . cap_a`` holds for every load that fits any layout. Four seats, or two seats and a
    wheelchair, give ``1 x seats + 2 x wheelchairs <= 4``.
    """
    most_first = max(layouts.tolist())
    most_second = max(layouts.tolist(), key=lambda layout: (layout[1], layout[0]))
    weights = np.array([most_second[1] - most_first[1], most_first[0] - most_second[0]], dtype=np.int64)
    if weights.min() <= 0:
        return NO_CUT
    return SeatCut(weights=(int(weights[0]), int(weights[1])), capacity=int((layouts @ weights).max()))


def add_seats(routing: pywrapcp.RoutingModel, problem: Problem) -> None:
    """Add the load dimensions: exact for a vehicle with one layout, relaxed for alternatives."""
    largest = problem.capacity.max(axis=1)
    for kind in range(problem.load.shape[1]):
        if problem.load[:, kind].sum() > largest[:, kind].min(initial=0):
            changes = routing.RegisterUnaryTransitVector(load_changes(problem, problem.load[:, kind].astype(np.int64)))
            routing.AddDimensionWithVehicleCapacity(changes, 0, largest[:, kind].tolist(), True, f"seats {kind}")
    for first, second in combinations(range(problem.load.shape[1]), 2):
        cuts = [seat_cut(layouts[:, [first, second]].astype(np.int64)) for layouts in problem.capacity]
        if any(cut != NO_CUT for cut in cuts):
            _add_cuts(routing, problem, kinds=(first, second), cuts=cuts)


def _add_cuts(routing: pywrapcp.RoutingModel, problem: Problem, *, kinds: tuple[int, int], cuts: list[SeatCut]) -> None:
    evaluators = {}
    for weights in sorted({cut.weights for cut in cuts}):
        weighted = problem.load[:, kinds].astype(np.int64) @ np.array(weights, dtype=np.int64)
        evaluators[weights] = routing.RegisterUnaryTransitVector(load_changes(problem, weighted))
    routing.AddDimensionWithVehicleTransitAndCapacity(
        [evaluators[cut.weights] for cut in cuts], 0, [cut.capacity for cut in cuts], True, f"seats {kinds}"
    )


def load_changes(problem: Problem, load: Int64) -> list[int]:
    """Return the change of load at each node of the model: picks, drops, then both ends of every vehicle."""
    both_ends = np.zeros(2 * problem.n_vehicles, dtype=np.int64)
    return [int(change) for change in np.concatenate([load, -load, both_ends])]
