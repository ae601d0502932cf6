"""Answers that come late, twice or in another order than the questions: nothing the operator does is swallowed.

Requests are held back by the test, so every order is made on purpose and nothing depends on the machine's speed.
"""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Held, Watch
from tests.browser.keyboard import DAY, ask, open_rider
from tests.scenarios.town import Town

SEARCH = "**/riders?q=*"
AT_ONCE = """() => new MutationObserver((_, watcher) => {
    const result = document.querySelector("#results button");
    if (result) { watcher.disconnect(); result.focus(); result.click(); }
}).observe(document.body, {childList: true, subtree: true})"""


def search(page: Page, text: str, *, count: int) -> None:
    """Type into the search box until the list shows ``count`` riders."""
    page.keyboard.type(text)
    expect(page.locator("#results button")).to_have_count(count)


def test_a_rider_opens_in_the_moment_the_list_appears(page: Page, address: str) -> None:
    """Enter may come as fast as it likes: what can be seen answers."""
    page.goto(address + DAY)
    page.evaluate(AT_ONCE)
    page.keyboard.type("乗客1")
    expect(page.locator("#destination")).to_be_focused()


def test_the_list_stands_still_while_somebody_is_in_it(page: Page, address: str, held: Held) -> None:
    """A newer list comes while the cursor is on a rider: that rider stays, and opens; back in the box it is renewed."""
    page.goto(address + DAY)
    search(page, "乗客", count=8)
    held.hold(SEARCH)
    with page.expect_request(SEARCH):
        page.keyboard.type("9")
    page.locator("#results button").nth(4).focus()
    with page.expect_response(SEARCH):
        held.release(SEARCH)
    expect(page.locator("#results button").nth(4)).to_be_focused()
    page.locator("#search").focus()
    expect(page.locator("#results button")).to_have_count(1)
    expect(page.locator("#results")).to_contain_text("乗客9")


def test_enter_means_what_is_typed(page: Page, watch: Watch, address: str, held: Held) -> None:
    """Enter before the list of the whole name is there waits for it; the first of the older list is not opened."""
    page.goto(address + DAY)
    search(page, "乗客", count=8)
    held.hold(SEARCH)
    with page.expect_request(SEARCH):
        page.keyboard.type("3")
        page.keyboard.press("Enter")
    held.release(SEARCH)
    expect(page.locator("#rider-name")).to_contain_text("乗客3")
    expect(page.locator("#destination")).to_be_focused()
    assert [url for url in watch.urls if "/riders/" in url] == [f"{address}{DAY}/riders/R3"]


def test_arrow_down_before_the_list_goes_into_it_when_it_comes(page: Page, address: str, held: Held) -> None:
    """The key is not lost: the cursor is on the first rider of the list that was waited for."""
    page.goto(address + DAY)
    held.hold(SEARCH)
    with page.expect_request(SEARCH):
        page.keyboard.type("乗客")
        page.keyboard.press("ArrowDown")
    held.release(SEARCH)
    expect(page.locator("#results button").first).to_be_focused()


def test_a_search_does_not_come_back_over_an_open_caller(page: Page, address: str, held: Held) -> None:
    """The list on its way when a rider is opened is given up; the list stays closed."""
    page.goto(address + DAY)
    search(page, "乗客", count=8)
    held.hold(SEARCH)
    with page.expect_request(SEARCH):
        page.keyboard.type("1")
    with page.expect_event("requestfailed", lambda request: "riders?q=" in request.url):
        page.locator("#results button").nth(5).click()
    expect(page.locator("#rider-name")).to_contain_text("乗客5")
    expect(page.locator("#results button")).to_have_count(0)


def test_the_caller_opened_last_stays(page: Page, address: str, held: Held) -> None:
    """The answer for one rider is late, another is opened meanwhile: the late answer is given up."""
    page.goto(address + DAY)
    search(page, "乗客", count=8)
    held.hold("**/riders/R1")
    with page.expect_request("**/riders/R1"):
        page.locator("#results button").nth(1).click()
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/riders/R1")):
        page.locator("#results button").nth(2).click()
    expect(page.locator("#rider-name")).to_contain_text("乗客2")


def test_who_types_on_keeps_cursor_and_list(page: Page, address: str, held: Held) -> None:
    """A caller's card comes while the next name is typed: it is shown, but takes neither the cursor nor the list."""
    page.goto(address + DAY)
    search(page, "乗客", count=8)
    held.hold("**/riders/R1")
    with page.expect_request("**/riders/R1"):
        page.locator("#results button").nth(1).click()
    page.locator("#search").focus()
    search(page, "9", count=1)
    held.release("**/riders/R1")
    expect(page.locator("#rider-name")).to_contain_text("乗客1")
    expect(page.locator("#search")).to_be_focused()
    expect(page.locator("#results button")).to_have_count(1)


def test_a_promise_being_written_is_seen_out(page: Page, watch: Watch, address: str, held: Held) -> None:
    """While the booking is on its way every key waits: one booking, its answer shown, the board renewed."""
    open_rider(page, address)
    ask(page, time="930")
    expect(page.locator(".offers button.main").first).to_be_focused()
    held.hold("**/reservations")
    with page.expect_request("**/reservations"):
        page.keyboard.press("Enter")
    for key in ("Escape", "Enter", "Alt+k", "Alt+g"):
        page.keyboard.press(key)
    held.release("**/reservations")
    expect(page.locator(".done .say")).to_be_focused()
    expect(page.locator("#board")).to_contain_text("乗客1 様")
    assert sum(url.endswith("/reservations") for url in watch.urls) == 1
    assert not [url for url in watch.urls if url.endswith(("/abandon", "/guest"))]


def test_a_key_held_down_says_yes_once(page: Page, watch: Watch, address: str) -> None:
    """Enter kept pressed after asking does not accept the offer that comes."""
    open_rider(page, address)
    page.keyboard.type("clinic")
    page.locator("#time").fill("930")
    page.keyboard.down("Enter")
    expect(page.locator(".offers button.main").first).to_be_focused()
    page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    expect(page.locator(".offers button.main").first).to_be_enabled()
    assert not [url for url in watch.urls if url.endswith("/reservations")]


def test_replanning_and_the_board_wait_for_each_other(page: Page, watch: Watch, address: str, held: Held) -> None:
    """A booking while the plan is improved renews the board after the plan's answer; the map's key does not end it."""
    page.goto(address + DAY)
    held.hold("**/plan")
    with page.expect_request("**/plan"):
        page.keyboard.press("Alt+r")
    page.evaluate("() => htmx.trigger(document.body, 'day-changed')")
    page.keyboard.press("Alt+m")
    assert not [url for url in watch.urls if "/board" in url]
    with page.expect_request("**/board?view=table"):
        held.release("**/plan")


def test_the_board_renews_itself_in_the_view_that_is_open(page: Page, address: str) -> None:
    """A booking while the map is open brings the new map, not the table."""
    page.goto(address + DAY)
    page.keyboard.press("Alt+m")
    expect(page.locator("iframe.map")).to_be_visible()
    with page.expect_response("**/map?lang=ja"):
        page.evaluate("() => htmx.trigger(document.body, 'day-changed')")
    expect(page.locator("iframe.map")).to_be_visible()


def test_what_went_wrong_stands_while_the_board_renews_itself(page: Page, address: str, town: Town) -> None:
    """An alert is closed by what the operator does next, not by a board that is read again."""
    town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    open_rider(page, address)
    ask(page, time="あとで")
    expect(page.get_by_role("alert")).to_contain_text("時刻として読めません")
    with page.expect_response("**/board*"):
        page.evaluate("() => htmx.trigger(document.body, 'day-changed')")
    expect(page.get_by_role("alert")).to_contain_text("時刻として読めません")
