"""From a wish to offers, or to a refusal that explains itself. Every answer is stored with its request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from dispatch.booking.explain import refusals
from dispatch.booking.inquiry import Found, Inquiry, NoneFound, search
from dispatch.booking.intake import wish_of
from dispatch.booking.objections import objections
from dispatch.booking.overlap import check_overlap
from dispatch.booking.proposal import Offered, Proposal, Refused
from dispatch.booking.release import check_changeable
from dispatch.booking.trip import Trip, time_bounds, trip_of
from dispatch.booking.windows import choices
from dispatch.model.errors import InvalidInput
from dispatch.model.offer import Offer, Refusal, VehicleRefusal
from dispatch.model.rules_math import Fare, fare
from dispatch.model.wish import NO_ID, NO_RIDER, Outcome, Wish, WishForm
from dispatch.solver_bridge.ride import rides_of
from dispatch.solver_bridge.workplace import Workday, Workplace
from dispatch.store.protocol import UnitOfWork

NO_VEHICLE = "no_vehicle"
"""Code of the refusal when every vehicle is blocked."""


def propose(workplace: Workplace, form: WishForm) -> Proposal:
    """Answer a new request.

    Raises
    ------
    NotFound, InvalidInput, RuleRefused
        As `dispatch.booking.intake.wish_of`; nothing is stored.
    Conflict
        ``overlapping_reservation`` until the form says that it is meant.
    """
    return _answer(workplace, form, changing=NO_ID, freed_vouchers=0)


def propose_instead(workplace: Workplace, form: WishForm, *, reservation_id: int) -> Proposal:
    """Answer a request to change a reservation, as if it had been released; its promise holds meanwhile.

    Raises
    ------
    NotFound, InvalidInput, RuleRefused, Conflict
        As `propose`; ``unknown_reservation``; ``already_cancelled``; ``trip_under_way``;
        ``change_of_rider`` when the form is another rider's.
    """
    reservation, workday = workplace.reserved(reservation_id)
    if (reservation.service_id, reservation.rider_id) != (form.service_id, form.rider_id):
        raise InvalidInput("change_of_rider", reservation_id=reservation_id)
    check_changeable(reservation, workday)
    return _answer(workplace, form, changing=reservation.id, freed_vouchers=reservation.vouchers)


def _answer(workplace: Workplace, form: WishForm, *, changing: int, freed_vouchers: int) -> Proposal:
    workday = workplace.workday(form.service_id, form.date).without(changing)
    wish = wish_of(form, store=workplace.store, rules=workday.state.rules)
    trip = _trip(wish, workday, changing=changing)
    service = workplace.store.service(wish.service_id)
    for objection in objections(trip, workday.state, service=service, now=workday.now):
        return _refused(workplace, form, wish, _Reason(code=objection.code, values=objection.values))
    inquiry = _inquiry(trip, workday)
    if not form.overlap_confirmed:
        wanted = choices(trip, workday.state.rules)[0].promise
        check_overlap(wanted, wish, store=workplace.store, changing=changing)
    result = search(inquiry)
    if isinstance(result, NoneFound):

        def allowed(other: Trip) -> bool:
            return not any(objections(other, workday.state, service=service, now=workday.now))

        vehicles = refusals(inquiry, result, allowed=allowed)
        return _refused(workplace, form, wish, _Reason(code=NO_VEHICLE, vehicles=vehicles))
    vouchers = _balance(wish, workplace) + freed_vouchers
    paid = fare(workday.state.rules, wish.party, voucher_balance=vouchers)
    offers = tuple(_offer(inquiry, one, rank=n, paid=paid, changing=changing) for n, one in enumerate(result, start=1))
    return _offered(workplace, form, wish, offers)


def _trip(wish: Wish, workday: Workday, *, changing: int) -> Trip:
    rules = workday.state.rules
    same_day = workday.state.reservations
    bounds = time_bounds(wish, rules=rules, now=workday.now, same_day=same_day, changing=changing)
    return trip_of(wish, rules=rules, book=workday.book, bounds=bounds)


def _inquiry(trip: Trip, workday: Workday) -> Inquiry:
    closest = choices(trip, workday.state.rules)[0].promise
    day = workday.problem((*rides_of(workday.state.reservations), trip.ride(closest)))
    return Inquiry(trip=trip, workday=workday, day=day)


def _balance(wish: Wish, workplace: Workplace) -> int:
    """Vouchers the rider has left; a guest has none."""
    if wish.rider_id == NO_RIDER:
        return 0
    return workplace.store.voucher_balance(wish.service_id, wish.rider_id)


def _offer(inquiry: Inquiry, found: Found, *, rank: int, paid: Fare, changing: int) -> Offer:
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
        expires_at=inquiry.workday.now + valid,
        day_version=inquiry.workday.state.version,
        change_of=changing,
    )


def _offered(workplace: Workplace, form: WishForm, wish: Wish, offers: tuple[Offer, ...]) -> Offered:
    with workplace.store.writing() as work:
        request = work.add_request(wish, asked_at=workplace.clock.now(), outcome=Outcome.OPEN)
        _keep_guest(work, request.id, form)
        stored = work.add_offers([replace(offer, request_id=request.id) for offer in offers])
    return Offered(request=request, offers=stored)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reason:
    """A refusal that has no request yet."""

    code: str
    values: tuple[tuple[str, str], ...] = ()
    vehicles: tuple[VehicleRefusal, ...] = ()


def _refused(workplace: Workplace, form: WishForm, wish: Wish, reason: _Reason) -> Refused:
    with workplace.store.writing() as work:
        request = work.add_request(wish, asked_at=workplace.clock.now(), outcome=Outcome.REFUSED, code=reason.code)
        _keep_guest(work, request.id, form)
    refusal = Refusal(request_id=request.id, code=reason.code, values=reason.values, vehicles=reason.vehicles)
    return Refused(request=request, refusal=refusal)


def _keep_guest(work: UnitOfWork, request_id: int, form: WishForm) -> None:
    if form.rider_id == NO_RIDER:
        work.save_guest(request_id, form.guest)
