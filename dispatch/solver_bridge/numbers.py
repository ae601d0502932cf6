"""The days asked about last, kept in numbers: what one call has worked out, the next one finds.

A day in numbers depends on its state, which is one object as long as nothing changes (`dispatch.store.cached`), on the
travel times, and on the moment. Before anything of the day begins, every moment is the same.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from dispatch.model.day_state import DayState
from dispatch.model.reservation import ReservationState
from dispatch.solver_bridge.day_problem import LONG_AGO_S, DayProblem, day_problem
from dispatch.solver_bridge.ride import rides_of
from dispatch.solver_bridge.travel import TravelBook
from solver.checker import check

DAYS = 16
"""So many days are kept: a few hundred kilobytes each."""


@dataclass(slots=True)
class _Kept:
    """One day in numbers, and whether its plan keeps every rule, once somebody has asked (no answer before)."""

    state: DayState
    book: TravelBook
    now_s: int
    day: DayProblem
    in_order: list[bool] = field(default_factory=list)


class DayNumbers:
    """A bounded memory of days in numbers. Safe to share between threads."""

    def __init__(self, *, days: int = DAYS) -> None:
        self._days = days
        self._lock = Lock()
        self._kept: OrderedDict[int, _Kept] = OrderedDict()

    def of(self, state: DayState, *, book: TravelBook, now_s: int) -> DayProblem:
        """The day with the trips it has, as `day_problem` says."""
        return self._found(state, book=book, now_s=now_s).day

    def in_order(self, state: DayState, *, book: TravelBook, now_s: int) -> bool:
        """Whether the plan of the day keeps every rule, by `solver.checker`."""
        kept = self._found(state, book=book, now_s=now_s)
        if not kept.in_order:
            kept.in_order.append(not check(kept.day.stated, kept.day.solution))
        return kept.in_order[0]

    def _found(self, state: DayState, *, book: TravelBook, now_s: int) -> _Kept:
        moment_s = _moment_s(state, now_s)
        with self._lock:
            kept = self._kept.get(id(state))
            if kept is not None and kept.state is state and kept.book is book and kept.now_s == moment_s:
                self._kept.move_to_end(id(state))
                return kept
        day = day_problem(state, rides_of(state.reservations), book=book, now_s=moment_s)
        made = _Kept(state=state, book=book, now_s=moment_s, day=day)
        with self._lock:
            self._kept[id(state)] = made
            self._kept.move_to_end(id(state))
            while len(self._kept) > self._days:
                self._kept.popitem(last=False)
        return made


def _moment_s(state: DayState, now_s: int) -> int:
    """``now_s``; or, while nothing of the day has begun or been reported, a moment that stands for all of these."""
    begun = state.events or state.outages or state.roads
    if begun or any(trip.state is not ReservationState.BOOKED for trip in state.reservations):
        return now_s
    first_s = [shift.start_s for shift in state.shifts] + [route.depart_s for route in state.plan.routes]
    first_s += [rest.earliest_s for shift in state.shifts for rest in shift.breaks]
    return LONG_AGO_S if now_s < min(first_s, default=now_s) else now_s
