"""What the pages show, ready to be laid out: no decisions, no personal data kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from api.context import Call
from api.speech import fare_text, promise_text
from api.web.series_lines import SeriesLine, series_lines
from api.web.typed import PlaceBook, place_book
from dispatch.model.catalog import Rider, RiderPlace
from dispatch.model.errors import NotFound
from dispatch.model.promise import NO_PROMISE_YET
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.spot import Spot, SpotKind
from dispatch.model.times import local_date
from dispatch.model.wish import NO_RIDER
from dispatch.model.wording import Lang, say
from dispatch.route_sheet.words import date_text, party_text
from maps.geo import LatLon, distance_matrix_m


@dataclass(frozen=True, slots=True, kw_only=True)
class TripLine:
    """One reservation in a list of trips."""

    id: int
    day: date
    day_text: str
    origin: str
    destination: str
    promise: str
    party: str
    fare: str
    state: ReservationState
    open: bool
    waiting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RiderCard:
    """What an operator needs to know of the caller. ``homes``: label and address of own places, where one is known."""

    rider: Rider
    age: int
    vouchers: int
    homes: tuple[tuple[str, str], ...]
    trips: tuple[TripLine, ...]
    series: tuple[SeriesLine, ...]


def today(call: Call) -> date:
    """The calendar date of the clock."""
    return local_date(call.desk.clock.now())


def day_text(day: date, lang: Lang) -> str:
    """A date with its weekday, as it is read."""
    return date_text(day, lang=lang)


def spot_label(call: Call, spot: Spot) -> str:
    """The name of a place in a list: a public name, the label of a rider's own place, or "a point"."""
    store = call.desk.store
    try:
        if spot.kind is SpotKind.PLACE:
            return store.place(call.service, spot.id).name
        if spot.kind is SpotKind.RIDER_PLACE:
            return store.rider_place(call.service, spot.id).label
    except NotFound:
        return spot.id
    return say("sheet.place.point", call.lang)


def vehicle_names(call: Call) -> Mapping[str, str]:
    """The names of all vehicles by id."""
    return {vehicle.id: vehicle.name for vehicle in call.desk.store.vehicles(call.service)}


def trip_line(call: Call, trip: Reservation) -> TripLine:
    """One reservation, in words."""
    return TripLine(
        id=trip.id,
        day=trip.date,
        day_text=day_text(trip.date, call.lang),
        origin=spot_label(call, trip.origin),
        destination=spot_label(call, trip.destination),
        promise=said_of(trip, call.lang),
        party=party_text(trip.party, lang=call.lang),
        fare=fare_text(fare_yen=trip.fare_yen, vouchers=trip.vouchers, lang=call.lang),
        state=trip.state,
        open=trip.state in {ReservationState.BOOKED, ReservationState.WAITING},
        waiting=trip.state is ReservationState.WAITING,
    )


def said_of(trip: Reservation, lang: Lang) -> str:
    """What has been promised, or that nothing has yet."""
    return say("say.not_yet", lang) if trip.promise == NO_PROMISE_YET else promise_text(trip.promise, lang)


def rider_card(call: Call, rider: Rider, *, day: date) -> RiderCard:
    """The caller: needs, places, vouchers, and every trip of the day shown and of the days one can book."""
    store = call.desk.store
    return RiderCard(
        rider=rider,
        age=day.year - rider.birth_year,
        vouchers=store.voucher_balance(call.service, rider.id),
        homes=tuple(
            (own.label, own.address) for own in store.rider_places(call.service, rider.id) if own.address.strip()
        ),
        trips=tuple(
            trip_line(call, trip)
            for when in _days_ahead(call, day)
            for trip in store.reservations_of_rider(call.service, rider.id, when)
            if trip.state is not ReservationState.CANCELLED
        ),
        series=series_lines(call, rider.id, day=day),
    )


def standing_of(call: Call, trip: Reservation) -> Mapping[str, object]:
    """What the caller's card says after ``trip`` was booked, changed or cancelled: their trips and vouchers as now."""
    if trip.rider_id == NO_RIDER:
        return {"rider_id": NO_RIDER, "trips": (trip_line(call, trip),)}
    card = rider_card(call, call.desk.store.rider(call.service, trip.rider_id), day=trip.date)
    return {"rider_id": trip.rider_id, "card": card, "trips": card.trips}


def home_town(call: Call, rider_id: str) -> str:
    """Where the rider lives, roughly: the public place nearest to their home; empty without one."""
    store = call.desk.store
    homes = [own for own in store.rider_places(call.service, rider_id) if not own.place_id]
    places = [place for place in store.places(call.service) if place.active]
    if not homes or not places:
        return ""
    home = LatLon(homes[0].lat, homes[0].lon)
    away_m = distance_matrix_m(origins=[home], destinations=[LatLon(place.lat, place.lon) for place in places])[0]
    return say("desk.search.near", call.lang, place=places[int(np.argmin(away_m))].name)


def _days_ahead(call: Call, day: date) -> Sequence[date]:
    first = today(call)
    horizon = call.desk.store.rules(call.service, day).booking.horizon_days
    return sorted({day, *(first + timedelta(days=ahead) for ahead in range(horizon + 1))})


def book_for(call: Call, own: Sequence[RiderPlace]) -> PlaceBook:
    """The places a caller with these own places may name."""
    return place_book(places=call.desk.store.places(call.service), own=own)
