"""Breaks on the road while the day goes on: what is called off strands nobody, and nobody leaves in the past."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.model.plan import Route
from dispatch.model.times import clock_text, parse_clock, to_moment
from dispatch.solver_bridge.ride import rides_of
from dispatch.store.memory import MemoryStore
from solver.checker import check
from solver.problem import frozen
from solver.schedule import schedule
from solver.solution import TimedRoute
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, open_town, town_rules

HOME_FROM_SPA_S = 2036
"""12 km east and 12 km north of the depot at 30 km/h, in seconds, rounded up."""


@pytest.fixture
def town() -> Town:
    """One taxi. R1 goes to the spa before noon, R2 from there at half past two; the break of an hour that starts
    by 13:00 lies in between."""
    made = open_town(MemoryStore(), rules=town_rules(), layouts=(((4, 0),),))
    made.book(made.wish("R1", origin="depot", destination="spa", after="12:00"))
    made.book(made.wish("R2", origin="spa", destination="depot", after="14:30"))
    return made


def route_of(town: Town) -> Route:
    (route,) = town.desk.plan(service_id=SERVICE, day=TUESDAY).routes
    return route


def at(town: Town, clock: str) -> None:
    town.clock.set(to_moment(TUESDAY, parse_clock(clock)))


@pytest.mark.parametrize("moment", ["11:00", "12:36", "13:00", "14:00"])
def test_the_trip_behind_a_break_can_be_called_off_at_any_time(town: Town, moment: str) -> None:
    """Dropped at the spa 34 minutes from home, too late to be there by 13:00: when R2 cancels, before or in or after
    the break, the break interrupts the way home, which ends by an hour later."""
    assert HOME_FROM_SPA_S + route_of(town).visits[1].start_s > parse_clock("13:00")
    at(town, moment)
    second = town.desk.day_state(service_id=SERVICE, day=TUESDAY).reservations[1]
    town.desk.cancel(reservation_id=second.id, actor=OPERATOR, reason="")
    route = route_of(town)
    (pause,), last = route.breaks, route.visits[-1]
    assert last.start_s + last.service_s <= pause.start_s < route.arrive_s
    assert route.arrive_s == last.start_s + last.service_s + HOME_FROM_SPA_S + 3600
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_a_break_on_the_road_binds_nobody_to_go_on(town: Town) -> None:
    """While the driver rests at the spa, R2's trip at 14:30 is not under way: the vehicle has time to turn back."""
    at(town, "13:10")
    day = town.desk.workplace.workday(SERVICE, TUESDAY)
    first, second = day.state.reservations
    assert (day.has_begun(first.id), day.has_begun(second.id)) == (True, False)


def test_after_its_break_a_vehicle_leaves_from_now_on(town: Town) -> None:
    """At 14:00 the break of 12:36 has been over for a while: were R2 ready at once, a kilometre and more from the spa
    would still be driven after 14:00, although the break leaves a gap from 13:36 on."""
    at(town, "14:00")
    workday = town.desk.workplace.workday(SERVICE, TUESDAY)
    day = workday.problem(rides_of(workday.state.reservations))
    earliest, places = day.problem.earliest.copy(), day.problem.place_of_visit.copy()
    earliest[1], places[1] = 0, day.problem.end_place[0]
    moved = frozen(day.problem._replace(earliest=earliest, place_of_visit=places))
    timed = schedule(moved, 0, (0, 2, 1, 3))
    assert isinstance(timed, TimedRoute)
    assert clock_text(timed.starts[2]) == clock_text(parse_clock("14:00") + HOME_FROM_SPA_S)


@pytest.mark.parametrize("second", range(parse_clock("11:30"), parse_clock("15:30"), 247))
def test_the_plan_in_force_stays_possible_at_every_moment(town: Town, second: int) -> None:
    """Whatever has begun by then, the routes as planned still have times, and the stated ones break no rule."""
    workday = replace(town.desk.workplace.workday(SERVICE, TUESDAY), now=to_moment(TUESDAY, second))
    day = workday.problem(rides_of(workday.state.reservations))
    assert isinstance(schedule(day.problem, 0, day.solution.routes[0].visits), TimedRoute)
    assert check(day.stated, day.solution) == ()


def test_a_vehicle_at_rest_whose_break_nobody_planned_leaves_from_now_on() -> None:
    """At 15:00 the window of the break closed at 13:00: an idle vehicle 34 minutes from the spa is there at 15:34,
    not at 14:34."""
    town = open_town(MemoryStore(), rules=town_rules(), layouts=(((4, 0),),))
    trip = town.book(town.wish("R1", origin="spa", destination="depot", after="16:00"))
    state = town.desk.day_state(service_id=SERVICE, day=TUESDAY)
    idle = replace(state, plan=replace(state.plan, routes=()))
    now = to_moment(TUESDAY, parse_clock("15:00"))
    workday = replace(town.desk.workplace.workday(SERVICE, TUESDAY), state=idle, now=now)
    problem = workday.problem(rides_of((trip,))).problem
    timed = schedule(frozen(problem._replace(earliest=np.zeros(2, np.int64))), 0, (0, 1))
    assert isinstance(timed, TimedRoute)
    assert timed.starts[0] == parse_clock("15:00") + HOME_FROM_SPA_S
