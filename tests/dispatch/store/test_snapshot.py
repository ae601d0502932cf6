"""Reads that belong together see one moment; what need not last does not wait for the disk, and breaks nothing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, QueuePool, event

from dispatch.model.catalog import Service
from dispatch.model.errors import NotFound
from dispatch.store.engine import for_writing
from dispatch.store.sql import SqlStore


@pytest.fixture
def stores(open_sql: Callable[[], Engine]) -> tuple[SqlStore, SqlStore]:
    """Two stores with connections of their own on one database, as two server processes have."""
    return SqlStore(open_sql()), SqlStore(open_sql())


def _service(number: str, *, name: str) -> Service:
    return Service(id=number, name_ja=name, name_en=name, municipality_code="082104", boundary=[])


def _named(store: SqlStore, name: str) -> None:
    with store.writing() as work:
        work.save(_service("s", name=name))


def test_a_snapshot_lasts_until_its_thread_writes(stores: tuple[SqlStore, SqlStore]) -> None:
    """Others' changes are not seen within it, neither half nor whole; one's own write begins a new look."""
    mine, other = stores
    _named(mine, "before")
    with mine.snapshot(), mine.snapshot():
        assert mine.service("s").name_en == "before"
        _named(other, "meanwhile")
        assert mine.service("s").name_en == "before"
        with ThreadPoolExecutor(1) as another_thread:
            assert another_thread.submit(lambda: mine.service("s").name_en).result() == "meanwhile"
        with mine.writing() as work:
            work.save(_service("t", name="of another service"))
        assert mine.service("s").name_en == "meanwhile"
    _named(other, "afterwards")
    assert mine.service("s").name_en == "afterwards"


def test_who_writes_after_reading_keeps_the_connection(open_sql: Callable[[], Engine]) -> None:
    """Taken from the pool once for a look and the write after it, once more for the next look, and all given back."""
    engine, taken = open_sql(), []
    store = SqlStore(engine)
    _named(store, "before")
    event.listen(engine, "checkout", lambda *_: taken.append("a connection"))
    with store.snapshot():
        assert store.service("s").name_en == "before"
        _named(store, "after")
        assert len(taken) == 1
        assert store.service("s").name_en == "after"
    assert len(taken) == 2
    assert isinstance(engine.pool, QueuePool)
    assert engine.pool.checkedout() == 0


def test_after_an_error_the_next_read_looks_anew(stores: tuple[SqlStore, SqlStore]) -> None:
    """A read that fails leaves nothing open that would fail the next one."""
    mine, other = stores
    with mine.snapshot():
        with pytest.raises(NotFound):
            mine.service("s")
        _named(other, "found")
        assert mine.service("s").name_en == "found"


def test_only_lasting_work_waits_for_the_disk(open_sql: Callable[[], Engine]) -> None:
    """It is the last thing set before the unit of work begins, each time, for connections are used again."""
    engine, set_to = open_sql(), []
    asked = "SHOW synchronous_commit" if engine.dialect.name == "postgresql" else "PRAGMA synchronous"
    for lasting in (True, False, True):
        with for_writing(engine, lasting=lasting).connect() as connection:
            connection.exec_driver_sql("SELECT 1")
            set_to.append(str(connection.exec_driver_sql(asked).scalar()))
    assert set_to in (["2", "1", "2"], ["on", "off", "on"])
