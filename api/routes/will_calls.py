"""Trips without a time: booked as waiting, called when the rider is ready."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.context import CallDep
from api.lookup import DatabaseId, reservation_of
from api.routes.booking import REFUSED
from api.routes.documented import problems
from api.schemas.offers import RefusalOut, RefusedOut
from api.schemas.reservations import ReservationOut
from api.schemas.will_calls import CalledOut, ReadyIn, WillCallIn
from dispatch.booking.proposal import Refused
from dispatch.model.wording import Lang

router = APIRouter(tags=["booking"])


def _refused(refused: Refused, lang: Lang) -> JSONResponse:
    request, refusal = refused.request, RefusalOut.of(refused.refusal, lang)
    body = RefusedOut(request_id=request.id, date=request.wish.date, refusal=refusal)
    return JSONResponse(body.model_dump(mode="json"), status_code=200)


@router.post(
    "/will-calls",
    status_code=201,
    summary="Book without a time",
    response_model=ReservationOut,
    responses={200: REFUSED, **problems(409)},
)
def await_call(call: CallDep, wish: WillCallIn) -> ReservationOut | JSONResponse:
    """A reservation that waits for its call. It promises nothing yet and stands in no plan; the fare is settled."""
    booked = call.desk.await_call(form=wish.to_form(service_id=call.service, actor=call.actor))
    if isinstance(booked, Refused):
        return _refused(booked, call.lang)
    return ReservationOut.of(booked, call.desk.plan(service_id=booked.service_id, day=booked.date))


@router.post(
    "/reservations/{reservation_id}/call",
    status_code=201,
    summary="Call a waiting trip",
    response_model=CalledOut,
    responses={200: REFUSED, **problems(409)},
)
def call_waiting(call: CallDep, reservation_id: DatabaseId, ready: ReadyIn) -> CalledOut | JSONResponse:
    """Offers from now on, without the cut-off, each with the expected wait. Accept one by PATCH of the reservation."""
    trip = reservation_of(call, reservation_id)
    answer = call.desk.activate(call=ready.to_call(trip, call.actor))
    if isinstance(answer, Refused):
        return _refused(answer, call.lang)
    return CalledOut.of(answer, now=call.desk.clock.now(), lang=call.lang)
