"""Outbound and return at the desk: one box ticked, both legs read in one sentence, booked with one key."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.keyboard import open_rider
from tests.scenarios.town import SERVICE, TUESDAY, Town


def test_both_ways_are_booked_by_keyboard(page: Page, watch: Watch, address: str, town: Town) -> None:
    """Alt+B and a space tick the box, the stay is typed, Enter asks, Enter books both."""
    open_rider(page, address)
    page.keyboard.type("clinic")
    page.keyboard.press("Alt+h")
    page.keyboard.type("930")
    expect(page.locator("#stay")).to_be_hidden()
    page.keyboard.press("Alt+b")
    page.keyboard.press("Space")
    expect(page.locator("#stay")).to_be_visible()
    page.locator("#stay").fill("90")
    page.keyboard.press("Enter")
    first = page.locator(".offers .say").first
    expect(first).to_contain_text("行きは、9時30分から9時45分のあいだにお迎えに上がり")
    expect(first).to_contain_text("お帰りは、")
    expect(page.locator(".offers button.main").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".done .say")).to_contain_text("ご予約をお受けしました。行きは、")
    outbound, back = town.store.reservations(SERVICE, TUESDAY)
    assert back.linked_to == outbound.id
    assert back.promise.pickup_earliest_s >= outbound.promise.arrival_latest_s + 90 * 60
    expect(page.locator(".trips li")).to_have_count(2)
    assert watch.errors == []
