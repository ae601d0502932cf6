"""Wiring: settings from the environment, a database that is made ready, travel times as chosen."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dispatch.bootstrap import bootstrap, get_ready, travel_times
from dispatch.desk import Desk
from dispatch.installation import Settings
from dispatch.model.actor import Role
from dispatch.model.catalog import Service
from dispatch.model.errors import NotFound
from dispatch.model.times import ManualClock
from dispatch.solver_bridge.travel import TravelBooks, straight_times
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.memory import MemoryStore
from maps.errors import RoadDataError
from maps.geo import LatLon
from maps.travel_times.protocol import TravelTable, TravelTimes
from tests.scenarios.town import open_town, town_rules

POINTS = (LatLon(36.38, 139.84), LatLon(36.40, 139.86))


def test_settings_come_from_the_environment() -> None:
    """Each variable has its place, and a default when it is absent; the database follows the var folder."""
    plain = Settings.from_env({})
    assert plain.database_url == "sqlite:///var/odekake.db"
    assert (plain.out_dir, plain.operator.id, plain.operator.role) == (Path("out"), "operator", Role.OPERATOR)
    given = Settings.from_env(
        {"ODEKAKE_VAR": "/data", "ODEKAKE_OUT": "/paper", "ODEKAKE_OPERATOR": "yamada", "ODEKAKE_OSRM_URL": "http://r"}
    )
    assert (given.database_url, given.out_dir) == ("sqlite:////data/odekake.db", Path("/paper"))
    assert (given.operator.id, given.osrm_url) == ("yamada", "http://r")


def test_the_database_is_made_and_found_again(tmp_path: Path) -> None:
    """The first start creates the file in a new folder, the second finds it."""
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'var' / 'odekake.db'}", var_dir=tmp_path / "var")
    assert bootstrap(settings).store.services() == ()
    assert (tmp_path / "var" / "odekake.db").exists()
    assert bootstrap(settings).store.services() == ()


def test_without_road_data_the_rules_estimate() -> None:
    """No extract, no router: straight distance at the speeds of the rules."""
    assert travel_times(Settings())(town_rules()).name == "great_circle"


def test_a_missing_extract_is_an_error_at_start(tmp_path: Path) -> None:
    """A path that holds no road extract is named at once, not at the first call."""
    with pytest.raises(RoadDataError):
        travel_times(Settings(osm_extract=tmp_path / "nowhere.osm.pbf", var_dir=tmp_path))


class Counted:
    """The estimate of the rules, counting how often it is asked for a table."""

    def __init__(self, times: TravelTimes) -> None:
        self._times = times
        self.name, self.digest, self.asked = times.name, times.digest, 0

    def table(self, points: Sequence[LatLon]) -> TravelTable:
        self.asked += 1
        return self._times.table(points)

    def path(self, *, origin: LatLon, destination: LatLon) -> tuple[LatLon, ...]:
        return self._times.path(origin=origin, destination=destination)


def test_the_first_caller_waits_for_no_travel_times() -> None:
    """Once ready, every place and home is known: a first trip from home asks for no other table."""
    times = Counted(straight_times(town_rules()))
    town = open_town(MemoryStore(), rules=town_rules())
    desk = Desk(workplace=replace(town.desk.workplace, travel=TravelBooks(lambda rules: times)))
    get_ready(desk)
    assert times.asked == 1
    replace(town, desk=desk).book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    assert times.asked == 1


def test_a_service_without_rules_holds_up_nobody() -> None:
    """It cannot be called yet; the others get ready."""
    store = MemoryStore()
    with store.writing() as work:
        work.save(Service(id="new", name_ja="新", name_en="New", municipality_code="09216", phone="", boundary=[]))
    get_ready(Desk(workplace=Workplace(store=store, clock=ManualClock(), travel=TravelBooks(straight_times))))
    with pytest.raises(NotFound, match="no_rules"):
        store.rules("new", date(2026, 11, 24))


def test_a_router_that_is_away_is_announced_and_replaced(caplog: pytest.LogCaptureFixture) -> None:
    """A port where nobody listens: one warning, then the estimate, also for later questions."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        choose = travel_times(Settings(osrm_url=f"http://127.0.0.1:{unused.getsockname()[1]}"))
        first = choose(town_rules())
        assert first.name == "osrm"
        with caplog.at_level(logging.WARNING):
            assert first.table(POINTS).travel_s[0, 0, 1] > 0
        assert first.name == choose(town_rules()).name == "great_circle"
        assert len(caplog.records) == 1


def test_the_desk_opens_without_what_draws_prints_or_reads_roads() -> None:
    """Wiring the desk and its pages imports neither folium, ReportLab and Matplotlib nor what reads an extract."""
    idle = "{'folium', 'reportlab', 'matplotlib', 'osmium', 'scipy.spatial', 'httpx'}"
    told = subprocess.run(
        [sys.executable, "-c", f"import sys, api.app, dispatch.bootstrap; print(sorted({idle} & sys.modules.keys()))"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert told.stdout.strip() == "[]"
