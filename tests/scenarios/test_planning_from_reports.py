"""Planning starts from where vehicles are: what was reported is fixed with its actual times, the rest is free."""

from __future__ import annotations

import pytest

from dispatch.model.plan import Route, Task
from dispatch.model.promise import BreachCause
from dispatch.model.reservation import Reservation
from dispatch.model.times import parse_clock
from dispatch.planning.outcome import Iterations
from dispatch.solver_bridge.ride import rides_of
from dispatch.store.memory import MemoryStore
from tests.scenarios.reporting import alighted, arrived, at_clock, boarded, no_show, reported
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, TWO_TAXIS, Town, open_town, party_of, town_rules


@pytest.fixture
def town() -> Town:
    """One taxi, so that every trip is on shift S1."""
    return open_town(MemoryStore(), rules=town_rules(), layouts=TWO_TAXIS[:1])


def route(town: Town) -> Route:
    (only,) = town.desk.plan(service_id=SERVICE, day=TUESDAY).routes
    return only


def starts(town: Town) -> dict[tuple[int, Task], int]:
    return {(visit.reservation_id, visit.task): visit.start_s for visit in route(town).visits}


def morning(town: Town) -> tuple[Reservation, Reservation]:
    """Depot 9:00 to the clinic, and from there at 9:30 to the market (4.1 km, 8.3 min)."""
    first = town.book(town.wish("R0", origin="depot", destination="clinic", after="9:00"))
    return first, town.book(town.wish("R1", origin="clinic", destination="market", after="9:30"))


def checked(town: Town) -> list[str]:
    return [finding.text for finding in town.desk.check(service_id=SERVICE, day=TUESDAY)]


def test_executed_visits_keep_their_actual_times_in_the_next_version(town: Town) -> None:
    """Boarded 9:07 to 9:08, stopped at 9:16: the plan made for the next caller says so."""
    first, second = morning(town)
    at_clock(town, "9:20")
    reported(town, arrived(first, "9:07"), boarded(first, "9:08"), arrived(first, "9:16", task=Task.ALIGHT))
    reported(town, alighted(first, "9:17"))
    third = town.book(town.wish("R2", origin="market", destination="depot", after="10:30"))
    assert starts(town)[first.id, Task.BOARD] == parse_clock("9:07")
    assert starts(town)[first.id, Task.ALIGHT] == parse_clock("9:16")
    assert {trip for trip, _ in starts(town)} == {first.id, second.id, third.id}
    assert checked(town) == []


def test_a_vehicle_with_somebody_aboard_goes_on_from_where_it_is(town: Town) -> None:
    """Boarded at the depot at 9:14 (window until 9:15): the drop follows eight minutes later, not as planned."""
    first, _ = morning(town)
    at_clock(town, "9:15")
    reported(town, boarded(first, "9:14"))
    town.book(town.wish("R2", origin="market", destination="depot", after="10:30"))
    assert starts(town)[first.id, Task.BOARD] == parse_clock("9:13")  # boarding takes a minute
    assert starts(town)[first.id, Task.ALIGHT] >= parse_clock("9:14") + 8 * 60 - 5
    assert checked(town) == []


def test_a_no_show_gives_its_seat_to_somebody_else(town: Town) -> None:
    """Four go from the depot to the clinic; when they do not come, four others fit who did not before."""
    four = town.wish("R0", origin="depot", destination="clinic", after="9:00", party=party_of(4))
    others = town.wish("R1", origin="depot", destination="station", after="9:40", party=party_of(4))
    gone = town.book(four)
    at_clock(town, "9:05")
    reported(town, arrived(gone, "9:00"), no_show(gone, "9:05"))
    booked = town.book(others)
    assert {trip for trip, _ in starts(town)} == {booked.id}
    assert checked(town) == []


def test_a_delay_that_can_be_absorbed_breaks_nothing(town: Town) -> None:
    """Ten minutes late at the first drop, the second pick-up is from 9:30 on: re-timed, everybody in time."""
    first, second = morning(town)
    at_clock(town, "9:30")
    reported(town, boarded(first, "9:14"), alighted(first, "9:30"))
    late = town.desk.declare_breaches(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, cause=BreachCause.DELAY)
    assert late == ()
    assert checked(town) == []
    outcome = town.desk.replan(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, effort=Iterations(value=10))
    assert outcome.unserved == ()
    assert starts(town)[second.id, Task.BOARD] >= parse_clock("9:30")


def test_a_delay_too_long_breaches_the_next_promise_by_the_least_minutes(town: Town) -> None:
    """The first party is still aboard at 9:48, eight minutes from the clinic; the second was promised 9:45 there.

    So the vehicle is at the clinic at 9:56 at the earliest: the first arrives late, the second boards after half a
    minute of alighting, 9:57 rounded up; nobody else is on the road.
    """
    first, second = morning(town)
    at_clock(town, "9:48")
    reported(town, boarded(first, "9:48"))
    late = town.desk.declare_breaches(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, cause=BreachCause.DELAY)
    assert {one.reservation_id for one in late} == {first.id, second.id}
    limits = town.store.reservation(second.id).limits
    assert limits.pickup_latest_s == parse_clock("9:57")
    assert starts(town)[second.id, Task.BOARD] <= parse_clock("9:57")
    assert checked(town) == []


def test_days_without_reports_are_planned_as_before(town: Town) -> None:
    """By the clock: at 9:05 the vehicle is taken to be where the plan has it."""
    first, _ = morning(town)
    planned = starts(town)
    at_clock(town, "9:05")
    town.book(town.wish("R2", origin="market", destination="depot", after="10:30"))
    assert starts(town)[first.id, Task.BOARD] == planned[first.id, Task.BOARD]


def test_the_whole_day_can_be_driven_as_reported(town: Town) -> None:
    """Every visit reported: the plan published afterwards is what happened, and the way home."""
    first, second = morning(town)
    at_clock(town, "9:50")
    reported(town, boarded(first, "9:08"), alighted(first, "9:17"), boarded(second, "9:36"), alighted(second, "9:46"))
    later = town.book(town.wish("R2", origin="market", destination="depot", after="10:30"))
    order = [(visit.reservation_id, visit.task) for visit in route(town).visits]
    driven = [(trip.id, task) for trip in (first, second, later) for task in (Task.BOARD, Task.ALIGHT)]
    assert order == driven
    assert checked(town) == []


def test_time_waited_aboard_counts_from_the_halt_on(town: Town) -> None:
    """R0 sits in the taxi that let R1 out at the station at 9:11, where R2 boards from 9:15 on. At 9:13 two of the five
    minutes that R0 may wait are over: the halt began at 9:11, and R2 boards as soon as promised."""
    staying = town.book(town.wish("R0", origin="depot", destination="market", after="9:00"))
    leaving = town.book(town.wish("R1", origin="depot", destination="station", after="9:00"))
    boarding = town.book(town.wish("R2", origin="station", destination="market", after="9:15"))
    at_clock(town, "9:13")
    reported(town, boarded(staying, "9:03"), boarded(leaving, "9:04"), alighted(leaving, "9:11"))
    workday = town.desk.workplace.workday(SERVICE, TUESDAY)
    day = workday.problem(rides_of(workday.state.reservations))
    halted = day.solution.routes[0]
    assert halted.visits[:2] == (day.request_of(staying.id), day.request_of(boarding.id))
    assert halted.starts[:2] == (parse_clock("9:11"), parse_clock("9:15"))
    assert checked(town) == []
