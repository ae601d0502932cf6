"""A problem as the search reads it: windows tightened, loads packed into one word, neighbours and orders listed.

Nodes are numbered as in `solver.kernels.packed`. Everything here is read-only and int64 unless said otherwise.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.kernels.packed import Packed
from solver.kernels.terms import Terms
from solver.problem import Int32

# Columns of Field.node.
NODE_EARLIEST = 0
NODE_LATEST = 1
NODE_PLACE = 2  # index of the place times the numbers per arc
NODE_LOAD = 3  # what the load word changes by
NODE_RIDE = 4
NODE_HASH = 5
NODE_FIXED = 6  # on pick-ups: 1 when the request stays on its route
NODE_OUTBOUND = 7  # on pick-ups: request whose demand must be met too, -1 = none
NODE_BACK = 8  # on pick-ups: request whose demand is given up with this one, -1 = none
NODE_WEIGHT = 9  # on pick-ups: what leaving the request out counts in the search
NODE_MANDATORY = 10
NODE_NEXT_OPTION = 11  # on pick-ups: the next request of a ring that meet the same demand, itself when it is alone
NODE_OPTION_COST = 11  # on drops: what it costs to meet the demand by this request
NODE_COLUMNS = 12

# Columns of Field.vehicle.
VEHICLE_CLASS = 0
VEHICLE_DURATION = 1
VEHICLE_COST = 2
VEHICLE_LOCKED = 3
VEHICLE_GENERAL = 4  # 1 when the general exact test has the last word
VEHICLE_KIND = 5  # vehicles of one kind are interchangeable while empty
VEHICLE_COLUMNS = 6

# Entries of Field.figure.
FIGURE_PLACES = 0
FIGURE_GUARD = 1  # the top bit of each field of a load word
FIGURE_SLACK = 2  # a detour saves at most so many cost units (0 under the triangle inequality)
FIGURE_LINKS = 3  # 1 when some request is linked
FIGURE_FEWER = 4  # 1 when a vehicle costs so much that fewer of them come first
FIGURE_TERMS = 5  # 1 when a plan costs more than driving, vehicles and penalties
FIGURE_OPTIONS = 6  # 1 when some demand can be met by more than one request
FIGURE_DEMANDS = 7
FIGURES = 8

ORDERS = 6


class Field(NamedTuple):
    """What the search may read. ``M = 2R + 2V`` nodes."""

    node: NDArray[np.int64]  # (M, NODE_COLUMNS)
    service: NDArray[np.int64]  # (C, M)
    arc: Int32  # (P * P * A,) at A * (a * P + b): fastest travel and cost, and with K > 1 the K travel times
    arc_to: Int32  # the same at A * (b * P + a): what leads to one place stands together
    vehicle: NDArray[np.int64]  # (V, VEHICLE_COLUMNS)
    layout: NDArray[np.int64]  # (V, A) capacity words with all guard bits set
    allowed: NDArray[np.bool_]  # (R, V)
    near: NDArray[np.int32]  # (R, n) other requests, nearest first
    soon: NDArray[np.int32]  # (R, n) other requests, nearest in time first
    order: NDArray[np.int64]  # (ORDERS, R) keys by which requests may be queued, least first
    figure: NDArray[np.int64]  # (FIGURES,)
    packed: Packed
    terms: Terms
