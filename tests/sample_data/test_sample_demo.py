"""The calls for the demo day go through the desk as real ones do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dispatch.desk import Desk
from dispatch.model.plan import Task
from dispatch.model.reservation import ReservationState
from dispatch.model.rules import ServiceRules
from dispatch.model.times import ManualClock
from dispatch.model.wish import NO_ID, Outcome
from dispatch.solver_bridge.travel import TravelBooks
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.memory import MemoryStore
from maps.travel_times.great_circle import GreatCircleTimes, SpeedPeriod
from sample_data import tables
from sample_data.city import load_city
from sample_data.demo import demo_day, demo_wishes
from sample_data.demo_calls import CallTaker
from sample_data.demo_log import CallLog
from sample_data.load import current_demo_day
from sample_data.tables import SERVICE_ID

NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
RULES = tables.sample_rules()
CLOCK = ManualClock(NOW)
DAY = demo_day(RULES, CLOCK)
WISHES = demo_wishes(DAY, rules=RULES, clock=CLOCK)


def estimated(rules: ServiceRules) -> GreatCircleTimes:
    speeds = tuple(SpeedPeriod(start_s=hour.from_s, kmh=hour.kmh) for hour in rules.travel.speeds)
    return GreatCircleTimes(detour_factor=rules.travel.detour_factor, speed_by_period=speeds)


def city_desk() -> tuple[Desk, ManualClock]:
    """A desk on the sample city in memory, at ``NOW``."""
    store, clock = MemoryStore(), ManualClock(NOW)
    load_city(store, clock=clock)
    return Desk(workplace=Workplace(store=store, clock=clock, travel=TravelBooks(estimated))), clock


def pass_over() -> None:
    """Nobody looks at the progress."""


@pytest.fixture(scope="module")
def interrupted() -> Desk:
    """The demo day, loaded in two goes: the first stopped after 20 calls."""
    desk, clock = city_desk()
    CallTaker(desk, clock, day=DAY).take(WISHES[:20], after_each=pass_over)
    CallTaker(desk, clock, day=DAY).take(WISHES, after_each=pass_over)
    return desk


def test_most_calls_are_booked(interrupted: Desk) -> None:
    """At least nine calls in ten lead to a reservation, and each of these is aboard the plan unless cancelled."""
    made = interrupted.store.reservations(SERVICE_ID, DAY)
    assert len(made) >= 0.9 * len(WISHES)
    routes = interrupted.day_state(service_id=SERVICE_ID, day=DAY).plan.routes
    aboard = {visit.reservation_id for route in routes for visit in route.visits if visit.task is Task.BOARD}
    assert aboard == {one.id for one in made if one.state is ReservationState.BOOKED}


def test_riders_who_cancel_are_released(interrupted: Desk) -> None:
    """The reservations of calls marked as cancelled are cancelled, the others are booked."""
    requests = {request.id: request for request in interrupted.store.requests(SERVICE_ID, DAY)}
    taken_back = {wish.form.call_id for wish in WISHES if wish.cancelled}
    for one in interrupted.store.reservations(SERVICE_ID, DAY):
        expected = requests[one.request_id].wish.call_id in taken_back
        assert (one.state is ReservationState.CANCELLED) is expected


def test_calls_are_stored_at_the_moment_they_were_made(interrupted: Desk) -> None:
    """Every stored request carries the moment of its call, also after an interruption, and none occurs twice."""
    asked_at = {wish.form.call_id: wish.asked_at for wish in WISHES}
    requests = interrupted.store.requests(SERVICE_ID, DAY)
    assert {request.wish.call_id: request.asked_at for request in requests}.items() <= asked_at.items()
    assert len({request.wish.call_id for request in requests}) == len(requests)
    assert all(request.outcome in (Outcome.BOOKED, Outcome.REFUSED) for request in requests)


def test_returns_are_linked(interrupted: Desk) -> None:
    """A booked return knows the reservation of its outbound ride, of the same rider."""
    made = {one.id: one for one in interrupted.store.reservations(SERVICE_ID, DAY)}
    returns = [one for one in made.values() if one.linked_to != NO_ID]
    assert len(returns) >= 20
    assert all(made[one.linked_to].rider_id == one.rider_id for one in returns)


def test_taking_the_calls_again_changes_nothing(interrupted: Desk) -> None:
    """A second load takes no call, cancels nothing and leaves the day at its version."""
    version = interrupted.store.day_version(SERVICE_ID, DAY)
    clock = ManualClock(NOW)
    again = CallTaker(interrupted, clock, day=DAY).take(WISHES, after_each=pass_over)
    assert interrupted.store.day_version(SERVICE_ID, DAY) == version
    assert again.booked == len(interrupted.store.reservations(SERVICE_ID, DAY))


def test_what_is_settled_is_known_from_the_store(interrupted: Desk) -> None:
    """After a full load every call is settled; in a fresh city none is."""
    log = CallLog.read(interrupted.store, DAY)
    assert all(log.is_settled(wish) for wish in WISHES)
    fresh = CallLog.read(city_desk()[0].store, DAY)
    assert not any(fresh.is_settled(wish) for wish in WISHES)


def test_the_demo_day_stays_until_it_is_past(interrupted: Desk) -> None:
    """On the demo day itself it is still the demo day; the day after, the next service day takes its place."""
    on_the_day, after = ManualClock(datetime(2026, 11, 24, 1, tzinfo=UTC)), datetime(2026, 11, 25, 1, tzinfo=UTC)
    assert current_demo_day(interrupted.store, RULES, on_the_day) == DAY
    assert current_demo_day(interrupted.store, RULES, ManualClock(after)) == demo_day(RULES, ManualClock(after))
