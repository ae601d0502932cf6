"""What the rules and the map make of a wish: kerb times, direct ride, longest ride, and the times open to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatch.model.day_state import DayState
from dispatch.model.promise import Promise
from dispatch.model.rules import ServiceRules
from dispatch.model.rules_file import rules_digest
from dispatch.model.rules_math import alighting_s, boarding_s, first_pickup_s, ride_max_s
from dispatch.model.times import to_second
from dispatch.model.wish import NO_ID, Wish
from dispatch.solver_bridge.ride import Ride
from dispatch.solver_bridge.travel import TravelBook


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeBounds:
    """When a trip may take place, seconds of the service day.

    ``pickup_from_s`` is the first second at which a pick-up window may start: the latest of opening,
    ``bookable_from_s`` (the cut-off) and ``outbound_ends_s`` (when the outbound of a return ends at the latest,
    opening for any other trip). ``arrival_until_s`` is the last second at which it may arrive.
    """

    bookable_from_s: int
    outbound_ends_s: int
    pickup_from_s: int
    arrival_until_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A wish with its numbers; the digests name the rules and travel times they come from."""

    wish: Wish
    boarding_s: int
    alighting_s: int
    direct_s: int
    ride_max_s: int
    bounds: TimeBounds
    rules_digest: str
    travel_digest: str

    def ride(self, promise: Promise) -> Ride:
        """The trip as asked for, under a promise that could be made."""
        return Ride(
            reservation_id=NO_ID,
            origin=self.wish.origin,
            destination=self.wish.destination,
            seats=self.wish.party.seats(),
            boarding_s=self.boarding_s,
            alighting_s=self.alighting_s,
            promise=promise,
        )


def trip_of(wish: Wish, *, rules: ServiceRules, book: TravelBook, bounds: TimeBounds) -> Trip:
    """The trip of a wish that may take place within ``bounds``."""
    direct_s = book.direct_s(origin=wish.origin.at, destination=wish.destination.at)
    return Trip(
        wish=wish,
        boarding_s=boarding_s(rules, wish.party),
        alighting_s=alighting_s(rules, wish.party),
        direct_s=direct_s,
        ride_max_s=ride_max_s(rules, direct_s),
        bounds=bounds,
        rules_digest=rules_digest(rules),
        travel_digest=book.times.digest,
    )


def time_bounds(wish: Wish, state: DayState, *, now: datetime, changing: int) -> TimeBounds:
    """Opening hours, the cut-off, and the other half of a linked pair. A trip that has waited knows no cut-off.

    A return starts only after the latest arrival of its outbound, and an outbound that is changed ends before the
    return that is promised starts: so the promises alone keep the pair in order.
    """
    rules, same_day = state.rules, state.reservations
    waited = any(trip.id == changing for trip in state.waiting)
    bookable_s = to_second(wish.date, now) if waited else first_pickup_s(rules, wish.date, now=now)
    outbounds = [r for r in same_day if r.id == wish.linked_to] if wish.linked_to != NO_ID else []
    outbound_s = [r.promise.arrival_latest_s + r.alighting_s for r in outbounds]
    alights_s = alighting_s(rules, wish.party)
    returns = [r for r in same_day if r.linked_to == changing] if changing != NO_ID else []
    returns_s = [r.promise.pickup_earliest_s - alights_s for r in returns]
    return TimeBounds(
        bookable_from_s=bookable_s,
        outbound_ends_s=max(outbound_s, default=rules.service.open),
        pickup_from_s=max([rules.service.open, bookable_s, *outbound_s]),
        arrival_until_s=min([rules.service.close, *returns_s]),
    )
