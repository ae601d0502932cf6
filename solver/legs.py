"""When a leg is reached and how late it may be left, with travel times by period of the day.

The rule is (1) of `solver.problem.Problem`. `solver.kernels.hours` is the compiled twin of this module.
"""

from __future__ import annotations

from typing import NamedTuple

ENDLESS = 2**46
"""More ticks than any two times of a problem lie apart."""


class Leg(NamedTuple):
    """One leg: period ``k`` holds from ``starts[k]`` on (the first one before that too) and takes ``ticks[k]``."""

    starts: tuple[int, ...]
    ticks: tuple[int, ...]

    def reached(self, leave: int, pause: int = 0) -> int:
        """The arrival when left at ``leave`` with breaks of ``pause`` ticks on the way."""
        if len(self.ticks) == 1:
            return leave + self.ticks[0] + pause
        driven_first = self._arrival(leave) + pause
        return max(driven_first, self._arrival(leave + pause)) if pause else driven_first

    def left(self, reach: int, pause: int = 0) -> int:
        """The latest tick to leave at and be there by ``reach``."""
        if len(self.ticks) == 1:
            return reach - self.ticks[0] - pause
        return min(self._departure(reach - pause), self._departure(reach) - pause)

    def steady(self, leave: int) -> int:
        """Ticks by which ``leave`` may rise at least with the arrival rising as much; 0 where it may stand still."""
        k = self._period(leave)
        if k == len(self.ticks) - 1:
            return ENDLESS
        waits_from = self._waiting(k) - self.ticks[k]
        return max(0, min(self.starts[k + 1], waits_from) - leave)

    def _period(self, at: int) -> int:
        k = 0
        while k + 1 < len(self.starts) and self.starts[k + 1] <= at:
            k += 1
        return k

    def _waiting(self, k: int) -> int:
        """The arrival of those who wait in period ``k`` for a later one."""
        return min(start + ticks for start, ticks in zip(self.starts[k + 1 :], self.ticks[k + 1 :], strict=True))

    def _arrival(self, leave: int) -> int:
        k = self._period(leave)
        arrival = leave + self.ticks[k]
        return arrival if k == len(self.ticks) - 1 else min(arrival, self._waiting(k))  # (1)

    def _departure(self, reach: int) -> int:
        """The greatest ``t`` with ``arrival(t) <= reach``: in the last period whose beginning is early enough."""
        k = len(self.ticks) - 1
        while k > 0 and self.starts[k] + self.ticks[k] > reach:
            k -= 1
        leave = reach - self.ticks[k]
        return leave if k == len(self.ticks) - 1 else min(leave, self.starts[k + 1] - 1)
