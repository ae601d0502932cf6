"""The short profile of ``make chaos``."""

from __future__ import annotations

from pathlib import Path

from benchmarks.proof.chaos import chaos


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(tmp_path: Path) -> None:
    """Two kills in the middle of calls: every promise told exists once as told, and journal and plan are in order."""
    survived = chaos(tmp_path, kills=2, seed=11, pause_max_s=0.0, worker=False)
    assert survived.faults == ()
    assert survived.promised > 0
