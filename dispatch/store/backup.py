"""A verified copy of the SQLite database while others go on working, and putting one back.

A copy counts only when it has been read again: whole pages, a schema this program knows, as many rows as the original
had in the same snapshot, and every day's journal chain unbroken. (This module is for SQLite only; a PostgreSQL
server has its own tools.)
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path

from dispatch.model.errors import SetupError
from dispatch.model.journal import JournalChain, JournalRecord
from dispatch.model.table import Stored
from dispatch.store.engine import BUSY_TIMEOUT_MS, create_private_file, database_path
from dispatch.store.journal import FIRST_HASH, verify_chain
from dispatch.store.migrate import EMPTY, is_known


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a database holds: its migration, rows by table (in the order of names), and days with a journal."""

    revision: str
    rows: tuple[tuple[str, int], ...]
    journal_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put back, and where the database that was there before is kept (nothing when there was none)."""

    contents: Contents
    safety_copies: tuple[Path, ...]


def backup(database_url: str, target: Path) -> Contents:
    """Copy the database to ``target`` (mode 0600), verified; ``target`` appears only when it is good.

    Raises
    ------
    SetupError
        ``backup_exists``: ``target`` is there already. ``backup_damaged``: the copy did not pass.
        ``backup_newer``: the database was written by a later version of this program.
        ``backup_not_sqlite``, ``database_missing``.
    """
    database = database_path(database_url)
    if not database.exists():
        raise SetupError("database_missing")
    if target.exists():
        raise SetupError("backup_exists", file=target.name)
    with _partial(target) as partial:
        with closing(_connect(database)) as original, closing(_connect(partial)) as copy:
            original.execute("BEGIN")
            rows = _row_counts(original)  # opens the snapshot that is copied
            original.backup(copy)
            original.rollback()
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
        contents = verify(partial)
        if contents.rows != rows:
            raise SetupError("backup_damaged", reason="row counts differ")
        _publish(partial, target)
    return contents


def restore(source: Path, *, database_url: str, at: datetime) -> Restored:
    """Put the backup ``source`` back in one transaction; what was there is kept beside it, named by ``at``.

    Servers that have the database open should be started anew afterwards: what they remember of a day may be of the
    time line that was replaced.

    Raises
    ------
    SetupError
        ``backup_missing``; ``backup_damaged``; ``backup_newer``; ``backup_exists`` when the safety copy's name is
        taken; ``backup_not_sqlite``. The database is untouched in all these cases.
    """
    database = database_path(database_url)
    if not source.is_file():
        raise SetupError("backup_missing", file=source.name)
    verify(source)
    kept = _set_aside(database, at=at)
    create_private_file(database)
    with closing(_connect(source)) as good, closing(_connect(database)) as present:
        good.backup(present)
    return Restored(contents=verify(database), safety_copies=kept)


def verify(path: Path) -> Contents:
    """Read a database file from end to end, changing nothing.

    Raises
    ------
    SetupError
        ``backup_damaged`` with the reason; ``backup_newer``.
    """
    try:
        with closing(_connect(path, mode="ro")) as connection:
            ((result,),) = connection.execute("PRAGMA integrity_check(1)").fetchall()
            if result != "ok":
                raise SetupError("backup_damaged", reason="pages")
            revision = _revision(connection)
            if not is_known(revision):
                raise SetupError("backup_newer", revision=revision)
            if revision == EMPTY:
                raise SetupError("backup_damaged", reason="no schema")
            chains = tuple(_chains(connection))
            rows = _row_counts(connection)
    except (sqlite3.DatabaseError, ValueError) as error:
        raise SetupError("backup_damaged", reason="unreadable") from error
    for chain in chains:
        for broken in verify_chain(chain):
            raise SetupError("backup_damaged", reason=f"journal {chain.date} record {broken.seq}: {broken.fault}")
    return Contents(revision=revision, rows=rows, journal_days=len(chains))


def _connect(path: Path, *, mode: str = "rw") -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000
    )


@contextmanager
def _partial(target: Path) -> Iterator[Path]:
    """An unfinished file beside ``target``, gone when the block is left."""
    partial = target.with_name(f".{target.name}.partial")
    partial.unlink(missing_ok=True)
    create_private_file(partial)
    try:
        yield partial
    finally:
        partial.unlink(missing_ok=True)


def _publish(partial: Path, target: Path) -> None:
    """Give the finished file its name, once it is on the disk."""
    with partial.open("rb") as written:
        os.fsync(written.fileno())
    partial.replace(target)


def _set_aside(database: Path, *, at: datetime) -> tuple[Path, ...]:
    """Keep what is there now. A file that is no database cannot be copied page by page: it is moved instead."""
    if not database.exists() or database.stat().st_size == 0:
        return ()
    kept = database.with_name(f"{database.stem}-before-restore-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}{database.suffix}")
    if kept.exists():
        raise SetupError("backup_exists", file=kept.name)
    with _partial(kept) as partial:
        try:
            with closing(_connect(database)) as present, closing(_connect(partial)) as copy:
                present.backup(copy)
            _publish(partial, kept)
        except sqlite3.DatabaseError:
            database.replace(kept)
            for leftover in ("-wal", "-shm"):
                database.with_name(database.name + leftover).unlink(missing_ok=True)
    kept.chmod(0o600)
    return (kept,)


def _revision(connection: sqlite3.Connection) -> str:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "alembic_version" not in tables:
        return EMPTY
    ((revision,),) = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    return str(revision)


def _row_counts(connection: sqlite3.Connection) -> tuple[tuple[str, int], ...]:
    counts = []
    for table in sorted(Stored.metadata.tables):
        ((count,),) = connection.execute(f'SELECT count(*) FROM "{table}"').fetchall()
        counts.append((table, int(count)))
    return tuple(counts)


def _chains(connection: sqlite3.Connection) -> Iterator[JournalChain]:
    """The journal of every day that has one, or is said to have one."""
    heads = {
        (str(service_id), str(day)): str(head)
        for service_id, day, head in connection.execute("SELECT service_id, day, journal_hash FROM day")
    }
    ordered = connection.execute(
        "SELECT service_id, day, seq, body, previous_hash, hash FROM journal ORDER BY service_id, day, seq"
    ).fetchall()
    records = {key: tuple(rows) for key, rows in groupby(ordered, key=lambda row: (str(row[0]), str(row[1])))}
    for service_id, day in sorted(heads.keys() | records.keys()):
        head = heads.get((service_id, day), FIRST_HASH)
        own = records.get((service_id, day), ())
        if own or head != FIRST_HASH:
            yield JournalChain(
                service_id=service_id,
                date=date.fromisoformat(day),
                records=tuple(JournalRecord(seq=r[2], body=r[3], previous_hash=r[4], hash=r[5]) for r in own),
                head_hash=head,
            )
