"""A desk served by a process of its own, on this machine only: started, killed, started again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from benchmarks.proof.hamlet import found
from dispatch.installation import Settings, open_store
from dispatch.model.times import SystemClock, local_date
from dispatch.store.sql import SqlStore

PROGRAM = (sys.executable, "-c", "from api.cli import main; main()", "serve")
DAYS_AHEAD = 2
PATIENCE_S = 20


def day_ahead() -> date:
    """The day that is booked: soon, but so that nothing of it begins while it is tried."""
    return local_date(SystemClock().now()) + timedelta(days=DAYS_AHEAD)


@dataclass(slots=True)
class Served:
    """One server process at ``port``; ``environment`` says which database."""

    environment: Mapping[str, str]
    port: int
    worker: bool = True
    _process: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the server and wait until it says that it serves."""
        command = [*PROGRAM, "--port", str(self.port), *([] if self.worker else ["--no-worker"])]
        process = subprocess.Popen(
            command, env=os.environ | self.environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        self._process = [process]
        assert process.stderr is not None
        for line in process.stderr:
            if self.url.encode() in line:
                return
        raise RuntimeError(f"the server has ended with {process.wait()}")

    def kill(self) -> None:
        """``kill -9``: no warning, no last words."""
        self._end(kill=True)

    def stop(self) -> None:
        """Ask it to end, as an administrator would."""
        self._end(kill=False)

    def _end(self, *, kill: bool) -> None:
        for process in self._process:
            if kill:
                process.kill()
            else:
                process.terminate()
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stderr is not None:
                process.stderr.close()
        self._process = []


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def database(folder: Path, *, url: str = "", vehicles: int, riders: int) -> Iterator[tuple[SqlStore, dict[str, str]]]:
    """The hamlet in a database (SQLite in ``folder`` unless ``url`` says otherwise), and the servers' environment."""
    address = url or f"sqlite:///{folder / 'odekake.db'}"
    store = open_store(Settings(database_url=address))
    found(store, vehicles=vehicles, riders=riders)
    try:
        yield store, {"ODEKAKE_VAR": str(folder), "ODEKAKE_OUT": str(folder / "out"), "ODEKAKE_DATABASE_URL": address}
    finally:
        store.close()
