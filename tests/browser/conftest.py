"""A page in the system's Chromium, watched: what it asks for and what it complains about.

Playwright keeps an event loop running in the thread while it is open, so it is closed before the first test of another
folder, which may then start a loop of its own. Until then one Chromium serves all tests: starting one takes longer
than most of them, and what a page keeps belongs to its context, which every test has to itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect, sync_playwright
from sqlalchemy import Engine

from api.server import listen
from dispatch.store.sql import SqlStore
from solver.warm_up import warm_up
from tests.api.one_app import app_of
from tests.scenarios.town import Town, town_on

FOLDER = Path(__file__).parent
CHROMIUM = Path("/usr/bin/chromium")
ABSENT = f"browser tests skipped: Chromium is not installed at {CHROMIUM}"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",  # what draws in software needs no process of its own
    "--disable-background-networking",
    "--renderer-process-limit=1",  # none is kept ready for a next page that never comes
]
PATIENCE_MS = 30_000  # how long until a test fails; a busy machine is slow, a broken desk never answers

expect.set_options(timeout=PATIENCE_MS)


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


@dataclass
class Held:
    """Requests that do not reach the server before the test lets them through."""

    page: Page
    routes: list[Route] = field(default_factory=list)

    def hold(self, pattern: str) -> None:
        """From now on, keep every request to an address of this pattern."""
        self.page.route(pattern, lambda route: self.routes.append(route))

    def release(self, pattern: str) -> None:
        """Let through what was kept, and everything to come."""
        kept, self.routes = self.routes, []
        for route in kept:
            route.continue_()
        self.page.unroute(pattern)


@dataclass
class Shared:
    """The Chromium of tests that follow one another, and how it is closed."""

    chromium: Browser
    closing: ExitStack


SHARED = pytest.StashKey[Shared]()


@pytest.fixture
def browser(pytestconfig: pytest.Config) -> Browser:
    """Chromium without a window; the tests are skipped when it is not installed."""
    if not CHROMIUM.exists():
        pytest.skip(ABSENT)
    if SHARED not in pytestconfig.stash:
        with ExitStack() as opened:
            playwright = opened.enter_context(sync_playwright())
            chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
            opened.callback(chromium.close)
            pytestconfig.stash[SHARED] = Shared(chromium, opened.pop_all())
    return pytestconfig.stash[SHARED].chromium


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Close Chromium after the last test of this folder, when everything of that test is gone."""
    try:
        yield
    finally:
        if nextitem is None or FOLDER not in nextitem.path.parents:
            _close(item.config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """A run that was interrupted leaves nothing open either."""
    _close(config)


def _close(config: pytest.Config) -> None:
    if SHARED in config.stash:
        config.stash[SHARED].closing.close()
        del config.stash[SHARED]


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


@pytest.fixture
def town(tmp_path: Path, open_furnished: Callable[[Path], Engine]) -> Town:
    """Two taxis and ten riders on the evening before the Tuesday; guests allowed; kernels loaded as after a start."""
    warm_up()
    return town_on(SqlStore(open_furnished(tmp_path / "town.db")))


@pytest.fixture
def address(town: Town) -> Iterator[str]:
    """Where the desk is served while the test runs. The socket listens before the server starts: nobody waits."""
    listener = listen(host="127.0.0.1", port=0)
    server = uvicorn.Server(uvicorn.Config(app_of(town.desk), log_level="error", access_log=False, ws="none"))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    server.should_exit = True
    thread.join()


@pytest.fixture
def held(page: Page) -> Held:
    """Hold requests of the page back."""
    return Held(page)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once, also in a quiet run, that and why browser tests were skipped."""
    skipped = [report for report in terminalreporter.getreports("skipped") if ABSENT in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} {ABSENT}")
