"""The town of the scenarios behind HTTP: on SQLite, on the evening before its Tuesday, guests allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI
from sqlalchemy import Engine

from dispatch.store.sql import SqlStore
from tests.api.in_process import Client
from tests.api.one_app import app_of
from tests.scenarios.town import Town, town_on


@pytest.fixture
def town(tmp_path: Path, open_furnished: Callable[[Path], Engine]) -> Town:
    """Two taxis, ten riders, six places; nothing booked yet."""
    return town_on(SqlStore(open_furnished(tmp_path / "town.db")))


@pytest.fixture
def app(town: Town) -> FastAPI:
    """The application of all tests around the desk of this one; who changes it makes one of their own."""
    return app_of(town.desk)


@pytest.fixture
def client(app: FastAPI) -> Iterator[Client]:
    with start_blocking_portal() as portal:
        opened = Client(app, portal)
        yield opened
        opened.close()
