"""The worker's thread stands back for everybody else; the rest of its process does not."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.commands.worker import NICEST, step_aside


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives each thread a priority of its own")
@pytest.mark.parametrize(("nice", "policy"), [(NICEST, "SCHED_IDLE"), (NICEST - 1, "SCHED_OTHER")])
def test_at_the_lowest_priority_it_runs_only_while_nobody_else_wants_to(nice: int, policy: str) -> None:
    """A higher one is a share of the processor, as asked for."""
    before = os.sched_getscheduler(0)
    with ThreadPoolExecutor(1, initializer=step_aside, initargs=(nice,)) as aside:
        assert aside.submit(os.sched_getscheduler, 0).result() == getattr(os, policy)
    assert os.sched_getscheduler(0) == before
