"""From a wish to offers, or to a refusal that explains itself. Every answer is stored with its request."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dispatch.booking.explain import refusals
from dispatch.booking.foreseeing import to_answer
from dispatch.booking.inquiry import Found, Inquiry, NoneFound, placing_on, search
from dispatch.booking.intake import wish_of
from dispatch.booking.links import check_link, with_link_kept
from dispatch.booking.objections import barred, objections, objections_to_time
from dispatch.booking.overlap import overlapping, question
from dispatch.booking.proposal import Proposal
from dispatch.booking.recall import answered_before
from dispatch.booking.record import Reason, Record
from dispatch.booking.trip import Trip, time_bounds, trip_of
from dispatch.booking.windows import choices
from dispatch.model.errors import InvalidInput
from dispatch.model.offer import Offer
from dispatch.model.reservation import Reservation
from dispatch.model.rules_math import Fare, fare
from dispatch.model.wish import NO_GUEST, NO_ID, NO_RIDER, Guest, Wish, WishForm
from dispatch.solver_bridge.changeable import check_changeable
from dispatch.solver_bridge.retry import on_the_day_as_it_is
from dispatch.solver_bridge.workplace import Workday, Workplace
from dispatch.store.protocol import Store

NO_VEHICLE = "no_vehicle"
"""Code of the refusal when every vehicle is blocked."""


def propose(workplace: Workplace, form: WishForm) -> Proposal:
    """Answer a new request.

    Raises
    ------
    NotFound, InvalidInput
        As `dispatch.booking.intake.wish_of`; nothing is stored.
    Conflict
        ``overlapping_reservation`` until the form says that it is meant: the request is stored as abandoned and goes
        on when the same wish comes again, confirmed; ``day_busy``.
    """
    for proposal in answered_before(workplace):
        return proposal
    return on_the_day_as_it_is(workplace, lambda: _answer(workplace, form, replaced=()))


def propose_instead(workplace: Workplace, form: WishForm, *, reservation_id: int) -> Proposal:
    """Answer a request to change a reservation, as if it had been released; its promise holds meanwhile.

    Raises
    ------
    NotFound, InvalidInput, RuleRefused, Conflict
        As `propose`; ``unknown_reservation``; ``already_cancelled``; ``trip_over``; ``trip_under_way``;
        ``change_of_rider`` when the form is another rider's or another guest's; ``linked_day`` when it would move
        one half of a linked pair to another day.
    """
    for proposal in answered_before(workplace):
        return proposal
    return on_the_day_as_it_is(workplace, lambda: _answer_instead(workplace, form, reservation_id))


def _answer_instead(workplace: Workplace, form: WishForm, reservation_id: int) -> Proposal:
    reservation, workday = workplace.reserved(reservation_id)
    _check_same_person(form, reservation, store=workplace.store)
    check_changeable(reservation, workday)
    same_day = (*workday.state.reservations, *workday.state.waiting)
    linked = with_link_kept(form, changed=reservation, same_day=same_day)
    return _answer(workplace, linked, replaced=(reservation,))


def _check_same_person(form: WishForm, reservation: Reservation, *, store: Store) -> None:
    """A guest is known by name and phone number alone."""
    same = (reservation.service_id, reservation.rider_id) == (form.service_id, form.rider_id)
    if same and form.rider_id == NO_RIDER:
        same = _contact(store.guest(reservation.request_id)) == _contact(form.guest)
    if not same:
        raise InvalidInput("change_of_rider", reservation_id=reservation.id)


def _contact(guest: Guest) -> tuple[str, str]:
    return "".join(guest.name.split()), "".join(sign for sign in guest.phone if sign.isdigit())


def _answer(workplace: Workplace, form: WishForm, *, replaced: tuple[Reservation, ...]) -> Proposal:
    """``replaced`` holds the reservation that is to be changed, if any."""
    changing, freed = _number_of(replaced), sum(old.vouchers for old in replaced)
    workplace.store.foresee(to_answer(form))
    workday = workplace.workday(form.service_id, form.date).without(changing)
    rules, store, catalog = workday.state.rules, workplace.store, workplace.catalog(workday.state)
    check_link(form, store=store, changing=changing)
    wish = wish_of(form, catalog=catalog, rules=rules)
    version, confirmed = workday.state.version, form.overlap_confirmed
    record = Record(workplace=workplace, wish=wish, guest=form.guest, version=version, confirmed=confirmed)
    for objection in barred(wish, catalog=catalog, rules=rules):
        nameless = replace(record, guest=NO_GUEST)  # who may not ride leaves a demand, but no contact
        return nameless.refused(Reason.of(objection))
    trip = trip_on(wish, workday, changing=changing)
    service = catalog.service(wish.service_id)
    for objection in objections(trip, workday.state, service=service, now=workday.now):
        return record.refused(Reason.of(objection))
    inquiry = inquiry_on(trip, workday)
    if not confirmed:
        for other in overlapping(inquiry.around[0].promise, wish, store=store, changing=changing):
            record.asked()
            raise question(other)
    result = search(inquiry, most=inquiry.rules.booking.offers_max)
    if isinstance(result, NoneFound):
        return record.refused(no_vehicle(inquiry, result))
    paid = fare(rules, wish.party, voucher_balance=balance_of(wish, workplace) + freed)
    return record.offered(
        [offer_made(inquiry, one, rank=n, paid=paid, replaced=replaced) for n, one in enumerate(result, start=1)]
    )


def no_vehicle(inquiry: Inquiry, failure: NoneFound) -> Reason:
    """Why each vehicle is blocked, and what would help there and is allowed by the rules of the service."""
    workday = inquiry.workday

    def allowed(other: Trip) -> bool:
        return not any(objections_to_time(other, workday.state, now=workday.now))

    return Reason(code=NO_VEHICLE, vehicles=refusals(inquiry, failure, allowed=allowed))


def trip_on(wish: Wish, workday: Workday, *, changing: int) -> Trip:
    """The trip of a wish on the day as it lies there."""
    bounds = time_bounds(wish, workday.state, now=workday.now, changing=changing)
    return trip_of(wish, rules=workday.state.rules, book=workday.book, bounds=bounds)


def inquiry_on(trip: Trip, workday: Workday) -> Inquiry:
    """The trip laid before the day."""
    around = choices(trip, workday.state.rules)
    placing = placing_on(workday, trip, around[0].promise)
    return Inquiry(trip=trip, workday=workday, placing=placing, around=around)


def balance_of(wish: Wish, workplace: Workplace) -> int:
    """Vouchers the rider has left; a guest has none."""
    if wish.rider_id == NO_RIDER:
        return 0
    return workplace.store.voucher_balance(wish.service_id, wish.rider_id)


def offer_made(
    inquiry: Inquiry, found: Found, *, rank: int, paid: Fare, replaced: tuple[Reservation, ...] = ()
) -> Offer:
    """A promise that was found as an offer, without its numbers. ``replaced`` is what it would change, if anything."""
    shift = inquiry.day.shifts[found.placement.vehicle]
    valid = timedelta(minutes=inquiry.rules.booking.offer_valid_min)
    return Offer(
        id=NO_ID,
        request_id=NO_ID,
        rank=rank,
        promise=found.choice.promise,
        vehicle_id=shift.vehicle_id,
        shift_id=shift.shift_id,
        pickup_s=found.placement.pickup_s,
        arrival_s=found.placement.arrival_s,
        ride_s=found.placement.ride_s,
        direct_s=inquiry.trip.direct_s,
        fare_yen=paid.yen,
        vouchers=paid.vouchers,
        added_m=found.placement.added_m,
        others_delay_s=found.placement.others_delay_s,
        shifted=found.placement.shifted,
        expires_at=inquiry.workday.now + valid,
        day_version=inquiry.workday.state.version,
        change_of=_number_of(replaced),
        replaces=tuple(number for old in replaced for number in old.stands_by),
    )


def _number_of(replaced: tuple[Reservation, ...]) -> int:
    """The number of the reservation that is to be changed, ``NO_ID`` when there is none."""
    return replaced[0].id if replaced else NO_ID
