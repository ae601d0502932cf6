"""The caller: found by phone, kana or name; their card; the request form."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from api.lookup import DatabaseId, reservation_of
from api.schemas.wishes import DATABASE_ID_MAX
from api.web.forms import Asking, WishFields, fields_for, fields_for_change, fields_for_return, with_guest
from api.web.frame import DeskCall, DeskCallDep
from api.web.typed import PlaceBook
from api.web.views import TripLine, book_for, home_town, rider_card, trip_line
from dispatch.booking.links import other_halves
from dispatch.model.party import Aid, FareClass
from dispatch.model.wish import NO_ID, NO_RIDER

router = APIRouter(prefix="/desk/{service}/{date}", include_in_schema=False)

RESULTS_MAX = 8
PURPOSES = ("medical", "shopping", "welfare", "station", "public_office", "other")
COMPANIONS = ("adult", "carer", "pupil", "infant", "disabled")
ReservationId = Annotated[int, Query(ge=NO_ID, le=DATABASE_ID_MAX)]


@router.get("/riders")
def search(desk_call: DeskCallDep, q: Annotated[str, Query(max_length=60)] = "") -> HTMLResponse:
    """Riders that match what was typed so far."""
    call, asked = desk_call.call, q.strip()
    found = call.desk.store.search_riders(call.service, asked, limit=RESULTS_MAX + 1) if asked else ()
    values = {"asked": asked, "riders": found[:RESULTS_MAX], "more": len(found) > RESULTS_MAX}
    values["towns"] = {rider.id: home_town(call, rider.id) for rider in found[:RESULTS_MAX]}
    return desk_call.show("results.html", values)


@router.get("/riders/{rider_id}")
def open_rider(
    desk_call: DeskCallDep, rider_id: str, return_of: ReservationId = NO_ID, change: ReservationId = NO_ID
) -> HTMLResponse:
    """The rider's card with a form: for a new trip, the way back of one, or a change of one."""
    call = desk_call.call
    rider = call.desk.store.rider(call.service, rider_id)
    book = book_for(call, call.desk.store.rider_places(call.service, rider.id))
    fields = fields_for(rider, book)
    if return_of != NO_ID:
        fields = fields_for_return(reservation_of(call, return_of), book)
    if change != NO_ID:
        fields = fields_for_change(reservation_of(call, change), book)
    card = rider_card(call, rider, day=desk_call.day)
    return desk_call.show(
        "rider.html",
        {
            "card": card,
            "trips": card.trips,
            "rider_id": rider.id,
            **form_values(desk_call, fields, book, changing=change),
        },
    )


@router.get("/guest")
def open_guest(desk_call: DeskCallDep, return_of: ReservationId = NO_ID, change: ReservationId = NO_ID) -> HTMLResponse:
    """The form for somebody who is not registered: for a new trip, the way back of one, or a change of one."""
    call, book = desk_call.call, book_for(desk_call.call, ())
    fields = WishFields(rider_id=NO_RIDER)
    trips: tuple[TripLine, ...] = ()
    if return_of != NO_ID or change != NO_ID:
        trip = reservation_of(call, change if change != NO_ID else return_of)
        fill = fields_for_change if change != NO_ID else fields_for_return
        fields = with_guest(fill(trip, book), call.desk.store.guest(trip.request_id))
        trips = (trip_line(call, trip),)
    return desk_call.show(
        "guest.html",
        {"trips": trips, "rider_id": NO_RIDER, **form_values(desk_call, fields, book, changing=change)},
    )


@router.get("/reservations/{reservation_id}/caller")
def open_caller(desk_call: DeskCallDep, reservation_id: DatabaseId) -> HTMLResponse:
    """Whoever booked a trip on the board: a rider's card, or a guest's trip to be changed or cancelled."""
    trip = reservation_of(desk_call.call, reservation_id)
    if trip.rider_id == NO_RIDER:
        return open_guest(desk_call, change=trip.id)
    return open_rider(desk_call, trip.rider_id)


@router.get("/reservations/{reservation_id}")
def open_reservation(desk_call: DeskCallDep, reservation_id: DatabaseId) -> HTMLResponse:
    """Ask before a reservation is cancelled. The other half of a pair stays, and the caller is to know it."""
    call = desk_call.call
    trip = reservation_of(call, reservation_id)
    same_day = call.desk.store.reservations(call.service, trip.date)
    halves = [trip_line(call, one) for one in other_halves(trip, same_day)]
    others = [line for line in halves if line.open]
    return desk_call.show("cancel.html", {"trip": trip_line(call, trip), "others": others})


def form_values(desk_call: DeskCall, fields: WishFields, book: PlaceBook, *, changing: int) -> dict[str, object]:
    """What the request form needs."""
    target = f"/reservations/{changing}/offers" if changing != NO_ID else "/offers"
    return {
        "fields": fields,
        "book": book,
        "changing": changing,
        "target": f"{desk_call.here}{target}",
        "aids": tuple(Aid),
        "fare_classes": tuple(FareClass),
        "companions": COMPANIONS,
        "purposes": PURPOSES,
        "asking": tuple(Asking),
    }
