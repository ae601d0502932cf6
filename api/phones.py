"""Whom to call about a trip. Looked up here, at the edge, and kept nowhere."""

from __future__ import annotations

from api.context import Call
from dispatch.model.errors import NotFound
from dispatch.model.reservation import Reservation
from dispatch.model.wish import NO_RIDER
from dispatch.route_sheet.directory import Directory


def name_of(call: Call, trip: Reservation) -> str:
    """The name of the rider or guest of a trip with its title; the number of the booking when it is not known."""
    directory = Directory(store=call.desk.store, service_id=call.service, spots={}, lang=call.lang)
    return directory.person(trip).name


def phone_of(call: Call, trip: Reservation) -> str:
    """The phone of the rider or guest of a trip; empty when it is not known, or erased."""
    store = call.desk.store
    try:
        if trip.rider_id == NO_RIDER:
            return store.guest(trip.request_id).phone
        return store.rider(trip.service_id, trip.rider_id).phone
    except NotFound:
        return ""
