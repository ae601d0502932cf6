"""The package runs from a wheel: nothing it needs stays behind in the source tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

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


def test_the_demo_day_is_planned_from_the_wheel_alone(unpacked: Path, tmp_path: Path) -> None:
    """From another folder, with only the wheel's files: the sample city loads, and its plan passes the checker."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("ODEKAKE_")}
    environment = {**settings, "PYTHONPATH": str(unpacked), "PYTHONSAFEPATH": "1"}
    here = "import dispatch, sys; sys.exit(0 if dispatch.__file__.startswith(sys.argv[1]) else 1)"
    subprocess.run([sys.executable, "-c", here, str(unpacked)], cwd=tmp_path, env=environment, check=True)
    loading = [sys.executable, "-m", "sample_data.load"]
    done = subprocess.run(loading, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (day,) = (tmp_path / "out").iterdir()
    assert {"plan.json", "map.html"} < {path.name for path in day.iterdir()}
