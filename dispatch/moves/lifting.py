"""Putting a vehicle back on the road: it had not left it, or can drive again before anybody was taken over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from dispatch.model.actor import Actor
from dispatch.model.day_state import DayState
from dispatch.model.duty import ShiftOfDay
from dispatch.model.errors import Conflict, NotFound, RuleRefused
from dispatch.model.happened import Stage, happened
from dispatch.model.outage import Outage, under
from dispatch.model.plan import Route, Task, Visit
from dispatch.model.reservation import NOT_MET, Reservation
from dispatch.moves.settling import settled
from dispatch.solver_bridge.retry import on_the_day_as_it_is
from dispatch.solver_bridge.workplace import Workday, Workplace
from dispatch.store.assemble import runs_on, shifts_of_day
from dispatch.store.protocol import Store

LIFTED = "outage_lifted"
"""Kind of the journal's entry."""

FREE = ""


def lift(workplace: Workplace, *, service_id: str, day: date, number: int, actor: Actor) -> Outage:
    """Put the vehicle of an outage back on the road, and publish the plan of the day with it.

    Who was aboard is so again, as it had reported; the replacing vehicle is off duty again.

    Raises
    ------
    NotFound
        ``unknown_outage``.
    Conflict
        ``outage_already_lifted``; ``day_busy``.
    RuleRefused
        ``outage_in_use`` when the replacing vehicle has begun, when somebody has been met by another vehicle, or when
        who was aboard is known by the clock only.
    PlanRejected
        ``plan_impossible``.
    """

    def attempt() -> Outage:
        before = workplace.workday(service_id, day).without_holds()
        outage = _in_force(before.state, number)
        _check_unused(before, outage)
        lifted = replace(outage, lifted=True)
        workday = replace(before, state=_back(workplace.store, before.state, lifted))
        found = settled(before.state, workday, cause=outage.cause)
        with workplace.store.writing() as work:
            found.written(work, lifted, actor=actor, kind=LIFTED)
        return lifted

    return on_the_day_as_it_is(workplace, attempt)


def _in_force(state: DayState, number: int) -> Outage:
    found = [outage for outage in state.outages if outage.number == number]
    if not found:
        raise NotFound("unknown_outage", number=number, date=state.date.isoformat())
    if found[0].lifted:
        raise Conflict("outage_already_lifted", number=number)
    return found[0]


def _check_unused(workday: Workday, outage: Outage) -> None:
    facts = happened(workday.state)
    met = any(facts.trip(number).stage is not Stage.WAITING for number in outage.stranded)
    silent = bool(outage.stranded) and outage.shift_id not in facts.vehicles
    replaced = {shift.shift_id for shift in outage.instead}
    again = any(one.shift_id in replaced for one in workday.state.outages if not one.lifted)
    if met or silent or again or replaced & set(facts.vehicles) or _has_begun(workday, replaced):
        raise RuleRefused("outage_in_use", number=outage.number)


def _has_begun(workday: Workday, shifts: set[str]) -> bool:
    """Whether a vehicle has left for somebody, by the plan in force."""
    day = workday.booked()
    return any(
        len(day.problem.prefix_of(vehicle)) > 0 for vehicle, shift in enumerate(day.shifts) if shift.shift_id in shifts
    )


def _back(store: Store, state: DayState, lifted: Outage) -> DayState:
    """The day as if the outage had not been: nothing on the replacing vehicle, who was aboard where they came from."""
    outages = tuple(lifted if one.number == lifted.number else one for one in state.outages)
    replaced = {shift.shift_id for shift in lifted.instead}
    reservations = tuple(_restored(trip, lifted, replaced) for trip in state.reservations)
    met_s = {trip.id: trip.met_s for trip in state.reservations}
    aboard = [visit for trip in reservations if trip.id in lifted.stranded for visit in _ride(trip, met_s[trip.id])]
    return replace(
        state,
        outages=outages,
        shifts=under(_on_duty(store, state), outages),
        reservations=reservations,
        plan=replace(state.plan, routes=tuple(_routes(state, lifted, replaced, aboard))),
    )


def _routes(state: DayState, lifted: Outage, replaced: set[str], aboard: list[Visit]) -> Iterator[Route]:
    """The plan without the replacing vehicle, and with who was aboard on the route they were aboard of."""
    left = {route.shift_id: route for route in state.plan.routes if route.shift_id not in replaced}
    stops_s = lifted.from_s
    for shift in state.shifts:
        if shift.shift_id == lifted.shift_id and shift.shift_id not in left:
            left[shift.shift_id] = Route(
                shift_id=shift.shift_id,
                vehicle_id=shift.vehicle_id,
                visits=(),
                depart_s=min(shift.start_s, stops_s),
                arrive_s=stops_s,
                breaks=(),
                distance_m=0,
            )
    for shift_id, route in sorted(left.items()):
        visits = tuple(visit for visit in route.visits if visit.reservation_id not in lifted.stranded)
        visits += tuple(aboard) if shift_id == lifted.shift_id else ()
        if visits:
            yield replace(route, visits=visits)


def _ride(trip: Reservation, met_s: int) -> tuple[Visit, Visit]:
    """Both visits of a party that was aboard, in order; they are timed by its reports."""
    over_s = met_s + trip.boarding_s
    boards = Visit(
        reservation_id=trip.id,
        task=Task.BOARD,
        spot_key=trip.origin.key,
        start_s=met_s,
        service_s=trip.boarding_s,
    )
    alights = replace(
        boards, task=Task.ALIGHT, spot_key=trip.destination.key, start_s=over_s, service_s=trip.alighting_s
    )
    return boards, alights


def _on_duty(store: Store, state: DayState) -> tuple[ShiftOfDay, ...]:
    """The shifts of the day as the catalogue has them."""
    return shifts_of_day(
        [shift for shift in store.shifts(state.service_id) if runs_on(shift, state.date)],
        vehicles={vehicle.id: vehicle for vehicle in store.vehicles(state.service_id)},
        places={place.id: place for place in store.places(state.service_id)},
    )


def _restored(trip: Reservation, lifted: Outage, replaced: set[str]) -> Reservation:
    if trip.vehicle_lock in replaced:
        trip = replace(trip, vehicle_lock=FREE)
    if trip.id not in lifted.stranded:
        return trip
    return replace(trip, origin=trip.wished_origin, met_s=NOT_MET)
