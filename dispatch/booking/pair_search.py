"""Ways out with the ways back that go with them, both in one plan.

Each promise that could be made for the way out is supposed to be given; the way back is then asked for on the day as
it would be. So it keeps everybody's promises, that of its own outbound included, and begins after that has ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from dispatch.booking.inquiry import Found, Inquiry, NoneFound, search
from dispatch.booking.objections import Objection, objections
from dispatch.booking.propose import inquiry_on, offer_made, trip_on
from dispatch.booking.terms import reservation_of
from dispatch.booking.trip import Trip
from dispatch.model.catalog import Service
from dispatch.model.reservation import Reservation
from dispatch.model.rules_math import Fare
from dispatch.model.wish import NO_ID, NO_STAY, Outcome, Request, Wish
from dispatch.solver_bridge.versions import SUPPOSED
from dispatch.solver_bridge.workplace import Workday

BACKS = 2
"""Ways back tried for each way out: another hour to go matters more than many ways to return from one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPair:
    """Two promises that can be made together."""

    outbound: Found
    back: Found
    back_inquiry: Inquiry

    @property
    def rank(self) -> tuple[bool, bool, int, int, int]:
        """Sorts the best first: both as wished, then closest to the wish, then earlier before later."""
        out, back = self.outbound.choice, self.back.choice
        return (not out.as_wished, not back.as_wished, abs(out.off_s) + abs(back.off_s), out.off_s, back.off_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoBack:
    """No way back fits the best way out; ``failure`` is what the vehicles said to it."""

    inquiry: Inquiry
    failure: NoneFound


NoPair: TypeAlias = NoBack | Objection


def search_pairs(inquiry: Inquiry, back: Wish, *, service: Service) -> tuple[FoundPair, ...] | NoneFound | NoPair:
    """Up to ``offers_max`` pairs, the best first; NoneFound when there is no way out, NoPair when there is none back.

    ``inquiry`` asks for the way out.
    """
    most = inquiry.rules.booking.offers_max
    outbounds = search(inquiry, most=most)
    if isinstance(outbounds, NoneFound):
        return outbounds
    answers = [_backs(inquiry, outbound, back, service) for outbound in outbounds]
    pairs = [pair for answer in answers if isinstance(answer, tuple) for pair in answer]
    if pairs:
        return tuple(sorted(pairs, key=lambda pair: pair.rank)[:most])
    return next(answer for answer in answers if not isinstance(answer, tuple))


def _backs(inquiry: Inquiry, outbound: Found, back: Wish, service: Service) -> tuple[FoundPair, ...] | NoPair:
    supposed = _supposing(inquiry, outbound)
    trip = back_trip(back, supposed)
    for objection in objections(trip, supposed.state, service=service, now=supposed.now):
        return objection
    asked = inquiry_on(trip, supposed)
    found = search(asked, most=BACKS)
    if isinstance(found, NoneFound):
        return NoBack(inquiry=asked, failure=found)
    return tuple(FoundPair(outbound=outbound, back=one, back_inquiry=asked) for one in found)


def _supposing(inquiry: Inquiry, outbound: Found) -> Workday:
    """The day as if the way out had been promised."""
    wish, workday = inquiry.trip.wish, inquiry.workday
    request = Request(id=NO_ID, wish=wish, asked_at=workday.now, outcome=Outcome.OPEN)
    offer = offer_made(inquiry, outbound, rank=1, paid=Fare(yen=0, vouchers=0))
    trip = replace(reservation_of(offer, request, workday, ()), id=SUPPOSED)
    return workday.supposing(trip, inquiry.under(outbound.choice), outbound.placement.solution)


def back_trip(wish: Wish, supposed: Workday) -> Trip:
    """The way back on a day on which its outbound is supposed: not before that has ended and the stay is over."""
    linked = replace(wish, linked_to=SUPPOSED)
    if wish.stay_s == NO_STAY:
        return trip_on(linked, supposed, changing=NO_ID)
    ends_s = max(_ends(supposed.state.reservations)) + wish.stay_s
    trip = trip_on(replace(linked, time_s=ends_s), supposed, changing=NO_ID)
    first_s = max(ends_s, trip.bounds.pickup_from_s)
    return replace(trip, bounds=replace(trip.bounds, outbound_ends_s=ends_s, pickup_from_s=first_s))


def _ends(reservations: tuple[Reservation, ...]) -> Iterator[int]:
    for trip in reservations:
        if trip.id == SUPPOSED:
            yield trip.promise.arrival_latest_s + trip.alighting_s
