"""Both ways in one call: paired offers, accepted as one."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from api.context import Call, CallDep
from api.errors import problem, refusal_of
from api.lookup import DatabaseId, check_offer
from api.routes.documented import problems
from api.schemas.pairs import (
    BookedPairOut,
    PairAccepted,
    PairGone,
    PairHoldOut,
    PairIn,
    PairOut,
    PairRefusedOut,
    PairsOut,
)
from api.schemas.reservations import ReservationOut
from dispatch.booking.again import WORTH_ASKING_AGAIN
from dispatch.booking.proposal import PairRefused
from dispatch.model.errors import Conflict

router = APIRouter(tags=["booking"])

REFUSED = {"model": PairRefusedOut, "description": "One leg cannot be had, and why. Both requests are stored."}


@router.post(
    "/pair-offers",
    status_code=201,
    summary="Ask for outbound and return",
    response_model=PairsOut,
    responses={200: REFUSED, **problems(409)},
)
def propose_pair(call: CallDep, wish: PairIn) -> PairsOut | JSONResponse:
    """Ranked pairs, each kept in one plan: the way back begins after the way out has ended. Nothing is reserved."""
    answer = call.desk.propose_pair(form=wish.to_form(service_id=call.service, actor=call.actor))
    if isinstance(answer, PairRefused):
        return JSONResponse(PairRefusedOut.of(answer, call.lang).model_dump(mode="json"), status_code=200)
    return PairsOut.of(answer, call.lang)


@router.post("/pair-offers/{pair_id}/hold", summary="Hold a pair", responses=problems(409, 410))
def hold_pair(call: CallDep, pair_id: DatabaseId) -> PairHoldOut:
    """Keep both legs while the caller thinks, or neither; they end together, by themselves."""
    check_offer(call, pair_id)
    return PairHoldOut.of(call.desk.hold_pair(offer_id=pair_id, actor=call.actor))


@router.delete("/pair-offers/{pair_id}/hold", status_code=204, summary="Give a held pair up", responses=problems(409))
def release_pair(call: CallDep, pair_id: DatabaseId) -> Response:
    """Let others have both times at once. That the pair is not held is no error; the pair itself stands."""
    check_offer(call, pair_id)
    call.desk.release(offer_id=pair_id, actor=call.actor)
    return Response(status_code=204)


@router.post(
    "/pair-reservations",
    status_code=201,
    summary="Accept outbound and return",
    response_model=BookedPairOut,
    responses=problems(409, 410),
)
def accept_pair(call: CallDep, accepted: PairAccepted) -> BookedPairOut | Response:
    """Both promises are given, or neither: then the answer (409, 410) carries ``fresh_pairs`` for the same requests."""
    day, confirmed = check_offer(call, accepted.pair_id).wish.date, accepted.overlap_confirmed
    try:
        booked = call.desk.accept_pair(offer_id=accepted.pair_id, actor=call.actor, overlap_confirmed=confirmed)
    except Conflict as conflict:
        if conflict.code not in WORTH_ASKING_AGAIN:
            raise
        return _gone(call, accepted.pair_id, conflict, day=day)
    plan = call.desk.plan(service_id=call.service, day=booked.outbound.date)
    return BookedPairOut(outbound=ReservationOut.of(booked.outbound, plan), back=ReservationOut.of(booked.back, plan))


def _gone(call: Call, pair_id: int, conflict: Conflict, *, day: date) -> Response:
    """Why the pair cannot be accepted, and which can be had instead."""
    fresh = call.desk.pairs_again(offer_id=pair_id, actor=call.actor)
    said = problem(conflict.code, lang=call.lang, values=conflict.values)
    body = PairGone(**said.model_dump(), fresh_pairs=[PairOut.of(one, day=day, lang=call.lang) for one in fresh])
    return refusal_of(conflict, body)
