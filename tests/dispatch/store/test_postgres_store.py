"""What a database server brings with it: snapshots, locks that wait, connections that break."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from dispatch.model.errors import Conflict, SetupError
from dispatch.store.engine import for_writing, open_engine
from dispatch.store.migrate import newest_revision, revision_of, upgrade
from dispatch.store.protocol import UnitOfWork
from dispatch.store.sql import SqlStore
from tests.dispatch.store.example_city import CITY, TUESDAY, Example
from tests.dispatch.store.postgres import CUT_OTHERS, PostgresServer, wait_until

WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")


@pytest.fixture
def store(city_on_server: SqlStore) -> SqlStore:
    """The only store here."""
    return city_on_server


def test_one_process_at_a_time_has_the_turn_at_a_day(store: SqlStore, open_on_server: Callable[[], Engine]) -> None:
    """While the first store has Tuesday, the second one waits for it, but not for Wednesday, nor to write."""
    second, watcher = SqlStore(open_on_server()), open_on_server()

    def take() -> bool:
        with second.turn(CITY, TUESDAY):
            return True

    with ThreadPoolExecutor(max_workers=1) as pool:
        with store.turn(CITY, TUESDAY):
            with second.turn(CITY, TUESDAY + timedelta(days=1)), second.writing() as work:
                work.claim_day(CITY, TUESDAY, expected_version=0)
            waiting: Future[bool] = pool.submit(take)
            wait_until(watcher, WAITING)
            assert not waiting.done()
        assert waiting.result()


@pytest.mark.parametrize("after_a_look", [False, True])
def test_what_a_unit_of_work_looks_at_first_stays(
    store: SqlStore, open_on_server: Callable[[], Engine], *, after_a_look: bool
) -> None:
    """It reads the day from the store before it writes anything: nobody else writes from then on."""
    second, watcher = SqlStore(open_on_server()), open_on_server()

    def move_on() -> int:
        with second.writing() as work:
            return work.claim_day(CITY, TUESDAY, expected_version=second.day_version(CITY, TUESDAY))

    with ThreadPoolExecutor(max_workers=1) as pool:
        with store.snapshot() if after_a_look else nullcontext():
            assert store.day_version(CITY, TUESDAY) == 0
            with store.writing() as work:
                seen = store.day_version(CITY, TUESDAY)
                waiting: Future[int] = pool.submit(move_on)
                wait_until(watcher, WAITING)
                work.claim_day(CITY, TUESDAY, expected_version=seen)
        assert waiting.result() == 2


def test_a_turn_that_does_not_come_is_done_without(
    store: SqlStore, open_on_server: Callable[[], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process hangs with the turn at the day: after the wait the work goes on, versions keep it right."""
    monkeypatch.setattr("dispatch.store.engine.TURN_TIMEOUT_MS", 1)
    second = SqlStore(open_on_server())
    with store.turn(CITY, TUESDAY), second.turn(CITY, TUESDAY):
        assert second.day_version(CITY, TUESDAY) == 0


def test_a_writer_who_waited_sees_what_the_one_before_has_done(
    store: SqlStore, open_on_server: Callable[[], Engine], example: Example
) -> None:
    """Second opens its unit of work while first is still writing version 1; it then claims 1 → 2, not a stale 0 → 1."""
    second, watcher = SqlStore(open_on_server()), open_on_server()

    def claim_next() -> int:
        with second.writing() as work:
            return work.claim_day(CITY, TUESDAY, expected_version=1)

    with ThreadPoolExecutor(max_workers=1) as pool:
        with store.writing() as work:
            work.claim_day(CITY, TUESDAY, expected_version=0)
            waiting: Future[int] = pool.submit(claim_next)
            wait_until(watcher, WAITING)
            assert not waiting.done()
        assert waiting.result() == 2
    assert store.day_version(CITY, TUESDAY) == 2


def test_one_reading_is_one_snapshot(store: SqlStore, open_on_server: Callable[[], Engine], example: Example) -> None:
    """A booking committed between two selects of one read transaction is seen by the next one only."""
    count = text("SELECT count(*) FROM reservation")
    with open_on_server().connect() as reading:
        before = reading.execute(count).scalar()
        example.book(store, expected_version=0)
        assert (before, reading.execute(count).scalar()) == (0, 0)
        reading.rollback()
        assert reading.execute(count).scalar() == 1


def test_sessions_are_set_as_we_need_them(open_on_server: Callable[[], Engine]) -> None:
    """UTC, bounded waiting, snapshots for reading, the present state for writing."""
    engine = open_on_server()
    with engine.connect() as reading, for_writing(engine).connect() as writing:
        shown = [
            connection.exec_driver_sql(f"SHOW {name}").scalar()
            for connection in (reading, writing)
            for name in ("transaction_isolation", "timezone", "lock_timeout", "idle_in_transaction_session_timeout")
        ]
    assert shown == ["repeatable read", "UTC", "10s", "1min", "read committed", "UTC", "10s", "1min"]


def test_a_program_that_dies_while_writing_leaves_nothing_and_lets_go(
    store: SqlStore, open_on_server: Callable[[], Engine], example: Example
) -> None:
    """Its connection is cut in the middle of a unit of work: told as unreachable, rolled back, the next one writes."""
    killer = open_on_server()

    def claim_and_die(work: UnitOfWork) -> None:
        work.claim_day(CITY, TUESDAY, expected_version=0)
        with killer.connect() as connection:
            connection.execute(CUT_OTHERS)
        example.request(work)

    with pytest.raises(SetupError) as caught, store.writing() as work:
        claim_and_die(work)
    assert caught.value.code == "database_unreachable"
    assert store.day_version(CITY, TUESDAY) == 0
    assert example.book(store, expected_version=0).id


def test_a_server_that_is_away_is_told(server: PostgresServer, tmp_path: Path) -> None:
    """Nothing listens in an empty folder: preparing and reading both say so."""
    engine = open_engine(server.url("nothing").replace(str(server.folder), str(tmp_path)))
    for attempt in (lambda: upgrade(engine), lambda: SqlStore(engine).services()):
        with pytest.raises(SetupError) as caught:
            attempt()
        assert caught.value.code == "database_unreachable"


@contextmanager
def _engines(server: PostgresServer, number: int) -> Iterator[list[Engine]]:
    with server.bare_database() as url:
        engines = [open_engine(url) for _ in range(number)]
        yield engines
        for engine in engines:
            engine.dispose()


def test_a_database_handed_out_again_is_as_new(server: PostgresServer, example: Example) -> None:
    """Rows are gone and numbers begin again; once a table was altered, or another revision noted, it is another one."""

    def first_booking(url: str) -> int:
        with closing(SqlStore(open_engine(url))) as fresh:
            assert (fresh.services(), fresh.day_version(CITY, TUESDAY)) == ((), 0)
            with fresh.writing() as work:
                example.fill(work)
            return example.book(fresh, expected_version=0).id

    with server.database() as url:
        assert first_booking(url) == 1
    with server.database() as again:
        assert (again, first_booking(again)) == (url, 1)
    for change in ("ALTER TABLE day ADD COLUMN more INT", "UPDATE alembic_version SET version_num = '9999'"):
        with server.database() as altered:
            engine = open_engine(altered)
            with engine.begin() as connection:
                connection.execute(text(change))
            engine.dispose()
        with server.database() as other:
            assert (other != altered, first_booking(other)) == (True, 1)


def test_several_processes_may_start_on_an_empty_database(server: PostgresServer) -> None:
    """Four at once: one migrates, three find it done, and all have the schema."""
    with _engines(server, 4) as engines:
        with ThreadPoolExecutor(max_workers=4) as pool:
            list(pool.map(upgrade, engines))
        for engine in engines:
            with engine.connect() as connection:
                assert revision_of(connection) == newest_revision()


def test_a_newer_server_database_is_refused_untouched(open_on_server: Callable[[], Engine]) -> None:
    """A revision this program does not know: refused by name, and the revision is still there."""
    engine = open_on_server()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SetupError) as caught:
        upgrade(engine)
    assert (caught.value.code, caught.value.values) == ("database_newer", {"revision": "9999"})
    with engine.connect() as connection:
        assert revision_of(connection) == "9999"


def test_a_deadlock_is_a_busy_database(store: SqlStore, open_on_server: Callable[[], Engine]) -> None:
    """Somebody outside our lock holds the row the writer needs and wants one that it has: the writer may try again."""
    outside = open_on_server()
    held: Future[bool] = Future()
    with store.writing() as work:
        work.claim_day(CITY, TUESDAY, expected_version=0)

    def want_both() -> None:
        with outside.begin() as connection:
            connection.execute(text("SET LOCAL deadlock_timeout = '60s'"))
            connection.execute(text("UPDATE catalog SET version = 9"))
            held.set_result(True)
            connection.execute(text("UPDATE day SET version = 9"))

    def claim_then_edit(work: UnitOfWork, pool: ThreadPoolExecutor) -> None:
        work.claim_day(CITY, TUESDAY, expected_version=1)
        pool.submit(want_both)
        held.result()
        work.save(store.place(CITY, "P001"))

    with ThreadPoolExecutor(max_workers=1) as pool:
        with pytest.raises(Conflict) as caught, store.writing() as work:
            claim_then_edit(work, pool)
        assert caught.value.code == "database_busy"
    assert (store.day_version(CITY, TUESDAY), store.catalog_version(CITY)) == (9, 9)
