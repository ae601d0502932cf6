"""The worker beside the server: a process of its own that ends when the server does, however the server ends.

It holds the other end of a pipe that only the server has open: when the server is gone, also after ``kill -9``, the
pipe closes and the worker ends. A worker that dies by itself is started again, after a pause that grows.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence

COMMAND = (sys.executable, "-c", "from api.cli import main; main()", "worker", "--attached")
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
PATIENCE_S = 5.0
"""How long a worker is waited for at the end: it finishes the step of its search, then gives its leases back."""


class Companion:
    """Keeps one child process running from `start` to `stop`."""

    def __init__(self, command: Sequence[str] = COMMAND, *, first_pause_s: float = FIRST_PAUSE_S) -> None:
        self._command = command
        self._first_pause_s = first_pause_s
        self._stopping = threading.Event()
        self._changing = threading.Lock()
        self._child: list[subprocess.Popen[bytes]] = []
        self._keeper = threading.Thread(target=self._keep, name="worker-keeper", daemon=True)

    def start(self) -> None:
        self._keeper.start()

    def stop(self) -> None:
        """Let the child end; one that does not is killed."""
        with self._changing:
            self._stopping.set()
            for child in self._child:
                _close(child)
        self._keeper.join(PATIENCE_S)
        if self._keeper.is_alive():
            for child in self._child:
                child.kill()
            self._keeper.join()

    def _keep(self) -> None:
        pause_s = self._first_pause_s
        while True:
            with self._changing:
                if self._stopping.is_set():
                    return
                child = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
                self._child = [child]
            child.wait()
            _close(child)
            if self._stopping.wait(pause_s):
                return
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


def _close(child: subprocess.Popen[bytes]) -> None:
    if child.stdin is not None:
        child.stdin.close()
