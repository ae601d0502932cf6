"""Days of long measurements: found again while the code is the same, measured again when a line was cut off."""

from __future__ import annotations

from pathlib import Path

import benchmarks.live
import benchmarks.online
from benchmarks.measure.kept import KeptDays, code_digest


def test_a_kept_day_is_found_by_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "var" / "days.jsonl"
    KeptDays(path, version="1").keep("seed 1", {"accepted": 7})
    assert KeptDays(path, version="1").found("seed 1") == ({"accepted": 7},)
    assert KeptDays(path, version="1").found("seed 2") == ()
    assert KeptDays(path, version="2").found("seed 1") == ()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_line_that_was_cut_off_is_measured_again(tmp_path: Path) -> None:
    """What stands before it is kept, and what comes after begins a line of its own."""
    path = tmp_path / "days.jsonl"
    book = KeptDays(path, version="1")
    book.keep("seed 1", {"accepted": 7})
    book.keep("seed 2", {"accepted": 8})
    path.write_text(path.read_text(encoding="utf-8")[:-9], encoding="utf-8")
    again = KeptDays(path, version="1")
    assert (again.found("seed 1"), again.found("seed 2")) == (({"accepted": 7},), ())
    again.keep("seed 2", {"accepted": 9})
    assert KeptDays(path, version="1").found("seed 2") == ({"accepted": 9},)


def test_other_code_has_another_digest() -> None:
    assert code_digest(benchmarks.live) == code_digest(benchmarks.live) != code_digest(benchmarks.online)
