"""What became of a promise: promised, estimated and actual set side by side, judged by what was reported."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from dispatch.model.day_state import DayState
from dispatch.model.happened import NOT_YET, Happened, Stage, TripFact
from dispatch.model.promise import PromiseState
from dispatch.model.reservation import NOT_MET, Reservation, ReservationState


def ready_s(trip: Reservation, fact: TripFact) -> int:
    """When the vehicle was ready at the door; ``NOT_YET`` before.

    Without a report of the arrival, a boarding is taken to have lasted as long as booked, and a driver who gave up to
    have come just then. A party that changed vehicles on the way was fetched by the first.
    """
    if trip.met_s != NOT_MET:
        return trip.met_s
    if fact.arrived_s != NOT_YET:
        return fact.arrived_s
    if fact.boarded_s != NOT_YET:
        return fact.boarded_s - trip.boarding_s
    return fact.no_show_s


def stopped_s(trip: Reservation, fact: TripFact) -> int:
    """When the vehicle stopped at the drop; ``NOT_YET`` before. Taken from the alighting when it was not reported."""
    if fact.stopped_s != NOT_YET:
        return fact.stopped_s
    if fact.alighted_s == NOT_YET:
        return NOT_YET
    return max(fact.boarded_s, fact.alighted_s - trip.alighting_s)


def late_s(trip: Reservation, fact: TripFact) -> tuple[int, int]:
    """Seconds by which what was reported missed the promise, at the pick-up and at the drop; 0 when it did not."""
    pickup_s = ready_s(trip, fact) - trip.promise.pickup_latest_s
    arrival_s = stopped_s(trip, fact) - trip.promise.arrival_latest_s
    return max(0, pickup_s), max(0, arrival_s)


def as_reported(trip: Reservation, fact: TripFact) -> Reservation:
    """The reservation in the states that the reports amount to; of its own states only declared breaches count.

    Kept: ready at the door inside the window and stopped at the drop by the latest arrival. A no-show releases the
    promise, unless the vehicle came too late.
    """
    late = any(late_s(trip, fact))
    match fact.stage:
        case Stage.DONE:
            state, promise = ReservationState.EXECUTED, PromiseState.BREACHED if late else PromiseState.KEPT
        case Stage.NO_SHOW:
            state, promise = ReservationState.NO_SHOW, PromiseState.BREACHED if late else PromiseState.RELEASED
        case _:
            state = ReservationState.BOOKED
            promise = PromiseState.BREACHED if late or trip.breaches else PromiseState.OPEN
    return replace(trip, state=state, promise_state=promise)


def all_as_reported(state: DayState, facts: Happened) -> tuple[Reservation, ...]:
    """The reservations of a day, those that were reported of in the states that ``facts`` amount to; in their order."""
    told_of = state.told_of
    return tuple(as_reported(one, facts.trip(one.id)) if one.id in told_of else one for one in state.reservations)


def reservation_digest(trip: Reservation) -> str:
    """SHA-256 (hex) of a reservation as the journal knows it: everything but the points, which can be erased."""
    promise = trip.promise
    content = [
        [trip.id, trip.service_id, trip.date.isoformat(), trip.request_id, trip.rider_id],
        [[p.fare_class, p.aid, p.companion_of] for p in trip.party.passengers],
        [spot.key for spot in (trip.origin, trip.destination, trip.wished_origin, trip.wished_destination)],
        [promise.pickup_earliest_s, promise.pickup_latest_s, promise.arrival_latest_s, promise.ride_max_s],
        [promise.rules_digest, promise.travel_digest, trip.promise_state, trip.state],
        [trip.boarding_s, trip.alighting_s, trip.fare_yen, trip.vouchers, trip.purpose],
        [trip.linked_to, trip.series_id, trip.vehicle_lock],
        [
            [b.cause, b.declared_at.isoformat(), b.declared_by.id, b.pickup_latest_s, b.arrival_latest_s, b.ride_max_s]
            for b in trip.breaches
        ],
        [[c.given_by, c.given_at.isoformat(), c.reason, c.taken_by.id] for c in trip.consents],
        *([] if trip.met_s == NOT_MET else [[trip.met_s]]),
        *([[[k.task, k.side, k.other_id, k.other_task] for k in trip.keeps]] if trip.keeps else []),
    ]
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()
