"""Folders of old days are removed, and nothing else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dispatch.plan_files import remove_day_files

BEFORE = date(2026, 11, 24)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Three days, a folder of somebody's own, a file that looks like a day, and a link to a folder elsewhere."""
    elsewhere = tmp_path / "elsewhere"
    folder = tmp_path / "out"
    for path in (elsewhere, *(folder / name for name in ("2026-11-20", "2026-11-23", "2026-11-24", "2020-notes"))):
        path.mkdir(parents=True)
        (path / "V1.pdf").write_bytes(b"names")
    (folder / "2026-11-19").write_text("a file", encoding="utf-8")
    (folder / "2026-11-18").symlink_to(elsewhere)
    return folder


def test_folders_of_days_before_the_date_go(out: Path) -> None:
    """The 20th and the 23rd of November, with what is in them; the 24th stays, and so does what is no day's folder."""
    assert remove_day_files(out, service_id="town", before=BEFORE) == (date(2026, 11, 20), date(2026, 11, 23))
    left = ["2020-notes", "2026-11-18", "2026-11-19", "2026-11-24"]
    assert sorted(path.name for path in out.iterdir()) == left
    assert (out.parent / "elsewhere" / "V1.pdf").exists()
    assert remove_day_files(out, service_id="town", before=BEFORE) == ()


def test_the_days_of_another_service_stay(out: Path) -> None:
    """A folder whose plan names another service is not ours to remove; a plan nobody can read does not protect it."""
    (out / "2026-11-20" / "plan.json").write_text('{"service_id": "village", "version": 3}', encoding="utf-8")
    (out / "2026-11-23" / "plan.json").write_text("{", encoding="utf-8")
    assert remove_day_files(out, service_id="town", before=BEFORE) == (date(2026, 11, 23),)
    assert remove_day_files(out, service_id="village", before=BEFORE) == (date(2026, 11, 20),)


def test_without_a_folder_there_is_nothing_to_remove(tmp_path: Path) -> None:
    """Nothing was ever written: no error, and no folder is made."""
    assert remove_day_files(tmp_path / "out", service_id="town", before=BEFORE) == ()
    assert list(tmp_path.iterdir()) == []
