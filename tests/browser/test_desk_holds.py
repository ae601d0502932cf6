"""Holding at the desk: kept and counted down, given up when it is not needed; a retried yes books once."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Watch
from tests.browser.keyboard import ask, open_rider
from tests.scenarios.town import SERVICE, TUESDAY, Town

HOLD_MS = 180_000
"""How long an offer is held (``hold_s`` of the town's rules)."""


def watched(page: Page) -> None:
    """The page's clock goes on; `stopped` stops it, and then only the test lets it run."""
    page.clock.install(time=0)


def stopped(page: Page) -> None:
    """From now on no time passes on the page but what ``page.clock.run_for`` says, on however slow a machine."""
    page.clock.pause_at(24 * 3600)


def accept(page: Page) -> Locator:
    return page.locator(".offers button.main").first


def held_offer(page: Page) -> Locator:
    return page.get_by_role("status").filter(has_text="お取り置きしています")


def ask_both(page: Page) -> None:
    """From the destination on: the clinic at 9:30 and back after an hour and a half, Enter."""
    page.keyboard.type("clinic")
    page.keyboard.press("Alt+h")
    page.keyboard.type("930")
    page.keyboard.press("Alt+b")
    page.keyboard.press("Space")
    page.locator("#stay").fill("90")
    page.keyboard.press("Enter")
    expect(accept(page)).to_be_focused()


def test_an_offer_is_held_and_counted_down(page: Page, watch: Watch, address: str, town: Town) -> None:
    """The key for holding: the page says which offer is kept and for how long; the day holds it; then it is booked."""
    watched(page)
    open_rider(page, address)
    ask(page, time="930")
    expect(accept(page)).to_be_focused()
    stopped(page)
    page.keyboard.press("Alt+p")
    expect(held_offer(page)).to_contain_text("9時30分")
    page.clock.run_for(1_000)
    expect(page.locator("[data-left]")).to_have_text("2:59")
    (held,) = town.store.day_state(SERVICE, TUESDAY).holds
    accept(page).click()
    expect(page.locator(".done .say")).to_be_visible()
    (trip,) = town.store.reservations(SERVICE, TUESDAY)
    assert trip.promise == held.trip.promise
    assert town.store.day_state(SERVICE, TUESDAY).holds == ()
    assert watch.errors == []


def test_both_ways_are_held_and_counted_down_together(page: Page, watch: Watch, address: str, town: Town) -> None:
    """The same key holds a pair: the page says both legs, the day holds both; then both are booked."""
    watched(page)
    open_rider(page, address)
    ask_both(page)
    stopped(page)
    page.keyboard.press("Alt+p")
    expect(held_offer(page)).to_contain_text("行きは、9時30分")
    expect(held_offer(page)).to_contain_text("お帰りは、")
    page.clock.run_for(1_000)
    expect(page.locator("[data-left]")).to_have_text("2:59")
    holds = town.store.day_state(SERVICE, TUESDAY).holds
    assert len({hold.until for hold in holds}) == 1
    accept(page).click()
    expect(page.locator(".done .say")).to_be_visible()
    trips = town.store.reservations(SERVICE, TUESDAY)
    assert {trip.promise for trip in trips} == {hold.trip.promise for hold in holds}
    assert town.store.day_state(SERVICE, TUESDAY).holds == ()
    assert watch.errors == []


def test_a_held_offer_is_given_up_by_its_key(page: Page, watch: Watch, address: str, town: Town) -> None:
    """Alt+U frees the time at once and says so; the cursor stays on the yes, which still books the offer."""
    open_rider(page, address)
    ask(page, time="930")
    expect(accept(page)).to_be_focused()
    page.keyboard.press("Alt+p")
    expect(held_offer(page)).to_contain_text("9時30分")
    page.keyboard.press("Alt+u")
    expect(page.locator("#held")).to_contain_text("お取り置きをやめました")
    assert town.store.day_state(SERVICE, TUESDAY).holds == ()
    expect(page.get_by_role("button", name="お取り置きをやめる")).to_have_count(0)
    expect(accept(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".done .say")).to_be_visible()
    assert len(town.store.reservations(SERVICE, TUESDAY)) == 1
    assert watch.errors == []


def test_a_held_pair_is_given_up_whole_by_its_button(page: Page, watch: Watch, address: str, town: Town) -> None:
    """The button ends the hold of both ways; the cursor goes to what is said, so that a second Enter books nothing."""
    open_rider(page, address)
    ask_both(page)
    page.keyboard.press("Alt+p")
    expect(held_offer(page)).to_contain_text("お帰りは、")
    assert len(town.store.day_state(SERVICE, TUESDAY).holds) == 2
    page.get_by_role("button", name="お取り置きをやめる").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#held .notice")).to_be_focused()
    assert town.store.day_state(SERVICE, TUESDAY).holds == ()
    page.keyboard.press("Enter")
    assert town.store.reservations(SERVICE, TUESDAY) == ()
    assert watch.errors == []


def over(page: Page, town: Town) -> None:
    """Three minutes pass, on the page and on the server."""
    town.clock.set(town.clock.now() + timedelta(milliseconds=HOLD_MS))
    page.clock.run_for(HOLD_MS)


def test_a_hold_that_is_over_says_what_comes_next(page: Page, address: str) -> None:
    """After three minutes the page says that it is over, what was held and that others may take it; there is nothing to
    give up any more, and the cursor stays beside it."""
    watched(page)
    open_rider(page, address)
    ask(page, time="930")
    expect(accept(page)).to_be_focused()
    stopped(page)
    page.keyboard.press("Alt+p")
    release = page.get_by_role("button", name="お取り置きをやめる")
    release.focus()
    page.clock.run_for(HOLD_MS - 20_000)
    expect(held_offer(page)).to_contain_text("あと30秒")
    expect(release).to_be_visible()
    page.keyboard.press("Alt+a")
    page.clock.run_for(20_000)
    expect(page.locator("#held")).to_contain_text("お取り置きの時間が過ぎました")
    expect(page.locator("#held")).to_contain_text("9時30分")
    expect(release).to_have_count(0)
    expect(page.get_by_role("button", name="もう一度調べる")).to_be_visible()
    expect(page.locator(".held")).to_be_focused()


def test_after_a_hold_the_offers_of_now_are_one_key_away(page: Page, watch: Watch, address: str, town: Town) -> None:
    """Alt+A answers the request anew, with offers of their own; the cursor is on the first, which Enter books."""
    watched(page)
    open_rider(page, address)
    ask(page, time="930")
    expect(accept(page)).to_be_focused()
    first = page.locator(".offers [name=offer_id]").first
    read_before = first.input_value()
    stopped(page)
    page.keyboard.press("Alt+p")
    expect(held_offer(page)).to_contain_text("9時30分")
    over(page, town)
    page.keyboard.press("Alt+a")
    expect(page.get_by_role("alert")).to_contain_text("調べ直しました")
    expect(page.locator("#held .held")).to_have_count(0)
    expect(first).not_to_have_value(read_before)
    page.clock.run_for(1_000)
    expect(accept(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".done .say")).to_be_visible()
    (trip,), (request,) = town.store.reservations(SERVICE, TUESDAY), town.store.requests(SERVICE, TUESDAY)
    assert trip.request_id == request.id
    assert watch.errors == []


def test_after_a_hold_of_both_ways_both_are_asked_anew(page: Page, watch: Watch, address: str, town: Town) -> None:
    """The same key: pairs again, the first of them with the cursor; Enter books both ways."""
    watched(page)
    open_rider(page, address)
    ask_both(page)
    stopped(page)
    page.keyboard.press("Alt+p")
    expect(held_offer(page)).to_contain_text("お帰りは、")
    over(page, town)
    expect(page.locator("#held")).to_contain_text("お取り置きの時間が過ぎました")
    page.keyboard.press("Alt+a")
    expect(page.get_by_role("alert")).to_contain_text("調べ直しました")
    page.clock.run_for(1_000)
    expect(accept(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".done .say")).to_be_visible()
    assert len(town.store.reservations(SERVICE, TUESDAY)) == 2
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
