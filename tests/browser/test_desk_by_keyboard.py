"""The desk in a real browser: a call is taken by keyboard only, and nothing is loaded from elsewhere."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.keyboard import DAY, ask, open_rider
from tests.scenarios.town import SERVICE, Town, party_of, town_rules

STRICT = {"search_earlier_min": 0, "search_later_min": 0}
SEVERE = {"serious", "critical"}


def test_a_ride_is_booked_by_keyboard_and_is_on_the_sheet(page: Page, watch: Watch, address: str) -> None:
    """Search, wish, offer, yes: without a mouse. Then the board and the driver's sheet name the rider and the time."""
    open_rider(page, address)
    ask(page, time="930")
    accept = page.locator(".offers button.main").first
    expect(accept).to_be_focused()
    expect(page.locator(".offers .say").first).to_contain_text("9時30分から9時45分のあいだにお迎えに上がり")
    page.keyboard.press("Enter")
    expect(page.locator(".done .say")).to_be_focused()
    expect(page.locator("#board")).to_contain_text("乗客1 様")
    page.keyboard.press("Escape")
    expect(page.locator("#search")).to_be_focused()
    sheet = page.locator("article.vehicle", has_text="乗客1 様").locator("a[href*='/sheet?']")
    page.goto(address.rstrip("/") + str(sheet.get_attribute("href")))
    expect(page.locator("body")).to_contain_text("乗客1 様")
    expect(page.locator("body")).to_contain_text("9:30")
    assert watch.errors == []
    assert watch.hosts() == {address.removeprefix("http://").rstrip("/")}


def test_a_refusal_is_read_and_another_time_helps(page: Page, watch: Watch, address: str, town: Town) -> None:
    """Both taxis away: the refusal is read; Enter on its button asks for the other time and brings offers."""
    with town.store.writing() as work:
        work.save_rules(SERVICE, town_rules(promise=STRICT))
    for rider, people in (("R2", 4), ("R3", 6)):
        town.book(town.wish(rider, origin="spa", destination="depot", after="9:00", party=party_of(people)))
    open_rider(page, address)
    page.locator("input[name=with_adult]").fill("3")
    page.locator("#destination").focus()
    ask(page, time="900")
    expect(page.locator(".refused .say").first).to_contain_text("どの車もふさがっております")
    expect(page.locator(".refused button[name=time_instead]").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".offers .say").first).to_contain_text("お迎えに上がり")
    assert page.input_value("#time") != "900"
    assert watch.errors == []


def test_an_unreadable_time_leaves_the_form_as_typed(page: Page, address: str) -> None:
    """The alert says what is wrong, Escape closes it, and nothing typed is lost."""
    open_rider(page, address)
    ask(page, time="あとで")
    expect(page.get_by_role("alert")).to_contain_text("時刻として読めません")
    assert page.input_value("#destination") == "clinic"
    page.keyboard.press("Escape")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_server_that_is_away_is_told_and_nothing_typed_is_lost(page: Page, address: str) -> None:
    """The call does not get through: the desk says that nothing is booked, and the form stays as typed."""
    open_rider(page, address)
    page.route("**/offers", lambda route: route.abort())
    ask(page, time="930")
    expect(page.get_by_role("alert")).to_contain_text("サーバーにつながりません")
    assert page.input_value("#destination") == "clinic"


def test_the_map_opens_in_its_sandbox(page: Page, watch: Watch, address: str, town: Town) -> None:
    """The button shows the day's map beside the call; it asks no other host."""
    town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    page.goto(address + DAY)
    page.keyboard.press("Alt+m")
    expect(page.frame_locator("iframe.map").locator(".leaflet-container")).to_be_visible()
    assert watch.hosts() == {address.removeprefix("http://").rstrip("/")}


def test_replanning_says_what_came_of_it(page: Page, address: str, town: Town) -> None:
    """The key for re-planning brings back the board with a sentence, and the trip is still on it."""
    town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    page.goto(address + DAY)
    page.keyboard.press("Alt+r")
    expect(page.locator(".message")).to_contain_text(re.compile("計画"))
    expect(page.locator("#board")).to_contain_text("乗客1 様")


@pytest.mark.parametrize("state", ["day", "caller", "offers", "refused"])
def test_no_serious_obstacle_for_anybody(page: Page, address: str, town: Town, state: str) -> None:
    """axe finds nothing serious on the day's page, with a caller opened, with offers and with a refusal."""
    town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    page.goto(address + DAY)
    if state != "day":
        open_rider(page, address)
    if state in ("offers", "refused"):
        ask(page, time="1400" if state == "offers" else "2300")
        expect(page.locator(f"section.{state}")).to_be_visible()
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SEVERE] == []
