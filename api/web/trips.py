"""Booking at the desk: offers read aloud, one accepted or none; a trip cancelled."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse

from api.lookup import DatabaseId, offer_of, request_of, reservation_of
from api.schemas.wishes import DATABASE_ID_MAX
from api.speech import fare_text, instead_text, offer_text, promise_text
from api.web.both_ways import propose_both
from api.web.forms import WishFields
from api.web.frame import DAY_CHANGED, DeskCall, DeskCallDep
from api.web.question import ask_if_meant
from api.web.refusals import refusal_view
from api.web.views import book_for, standing_of, trip_line, vehicle_names
from api.web.waiting import await_call
from dispatch.booking.again import WORTH_ASKING_AGAIN
from dispatch.booking.proposal import Proposal, Refused
from dispatch.model.errors import Conflict
from dispatch.model.offer import Offer
from dispatch.model.reservation import ReservationState
from dispatch.model.wish import NO_ID, NO_RIDER, TimeKind, WishForm

router = APIRouter(prefix="/desk/{service}/{date}", include_in_schema=False)

Fields = Annotated[WishFields, Form()]


@router.post("/offers")
def propose(desk_call: DeskCallDep, fields: Fields) -> HTMLResponse:
    """Offers to read aloud, a refusal, or the question whether a second trip is meant."""
    form = _form(desk_call, fields)
    if form.time_kind is TimeKind.WILL_CALL:
        return await_call(desk_call, form)
    if fields.both:
        return propose_both(desk_call, form, fields)
    try:
        proposal = desk_call.call.desk.propose(form=form)
    except Conflict as conflict:
        return ask_if_meant(desk_call, conflict)
    return _answer(desk_call, proposal, fields)


@router.post("/reservations/{reservation_id}/offers")
def propose_change(desk_call: DeskCallDep, reservation_id: DatabaseId, fields: Fields) -> HTMLResponse:
    """The same for a change; the old promise holds until an offer is accepted."""
    trip = reservation_of(desk_call.call, reservation_id)
    form = _form(desk_call, fields)
    try:
        proposal = desk_call.call.desk.propose_change(reservation_id=trip.id, form=form)
    except Conflict as conflict:
        return ask_if_meant(desk_call, conflict)
    return _answer(desk_call, proposal, fields)


@router.post("/reservations")
def accept(
    desk_call: DeskCallDep,
    offer_id: Annotated[int, Form(ge=1, le=DATABASE_ID_MAX)],
    overlap_confirmed: Annotated[bool, Form()] = False,
) -> HTMLResponse:
    """The caller said yes."""
    call, offer = desk_call.call, offer_of(desk_call.call, offer_id)
    try:
        trip = call.desk.accept(offer_id=offer.id, actor=call.actor, overlap_confirmed=overlap_confirmed)
    except Conflict as conflict:
        if conflict.code in WORTH_ASKING_AGAIN:
            return _fresh(desk_call, offer, conflict, overlap_confirmed=overlap_confirmed)
        return ask_if_meant(desk_call, conflict, offer_id=offer.id)
    values = {
        "trip": trip_line(call, trip),
        **standing_of(call, trip),
        "changed": offer.change_of != NO_ID and bool(trip.consents),
        "said": promise_text(trip.promise, call.lang),
        "fare": fare_text(fare_yen=trip.fare_yen, vouchers=trip.vouchers, lang=call.lang),
    }
    return desk_call.show("booked.html", values, headers=DAY_CHANGED)


@router.post("/requests/{request_id}/abandon")
def abandon(desk_call: DeskCallDep, request_id: DatabaseId) -> HTMLResponse:
    """The caller wants none of the offers."""
    call, request = desk_call.call, request_of(desk_call.call, request_id)
    call.desk.abandon(request_id=request.id, actor=call.actor)
    offers = call.desk.store.offers(request.id)
    return desk_call.show("abandoned.html", {"changing": any(offer.change_of != NO_ID for offer in offers)})


@router.post("/reservations/{reservation_id}/cancel")
def cancel(
    desk_call: DeskCallDep, reservation_id: DatabaseId, reason: Annotated[str, Form(max_length=30)] = ""
) -> HTMLResponse:
    """The caller does not ride after all."""
    call, trip = desk_call.call, reservation_of(desk_call.call, reservation_id)
    cancelled = call.desk.cancel(reservation_id=trip.id, actor=call.actor, reason=reason)
    values = {"trip": trip_line(call, cancelled), **standing_of(call, cancelled)}
    return desk_call.show("cancelled.html", values, headers=DAY_CHANGED)


def _form(desk_call: DeskCall, fields: WishFields) -> WishForm:
    call = desk_call.call
    own = call.desk.store.rider_places(call.service, fields.rider_id) if fields.rider_id != NO_RIDER else ()
    return fields.to_form(call, day=desk_call.day, book=book_for(call, own))


def _answer(desk_call: DeskCall, proposal: Proposal, fields: WishFields) -> HTMLResponse:
    lang = desk_call.call.lang
    vehicles = vehicle_names(desk_call.call)
    if isinstance(proposal, Refused):
        view = refusal_view(proposal, lang)
        return desk_call.show("refused.html", {"view": view, "vehicles": vehicles, "time_instead": fields.time_instead})
    said = [(offer, offer_text(offer, lang)) for offer in proposal.offers]
    values = {
        "request": proposal.request,
        "offers": said,
        "vehicles": vehicles,
        "changing": proposal.offers[0].change_of,
        "overlap_confirmed": fields.overlap_confirmed,
        "gone": "",
        "waiting": False,
        "time_instead": fields.time_instead,
    }
    return desk_call.show("offers.html", values)


def _fresh(desk_call: DeskCall, gone: Offer, conflict: Conflict, *, overlap_confirmed: bool) -> HTMLResponse:
    """What can be offered instead of an offer that is gone; when nothing can, the error itself."""
    call = desk_call.call
    fresh = call.desk.offers_again(offer_id=gone.id, actor=call.actor)
    if not fresh:
        raise conflict
    why = instead_text(conflict, call.lang)
    return show_fresh(desk_call, gone, fresh, overlap_confirmed=overlap_confirmed, why=why)


def show_fresh(
    desk_call: DeskCall, gone: Offer, fresh: tuple[Offer, ...], *, overlap_confirmed: bool, why: str
) -> HTMLResponse:
    """The offers for the request of ``gone`` as it was answered anew; ``why`` says why it was."""
    call, lang = desk_call.call, desk_call.call.lang
    values = {
        "request": call.desk.request(request_id=gone.request_id),
        "offers": [(offer, offer_text(offer, lang)) for offer in fresh],
        "vehicles": vehicle_names(call),
        "changing": gone.change_of,
        "overlap_confirmed": overlap_confirmed,
        "time_instead": "",
        "waiting": gone.change_of != NO_ID and reservation_of(call, gone.change_of).state is ReservationState.WAITING,
        "gone": why,
    }
    return desk_call.show("offers.html", values, headers=DAY_CHANGED)
