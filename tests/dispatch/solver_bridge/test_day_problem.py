"""The day in numbers: promises become windows, what has begun becomes a prefix, and the way back loses nothing."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from dispatch.model.plan import plan_digest
from dispatch.model.times import parse_clock, to_moment
from dispatch.solver_bridge.day_problem import DayProblem
from dispatch.solver_bridge.ride import ride_of, rides_of
from dispatch.solver_bridge.routes import problem_digest, routes_of
from dispatch.store.memory import MemoryStore
from solver.checker import check
from solver.validation import validated
from tests.scenarios.renumbering import anew, meaning
from tests.scenarios.town import SERVICE, TUESDAY, Town, open_town, town_rules


@pytest.fixture
def town() -> Town:
    """R1 and R2 at nine, R3 at two in the afternoon."""
    made = open_town(MemoryStore(), rules=town_rules())
    made.book(made.wish("R1", origin="depot", destination="clinic", after="9:00"))
    made.book(made.wish("R2", origin="station", destination="market", after="9:00"))
    made.book(made.wish("R3", origin="school", destination="depot", after="14:00"))
    return made


def numbers(town: Town) -> DayProblem:
    workday = town.desk.workplace.workday(SERVICE, TUESDAY)
    return workday.problem(rides_of(workday.state.reservations))


def test_promises_become_windows(town: Town) -> None:
    """Pick-up inside the window, drop after boarding and by the latest arrival, ride within the promise."""
    day = numbers(town)
    assert validated(day.problem).n_requests == 3
    for request, ride in enumerate(day.rides):
        promise, drop = ride.promise, day.problem.drop(request)
        window = (day.problem.earliest[request], day.problem.latest[request])
        assert window == (promise.pickup_earliest_s, promise.pickup_latest_s)
        assert day.problem.latest[drop] == promise.arrival_latest_s
        assert day.problem.max_ride[request] == promise.ride_max_s
        assert day.problem.mandatory[request]
    assert day.problem.prefix_visit.size == 0


def test_the_plan_goes_there_and_back_unchanged(town: Town) -> None:
    """Plan to numbers to plan: the same routes, the same digest; the checker finds nothing on the way."""
    day, plan = numbers(town), town.desk.plan(service_id=SERVICE, day=TUESDAY)
    assert check(day.problem, day.solution) == ()
    assert plan_digest(routes_of(day, day.solution)) == plan.digest


def test_the_digest_names_the_problem(town: Town) -> None:
    """The same numbers, the same digest; one second more in one window, another one."""
    day, again = numbers(town), numbers(town)
    assert problem_digest(day.problem) == problem_digest(again.problem)
    latest = day.problem.latest.copy()
    latest[0] += 1
    assert problem_digest(day.problem._replace(latest=latest)) != problem_digest(day.problem)


def test_what_has_begun_is_a_prefix_at_its_time(town: Town) -> None:
    """At 9:30 the morning trips are over or under way, the one at two is free; starts are pinned as planned."""
    town.clock.set(to_moment(TUESDAY, parse_clock("9:30")))
    day = numbers(town)
    begun = {day.rides[visit % 3].reservation_id for visit in day.problem.prefix_visit.tolist()}
    assert begun == {ride.reservation_id for ride in day.rides[:2]}
    for route in day.solution.routes:
        for visit, at in zip(route.visits, route.starts, strict=True):
            if visit in day.problem.prefix_visit:
                assert day.problem.earliest[visit] == day.problem.latest[visit] == at
    assert check(day.stated, day.solution) == ()


def test_a_vehicle_at_rest_leaves_from_now_on(town: Town) -> None:
    """At 9:30 the vehicle that has no trip yet cannot have left at eight any more."""
    idle = open_town(MemoryStore(), rules=town_rules())
    idle.clock.set(to_moment(TUESDAY, parse_clock("9:30")))
    workday = idle.desk.workplace.workday(SERVICE, TUESDAY)
    problem = workday.problem(rides_of(town.desk.day_state(service_id=SERVICE, day=TUESDAY).reservations)).problem
    assert np.array_equal(problem.shift_earliest, [parse_clock("9:30")] * 2)


def test_nothing_personal_reaches_the_solver(town: Town) -> None:
    """What a ride carries is numbers and spots: no rider, no request, no purpose."""
    fields = {field.name for field in dataclasses.fields(numbers(town).rides[0])}
    spots, times = {"origin", "destination"}, {"boarding_s", "alighting_s", "promise"}
    assert fields == {"reservation_id", "seats", "shift_lock", "linked_to", "keeps"} | spots | times


def test_who_waits_for_the_trip_asked_for_is_found(town: Town) -> None:
    """R2 rides back after the trip asked for, which ends later than R2's window begins: R2 waits for it, as when the
    day is worked out from nothing."""
    present = town.desk.workplace.workday(SERVICE, TUESDAY)
    out, back, other = present.state.reservations
    state = dataclasses.replace(present.state, reservations=(dataclasses.replace(back, linked_to=99), other))
    workday = dataclasses.replace(present, state=state)
    ride = dataclasses.replace(ride_of(out), reservation_id=99)
    asked = workday.asking(ride)
    assert asked.problem.linked_to.tolist() == [2, -1, -1]
    assert meaning(asked) == meaning(anew(workday, ride))
