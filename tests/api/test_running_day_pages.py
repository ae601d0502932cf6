"""The running day at the desk and on the driver's phone, as pages."""

from __future__ import annotations

import re

import pytest

from dispatch.model.catalog import Rider
from dispatch.model.reservation import Reservation
from dispatch.store.memory import MemoryStore
from tests.api.in_process import Client
from tests.scenarios.reporting import at_clock, boarded, reported
from tests.scenarios.town import SERVICE, TWO_TAXIS, Town, open_town, town_rules

DAY = "/desk/town/2026-11-24"
DRIVE = "/drive/town/2026-11-24/V1"


@pytest.fixture
def town() -> Town:
    """One taxi, so that every trip is on shift S1; the rider has a phone."""
    opened = open_town(MemoryStore(), rules=town_rules(), layouts=TWO_TAXIS[:1])
    with opened.store.writing() as work:
        work.save(Rider(service_id=SERVICE, id="R1", name="乗客1", birth_year=1941, phone="0285-00-0001"))
    return opened


@pytest.fixture
def late(town: Town) -> Reservation:
    """Promised 9:45 at the clinic; at 9:48 the taxi leaves the depot, eight minutes away, with somebody aboard."""
    first = town.book(town.wish("R0", origin="depot", destination="clinic", after="9:00"))
    second = town.book(town.wish("R1", origin="clinic", destination="market", after="9:30"))
    at_clock(town, "9:48")
    reported(town, boarded(first, "9:48"))
    return second


def test_a_quiet_day_shows_no_alert(client: Client, town: Town) -> None:
    """Nothing is at risk: the part is empty."""
    town.book(town.wish("R0", origin="depot", destination="clinic", after="9:00"))
    at_clock(town, "8:00")
    assert client.get(f"{DAY}/alerts").text.strip() == ""


def test_an_alert_names_minutes_cause_promise_and_phone(client: Client, town: Town, late: Reservation) -> None:
    """11 minutes and a half after 9:45, rounded up."""
    page = client.get(f"{DAY}/alerts").text
    assert f"予約 {late.id}" in page
    assert "約 12 分遅れ" in page
    assert "お約束 9:30–9:45" in page
    assert 'href="tel:0285000001"' in page
    assert "お客さまに電話する" in page


def test_what_cannot_be_kept_is_declared_at_the_desk(client: Client, town: Town, late: Reservation) -> None:
    """Two promises are breached; the board is asked for anew, and a caller for the afternoon can be served again."""
    answer = client.call("POST", f"{DAY}/breaches")
    assert "2 件のお約束を守れません" in answer.text
    assert answer.headers["hx-trigger"] == "board-changed"
    assert town.store.reservation(late.id).limits.pickup_latest_s > late.promise.pickup_latest_s
    town.book(town.wish("R2", origin="market", destination="depot", after="14:00"))


def test_the_phone_page_shows_each_visit_with_what_to_tap(client: Client, town: Town) -> None:
    """Before anything happened: arrived, boarded and no-show at the pick-up, arrived and alighted at the drop."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    page = client.get(DRIVE).text
    tapped = re.findall(rf'data-kind="(\w+)" data-shift="S1" data-reservation="{trip.id}" data-task="(\w+)"', page)
    assert tapped == [
        ("arrived", "board"),
        ("boarded", "board"),
        ("no_show", "board"),
        ("arrived", "alight"),
        ("alighted", "alight"),
    ]


def test_the_phone_page_loads_nothing_from_elsewhere(client: Client, town: Town) -> None:
    """Two files of our own and the icon; no inline script."""
    town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    page = client.get(DRIVE).text
    assert "<script>" not in page
    assert "://" not in page
    assert set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page)) == {
        "/static/icon.svg",
        "/static/drive.css",
        "/static/drive.js",
    }


def test_a_boarding_can_be_taken_back_by_its_own_report(client: Client, town: Town) -> None:
    """The undo button carries the id of the report that counts."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    at_clock(town, "9:10")
    reported(town, boarded(trip, "9:05", event_id="tap-1"))
    page = client.get(f"{DRIVE}/stops").text
    assert "9:05 乗車" in page
    assert 'data-kind="undone" data-shift="S1" data-undoes="tap-1"' in page


def test_a_vehicle_that_does_not_run_has_no_page(client: Client, town: Town) -> None:
    """V2 is not on duty: a page that says so."""
    assert client.get("/drive/town/2026-11-24/V2").status_code == 404
