"""What the judge finds beyond the solver's checker: a vehicle in two places, a return too early, a place that moved."""

from __future__ import annotations

from dataclasses import replace

from dispatch.model.plan import Route, Task, Visit
from dispatch.model.times import parse_clock, to_moment
from tests.scenarios.test_replan import findings_with
from tests.scenarios.town import SERVICE, TUESDAY, Town


def plan_routes(town: Town) -> tuple[Route, ...]:
    return town.desk.plan(service_id=SERVICE, day=TUESDAY).routes


def two_shifts_of_one_vehicle(town: Town, *, second_from: str) -> None:
    """Shift S2 becomes one of V1 from ``second_from``, as an import past all guards might leave it."""
    shift = town.store.shift(SERVICE, "S2")
    changed = {"vehicle_id": "V1", "start_s": parse_clock(second_from), "break_duration_s": 0}
    with town.store.writing() as work:
        work.save(shift.model_copy(update=changed))


def test_a_vehicle_on_two_routes_at_once_is_found(town: Town) -> None:
    """Two trips at the same time on two shifts of V1 are found; one after the other are not."""
    two_shifts_of_one_vehicle(town, second_from="8:00")
    for rider, destination in (("R1", "spa"), ("R2", "school")):
        town.book(town.wish(rider, origin="depot", destination=destination, after="9:00"))
    if len(plan_routes(town)) == 1:
        town.book(town.wish("R3", origin="school", destination="depot", after="9:00"))
    assert len(plan_routes(town)) == 2
    rules = {finding.rule for finding in town.desk.check(service_id=SERVICE, day=TUESDAY)}
    assert rules == {"vehicle_twice"}


def test_a_vehicle_on_two_routes_in_turn_is_in_order(town: Town) -> None:
    """A morning shift and an afternoon shift of V1."""
    two_shifts_of_one_vehicle(town, second_from="13:00")
    first = town.store.shift(SERVICE, "S1")
    with town.store.writing() as work:
        work.save(first.model_copy(update={"end_s": parse_clock("12:30"), "break_duration_s": 0}))
    for rider, after in (("R1", "9:00"), ("R2", "14:00")):
        town.book(town.wish(rider, origin="depot", destination="clinic", after=after))
    assert len(plan_routes(town)) == 2
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_a_return_before_its_outbound_is_found(town: Town) -> None:
    """The return is made to board while the outbound is still driving."""
    out = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    back = town.book(town.wish("R1", origin="clinic", destination="depot", after="10:30", linked_to=out.id))
    routes = tuple(replace(route, visits=tuple(moved_up(route, back.id))) for route in plan_routes(town))
    assert "link" in findings_with(town, routes)


def moved_up(route: Route, reservation_id: int) -> list[Visit]:
    at_s = route.visits[0].start_s
    boards = (reservation_id, Task.BOARD)
    return [replace(v, start_s=at_s) if (v.reservation_id, v.task) == boards else v for v in route.visits]


def test_a_place_that_has_moved_is_found_while_trips_are_to_come(town: Town) -> None:
    """The clinic, and then R2's home, move a street further: each is found until the day is over at 30:00."""
    town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    town.book(town.wish("R2", origin="home", destination="station", after="11:00"))
    clinic, home = town.store.place(SERVICE, "clinic"), town.store.rider_place(SERVICE, "R2-home")
    for row in (clinic, home):
        moved = row.model_copy(update={"lat": row.lat + 0.002})
        with town.store.writing() as work:
            work.save(moved)
        assert "spot_moved" in {finding.rule for finding in town.desk.check(service_id=SERVICE, day=TUESDAY)}
        with town.store.writing() as work:
            work.save(row)
        assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
    with town.store.writing() as work:
        work.save(clinic.model_copy(update={"lat": clinic.lat + 0.002}))
    town.clock.set(to_moment(TUESDAY, parse_clock("29:59")))
    assert "spot_moved" in {finding.rule for finding in town.desk.check(service_id=SERVICE, day=TUESDAY)}
    town.clock.set(to_moment(TUESDAY, parse_clock("30:00")))
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
