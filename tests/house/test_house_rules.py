"""Rules of the house that no linter knows."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("api", "benchmarks", "dispatch", "maps", "sample_data", "solver")


def _sources() -> dict[str, str]:
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}


def _matching(pattern: str) -> set[str]:
    return {name for name, text in _sources().items() if re.search(pattern, text, re.MULTILINE)}


def test_only_the_clock_asks_for_the_time() -> None:
    """``now()``, ``today()`` and ``time.time()`` of the standard library appear in the one clock only."""
    asking = _matching(r"\b(?:datetime|date)\.(?:now|today|utcnow)\(|\btime\.time\(")
    assert asking == {"dispatch/model/times.py"}


def test_ortools_is_imported_in_the_solver_only() -> None:
    """OR-Tools stays behind the solver's own interface."""
    importing = _matching(r"^\s*(?:from|import) ortools")
    assert importing
    assert all(name.startswith("solver/") for name in importing)


def test_no_module_is_a_drawer_for_everything() -> None:
    """No module is called utils, helpers, manager or common."""
    drawers = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
    assert [name for name in _sources() if Path(name).stem in drawers] == []


def test_pins_name_no_address() -> None:
    """The pin file holds versions and hashes only: whoever installs chooses the index."""
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert "--hash=sha256:" in pins
    assert "://" not in pins
    assert "index-url" not in pins


def test_every_direct_dependency_is_pinned() -> None:
    """Each dependency named in pyproject.toml has an exact version with hashes in the pin file."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = project[project.index("dependencies = [") : project.index("[project.scripts]")]
    wanted = {_folded(name) for name in re.findall(r'^\s+"([A-Za-z0-9_.\-]+)', block, re.MULTILINE)}
    pinned = {
        _folded(line.split("==")[0])
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line and not line.startswith(" ")
    }
    assert len(wanted) > 20
    assert wanted - pinned == set()


def _folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_generated_output_is_not_committed() -> None:
    """The database, planned days and build products stay out of the repository."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    # a source tree without its history (an unpacked archive) lists nothing
    tracked = set(listed.stdout.split()) if listed.returncode == 0 else set()
    assert [name for name in tracked if re.match(r"(?:out|var|build|dist)/|.*\.(?:db|pdf|pyc)$", name)] == []
