"""Wiring: settings from the environment, a database that is made ready, travel times as chosen."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import pytest

from dispatch.bootstrap import Settings, bootstrap, travel_times
from dispatch.model.actor import Role
from maps.errors import RoadDataError
from maps.geo import LatLon
from tests.scenarios.town import town_rules

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
