"""Backups that count, and putting one back."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from dispatch.model.errors import SetupError
from dispatch.store.backup import backup, restore, verify
from dispatch.store.sql import SqlStore
from tests.dispatch.store.example_city import CITY, TUESDAY, Example

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SAFETY_COPY = "odekake-before-restore-20261124T030000Z.db"


@pytest.fixture
def store(open_database: Callable[[], Engine], example: Example) -> SqlStore:
    """A database in use: the example city with one booking."""
    opened = SqlStore(open_database())
    with opened.writing() as work:
        example.fill(work)
    example.book(opened, expected_version=0)
    return opened


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/var/odekake.db"


def _run_sql(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_a_backup_holds_everything_and_is_private(store: SqlStore, url: str, tmp_path: Path) -> None:
    """Made while the store is open: one file, 0600, one journal day, one reservation, verified again from the file."""
    target = tmp_path / "copies" / "monday.db"
    contents = backup(url, target)
    assert (contents.journal_days, dict(contents.rows)["reservation"], dict(contents.rows)["place"]) == (1, 1, 2)
    assert verify(target) == contents
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in target.parent.iterdir()] == ["monday.db"]


def test_a_backup_is_one_snapshot_of_a_database_being_written(
    store: SqlStore, url: str, tmp_path: Path, example: Example
) -> None:
    """What an open unit of work has written so far is not in it; what was committed before is."""
    with store.writing() as work:
        work.claim_day(CITY, TUESDAY, expected_version=1)
        example.request(work)
        contents = backup(url, tmp_path / "copy.db")
    assert dict(contents.rows)["request"] == 1
    assert len(store.requests(CITY, TUESDAY)) == 2


def test_restoring_brings_back_that_state_and_keeps_the_other(
    store: SqlStore, url: str, tmp_path: Path, example: Example
) -> None:
    """One booking backed up, a second made, restored: one again; the safety copy holds both."""
    backup(url, tmp_path / "copy.db")
    kept_state = store.day_state(CITY, TUESDAY)
    example.book(store, expected_version=1)
    done = restore(tmp_path / "copy.db", database_url=url, at=NOON)
    assert store.day_state(CITY, TUESDAY) == kept_state
    (safety,) = done.safety_copies
    assert safety.name == SAFETY_COPY
    assert stat.S_IMODE(safety.stat().st_mode) == 0o600
    assert dict(verify(safety).rows)["reservation"] == 2
    example.book(store, expected_version=1)
    assert len(store.reservations(CITY, TUESDAY)) == 2


def test_restoring_where_nothing_was(store: SqlStore, url: str, tmp_path: Path) -> None:
    """On a new machine the backup becomes the database, private, and nothing is kept aside."""
    contents = backup(url, tmp_path / "copy.db")
    new = tmp_path / "new" / "odekake.db"
    done = restore(tmp_path / "copy.db", database_url=f"sqlite:///{new}", at=NOON)
    assert (done.contents, done.safety_copies) == (contents, ())
    assert stat.S_IMODE(new.stat().st_mode) == 0o600


def test_restoring_over_rubbish_keeps_the_rubbish(store: SqlStore, url: str, tmp_path: Path) -> None:
    """A database file that is none is moved aside, byte for byte."""
    contents = backup(url, tmp_path / "copy.db")
    broken = tmp_path / "broken" / "odekake.db"
    broken.parent.mkdir()
    broken.write_bytes(b"no database" * 1000)
    done = restore(tmp_path / "copy.db", database_url=f"sqlite:///{broken}", at=NOON)
    assert done.contents == contents
    assert [path.read_bytes() for path in done.safety_copies] == [b"no database" * 1000]


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE journal SET body = replace(body, 'accepted', 'cancelled')", "journal 2026-11-24 record 1: content"),
        ("DELETE FROM journal", "journal 2026-11-24 record 1: head"),
        ("DROP TABLE journal", "unreadable"),
        ("DROP TABLE alembic_version", "no schema"),
    ],
)
def test_a_tampered_backup_is_refused(store: SqlStore, url: str, tmp_path: Path, statement: str, reason: str) -> None:
    """A changed or emptied journal or a missing table: named, and the database stays as it is."""
    backup(url, tmp_path / "copy.db")
    _run_sql(tmp_path / "copy.db", statement)
    with pytest.raises(SetupError) as caught:
        restore(tmp_path / "copy.db", database_url=url, at=NOON)
    assert (caught.value.code, caught.value.values["reason"]) == ("backup_damaged", reason)
    assert store.day_version(CITY, TUESDAY) == 1
    assert not (tmp_path / "var" / SAFETY_COPY).exists()


@pytest.mark.parametrize("damage", ["truncated", "letters", "empty"])
def test_a_file_that_is_no_whole_database_is_refused(store: SqlStore, url: str, tmp_path: Path, damage: str) -> None:
    """Half a file, a text file and an empty file."""
    copy = tmp_path / "copy.db"
    backup(url, copy)
    whole = copy.read_bytes()
    copy.write_bytes({"truncated": whole[: len(whole) // 2], "letters": b"Dear mayor, " * 500, "empty": b""}[damage])
    with pytest.raises(SetupError) as caught:
        restore(copy, database_url=url, at=NOON)
    assert caught.value.code == "backup_damaged"
    assert store.day_version(CITY, TUESDAY) == 1


def test_a_backup_of_a_newer_program_is_refused(store: SqlStore, url: str, tmp_path: Path) -> None:
    """Neither restored nor made: the revision is named."""
    backup(url, tmp_path / "copy.db")
    _run_sql(tmp_path / "copy.db", "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SetupError) as caught:
        restore(tmp_path / "copy.db", database_url=url, at=NOON)
    assert (caught.value.code, caught.value.values) == ("backup_newer", {"revision": "9999"})


def test_nothing_is_overwritten(store: SqlStore, url: str, tmp_path: Path) -> None:
    """An existing target, and an existing safety copy, stop the work before it begins."""
    target = tmp_path / "copy.db"
    backup(url, target)
    before = target.read_bytes()
    with pytest.raises(SetupError) as caught:
        backup(url, target)
    assert caught.value.code == "backup_exists"
    assert target.read_bytes() == before
    (tmp_path / "var" / SAFETY_COPY).write_bytes(b"precious")
    with pytest.raises(SetupError) as caught:
        restore(target, database_url=url, at=NOON)
    assert caught.value.code == "backup_exists"
    assert (tmp_path / "var" / SAFETY_COPY).read_bytes() == b"precious"


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    """No database to copy, no backup to restore, and a database in a server, which has tools of its own."""
    missing = f"sqlite:///{tmp_path}/none.db"
    with pytest.raises(SetupError) as caught:
        backup(missing, tmp_path / "copy.db")
    assert caught.value.code == "database_missing"
    with pytest.raises(SetupError) as caught:
        restore(tmp_path / "copy.db", database_url=missing, at=NOON)
    assert caught.value.code == "backup_missing"
    with pytest.raises(SetupError) as caught:
        backup("postgresql+psycopg://host/x", tmp_path / "copy.db")
    assert caught.value.code == "backup_not_sqlite"
    assert list(tmp_path.iterdir()) == []
