"""The first Ctrl-C asks a search to end with what it has; the second one ends the command."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

INTERRUPTED = 130
"""Exit code of a command that was interrupted."""

NOTICE = "Ending with the best plan so far; Ctrl-C once more gives it up.\n"


@contextmanager
def first_interrupt() -> Iterator[Event]:
    """Inside, the first interrupt of the process sets the event, the next one raises.

    Raises
    ------
    KeyboardInterrupt
        At the second interrupt.
    """
    asked = Event()

    def note(_number: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        sys.stderr.write(NOTICE)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)
