"""What the service's own rules say against a wish, before any vehicle is asked.

An objection is a code of the error table with the values its sentence names. The first one is the answer; a wish
without any goes on to the vehicles.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from dispatch.booking.area import covers
from dispatch.booking.trip import Trip
from dispatch.booking.windows import allowed
from dispatch.model.catalog import Service
from dispatch.model.day_state import DayState
from dispatch.model.errors import NotFound
from dispatch.model.party import SEAT_KINDS, Party, SeatKind
from dispatch.model.rules import ServiceRules
from dispatch.model.rules_math import bookable_from, runs_on
from dispatch.model.spot import Spot, SpotKind
from dispatch.model.times import MINUTE_S, clock_text, first_day_not_over, round_up, to_second
from dispatch.model.wish import NO_RIDER, TimeKind, Wish
from dispatch.store.catalog_reads import RowReads
from maps.geo import LatLon


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """``code`` of the error table and the values its sentence names."""

    code: str
    values: tuple[tuple[str, str], ...] = ()


def barred(wish: Wish, *, catalog: RowReads, rules: ServiceRules) -> Iterator[Objection]:
    """Who may not ride at all, and where nobody is taken or fetched: asked once, before the trip is reckoned."""
    if wish.rider_id == NO_RIDER and not rules.booking.guests_allowed:
        yield Objection(code="guests_not_allowed")
    if wish.rider_id != NO_RIDER and not catalog.rider(wish.service_id, wish.rider_id).active:
        yield Objection(code="rider_inactive", values=(("rider_id", wish.rider_id),))
    for spot in (wish.origin, wish.destination):
        if spot.kind is not SpotKind.PLACE:
            continue
        place = catalog.place(wish.service_id, spot.id)
        if not place.active:
            yield Objection(code="place_closed", values=(("place", place.name),))


def moved(wish: Wish, *, catalog: RowReads) -> bool:
    """Whether a place or home of the wish is gone, or lies elsewhere than when it was asked for."""
    try:
        return any(_lies(spot, wish.service_id, catalog) != spot.at for spot in (wish.origin, wish.destination))
    except NotFound:
        return True


def _lies(spot: Spot, service_id: str, catalog: RowReads) -> LatLon:
    match spot.kind:
        case SpotKind.PLACE:
            place = catalog.place(service_id, spot.id)
            return LatLon(place.lat, place.lon)
        case SpotKind.RIDER_PLACE:
            home = catalog.rider_place(service_id, spot.id)
            return LatLon(home.lat, home.lon)
        case SpotKind.POINT:
            return spot.at


def objections(trip: Trip, state: DayState, *, service: Service, now: datetime) -> Iterator[Objection]:
    """Everything the rules say against the trip, the most fundamental first."""
    yield from objections_to_waiting(trip, state, service=service, now=now)
    yield from _too_soon(trip, state.rules)
    yield from _no_window(trip, state.rules)


def objections_to_time(trip: Trip, state: DayState, *, now: datetime) -> Iterator[Objection]:
    """What they say against a trip that differs in its time alone, or by fewer riders, from one they let through."""
    yield from _past(trip.wish, now)
    yield from _hours(trip, state.rules)
    yield from _too_soon(trip, state.rules)
    yield from _no_window(trip, state.rules)


def objections_to_waiting(trip: Trip, state: DayState, *, service: Service, now: datetime) -> Iterator[Objection]:
    """What they say against a trip that waits for its call, from its earliest time on: all that needs no window."""
    yield from _day(trip.wish, state.rules, now)
    yield from _area(trip.wish, state.rules, service)
    yield from _party(trip.wish.party, state)
    yield from _hours(trip, state.rules)


def _past(wish: Wish, now: datetime) -> Iterator[Objection]:
    """A trip that waits for its call is wanted from now on; on a day that is over nobody can call."""
    if wish.time_s < to_second(wish.date, now) or wish.date < first_day_not_over(now):
        yield Objection(code="in_the_past")


def _day(wish: Wish, rules: ServiceRules, now: datetime) -> Iterator[Objection]:
    yield from _past(wish, now)
    if not runs_on(rules, wish.date):
        yield Objection(code="not_service_day", values=(("date", wish.date.isoformat()),))
    if now < bookable_from(rules, wish.date):
        yield Objection(code="beyond_horizon", values=(("days", str(rules.booking.horizon_days)),))


def _area(wish: Wish, rules: ServiceRules, service: Service) -> Iterator[Objection]:
    """Both ends lie in the area; one may be a listed place outside it when the rules allow that."""
    outside = [spot for spot in (wish.origin, wish.destination) if not _covered(spot, rules, service)]
    listed = rules.area.listed_places_outside and all(spot.kind is SpotKind.PLACE for spot in outside)
    if outside and not (listed and len(outside) == 1):
        yield Objection(code="outside_area")


def _covered(spot: Spot, rules: ServiceRules, service: Service) -> bool:
    return covers(service.boundary, spot.at, margin_m=rules.area.margin_m)


def _party(party: Party, state: DayState) -> Iterator[Objection]:
    if party.size > state.rules.booking.party_max:
        yield Objection(code="party_over_limit", values=(("party_max", str(state.rules.booking.party_max)),))
    if not state.shifts:
        yield Objection(code="no_shift", values=(("date", state.date.isoformat()),))
    layouts = [layout for shift in state.shifts for layout in shift.layouts]
    taken, wheelchair = party.seats(), SEAT_KINDS.index(SeatKind.WHEELCHAIR)
    if layouts and taken[wheelchair] and not any(layout[wheelchair] for layout in layouts):
        yield Objection(code="no_wheelchair_place")
    if not any(all(t <= there for t, there in zip(taken, layout, strict=True)) for layout in layouts):
        yield Objection(code="party_too_large", values=(("party", str(party.size)),))


def _hours(trip: Trip, rules: ServiceRules) -> Iterator[Objection]:
    """The ride itself lies between opening and closing. Who names a time between the two is told which one would do."""
    ride_s, hours, asked_s = trip.boarding_s + trip.direct_s, rules.service, trip.wish.time_s
    begins_s = asked_s - (ride_s if trip.wish.time_kind is TimeKind.ARRIVE_BY else 0)
    if hours.open <= begins_s <= hours.close - ride_s:
        return
    first_s, last_s = _first_arrival_s(trip, rules), _last_departure_s(trip, rules)
    if begins_s < hours.open < asked_s and first_s <= hours.close:
        yield Objection(code="arrive_by_impossible", values=(("time", _first_minute(first_s)),))
    elif hours.open <= begins_s < hours.close and asked_s < hours.close and last_s >= hours.open:
        times = (("close", clock_text(hours.close)), ("time", clock_text(last_s)))
        yield Objection(code="ends_too_late", values=times)
    else:
        yield _outside_hours(rules)


def _no_window(trip: Trip, rules: ServiceRules) -> Iterator[Objection]:
    if not any(True for _ in allowed(trip, rules)):
        yield _outside_hours(rules)


def _outside_hours(rules: ServiceRules) -> Objection:
    hours = (("open", clock_text(rules.service.open)), ("close", clock_text(rules.service.close)))
    return Objection(code="outside_hours", values=hours)


def _too_soon(trip: Trip, rules: ServiceRules) -> Iterator[Objection]:
    bounds, asked_s = trip.bounds, trip.wish.time_s
    if trip.wish.time_kind is TimeKind.ARRIVE_BY:
        if not any(choice.as_wished for choice in allowed(trip, rules)):
            first = _first_minute(_first_arrival_s(trip, rules))
            yield Objection(code="arrive_by_impossible", values=(("time", first),))
    elif asked_s < bounds.bookable_from_s:
        yield Objection(code="after_cutoff", values=(("cutoff_min", str(rules.booking.cutoff_min)),))
    elif asked_s < bounds.outbound_ends_s:
        yield Objection(code="return_before_outbound", values=(("time", _first_minute(bounds.outbound_ends_s)),))


def _first_arrival_s(trip: Trip, rules: ServiceRules) -> int:
    """The earliest arrival that could be promised: the first window that may start, driven directly from its end."""
    start_s = round_up(trip.bounds.pickup_from_s, step_s=rules.promise.rounding_min * MINUTE_S)
    return start_s + rules.promise.pickup_window_min * 60 + trip.boarding_s + trip.direct_s


def _last_departure_s(trip: Trip, rules: ServiceRules) -> int:
    """The start of the last window that could be promised, driven directly from its end."""
    step_s = rules.promise.rounding_min * MINUTE_S
    latest_s = rules.service.close - trip.boarding_s - trip.direct_s - rules.promise.pickup_window_min * MINUTE_S
    return latest_s // step_s * step_s


def _first_minute(second_s: int) -> str:
    """The first whole minute not before ``second_s``: whoever asks again with the time that was said is served."""
    return clock_text(round_up(second_s, step_s=MINUTE_S))
