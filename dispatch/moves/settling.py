"""A day whose vehicles have changed gets its plan back: the least lateness, and everything written at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dispatch.model.actor import Actor
from dispatch.model.day_state import DayState
from dispatch.model.journal import JournalEntry
from dispatch.model.outage import Outage, outage_digest
from dispatch.model.plan import Plan, PlanReason
from dispatch.model.promise import Breach, BreachCause, PromiseState
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.road import RoadChange, road_digest
from dispatch.model.wish import NO_ID, Outcome
from dispatch.solver_bridge.lateness import InTime, Lateness, Rescue, rescue
from dispatch.solver_bridge.resettling import resettled
from dispatch.solver_bridge.restating import restate
from dispatch.solver_bridge.versions import Draft
from dispatch.solver_bridge.workplace import Workday
from dispatch.store.protocol import UnitOfWork
from dispatch.store.vouchers import move_vouchers_of

GIVEN_UP = "given_up"
"""Kind of the journal's entry for a trip that nobody can drive, and the code of its request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The day ``before``, and its plan from now on; ``rescues`` holds the breaches it takes, if any."""

    before: DayState
    draft: Draft
    cause: BreachCause
    rescues: tuple[Rescue, ...] = ()
    given_up: tuple[int, ...] = ()

    @property
    def late(self) -> tuple[Lateness, ...]:
        return tuple(late for one in self.rescues for late in one.late)

    def written(self, work: UnitOfWork, fact: Outage | RoadChange, *, actor: Actor, kind: str) -> None:
        """Write the fact of the day, its reservations, the plan and the journal, in a unit of work of the caller.

        Raises
        ------
        Conflict
            ``day_changed``.
        """
        state, version = self.draft.state, self.draft.claimed(work)
        was = {trip.id: trip for trip in self.before.reservations}
        for trip in state.reservations:
            if trip != was[trip.id]:
                work.replace_reservation(trip)
        match fact:
            case Outage():
                work.save_outage(fact)
            case RoadChange():
                work.save_road(fact)
        if self.rescues:
            plan = self.rescues[0].written(work, version, before=self.before, actor=actor, cause=self.cause)
        else:
            plan = self.draft.numbered(version, reservation_id=NO_ID)
            work.publish_plan(plan)
            restate(work, self.before, replace(state, plan=plan), actor=actor)
        for number in self.given_up:
            self._give_up(work, was[number], plan, actor=actor)
        work.journal(self._entry(plan, actor, kind=kind, ids=tuple(_named(fact, plan))))

    def _give_up(self, work: UnitOfWork, trip: Reservation, plan: Plan, *, actor: Actor) -> None:
        """A trip that nobody can drive: its promise is breached, its vouchers go back."""
        breach = Breach(
            cause=self.cause,
            declared_at=plan.made_at,
            declared_by=actor,
            pickup_latest_s=trip.limits.pickup_latest_s,
            arrival_latest_s=trip.limits.arrival_latest_s,
            ride_max_s=trip.limits.ride_max_s,
        )
        work.replace_reservation(
            replace(
                trip,
                state=ReservationState.CANCELLED,
                promise_state=PromiseState.BREACHED,
                breaches=(*trip.breaches, breach),
            )
        )
        work.set_outcome(trip.request_id, outcome=Outcome.BOOKED, code=GIVEN_UP, at=plan.made_at)
        move_vouchers_of(work, trip, change=trip.vouchers, at=plan.made_at)
        ids = (("reservation", trip.id), ("cause", self.cause.value))
        work.journal(self._entry(plan, actor, kind=GIVEN_UP, ids=ids))

    def _entry(self, plan: Plan, actor: Actor, *, kind: str, ids: tuple[tuple[str, int | str], ...]) -> JournalEntry:
        return JournalEntry(
            service_id=plan.service_id,
            date=plan.date,
            version=plan.version,
            actor=actor,
            kind=kind,
            at=plan.made_at,
            ids=ids,
        )


def most_minutes(late: tuple[Lateness, ...]) -> int:
    """The longest of the latenesses in whole minutes; 0 for nobody."""
    return max((max(one.pickup_s, one.arrival_s) // 60 for one in late), default=0)


def settled(before: DayState, workday: Workday, *, cause: BreachCause, given_up: tuple[int, ...] = ()) -> Settled:
    """``workday`` with a plan in which everybody but those given up is driven, as little late as can be.

    Raises
    ------
    NobodyDrives, PlanRejected
        As `dispatch.solver_bridge.least.least_late`.
    """
    state = workday.state
    left = tuple(trip for trip in state.reservations if trip.id not in given_up)
    workday = replace(workday, state=replace(state, reservations=left))
    found = rescue(workday)
    if not isinstance(found, InTime):
        return Settled(before=before, draft=found.draft, cause=cause, rescues=(found,), given_up=given_up)
    solution = resettled(found.day) if found.day.wait_over_s else found.solution
    draft = workday.draft(found.day, solution, reason=PlanReason.MOVED)
    return Settled(before=before, draft=draft, cause=cause, given_up=given_up)


def _named(fact: Outage | RoadChange, plan: Plan) -> Iterator[tuple[str, int | str]]:
    """How the journal names a fact of the day: its number and digest, what it changes, the plan it led to."""
    match fact:
        case Outage():
            yield from _outage(fact)
        case RoadChange():
            yield "road", fact.number
            yield "road_digest", road_digest(fact)
            yield "percent", fact.percent
            yield "closed", len(fact.closed)
    yield "plan", plan.digest
    yield "problem", plan.proof.problem_digest


def _outage(outage: Outage) -> Iterator[tuple[str, int | str]]:
    """What it stopped and why, who was aboard, what replaces it."""
    yield "outage", outage.number
    yield "outage_digest", outage_digest(outage)
    yield "shift", outage.shift_id
    yield "cause", outage.cause.value
    for number in outage.stranded:
        yield f"stranded.{number}", 1
    for shift in outage.instead:
        yield "instead", shift.shift_id
