"""Outbound and return at the desk: pairs read aloud, one booked whole, or none."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse

from api.lookup import offer_of
from api.schemas.wishes import DATABASE_ID_MAX
from api.speech import instead_text, pair_fare_text, pair_text, promise_text
from api.web.forms import WishFields
from api.web.frame import DAY_CHANGED, DeskCall, DeskCallDep
from api.web.question import ask_if_meant
from api.web.refusals import pair_refusal_view
from api.web.views import standing_of, trip_line, vehicle_names
from dispatch.booking.again import WORTH_ASKING_AGAIN
from dispatch.booking.proposal import PairRefused
from dispatch.model.errors import Conflict
from dispatch.model.offer import OfferPair
from dispatch.model.wish import PairForm, WishForm

router = APIRouter(prefix="/desk/{service}/{date}", include_in_schema=False)

PAIRS = "/pairs"


def propose_both(desk_call: DeskCall, form: WishForm, fields: WishFields) -> HTMLResponse:
    """Pairs to read aloud, a refusal that says which way cannot be had, or the question about a second trip."""
    call = desk_call.call
    try:
        answer = call.desk.propose_pair(form=PairForm(outbound=form, back=fields.back_of(form)))
    except Conflict as conflict:
        return ask_if_meant(desk_call, conflict)
    if isinstance(answer, PairRefused):
        view = pair_refusal_view(answer, call.lang)
        values = {"view": view, "vehicles": vehicle_names(call), "time_instead": fields.time_instead}
        return desk_call.show("refused.html", values)
    return show_pairs(desk_call, answer.pairs, overlap_confirmed=fields.overlap_confirmed, gone="")


@router.post(PAIRS)
def accept_both(
    desk_call: DeskCallDep,
    offer_id: Annotated[int, Form(ge=1, le=DATABASE_ID_MAX)],
    overlap_confirmed: Annotated[bool, Form()] = False,
) -> HTMLResponse:
    """The caller said yes to both ways."""
    call, offer = desk_call.call, offer_of(desk_call.call, offer_id)
    try:
        booked = call.desk.accept_pair(offer_id=offer.id, actor=call.actor, overlap_confirmed=overlap_confirmed)
    except Conflict as conflict:
        if conflict.code not in WORTH_ASKING_AGAIN:
            return ask_if_meant(desk_call, conflict, offer_id=offer.id, accept_at=PAIRS)
        fresh = call.desk.pairs_again(offer_id=offer.id, actor=call.actor)
        if not fresh:
            raise
        gone = instead_text(conflict, call.lang)
        return show_pairs(desk_call, fresh, overlap_confirmed=overlap_confirmed, gone=gone)
    outbound, back = booked.outbound, booked.back
    values = {
        **standing_of(call, outbound),
        "legs": (trip_line(call, outbound), trip_line(call, back)),
        "outbound": promise_text(outbound.promise, call.lang),
        "back": promise_text(back.promise, call.lang),
        "fare": pair_fare_text(
            fare_yen=outbound.fare_yen + back.fare_yen, vouchers=outbound.vouchers + back.vouchers, lang=call.lang
        ),
    }
    return desk_call.show("booked_both.html", values, headers=DAY_CHANGED)


def show_pairs(
    desk_call: DeskCall, pairs: tuple[OfferPair, ...], *, overlap_confirmed: bool, gone: str
) -> HTMLResponse:
    """Pairs to read aloud; ``gone`` says why they take the place of others, if they do."""
    values = {
        "pairs": [(pair, pair_text(pair, desk_call.call.lang)) for pair in pairs],
        "request_id": pairs[0].outbound.request_id,
        "vehicles": vehicle_names(desk_call.call),
        "overlap_confirmed": overlap_confirmed,
        "gone": gone,
    }
    return desk_call.show("pairs.html", values, headers=DAY_CHANGED if gone else {})
