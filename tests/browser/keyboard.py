"""How an operator takes a call without a mouse."""

from __future__ import annotations

from playwright.sync_api import Page, expect

DAY = "desk/town/2026-11-24"


def open_rider(page: Page, address: str, *, rider: str = "乗客1") -> None:
    """The cursor is in the search box when the page opens: type, arrow down, Enter."""
    page.goto(address + DAY)
    page.keyboard.type(rider)
    expect(page.locator("#results button")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#destination")).to_be_focused()


def ask(page: Page, *, time: str) -> None:
    """From the destination on: the clinic at ``time``, Enter."""
    page.keyboard.type("clinic")
    page.keyboard.press("Alt+h")
    page.keyboard.type(time)
    page.keyboard.press("Enter")
