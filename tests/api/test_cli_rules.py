"""``odekake rules load`` on a database of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.commands.frame import EXIT_WRONG
from dispatch.model.times import SystemClock, local_date
from dispatch.store.engine import open_engine
from dispatch.store.migrate import upgrade
from dispatch.store.sql import SqlStore
from tests.scenarios.town import SERVICE, Town, open_town, town_rules

TODAY = local_date(SystemClock().now())
NEXT_WEEK = TODAY + timedelta(days=7)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    engine = open_engine(f"sqlite:///{tmp_path / 'odekake.db'}")
    upgrade(engine)
    yield open_town(SqlStore(engine), rules=town_rules())
    engine.dispose()


@pytest.fixture
def rules_file(tmp_path: Path) -> str:
    """The sample city's rules, from next week on."""
    text = files("sample_data").joinpath("service_rules.toml").read_text(encoding="utf-8")
    path = tmp_path / "rules.toml"
    path.write_text(re.sub(r"(?m)^effective_from = .*$", f"effective_from = {NEXT_WEEK}", text), encoding="utf-8")
    return str(path)


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    terminal = CliRunner(env={"ODEKAKE_VAR": str(tmp_path), "ODEKAKE_LANG": "ja", "COLUMNS": "200"})
    return lambda *arguments: terminal.invoke(app, ["rules", "load", *arguments])


def test_loading_says_what_changed(town: Town, rules_file: str, run: Callable[..., Result]) -> None:
    """Old and new value of each key as JSON; in force from next week on; the second time nothing changes."""
    loaded = json.loads(run(rules_file, "--json").stdout)
    assert (loaded["effective_from"], loaded["days_replanned"]) == (NEXT_WEEK.isoformat(), 0)
    changed = {one["key"]: (one["old"], one["new"]) for one in loaded["changes"]}
    assert changed["effective_from"] == ("2021-04-01", NEXT_WEEK.isoformat())
    assert town.store.rules(SERVICE, NEXT_WEEK).effective_from == NEXT_WEEK
    assert town.store.rules(SERVICE, TODAY) == town_rules()
    assert "前と同じ" in run(rules_file).stdout


def test_changes_are_a_table_for_people(town: Town, rules_file: str, run: Callable[..., Result]) -> None:
    """Key, before, now."""
    shown = run(rules_file, "--service", SERVICE).stdout
    assert "運行ルールを読み込みました" in shown
    assert "2021-04-01" in shown


def test_a_bad_file_loads_nothing(town: Town, rules_file: str, run: Callable[..., Result]) -> None:
    """A typo ends with exit 2 and names the key; the rules in force stay."""
    path = Path(rules_file)
    path.write_text(path.read_text(encoding="utf-8").replace("horizon_days", "horizont_days"), encoding="utf-8")
    refused = run(rules_file)
    assert (refused.exit_code, refused.stderr.splitlines()[0]) == (EXIT_WRONG, "rules_invalid")
    assert "horizont_days" in refused.stderr
    assert town.store.rules(SERVICE, NEXT_WEEK) == town_rules()
