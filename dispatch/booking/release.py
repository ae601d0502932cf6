"""A reservation is cancelled: its visits leave the plan, its promise is released, its vouchers go back."""

from __future__ import annotations

from dataclasses import replace

from dispatch.booking.foreseeing import to_change
from dispatch.booking.recall import written_before
from dispatch.model.actor import Actor
from dispatch.model.errors import PlanRejected
from dispatch.model.journal import JournalEntry
from dispatch.model.plan import PlanReason
from dispatch.model.promise import PromiseState
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.times import MINUTE_S
from dispatch.model.wish import Outcome
from dispatch.solver_bridge.changeable import check_changeable
from dispatch.solver_bridge.day_problem import patient
from dispatch.solver_bridge.holding import IN_THE_WAY
from dispatch.solver_bridge.resettling import EVERY, called_off
from dispatch.solver_bridge.retry import on_the_day_as_it_is
from dispatch.solver_bridge.versions import Draft, claimed
from dispatch.solver_bridge.workplace import Workday, Workplace
from dispatch.store.vouchers import move_vouchers_of

CANCELLED = PlanReason.CANCELLED.value


def cancel(workplace: Workplace, *, reservation_id: int, actor: Actor, reason: str) -> Reservation:
    """Release a reservation. ``reason`` is kept with its request, where it can be erased; never in the journal.

    Raises
    ------
    NotFound
        ``unknown_reservation``.
    Conflict
        ``already_cancelled``; ``day_busy``.
    RuleRefused
        ``trip_over``; ``trip_under_way`` when the vehicle is on its way to the rider.
    PlanRejected
        As `dispatch.solver_bridge.workplace.Workday.without`.
    """
    for released in written_before(workplace):
        return released
    known = workplace.store.reservation(reservation_id)
    with workplace.turn(known.service_id, known.date):
        return on_the_day_as_it_is(workplace, lambda: _cancelled(workplace, known, actor, reason))


def _cancelled(workplace: Workplace, known: Reservation, actor: Actor, reason: str) -> Reservation:
    workplace.store.foresee(to_change(known))
    reservation, workday = workplace.reserved(known.id)
    check_changeable(reservation, workday)
    waited = reservation.state is ReservationState.WAITING
    drafts = () if waited else (without(reservation, workday),)
    promise_state = PromiseState.NOT_YET if waited else PromiseState.RELEASED
    released = replace(reservation, state=ReservationState.CANCELLED, promise_state=promise_state)
    ids = (("reservation", released.id),)
    with workplace.store.writing() as work:
        version = claimed(work, drafts, workday.state)
        work.replace_reservation(released)
        work.set_outcome(released.request_id, outcome=Outcome.BOOKED, code=reason, at=workday.now)
        move_vouchers_of(work, released, change=released.vouchers, at=workday.now)
        for draft in drafts:
            draft.publish(work, version, actor=actor, kind=CANCELLED, ids=ids)
        if waited:
            work.journal(_entry(released, workday, version, actor))
    return released


def _entry(released: Reservation, workday: Workday, version: int, actor: Actor) -> JournalEntry:
    """What the journal says of a trip called off that stood in no plan."""
    return JournalEntry(
        service_id=released.service_id,
        date=released.date,
        version=version,
        actor=actor,
        kind=CANCELLED,
        at=workday.now,
        ids=(("reservation", released.id),),
    )


def without(reservation: Reservation, workday: Workday) -> Draft:
    """The plan of the day without the trip of ``reservation``, everybody else's promise kept.

    A held offer stands in no cancellation's way: taking a trip out can only make somebody wait aboard longer, which the
    day then allows. Should that not do, the holds are given up.

    Raises
    ------
    PlanRejected
        As `dispatch.solver_bridge.workplace.Workday.without`.
    """
    left = workday.without(reservation.id)
    day = left.booked()
    longest_s = max((ride.promise.ride_max_s for ride in day.rides), default=0)
    for over_s in range(day.wait_over_s, day.wait_over_s + longest_s + MINUTE_S, MINUTE_S):
        try:
            return left.draft(patient(day, over_s=over_s), day.solution, reason=PlanReason.CANCELLED)
        except PlanRejected as error:
            if error.code != IN_THE_WAY:
                raise
    alone = left.without_holds()
    day, solution = called_off(alone.booked(), left=EVERY)
    return alone.draft(day, solution, reason=PlanReason.CANCELLED)
