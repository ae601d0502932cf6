"""The driver's page on a phone: taps reach the desk, also those made without a connection, each exactly once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from dispatch.model.reservation import Reservation, ReservationState
from tests.browser.conftest import PATIENCE_MS, Watch
from tests.scenarios.reporting import at_clock
from tests.scenarios.town import SERVICE, TUESDAY, Town

SEVERE = {"serious", "critical"}


@pytest.fixture
def page(browser: Browser, watch: Watch) -> Iterator[Page]:
    """A phone of 390 x 844 in Japanese, whose clock stands at 9:05 of the Tuesday."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="ja-JP", has_touch=True)
    context.set_default_timeout(PATIENCE_MS)
    fresh = context.new_page()
    fresh.clock.set_fixed_time("2026-11-24T09:05:00+09:00")
    fresh.on("request", lambda request: watch.urls.append(request.url))
    fresh.on("console", watch.on_console)
    fresh.on("pageerror", lambda error: watch.errors.append(str(error)))
    yield fresh
    context.close()


@pytest.fixture
def trip(town: Town) -> Reservation:
    """Depot to the clinic from 9:00 on; the town's clock stands at 9:05."""
    booked = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    at_clock(town, "9:05")
    return booked


def open_page(page: Page, address: str, town: Town) -> None:
    (route,) = town.desk.plan(service_id=SERVICE, day=TUESDAY).routes
    page.goto(f"{address}drive/{SERVICE}/{TUESDAY.isoformat()}/{route.vehicle_id}")


def state_of(town: Town, trip: Reservation) -> ReservationState:
    return town.store.reservation(trip.id).state


def reports(town: Town) -> list[str]:
    return [event.kind.value for event in town.desk.day_state(service_id=SERVICE, day=TUESDAY).events]


def test_a_trip_is_driven_by_tapping(page: Page, watch: Watch, address: str, town: Town, trip: Reservation) -> None:
    """Arrived, boarded, alighted: the page says when, the reservation is executed, nothing is asked of other hosts."""
    open_page(page, address, town)
    page.get_by_role("button", name="到着 乗客1").first.tap()
    expect(page.get_by_text("到着しています")).to_be_visible()
    page.get_by_role("button", name="乗車 乗客1").tap()
    expect(page.get_by_text("9:05 乗車")).to_be_visible()
    page.get_by_role("button", name="降車 乗客1").tap()
    expect(page.get_by_text("9:05 降車")).to_be_visible()
    expect(page.locator("#link")).to_have_text("送信済み")
    assert state_of(town, trip) is ReservationState.EXECUTED
    assert watch.errors == []
    assert watch.hosts() == {address.removeprefix("http://").rstrip("/")}


def test_taps_without_a_connection_are_kept_and_sent_once(
    page: Page, address: str, town: Town, trip: Reservation
) -> None:
    """Two taps off line are counted as waiting, survive closing the page, and arrive once with the same ids."""
    open_page(page, address, town)
    page.route("**/events", lambda route: route.abort())
    page.get_by_role("button", name="到着 乗客1").first.tap()
    page.get_by_role("button", name="乗車 乗客1").tap()
    expect(page.locator("#link")).to_have_text("未送信 2 件")
    assert reports(town) == []
    kept = page.evaluate("JSON.stringify(Object.values(localStorage))")
    page.unroute("**/events")
    page.reload()
    expect(page.locator("#link")).to_have_text("送信済み")
    expect(page.get_by_text("9:05 乗車")).to_be_visible()
    state = town.desk.day_state(service_id=SERVICE, day=TUESDAY)
    assert sorted(reports(town)) == ["arrived", "boarded"]
    assert all(event.event_id in kept for event in state.events)


def test_an_answer_that_got_lost_does_nothing_twice(page: Page, address: str, town: Town, trip: Reservation) -> None:
    """The server takes the report but the phone never hears of it: it sends the same again, and one is kept."""
    open_page(page, address, town)

    def lost(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/events", lost)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="乗車 乗客1").tap()
    expect(page.locator("#link")).to_have_text("未送信 1 件")
    page.unroute("**/events")
    page.reload()
    expect(page.locator("#link")).to_have_text("送信済み")
    assert reports(town) == ["boarded"]


def test_a_mistake_is_taken_back(page: Page, address: str, town: Town, trip: Reservation) -> None:
    """No-show tapped by mistake, undone: the buttons are back and the trip stands."""
    open_page(page, address, town)
    page.get_by_role("button", name="来られず 乗客1").tap()
    expect(page.get_by_text("9:05 来られず").first).to_be_visible()
    page.get_by_role("button", name="乗客1 様の記録を取り消す").first.tap()
    expect(page.get_by_role("button", name="乗車 乗客1")).to_be_visible()
    assert state_of(town, trip) is ReservationState.BOOKED


def test_a_contradiction_is_told_to_the_driver(page: Page, address: str, town: Town, trip: Reservation) -> None:
    """Alighted before boarded: the page says what is missing."""
    open_page(page, address, town)
    page.get_by_role("button", name="降車 乗客1").tap()
    expect(page.get_by_role("alert")).to_contain_text("乗車の記録がまだありません")


def test_a_phone_that_has_lost_its_time_is_told_so(page: Page, address: str, town: Town, trip: Reservation) -> None:
    """Its clock begins at 1970: the tap is kept and marked, nothing stays unsent; one by the right time counts."""
    page.clock.set_fixed_time("1970-01-01T09:05:00+09:00")
    open_page(page, address, town)
    page.get_by_role("button", name="乗車 乗客1").tap()
    expect(page.get_by_role("alert")).to_contain_text("端末の時計が大きくずれています")
    expect(page.locator("#link")).to_have_text("送信済み")
    page.clock.set_fixed_time("2026-11-24T09:05:00+09:00")
    page.get_by_role("button", name="乗車 乗客1").tap()
    expect(page.get_by_text("9:05 乗車")).to_be_visible()


def test_what_the_server_does_not_take_is_said(page: Page, address: str, town: Town, trip: Reservation) -> None:
    """A report that cannot be read stays unsent; the driver is told why, and not left with a number."""
    page.clock.set_fixed_time("2999-01-01T09:05:00+09:00")
    open_page(page, address, town)
    page.get_by_role("button", name="乗車 乗客1").tap()
    expect(page.get_by_role("alert")).to_contain_text("入力に誤りがあります")
    expect(page.locator("#link")).to_have_text("未送信 1 件")


def severe(page: Page) -> list[str]:
    """What axe finds serious or critical on the page."""
    return [one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in SEVERE]


def test_the_page_is_accessible(page: Page, address: str, town: Town, trip: Reservation) -> None:
    """Axe finds nothing serious, before and after a tap."""
    open_page(page, address, town)
    assert severe(page) == []
    page.get_by_role("button", name="到着 乗客1").first.tap()
    expect(page.get_by_text("到着しています")).to_be_visible()
    assert severe(page) == []


def test_buttons_are_big_enough_for_a_thumb(page: Page, address: str, town: Town, trip: Reservation) -> None:
    """At least 44 pixels high and wide, and the page is no wider than the phone."""
    open_page(page, address, town)
    for button in page.locator("button[data-kind]").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
