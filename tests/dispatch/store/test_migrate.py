"""The schema comes from the migrations and equals the models."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect

import dispatch.store.rows
from dispatch.model.errors import SetupError
from dispatch.model.table import Stored
from dispatch.store.engine import open_engine
from dispatch.store.migrate import newest_revision, revision_of, upgrade


def test_models_and_migrations_agree(open_sql: Callable[[], Engine]) -> None:
    """Comparing the migrated database with the models finds no difference in tables, columns, types or indexes."""
    assert dispatch.store.rows.DayRow.__tablename__ in Stored.metadata.tables
    with open_sql().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Stored.metadata) == []


def test_every_constraint_has_a_name(open_sql: Callable[[], Engine]) -> None:
    """Keys, references and indexes are named by the convention, so that a later migration can change them."""
    found = inspect(open_sql())
    for table in Stored.metadata.tables:
        assert found.get_pk_constraint(table)["name"] == f"pk_{table}"
        names = [key["name"] for key in found.get_foreign_keys(table)] + [i["name"] for i in found.get_indexes(table)]
        assert all(name and name.startswith((f"fk_{table}_", f"ix_{table}_")) for name in names)


def test_migrations_are_found_wherever_the_program_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From an empty working folder: they belong to the package, not to a folder of the developer."""
    monkeypatch.chdir(tmp_path)
    migrations = files("dispatch.store") / "migrations"
    assert (migrations / "script.py.mako").is_file()
    assert (migrations / "versions" / "0001_initial.py").is_file()
    engine = open_engine("sqlite:///odekake.db")
    upgrade(engine)
    assert "reservation" in inspect(engine).get_table_names()
    engine.dispose()


def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    """The second upgrade of a database leaves its schema and revision as they are."""
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    upgrade(engine)
    tables = inspect(engine).get_table_names()
    upgrade(engine)
    assert inspect(engine).get_table_names() == tables
    with engine.connect() as connection:
        assert revision_of(connection) == newest_revision()
    engine.dispose()


def test_several_processes_may_start_on_an_empty_file(tmp_path: Path) -> None:
    """Four at once: one migrates, three find it done, and all have the schema."""
    engines = [open_engine(f"sqlite:///{tmp_path}/x.db") for _ in range(4)]
    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(upgrade, engines))
    for engine in engines:
        with engine.connect() as connection:
            assert revision_of(connection) == newest_revision()
        engine.dispose()


def test_a_newer_database_is_refused_untouched(open_database: Callable[[], Engine], tmp_path: Path) -> None:
    """A revision this program does not know: refused by name, and not a byte of the file has changed."""
    path = tmp_path / "var" / "odekake.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
        connection.execute("PRAGMA journal_mode = DELETE")  # as a backup has it
    before = path.read_bytes()
    with pytest.raises(SetupError) as caught:
        upgrade(open_database())
    assert (caught.value.code, caught.value.values) == ("database_newer", {"revision": "9999"})
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_untouched(tmp_path: Path) -> None:
    """A text file in the place of the database stays as it is."""
    path = tmp_path / "odekake.db"
    path.write_text("This is a letter to the mayor.\n" * 200, encoding="utf-8")
    before = path.read_bytes()
    engine = open_engine(f"sqlite:///{path}")
    with pytest.raises(SetupError) as caught:
        upgrade(engine)
    engine.dispose()
    assert caught.value.code == "database_unreadable"
    assert path.read_bytes() == before
