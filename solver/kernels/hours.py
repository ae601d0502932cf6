"""Arrivals, departures and how long both keep step, with travel times by period of the day.

Compiled twin of `solver.legs`. The times of one leg stand side by side: ``ticks[at + k]`` is that of period ``k``,
which holds from ``start[k]`` on (the first one before that too). With one period callers add ``ticks[at]`` themselves.
"""

from __future__ import annotations

from solver.kernels.jit import bare_entry, bare_inlined
from solver.kernels.tour import LIFTED
from solver.problem import Int32, Int64


@bare_inlined
def _period(start: Int64, leave: int) -> int:
    """The period in which ``leave`` lies; the first one holds before its start, too."""
    k = 0
    while k < start.shape[0] - 1 and start[k + 1] <= leave:
        k += 1
    return k


@bare_entry
def arrival(ticks: Int32 | Int64, at: int, start: Int64, leave: int) -> int:
    """When a leg left at ``leave`` is reached: (1) of `solver.problem.Problem`."""
    last, k = start.shape[0] - 1, _period(start, leave)
    reach: int = leave + ticks[at + k]
    while k < last and start[k + 1] < reach:
        k += 1
        reach = min(reach, start[k] + ticks[at + k])
    return reach


@bare_entry
def latest_leave(ticks: Int32 | Int64, at: int, start: Int64, reach: int) -> int:
    """The greatest tick to leave at with an arrival by ``reach``."""
    last = start.shape[0] - 1
    k = last
    while k > 0 and start[k] + ticks[at + k] > reach:
        k -= 1
    leave: int = reach - ticks[at + k]
    return leave if k == last else min(leave, start[k + 1] - 1)


@bare_entry
def in_step(ticks: Int32 | Int64, at: int, start: Int64, leave: int) -> int:
    """Ticks by which ``leave`` may rise at least with the arrival rising as much; 0 where it may stand still."""
    last, k = start.shape[0] - 1, _period(start, leave)
    if k == last:
        return 4 * LIFTED
    until: int = start[k + 1]
    for later in range(k + 1, last + 1):
        until = min(until, start[later] + ticks[at + later] - ticks[at + k])
    return max(0, until - leave)
