"""The package runs from a wheel: nothing it needs stays behind in the source tree."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from dispatch.installation import Settings, open_store
from dispatch.model.times import SystemClock, local_date
from sample_data.tables import SERVICE_ID

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("api", "benchmarks", "dispatch", "maps", "sample_data", "solver")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from a copy of the tree, unpacked into an empty folder."""
    source, site = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("site")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--wheel-dir", str(site), str(source)], check=True, capture_output=True)
    (wheel,) = site.glob("odekake-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return site


def test_the_wheel_holds_every_file_the_packages_hold(unpacked: Path) -> None:
    """Templates, style sheets, migrations, sentences and sample data are all packed."""
    missing = [
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not (unpacked / path.relative_to(ROOT)).is_file()
    ]
    assert missing == []


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation in an empty folder, nothing of it named by the environment."""
    for name in [name for name in os.environ if name.startswith("ODEKAKE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return Settings.from_env()


def _python(unpacked: Path, *arguments: str) -> str:
    """What Python says, run here with the wheel's files only; a warning fails it as it fails a test."""
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "PYTHONSAFEPATH": "1"}
    command = [sys.executable, "-W", "error", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_demo_day_is_planned_from_the_wheel_alone(unpacked: Path, installation: Settings) -> None:
    """One command, as ``make run`` starts it, from another folder, with only the wheel's files.

    It plans a later day without a violation and writes its private files; again: nothing changes.
    """
    assert _python(unpacked, "-c", "import dispatch; print(dispatch.__file__)").startswith(str(unpacked))
    assert "no rule is broken" in _python(unpacked, "-m", "sample_data.load")
    store = open_store(installation)
    (folder,) = installation.out_dir.iterdir()
    day = date.fromisoformat(folder.name)
    assert day > local_date(SystemClock().now())
    assert len(store.day_state(SERVICE_ID, day).reservations) >= 45
    kinds = {file.name for file in folder.iterdir()}
    assert {"plan.json", "map.html", "V1.pdf", "V1.html", "V4.pdf", "V4.html"} <= kinds
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in folder.iterdir())
    before = (store.stamp(SERVICE_ID, day), (folder / "plan.json").stat().st_mtime_ns)
    assert "is ready" in _python(unpacked, "-m", "sample_data.load")
    assert (store.stamp(SERVICE_ID, day), (folder / "plan.json").stat().st_mtime_ns) == before
