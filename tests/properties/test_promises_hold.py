"""Whatever is booked, changed, cancelled and re-planned in any order, every promise stays and the checker is silent."""

from __future__ import annotations

from datetime import timedelta

import hypothesis.strategies as st
from hypothesis import event, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from dispatch.booking.proposal import Offered
from dispatch.model.errors import RuleRefused
from dispatch.model.plan import Task, Visit
from dispatch.model.promise import Promise
from dispatch.model.times import clock_text, parse_clock, to_moment
from dispatch.model.wish import NO_ID, Outcome
from dispatch.planning.outcome import Iterations
from dispatch.store.memory import MemoryStore
from maps.geo import LatLon
from tests.scenarios.renumbering import asking_for, check_numbers
from tests.scenarios.town import OPERATOR, PLACES, SERVICE, TUESDAY, open_town, town_rules

SPOTS = st.sampled_from(["home", *(place.id for place in PLACES)])
RIDERS = st.sampled_from([f"R{number}" for number in range(10)])
TIMES = st.integers(min_value=8 * 12, max_value=17 * 12).map(lambda step: clock_text(step * 300))


class Desk(RuleBasedStateMachine):
    """One day of the town, from the evening before on.

    A command is turned away for one reason only: the trip is under way. Then nothing changes.
    """

    reservations = Bundle("reservations")

    def __init__(self) -> None:
        super().__init__()
        self.town = open_town(MemoryStore(), rules=town_rules())
        self.promises: dict[int, Promise] = {}

    @rule(
        target=reservations,
        rider=RIDERS,
        ends=st.tuples(SPOTS, SPOTS).filter(lambda ends: ends[0] != ends[1]),
        time=TIMES,
        arrive_by=st.booleans(),
        people=st.integers(min_value=1, max_value=5),
        which=st.integers(min_value=0, max_value=2),
    )
    def book(self, rider: str, ends: tuple[str, str], time: str, arrive_by: bool, people: int, which: int) -> object:
        answer = self.town.desk.propose(form=self.town.drawn(rider, ends, time, arrive_by=arrive_by, people=people))
        if not isinstance(answer, Offered):
            assert answer.request.outcome is Outcome.REFUSED
            return multiple()
        offer = answer.offers[which % len(answer.offers)]
        reservation = self.town.desk.accept(offer_id=offer.id, actor=OPERATOR, overlap_confirmed=True)
        assert reservation.promise == offer.promise
        self.promises[reservation.id] = reservation.promise
        return reservation.id

    @rule(number=consumes(reservations))
    def cancel(self, number: int) -> None:
        try:
            self.town.desk.cancel(reservation_id=number, actor=OPERATOR, reason="")
        except RuleRefused as refused:
            if refused.code not in ("trip_over", "trip_under_way"):
                raise
            event(refused.code)
        else:
            del self.promises[number]

    @rule(number=reservations, time=TIMES)
    def change(self, number: int, time: str) -> None:
        if number not in self.promises:
            return
        try:
            old = self.town.store.reservation(number)
            form = self.town.drawn(old.rider_id, ("clinic", "market"), time, arrive_by=False, people=1)
            answer = self.town.desk.propose_change(reservation_id=number, form=form)
            if isinstance(answer, Offered):
                assert self.town.store.reservation(number).promise == self.promises[number]
                offer = answer.offers[0]
                changed = self.town.desk.accept(offer_id=offer.id, actor=OPERATOR, overlap_confirmed=True)
                assert changed.id == number
                self.promises[number] = changed.promise
        except RuleRefused as refused:
            if refused.code not in ("trip_over", "trip_under_way"):
                raise
            event(refused.code)

    @rule(steps=st.integers(min_value=1, max_value=60))
    def replan(self, steps: int) -> None:
        begun = self.begun_visits()
        waited_s = self.town.desk.plan(service_id=SERVICE, day=TUESDAY).wait_over_s
        outcome = self.town.desk.replan(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, effort=Iterations(value=steps))
        assert outcome.gain_m >= 0 or outcome.plan.wait_over_s < waited_s
        assert self.begun_visits() == begun

    @rule(minutes=st.integers(min_value=1, max_value=120))
    def time_passes(self, minutes: int) -> None:
        self.town.clock.advance(seconds=minutes * 60)

    @rule()
    def morning_comes(self) -> None:
        morning = to_moment(TUESDAY, 8 * 3600)
        if self.town.clock.now() < morning:
            self.town.clock.set(morning + timedelta(minutes=30))

    def begun_visits(self) -> list[Visit]:
        now = self.town.clock.now()
        plan = self.town.desk.plan(service_id=SERVICE, day=TUESDAY)
        return [v for route in plan.routes for v in route.visits if to_moment(TUESDAY, v.start_s) <= now]

    @invariant()
    def numbers_kept_are_those_worked_out_anew(self) -> None:
        """Whatever was kept of earlier questions, and whether the point of the next one is known or new."""
        workday = self.town.desk.workplace.workday(SERVICE, TUESDAY)
        known, new = PLACES[0].spot.at, LatLon(36.4012, 139.8021)
        linked_to = max(self.promises, default=NO_ID)
        check_numbers(workday, asking_for(11 * 3600, origin=known, destination=new, linked_to=linked_to))

    @invariant()
    def nothing_is_broken(self) -> None:
        assert self.town.desk.check(service_id=SERVICE, day=TUESDAY) == ()

    @invariant()
    def every_promise_stands(self) -> None:
        state = self.town.desk.day_state(service_id=SERVICE, day=TUESDAY)
        assert {trip.id: trip.promise for trip in state.reservations} == self.promises

    @invariant()
    def what_was_said_is_what_is_kept(self) -> None:
        """Times are said without seconds: read back they are the promise, and the plan alights by then."""
        state = self.town.desk.day_state(service_id=SERVICE, day=TUESDAY)
        said = {trip.id: parse_clock(clock_text(trip.promise.arrival_latest_s)) for trip in state.reservations}
        assert said == {number: promise.arrival_latest_s for number, promise in self.promises.items()}
        alights = [v for route in state.plan.routes for v in route.visits if v.task is Task.ALIGHT]
        assert all(visit.start_s <= said[visit.reservation_id] for visit in alights)


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=25, stateful_step_count=25)
