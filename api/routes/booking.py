"""Booking: a request becomes offers or a refusal; an offer becomes a reservation.

A change takes two calls, like a booking: ``POST reservations/{id}/offers`` asks for offers as if the old trip were
released, ``PATCH reservations/{id}`` with one of them swaps old for new in one transaction. Until then the old
promise holds.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from api.context import Call, CallDep
from api.errors import problem, refusal_of
from api.lookup import DatabaseId, check_offer, request_of, reservation_of
from api.routes.answered import answered
from api.routes.documented import problems
from api.schemas.offers import HoldOut, OfferAccepted, OfferedOut, OfferGone, OfferOut, RefusalOut, RefusedOut
from api.schemas.reservations import ReservationOut
from api.schemas.wishes import RequestOut, WishIn
from dispatch.booking.again import WORTH_ASKING_AGAIN
from dispatch.booking.proposal import Proposal, Refused
from dispatch.model.errors import Conflict
from dispatch.model.reservation import Reservation, ReservationState

router = APIRouter(tags=["booking"])

Reason = Annotated[
    str, Query(max_length=80, description="A code or a few words, nothing personal.", examples=["feeling_ill"])
]
REFUSED = {"model": RefusedOut, "description": "The service says no, and why. The request is stored as refused."}


def shown(proposal: Proposal, call: Call) -> OfferedOut | JSONResponse:
    """Offers are created (201); a refusal is an answer (200), not an error."""
    request = proposal.request
    if isinstance(proposal, Refused):
        refusal = RefusalOut.of(proposal.refusal, call.lang)
        body = RefusedOut(request_id=request.id, date=request.wish.date, refusal=refusal)
        return JSONResponse(body.model_dump(mode="json"), status_code=200)
    return OfferedOut.of(proposal.offers, request_id=request.id, day=request.wish.date, lang=call.lang)


def _out(call: Call, reservation: Reservation) -> ReservationOut:
    if reservation.state is ReservationState.CANCELLED:
        return ReservationOut.unplanned(reservation)
    return ReservationOut.of(reservation, call.desk.plan(service_id=reservation.service_id, day=reservation.date))


def _accepted(call: Call, accepted: OfferAccepted, *, day: date) -> ReservationOut | Response:
    """``day`` is the one that was asked about."""
    number, confirmed = accepted.offer_id, accepted.overlap_confirmed
    try:
        trip = call.desk.accept(offer_id=number, actor=call.actor, overlap_confirmed=confirmed)
    except Conflict as conflict:
        if conflict.code not in WORTH_ASKING_AGAIN:
            raise
        return _gone(call, number, conflict, day=day)
    return _out(call, trip)


def _gone(call: Call, offer_id: int, conflict: Conflict, *, day: date) -> Response:
    """Why the offer cannot be accepted, and what can be offered instead."""
    fresh = call.desk.offers_again(offer_id=offer_id, actor=call.actor)
    said = problem(conflict.code, lang=call.lang, values=conflict.values)
    body = OfferGone(**said.model_dump(), fresh_offers=[OfferOut.of(one, day=day, lang=call.lang) for one in fresh])
    return refusal_of(conflict, body)


@router.post(
    "/offers",
    status_code=201,
    summary="Ask for a trip",
    response_model=OfferedOut,
    responses={200: REFUSED, **problems(409)},
)
@answered(201)
def propose(call: CallDep, wish: WishIn) -> OfferedOut | JSONResponse:
    """Ranked offers, or a refusal with its reasons. Nothing is reserved; the request is stored with its outcome."""
    return shown(call.desk.propose(form=wish.to_form(service_id=call.service, actor=call.actor)), call)


@router.post("/offers/{offer_id}/hold", summary="Hold an offer", responses=problems(409, 410))
def hold(call: CallDep, offer_id: DatabaseId) -> HoldOut:
    """Keep the seat and the time while the caller thinks; it ends by itself, and each request holds one offer."""
    check_offer(call, offer_id)
    return HoldOut.of(call.desk.hold(offer_id=offer_id, actor=call.actor))


@router.delete("/offers/{offer_id}/hold", status_code=204, summary="Give a hold up", responses=problems(409))
def release(call: CallDep, offer_id: DatabaseId) -> Response:
    """Let others have the time at once. That the offer is not held is no error; the offer itself stands."""
    check_offer(call, offer_id)
    call.desk.release(offer_id=offer_id, actor=call.actor)
    return Response(status_code=204)


@router.post(
    "/reservations",
    status_code=201,
    summary="Accept an offer",
    response_model=ReservationOut,
    responses=problems(409, 410),
)
@answered(201)
def accept(call: CallDep, accepted: OfferAccepted) -> ReservationOut | Response:
    """The promise of the offer is given if it can still be kept.

    Otherwise nothing changes, and the answer (409, 410 for an expired offer) carries ``fresh_offers`` for the same
    request, made on the day as it is now.
    """
    return _accepted(call, accepted, day=check_offer(call, accepted.offer_id).wish.date)


@router.get("/reservations/{reservation_id}", summary="One reservation", responses=problems())
def read(call: CallDep, reservation_id: DatabaseId) -> ReservationOut:
    """What is promised and, apart from it, what is scheduled at present."""
    return _out(call, reservation_of(call, reservation_id))


@router.post(
    "/reservations/{reservation_id}/offers",
    status_code=201,
    summary="Ask for a change",
    response_model=OfferedOut,
    responses={200: REFUSED, **problems(409)},
)
@answered(201)
def propose_change(call: CallDep, reservation_id: DatabaseId, wish: WishIn) -> OfferedOut | JSONResponse:
    """Offers that would replace this reservation. Its promise holds until one of them is accepted by PATCH."""
    reservation = reservation_of(call, reservation_id)
    form = wish.to_form(service_id=call.service, actor=call.actor)
    return shown(call.desk.propose_change(reservation_id=reservation.id, form=form), call)


@router.patch(
    "/reservations/{reservation_id}",
    summary="Accept a change",
    response_model=ReservationOut,
    responses=problems(409, 410),
)
@answered(200)
def change(call: CallDep, reservation_id: DatabaseId, accepted: OfferAccepted) -> ReservationOut | Response:
    """Swap the old promise for the one of the offer, in one transaction. Returns the reservation that holds now.

    When the offer is gone, the old promise holds and ``fresh_offers`` come with the answer.
    """
    reservation, asked = reservation_of(call, reservation_id), check_offer(call, accepted.offer_id)
    offer = call.desk.store.offer(accepted.offer_id)
    if offer.change_of != reservation.id:
        raise Conflict("offer_of_another", offer_id=offer.id, reservation_id=reservation.id)
    return _accepted(call, accepted, day=asked.wish.date)


@router.delete("/reservations/{reservation_id}", summary="Cancel", responses=problems(409))
@answered(200)
def cancel(call: CallDep, reservation_id: DatabaseId, reason: Reason = "") -> ReservationOut:
    """Release the promise, give vouchers back and free the seats. The reservation stays readable as cancelled."""
    reservation = reservation_of(call, reservation_id)
    return _out(call, call.desk.cancel(reservation_id=reservation.id, actor=call.actor, reason=reason))


@router.get("/requests/{request_id}", summary="One request", responses=problems())
def read_request(call: CallDep, request_id: DatabaseId) -> RequestOut:
    """What was asked, and what became of it."""
    return RequestOut.of(call.desk.request(request_id=request_of(call, request_id).id))


@router.post("/requests/{request_id}/abandon", summary="Want none of the offers", responses=problems(409))
def abandon(call: CallDep, request_id: DatabaseId) -> RequestOut:
    """The caller wants none of the offers: the request ends as abandoned."""
    request = request_of(call, request_id)
    return RequestOut.of(call.desk.abandon(request_id=request.id, actor=call.actor))
