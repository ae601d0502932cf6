"""The days asked about last, kept in numbers: what one call has worked out, the next one finds.

A day in numbers depends on its state, which is one object as long as nothing changes (`dispatch.store.cached`), on the
travel times, and on the moment. Before anything of the day begins, every moment is the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dispatch.model.day_state import DayState
from dispatch.model.reservation import ReservationState
from dispatch.model.same import OfTheSame
from dispatch.solver_bridge.day_problem import LONG_AGO_S, DayProblem, day_problem
from dispatch.solver_bridge.ride import rides_of
from dispatch.solver_bridge.travel import TravelBook
from solver.checker import check

DAYS = 16
"""So many days are kept: a few hundred kilobytes each."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """One day in numbers, good from second ``from_s`` of the day until before ``until_s``.

    ``in_order`` holds the answer of `DayNumbers.in_order` once it was given.
    """

    book: TravelBook
    from_s: int
    until_s: int
    day: DayProblem
    in_order: list[bool] = field(default_factory=list)


class DayNumbers:
    """A bounded memory of days in numbers. Safe to share between threads."""

    def __init__(self) -> None:
        self._kept: OfTheSame[DayState, _Kept] = OfTheSame(most=DAYS)

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
        return self._kept.value(
            state,
            lambda: _worked_out(state, book, now_s),
            still=lambda kept: kept.book is book and kept.from_s <= now_s < kept.until_s,
        )


def _worked_out(state: DayState, book: TravelBook, now_s: int) -> _Kept:
    begins_s = _begins_s(state)
    day = day_problem(state, rides_of(state.reservations), book=book, now_s=now_s)
    if now_s < begins_s:
        return _Kept(book=book, from_s=min(now_s, LONG_AGO_S), until_s=begins_s, day=day)
    return _Kept(book=book, from_s=now_s, until_s=now_s + 1, day=day)


def _begins_s(state: DayState) -> int:
    """Before this second every moment is the same: nothing of the day has begun or been reported."""
    reported = state.events or state.outages or state.roads
    if reported or any(trip.state is not ReservationState.BOOKED for trip in state.reservations):
        return LONG_AGO_S
    first_s = [shift.start_s for shift in state.shifts] + [route.depart_s for route in state.plan.routes]
    first_s += [rest.earliest_s for shift in state.shifts for rest in shift.breaks]
    return min(first_s, default=LONG_AGO_S)
