"""Personal data are erased when their retention is over; what the city counts and proves stays.

Of trips older than the rules' ``retention_days``: contacts of guests; private points in requests and reservations,
which become the nearest public place; where drivers tapped; call ids, and the words with which a cancellation was
explained. Of riders no longer active whose last trip is as old: everything but their id, their recurring
trips included. Plans, their digests and the
journal hold none of this (`dispatch.model.spot`), so they verify as before; each day's journal says that the day was
erased.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from dispatch.model.actor import Actor
from dispatch.model.catalog import Rider
from dispatch.model.errors import NotFound
from dispatch.model.journal import JournalEntry
from dispatch.model.outage import Outage
from dispatch.model.reservation import Reservation
from dispatch.model.spot import NOWHERE, Spot
from dispatch.model.times import local_date
from dispatch.model.wish import NO_RIDER, Outcome, Request
from dispatch.model.wording import say
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.protocol import Store, UnitOfWork
from maps.geo import LatLon, distance_matrix_m

NO_BIRTH_YEAR = 1900  # the earliest a rider may have


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How much was erased: everything of days earlier than ``before`` is gone now."""

    before: date
    days: int
    requests: int
    reservations: int
    guests: int
    riders: int
    rider_places: int


def expired(workplace: Workplace, *, service_id: str) -> Erased:
    """What `erase_expired` would erase now, only counted. Raises NotFound ``no_rules``."""
    found = _found(workplace, service_id)
    gone = {rider.id for rider in found.riders}
    places = sum(place.rider_id in gone for place in workplace.store.all_rider_places(service_id))
    return _counted(found, riders=len(found.riders), rider_places=places)


def erase_expired(workplace: Workplace, *, service_id: str, actor: Actor) -> Erased:
    """Erase what is older than the rules in force today allow. Doing it again changes nothing.

    Each day is a unit of work of its own, so an interruption loses nothing and nobody waits long.

    Raises
    ------
    NotFound
        ``no_rules``.
    Conflict
        ``day_changed`` when somebody writes to one of these days meanwhile; ``database_busy``.
    """
    store, found = workplace.store, _found(workplace, service_id)
    with store.writing() as work:
        work.sweep_errands(before=workplace.clock.now())
        work.sweep_holds(before=workplace.clock.now())
    for traces in found.days:
        _erase_day(store, service_id, traces, actor=actor, at=workplace.clock.now())
    riders, places = _erase_riders(store, service_id, before=found.before)
    return _counted(found, riders=riders, rider_places=places)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Everything that is past its retention: days with something left to erase, riders who have left."""

    before: date
    days: tuple[_Traces, ...]
    riders: tuple[Rider, ...]


def _found(workplace: Workplace, service_id: str) -> _Found:
    store, today = workplace.store, local_date(workplace.clock.now())
    before = today - timedelta(days=store.rules(service_id, today).privacy.retention_days)
    blurred = _blurring([LatLon(place.lat, place.lon) for place in store.places(service_id)])
    days = (_traces(store, service_id, day, blurred) for day in store.days_asked_for(service_id, before=before))
    gone = _riders_gone(store, service_id, before=before)
    return _Found(before=before, days=tuple(traces for traces in days if traces.any), riders=gone)


def _counted(found: _Found, *, riders: int, rider_places: int) -> Erased:
    return Erased(
        before=found.before,
        days=len(found.days),
        requests=sum(len(traces.requests) for traces in found.days),
        reservations=sum(len(traces.reservations) for traces in found.days),
        guests=sum(len(traces.guests) for traces in found.days),
        riders=riders,
        rider_places=rider_places,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Traces:
    """What is left to erase of a day at ``version``: rows as they shall be, and the requests whose guest goes."""

    day: date
    version: int
    requests: tuple[Request, ...]
    reservations: tuple[Reservation, ...]
    guests: tuple[int, ...]
    positions: int
    outages: tuple[Outage, ...]

    @property
    def any(self) -> bool:
        return bool(self.requests or self.reservations or self.guests or self.positions or self.outages)


def _traces(store: Store, service_id: str, day: date, blurred: Callable[[Spot], Spot]) -> _Traces:
    version = store.day_version(service_id, day)
    requests = store.requests(service_id, day)
    reservations = store.reservations(service_id, day)
    wiped = [(request, _wiped_request(request, blurred)) for request in requests]
    moved = [(reservation, _wiped_reservation(reservation, blurred)) for reservation in reservations]
    stood = [(outage, replace(outage, at=blurred(outage.at))) for outage in store.outages(service_id, day)]
    return _Traces(
        day=day,
        version=version,
        requests=tuple(new for old, new in wiped if new != old),
        reservations=tuple(new for old, new in moved if new != old),
        outages=tuple(new for old, new in stood if new != old),
        positions=sum(event.at != NOWHERE for event in store.events(service_id, day)),
        guests=tuple(one.id for one in requests if one.wish.rider_id == NO_RIDER and _has_guest(store, one.id)),
    )


def _wiped_request(request: Request, blurred: Callable[[Spot], Spot]) -> Request:
    wish = request.wish
    kept = replace(wish, origin=blurred(wish.origin), destination=blurred(wish.destination), call_id="")
    explained = request.outcome is Outcome.BOOKED  # then the code is why it was cancelled, in the operator's words
    return replace(request, wish=kept, outcome_code="" if explained else request.outcome_code)


def _wiped_reservation(reservation: Reservation, blurred: Callable[[Spot], Spot]) -> Reservation:
    return replace(
        reservation,
        origin=blurred(reservation.origin),
        destination=blurred(reservation.destination),
        wished_origin=blurred(reservation.wished_origin),
        wished_destination=blurred(reservation.wished_destination),
    )


def _has_guest(store: Store, request_id: int) -> bool:
    try:
        store.guest(request_id)
    except NotFound:
        return False
    return True


def _blurring(public: list[LatLon]) -> Callable[[Spot], Spot]:
    """Makes a private spot that of the public place nearest to it; a city without any place has no point left."""

    def blurred(spot: Spot) -> Spot:
        if spot.erased or not spot.private:
            return spot
        if not public:
            return replace(spot, at=NOWHERE, erased=True)
        nearest = int(np.argmin(distance_matrix_m(origins=[spot.at], destinations=public)[0]))
        return replace(spot, at=public[nearest], erased=True)

    return blurred


def _erase_day(store: Store, service_id: str, traces: _Traces, *, actor: Actor, at: datetime) -> None:
    with store.writing() as work:
        version = work.claim_day(service_id, traces.day, expected_version=traces.version)
        for request in traces.requests:
            work.replace_request(request)
        for reservation in traces.reservations:
            work.replace_reservation(reservation)
        for outage in traces.outages:
            work.save_outage(outage)
        for request_id in traces.guests:
            work.forget_guest(request_id)
        work.erase_positions(service_id, traces.day)
        counts = (
            ("requests", len(traces.requests)),
            ("reservations", len(traces.reservations)),
            ("guests", len(traces.guests)),
        )
        work.journal(
            JournalEntry(
                service_id=service_id,
                date=traces.day,
                version=version,
                actor=actor,
                kind="erased",
                at=at,
                ids=counts,
            )
        )


def _erase_riders(store: Store, service_id: str, *, before: date) -> tuple[int, int]:
    """Anonymise riders who have left; how many of them, and how many places of their own. One unit of work."""
    places = 0
    with store.writing() as work:
        gone = _riders_gone(store, service_id, before=before)
        for rider in gone:
            places += _remove_places(store, work, rider)
            _remove_series(store, work, rider)
            work.save(_anonymous(rider))
    return len(gone), places


def _riders_gone(store: Store, service_id: str, *, before: date) -> tuple[Rider, ...]:
    recent = store.riders_since(service_id, before)
    return tuple(
        rider for rider in store.riders(service_id) if not (rider.active or rider.id in recent or _is_anonymous(rider))
    )


def _remove_places(store: Store, work: UnitOfWork, rider: Rider) -> int:
    own = store.rider_places(rider.service_id, rider.id)
    for place in own:
        work.remove(place)
    return len(own)


def _remove_series(store: Store, work: UnitOfWork, rider: Rider) -> None:
    for series in store.all_series(rider.service_id):
        if series.rider_id == rider.id:
            work.erase_series(series.id)


def _anonymous(rider: Rider) -> Rider:
    return Rider(
        service_id=rider.service_id,
        id=rider.id,
        name=say("privacy.erased_name"),
        birth_year=NO_BIRTH_YEAR,
        active=False,
    )


def _is_anonymous(rider: Rider) -> bool:
    return rider.model_dump() == _anonymous(rider).model_dump()
