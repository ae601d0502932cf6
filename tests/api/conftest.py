"""The town of the scenarios behind HTTP: on SQLite, on the evening before its Tuesday, guests allowed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI

from api.app import create_app
from dispatch.store.engine import open_engine
from dispatch.store.migrate import newest_revision, upgrade
from dispatch.store.sql import SqlStore
from tests.api.in_process import Client
from tests.scenarios.town import OPERATOR, Town, open_town, town_rules


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Two taxis, ten riders, six places; nothing booked yet."""
    engine = open_engine(f"sqlite:///{tmp_path / 'town.db'}")
    upgrade(engine)
    yield open_town(SqlStore(engine), rules=town_rules(booking={"guests_allowed": True}))
    engine.dispose()


@pytest.fixture
def app(town: Town) -> FastAPI:
    return create_app(town.desk, operator=OPERATOR, schema_version=newest_revision())


@pytest.fixture
def client(app: FastAPI) -> Iterator[Client]:
    with start_blocking_portal() as portal:
        opened = Client(app, portal)
        yield opened
        opened.close()
