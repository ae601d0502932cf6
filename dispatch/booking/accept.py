"""An offer becomes a reservation: re-checked on the day as it is now, written in one transaction.

The place is sought and judged outside the transaction; the day's version number then tells whether anybody was
faster. If so, everything is looked at anew, a few times. A change swaps the old promise for the new one in the same
transaction, also when it moves to another day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dispatch.booking.foreseeing import to_give
from dispatch.booking.giving import drafted, placed
from dispatch.booking.hold import own_holds, without_holds
from dispatch.booking.links import check_same_day
from dispatch.booking.overlap import check_overlap
from dispatch.booking.recall import written_before
from dispatch.booking.release import without
from dispatch.booking.terms import (
    check_once,
    check_open,
    check_still_there,
    check_unchanged,
    reservation_of,
    turn_of,
)
from dispatch.model.actor import Actor, Role
from dispatch.model.hold import Hold
from dispatch.model.offer import Offer
from dispatch.model.plan import PlanReason
from dispatch.model.promise import BreachCause, Consent, ConsentReason
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.wish import NO_ID, Outcome, Request
from dispatch.solver_bridge.changeable import check_changeable
from dispatch.solver_bridge.retry import on_the_day_as_it_is
from dispatch.solver_bridge.ride import ride_of
from dispatch.solver_bridge.versions import Draft
from dispatch.solver_bridge.workplace import Workday, Workplace
from dispatch.store.protocol import UnitOfWork
from dispatch.store.vouchers import move_vouchers_of


def accept(workplace: Workplace, *, offer_id: int, actor: Actor, overlap_confirmed: bool) -> Reservation:
    """Give the promise of an offer, if it can still be kept.

    Raises
    ------
    NotFound
        ``unknown_offer``.
    Conflict
        ``offer_expired``; ``offer_taken``; ``request_closed``; ``offer_gone`` when the promise can no longer be
        kept, or who or what it was made for is no longer there; ``vouchers_changed`` when they went to another trip;
        ``overlapping_reservation`` until it is confirmed; ``already_cancelled`` and
        ``reservation_changed`` for a change; ``day_busy``.
    RuleRefused
        ``trip_over``, ``trip_under_way``, ``linked_day`` for a change.
    PlanRejected
        ``plan_impossible`` when the promises of the day cannot be kept any more, with or without this one.
    """
    for reservation in written_before(workplace):
        return reservation
    with turn_of(workplace, offer_id) as asked:

        def attempt() -> Reservation:
            workplace.store.foresee(to_give(asked, offer_id=offer_id))
            return _written(workplace, _checked(workplace, offer_id, overlap_confirmed), actor)

        return on_the_day_as_it_is(workplace, attempt)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Acceptance:
    """Everything that will be written: the new promise in ``draft``, the old one gone from ``elsewhere``.

    ``replaced`` holds the reservation that is changed, if any; ``elsewhere`` the plan of its old day, if another;
    ``given_up`` what was held for the same caller beside it.
    """

    offer: Offer
    request: Request
    reservation: Reservation
    draft: Draft
    replaced: tuple[Reservation, ...]
    elsewhere: tuple[Draft, ...]
    given_up: tuple[Hold, ...]


def _checked(workplace: Workplace, offer_id: int, overlap_confirmed: bool) -> _Acceptance:
    offer = workplace.store.offer(offer_id)
    wish = workplace.store.request(offer.request_id).wish
    today = workplace.workday(wish.service_id, wish.date)
    request = workplace.store.request(offer.request_id)  # read after the day: a later change moves its version on
    check_open(workplace, offer, request)
    if offer.change_of == NO_ID:
        check_once(wish, today)
    if not overlap_confirmed:
        check_overlap(offer.promise, request.wish, store=workplace.store, changing=offer.change_of)
    changes = tuple(_replaced(workplace, offer))
    for old, day in changes:
        check_same_day(old, wish.date, same_day=(*day.state.reservations, *day.state.waiting))
    replaced = tuple(old for old, _ in changes)
    others = tuple(kept for kept in own_holds(request.id, request.wish, today) if kept.offer_id != offer.id)
    workday = without_holds(today, others).without(offer.change_of).settled()
    check_still_there(offer, request.wish, workday, catalog=workplace.catalog(workday.state))
    reservation = reservation_of(offer, request, workday, replaced)
    return _Acceptance(
        offer=offer,
        request=request,
        reservation=reservation,
        draft=_draft(offer, reservation, workday, first=all(map(_waited, replaced))),
        replaced=replaced,
        given_up=others,
        elsewhere=tuple(without(old, workday) for old, workday in changes if old.date != reservation.date),
    )


def _replaced(workplace: Workplace, offer: Offer) -> Iterator[tuple[Reservation, Workday]]:
    """The reservation that the offer changes, if any, with its day."""
    if offer.change_of != NO_ID:
        old, workday = workplace.reserved(offer.change_of)
        check_changeable(old, workday)
        check_unchanged(offer, old)
        yield old, workday


def _draft(offer: Offer, reservation: Reservation, workday: Workday, *, first: bool) -> Draft:
    """The day's plan with the trip in it. Raises Conflict ``offer_gone`` when the promise can no longer be kept.

    A held trip is on its route already. ``first`` says that no promise is replaced.
    """
    ready = workday.taking_up(offer.id)
    day = ready.asking(ride_of(reservation))
    request = len(day.rides) - 1
    reason = PlanReason.ACCEPTED if first else PlanReason.CHANGED
    if request not in day.solution.unserved:
        return ready.draft(day, day.solution, reason=reason)
    return drafted(ready, day, placed(day, request, offer_id=offer.id).solution, reason, offer_id=offer.id)


def _written(workplace: Workplace, accepted: _Acceptance, actor: Actor) -> Reservation:
    with workplace.store.writing() as work:
        version = accepted.draft.claimed(work)
        reservation = _stored(work, accepted, actor)
        _publish(work, accepted.draft, version, reservation, actor)
        for draft in accepted.elsewhere:
            _publish(work, draft, draft.claimed(work), reservation, actor)
        for request_id in (accepted.request.id, *(kept.request_id for kept in accepted.given_up)):
            work.remove_hold(request_id)
        work.set_outcome(accepted.request.id, outcome=Outcome.BOOKED, at=accepted.draft.proof.checked_at)
        _pay(work, accepted, reservation)
    return reservation


def _stored(work: UnitOfWork, accepted: _Acceptance, actor: Actor) -> Reservation:
    for old in accepted.replaced:
        given = () if _waited(old) else (_consent(old, accepted, actor),)
        changed = replace(accepted.reservation, id=old.id, consents=(*old.consents, *given))
        work.replace_reservation(changed, offer_id=accepted.offer.id)
        return changed
    return work.add_reservation(accepted.reservation, offer_id=accepted.offer.id)


def _waited(old: Reservation) -> bool:
    """Whether nothing had been promised yet: then the offer gives the first promise and replaces none."""
    return old.state is ReservationState.WAITING


def _consent(old: Reservation, accepted: _Acceptance, actor: Actor) -> Consent:
    """The rider's yes to another promise: to what the rider asked for, or because the old one could not be kept."""
    causes = [breach.cause for breach in old.breaches]
    reason = ConsentReason.WISH
    if causes:
        reason = ConsentReason.BREAKDOWN if causes[-1] is BreachCause.BREAKDOWN else ConsentReason.DELAY
    return Consent(
        given_by=actor.on_behalf_of or Role.RIDER.value,
        given_at=accepted.draft.proof.checked_at,
        reason=reason,
        taken_by=actor,
        replaced=old.promise,
    )


def _publish(work: UnitOfWork, draft: Draft, version: int, reservation: Reservation, actor: Actor) -> None:
    ids: tuple[tuple[str, int | str], ...] = (("reservation", reservation.id), ("request", reservation.request_id))
    if draft.reason is PlanReason.CHANGED:
        given = reservation.consents[-1]
        ids += (("consent", given.given_by), ("consent_reason", given.reason.value))
    draft.publish(work, version, actor=actor, kind=draft.reason.value, ids=ids, reservation_id=reservation.id)


def _pay(work: UnitOfWork, accepted: _Acceptance, reservation: Reservation) -> None:
    """Take the vouchers of the new promise, give back those of the old one."""
    change = sum(old.vouchers for old in accepted.replaced) - reservation.vouchers
    move_vouchers_of(work, reservation, change=change, at=accepted.draft.proof.checked_at)
