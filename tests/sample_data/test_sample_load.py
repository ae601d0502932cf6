"""``python -m sample_data.load``: what it refuses and what it imports. That it plans the day, the wheel shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dispatch import plan_files
from dispatch.installation import Settings
from sample_data import load


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation of its own, named by the environment."""
    monkeypatch.setenv("ODEKAKE_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("ODEKAKE_OUT", str(tmp_path / "out"))
    for name in ("ODEKAKE_DATABASE_URL", "ODEKAKE_OSM", "ODEKAKE_OSRM_URL"):
        monkeypatch.delenv(name, raising=False)
    return Settings.from_env()


def test_a_database_that_is_none_is_refused_with_a_way_out(
    installation: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is no database ends the command with exit 1, cause and action, and stays as it is."""
    installation.var_dir.mkdir(mode=0o700)
    file = installation.var_dir / "odekake.db"
    file.write_text("not a database, but somebody's notes\n" * 50)
    before = file.read_bytes()
    assert load.main() == 1
    assert len(capsys.readouterr().out.splitlines()) >= 4
    assert file.read_bytes() == before


def test_the_plan_file_is_looked_for_under_the_name_it_is_written_with() -> None:
    """The loader names the file itself, to be quick; the name is that of the writer."""
    assert load.PLAN_FILE == plan_files.PLAN_FILE


def test_looking_whether_all_is_there_needs_no_solver() -> None:
    """What ``make run`` does at every start imports neither the engines nor what draws, prints or reads roads."""
    heavy = "{'solver', 'numba', 'ortools', 'pandas', 'scipy', 'osmium', 'folium', 'reportlab', 'matplotlib', 'httpx'}"
    told = subprocess.run(
        [sys.executable, "-c", f"import sys, sample_data.load; print(sorted({heavy} & sys.modules.keys()))"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert told.stdout.strip() == "[]"
