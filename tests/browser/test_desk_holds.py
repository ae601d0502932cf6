"""Holding at the desk: the button keeps the offer and counts down; a retried yes books once."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Watch
from tests.browser.keyboard import ask, open_rider
from tests.scenarios.town import SERVICE, TUESDAY, Town


def test_an_offer_is_held_and_counted_down(page: Page, watch: Watch, address: str, town: Town) -> None:
    """The key for holding: the page says which offer is kept and for how long; the day holds it; then it is booked."""
    open_rider(page, address)
    ask(page, time="930")
    expect(page.locator(".offers button.main").first).to_be_focused()
    page.keyboard.press("Alt+p")
    expect(page.get_by_role("status").filter(has_text="お取り置きしています")).to_contain_text("9時30分")
    expect(page.locator("[data-left]")).to_have_text("2:59")
    (held,) = town.store.day_state(SERVICE, TUESDAY).holds
    page.locator(".offers button.main").first.click()
    expect(page.locator(".done .say")).to_be_visible()
    (trip,) = town.store.reservations(SERVICE, TUESDAY)
    assert trip.promise == held.trip.promise
    assert town.store.day_state(SERVICE, TUESDAY).holds == ()
    assert watch.errors == []


def test_both_ways_are_held_and_counted_down_together(page: Page, watch: Watch, address: str, town: Town) -> None:
    """The same key holds a pair: the page says both legs, the day holds both; then both are booked."""
    open_rider(page, address)
    page.keyboard.type("clinic")
    page.keyboard.press("Alt+h")
    page.keyboard.type("930")
    page.keyboard.press("Alt+b")
    page.keyboard.press("Space")
    page.locator("#stay").fill("90")
    page.keyboard.press("Enter")
    expect(page.locator(".offers button.main").first).to_be_focused()
    page.keyboard.press("Alt+p")
    status = page.get_by_role("status").filter(has_text="お取り置きしています")
    expect(status).to_contain_text("行きは、9時30分")
    expect(status).to_contain_text("お帰りは、")
    expect(page.locator("[data-left]")).to_have_text("2:59")
    holds = town.store.day_state(SERVICE, TUESDAY).holds
    assert len({hold.until for hold in holds}) == 1
    page.locator(".offers button.main").first.click()
    expect(page.locator(".done .say")).to_be_visible()
    trips = town.store.reservations(SERVICE, TUESDAY)
    assert {trip.promise for trip in trips} == {hold.trip.promise for hold in holds}
    assert town.store.day_state(SERVICE, TUESDAY).holds == ()
    assert watch.errors == []


def test_a_yes_whose_answer_was_lost_books_once(page: Page, address: str, town: Town) -> None:
    """The server books, its answer does not arrive; the operator presses again: the same trip is shown, booked once."""
    open_rider(page, address)
    ask(page, time="930")
    lost: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().text())
        route.abort()

    page.route("**/reservations", lose_the_first_answer)
    page.locator(".offers button.main").first.click()
    expect(page.get_by_role("alert")).to_contain_text("サーバーにつながりません")
    assert len(town.store.reservations(SERVICE, TUESDAY)) == 1
    page.locator(".offers button.main").first.click()
    expect(page.locator(".done .say")).to_be_visible()
    assert len(town.store.reservations(SERVICE, TUESDAY)) == 1
