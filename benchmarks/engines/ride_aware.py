r"""Lends engines without a limit on rides as much of that rule as windows can express.

What every schedule keeps anyway comes first: a ride lasts at least the direct way and at most the limit,

.. math:: e_d \ge e_p + s_p + t, \quad l_p \le l_d - t - s_p, \quad e_p \ge e_d - L - s_p, \quad l_d \le l_p + s_p + L.

These windows lose no solution, but a ride can still be too long. *Cutting* a request shortens the wider of its windows
until even its longest ride :math:`l_d - (e_p + s_p)` keeps :math:`L`; that loses solutions. So only requests whose
rides came out too long are cut, and the engine is asked again; if there is still no feasible plan after most of the
time, all are cut. The best feasible plan counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.engines.engine import NOTHING, Engine, Run, Task
from benchmarks.errors import SettingsError
from benchmarks.instances import Instance
from benchmarks.instances.instance import read_only
from benchmarks.score import has_times, judge
from solver.stop import TimeLimit

ROUND, LAST_ROUND_FROM, TOO_SHORT = 0.1, 0.6, 0.05
"""Shares of the budget: length of a round, when the last begins, and what is not worth a round."""

Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class RideAware:
    """Asks ``inner`` several times with ever tighter windows; one plain run where the file limits no rides."""

    inner: Engine

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def version(self) -> str:
        return self.inner.version

    def run(self, instance: Instance, task: Task) -> Run:
        """Solve one instance within the seconds of the task.

        Raises
        ------
        SettingsError
            The task counts steps.
        """
        if not isinstance(task.bound, TimeLimit):
            cause = "Its steps cannot be shared out over rounds."
            raise SettingsError(code="no_step_limit", item=self.name, cause=cause, action="Give --seconds.")
        return (
            _Rounds(instance, task.bound.seconds).best(self.inner, task)
            if instance.limits_rides
            else (self.inner.run(instance, task))
        )


class _Rounds:
    """The rounds on one instance: time spent, requests cut, and the best feasible plan so far."""

    def __init__(self, instance: Instance, seconds: float) -> None:
        self._instance, self._seconds = instance, seconds
        self._cut = np.zeros(instance.n_requests, np.bool_)
        self._found: list[tuple[float, Run]] = []
        self._latest = NOTHING
        self._wall_s, self._cpu_s, self._steps = 0.0, 0.0, 0

    def best(self, inner: Engine, task: Task) -> Run:
        while self._seconds - self._wall_s >= TOO_SHORT * self._seconds:
            is_last = bool(self._found) or self._wall_s >= LAST_ROUND_FROM * self._seconds
            if is_last and not self._found:
                self._cut[:] = True
            left = self._seconds - self._wall_s
            limit = left if is_last else min(left, ROUND * self._seconds)
            if self._settled_by(self._asked(inner, task, limit)) or is_last:
                break
        run = min(self._found, key=lambda found: found[0])[1] if self._found else self._latest
        return replace(run, wall_s=self._wall_s, cpu_s=self._cpu_s, steps=self._steps)

    def _asked(self, inner: Engine, task: Task, limit: float) -> Run:
        windows = tightened(self._instance, self._cut)
        run = inner.run(windows, replace(task, bound=TimeLimit(limit)))
        self._wall_s += run.wall_s
        self._cpu_s += run.cpu_s
        self._steps += run.steps
        self._latest = replace(run, first_s=(self._wall_s,))
        return run

    def _settled_by(self, run: Run) -> bool:
        """Take note of a round; tell whether another one could not change anything."""
        verdict = judge(self._instance, run.routes)
        if verdict.feasible:
            again = bool(self._found)
            self._found.append((verdict.cost, self._latest))
            return again or run.wall_s < LAST_ROUND_FROM * ROUND * self._seconds
        broken = self._broken(run)
        grown = bool(np.any(broken & ~self._cut))
        self._cut |= broken
        return not grown and bool(self._cut.all())

    def _broken(self, run: Run) -> Bool:
        """Return the requests whose rides their route cannot keep; all requests when the fault lies elsewhere."""
        broken = np.zeros_like(self._cut)
        for route in run.routes:
            broken[_too_long(self._instance, route)] = True
        return broken if bool(np.any(broken & ~self._cut)) else np.ones_like(broken)


def _too_long(instance: Instance, route: tuple[int, ...]) -> list[int]:
    """Return requests of the route that must be given up, in its order, so that the others keep their ride limits."""
    request_at = {node: request for request, node in enumerate(instance.pickup.tolist())}
    kept: list[int] = []
    broken: list[int] = []
    for request in (request_at[node] for node in route if node in request_at):
        rides = [*kept, request]
        limited = replace(instance, pickup=instance.pickup[rides], drop=instance.drop[rides])
        (kept if has_times(limited, route) else broken).append(request)
    return broken


def tightened(instance: Instance, cut: Bool) -> Instance:
    """Return the instance with windows narrowed without loss, and those of the requests in ``cut`` (R,) beyond that."""
    earliest, latest = instance.earliest.copy(), instance.latest.copy()
    pick, drop = instance.pickup, instance.drop
    direct = instance.service[pick] + instance.travel[pick, drop]
    longest = instance.service[pick] + instance.max_ride
    out, back = instance.travel[instance.start], instance.travel[:, instance.end]
    earliest[pick] = np.maximum(earliest[pick], earliest[instance.start] + out[pick])
    latest[drop] = np.minimum(latest[drop], latest[instance.end] - back[drop] - instance.service[drop])
    for _ in range(2):
        earliest[drop] = np.maximum(earliest[drop], earliest[pick] + direct)
        latest[pick] = np.minimum(latest[pick], latest[drop] - direct)
        earliest[pick] = np.maximum(earliest[pick], earliest[drop] - longest)
        latest[drop] = np.minimum(latest[drop], latest[pick] + longest)
    excess = np.where(cut, np.maximum(latest[drop] - earliest[pick] - longest, 0), 0)
    at_pick = latest[pick] - earliest[pick] >= latest[drop] - earliest[drop]
    earliest[pick] += np.where(at_pick, excess, 0)
    latest[drop] -= np.where(at_pick, 0, excess)
    for array in (earliest, latest):
        read_only(array)
    return replace(instance, earliest=earliest, latest=latest)
