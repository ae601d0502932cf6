"""A way back without a time at the desk: booked as waiting, called with one button when the rider telephones."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from dispatch.model.reservation import ReservationState
from dispatch.model.times import parse_clock, to_moment
from tests.browser.conftest import Watch
from tests.browser.keyboard import open_rider
from tests.scenarios.town import SERVICE, TUESDAY, Town


def test_a_rider_who_is_ready_is_fetched(page: Page, watch: Watch, address: str, town: Town) -> None:
    """No time is asked for; next day the card shows the trip with a button; the wait is read aloud; one yes books."""
    open_rider(page, address)
    page.locator("#origin").fill("clinic")
    page.locator("#destination").fill("自宅")
    page.keyboard.press("Alt+l")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(".done .say")).to_contain_text("ご用がおすみになりましたら、お電話ください。")
    (trip,) = town.store.reservations(SERVICE, TUESDAY)
    assert trip.state is ReservationState.WAITING
    town.clock.set(to_moment(TUESDAY, parse_clock("11:02")))
    open_rider(page, address)
    page.get_by_role("button", name=f"予約 {trip.id} の方がお待ちです。お迎えを調べる").click()
    expect(page.locator(".offers .say").first).to_contain_text("分ほどでお迎えに上がれます。11時5分から")
    expect(page.locator(".offers button.main").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".done .say")).to_contain_text("ご予約をお受けしました。11時5分から")
    (booked,) = town.store.reservations(SERVICE, TUESDAY)
    assert (booked.id, booked.state) == (trip.id, ReservationState.BOOKED)
    assert watch.errors == []
