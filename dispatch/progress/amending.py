"""The plan after reports that show it wrong: who was driven by another vehicle leaves the route, who waits gets one.

Two things lead there. A vehicle that broke down reports later that it had set riders down before, for whom another is
on its way already; and a report is taken back after which somebody is to be driven who was in no plan any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from dispatch.model.actor import Actor
from dispatch.model.day_state import DayState
from dispatch.model.errors import InvalidInput, PlanRejected, SetupError
from dispatch.model.happened import Happened, Stage
from dispatch.model.plan import PlanReason, carrier_of, carriers
from dispatch.model.promise import BreachCause
from dispatch.model.reservation import ReservationState
from dispatch.solver_bridge.day_problem import DayProblem
from dispatch.solver_bridge.lateness import InTime, Rescue, rescue
from dispatch.solver_bridge.resettling import called_off
from dispatch.solver_bridge.ride import rides_of
from dispatch.solver_bridge.versions import Draft, claimed
from dispatch.solver_bridge.workplace import Workday, Workplace
from dispatch.store.protocol import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Misplaced:
    """Trips that the plan has where they are not: ``elsewhere`` on a wrong route, ``nowhere`` on none; by number."""

    elsewhere: frozenset[int]
    nowhere: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.elsewhere or self.nowhere)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """The plan that puts things right: a draft, or one with breaches to declare; neither when there is none."""

    drafts: tuple[Draft, ...] = ()
    rescues: tuple[Rescue, ...] = ()

    def claimed(self, work: UnitOfWork, state: DayState) -> int:
        """Claim the day, which is at ``state`` but for what is about to be written.

        Raises
        ------
        Conflict
            ``day_changed``.
        """
        return claimed(work, (*self.drafts, *(found.draft for found in self.rescues)), state)

    def written(self, work: UnitOfWork, version: int, *, actor: Actor) -> None:
        """Write the plan and the breaches, after the states that follow from the reports."""
        for draft in self.drafts:
            ids = (("problem", draft.proof.problem_digest),)
            draft.publish(work, version, actor=actor, kind=draft.reason.value, ids=ids)
        for found in self.rescues:
            found.written(work, version, before=found.draft.state, actor=actor, cause=BreachCause.DELAY)


NO_AMENDMENT = Amendment()


def misplaced(state: DayState, facts: Happened) -> Misplaced:
    """Which trips of a day the plan in force has on the wrong route, or on none, by what was reported."""
    carrier = carriers(state.plan.routes)
    told_of = {(event.reservation_id, event.shift_id) for event in state.events}
    stopped = {shift.shift_id for shift in state.shifts if shift.stopped}
    elsewhere, nowhere = set[int](), set[int]()
    for trip in state.reservations:
        fact, there = facts.trip(trip.id), carrier.get(trip.id, "")
        if fact.stage is Stage.DONE:
            elsewhere |= {trip.id} if there not in ("", fact.shift_id) else set()
        elif trip.state is ReservationState.BOOKED:
            undone = there in stopped & set(facts.vehicles) and (trip.id, there) in told_of  # else the clock says it is
            elsewhere |= {trip.id} if undone else set()
            nowhere |= {trip.id} if not there else set()
    return Misplaced(elsewhere=frozenset(elsewhere), nowhere=frozenset(nowhere))


def amended(workplace: Workplace, state: DayState, wrong: Misplaced, *, now: datetime) -> Amendment:
    """The plan of ``state`` with the trips where they belong; with the least breaches when it takes any.

    Offers that are held do not stand in the way, as after a breakdown. When nothing can be planned (somebody cannot be
    driven any more, the router is away), the plan stays as it is: a report is taken whatever follows from it.
    """
    try:
        book = workplace.book(state.service_id, state.rules)
        workday = Workday(state=state.off_the_routes(wrong.elsewhere), book=book, now=now)
        for draft in _in_time(workday, state, wrong):
            return Amendment(drafts=(draft,))
        found = rescue(workday)
        if isinstance(found, InTime):
            return Amendment(drafts=(workday.draft(found.day, found.solution, reason=PlanReason.REPLANNED),))
        return Amendment(rescues=(found,))
    except (PlanRejected, InvalidInput, SetupError):
        return NO_AMENDMENT


def _in_time(workday: Workday, state: DayState, wrong: Misplaced) -> Iterator[Draft]:
    """The routes in force without who does not belong there, if that keeps every promise."""
    day = workday.problem(rides_of(workday.state.reservations))
    with suppress(PlanRejected):
        day, solution = called_off(day, left=_touched(day, state, wrong))
        yield workday.draft(day, solution, reason=PlanReason.REPLANNED)


def _touched(day: DayProblem, state: DayState, wrong: Misplaced) -> tuple[int, ...]:
    """The vehicles whose routes are timed anew: those that lose a trip, and those that have reported."""
    losing = {carrier_of(state.plan.routes, number) for number in wrong.elsewhere}
    return tuple(v for v, shift in enumerate(day.shifts) if shift.shift_id in losing or day.behind[v].reported)
