"""One route laid out for calculation: what each position asks, in rows of one block.

Position 0 is the start place, the last one the end place. All times are ticks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.kernels.jit import bare_kernel
from solver.kernels.packed import (
    CLASS,
    EARLIEST,
    IDLE_LIMIT,
    LATEST,
    MEETS,
    OUTBOUND,
    PLACE,
    PRIVATE,
    RIDE,
    STAY,
    Packed,
)  # fmt: skip

# Rows of a tour block.
NODE = 0
LOW = 1
HIGH = 2
LAG = 3  # one period: from the start of service one position before to reaching this one
SERVICE = 4
PARTNER = 5  # at a drop: position of its pick-up; 0 elsewhere
LIMIT = 6  # at a drop: ticks it may come after the start of service at the pick-up
RIDERS = 7  # requests aboard when leaving
PRIVATES = 8  # of these, private rides
IDLE = 9  # while riders are aboard: ticks the next position may come after the start of service here (one period)
#           or after it could be reached from here (several)
LINK = 10  # position of the outbound's drop; 0 = none
LINK_LAG = 11
X = 12  # least times
Y = 13  # greatest times, windows and travel only
PAUSE_A = 14  # breaks PAUSE_A .. PAUSE_B - 1 lie in this gap: 0 before departure, i on the leg to position i
PAUSE_B = 15  # and n, one column beyond the n positions, after arrival
GAP = 16  # scratch of the break search: gaps with nobody aboard
CHOICE = 17  # scratch: for each break an index into GAP
BEST = 18  # scratch: the best CHOICE so far
FREE = 19  # least times without breaks, all other rules kept
QUICK = 20  # at position 0: 1 when FREE is a schedule of the route that a small change may be tested against
LEG = 21  # several periods: where the times from one position before stand in Packed.travel
BEFORE = 22  # scratch: X as it was
DROPS = 23  # scratch: positions after which a drop may stand
LEAVES = 24  # at position 0: when the vehicle leaves, where that is told
ROWS = 25

LIFTED = 2**44
"""A bound beyond every sum of times of a valid problem, for limits that a question lifts."""

# Entries of an ask: one request for one vehicle, under which limits. All int64.
ASK_REQUEST = 0
ASK_VEHICLE = 1
ASK_LENGTH = 2  # positions of the vehicle's route, both places included
ASK_RULES = 3  # sum of KEEP_* bits
ASK_ANY = 4  # 1: the first place found is enough
ASK_ALLOWED = 5  # 0: this vehicle is not asked
ASK_FOUND = 6  # answer: 1 when the vehicle has a place
ASK_PICK_EARLIEST = 7
ASK_PICK_LATEST = 8
ASK_DROP_EARLIEST = 9
ASK_DROP_LATEST = 10
ASK_RIDE = 11
ASK_SEATS = 12  # seats of every kind added to the vehicle's
ASK_SHIFT_EARLIER = 13  # ticks added to the vehicle's shift
ASK_SHIFT_LATER = 14
ASK_DURATION = 15  # ticks added to the vehicle's longest route
ASK_NOT_BEFORE = 16  # links to other routes: earliest pick-up
ASK_NOT_AFTER = 17  # links to other routes: latest drop
ASK_DEARER = 18  # answer: 1 when a place was not looked at because it was too dear
ASK_SIZE = 19

# Rules that hold for all riders of a route, as bits of ASK_RULES.
KEEP_PRIVATE = 1
KEEP_RIDE = 2
KEEP_IDLE = 4
KEEP_BREAKS = 8
KEEP_ALL = 15


class Work(NamedTuple):
    """Scratch memory of one thread; everything here is overwritten."""

    base: NDArray[np.int64]  # (ROWS, L) the route as it is
    trial: NDArray[np.int64]  # (ROWS, L) the route with the request
    load: NDArray[np.int64]  # (L, S) seats taken when leaving each position of base
    ask: NDArray[np.int64]  # (ASK_SIZE,) an ask under change
    one: NDArray[np.int64]  # (2, 4) room for one place


def work_for(pack: Packed, *, longest: int) -> Work:
    """Memory for routes of up to ``longest`` positions (both places included), two more for a trial, one for a gap."""
    room = longest + 3 + len(pack.pause)
    return Work(
        base=np.zeros((ROWS, room), dtype=np.int64),
        trial=np.zeros((ROWS, room), dtype=np.int64),
        load=np.zeros((room, pack.capacity.shape[2]), dtype=np.int64),
        ask=np.zeros(ASK_SIZE, dtype=np.int64),
        one=np.zeros((2, 4), dtype=np.int64),
    )


@bare_kernel
def lay_out(pack: Packed, n: int, ask: NDArray[np.int64], tour: NDArray[np.int64]) -> None:
    """Fill LEG and the rows of ``tour`` up to LINK_LAG, and empty the breaks, for the ``n`` nodes in its NODE row.

    The ask replaces the limits of its request where that occurs, and widens the shift of its vehicle.
    """
    v = ask[ASK_VEHICLE]
    requests = (pack.node.shape[0] - 2 * pack.vehicle.shape[0]) // 2
    vehicle_class, idle = pack.vehicle[v, CLASS], pack.vehicle[v, IDLE_LIMIT]
    places, periods = pack.cost.shape[0], pack.start.shape[0]
    riders, privates, before = 0, 0, 0
    for i in range(n):
        node = tour[NODE, i]
        here = pack.node[node, PLACE]
        tour[LOW, i] = pack.node[node, EARLIEST]
        tour[HIGH, i] = pack.node[node, LATEST]
        tour[SERVICE, i] = pack.service[vehicle_class, node]
        tour[LIMIT, i] = pack.node[node, RIDE]
        tour[PARTNER, i] = 0
        tour[LINK, i] = 0
        tour[PAUSE_A, i] = 0
        tour[PAUSE_B, i] = 0
        if node < 2 * requests:
            riders += 1 if node < requests else -1
            privates += pack.node[node, PRIVATE]
        tour[RIDERS, i] = riders
        tour[PRIVATES, i] = privates
        if i > 0:
            leg = (before * places + here) * periods
            if periods == 1:
                tour[LAG, i] = tour[SERVICE, i - 1] + pack.travel[leg]
                tour[IDLE, i - 1] = tour[LAG, i] + idle
            else:
                tour[LEG, i] = leg
                tour[IDLE, i - 1] = idle
        before = here
    tour[PAUSE_A, n] = 0
    tour[PAUSE_B, n] = 0
    tour[LOW, 0] -= ask[ASK_SHIFT_EARLIER]
    tour[HIGH, n - 1] += ask[ASK_SHIFT_LATER]
    _apply_ask(n, requests, ask, tour)
    _pair(n, requests, tour)
    if pack.has_links:
        _link(pack, n, requests, tour)


@bare_kernel
def _apply_ask(n: int, requests: int, ask: NDArray[np.int64], tour: NDArray[np.int64]) -> None:
    for i in range(1, n - 1):
        if tour[NODE, i] == ask[ASK_REQUEST]:
            tour[LOW, i] = max(ask[ASK_PICK_EARLIEST], ask[ASK_NOT_BEFORE])
            tour[HIGH, i] = ask[ASK_PICK_LATEST]
        elif tour[NODE, i] == ask[ASK_REQUEST] + requests:
            tour[LOW, i] = ask[ASK_DROP_EARLIEST]
            tour[HIGH, i] = min(ask[ASK_DROP_LATEST], ask[ASK_NOT_AFTER])
            tour[LIMIT, i] = ask[ASK_RIDE]


@bare_kernel
def _pair(n: int, requests: int, tour: NDArray[np.int64]) -> None:
    for i in range(1, n - 1):
        if tour[NODE, i] >= requests:
            for k in range(i - 1, 0, -1):
                if tour[NODE, k] == tour[NODE, i] - requests:
                    tour[PARTNER, i] = k
                    tour[LIMIT, i] += tour[SERVICE, k]
                    break


@bare_kernel
def _link(pack: Packed, n: int, requests: int, tour: NDArray[np.int64]) -> None:
    """Positions of outbound drops; a drop that comes too late leaves the window of its return closed."""
    for i in range(1, n - 1):
        outbound = pack.node[tour[NODE, i], OUTBOUND]
        if outbound < 0:
            continue
        for k in range(1, n - 1):
            if tour[NODE, k] >= requests and pack.node[tour[NODE, k], MEETS] == outbound:
                tour[LINK, i] = k
                tour[LINK_LAG, i] = tour[SERVICE, k] + pack.node[tour[NODE, i], STAY]
                if k > i:
                    tour[HIGH, i] = -LIFTED
