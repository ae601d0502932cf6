"""Answers each call at once and improves the plan until the next one.

A caller gets the cheapest place in the routes as they are. When there is none, a short search looks for a plan that
serves everybody promised and the caller; if it finds one, that is the plan from now on, else the caller is refused.
Between two calls the search of the solver improves the plan, with everybody promised mandatory. Its result holds from
`Dispatching.lead_s` after the call, and nothing that happens before may be changed by it; calls that follow each other
faster leave no time for it. Both searches are bounded by steps, so that a day depends on its seed alone.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from benchmarks.live.cars import Habits, Road
from benchmarks.live.rolling import Rolling, follow, rolling
from benchmarks.live.square import LiveDay
from benchmarks.measure.latency import Stopwatch
from solver.board import Board
from solver.params import SolveParams
from solver.result import SolveResult
from solver.solve import solve
from solver.stop import StepLimit, Stop

END_S = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatching:
    """How calls are answered. ``steps`` and ``rescue_steps`` of 0 leave out that search.

    Attributes
    ----------
    steps
        Of the search after each call.
    rescue_steps
        Of the search for a caller who fits in nowhere.
    homing
        See `rolling`: what it costs to end a route far from the middle, where few later callers are near.
    lead_s
        Seconds after a call from which the improved plan holds.
    """

    habits: Habits
    steps: int
    rescue_steps: int
    homing: float
    lead_s: int


SEARCH = Dispatching(habits=Habits(hold=0.7, turning=True), steps=2000, rescue_steps=300, homing=0.15, lead_s=5)
FIXED_LEGS = Dispatching(habits=Habits(hold=0.7, turning=False), steps=2000, rescue_steps=300, homing=0.15, lead_s=5)
INSERTION = Dispatching(habits=Habits(hold=0.0, turning=False), steps=0, rescue_steps=0, homing=0.0, lead_s=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LivedDay:
    """A day when everybody has arrived. ``accepted`` in the order of the calls; ``rescued`` are among them."""

    road: Road
    accepted: tuple[int, ...]
    rescued: int
    answers: Stopwatch
    answers_cpu_ms: tuple[float, ...]


def live_through(day: LiveDay, how: Dispatching, *, seed: int) -> LivedDay:
    """Take all calls of ``day`` and drive until everybody has arrived."""
    desk = _Desk(day, how, seed)
    for request, asked_s in enumerate(day.asked_s.tolist()):
        desk.road.drive_until(asked_s)
        desk.answer(request)
        ready_s = asked_s + how.lead_s
        if how.steps and ready_s < _next_call_s(day, request):
            desk.road.drive_until(ready_s)
            desk.improve(request)
    desk.road.drive_until(END_S)
    return LivedDay(
        road=desk.road,
        accepted=tuple(desk.accepted),
        rescued=desk.rescued,
        answers=desk.answers,
        answers_cpu_ms=tuple(desk.answers_cpu_ms),
    )


def _next_call_s(day: LiveDay, request: int) -> int:
    return int(day.asked_s[request + 1]) if request + 1 < day.n_requests else END_S


class _Desk:
    def __init__(self, day: LiveDay, how: Dispatching, seed: int) -> None:
        self.road = Road(day, how.habits)
        self._how, self._seed = how, seed
        self.accepted: list[int] = []
        self.rescued = 0
        self.answers = Stopwatch()
        self.answers_cpu_ms: list[float] = []

    def answer(self, request: int) -> None:
        """Promise or refuse, and be done with it: the new routes are what the vehicles do from now on."""
        began = time.process_time()
        with self.answers.lap():
            now = rolling(self.road, asking=(request,), homing=self._how.homing)
            if self._inserted(now) or self._rescued(now):
                self.accepted.append(request)
        self.answers_cpu_ms.append(1000 * (time.process_time() - began))

    def improve(self, request: int) -> None:
        """Follow the best plan that the search finds; it is never worse than the present one."""
        now = rolling(self.road, homing=self._how.homing)
        if now.requests:
            found = self._search(now, steps=self._how.steps, seed=self._seed + request)
            follow(self.road, now, found.solution.routes)

    def _inserted(self, now: Rolling) -> bool:
        board, asking = Board(now.problem, now.plan.routes), len(now.requests) - 1
        asks = board.asks(asking)
        places = board.places(asks, limit=1)
        for place in places:
            board.insert(asks[place.vehicle], place)
            follow(self.road, now, tuple(board.routes))
        return bool(places)

    def _rescued(self, now: Rolling) -> bool:
        if not self._how.rescue_steps:
            return False
        found = self._search(now, steps=self._how.rescue_steps, seed=self._seed)
        if found.solution.unserved:
            return False
        follow(self.road, now, found.solution.routes)
        self.rescued += 1
        return True

    def _search(self, now: Rolling, *, steps: int, seed: int) -> SolveResult:
        params = SolveParams(seed=seed, threads=1, reasons_max=0)
        return solve(now.problem, params=params, stop=Stop(limits=(StepLimit(steps),)), start=now.plan)
