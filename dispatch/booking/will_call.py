"""Returns without a time: booked as waiting, and called when the rider is ready (decision 0014).

Waiting, a trip stands in no plan and promises nothing; fare and vouchers are settled. Calling it is an ordinary
proposal whose offers would change that reservation, from now on and without the cut-off; accepting one gives the
promise.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeAlias

from dispatch.booking.intake import wish_of
from dispatch.booking.links import STANDING, check_link
from dispatch.booking.objections import barred, objections_to_waiting
from dispatch.booking.proposal import Proposal, Refused
from dispatch.booking.propose import balance_of, propose_instead, trip_on
from dispatch.booking.recall import answered_before, written_before
from dispatch.booking.record import Reason, Record
from dispatch.booking.terms import waiting_trip
from dispatch.model.actor import Actor, Channel
from dispatch.model.errors import Conflict, NotFound
from dispatch.model.journal import JournalEntry
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.rules_math import Fare, fare
from dispatch.model.spot import Spot, SpotKind, SpotRef
from dispatch.model.times import LAST_SECOND_S
from dispatch.model.wish import NO_GUEST, NO_ID, NO_RIDER, Guest, Outcome, TimeKind, Wish, WishForm
from dispatch.solver_bridge.retry import on_the_day_as_it_is
from dispatch.solver_bridge.workplace import Workday, Workplace
from dispatch.store.protocol import Store
from dispatch.store.vouchers import move_vouchers_of

WAITING = "waiting"
"""Kind of the journal's entry when a trip is booked without a time."""

Awaited: TypeAlias = Reservation | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The rider is ready at second ``ready_s`` of the day, or now, whichever is later."""

    reservation_id: int
    actor: Actor
    channel: Channel
    ready_s: int = 0
    overlap_confirmed: bool = False


def await_call(workplace: Workplace, form: WishForm) -> Awaited:
    """Book a trip whose time the rider will call for. ``time_s`` of the form is the earliest that may be, 0 for any.

    Raises
    ------
    NotFound, InvalidInput
        As `dispatch.booking.propose.propose`; nothing is stored.
    Conflict
        ``vouchers_changed``, ``day_busy``.
    """
    for reservation in written_before(workplace):
        return reservation
    for answer in answered_before(workplace):
        if isinstance(answer, Refused):
            return answer
    return on_the_day_as_it_is(workplace, lambda: _awaited(workplace, form))


def _awaited(workplace: Workplace, form: WishForm) -> Awaited:
    workday, store = workplace.workday(form.service_id, form.date), workplace.store
    rules, version = workday.state.rules, workday.state.version
    check_link(form, store=store, changing=NO_ID)
    wish = _from_earliest(wish_of(form, catalog=store, rules=rules), workday)
    record = Record(workplace=workplace, wish=wish, guest=form.guest, version=version, confirmed=False)
    for objection in barred(wish, catalog=store, rules=rules):
        return replace(record, guest=NO_GUEST).refused(Reason.of(objection))
    trip, service = trip_on(wish, workday, changing=NO_ID), store.service(wish.service_id)
    for objection in objections_to_waiting(trip, workday.state, service=service, now=workday.now):
        return record.refused(Reason.of(objection))
    paid = fare(rules, wish.party, voucher_balance=balance_of(wish, workplace))
    return _stored(record, workday, paid)


def _from_earliest(wish: Wish, workday: Workday) -> Wish:
    """The wish with the earliest time at which it may be called: not before its outbound ends, nor in the past."""
    called = replace(wish, time_kind=TimeKind.WILL_CALL)
    bounds = trip_on(called, workday, changing=NO_ID).bounds
    return replace(called, time_s=max(wish.time_s, workday.now_s, bounds.outbound_ends_s))


def _stored(record: Record, workday: Workday, paid: Fare) -> Reservation:
    wish, at = record.wish, workday.now
    with record.workplace.store.writing() as work:
        version = work.claim_day(wish.service_id, wish.date, expected_version=record.version)
        request = record.stored(work, (), outcome=Outcome.BOOKED)
        trip = work.add_reservation(waiting_trip(request, workday, paid=paid))
        move_vouchers_of(work, trip, change=-trip.vouchers, at=at)
        work.journal(
            JournalEntry(
                service_id=trip.service_id,
                date=trip.date,
                version=version,
                actor=wish.actor,
                kind=WAITING,
                at=at,
                ids=(("reservation", trip.id), ("request", request.id)),
            )
        )
    return trip


def activate(workplace: Workplace, call: Call) -> Proposal:
    """Offers from now on for a trip that waits for its call, or why there is none: then it goes on waiting.

    Raises
    ------
    NotFound
        ``unknown_reservation``.
    Conflict
        ``not_waiting`` when it has a time already or was cancelled; ``overlapping_reservation``; ``day_busy``.
    """
    trip, workday = workplace.reserved(call.reservation_id)
    if trip.state is not ReservationState.WAITING and not workplace.claim.made:
        raise Conflict("not_waiting", reservation_id=trip.id)
    return propose_instead(workplace, _form(trip, workday, call, workplace.store), reservation_id=trip.id)


def _form(trip: Reservation, workday: Workday, call: Call, store: Store) -> WishForm:
    """The trip as it was booked, leaving once the rider is ready; not before its earliest time or its outbound ends."""
    outbound = (one for one in workday.state.reservations if one.id == trip.linked_to and one.state in STANDING)
    ends_s = [one.promise.arrival_latest_s + one.alighting_s for one in outbound]
    return WishForm(
        service_id=trip.service_id,
        date=trip.date,
        rider_id=trip.rider_id,
        guest=_guest(trip, store),
        origin=_ref(trip.wished_origin),
        destination=_ref(trip.wished_destination),
        time_kind=TimeKind.DEPART_AFTER,
        time_s=min(
            LAST_SECOND_S, max(workday.now_s, call.ready_s, store.request(trip.request_id).wish.time_s, *ends_s)
        ),
        party=trip.party,
        channel=call.channel,
        actor=call.actor,
        purpose=trip.purpose,
        linked_to=trip.linked_to if ends_s else NO_ID,
        overlap_confirmed=call.overlap_confirmed,
    )


def _guest(trip: Reservation, store: Store) -> Guest:
    if trip.rider_id == NO_RIDER:
        with suppress(NotFound):
            return store.guest(trip.request_id)
    return NO_GUEST


def _ref(spot: Spot) -> SpotRef:
    return SpotRef(kind=spot.kind, id="" if spot.kind is SpotKind.POINT else spot.id, at=spot.at)
