"""An offer becomes a reservation: re-checked on the day as it is now, written in one transaction.

The place is sought and judged outside the transaction; the day's version number then tells whether anybody was
faster. If so, everything is looked at anew, a few times. A change swaps the old promise for the new one in the same
transaction, also when it moves to another day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dispatch.booking.closing import expire_stale
from dispatch.booking.links import check_same_day, stands
from dispatch.booking.objections import barred, moved
from dispatch.booking.overlap import check_overlap
from dispatch.booking.recall import written_before
from dispatch.booking.release import check_changeable, without
from dispatch.booking.trip import time_bounds
from dispatch.model.actor import Actor
from dispatch.model.errors import Conflict
from dispatch.model.offer import Offer
from dispatch.model.plan import PlanReason
from dispatch.model.promise import PromiseState
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.rules_math import alighting_s, boarding_s, runs_on
from dispatch.model.wish import NO_ID, NO_RIDER, Outcome, Request, Wish
from dispatch.solver_bridge.placing import NoPlace, place
from dispatch.solver_bridge.retry import on_the_day_as_it_is
from dispatch.solver_bridge.ride import ride_of, rides_of
from dispatch.solver_bridge.versions import Draft
from dispatch.solver_bridge.workplace import Workday, Workplace
from dispatch.store.protocol import Store, UnitOfWork


def accept(workplace: Workplace, *, offer_id: int, actor: Actor, overlap_confirmed: bool) -> Reservation:
    """Give the promise of an offer, if it can still be kept.

    Raises
    ------
    NotFound
        ``unknown_offer``.
    Conflict
        ``offer_expired``; ``offer_taken``; ``request_closed``; ``offer_gone`` when the promise can no longer be
        kept, or who or what it was made for is no longer there; ``vouchers_changed`` when they went to another trip;
        ``overlapping_reservation`` until it is confirmed; ``already_cancelled`` for a change; ``day_busy``.
    RuleRefused
        ``trip_under_way``, ``linked_day`` for a change.
    PlanRejected
        ``plan_impossible`` when the promises of the day cannot be kept any more, with or without this one.
    """
    for reservation in written_before(workplace):
        return reservation
    return on_the_day_as_it_is(
        workplace, lambda: _written(workplace, _checked(workplace, offer_id, overlap_confirmed), actor)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Acceptance:
    """Everything that will be written: the new promise in ``draft``, the old one gone from ``elsewhere``.

    ``replaced`` holds the reservation that is changed, if any; ``elsewhere`` the plan of its old day, if another.
    """

    offer: Offer
    request: Request
    reservation: Reservation
    draft: Draft
    replaced: tuple[Reservation, ...]
    elsewhere: tuple[Draft, ...]


def _checked(workplace: Workplace, offer_id: int, overlap_confirmed: bool) -> _Acceptance:
    offer = workplace.store.offer(offer_id)
    wish = workplace.store.request(offer.request_id).wish
    today = workplace.workday(wish.service_id, wish.date)
    request = workplace.store.request(offer.request_id)  # read after the day: a later change moves its version on
    _check_open(workplace, offer, request)
    if not overlap_confirmed:
        check_overlap(offer.promise, request.wish, store=workplace.store, changing=offer.change_of)
    changes = tuple(_replaced(workplace, offer))
    for old, day in changes:
        check_same_day(old, wish.date, same_day=day.state.reservations)
    replaced = tuple(old for old, _ in changes)
    workday = today.without(offer.change_of).settled()
    _check_still_there(offer, request.wish, workday, store=workplace.store)
    reservation = _reservation(offer, request, workday, replaced)
    return _Acceptance(
        offer=offer,
        request=request,
        reservation=reservation,
        draft=_draft(offer, request, reservation, workday),
        replaced=replaced,
        elsewhere=tuple(without(old, workday) for old, workday in changes if old.date != reservation.date),
    )


def _check_open(workplace: Workplace, offer: Offer, request: Request) -> None:
    if request.outcome is Outcome.BOOKED:
        raise Conflict("offer_taken", offer_id=offer.id)
    if request.outcome is Outcome.EXPIRED or offer.expires_at < workplace.clock.now():
        expire_stale(workplace, request.wish.service_id, request.wish.date)
        raise Conflict("offer_expired", offer_id=offer.id)
    if request.outcome is not Outcome.OPEN:
        raise Conflict("request_closed", request_id=request.id, outcome=request.outcome.value)


def _check_still_there(offer: Offer, wish: Wish, workday: Workday, *, store: Store) -> None:
    """Whether the rider may still ride, both places are in use and where they were, the day runs, and the outbound of
    a return stands. A place that moves before this is looked up again by whoever asks again.
    """
    state = workday.state
    barring = moved(wish, store=store) or any(barred(wish, store=store, rules=state.rules))
    if barring or not runs_on(state.rules, wish.date) or not stands(wish.linked_to, state.reservations):
        raise Conflict("offer_gone", offer_id=offer.id)


def _replaced(workplace: Workplace, offer: Offer) -> Iterator[tuple[Reservation, Workday]]:
    """The reservation that the offer changes, if any, with its day."""
    if offer.change_of != NO_ID:
        old, workday = workplace.reserved(offer.change_of)
        check_changeable(old, workday)
        yield old, workday


def _reservation(offer: Offer, request: Request, workday: Workday, replaced: tuple[Reservation, ...]) -> Reservation:
    """The reservation without its number. A change stays in its series."""
    wish, rules = request.wish, workday.state.rules
    origin, destination = wish.origin.owned_by(f"{request.id}-from"), wish.destination.owned_by(f"{request.id}-to")
    return Reservation(
        id=NO_ID,
        service_id=wish.service_id,
        date=wish.date,
        request_id=request.id,
        rider_id=wish.rider_id,
        party=wish.party,
        origin=origin,
        destination=destination,
        wished_origin=origin,
        wished_destination=destination,
        promise=offer.promise,
        promise_state=PromiseState.OPEN,
        state=ReservationState.BOOKED,
        boarding_s=boarding_s(rules, wish.party),
        alighting_s=alighting_s(rules, wish.party),
        fare_yen=offer.fare_yen,
        vouchers=offer.vouchers,
        purpose=wish.purpose,
        linked_to=wish.linked_to,
        series_id=max((old.series_id for old in replaced), default=NO_ID),
    )


def _draft(offer: Offer, request: Request, reservation: Reservation, workday: Workday) -> Draft:
    """The day's plan with the trip in it. Raises Conflict ``offer_gone`` when the promise can no longer be kept."""
    state, promise = workday.state, offer.promise
    bounds = time_bounds(
        request.wish, rules=state.rules, now=workday.now, same_day=state.reservations, changing=offer.change_of
    )
    paired = bounds.outbound_ends_s <= promise.pickup_earliest_s and promise.arrival_latest_s <= bounds.arrival_until_s
    day = workday.problem((*rides_of(state.reservations), ride_of(reservation)))
    placement = place(day, len(day.rides) - 1)
    if isinstance(placement, NoPlace) or not paired or promise.pickup_latest_s < workday.now_s:
        raise Conflict("offer_gone", offer_id=offer.id)
    reason = PlanReason.ACCEPTED if offer.change_of == NO_ID else PlanReason.CHANGED
    return workday.draft(day, placement.solution, reason=reason)


def _written(workplace: Workplace, accepted: _Acceptance, actor: Actor) -> Reservation:
    with workplace.store.writing() as work:
        version = accepted.draft.claimed(work)
        reservation = _stored(work, accepted)
        _publish(work, accepted.draft, version, reservation, actor)
        for draft in accepted.elsewhere:
            _publish(work, draft, draft.claimed(work), reservation, actor)
        work.set_outcome(accepted.request.id, outcome=Outcome.BOOKED, at=accepted.draft.proof.checked_at)
        _pay(work, accepted, reservation)
    return reservation


def _stored(work: UnitOfWork, accepted: _Acceptance) -> Reservation:
    for old in accepted.replaced:
        changed = replace(accepted.reservation, id=old.id)
        work.replace_reservation(changed, offer_id=accepted.offer.id)
        return changed
    return work.add_reservation(accepted.reservation, offer_id=accepted.offer.id)


def _publish(work: UnitOfWork, draft: Draft, version: int, reservation: Reservation, actor: Actor) -> None:
    ids = (("reservation", reservation.id), ("request", reservation.request_id))
    draft.publish(work, version, actor=actor, kind=draft.reason.value, ids=ids, reservation_id=reservation.id)


def _pay(work: UnitOfWork, accepted: _Acceptance, reservation: Reservation) -> None:
    """Take the vouchers of the new promise, give back those of the old one."""
    change = sum(old.vouchers for old in accepted.replaced) - reservation.vouchers
    if change and reservation.rider_id != NO_RIDER:
        work.move_vouchers(
            service_id=reservation.service_id,
            rider_id=reservation.rider_id,
            change=change,
            reservation_id=reservation.id,
            at=accepted.draft.proof.checked_at,
        )
