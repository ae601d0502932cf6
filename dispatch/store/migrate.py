"""Bringing a database to the schema of this version, and refusing those it cannot read."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError, OperationalError

from dispatch.model.errors import SetupError
from dispatch.store.engine import for_writing, is_away, is_busy, is_unreadable, keep_write_ahead_log

EMPTY = ""
"""The revision of a database without any table of ours."""


def upgrade(engine: Engine) -> None:
    """Create the schema, or bring it up to date, in one transaction. An up-to-date database is only read.

    Several processes may start at once: one of them migrates, the others wait for it and find everything done.

    Raises
    ------
    SetupError
        ``database_newer``: written by a later version of this program; nothing was touched.
        ``database_unreadable``: the file is no database, or a damaged one.
        ``database_busy_at_start``: others keep it occupied. ``database_unreachable``: no server answers.
    """
    try:
        with engine.connect() as connection:
            present = revision_of(connection)
        _check_known(present)
        keep_write_ahead_log(engine)
        if present != newest_revision():
            _run(for_writing(engine))
    except OperationalError as error:
        raise SetupError(_why(error)) from error
    except DatabaseError as error:
        if is_unreadable(error):
            raise SetupError("database_unreadable") from error
        raise


def revision_of(connection: Connection) -> str:
    """The migration a database has reached; `EMPTY` before the first."""
    return MigrationContext.configure(connection).get_current_revision() or EMPTY


def newest_revision() -> str:
    """The migration this version of the program ends with."""
    return _scripts().get_current_head() or EMPTY


def is_known(revision: str) -> bool:
    """Whether this version of the program knows a migration."""
    return revision == EMPTY or revision in {script.revision for script in _scripts().walk_revisions()}


def _why(error: OperationalError) -> str:
    if is_busy(error):
        return "database_busy_at_start"
    return "database_unreachable" if is_away(error) else "database_unreadable"


def _check_known(revision: str) -> None:
    if not is_known(revision):
        raise SetupError("database_newer", revision=revision)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "dispatch.store:migrations")
    config.set_main_option("path_separator", "os")
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _run(writing: Engine) -> None:
    config = _config()
    with writing.begin() as connection:
        _check_known(revision_of(connection))  # somebody else may have migrated while this one waited
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
