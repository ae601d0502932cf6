"""Judging the plan that is stored: the independent checker, and whether its rows say what was promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from dispatch.model.day_state import DayState
from dispatch.model.duty import ShiftOfDay
from dispatch.model.plan import Route, Task, Visit, plan_digest
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.spot import SpotKind
from dispatch.model.stop import spots_of
from dispatch.model.times import first_day_not_over, to_second
from dispatch.model.wish import NO_ID, NO_RIDER
from dispatch.planning.outcome import Finding
from dispatch.solver_bridge.day_problem import LONG_AGO_S, DayProblem, day_problem
from dispatch.solver_bridge.resettling import driving_on
from dispatch.solver_bridge.ride import rides_of
from dispatch.solver_bridge.travel import TravelBook
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.protocol import Store
from maps.geo import LatLon
from solver.checker import Violation, check
from solver.objective import driving_cost

NO_SHIFT = ""


def judge(workplace: Workplace, *, service_id: str, day: date) -> tuple[Finding, ...]:
    """Everything wrong with the plan in force; empty when all is well.

    Every promise and every rule of the whole day is looked at, also of what is taken to have been driven as planned.
    What was reported is a fact that no rule can change: of such a vehicle, whether the rest can be driven (promises
    that were broken on the road are in the ledger). Of a day whose private points have been erased, only the rows: what
    was driven can no longer be measured.
    """
    state = workplace.store.day_state(service_id, day)
    if any(spot.erased for trip in state.reservations for spot in (trip.origin, trip.destination)):
        return tuple(_rows(state))
    book = workplace.book(service_id, state.rules)
    numbers, violations = _kindest(state, book)
    broken = tuple(_broken(numbers, violation) for violation in violations)
    moved = _moved(workplace.store, state) if day >= first_day_not_over(workplace.clock.now()) else ()
    lengths = _distances(state, numbers, book)
    return (*broken, *_rows(state), *_twice(state), *_linked(state), *lengths, *moved)


def _kindest(state: DayState, book: TravelBook) -> tuple[DayProblem, tuple[Violation, ...]]:
    """The day in numbers, and what is broken in it: as its vehicles drive on at once, or from when the plan was made.

    One that reports, stands with riders aboard and says nothing may have stayed there until the plan was made, or have
    gone on: what can be driven in one of the two ways is in order.
    """
    rides = rides_of(state.reservations)
    for waited_s in (LONG_AGO_S, to_second(state.date, state.plan.made_at)):
        numbers = driving_on(day_problem(state, rides, book=book, now_s=LONG_AGO_S, waited_s=waited_s))
        violations = check(numbers.problem, numbers.solution)
        if not violations:
            break
    return numbers, violations


def _broken(day: DayProblem, violation: Violation) -> Finding:
    named = violation.visit is not None
    return Finding(
        rule=violation.rule.value,
        shift_id=NO_SHIFT if violation.vehicle is None else day.shifts[violation.vehicle].shift_id,
        reservation_id=day.rides[(violation.visit or 0) % len(day.rides)].reservation_id if named else NO_ID,
        amount=violation.amount,
        text=violation.text,
    )


def _rows(state: DayState) -> Iterator[Finding]:
    """Does every visit belong to a reservation, and do place and kerb time agree with it?"""
    trips = {trip.id: trip for trip in state.reservations}
    on_duty = {shift.shift_id: shift.vehicle_id for shift in state.shifts}
    counts: Counter[tuple[int, Task]] = Counter()
    for route in state.plan.routes:
        if on_duty.get(route.shift_id) != route.vehicle_id:
            yield _row("unknown_shift", f"{route.shift_id} is not on duty with {route.vehicle_id}.", route.shift_id)
        for visit in route.visits:
            counts[visit.reservation_id, visit.task] += 1
            if visit.reservation_id not in trips:
                text = f"Visit of {visit.reservation_id}, which is not booked."
                yield _row("not_booked", text, route.shift_id, visit.reservation_id)
            elif not _agrees(visit, trips[visit.reservation_id]):
                text = f"{visit.task} of {visit.reservation_id} is not at its place, or not as long as booked."
                yield _row("visit_differs", text, route.shift_id, visit.reservation_id)
    for trip in state.reservations:
        due = 0 if trip.state is ReservationState.NO_SHOW else 1
        if due and any(counts[trip.id, task] != due for task in Task):
            yield _row("visit_count", f"Reservation {trip.id} is not boarded and alighted once.", NO_SHIFT, trip.id)
    if plan_digest(state.plan.routes) != state.plan.digest:
        yield _row("digest", "The plan's digest is not that of its routes.", NO_SHIFT)


def _agrees(visit: Visit, trip: Reservation) -> bool:
    boards = visit.task is Task.BOARD
    spot, stays_s = (trip.origin, trip.boarding_s) if boards else (trip.destination, trip.alighting_s)
    return (visit.spot_key, visit.service_s) == (spot.key, stays_s)


def _twice(state: DayState) -> Iterator[Finding]:
    """No vehicle drives two routes at once."""
    ordered = sorted(state.plan.routes, key=lambda route: (route.vehicle_id, route.depart_s))
    for earlier, later in pairwise(ordered):
        over_s = earlier.arrive_s - later.depart_s
        if earlier.vehicle_id == later.vehicle_id and over_s > 0:
            text = f"{later.vehicle_id} leaves on {later.shift_id} {over_s} s before {earlier.shift_id} has ended."
            yield _row("vehicle_twice", text, later.shift_id, amount=over_s)


def _linked(state: DayState) -> Iterator[Finding]:
    """A return boards after its outbound has alighted."""
    visits = {(v.reservation_id, v.task): (route, v) for route in state.plan.routes for v in route.visits}
    for trip in state.reservations:
        if (trip.linked_to, Task.ALIGHT) in visits and (trip.id, Task.BOARD) in visits:
            (_, ends), (route, boards) = visits[trip.linked_to, Task.ALIGHT], visits[trip.id, Task.BOARD]
            early_s = ends.start_s + ends.service_s - boards.start_s
            if early_s > 0:
                text = f"Reservation {trip.id} boards {early_s} s before its outbound {trip.linked_to} has alighted."
                yield _row("link", text, route.shift_id, trip.id, amount=early_s)


def _moved(store: Store, state: DayState) -> Iterator[Finding]:
    """The places of trips to come lie where they were when the trips were promised."""
    now_at = {(SpotKind.PLACE, place.id): LatLon(place.lat, place.lon) for place in store.places(state.service_id)}
    for rider_id in sorted({trip.rider_id for trip in state.reservations} - {NO_RIDER}):
        for home in store.rider_places(state.service_id, rider_id):
            now_at[SpotKind.RIDER_PLACE, home.id] = LatLon(home.lat, home.lon)
    for trip in state.reservations:
        for spot in (trip.origin, trip.destination):
            if now_at.get((spot.kind, spot.id), spot.at) != spot.at:
                text = f"{spot.key} of reservation {trip.id} has moved since it was promised."
                yield _row("spot_moved", text, NO_SHIFT, trip.id)


def _distances(state: DayState, day: DayProblem, book: TravelBook) -> Iterator[Finding]:
    stated = {route.shift_id: route.distance_m for route in state.plan.routes}
    routes = {route.shift_id: route for route in state.plan.routes}
    for vehicle, timed in enumerate(day.solution.routes):
        shift_id = day.shifts[vehicle].shift_id
        driven_m = driving_cost(day.problem, vehicle, timed.visits)
        if day.behind[vehicle].reported and shift_id in routes:
            driven_m = _length_m(state, routes[shift_id], day.shifts[vehicle], book)
        if stated.get(shift_id, 0) != driven_m:
            text = f"{shift_id} drives {driven_m} m, the plan says {stated.get(shift_id, 0)} m."
            yield _row("distance", text, shift_id, amount=abs(driven_m - stated.get(shift_id, 0)))


def _length_m(state: DayState, route: Route, shift: ShiftOfDay, book: TravelBook) -> int:
    """Metres of a route from visit to visit, its ends included."""
    spots = spots_of(state)
    stops = [spots[visit.spot_key].at for visit in route.visits if visit.spot_key in spots]
    points = [shift.start_spot.at, *stops, shift.end_spot.at]
    length_m = book.table(points).distance_m
    return sum(int(length_m[i, i + 1]) for i in range(len(points) - 1))


def _row(rule: str, text: str, shift_id: str, reservation_id: int = NO_ID, *, amount: int = 0) -> Finding:
    return Finding(rule=rule, shift_id=shift_id, reservation_id=reservation_id, amount=amount, text=text)
