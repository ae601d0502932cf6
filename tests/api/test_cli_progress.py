"""``odekake promises`` and ``odekake journal`` on a database of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from api.cli import app
from api.commands.frame import EXIT_FINDING
from dispatch.model.reservation import Reservation
from dispatch.model.stop_event import EventKind
from dispatch.model.times import SystemClock, local_date, to_moment
from dispatch.progress.reports import Batch, EventForm
from dispatch.store.engine import open_engine
from dispatch.store.migrate import upgrade
from dispatch.store.sql import SqlStore
from tests.scenarios.town import OPERATOR, SERVICE, TWO_TAXIS, Town, open_town, town_rules

ANY_DAY = {"weekdays": (0, 1, 2, 3, 4, 5, 6), "on_holidays": True}
OVER = local_date(SystemClock().now()) - timedelta(days=2)
"""A day that is over at any hour: one that ends at 30:00 runs until six in the morning."""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{tmp_path / 'odekake.db'}")
    upgrade(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def town(engine: Engine) -> Town:
    """One taxi two days ago: one trip kept, one breached by five minutes, one that nobody reported."""
    town = open_town(SqlStore(engine), rules=town_rules(service=ANY_DAY), layouts=TWO_TAXIS[:1])
    town.clock.set(to_moment(OVER - timedelta(days=1), 12 * 3600))
    kept, late, _ = (
        town.book(town.wish(f"R{n}", origin="depot", destination="clinic", after=time, day=OVER))
        for n, time in enumerate(("9:00", "10:00", "15:00"))
    )
    town.clock.set(to_moment(OVER, 12 * 3600))
    for trip, boards_s, alights_s in ((kept, 9 * 3600 + 300, 9 * 3600 + 900), (late, 37_260, 38_100)):
        drive(town, trip, boards_s=boards_s, alights_s=alights_s)
    return town


def drive(town: Town, trip: Reservation, *, boards_s: int, alights_s: int) -> None:
    taps = ((EventKind.BOARDED, boards_s), (EventKind.ALIGHTED, alights_s))
    forms = tuple(
        EventForm(
            event_id=f"{trip.id}-{kind}",
            kind=kind,
            shift_id="S1",
            tapped_at=to_moment(OVER, at_s),
            reservation_id=trip.id,
        )
        for kind, at_s in taps
    )
    town.desk.report(batch=Batch(service_id=SERVICE, day=OVER, forms=forms), actor=OPERATOR)


def run(folder: Path, *arguments: str, day: date = OVER) -> Result:
    env = {"ODEKAKE_VAR": str(folder), "ODEKAKE_OUT": str(folder / "out"), "ODEKAKE_LANG": "ja", "COLUMNS": "240"}
    return CliRunner(env=env).invoke(app, [*arguments, "--date", day.isoformat()])


def test_the_ledger_counts_and_names_why(town: Town, tmp_path: Path) -> None:
    """The second boarded from 10:20 on, five minutes after its window; the third was never reported."""
    ledger = json.loads(run(tmp_path, "promises", "--json").stdout)
    assert (ledger["kept"], ledger["breached"], ledger["released"]) == (1, 1, 0)
    assert (ledger["unreported"], ledger["open"], ledger["at_risk"]) == (1, 0, 0)
    late = next(one for one in ledger["promises"] if one["standing"] == "breached")
    assert (late["why"], late["late_s"]) == ("late", 300)
    shown = run(tmp_path, "promises").stdout
    assert "お約束の時刻を過ぎました" in shown
    assert "守れた 1 件、遅れそう 0 件、守れなかった 1 件、これから 0 件、時刻は過ぎ記録なし 1 件、解消 0 件" in shown
    assert "時刻は過ぎ、記録なし" in shown


def test_a_whole_journal_ends_with_0_and_a_changed_row_with_1(town: Town, engine: Engine, tmp_path: Path) -> None:
    """The row is named, for people and for programs."""
    whole = run(tmp_path, "journal", "verify")
    assert (whole.exit_code, "表と一致しています" in whole.stdout) == (0, True)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE reservation SET body = replace(body, ':300', ':301') WHERE id = 1")
    flawed = run(tmp_path, "journal", "verify")
    assert (flawed.exit_code, "reservation 1" in flawed.stdout) == (EXIT_FINDING, True)
    flaws = json.loads(run(tmp_path, "journal", "verify", "--json").stdout)["flaws"]
    assert flaws == [{"what": "differs", "where": "reservation 1"}]


def test_every_version_is_built_again(town: Town, engine: Engine, tmp_path: Path) -> None:
    """Three bookings, three versions; a changed route is not the one of the journal, and ends with 1."""
    replayed = json.loads(run(tmp_path, "journal", "replay", "--json").stdout)["versions"]
    assert [(one["version"], one["equal"]) for one in replayed] == [(1, True), (2, True), (3, True)]
    assert all(one["journaled"] == one["rebuilt"] for one in replayed)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE route SET body = replace(body, '\"service_s\":60', '\"service_s\":61')")
    assert run(tmp_path, "journal", "replay").exit_code == EXIT_FINDING
