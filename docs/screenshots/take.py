"""Take the pictures of the README from a running desk: ``make screenshots`` while ``make run`` serves.

The desk shows the sample city, so every rider in the pictures is synthetic. Nothing is booked: the last offer is left.
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
CALLER, DESTINATION, TIME = "まつもと あきら", "小金井", "1400"


def main(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(viewport={"width": 1366, "height": 860}, locale="ja-JP").new_page()
        _offers(page, address)
        _sheet(page, address)
        _map(page, address)
        browser.close()


def _offers(page: Page, address: str) -> None:
    """A caller on the line: offers to read aloud beside the board of the day."""
    page.goto(address)
    page.keyboard.type(CALLER)
    page.locator("#results button").first.click()
    page.locator("#destination").fill(DESTINATION)
    page.locator("#time").fill(TIME)
    page.locator("#time").press("Enter")
    page.locator(".offers .say").first.wait_for()
    page.set_viewport_size({"width": 1366, "height": 1320})
    page.evaluate("() => window.scrollTo(0, 0)")
    page.screenshot(path=HERE / "desk.png")


def _sheet(page: Page, address: str) -> None:
    page.goto(address)
    link = page.locator("a[href*='/sheet?']").first.get_attribute("href") or ""
    page.goto(urljoin(address, link))
    page.screenshot(path=HERE / "sheet.png")


def _map(page: Page, address: str) -> None:
    """The map as a page of its own, all vehicles shown."""
    page.goto(address)
    page.keyboard.press("Alt+m")
    frame = page.locator("iframe.map").get_attribute("src") or ""
    page.goto(urljoin(address, frame))
    page.locator(".leaflet-container").wait_for()
    page.screenshot(path=HERE / "map.png")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000/")
