"""``odekake series`` on a database of its own, and the errand of the worker."""

from __future__ import annotations

import json
import threading
from datetime import date
from pathlib import Path

from typer.testing import CliRunner

from api.cli import app
from api.commands.worker import run_errands
from dispatch.model.series import Series
from dispatch.model.spot import SpotKind, SpotRef
from dispatch.model.times import parse_clock
from dispatch.model.wish import NO_ID, TimeKind
from dispatch.store.engine import open_engine
from dispatch.store.memory import MemoryStore
from dispatch.store.migrate import upgrade
from dispatch.store.sql import SqlStore
from tests.scenarios.town import ONE_ADULT, OPERATOR, SERVICE, TUESDAY, open_town, town_rules

EVERY_DAY = Series(
    id=NO_ID,
    service_id=SERVICE,
    rider_id="R1",
    weekdays=tuple(range(7)),
    first=date(2020, 1, 1),
    last=date(2900, 12, 31),
    origin=SpotRef(kind=SpotKind.PLACE, id="depot"),
    destination=SpotRef(kind=SpotKind.PLACE, id="clinic"),
    time_kind=TimeKind.DEPART_AFTER,
    time_s=parse_clock("9:00"),
    party=ONE_ADULT,
)


def test_every_date_within_reach_is_booked_or_said_to_be_refused(tmp_path: Path) -> None:
    """Whatever day it is, today and the seven days ahead are eight dates; a second run has nothing left to do."""
    engine = open_engine(f"sqlite:///{tmp_path / 'odekake.db'}")
    upgrade(engine)
    town = open_town(SqlStore(engine), rules=town_rules())
    town.desk.add_series(series=EVERY_DAY, actor=OPERATOR)
    terminal = CliRunner(env={"ODEKAKE_VAR": str(tmp_path), "ODEKAKE_LANG": "ja", "COLUMNS": "200"})
    made = json.loads(terminal.invoke(app, ["series", "book", "--json"]).stdout)
    assert len(made["booked"]) + len(made["refused"]) == 8
    assert all(one["code"] for one in made["refused"])
    again = terminal.invoke(app, ["series", "book"])
    assert "0件を予約、0件は予約できず" in again.stdout
    (line,) = json.loads(terminal.invoke(app, ["series", "list", "--json"]).stdout)
    assert (line["rider_id"], line["weekdays"], line["time"]) == ("R1", "0123456", "9:00")
    engine.dispose()


def test_the_errand_of_the_worker_books_them() -> None:
    """One round is enough; it ends when the worker does."""
    town = open_town(MemoryStore(), rules=town_rules())
    town.desk.add_series(series=EVERY_DAY, actor=OPERATOR)
    ending = _AfterOneRound()
    run_errands(town.desk, ending)
    assert len(town.store.reservations(SERVICE, TUESDAY)) == 1


class _AfterOneRound(threading.Event):
    """An end that comes while the errand rests."""

    def wait(self, timeout: float | None = None) -> bool:
        self.set()
        return True
