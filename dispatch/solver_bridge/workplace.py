"""What every use case works with: storage, the clock and the travel times; and one day laid out on the table.

On the table, offers that are held lie among the reservations (`dispatch.solver_bridge.holding`); what is drafted there
and stored is parted from them again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from dispatch.model.day_state import DayState
from dispatch.model.errand import NOT_KEYED, Claim
from dispatch.model.errors import Conflict, PlanRejected
from dispatch.model.hold import Hold, held_number, is_held
from dispatch.model.plan import PlanReason
from dispatch.model.reservation import Reservation
from dispatch.model.rules import ServiceRules
from dispatch.model.rules_file import rules_digest
from dispatch.model.times import Clock, to_second
from dispatch.model.wish import NO_ID
from dispatch.solver_bridge.asking import asked
from dispatch.solver_bridge.day_problem import DayProblem, day_problem, patient
from dispatch.solver_bridge.hands import Hands
from dispatch.solver_bridge.holding import live_holds, parted, renumbered
from dispatch.solver_bridge.numbers import DayNumbers, begins_s
from dispatch.solver_bridge.pause import Pause, no_pause
from dispatch.solver_bridge.resettling import called_off, carriers_of, resettled, wait_over_s
from dispatch.solver_bridge.ride import Ride, rides_of
from dispatch.solver_bridge.roads import travel_digest
from dispatch.solver_bridge.routes import judged, routes_of
from dispatch.solver_bridge.travel import TravelBook, TravelBooks
from dispatch.solver_bridge.turns import Turns
from dispatch.solver_bridge.versions import BY_INSERTION, Draft, Search, Whole
from dispatch.store.catalog_reads import RowReads
from dispatch.store.protocol import Store
from maps.geo import LatLon
from solver.solution import Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class Workday:
    """One frozen state of a day, its travel times, and the moment at which it is looked at.

    ``held`` are the offers held at that moment; ``state`` has their trips among its reservations. ``numbers`` are the
    days that were in numbers lately.
    """

    state: DayState
    book: TravelBook
    now: datetime
    held: tuple[Hold, ...] = ()
    numbers: DayNumbers = field(default_factory=DayNumbers)

    @property
    def now_s(self) -> int:
        """The moment as a second of this service day; negative before it."""
        return to_second(self.state.date, self.now)

    def problem(self, rides: tuple[Ride, ...]) -> DayProblem:
        """The day in numbers for ``rides``, with what has begun fixed."""
        return day_problem(self.state, rides, book=self.book, now_s=self.now_s)

    def booked(self) -> DayProblem:
        """The day in numbers with the trips it has."""
        return self.numbers.of(self.state, book=self.book, now_s=self.now_s)

    def asking(self, ride: Ride) -> DayProblem:
        """The day in numbers with ``ride`` asked for as its last request, on its route if it was held (`taking_up`)."""
        day = self.booked()
        if self._stands(ride, day) or ride.shift_lock or len(day.problem.period_start) > 1:
            return self.problem((*rides_of(self.state.reservations), ride))
        return asked(day, ride, book=self.book)

    def _stands(self, ride: Ride, day: DayProblem) -> bool:
        """Whether ``ride``, which is no trip of ``day``, is on a route of the plan all the same.

        Mostly the numbers know as many visits as the plan has, and then it has none of others.
        """
        routes = self.state.plan.routes
        reported = any(past.reported for past in day.behind)
        if not reported and sum(len(r.visits) for r in routes) == sum(len(r.visits) for r in day.solution.routes):
            return False
        return any(visit.reservation_id == ride.reservation_id for route in routes for visit in route.visits)

    def in_order(self) -> bool:
        """Whether the plan in force keeps every rule, by the checker."""
        return self.numbers.in_order(self.state, book=self.book, now_s=self.now_s)

    def has_begun(self, reservation_id: int) -> bool:
        """Whether the vehicle has left for the rider of a reservation in the plan in force."""
        day = self.booked()
        begun = {day.rides[visit % len(day.rides)].reservation_id for visit in day.problem.prefix_visit.tolist()}
        return reservation_id in begun

    def without(self, reservation_id: int) -> Workday:
        """The day as if a reservation had never been made: its visits gone, the routes they leave timed anew.

        Raises
        ------
        PlanRejected
            As `dispatch.solver_bridge.resettling.called_off`.
        """
        if reservation_id == NO_ID:
            return self
        others = tuple(other for other in self.state.reservations if other.id != reservation_id)
        if len(others) == len(self.state.reservations):
            return self
        left = carriers_of(self.booked(), reservation_id) if self.in_order() else range(len(self.state.shifts))
        less = replace(self, state=replace(self.state, reservations=others))
        untouched = self.now_s < begins_s(self.state)
        day, solution = called_off(less.booked() if untouched else self.problem(rides_of(others)), left=left)
        same_roads = self.state.plan.travel_digest == self._travel_digest()
        routes = routes_of(day, solution, in_force=self.state.plan.routes if same_roads else ())
        plan = replace(self.state.plan, routes=routes, wait_over_s=_waits_s(day, solution))
        return replace(less, state=replace(less.state, plan=plan))

    def without_holds(self) -> Workday:
        """The day as if no offer were held: for who cannot wait until they have expired."""
        real = tuple(trip for trip in self.state.reservations if not is_held(trip.id))
        return replace(self, state=replace(self.state, reservations=real), held=())

    def with_hold(self, hold: Hold) -> Workday:
        """The day with one more offer held, whose trip is on no route yet."""
        trips = (hold.trip, *self.state.reservations)
        return replace(self, state=replace(self.state, reservations=trips), held=(*self.held, hold))

    def supposing(self, trip: Reservation, day: DayProblem, solution: Solution) -> Workday:
        """The day as if ``trip`` were booked: what was asked for in ``day``, where ``solution`` has it."""
        trips = (*self.state.reservations, trip)
        plan = replace(self.state.plan, routes=routes_of(day.named(trip.id), solution))
        return replace(self, state=replace(self.state, reservations=trips, plan=plan))

    def without_hold(self, hold: Hold) -> Workday:
        """The day as if ``hold`` had never been."""
        if hold not in self.held:
            return self
        return replace(self.without(hold.trip.id), held=tuple(other for other in self.held if other != hold))

    def taking_up(self, offer_id: int, *, as_trip: int = NO_ID) -> Workday:
        """The day as a held offer becomes a reservation: on its route, without a number or as ``as_trip``.

        The same day when nobody held the offer: then its numbers are known.
        """
        number = held_number(offer_id)
        if all(trip.id != number for trip in self.state.reservations):
            return self
        trips = tuple(trip for trip in self.state.reservations if trip.id != number)
        held = tuple(hold for hold in self.held if hold.offer_id != offer_id)
        plan = replace(self.state.plan, routes=renumbered(self.state.plan.routes, old=number, new=as_trip))
        return replace(self, state=replace(self.state, reservations=trips, plan=plan), held=held)

    def settled(self) -> Workday:
        """The day with a plan in force that keeps the present rules: timed or put together anew when it does not.

        Raises
        ------
        PlanRejected
            As `dispatch.solver_bridge.resettling.resettled`.
        """
        if self.in_order():
            return self
        day = self.booked()
        plan = replace(self.state.plan, routes=routes_of(day, resettled(day)))
        return replace(self, state=replace(self.state, plan=plan))

    def draft(self, day: DayProblem, solution: Solution, *, reason: PlanReason, search: Search = BY_INSERTION) -> Draft:
        """``solution`` as a plan that may be stored.

        Raises
        ------
        PlanRejected
            ``plan_violations`` with the day and the number of rules it breaks; ``held_offer_in_the_way`` when a held
            offer could not be accepted any more, or could not be given up (`without_holds` leaves them out).
        """
        if not any(is_held(ride.reservation_id) for ride in day.rides):
            return self._proven(day, solution, reason=reason, search=search)
        whole = self._proven(day, solution, reason=reason, search=search)
        rides = tuple(ride for ride in day.rides if not is_held(ride.reservation_id))
        real = patient(self.without_holds().problem(rides), over_s=day.wait_over_s)
        draft = self._proven(real, parted(day, solution, real, holds=self.held), reason=reason, search=search)
        beside = Whole(day=day, solution=whole.solution)
        return replace(draft, state=self.state, held=(beside,), wait_over_s=whole.wait_over_s)

    def _travel_digest(self) -> str:
        return travel_digest(self.book.times.digest, self.state.roads)

    def _proven(self, day: DayProblem, solution: Solution, *, reason: PlanReason, search: Search) -> Draft:
        proof = judged(day, solution, at=self.now)
        if proof.violations:
            raise PlanRejected(
                "plan_violations",
                service_id=self.state.service_id,
                date=self.state.date.isoformat(),
                count=len(proof.violations),
            )
        return Draft(
            state=self.state,
            day=day,
            solution=solution,
            reason=reason,
            search=search,
            rules_digest=rules_digest(self.state.rules),
            travel_digest=self._travel_digest(),
            proof=proof,
            wait_over_s=_waits_s(day, solution),
        )


def _waits_s(day: DayProblem, solution: Solution) -> int:
    """By how much somebody waits aboard beyond the rules; while an offer is held, as much as any outcome may need."""
    if any(is_held(ride.reservation_id) for ride in day.rides):
        return day.wait_over_s
    return wait_over_s(day, solution)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """Passed to every use case; `dispatch.bootstrap` makes the one of a running system.

    ``claim`` says on which keyed call the use case works, if on one.
    """

    store: Store
    clock: Clock
    travel: TravelBooks
    pause: Pause = no_pause
    claim: Claim = NOT_KEYED
    numbers: DayNumbers = field(default_factory=DayNumbers)
    turns: Turns = field(default_factory=Turns)
    hands: Hands = field(default_factory=Hands)

    def on_errand(self, claim: Claim) -> Workplace:
        """The same for the work of one keyed call: whatever it commits is written into that call's errand."""
        return replace(self, store=self.store.on_errand(claim), claim=claim)

    @contextmanager
    def turn(self, service_id: str, day: date) -> Iterator[None]:
        """The turn at changing a day (`dispatch.solver_bridge.turns`). Whoever has it may take it again."""
        with self.turns.at(service_id, day) as newly, self.store.turn(service_id, day) if newly else nullcontext():
            yield

    def catalog(self, state: DayState) -> RowReads:
        """The catalogue behind a state of a day, each row read once."""
        return self.store.catalog_at(state.service_id, version=state.catalog_version)

    def workday(self, service_id: str, day: date) -> Workday:
        """The day as it is now."""
        return self.laid_out(self.store.day_state(service_id, day))

    def laid_out(self, state: DayState) -> Workday:
        """A stored state of a day as it lies on the table now, with the offers that are still held.

        After a breakdown was planned around without them there may be no room for them: then they are held no longer.
        """
        now, book = self.clock.now(), self.book(state.service_id, state.rules)
        held = live_holds(state, now)
        self.numbers.as_stored(state)
        workday = Workday(
            state=self.numbers.with_holds(state, held), book=book, now=now, held=held, numbers=self.numbers
        )
        try:
            return workday.settled() if held else workday
        except PlanRejected:
            return Workday(state=state, book=book, now=now, numbers=self.numbers)

    def reserved(self, reservation_id: int) -> tuple[Reservation, Workday]:
        """A reservation and its day.

        The reservation is read after the day, so that any later change of it moves the day's version on.

        Raises
        ------
        NotFound
            ``unknown_reservation``.
        Conflict
            ``day_changed`` when it moves to another day meanwhile.
        """
        before = self.store.reservation(reservation_id)
        workday = self.workday(before.service_id, before.date)
        reservation = self.store.reservation(reservation_id)
        if reservation.date != before.date:
            raise Conflict("day_changed", service_id=before.service_id, date=before.date.isoformat())
        return reservation, workday

    def book(self, service_id: str, rules: ServiceRules) -> TravelBook:
        """The travel times under ``rules``, the places and homes of the service known beforehand."""
        book = self.travel.book(rules)
        book.learn(service_id, lambda: _known_points(self.store, service_id))
        return book


def _known_points(store: Store, service_id: str) -> list[LatLon]:
    """Every public place, then every rider's own that is not one."""
    public = [LatLon(place.lat, place.lon) for place in store.places(service_id)]
    return public + [LatLon(home.lat, home.lon) for home in store.all_rider_places(service_id) if not home.place_id]
