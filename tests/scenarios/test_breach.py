"""A promise that has become impossible is declared breached: with its cause, as little as possible, and alone."""

from __future__ import annotations

import json

import pytest

from dispatch.model.catalog import Vehicle
from dispatch.model.plan import PlanReason
from dispatch.model.promise import BreachCause, PromiseState
from dispatch.model.reservation import Reservation
from dispatch.model.times import parse_clock
from dispatch.store.memory import MemoryStore
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, TWO_TAXIS, Town, open_town, town_rules

SLOW = town_rules(travel={"speeds": ({"from": "0:00", "kmh": 15.0},)}, promise={"ride_factor": 3.0})
"""Every road takes twice as long as it did when the promises were given: one kilometre 240 s."""


@pytest.fixture
def one_taxi() -> Town:
    return open_town(MemoryStore(), rules=town_rules(), layouts=TWO_TAXIS[:1])


def declared(town: Town, cause: BreachCause) -> dict[int, tuple[int, int]]:
    """The lateness declared, by reservation: minutes at the pick-up and at the drop."""
    late = town.desk.declare_breaches(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, cause=cause)
    return {one.reservation_id: (one.pickup_s // 60, one.arrival_s // 60) for one in late}


def slow_down(town: Town) -> None:
    """The roads, as they turn out to be: not an edit of rules, which would be refused."""
    with town.store.writing() as work:
        work.save_rules(SERVICE, SLOW)


def two_in_a_row(town: Town) -> tuple[Reservation, Reservation]:
    """Depot 9:00 to the clinic (4 km, 8 min); clinic 9:15 to the market (5 km as the crow flies)."""
    first = town.book(town.wish("R0", origin="depot", destination="clinic", after="9:00"))
    second = town.book(town.wish("R1", origin="clinic", destination="market", after="9:15"))
    return first, second


def test_a_day_in_order_has_nothing_to_declare(one_taxi: Town) -> None:
    """All promises can be kept: no breach, no new version."""
    two_in_a_row(one_taxi)
    version = one_taxi.store.day_version(SERVICE, TUESDAY)
    assert declared(one_taxi, BreachCause.ROAD) == {}
    assert one_taxi.store.day_version(SERVICE, TUESDAY) == version


def test_the_least_lateness_is_declared_with_its_cause(one_taxi: Town) -> None:
    """The spa is 16.97 km away: 67.9 min on the slow roads. Boarding from 9:00 takes one minute, so 10:09.

    Promised by 10:05 (9:15 + 1 min + the longest ride of 45 min, up to five minutes): four minutes late, not one more.
    """
    to_spa = one_taxi.book(one_taxi.wish("R0", origin="depot", destination="spa", after="9:00"))
    assert to_spa.promise.arrival_latest_s == parse_clock("10:05")
    slow_down(one_taxi)
    late = declared(one_taxi, BreachCause.ROAD)
    assert late == {to_spa.id: (0, 4)}
    stored = one_taxi.store.reservation(to_spa.id)
    assert (stored.promise, stored.promise_state) == (to_spa.promise, PromiseState.BREACHED)
    breach = stored.breaches[-1]
    assert (breach.cause, breach.declared_by, breach.declared_at) == (
        BreachCause.ROAD,
        OPERATOR,
        one_taxi.clock.now(),
    )
    assert (breach.pickup_latest_s, breach.arrival_latest_s) == (parse_clock("9:15"), parse_clock("10:09"))
    plan = one_taxi.desk.plan(service_id=SERVICE, day=TUESDAY)
    assert plan.reason is PlanReason.BREACHED
    arrives_s = plan.routes[0].visits[1].start_s
    assert 0 <= breach.arrival_latest_s - arrives_s < 60
    assert one_taxi.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_a_breach_never_spreads(one_taxi: Town) -> None:
    """One trip is late whatever one does; the promise of the other, later trip stays hard and is kept."""
    to_spa = one_taxi.book(one_taxi.wish("R0", origin="depot", destination="spa", after="9:00"))
    later = one_taxi.book(one_taxi.wish("R1", origin="clinic", destination="station", after="13:30"))
    slow_down(one_taxi)
    assert set(declared(one_taxi, BreachCause.ROAD)) == {to_spa.id}
    assert one_taxi.store.reservation(later.id) == later


def test_the_journal_says_what_was_breached_and_why(one_taxi: Town) -> None:
    """One entry a breach, under the version and the digest of the plan that was published with it."""
    to_spa = one_taxi.book(one_taxi.wish("R0", origin="depot", destination="spa", after="9:00"))
    slow_down(one_taxi)
    declared(one_taxi, BreachCause.ROAD)
    last = json.loads(one_taxi.store.journal(SERVICE, TUESDAY).records[-1].body)
    plan = one_taxi.desk.plan(service_id=SERVICE, day=TUESDAY)
    ids = dict(last["ids"])
    assert (last["kind"], last["version"], ids["plan"]) == ("breached", plan.version, plan.digest)
    assert (ids["reservation"], ids["cause"]) == (to_spa.id, "road")


def test_declaring_again_declares_nothing(one_taxi: Town) -> None:
    """The limits that were declared can be kept: the second look finds the day in order."""
    one_taxi.book(one_taxi.wish("R0", origin="depot", destination="spa", after="9:00"))
    slow_down(one_taxi)
    assert declared(one_taxi, BreachCause.ROAD)
    assert declared(one_taxi, BreachCause.ROAD) == {}


def test_a_vehicle_that_breaks_down_leaves_its_trip_to_the_other(town: Town) -> None:
    """Two trips at 9:00, 28 minutes apart, and one vehicle left: one of the two is late, the other is not."""
    east = town.book(town.wish("R0", origin="spa", destination="clinic", after="9:00"))
    north = town.book(town.wish("R1", origin="school", destination="clinic", after="9:00"))
    routes = town.desk.plan(service_id=SERVICE, day=TUESDAY).routes
    with town.store.writing() as work:
        work.save(Vehicle(**town.store.vehicle(SERVICE, routes[0].vehicle_id).model_dump() | {"active": False}))
    late = declared(town, BreachCause.BREAKDOWN)
    assert len(routes) == 2
    assert set(late) in ({east.id}, {north.id})
    plan = town.desk.plan(service_id=SERVICE, day=TUESDAY)
    assert {route.vehicle_id for route in plan.routes} == {routes[1].vehicle_id}
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
