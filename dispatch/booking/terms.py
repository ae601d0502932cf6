"""Whether an offer may still be taken at all, before its place is sought; and the reservation it would become."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from dispatch.booking.closing import expire_stale
from dispatch.booking.links import stands
from dispatch.booking.objections import barred, moved
from dispatch.booking.trip import time_bounds
from dispatch.model.errors import Conflict
from dispatch.model.offer import Offer
from dispatch.model.promise import NO_PROMISE_YET, PromiseState
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.rules_math import Fare, alighting_s, boarding_s, runs_on
from dispatch.model.wish import NO_ID, Outcome, Request, Wish
from dispatch.solver_bridge.workplace import Workday, Workplace
from dispatch.store.catalog_reads import RowReads


@contextmanager
def turn_of(workplace: Workplace, offer_id: int) -> Iterator[Request]:
    """The turn at the day of an offer, and the request behind it. Raises NotFound ``unknown_offer``."""
    request = workplace.store.request_of_offer(offer_id)
    with workplace.turn(request.wish.service_id, request.wish.date):
        yield request


def check_open(workplace: Workplace, offer: Offer, request: Request) -> None:
    """Whether the offer is waiting for an answer, and is no leg of a pair.

    Raises
    ------
    Conflict
        ``offer_of_pair``; as `check_waiting`.
    """
    if offer.paired_request != NO_ID:
        raise Conflict("offer_of_pair", offer_id=offer.id)
    check_waiting(workplace, offer, request)


def check_waiting(workplace: Workplace, offer: Offer, request: Request) -> None:
    """Whether the offer is waiting for an answer.

    Raises
    ------
    Conflict
        ``offer_taken``, ``offer_expired``, ``request_closed``.
    """
    if request.outcome is Outcome.BOOKED:
        raise Conflict("offer_taken", offer_id=offer.id)
    if request.outcome is Outcome.EXPIRED or offer.expires_at < workplace.clock.now():
        expire_stale(workplace, request.wish.service_id, request.wish.date)
        raise Conflict("offer_expired", offer_id=offer.id)
    if request.outcome is not Outcome.OPEN:
        raise Conflict("request_closed", request_id=request.id, outcome=request.outcome.value)


def check_still_there(offer: Offer, wish: Wish, workday: Workday, *, catalog: RowReads) -> None:
    """Whether the rider may still ride, both places are in use and where they were, the day runs, and a linked pair
    stays in order. A place that moves before this is looked up again by whoever asks again.

    Raises
    ------
    Conflict
        ``offer_gone``.
    """
    state, promise = workday.state, offer.promise
    barring = moved(wish, catalog=catalog) or any(barred(wish, catalog=catalog, rules=state.rules))
    if barring or not runs_on(state.rules, wish.date) or not stands(wish.linked_to, state.reservations):
        raise Conflict("offer_gone", offer_id=offer.id)
    bounds = time_bounds(wish, state, now=workday.now, changing=offer.change_of)
    paired = bounds.outbound_ends_s <= promise.pickup_earliest_s and promise.arrival_latest_s <= bounds.arrival_until_s
    if not paired or promise.pickup_latest_s < workday.now_s:
        raise Conflict("offer_gone", offer_id=offer.id)


def check_unchanged(offer: Offer, old: Reservation) -> None:
    """Whether the reservation that the offer changes stands by what it did: nobody's yes is replaced by another unseen.

    Raises
    ------
    Conflict
        ``reservation_changed``.
    """
    if offer.replaces and offer.replaces != old.stands_by:
        raise Conflict("reservation_changed", reservation_id=old.id)


def check_once(wish: Wish, workday: Workday) -> None:
    """Whether a date of a series is booked already: whoever books recurring trips, and however often, books it once.

    Raises
    ------
    Conflict
        ``series_booked``.
    """
    for trip in workday.state.reservations:
        if wish.series_id != NO_ID and trip.series_id == wish.series_id:
            raise Conflict("series_booked", series_id=wish.series_id, reservation_id=trip.id)


def reservation_of(offer: Offer, request: Request, workday: Workday, replaced: tuple[Reservation, ...]) -> Reservation:
    """The reservation that the offer becomes, without its number. A change stays in its series."""
    return replace(
        waiting_trip(request, workday, paid=Fare(yen=offer.fare_yen, vouchers=offer.vouchers)),
        promise=offer.promise,
        promise_state=PromiseState.OPEN,
        state=ReservationState.BOOKED,
        series_id=max([request.wish.series_id, *(old.series_id for old in replaced)]),
    )


def waiting_trip(request: Request, workday: Workday, *, paid: Fare) -> Reservation:
    """The reservation of a request, without its number, that waits for its call: no time, no promise."""
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
        promise=NO_PROMISE_YET,
        promise_state=PromiseState.NOT_YET,
        state=ReservationState.WAITING,
        boarding_s=boarding_s(rules, wish.party),
        alighting_s=alighting_s(rules, wish.party),
        fare_yen=paid.yen,
        vouchers=paid.vouchers,
        purpose=wish.purpose,
        linked_to=wish.linked_to,
    )
