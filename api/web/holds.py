"""Holding at the desk: an offer or a pair kept while the caller thinks; given up, or over and asked for anew."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse

from api.lookup import DatabaseId, check_offer, offer_of
from api.speech import promise_text
from api.web.both_ways import PAIRS, show_pairs
from api.web.frame import DAY_CHANGED, DeskCall, DeskCallDep
from api.web.trips import show_fresh
from dispatch.model.errors import Conflict
from dispatch.model.wording import say

router = APIRouter(prefix="/desk/{service}/{date}", include_in_schema=False)

OFFERS = "/offers"
Confirmed = Annotated[bool, Form()]
Found = TypeVar("Found")


@router.post(OFFERS + "/{offer_id}/hold")
def hold(desk_call: DeskCallDep, offer_id: DatabaseId, overlap_confirmed: Confirmed = False) -> HTMLResponse:
    """The caller thinks: the offer is kept for a few minutes, and the page counts them down."""
    call, offer = desk_call.call, offer_of(desk_call.call, offer_id)
    held = call.desk.hold(offer_id=offer.id, actor=call.actor)
    said = promise_text(offer.promise, call.lang)
    values = {"offer_id": offer.id, "at": OFFERS, "said": said, "overlap_confirmed": overlap_confirmed}
    return _counted_down(desk_call, values, until=held.until)


@router.post(PAIRS + "/{offer_id}/hold")
def hold_both(desk_call: DeskCallDep, offer_id: DatabaseId, overlap_confirmed: Confirmed = False) -> HTMLResponse:
    """The same for both ways."""
    call, offer = desk_call.call, offer_of(desk_call.call, offer_id)
    held = call.desk.hold_pair(offer_id=offer.id, actor=call.actor)
    outbound, back = (promise_text(leg.trip.promise, call.lang) for leg in held.both)
    said = say("desk.pairs.held", call.lang, outbound=outbound, back=back)
    values = {"offer_id": offer.id, "at": PAIRS, "said": said, "overlap_confirmed": overlap_confirmed}
    return _counted_down(desk_call, values, until=held.back.until)


@router.post(OFFERS + "/{offer_id}/release")
def release(desk_call: DeskCallDep, offer_id: DatabaseId) -> HTMLResponse:
    """The caller needs it no longer: others get the time at once, of a pair both ways. The offer itself stands."""
    call = desk_call.call
    check_offer(call, offer_id)
    call.desk.release(offer_id=offer_id, actor=call.actor)
    return desk_call.show("released.html", {}, headers=DAY_CHANGED)


@router.post(OFFERS + "/{offer_id}/again")
def again(desk_call: DeskCallDep, offer_id: DatabaseId, overlap_confirmed: Confirmed = False) -> HTMLResponse:
    """The hold is over and the caller is still on the line: what can be offered to the same request now."""
    call, offer = desk_call.call, offer_of(desk_call.call, offer_id)
    fresh = _some(call.desk.offers_again(offer_id=offer.id, actor=call.actor), request_id=offer.request_id)
    why = say("desk.offers.anew", call.lang)
    return show_fresh(desk_call, offer, fresh, overlap_confirmed=overlap_confirmed, why=why)


@router.post(PAIRS + "/{offer_id}/again")
def both_again(desk_call: DeskCallDep, offer_id: DatabaseId, overlap_confirmed: Confirmed = False) -> HTMLResponse:
    """The same for both ways."""
    call, offer = desk_call.call, offer_of(desk_call.call, offer_id)
    fresh = _some(call.desk.pairs_again(offer_id=offer.id, actor=call.actor), request_id=offer.request_id)
    why = say("desk.offers.anew", call.lang)
    return show_pairs(desk_call, fresh, overlap_confirmed=overlap_confirmed, gone=why)


def _some(fresh: tuple[Found, ...], *, request_id: int) -> tuple[Found, ...]:
    """What can be offered. Raises Conflict ``nothing_to_offer`` when that is nothing."""
    if not fresh:
        raise Conflict("nothing_to_offer", request_id=request_id)
    return fresh


def _counted_down(desk_call: DeskCall, values: Mapping[str, object], *, until: datetime) -> HTMLResponse:
    """What is held until when. Seconds begun count whole: what the page calls over is over."""
    left_s = math.ceil((until - desk_call.call.desk.clock.now()).total_seconds())
    return desk_call.show("held.html", {**values, "left_s": left_s}, headers=DAY_CHANGED)
