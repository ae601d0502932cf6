"""Letting a shift carry a trip: three grades of what may change for whom.

In each grade every promise that stands is kept; the one that may change is this rider's own, with consent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dispatch.model.errors import NotFound, PlanRejected, RuleRefused
from dispatch.model.happened import Stage, happened
from dispatch.model.promise import Promise
from dispatch.model.reservation import Reservation
from dispatch.model.times import MINUTE_S
from dispatch.moves.move import Assign, Grade, Objection
from dispatch.moves.objections import objections
from dispatch.solver_bridge.day_problem import DayProblem, with_promise
from dispatch.solver_bridge.placing import Placement, place
from dispatch.solver_bridge.resettling import resettled
from dispatch.solver_bridge.ride import rides_of
from dispatch.solver_bridge.workplace import Workday
from solver.solution import Solution, TimedRoute

SHIFT_MAX_MIN = 60
"""A rider is asked to shift by so much at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A plan with the trip on the shift: the day it is for, and the reservation as it would be stored.

    ``against`` is what has to be forced for it, and ``others`` are the trips that then lose an order kept for them.
    """

    workday: Workday
    day: DayProblem
    solution: Solution
    reservation: Reservation
    against: tuple[Objection, ...] = ()
    others: tuple[Reservation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFitted:
    """Why the shift cannot carry the trip in this grade."""

    objections: tuple[Objection, ...]


def assigned(workday: Workday, reservation: Reservation, move: Assign) -> Fitted | NotFitted:
    """The day's plan with the trip on the shift of ``move``, or what stands against it.

    Raises
    ------
    NotFound
        ``unknown_shift`` when no such shift is on duty that day.
    RuleRefused
        ``others_would_wait``, as `Workday.without`; ``trip_under_way`` when another vehicle than this one has reported
        that it drives the trip.
    """
    if all(shift.shift_id != move.shift_id for shift in workday.state.shifts):
        raise NotFound("unknown_shift", shift_id=move.shift_id)
    trip = replace(reservation, vehicle_lock=move.shift_id, keeps=())
    left = workday.without(reservation.id)
    held = replace(left, state=replace(left.state, reservations=_with(workday, trip)))
    day = held.booked()
    for carrier in says_it_drives(workday, trip.id):
        if carrier != move.shift_id:
            raise RuleRefused("trip_under_way", reservation_id=trip.id)
        return Fitted(workday=held, day=day, solution=resettled(day), reservation=trip)
    request = day.request_of(trip.id)
    placement = place(day, request)
    if isinstance(placement, Placement):
        return Fitted(workday=held, day=day, solution=placement.solution, reservation=trip)
    if move.grade is Grade.RIDER_FIRST:
        yield_to = _others_elsewhere(held, day, request, trip)
        if yield_to:
            return yield_to[0]
    if move.grade is Grade.RIDER_MAY_SHIFT and not trip.breaches:
        for shifted in _shifted(held, day, request, trip):
            return shifted
    return NotFitted(objections=objections(day, request))


def says_it_drives(workday: Workday, reservation_id: int) -> Iterator[str]:
    """The shift that says to have been at the door of a trip, if any does: believed once no other has to drive it."""
    if reservation_id in workday.state.told_of:
        fact = happened(workday.state.off_the_routes({reservation_id})).trip(reservation_id)
        if fact.stage is not Stage.WAITING:
            yield fact.shift_id


def _with(workday: Workday, trip: Reservation) -> tuple[Reservation, ...]:
    return tuple(trip if other.id == trip.id else other for other in workday.state.reservations)


def _others_elsewhere(held: Workday, day: DayProblem, request: int, trip: Reservation) -> tuple[Fitted, ...]:
    """The trip placed first on its vehicle, and those it displaces on others; nothing when they find no room."""
    vehicle = int(day.problem.locked_vehicle[request])
    emptied = _emptied(day, vehicle)
    placement = place(emptied, request)
    if not isinstance(placement, Placement):
        return ()
    try:
        solution = resettled(replace(emptied, solution=placement.solution))
    except PlanRejected:
        return ()
    return (Fitted(workday=held, day=day, solution=solution, reservation=trip),)


def _emptied(day: DayProblem, vehicle: int) -> DayProblem:
    """The same day with only what has begun, and what is locked there, on the route of ``vehicle``."""
    n, route = len(day.rides), day.solution.routes[vehicle]
    begun = {visit % n for visit in day.problem.prefix_of(vehicle)}
    stays = [
        (visit, start_s)
        for visit, start_s in zip(route.visits, route.starts, strict=True)
        if visit % n in begun or int(day.problem.locked_vehicle[visit % n]) == vehicle
    ]
    kept = replace(route, visits=tuple(v for v, _ in stays), starts=tuple(at for _, at in stays))
    if not stays:
        rest_s = int(day.problem.shift_earliest[vehicle])
        kept = TimedRoute(visits=(), starts=(), depart=rest_s, arrive=rest_s, break_starts=())
    gone = {visit % n for visit in route.visits} - {visit % n for visit in kept.visits}
    routes = (*day.solution.routes[:vehicle], kept, *day.solution.routes[vehicle + 1 :])
    unserved = tuple(sorted({*day.solution.unserved, *gone}))
    return replace(day, solution=Solution(routes=routes, unserved=unserved))


def _shifted(held: Workday, day: DayProblem, request: int, trip: Reservation) -> Iterator[Fitted]:
    """The plans with the rider's promise moved, the least shift first, a later one before an earlier."""
    for promise in _other_promises(held, trip):
        moved = with_promise(day, request, promise)
        placement = place(moved, request)
        if isinstance(placement, Placement):
            changed = replace(trip, promise=promise)
            reservations = tuple(changed if other.id == trip.id else other for other in held.state.reservations)
            state = replace(held.state, reservations=reservations)
            rides = rides_of(reservations)
            yield Fitted(
                workday=replace(held, state=state),
                day=replace(moved, rides=rides),
                solution=placement.solution,
                reservation=changed,
            )


def _other_promises(held: Workday, trip: Reservation) -> Iterator[Promise]:
    """The rider's promise moved by whole steps of the rules, within opening hours and in order with a linked trip."""
    rules, promise = held.state.rules, trip.promise
    step_min = rules.promise.rounding_min
    outbound_s = [r.promise.arrival_latest_s + r.alighting_s for r in held.state.reservations if r.id == trip.linked_to]
    returns_s = [
        r.promise.pickup_earliest_s - trip.alighting_s for r in held.state.reservations if r.linked_to == trip.id
    ]
    from_s = max([rules.service.open, held.now_s, *outbound_s])
    until_s = min([rules.service.close, *returns_s])
    for by_min in range(step_min, SHIFT_MAX_MIN + 1, step_min):
        for by_s in (by_min * MINUTE_S, -by_min * MINUTE_S):
            earliest_s, arrival_s = promise.pickup_earliest_s + by_s, promise.arrival_latest_s + by_s
            if from_s <= earliest_s and arrival_s <= until_s:
                yield replace(
                    promise,
                    pickup_earliest_s=earliest_s,
                    pickup_latest_s=promise.pickup_latest_s + by_s,
                    arrival_latest_s=arrival_s,
                )
