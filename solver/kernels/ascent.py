"""Times of least cost under difference constraints, exactly: raise sets of nodes as long as that pays.

Every node has a time and a convex piecewise linear cost of it; an arc says ``time[head] >= time[tail] + lag``. Such a
cost is L-natural-convex (Murota 2003, Discrete Convex Analysis, chapter 7, https://doi.org/10.1137/1.9780898718508), so
from times that are nowhere later than the least optimal ones it is enough to raise sets of nodes. A set may rise
when every tight arc that leaves a member ends in a member; whether one of negative slope exists is a minimum cut,
found by pushing the slopes of the nodes that want to rise along tight arcs to those that do not (Picard 1976,
https://doi.org/10.1287/mnsc.22.11.1268).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.kernels.jit import bare_inlined, bare_kernel
from solver.kernels.packed import Packed

# Rows of a bench: one column per node in the first, one per arc in the last.
TIME = 0
CEILING = 1
SLOPE = 2  # cost of one tick later, whatever the time
SOFT = 3  # from this time on ``late`` more per tick
KEPT_LOW = 4  # before this time ``shifted`` less per tick
KEPT_HIGH = 5  # from this time on ``shifted`` more per tick
LEFT = 6  # scratch: slope not yet balanced
MARK = 7  # scratch: how the node was reached, 0 = not
TAIL = 8
HEAD = 9
ARC_LAG = 10
FLOW = 11  # scratch
BENCH_ROWS = 12

UNMOVABLE = 2**60
_SOURCE = -1


def bench_for(pack: Packed, *, room: int) -> NDArray[np.int64]:
    """Memory to choose the times of routes of up to ``room`` positions."""
    return np.zeros((BENCH_ROWS, 4 * room + 3 * len(pack.pause) + 4), dtype=np.int64)


@bare_kernel
def ascend(bench: NDArray[np.int64], nodes: int, arcs: int, late: int, shifted: int) -> None:
    """Raise row TIME, the least times that keep every arc, to the least of the times of least cost."""
    while _wants_to_rise(bench, nodes, arcs, late, shifted):
        step = _longest_step(bench, nodes, arcs)
        for i in range(nodes):
            if bench[MARK, i] != 0:
                bench[TIME, i] += step


@bare_inlined
def _slope(bench: NDArray[np.int64], i: int, late: int, shifted: int) -> int:
    at = bench[TIME, i]
    slope: int = bench[SLOPE, i]
    if at >= bench[SOFT, i]:
        slope += late
    if at >= bench[KEPT_HIGH, i]:
        slope += shifted
    elif at < bench[KEPT_LOW, i]:
        slope -= shifted
    return slope


@bare_kernel
def _wants_to_rise(bench: NDArray[np.int64], nodes: int, arcs: int, late: int, shifted: int) -> bool:
    """Mark a set of nodes that gets cheaper by rising; False when there is none."""
    wishes = False
    for i in range(nodes):
        movable = bench[TIME, i] < bench[CEILING, i]
        bench[LEFT, i] = _slope(bench, i, late, shifted) if movable else UNMOVABLE
        wishes |= bench[LEFT, i] < 0
    if not wishes:
        return False
    for a in range(arcs):
        bench[FLOW, a] = 0
    for source in range(nodes):
        while bench[LEFT, source] < 0:
            sink = _reached(bench, nodes, arcs, source)
            if sink < 0:
                return True
            _push(bench, source, sink)
    return False


@bare_kernel
def _reached(bench: NDArray[np.int64], nodes: int, arcs: int, source: int) -> int:
    """Mark what has to rise with ``source``; the first node found that takes up slope, -1 = there is none."""
    for i in range(nodes):
        bench[MARK, i] = 0
    bench[MARK, source] = _SOURCE
    grown = True
    while grown:
        grown = False
        for a in range(arcs):
            tail: int = bench[TAIL, a]
            head: int = bench[HEAD, a]
            if bench[MARK, tail] != 0:
                if bench[MARK, head] == 0 and bench[TIME, head] - bench[TIME, tail] == bench[ARC_LAG, a]:
                    bench[MARK, head] = a + 1
                    if bench[LEFT, head] > 0:
                        return head
                    grown = True
            elif bench[MARK, head] != 0 and bench[FLOW, a] > 0:
                bench[MARK, tail] = -(a + 2)
                if bench[LEFT, tail] > 0:
                    return tail
                grown = True
    return -1


@bare_kernel
def _push(bench: NDArray[np.int64], source: int, sink: int) -> None:
    """Balance as much slope between source and sink as the marked path can carry."""
    amount = min(-bench[LEFT, source], bench[LEFT, sink])
    at = sink
    while at != source:
        mark = bench[MARK, at]
        if mark > 0:
            at = bench[TAIL, mark - 1]
        else:
            amount = min(amount, bench[FLOW, -mark - 2])
            at = bench[HEAD, -mark - 2]
    bench[LEFT, source] += amount
    bench[LEFT, sink] -= amount
    at = sink
    while at != source:
        mark = bench[MARK, at]
        if mark > 0:
            bench[FLOW, mark - 1] += amount
            at = bench[TAIL, mark - 1]
        else:
            bench[FLOW, -mark - 2] -= amount
            at = bench[HEAD, -mark - 2]


@bare_kernel
def _longest_step(bench: NDArray[np.int64], nodes: int, arcs: int) -> int:
    """Ticks by which the marked nodes rise before a slope changes or an arc gets tight."""
    step = UNMOVABLE
    for i in range(nodes):
        if bench[MARK, i] != 0:
            at = bench[TIME, i]
            step = min(step, bench[CEILING, i] - at)
            for row in (SOFT, KEPT_LOW, KEPT_HIGH):
                if bench[row, i] > at:
                    step = min(step, bench[row, i] - at)
    for a in range(arcs):
        tail, head = bench[TAIL, a], bench[HEAD, a]
        if bench[MARK, tail] != 0 and bench[MARK, head] == 0:
            step = min(step, bench[TIME, head] - bench[TIME, tail] - bench[ARC_LAG, a])
    return step
