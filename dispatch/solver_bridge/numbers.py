"""The days asked about last, kept in numbers: what one call has worked out, the next one finds.

A day in numbers depends on its state, which is one object as long as nothing changes (`dispatch.store.cached`), on the
travel times, and on the moment. Before anything of the day begins, every moment is the same, and of the state asked
about before most is taken over (`dispatch.solver_bridge.carried`), whoever changed the day, in this process or another.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

from dispatch.model.day_state import DayState
from dispatch.model.hold import Hold
from dispatch.model.reservation import ReservationState
from dispatch.model.same import OfTheSame
from dispatch.solver_bridge.carried import can_carry, carried
from dispatch.solver_bridge.day_problem import LONG_AGO_S, DayProblem, day_problem
from dispatch.solver_bridge.holding import with_holds
from dispatch.solver_bridge.ride import rides_of
from dispatch.solver_bridge.roads import travel_digest
from dispatch.solver_bridge.travel import TravelBook
from solver.checker import check

DAYS = 16
"""So many days are kept: a few hundred kilobytes each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """One state of a day in numbers, good from second ``from_s`` of the day until before ``until_s``.

    ``in_order`` holds the answer of `DayNumbers.in_order` once it was given.
    """

    state: DayState
    book: TravelBook
    from_s: int
    until_s: int
    day: DayProblem
    in_order: list[bool] = field(default_factory=list)

    @property
    def before_all(self) -> bool:
        """Whether it holds until the day begins, not for one moment only."""
        return self.from_s <= LONG_AGO_S

    def good(self, book: TravelBook, now_s: int) -> bool:
        """Whether it holds at ``now_s``."""
        return self.book is book and self.from_s <= now_s < self.until_s


class DayNumbers:
    """A bounded memory of days in numbers. Safe to share between threads."""

    def __init__(self) -> None:
        self._kept: OfTheSame[DayState, _Kept] = OfTheSame(most=DAYS)
        self._stored: OfTheSame[DayState, None] = OfTheSame(most=DAYS)
        self._whole: OfTheSame[DayState, tuple[tuple[Hold, ...], DayState]] = OfTheSame(most=DAYS)
        self._lock = Lock()
        self._last: OrderedDict[tuple[str, date], _Kept] = OrderedDict()

    def of(self, state: DayState, *, book: TravelBook, now_s: int) -> DayProblem:
        """The day with the trips it has, as `day_problem` says, perhaps with places that no trip needs any more."""
        return self._found(state, book=book, now_s=now_s).day

    def in_order(self, state: DayState, *, book: TravelBook, now_s: int) -> bool:
        """Whether the plan of the day keeps every rule, by `solver.checker`."""
        kept = self._found(state, book=book, now_s=now_s)
        if not kept.in_order:
            proven = kept.before_all and self._stored.has(state) and _stands_proven(state, book)
            kept.in_order.append(proven or not check(kept.day.stated, kept.day.solution))
        return kept.in_order[0]

    def as_stored(self, state: DayState) -> None:
        """Know ``state`` as one that the store has: whatever is made of it is another object.

        Of its plan, the checker need not be asked again if it was proven for this very state (`in_order`).
        """
        self._stored.value(state, lambda: None)

    def with_holds(self, state: DayState, held: tuple[Hold, ...]) -> DayState:
        """As `dispatch.solver_bridge.holding.with_holds`, one object as long as the same offers are held."""
        if not held:
            return state
        made = self._whole.value(state, lambda: (held, with_holds(state, held)), still=lambda kept: kept[0] == held)
        return made[1]

    def _found(self, state: DayState, *, book: TravelBook, now_s: int) -> _Kept:
        return self._kept.value(
            state, lambda: self._worked_out(state, book, now_s), still=lambda kept: kept.good(book, now_s)
        )

    def _worked_out(self, state: DayState, book: TravelBook, now_s: int) -> _Kept:
        until_s = begins_s(state)
        if now_s >= until_s:
            day = day_problem(state, rides_of(state.reservations), book=book, now_s=now_s)
            return _Kept(state=state, book=book, from_s=now_s, until_s=now_s + 1, day=day)
        day = self._carried(state, book) or day_problem(state, rides_of(state.reservations), book=book, now_s=now_s)
        kept = _Kept(state=state, book=book, from_s=min(now_s, LONG_AGO_S), until_s=until_s, day=day)
        with self._lock:
            self._last[state.service_id, state.date] = kept
            self._last.move_to_end((state.service_id, state.date))
            while len(self._last) > DAYS:
                self._last.popitem(last=False)
        return kept

    def _carried(self, state: DayState, book: TravelBook) -> DayProblem | None:
        """The day taken over from the state that was asked about before, if it can be."""
        with self._lock:
            last = self._last.get((state.service_id, state.date))
        if last is None or last.book is not book or not can_carry(last.state, state):
            return None
        return carried(last.day, last.state, state, book=book)


def begins_s(state: DayState) -> int:
    """Before this second every moment is the same: nothing of the day has begun or been reported."""
    reported = state.events or state.outages or state.roads
    if reported or any(trip.state is not ReservationState.BOOKED for trip in state.reservations):
        return LONG_AGO_S
    first_s = [shift.start_s for shift in state.shifts] + [route.depart_s for route in state.plan.routes]
    first_s += [rest.earliest_s for shift in state.shifts for rest in shift.breaks]
    return min(first_s, default=LONG_AGO_S)


def _stands_proven(state: DayState, book: TravelBook) -> bool:
    """Whether the plan in force was proven for this state: nothing has changed since, here or in the catalogue."""
    plan = state.plan
    return (
        (plan.version, plan.catalog_version) == (state.version, state.catalog_version)
        and plan.travel_digest == travel_digest(book.times.digest, state.roads)
        and not plan.proof.violations
    )
