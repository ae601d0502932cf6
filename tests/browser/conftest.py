"""A page in the system's Chromium, watched: what it asks for and what it complains about.

Playwright keeps an event loop running in the thread while it is open, so it is closed at the end of each
module; a test elsewhere may then start a loop of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
ABSENT = f"browser tests skipped: Chromium is not installed at {CHROMIUM}"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE_MS = 10_000


@dataclass
class Watch:
    """What happened on a page: every URL it asked for, every error it logged or threw."""

    urls: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(message.text)

    def hosts(self) -> set[str]:
        """The hosts asked; empty for a page that came from the disk and asked nobody."""
        return {urlsplit(url).netloc for url in self.urls} - {""}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window; the tests of the module are skipped when it is not installed."""
    if not CHROMIUM.exists():
        pytest.skip(ABSENT)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def watch() -> Watch:
    """What the page of this test asked for and complained about."""
    return Watch()


@pytest.fixture
def page(browser: Browser, watch: Watch) -> Iterator[Page]:
    """A fresh page of 1280 x 860, in Japanese, with nothing kept from other tests."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="ja-JP")
    context.set_default_timeout(PATIENCE_MS)
    fresh = context.new_page()
    fresh.on("request", lambda request: watch.urls.append(request.url))
    fresh.on("console", watch.on_console)
    fresh.on("pageerror", lambda error: watch.errors.append(str(error)))
    yield fresh
    context.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once, also in a quiet run, that and why browser tests were skipped."""
    skipped = [report for report in terminalreporter.getreports("skipped") if ABSENT in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} {ABSENT}")
