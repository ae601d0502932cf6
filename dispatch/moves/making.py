"""Trying a move, and making it: what was tried is what is made, on the day as it is when it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from dispatch.model.actor import Actor
from dispatch.model.errors import Conflict, NotFound, RuleRefused
from dispatch.model.journal import JournalEntry
from dispatch.model.ledger import reservation_digest
from dispatch.model.plan import PlanReason, carrier_of
from dispatch.model.promise import Consent, ConsentReason, Promise
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.wish import NO_ID
from dispatch.moves.assigning import Fitted, NotFitted, assigned, says_it_drives
from dispatch.moves.effects import effects
from dispatch.moves.move import (
    LOCKED,
    Approval,
    Assign,
    Lock,
    Move,
    MoveVerdict,
    Objection,
    Reorder,
    Trial,
    Unlock,
)
from dispatch.moves.reordering import reordered
from dispatch.solver_bridge.changeable import check_changeable, check_standing
from dispatch.solver_bridge.restating import restate
from dispatch.solver_bridge.retry import on_the_day_as_it_is
from dispatch.solver_bridge.routes import routes_of
from dispatch.solver_bridge.versions import Draft, claimed
from dispatch.solver_bridge.workplace import Workday, Workplace
from solver.objective import solution_cost
from solver.rules import Rule

FREE = ""
"""The lock of a trip that planning may give to any vehicle."""


def try_move(workplace: Workplace, *, service_id: str, day: date, move: Move) -> Trial:
    """What a move would do; nothing is changed.

    Raises
    ------
    NotFound
        ``unknown_reservation`` (also one of another day), ``unknown_shift``.
    Conflict
        ``already_cancelled``; ``move_changes_nothing``.
    RuleRefused
        ``trip_over``; ``trip_under_way``; ``trip_has_no_vehicle`` while it waits for a call; ``others_would_wait``
        when somebody rides in time only because of this trip's stop; ``visits_apart`` and ``visit_begun`` of a new
        order.
    InvalidInput
        ``visit_beside_itself``.
    """
    return _tried(workplace, service_id, day, move).trial


def make_move(
    workplace: Workplace, *, service_id: str, day: date, move: Move, actor: Actor, approval: Approval
) -> Trial:
    """Make a move, once everything it needs has been approved; the trial it was made by.

    Raises
    ------
    NotFound, Conflict, InvalidInput
        As `try_move`; ``day_busy``.
    RuleRefused
        As `try_move`; ``move_needs_force``; ``move_needs_consent``; ``vehicle_overfull`` and
        ``move_breaks_promises``, whatever the force.
    """
    return on_the_day_as_it_is(workplace, lambda: _made(workplace, service_id, day, move, (actor, approval)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """A trial and what would be written: no draft when only the lock changes, no reservation when it cannot be made."""

    workday: Workday
    trial: Trial
    reservations: tuple[Reservation, ...] = ()
    drafts: tuple[Draft, ...] = ()


def _tried(workplace: Workplace, service_id: str, day: date, move: Move) -> _Tried:
    reservation, workday = workplace.reserved(move.reservation_id)
    if (reservation.service_id, reservation.date) != (service_id, day):
        raise NotFound("unknown_reservation", reservation_id=move.reservation_id)
    _check_movable(reservation, workday, move)
    match move:
        case Lock():
            here = carrier_of(workday.state.plan.routes, reservation.id)
            return _relocked(workday, reservation, replace(reservation, vehicle_lock=here))
        case Unlock():
            return _relocked(workday, reservation, replace(reservation, vehicle_lock=FREE, keeps=()))
        case Assign():
            return _assigned(workday, reservation, move)
        case Reorder():
            return _fitted(workday, reservation, reordered(workday, reservation, move))


def _check_movable(reservation: Reservation, workday: Workday, move: Move) -> None:
    """A trip on a route may be moved until it has begun, or to the vehicle that says that it drives it.

    Of an order, `reordered` asks that of either visit.
    """
    if reservation.state is ReservationState.WAITING:
        raise RuleRefused("trip_has_no_vehicle", reservation_id=reservation.id)
    match move:
        case Reorder():
            check_standing(reservation)
        case Assign(shift_id=goal) if goal in says_it_drives(workday, reservation.id):
            check_standing(reservation)
        case _:
            check_changeable(reservation, workday)


def _relocked(workday: Workday, reservation: Reservation, locked: Reservation) -> _Tried:
    if reservation == locked:
        raise Conflict("move_changes_nothing", reservation_id=reservation.id)
    trial = Trial(verdict=MoveVerdict.POSSIBLE, objections=(), effects=())
    return _Tried(workday=workday, trial=trial, reservations=(locked,))


def _assigned(workday: Workday, reservation: Reservation, move: Assign) -> _Tried:
    carried_by = carrier_of(workday.state.plan.routes, reservation.id)
    if carried_by == move.shift_id:
        raise Conflict("move_changes_nothing", reservation_id=reservation.id)
    return _fitted(workday, reservation, assigned(workday, reservation, move))


def _fitted(workday: Workday, reservation: Reservation, found: Fitted | NotFitted) -> _Tried:
    """The trial of a move that changes the plan, and what would be written."""
    if isinstance(found, NotFitted):
        trial = Trial(verdict=MoveVerdict.IMPOSSIBLE, objections=found.objections, effects=())
        return _Tried(workday=workday, trial=trial)
    draft = found.workday.draft(found.day, found.solution, reason=PlanReason.MOVED)
    return _Tried(
        workday=workday,
        trial=_trial(workday, reservation, found),
        reservations=(found.reservation, *found.others),
        drafts=(draft,),
    )


def _trial(workday: Workday, reservation: Reservation, found: Fitted) -> Trial:
    """The verdict on a plan that keeps every promise: consent before force."""
    against = (*_against_lock(reservation, found.reservation.vehicle_lock), *found.against)
    promise: tuple[Promise, ...] = ()
    verdict = MoveVerdict.NEEDS_FORCE if against else MoveVerdict.POSSIBLE
    if found.reservation.promise != reservation.promise:
        promise, verdict = (found.reservation.promise,), MoveVerdict.NEEDS_CONSENT
    before = workday.booked()
    before_m = solution_cost(before.problem, before.solution).driving
    return Trial(
        verdict=verdict,
        objections=against,
        effects=effects(workday.state.plan.routes, routes_of(found.day, found.solution)),
        promise=promise,
        added_m=solution_cost(found.day.problem, found.solution).driving - before_m,
    )


def _against_lock(reservation: Reservation, shift_id: str) -> tuple[Objection, ...]:
    if reservation.vehicle_lock in (FREE, shift_id):
        return ()
    return (Objection(rule=LOCKED, reservation_id=reservation.id, amount=0),)


def _made(workplace: Workplace, service_id: str, day: date, move: Move, by: tuple[Actor, Approval]) -> Trial:
    actor, approval = by
    tried = _tried(workplace, service_id, day, move)
    _check_approved(tried.trial, move, approval)
    state = tried.workday.state
    with workplace.store.writing() as work:
        version = claimed(work, tried.drafts, state)
        stored = [_consented(tried, trip, actor=actor, approval=approval) for trip in tried.reservations]
        for reservation in stored:
            work.replace_reservation(reservation)
        plans = [draft.numbered(version, reservation_id=NO_ID) for draft in tried.drafts]
        for plan in plans:
            work.publish_plan(plan)
        work.journal(
            JournalEntry(
                service_id=state.service_id,
                date=state.date,
                version=version,
                actor=actor,
                kind=_kind(move),
                at=tried.workday.now,
                ids=(
                    *_ids(tried, move, approval),
                    *(("reservation_digest", reservation_digest(reservation)) for reservation in stored[:1]),
                    *(("plan", plan.digest) for plan in plans),
                ),
            )
        )
        written = {trip.id: trip for trip in stored}
        for draft, plan in zip(tried.drafts, plans, strict=True):
            trips = tuple(written.get(trip.id, trip) for trip in draft.state.reservations)
            restate(work, state, replace(draft.state, plan=plan, reservations=trips), actor=actor)
    return tried.trial


def _consented(tried: _Tried, reservation: Reservation, *, actor: Actor, approval: Approval) -> Reservation:
    """The reservation with the consent to its other promise written down, when it has another."""
    before = next(trip for trip in tried.workday.state.reservations if trip.id == reservation.id)
    if before.promise == reservation.promise:
        return reservation
    consent = Consent(
        given_by=approval.consent,
        given_at=tried.workday.now,
        reason=ConsentReason.OTHERS,
        taken_by=actor,
        replaced=before.promise,
    )
    return replace(reservation, consents=(*reservation.consents, consent))


def _check_approved(trial: Trial, move: Move, approval: Approval) -> None:
    rules = {objection.rule for objection in trial.objections}
    late = {objection.reservation_id for objection in trial.objections}
    if trial.verdict is MoveVerdict.IMPOSSIBLE and Rule.SEATS.value in rules:
        raise RuleRefused("vehicle_overfull", reservation_id=move.reservation_id)
    if trial.verdict is MoveVerdict.IMPOSSIBLE:
        minutes = max(-(-objection.amount // 60) for objection in trial.objections)
        raise RuleRefused("move_breaks_promises", reservation_id=move.reservation_id, count=len(late), minutes=minutes)
    if trial.promise and not approval.consent:
        raise RuleRefused("move_needs_consent", reservation_id=move.reservation_id)
    if trial.objections and not approval.force:
        raise RuleRefused("move_needs_force", reservation_id=move.reservation_id)


def _kind(move: Move) -> str:
    match move:
        case Lock():
            return "locked"
        case Unlock():
            return "unlocked"
        case Assign():
            return "assigned"
        case Reorder():
            return "reordered"


def _ids(tried: _Tried, move: Move, approval: Approval) -> Iterator[tuple[str, int | str]]:
    """What the journal says of a move: forced only when a lock stood against it, consent only when it was needed."""
    yield "reservation", move.reservation_id
    for reservation in tried.reservations[:1]:
        yield "shift", reservation.vehicle_lock
    match move:
        case Assign():
            yield "grade", move.grade.value
        case Reorder():
            yield "task", move.task.value
            yield move.side.value, move.other_id
            yield "other_task", move.other_task.value
    if tried.drafts:
        yield "forced", int(bool(tried.trial.objections))
        yield from _waits(tried.drafts)
    for promise in tried.trial.promise:
        yield "consent", approval.consent
        yield "pickup_earliest_s", promise.pickup_earliest_s
        yield "arrival_latest_s", promise.arrival_latest_s


def _waits(drafts: tuple[Draft, ...]) -> Iterator[tuple[str, int]]:
    """By how much somebody waits aboard longer than the rules say, if anybody does."""
    for draft in drafts:
        if draft.wait_over_s:
            yield "wait_over_s", draft.wait_over_s
