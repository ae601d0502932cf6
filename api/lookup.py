"""What an address or a call names by its number, found only when it belongs to the service called."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from api.context import Call
from api.schemas.wishes import DATABASE_ID_MAX
from dispatch.model.errors import NotFound
from dispatch.model.offer import Offer
from dispatch.model.reservation import Reservation
from dispatch.model.wish import Request

DatabaseId = Annotated[int, Path(ge=1, le=DATABASE_ID_MAX, examples=[12])]
DayNumber = Annotated[int, Path(ge=1, le=10_000, examples=[1])]
"""Facts of a day are numbered from 1 on."""


def reservation_of(call: Call, reservation_id: int) -> Reservation:
    """The reservation, if it is one of the service called."""
    reservation = call.desk.store.reservation(reservation_id)
    if reservation.service_id != call.service:
        raise NotFound("unknown_reservation", reservation_id=reservation_id)
    return reservation


def request_of(call: Call, request_id: int) -> Request:
    """The request, if it was made to the service called."""
    request = call.desk.store.request(request_id)
    if request.wish.service_id != call.service:
        raise NotFound("unknown_request", request_id=request_id)
    return request


def offer_of(call: Call, offer_id: int) -> Offer:
    """The offer, if it is one of the service called."""
    check_offer(call, offer_id)
    return call.desk.store.offer(offer_id)  # what it was offered for never changes: no need to read both at once


def check_offer(call: Call, offer_id: int) -> Request:
    """The request that an offer answers, if it was made to the service called. Raises NotFound ``unknown_offer``."""
    request = call.desk.store.request_of_offer(offer_id)
    if request.wish.service_id != call.service:
        raise NotFound("unknown_offer", offer_id=offer_id)
    return request
