"""``odekake erase`` on a database of its own."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from typer.testing import CliRunner

from api.cli import app
from dispatch.model.times import SystemClock, local_date, to_moment
from dispatch.store.engine import open_engine
from dispatch.store.migrate import upgrade
from dispatch.store.sql import SqlStore
from tests.scenarios.town import SERVICE, open_town, town_rules

ANY_DAY = {"weekdays": (0, 1, 2, 3, 4, 5, 6), "on_holidays": True}


def test_what_is_old_goes_from_database_and_folder(tmp_path: Path) -> None:
    """A trip of 500 days ago and its folder: counted beforehand, kept without a clear yes, then gone."""
    today = local_date(SystemClock().now())
    old = today - timedelta(days=500)
    engine = open_engine(f"sqlite:///{tmp_path / 'odekake.db'}")
    upgrade(engine)
    town = open_town(SqlStore(engine), rules=town_rules(service=ANY_DAY))
    town.clock.set(to_moment(old - timedelta(days=1), 12 * 3600))
    trip = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00", day=old))
    folder = tmp_path / "out" / old.isoformat()
    folder.mkdir(parents=True)
    terminal = CliRunner(env={"ODEKAKE_VAR": str(tmp_path), "ODEKAKE_OUT": str(folder.parent), "ODEKAKE_LANG": "ja"})
    counted = json.loads(terminal.invoke(app, ["erase", "--dry-run", "--json"]).stdout)
    for answer, code in (("n\n", 0), ("", 2)):
        kept = terminal.invoke(app, ["erase"], input=answer)
        assert kept.exit_code == code
        assert "何も消していません" in kept.stderr
    assert folder.exists()
    assert not town.store.reservation(trip.id).origin.erased
    figures = json.loads(terminal.invoke(app, ["erase", "--yes", "--json"]).stdout)
    assert (
        figures
        == counted
        == {
            "before": (today - timedelta(days=400)).isoformat(),
            "days": 1,
            "requests": 1,
            "reservations": 1,
            "guests": 0,
            "riders": 0,
            "rider_places": 0,
            "folders": 1,
        }
    )
    assert not folder.exists()
    assert town.store.reservation(trip.id).origin.erased
    again = terminal.invoke(app, ["erase", "--yes", "--service", SERVICE])
    assert again.exit_code == 0
    assert "個人情報を消しました" in again.stdout
    engine.dispose()
