"""Every store, empty and filled with one small city: in memory, on an SQLite file, on a PostgreSQL server."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from sqlalchemy import Engine

from dispatch.model.rules_file import load_rules
from dispatch.store.engine import open_engine
from dispatch.store.memory import MemoryStore
from dispatch.store.protocol import Store
from dispatch.store.sql import SqlStore
from tests.dispatch.store.example_city import Example
from tests.dispatch.store.postgres import PostgresServer, ServerUnavailable, postgres_server


@pytest.fixture(scope="session")
def example() -> Example:
    """The rules are the sample city's, with one effective date well before the example's day."""
    text = files("sample_data").joinpath("service_rules.toml").read_text(encoding="utf-8")
    rules = load_rules(text, source="service_rules.toml")
    return Example(rules=rules.model_copy(update={"effective_from": date(2026, 4, 1)}))


@pytest.fixture
def open_database(tmp_path: Path, migrated_file: Path) -> Iterator[Callable[[], Engine]]:
    """Opens engines on one and the same fresh database file, as separate processes would."""
    path = tmp_path / "var" / "odekake.db"
    path.parent.mkdir(mode=0o700)
    shutil.copyfile(migrated_file, path)
    with ExitStack() as opened:

        def open_one() -> Engine:
            engine = open_engine(f"sqlite:///{path}")
            opened.callback(engine.dispose)
            return engine

        yield open_one


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """One PostgreSQL server for all tests; where none can run they are skipped, with the reason."""
    with ExitStack() as running:
        try:
            started = running.enter_context(postgres_server())
        except ServerUnavailable as unavailable:
            pytest.skip(f"not run on PostgreSQL: {unavailable}")
        yield started


@pytest.fixture
def open_on_server(server: PostgresServer) -> Iterator[Callable[[], Engine]]:
    """Opens engines on one and the same fresh database of the server, as separate processes would."""
    with server.database() as url, ExitStack() as opened:

        def open_one() -> Engine:
            engine = open_engine(url)
            opened.callback(engine.dispose)
            return engine

        yield open_one


@pytest.fixture
def city_on_server(open_on_server: Callable[[], Engine], example: Example) -> SqlStore:
    """The example's catalogue and rules on the server."""
    store = SqlStore(open_on_server())
    with store.writing() as work:
        example.fill(work)
    return store


@pytest.fixture(params=["open_database", "open_on_server"], ids=["sqlite", "postgresql"])
def open_sql(request: pytest.FixtureRequest) -> Callable[[], Engine]:
    """`open_database` and `open_on_server` in turn."""
    chosen: Callable[[], Engine] = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture
def booked(open_sql: Callable[[], Engine], example: Example) -> Engine:
    """The example's city with one reservation, on version 1 of its day."""
    engine = open_sql()
    store = SqlStore(engine)
    with store.writing() as work:
        example.fill(work)
    example.book(store, expected_version=0)
    return engine


@pytest.fixture(params=["memory", "open_database", "open_on_server"], ids=["memory", "sqlite", "postgresql"])
def empty_store(request: pytest.FixtureRequest) -> Store:
    """Each store of the contract, with nothing in it."""
    if request.param == "memory":
        return MemoryStore()
    open_one: Callable[[], Engine] = request.getfixturevalue(request.param)
    return SqlStore(open_one())


@pytest.fixture
def store(empty_store: Store, example: Example) -> Store:
    """Each store of the contract, with the example's catalogue and rules."""
    with empty_store.writing() as work:
        example.fill(work)
    return empty_store
