"""The worker process: it improves what the server's callers book, ends with the server, and comes back when it dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from api.companion import COMMAND, Companion
from dispatch.model.times import SystemClock, local_date, to_moment
from dispatch.planning.worker import WORKER
from dispatch.store.engine import open_engine
from dispatch.store.migrate import upgrade
from dispatch.store.sql import SqlStore
from tests.scenarios.test_replan import CALLS
from tests.scenarios.town import SERVICE, Town, open_town, town_rules

ANY_DAY = {"weekdays": (0, 1, 2, 3, 4, 5, 6), "on_holidays": True}
PATIENCE_S = 240


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """The ten calls of the re-planning tests, for the day after tomorrow by the clock of this machine."""
    engine = open_engine(f"sqlite:///{tmp_path / 'odekake.db'}")
    upgrade(engine)
    day = local_date(SystemClock().now()) + timedelta(days=2)
    town = open_town(SqlStore(engine), rules=town_rules(service=ANY_DAY))
    town.clock.set(to_moment(day - timedelta(days=1), 12 * 3600))
    for rider, origin, destination, time in CALLS:
        town.book(town.wish(rider, origin=origin, destination=destination, after=time, day=day))
    yield town
    engine.dispose()


def test_the_process_improves_a_day_and_ends_when_the_pipe_closes(town: Town, tmp_path: Path) -> None:
    """A plan that a search makes 25 km shorter is published by the process itself; the closed pipe ends it at once."""
    day = local_date(SystemClock().now()) + timedelta(days=2)
    environment = os.environ | {"ODEKAKE_VAR": str(tmp_path)}
    with subprocess.Popen((*COMMAND, "--nice", "0"), stdin=subprocess.PIPE, env=environment) as process:
        looks = Event()
        for _ in range(PATIENCE_S * 10):
            if any(_by_worker(record.body) for record in town.store.journal(SERVICE, day).records):
                break
            looks.wait(0.1)
        else:
            process.kill()
            pytest.fail("the worker has published nothing")
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(PATIENCE_S) == 0
    assert town.desk.check(service_id=SERVICE, day=day) == ()
    assert len(town.store.reservations(SERVICE, day)) == len(CALLS)


def _by_worker(body: str) -> bool:
    entry = json.loads(body)
    return entry["kind"] == "replanned" and entry["actor"]["id"] == WORKER.id


def test_a_companion_that_is_killed_is_started_again_and_ends_with_its_keeper(tmp_path: Path) -> None:
    """The child writes its number into a pipe; after a kill another one does, and `stop` ends that one."""
    pipe = tmp_path / "numbers"
    os.mkfifo(pipe)
    program = f"import os, sys; f = open({str(pipe)!r}, 'w'); f.write(str(os.getpid())); f.close(); sys.stdin.read()"
    companion = Companion((sys.executable, "-c", program), first_pause_s=0.01)
    companion.start()
    first = int(pipe.read_text())
    os.kill(first, signal.SIGKILL)
    second = int(pipe.read_text())
    assert second != first
    companion.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)
