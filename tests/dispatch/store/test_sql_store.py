"""What only a database has: several connections and locks on both kinds, files on SQLite."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from dispatch.model.errors import Conflict, SetupError
from dispatch.store.engine import open_engine
from dispatch.store.journal import verify_chain
from dispatch.store.memory import MemoryStore
from dispatch.store.sql import SqlStore
from tests.dispatch.store.example_city import CITY, HANAKO, TUESDAY, Example


@pytest.fixture
def stores(open_sql: Callable[[], Engine], example: Example) -> tuple[SqlStore, SqlStore]:
    """Two stores with connections of their own on one database, as two server processes have."""
    first, second = SqlStore(open_sql()), SqlStore(open_sql())
    with first.writing() as work:
        example.fill(work)
    return first, second


def test_readers_go_on_while_somebody_writes(stores: tuple[SqlStore, SqlStore], example: Example) -> None:
    """During an open unit of work another connection reads the old version, after it the new one."""
    writer, reader = stores
    with writer.writing() as work:
        work.claim_day(CITY, TUESDAY, expected_version=0)
        example.request(work)
        assert reader.day_state(CITY, TUESDAY).version == 0
        assert reader.requests(CITY, TUESDAY) == ()
    assert reader.day_state(CITY, TUESDAY).version == 1
    assert len(reader.requests(CITY, TUESDAY)) == 1


def test_what_one_writes_the_other_sees_through_its_cache(stores: tuple[SqlStore, SqlStore], example: Example) -> None:
    """A state cached in one process is not served after another process has moved the day or the catalogue."""
    here, there = stores
    assert there.day_state(CITY, TUESDAY).reservations == ()
    booked = example.book(here, expected_version=0)
    assert there.day_state(CITY, TUESDAY).reservations == (booked,)
    with here.writing() as work:
        work.save(example.shift("S2"))
    assert len(there.day_state(CITY, TUESDAY).shifts) == 2


def test_a_day_read_again_keeps_the_routes_it_had(stores: tuple[SqlStore, SqlStore], example: Example) -> None:
    """Of a plan with the route as it was and a new one, only the new one is read; both are as in a reading of all."""
    here, there = stores
    booked = example.book(here, expected_version=0)
    (before,) = there.day_state(CITY, TUESDAY).plan.routes
    changed = replace(example.route(booked.id), shift_id="S2", distance_m=13_000)
    with here.writing() as work:
        version = work.claim_day(CITY, TUESDAY, expected_version=1)
        work.publish_plan(example.plan(version, changed, example.route(booked.id)))
    plan = there.day_state(CITY, TUESDAY).plan
    assert plan.routes[0] == changed
    assert plan.routes[1] is before
    assert plan == here.day_state(CITY, TUESDAY).plan == there.plan(CITY, TUESDAY, version)


def test_of_many_who_claim_the_same_version_one_wins(stores: tuple[SqlStore, SqlStore], example: Example) -> None:
    """Twelve threads over two engines try to book on version 0: one books, eleven are told that the day changed."""

    def attempt(number: int) -> str:
        try:
            example.book(stores[number % 2], expected_version=0)
        except Conflict as conflict:
            return conflict.code
        return "booked"

    with ThreadPoolExecutor(max_workers=4) as pool:
        results = list(pool.map(attempt, range(12)))
    assert sorted(results) == ["booked"] + ["day_changed"] * 11
    assert len(stores[0].reservations(CITY, TUESDAY)) == 1


def test_writers_that_try_again_all_succeed(stores: tuple[SqlStore, SqlStore], example: Example) -> None:
    """Eight threads over two engines book until they succeed: eight reservations, version 8, an unbroken journal."""

    def persist(number: int) -> None:
        store = stores[number % 2]
        while True:
            try:
                example.book(store, expected_version=store.day_version(CITY, TUESDAY))
            except Conflict:
                continue
            return

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(persist, range(8)))
    state = stores[1].day_state(CITY, TUESDAY)
    assert (state.version, len(state.reservations)) == (8, 8)
    journal = stores[0].journal(CITY, TUESDAY)
    assert len(journal.records) == 8
    assert verify_chain(journal) == ()


def test_a_database_kept_busy_is_a_conflict(stores: tuple[SqlStore, SqlStore], open_sql: Callable[[], Engine]) -> None:
    """A writer that may not wait is told so in the words of the error table."""
    impatient = open_sql()
    with impatient.connect() as connection:
        on_file = impatient.dialect.name == "sqlite"
        connection.exec_driver_sql("PRAGMA busy_timeout = 0" if on_file else "SET lock_timeout = '1ms'")
        connection.commit()
    with stores[0].writing() as work:
        work.claim_day(CITY, TUESDAY, expected_version=0)
        with pytest.raises(Conflict) as caught, SqlStore(impatient).writing():
            pass
    assert caught.value.code == "database_busy"
    assert stores[0].day_version(CITY, TUESDAY) == 1


def test_memory_is_kept_busy_alike() -> None:
    """A unit of work inside another one is told the same, instead of waiting for itself for ever."""
    store = MemoryStore(busy_timeout_s=0)
    with store.writing() as work:
        work.claim_day(CITY, TUESDAY, expected_version=0)
        with pytest.raises(Conflict) as caught, store.writing():
            pass
    assert caught.value.code == "database_busy"
    assert store.day_version(CITY, TUESDAY) == 1


def test_a_closed_store_opens_again(open_database: Callable[[], Engine], tmp_path: Path) -> None:
    """After closing, -wal and -shm are gone with the last connection; the next reading opens a new one."""
    store = SqlStore(open_database())
    assert store.day_version(CITY, TUESDAY) == 0
    store.close()
    assert [file.name for file in (tmp_path / "var").iterdir()] == ["odekake.db"]
    assert store.day_version(CITY, TUESDAY) == 0


def test_database_and_folder_are_private(tmp_path: Path, open_database: Callable[[], Engine]) -> None:
    """The file, its -wal and its -shm are 0600, a new folder 0700, whatever the mode of an older file was."""
    engine = open_database()
    with engine.connect() as connection:
        connection.execute(text("SELECT count(*) FROM service"))
        folder = tmp_path / "var"
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert set(modes) >= {"odekake.db", "odekake.db-wal", "odekake.db-shm"}
    assert set(modes.values()) == {0o600}
    open_engine(f"sqlite:///{tmp_path}/new/folders/x.db").dispose()
    made = (tmp_path / "new", tmp_path / "new" / "folders")
    assert [stat.S_IMODE(path.stat().st_mode) for path in made] == [0o700, 0o700]


def test_connections_are_durable_and_guarded(open_database: Callable[[], Engine]) -> None:
    """WAL, synchronous FULL (2), foreign keys on."""
    with open_database().connect() as connection:
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert settings == ["wal", 2, 1]


def test_references_are_guarded_by_the_database(open_sql: Callable[[], Engine]) -> None:
    """A guest of a request that does not exist cannot even be written by hand."""
    engine = open_sql()
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text("INSERT INTO guest VALUES (99, 's', 'n', 'k', 'p')"))


def test_vouchers_used_at_once_are_never_overdrawn(stores: tuple[SqlStore, SqlStore], example: Example) -> None:
    """Three vouchers, eight trips on different days at the same moment: three are paid, five are told."""

    def use_one(number: int) -> str:
        day = TUESDAY + timedelta(days=number)
        try:
            with stores[number % 2].writing() as work:
                work.claim_day(CITY, day, expected_version=0)
                work.move_vouchers(service_id=CITY, rider_id=HANAKO, change=-1, reservation_id=0, at=example.moment)
        except Conflict as conflict:
            return conflict.code
        return "paid"

    with stores[0].writing() as work:
        work.move_vouchers(service_id=CITY, rider_id=HANAKO, change=3, reservation_id=0, at=example.moment)
    with ThreadPoolExecutor(max_workers=4) as pool:
        results = sorted(pool.map(use_one, range(8)))
    assert results == ["paid"] * 3 + ["vouchers_changed"] * 5
    assert stores[1].voucher_balance(CITY, HANAKO) == 0


def test_two_first_edits_of_a_day_are_one_after_the_other(stores: tuple[SqlStore, SqlStore], example: Example) -> None:
    """Eight threads journal on a day nobody has touched: eight records, one chain, no error."""

    def note(number: int) -> None:
        with stores[number % 2].writing() as work:
            work.journal(example.entry(version=0, kind="noted", number=number))

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(note, range(8)))
    journal = stores[0].journal(CITY, TUESDAY)
    assert (len(journal.records), verify_chain(journal)) == (8, ())


@pytest.mark.parametrize("url", ["", "odekake.db", "nosuchdatabase://x/y"])
def test_a_url_that_is_none_is_told(url: str) -> None:
    """Neither a bare path nor an unknown database opens."""
    with pytest.raises(SetupError) as caught:
        open_engine(url)
    assert caught.value.code == "database_url_invalid"


def test_an_old_sqlite_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library comes with Python, so an enterprise system may bring one that cannot return the numbers of rows."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(SetupError) as caught:
        open_engine(f"sqlite:///{tmp_path / 'city.db'}")
    assert caught.value.code == "sqlite_too_old"
    assert not (tmp_path / "city.db").exists()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_sqlite_in_memory_is_refused(url: str) -> None:
    """Each connection would see a database of its own; `MemoryStore` is there for that."""
    with pytest.raises(SetupError) as caught:
        open_engine(url)
    assert caught.value.code == "database_not_a_file"


def test_a_day_with_many_versions_stays_small(stores: tuple[SqlStore, SqlStore], example: Example) -> None:
    """Twenty plan versions that share seven of eight routes store 7 + 20 routes, not 160."""
    store = stores[0]
    for version in range(1, 21):
        with store.writing() as work:
            work.claim_day(CITY, TUESDAY, expected_version=version - 1)
            shared = [example.route(number) for number in range(1, 8)]
            work.publish_plan(example.plan(version, *shared, example.route(100 + version)))
    with store._engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM route")).scalar() == 27
    assert len(store.plan(CITY, TUESDAY, 3).routes) == 8
