"""``odekake refusals`` on a database of its own."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from api.cli import app
from dispatch.store.engine import open_engine
from dispatch.store.migrate import upgrade
from dispatch.store.sql import SqlStore
from tests.scenarios.town import open_town, party_of, town_rules


def test_refusals_are_counted_by_reason(tmp_path: Path) -> None:
    """One of two requests is refused: 50 %, for the only taxi with too few seats; days in the wrong order are named."""
    engine = open_engine(f"sqlite:///{tmp_path / 'odekake.db'}")
    upgrade(engine)
    town = open_town(SqlStore(engine), rules=town_rules(), layouts=(((4, 0),), ((6, 0),)))
    town.book(town.wish("R2", origin="spa", destination="depot", after="9:00", party=party_of(6)))
    town.refused(town.wish("R1", origin="depot", destination="spa", after="9:00", party=party_of(7)))
    terminal = CliRunner(env={"ODEKAKE_VAR": str(tmp_path), "ODEKAKE_LANG": "ja", "COLUMNS": "200"})
    month = ["refusals", "--from", "2026-11-01", "--to", "2026-11-30"]
    figures = json.loads(terminal.invoke(app, [*month, "--json"]).stdout)
    assert (figures["requests"], figures["refused"], figures["refused_share"]) == (2, 1, 0.5)
    assert figures["reasons"] == [{"code": "party_too_large", "rule": "", "count": 1, "share": 0.5}]
    shown = terminal.invoke(app, month).stdout
    assert "予約不成立率" in shown
    assert "50.0%" in shown
    wrong = terminal.invoke(app, ["refusals", "--from", "2026-11-30", "--to", "2026-11-01"])
    assert (wrong.exit_code, "days_reversed" in wrong.stderr) == (2, True)
    engine.dispose()
