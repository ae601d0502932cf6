"""A service that runs past midnight, at the desk: its day is not over when the calendar's is."""

from __future__ import annotations

import pytest

from dispatch.model.times import parse_clock
from dispatch.store.memory import MemoryStore
from tests.api.in_process import Client
from tests.scenarios.reporting import at_clock, boarded, reported
from tests.scenarios.test_replan import shift_of
from tests.scenarios.town import SERVICE, TUESDAY, Town, open_town, town_rules

DAY = "/desk/town/2026-11-24"


@pytest.fixture
def town() -> Town:
    """Two taxis from six in the evening until three in the morning."""
    opened = open_town(MemoryStore(), rules=town_rules(service={"open": "18:00", "close": "27:00"}))
    with opened.store.writing() as work:
        for shift in opened.store.shifts(SERVICE):
            shift.start_s, shift.end_s = parse_clock("18:00"), parse_clock("27:00")
            shift.break_earliest_s, shift.break_latest_s = parse_clock("21:00"), parse_clock("22:00")
            work.save(shift)
    return opened


def test_the_door_stays_at_the_night_while_its_trips_go_on(client: Client, town: Town) -> None:
    """Promised to arrive by 26:10: until then the desk opens on Tuesday, then on Wednesday."""
    town.book(town.wish("R1", origin="depot", destination="clinic", after="25:30"))
    for clock, day in (("24:30", "2026-11-24"), ("26:10", "2026-11-24"), ("26:11", "2026-11-25")):
        at_clock(town, clock)
        assert client.get("/desk/town").headers["location"] == f"/desk/town/{day}"


def test_alerts_do_not_end_at_midnight(client: Client, town: Town) -> None:
    """Aboard at 26:05, eight minutes away, promised by 26:10: three minutes late; the next day's page says nothing."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="25:30"))
    at_clock(town, "26:05")
    shift = shift_of(town.desk.plan(service_id=SERVICE, day=TUESDAY).routes, trip.id)
    reported(town, boarded(trip, "26:05", shift=shift))
    assert f"予約 {trip.id}" in client.get(f"{DAY}/alerts").text
    assert client.get("/desk/town/2026-11-25/alerts").text.strip() == ""
