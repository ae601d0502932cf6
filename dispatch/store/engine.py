"""Opening the database. The only place that knows which database it is.

SQLite: the driver's own transaction handling is switched off, so that a transaction begins where we say and how we say:
``BEGIN IMMEDIATE`` for writes (two writers queue up instead of failing half-way) and an explicit ``BEGIN`` for reads
(all selects of one read see one snapshot). WAL lets readers go on while somebody writes; ``synchronous=FULL`` makes
what was acknowledged survive a power cut. A unit of work that promises nobody anything does not wait for the disk
(``synchronous=NORMAL``): a power cut may take it back, but nothing that was written before what then survives.

PostgreSQL keeps the same rules: reads are REPEATABLE READ; a write first takes one advisory lock of the database, so
that there, too, one unit of work runs at a time, and then reads under READ COMMITTED, which shows what the writer
before it has committed (a snapshot taken while waiting for the lock would not). The driver's own transaction handling
is switched off there, too: to begin to read, or to end that and begin to write, is said together with the first thing
read or written (`dispatch.store.driver`).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import TypeVar

from sqlalchemy import Connection, Dialect, Engine, RootTransaction, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidatePoolError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from dispatch.model.errors import Conflict, SetupError
from dispatch.store.driver import plainly, put_off, sent
from dispatch.store.luggage import Told, left_behind, luggage_of

OLDEST_SQLITE = (3, 35, 0)
"""Rows are numbered by the database and their numbers returned with them (RETURNING)."""

BUSY_TIMEOUT_MS = 10_000
FILE_MODE = 0o600
FOLDER_MODE = 0o700
OpenedT = TypeVar("OpenedT", Engine, Connection)
_WRITING = "odekake_writing"  # execution option of a connection opened for a unit of work: whether it is to last
_ALONE = "odekake_alone"  # execution option of a connection opened for one statement, which is a transaction by itself

_PRAGMAS = (
    "synchronous = FULL",
    "foreign_keys = ON",
    f"busy_timeout = {BUSY_TIMEOUT_MS}",
    "secure_delete = ON",  # what is erased is overwritten, not only unlinked
)

HUNG_TIMEOUT_MS = 60_000
"""A program that hangs in the middle of a unit of work loses it after this time; the others get their turn."""

TURN_TIMEOUT_MS = 3_000
"""How long a turn is waited for: much longer than anybody works on a day, much shorter than a caller waits."""

_SERVER_SETTINGS = (
    "TIME ZONE 'UTC'",
    f"lock_timeout = {BUSY_TIMEOUT_MS}",
    f"idle_in_transaction_session_timeout = {HUNG_TIMEOUT_MS}",
    "plan_cache_mode = force_generic_plan",  # a row by its key, a day by its index: one way for all values
)
_BEGIN_READING: Told = ("BEGIN ISOLATION LEVEL REPEATABLE READ", ())
_WRITER_LOCK = 0x6F64656B616B65  # "odekake": one lock in the database; who holds it writes or migrates
_BUSY_STATES = frozenset({"55P03", "40P01", "40001"})  # lock not available, deadlock, serialization failure


def open_engine(database_url: str) -> Engine:
    """The engine for ``database_url``: ``sqlite:///path/to/file.db`` or ``postgresql+psycopg://…``.

    A missing SQLite file is created with mode 0600, missing folders above it with 0700.

    Raises
    ------
    SetupError
        ``database_url_invalid``: not such a URL, or the driver is not installed; ``sqlite_too_old``.
    """
    url = _url(database_url)
    try:
        return _open_sqlite(database_path(database_url)) if url.get_backend_name() == "sqlite" else _open_server(url)
    except (ArgumentError, ImportError) as error:
        raise SetupError("database_url_invalid") from error


def database_path(database_url: str) -> Path:
    """The file behind an SQLite URL.

    Raises
    ------
    SetupError
        ``backup_not_sqlite``: another database, which has no file; ``database_not_a_file``: SQLite in memory;
        ``database_url_invalid``.
    """
    url = _url(database_url)
    if url.get_backend_name() != "sqlite":
        raise SetupError("backup_not_sqlite")
    if not url.database or url.database == ":memory:":
        raise SetupError("database_not_a_file")
    return Path(url.database)


def keep_write_ahead_log(engine: Engine) -> None:
    """Switch an SQLite file to WAL, which it then stays in. Writes to the file: only for one known to be ours.

    Raises
    ------
    SetupError
        ``database_busy_at_start``: others keep it occupied.
    """
    if engine.dialect.name != "sqlite":
        return
    with closing(engine.raw_connection()) as connection:
        try:
            connection.cursor().execute("PRAGMA journal_mode = WAL").close()
        except sqlite3.OperationalError as error:
            raise SetupError("database_busy_at_start") from error


def for_writing(opened: OpenedT, *, lasting: bool = True) -> OpenedT:
    """The same engine and connections, or the same connection, for units of work: each begins as the only writer.

    ``lasting`` work survives a power cut once it is committed.
    """
    return opened.execution_options(**{_WRITING: lasting})


def for_one_statement(connection: Connection) -> Connection:
    """The same connection, for one statement that reads: the database need not be told where it begins and ends."""
    return connection.execution_options(**{_ALONE: True})


def begun_to_write(connection: Connection, *, lasting: bool) -> RootTransaction:
    """The transaction of a unit of work on ``connection``. One that only reads and is still open there ends first."""
    reading = connection.get_transaction()
    if reading is None:
        return for_writing(connection, lasting=lasting).begin()
    _end_reading(connection)
    for text in _beginning(connection.dialect, lasting=lasting):
        put_off(connection, text)
    return reading  # to SQLAlchemy it is one transaction


def is_there(connection: Connection) -> bool:
    """Whether the server has said nothing since it was asked last: mostly it would say that it hangs up."""
    server = connection.connection.driver_connection
    return connection.dialect.name == "sqlite" or (server is not None and not _is_heard(server.fileno()))


@contextmanager
def having_turn(engine: Engine, thing: str) -> Iterator[None]:
    """The turn at ``thing`` among all programs on a server, or none after `TURN_TIMEOUT_MS`; an SQLite file has none.

    An advisory lock of a transaction that reads and writes nothing. The server takes it back from a program that hangs.
    """
    if engine.dialect.name == "sqlite":
        yield
        return
    number = int.from_bytes(sha256(thing.encode()).digest()[:8], "big", signed=True)
    with in_plain_words(), engine.connect() as connection:
        try:
            turn = f"SELECT pg_advisory_xact_lock({number})"
            plainly(connection, "BEGIN", f"SET LOCAL lock_timeout = {TURN_TIMEOUT_MS}", turn)
        except OperationalError as error:
            if not is_busy(error):
                raise
        try:
            yield
        finally:
            with suppress(DBAPIError):  # the work is done, even if the server took the turn back meanwhile
                plainly(connection, "COMMIT")


@contextmanager
def in_plain_words() -> Iterator[None]:
    """The driver's errors inside the block, in the words of the error table.

    Raises
    ------
    Conflict
        ``database_busy``: others kept the database occupied for too long.
    SetupError
        ``database_unreachable``: the server does not answer, or the connection broke.
    """
    try:
        yield
    except OperationalError as error:
        if is_busy(error):
            raise Conflict("database_busy") from error
        if is_away(error):
            raise SetupError("database_unreachable") from error
        raise


def is_busy(error: OperationalError) -> bool:
    """Whether the database was only occupied by others for too long."""
    state = _sqlstate(error)
    said = str(error.orig)
    return state in _BUSY_STATES if state else "locked" in said or "busy" in said


def is_away(error: OperationalError) -> bool:
    """Whether no server answers, or the connection broke: then no server has given a state. Never true of a file."""
    of_server = hasattr(error.orig, "sqlstate")
    return error.connection_invalidated or (of_server and not _sqlstate(error))


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


def _url(database_url: str) -> URL:
    try:
        return make_url(database_url)
    except ArgumentError as error:
        raise SetupError("database_url_invalid") from error


def _sqlstate(error: DBAPIError) -> str:
    """The five letters by which a server says what went wrong; empty from a driver that has none."""
    return getattr(error.orig, "sqlstate", None) or ""


def _open_server(url: URL) -> Engine:
    engine = create_engine(url, pool_use_lifo=True, connect_args={"prepare_threshold": 0})  # at first use
    event.listen(engine, "connect", _prepare_session)
    event.listen(engine, "checkout", partial(_check_there, engine.dialect))
    event.listen(engine, "begin", _begin_on_server)
    event.listen(engine, "before_cursor_execute", _run_what_waits)
    event.listen(engine, "commit", _commit_with_what_waits)
    return engine


def _prepare_session(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.autocommit = True
    cursor = connection.cursor()
    for setting in _SERVER_SETTINGS:
        cursor.execute(f"SET {setting}")
    cursor.close()


def _check_there(
    dialect: Dialect, connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection
) -> None:
    """Have the pool open new connections when the server has hung up, as it does when it is started again.

    To ask each time would be a journey. An idle connection is asked only when there is something to be heard on it:
    mostly that this is its end.
    """
    left_behind(entry.info)
    try:
        if _is_heard(connection.fileno()):
            dialect.do_ping(connection)
    except (dialect.loaded_dbapi.Error, OSError) as error:
        raise InvalidatePoolError from error


def _is_heard(line: int) -> bool:
    """Whether there is something to be read from a file descriptor."""
    with DefaultSelector() as heard:
        heard.register(line, EVENT_READ)
        return bool(heard.select(0))


def _begin_on_server(connection: Connection) -> None:
    luggage_of(connection).forget()  # of a transaction that was given up
    options = connection.get_execution_options()
    if _WRITING in options:
        for text in _beginning(connection.dialect, lasting=options[_WRITING]):
            put_off(connection, text)
    elif _ALONE not in options:
        put_off(connection, *_BEGIN_READING)


def _beginning(dialect: Dialect, *, lasting: bool) -> tuple[str, ...]:
    """What is said to begin a unit of work."""
    if dialect.name == "sqlite":
        return f"PRAGMA synchronous = {'FULL' if lasting else 'NORMAL'}", "BEGIN IMMEDIATE"
    waits = () if lasting else ("SET LOCAL synchronous_commit = off",)
    return "BEGIN ISOLATION LEVEL READ COMMITTED", *waits, f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})"


def _end_reading(connection: Connection) -> None:
    """Say that a look is over, if it has begun at all."""
    luggage = luggage_of(connection)
    luggage.forget_reading()
    if luggage.waiting == [_BEGIN_READING]:
        luggage.waiting.clear()
    else:
        put_off(connection, "COMMIT")


def _run_what_waits(connection: Connection, *_of_the_statement: object) -> None:
    """A statement that goes through SQLAlchemy comes after what was said before it."""
    sent(connection)


def _commit_with_what_waits(connection: Connection) -> None:
    """What waits is run and committed in one journey; when any of it fails, nothing is committed."""
    luggage = luggage_of(connection)
    luggage.forget_reading()
    if luggage.waiting == [_BEGIN_READING]:
        luggage.waiting.clear()
    if luggage.waiting:
        plainly(connection, "COMMIT")


def _open_sqlite(path: Path) -> Engine:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        least = ".".join(map(str, OLDEST_SQLITE))
        raise SetupError("sqlite_too_old", found=sqlite3.sqlite_version, least=least)
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
    options = connection.get_execution_options()
    if _WRITING in options:
        for text in _beginning(connection.dialect, lasting=options[_WRITING]):
            plainly(connection, text)
    elif _ALONE not in options:
        plainly(connection, "BEGIN")
