"""Trips without a time at the desk: booked as waiting, called with one button when the rider is ready."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse

from api.lookup import DatabaseId, reservation_of
from api.speech import fare_text, soon_text
from api.web.frame import DAY_CHANGED, DeskCall, DeskCallDep
from api.web.question import ask_if_meant
from api.web.refusals import refusal_view
from api.web.views import said_of, standing_of, trip_line, vehicle_names
from dispatch.booking.proposal import Refused
from dispatch.booking.will_call import Call as WaitingCall
from dispatch.model.actor import Channel
from dispatch.model.errors import Conflict
from dispatch.model.times import to_second
from dispatch.model.wish import WishForm

router = APIRouter(prefix="/desk/{service}/{date}", include_in_schema=False)


def await_call(desk_call: DeskCall, form: WishForm) -> HTMLResponse:
    """Book a trip without a time, or say why that cannot be."""
    call = desk_call.call
    booked = call.desk.await_call(form=form)
    if isinstance(booked, Refused):
        values = {"view": refusal_view(booked, call.lang), "vehicles": vehicle_names(call), "time_instead": ""}
        return desk_call.show("refused.html", values)
    said = {
        "trip": trip_line(call, booked),
        **standing_of(call, booked),
        "said": said_of(booked, call.lang),
        "fare": fare_text(fare_yen=booked.fare_yen, vouchers=booked.vouchers, lang=call.lang),
    }
    return desk_call.show("waiting.html", said, headers=DAY_CHANGED)


@router.post("/reservations/{reservation_id}/call")
def call_waiting(
    desk_call: DeskCallDep, reservation_id: DatabaseId, overlap_confirmed: Annotated[bool, Form()] = False
) -> HTMLResponse:
    """The rider is ready: offers from now on, each with how long it takes until we are there."""
    call, trip = desk_call.call, reservation_of(desk_call.call, reservation_id)
    ready = WaitingCall(
        reservation_id=trip.id, actor=call.actor, channel=Channel.PHONE, overlap_confirmed=overlap_confirmed
    )
    try:
        answer = call.desk.activate(call=ready)
    except Conflict as conflict:
        return ask_if_meant(desk_call, conflict, ask_at=f"/reservations/{trip.id}/call")
    if isinstance(answer, Refused):
        view = replace(refusal_view(answer, call.lang), times=())  # it goes on waiting; there is no form to try with
        return desk_call.show("refused.html", {"view": view, "vehicles": vehicle_names(call), "time_instead": ""})
    now_s = to_second(trip.date, call.desk.clock.now())
    said = [(offer, soon_text(offer, now_s=now_s, lang=call.lang)) for offer in answer.offers]
    values = {
        "request": answer.request,
        "offers": said,
        "vehicles": vehicle_names(call),
        "changing": trip.id,
        "waiting": True,
        "overlap_confirmed": overlap_confirmed,
        "gone": "",
        "time_instead": "",
    }
    return desk_call.show("offers.html", values)
