"""The day as it is once a vehicle has left the road: what it did stays, who was aboard waits, the rest is open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dispatch.model.actor import Actor
from dispatch.model.day_state import DayState
from dispatch.model.duty import BreakRule, ShiftOfDay
from dispatch.model.errors import Conflict, InvalidInput, NotFound, RuleRefused
from dispatch.model.happened import Happened, Stage, happened
from dispatch.model.ledger import ready_s
from dispatch.model.outage import Outage, under
from dispatch.model.plan import Route, Task, Visit
from dispatch.model.promise import BreachCause
from dispatch.model.reservation import Reservation
from dispatch.model.spot import NOWHERE, Spot, SpotKind, SpotRef
from dispatch.moves.spots import spot_said
from dispatch.moves.withdrawal import Instead, Trips, Withdrawal
from dispatch.solver_bridge.workplace import Workday
from dispatch.store.protocol import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class OffTheRoad:
    """The day under an outage; ``left`` are the visits the vehicle would still have made, who was aboard first."""

    workday: Workday
    outage: Outage
    left: tuple[Visit, ...]

    @property
    def open_trips(self) -> frozenset[int]:
        """The trips that somebody else has to drive now."""
        return frozenset(visit.reservation_id for visit in self.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Carried:
    """How far a vehicle has come: trips done; trips aboard, each with the second it was fetched; where it is."""

    done: frozenset[int]
    aboard: dict[int, int]
    at: Spot


def off_the_road(store: Store, workday: Workday, asked: Withdrawal, *, actor: Actor) -> OffTheRoad:
    """``workday`` with the shift of ``asked`` stopped where it is, and its replacement on duty.

    Raises
    ------
    NotFound
        ``unknown_shift``, ``unknown_vehicle``, ``unknown_place``.
    Conflict
        ``shift_already_out``.
    RuleRefused
        ``shift_over``; ``riders_aboard`` unless it broke down; ``vehicle_on_duty``.
    InvalidInput
        ``replacement_too_late``.
    """
    state, shift = workday.state, _running(workday, asked.shift_id)
    carried = _carried(workday, shift)
    if carried.aboard and asked.cause is not BreachCause.BREAKDOWN:
        raise RuleRefused("riders_aboard", shift_id=shift.shift_id, count=len(carried.aboard))
    outage = Outage(
        number=len(state.outages) + 1,
        service_id=state.service_id,
        date=state.date,
        shift_id=shift.shift_id,
        from_s=max(0, workday.now_s),
        cause=asked.cause,
        at=_standing(store, state, asked.at, known=carried.at),
        declared_at=workday.now,
        declared_by=actor,
        stranded=tuple(carried.aboard),
    )
    for one in asked.instead:
        outage = replace(outage, instead=(_replacing(store, workday, one, shift=shift, outage=outage),))
    return _under(workday, outage, carried, trips=asked.trips)


def _running(workday: Workday, shift_id: str) -> ShiftOfDay:
    found = [shift for shift in workday.state.shifts if shift.shift_id == shift_id]
    if not found:
        raise NotFound("unknown_shift", shift_id=shift_id)
    if found[0].stopped:
        raise Conflict("shift_already_out", shift_id=shift_id)
    if found[0].end_s <= workday.now_s:
        raise RuleRefused("shift_over", shift_id=shift_id)
    return found[0]


def _carried(workday: Workday, shift: ShiftOfDay) -> _Carried:
    """By its reports, or, when it has sent none, as planned by the clock."""
    facts = happened(workday.state)
    if shift.shift_id in facts.vehicles:
        return _reported(workday.state, facts, shift)
    return _by_the_clock(workday, shift)


def _reported(state: DayState, facts: Happened, shift: ShiftOfDay) -> _Carried:
    vehicle, trips = facts.vehicles[shift.shift_id], {trip.id: trip for trip in state.reservations}
    done = frozenset(n for n, one in facts.trips.items() if one.shift_id == shift.shift_id and one.stage is Stage.DONE)
    spots = {spot.key: spot for trip in state.reservations for spot in (trip.origin, trip.destination)}
    at = spots.get(vehicle.spot_key, shift.start_spot)
    if vehicle.seen_at != NOWHERE:
        at = Spot(kind=SpotKind.POINT, id="", at=vehicle.seen_at)
    aboard = {number: _met_s(trips[number], facts) for number in vehicle.aboard if number in trips}
    return _Carried(done=done, aboard=aboard, at=at)


def _met_s(trip: Reservation, facts: Happened) -> int:
    """When the party was fetched; a party taken over before keeps the first time."""
    return ready_s(trip, facts.trip(trip.id))


def _by_the_clock(workday: Workday, shift: ShiftOfDay) -> _Carried:
    trips, at = {trip.id: trip for trip in workday.state.reservations}, shift.start_spot
    done: set[int] = set()
    aboard: dict[int, int] = {}
    for visit in _visits(workday.state, shift.shift_id):
        over_s = visit.start_s + (visit.service_s if visit.task is Task.BOARD else 0)
        if over_s > workday.now_s or visit.reservation_id not in trips:
            continue
        trip = trips[visit.reservation_id]
        at = trip.origin if visit.task is Task.BOARD else trip.destination
        if visit.task is Task.BOARD:
            aboard[trip.id] = max(trip.met_s, visit.start_s) if trip.met_s < 0 else trip.met_s
        else:
            aboard.pop(trip.id, None)
            done.add(trip.id)
    return _Carried(done=frozenset(done), aboard=aboard, at=at)


def _visits(state: DayState, shift_id: str) -> tuple[Visit, ...]:
    return tuple(visit for route in state.plan.routes if route.shift_id == shift_id for visit in route.visits)


def _standing(store: Store, state: DayState, said: tuple[SpotRef, ...], *, known: Spot) -> Spot:
    """Where the vehicle stands: as said, or as known. A point that may be somebody's door becomes the outage's own."""
    own = f"out-{len(state.outages) + 1}"
    for ref in said:
        return spot_said(store, state.service_id, ref, own=own)
    return known if not known.private else Spot(kind=SpotKind.POINT, id=own, at=known.at)


def _replacing(store: Store, workday: Workday, asked: Instead, *, shift: ShiftOfDay, outage: Outage) -> ShiftOfDay:
    """The shift of the vehicle that replaces ``shift``: what is left of its hours, and the breaks it has not had."""
    state, vehicle = workday.state, store.vehicle(workday.state.service_id, asked.vehicle_id)
    start_s = max(outage.from_s, asked.ready_s, shift.start_s)
    if start_s >= shift.end_s:
        raise InvalidInput("replacement_too_late", shift_id=shift.shift_id)
    broken = {one.shift_id for one in (*state.outages, outage) if not one.lifted and one.cause is BreachCause.BREAKDOWN}
    for other in state.shifts:
        meets = other.start_s < shift.end_s and start_s < other.end_s
        driving = not other.stopped and other.shift_id != shift.shift_id and meets
        if other.vehicle_id == vehicle.id and (driving or other.shift_id in broken):
            raise RuleRefused("vehicle_on_duty", vehicle_id=vehicle.id, shift_id=other.shift_id)
    if not vehicle.active:
        raise RuleRefused("vehicle_on_duty", vehicle_id=vehicle.id, shift_id=shift.shift_id)
    taken = {other.shift_id for other in state.shifts}
    return replace(
        shift,
        shift_id=next(name for name in _names(shift, outage) if name not in taken),
        vehicle_id=vehicle.id,
        layouts=tuple(tuple(layout) for layout in vehicle.layouts),
        start_s=start_s,
        start_spot=store.place(state.service_id, asked.place_id).spot if asked.place_id else shift.start_spot,
        breaks=_breaks_left(state, shift, start_s=start_s),
    )


def _names(shift: ShiftOfDay, outage: Outage) -> Iterator[str]:
    name = f"{shift.shift_id}-{outage.number}"
    while True:
        yield name
        name = f"{name}x"


def _breaks_left(state: DayState, shift: ShiftOfDay, *, start_s: int) -> tuple[BreakRule, ...]:
    """The breaks that the driver has not begun by ``start_s`` in the plan in force, and still can."""
    slots = [slot for route in state.plan.routes if route.shift_id == shift.shift_id for slot in route.breaks]
    begun = sum(slot.start_s <= start_s for slot in slots)
    left = [rule for rule in shift.breaks[begun:] if rule.latest_s >= start_s]
    return tuple(replace(rule, earliest_s=max(rule.earliest_s, start_s)) for rule in left)


def _under(workday: Workday, outage: Outage, carried: _Carried, *, trips: Trips) -> OffTheRoad:
    state = workday.state
    left = [visit for visit in _visits(state, outage.shift_id) if visit.reservation_id not in carried.done]
    boards = [visit for visit in left if visit.task is Task.BOARD and visit.reservation_id in carried.aboard]
    known = {visit.reservation_id for visit in boards}
    visits = (*boards, *(visit for visit in left if not (visit.task is Task.BOARD and visit.reservation_id in known)))
    reservations = tuple(_left_at(trip, outage, carried) for trip in state.reservations)
    if trips is Trips.KEEP:
        mine = {visit.reservation_id for visit in visits}
        lock = next((shift.shift_id for shift in outage.instead), "")
        reservations = tuple(replace(r, vehicle_lock=lock) if r.id in mine else r for r in reservations)
    plan = replace(state.plan, routes=tuple(_routes_done(state, outage, carried.done)))
    after = replace(
        state,
        outages=(*state.outages, outage),
        shifts=under(state.shifts, (outage,)),
        reservations=reservations,
        plan=plan,
    )
    return OffTheRoad(workday=replace(workday, state=after), outage=outage, left=visits)


def _left_at(trip: Reservation, outage: Outage, carried: _Carried) -> Reservation:
    """A party that was aboard begins where the vehicle stands, whenever it was fetched first."""
    if trip.id not in carried.aboard:
        return trip
    return replace(trip, origin=outage.at, met_s=carried.aboard[trip.id])


def _routes_done(state: DayState, outage: Outage, done: frozenset[int]) -> Iterator[Route]:
    """The plan with only what is done on the route of the vehicle that has stopped."""
    for route in state.plan.routes:
        if route.shift_id != outage.shift_id:
            yield route
            continue
        visits = tuple(visit for visit in route.visits if visit.reservation_id in done)
        if visits:
            yield replace(route, visits=visits, breaks=())
