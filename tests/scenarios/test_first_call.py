"""The main flow: a call becomes offers, an offer becomes a promise, and the plan keeps it."""

from __future__ import annotations

from dispatch.model.plan import Task
from dispatch.model.times import clock_text
from dispatch.store.memory import MemoryStore
from tests.scenarios.town import SERVICE, TUESDAY, open_town, town_rules


def test_a_call_becomes_a_promise_that_the_plan_keeps() -> None:
    """R1 asks for the clinic after nine: the first offer is 9:00 to 9:15, and the plan boards inside that window."""
    town = open_town(MemoryStore(), rules=town_rules())
    reservation = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    assert clock_text(reservation.promise.pickup_earliest_s) == "9:00"
    assert clock_text(reservation.promise.pickup_latest_s) == "9:15"
    plan = town.desk.plan(service_id=SERVICE, day=TUESDAY)
    visits = [visit for route in plan.routes for visit in route.visits]
    assert [(visit.reservation_id, visit.task) for visit in visits] == [
        (reservation.id, Task.BOARD),
        (reservation.id, Task.ALIGHT),
    ]
    assert reservation.promise.pickup_earliest_s <= visits[0].start_s <= reservation.promise.pickup_latest_s
    assert visits[1].start_s <= reservation.promise.arrival_latest_s
