"""Database files that are made once and copied for each test: a copy takes a hundredth of what migrating takes.

What store and desk are made of is imported by the fixtures: the rules of the house and the process that hands out the
tests load this file, too, and need none of it.
"""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

gc.disable()  # while everything is imported: see the end
# A busy machine is slow; no example fails for that.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database."""
    from dispatch.store.engine import open_engine
    from dispatch.store.migrate import upgrade

    path = tmp_path_factory.mktemp("schema") / "empty.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def town_file(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Path:
    """The town with its two taxis, guests allowed, nothing booked."""
    from dispatch.store.engine import open_engine
    from dispatch.store.sql import SqlStore
    from tests.scenarios.town import furnish, town_rules

    path = tmp_path_factory.mktemp("town") / "town.db"
    shutil.copy(migrated_file, path)
    engine = open_engine(f"sqlite:///{path}")
    furnish(SqlStore(engine), rules=town_rules(booking={"guests_allowed": True}))
    engine.dispose()
    return path


@pytest.fixture
def open_migrated(migrated_file: Path) -> Iterator[Callable[[Path], Engine]]:
    """Opens migrated, empty databases; they are closed after the test."""
    yield from _opening(migrated_file)


@pytest.fixture
def open_furnished(town_file: Path) -> Iterator[Callable[[Path], Engine]]:
    """Opens databases of the town, guests allowed; they are closed after the test."""
    yield from _opening(town_file)


def _opening(file: Path) -> Iterator[Callable[[Path], Engine]]:
    from dispatch.store.engine import open_engine

    with ExitStack() as opened:

        def open_copy(path: Path) -> Engine:
            shutil.copy(file, path)  # with its mode: for its owner only
            engine = open_engine(f"sqlite:///{path}")
            opened.callback(engine.dispose)
            return engine

        yield open_copy


def pytest_collection_finish() -> None:
    """What has been imported by now stays to the end: the collector need not go through it again and again."""
    gc.freeze()
    gc.enable()
