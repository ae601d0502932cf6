"""Opening the database. The only place that knows which database it is.

SQLite: the driver's own transaction handling is switched off, so that a transaction begins where we say and how we say:
``BEGIN IMMEDIATE`` for writes (two writers queue up instead of failing half-way) and an explicit ``BEGIN`` for reads
(all selects of one read see one snapshot). WAL lets readers go on while somebody writes; ``synchronous=FULL`` makes
what was acknowledged survive a power cut.
"""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from dispatch.model.errors import SetupError

BUSY_TIMEOUT_MS = 10_000
FILE_MODE = 0o600
FOLDER_MODE = 0o700
_WRITING = "odekake_writing"  # execution option of a connection opened for a unit of work

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    f"busy_timeout = {BUSY_TIMEOUT_MS}",
)


def open_engine(database_url: str) -> Engine:
    """The engine for ``database_url``: ``sqlite:///path/to/file.db`` or ``postgresql+psycopg://…``.

    A missing SQLite file is created with mode 0600, missing folders above it with 0700.

    Raises
    ------
    SetupError
        ``database_url_invalid``: not such a URL, or the driver is not installed.
    """
    try:
        url = make_url(database_url)
        if url.get_backend_name() == "sqlite":
            return _open_sqlite(database_path(database_url))
        return create_engine(url, pool_pre_ping=True, isolation_level="REPEATABLE READ")
    except (ArgumentError, ImportError) as error:
        raise SetupError("database_url_invalid") from error


def database_path(database_url: str) -> Path:
    """The file behind an SQLite URL.

    Raises
    ------
    SetupError
        ``database_not_a_file``: another database, or SQLite in memory.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        raise SetupError("database_not_a_file")
    return Path(url.database)


def for_writing(engine: Engine) -> Engine:
    """The same engine and connections, for units of work.

    SQLite takes the write lock at once. A server compares and sets under READ COMMITTED: there an update that waited
    for another one looks at the row again, while under a snapshot it would fail.
    """
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_WRITING: True})
    return engine.execution_options(isolation_level="READ COMMITTED")


def is_busy(error: OperationalError) -> bool:
    """Whether the database was only occupied by others for too long."""
    said = str(error.orig)
    return "locked" in said or "busy" in said


def is_unreadable(error: DBAPIError) -> bool:
    """Whether the file is no database, or a damaged one."""
    said = str(error.orig)
    return "not a database" in said or "malformed" in said


def create_private_file(path: Path) -> None:
    """Make sure the file exists, readable by its owner only; new folders above it are 0700."""
    for folder in reversed([parent for parent in path.parents if not parent.exists()]):
        folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE))
    path.chmod(FILE_MODE)


def _open_sqlite(path: Path) -> Engine:
    create_private_file(path)  # SQLite gives -wal and -shm the mode of the file itself
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_connection(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
