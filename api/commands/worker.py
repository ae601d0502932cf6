"""``odekake worker``: improves plans between events, beside the server or by itself."""

from __future__ import annotations

import os
import signal
import sys
import threading
import uuid
from types import FrameType
from typing import Annotated

import typer

from api.commands.frame import open_desk
from api.commands.speech import both, tell

ONE_THREAD = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

AttachedOption = Annotated[bool, typer.Option("--attached", help=both("option.attached"))]
NiceOption = Annotated[int, typer.Option("--nice", min=0, max=19, help=both("option.nice"))]


def worker(attached: AttachedOption = False, nice: NiceOption = 10) -> None:
    ending = threading.Event()
    _end_when_told(ending, attached=attached)
    os.nice(nice)
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))  # read when the numerical libraries are imported, below
    desk = open_desk()
    if not attached:
        typer.echo(tell("working"), err=True)
    desk.worker(owner=uuid.uuid4().hex, ending=ending).run()


def _end_when_told(ending: threading.Event, *, attached: bool) -> None:
    """On SIGTERM, on Ctrl+C, and, when attached, as soon as whoever started it has closed the pipe or is gone."""

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        ending.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    if attached:
        threading.Thread(target=_until_closed, args=(ending,), daemon=True).start()


def _until_closed(ending: threading.Event) -> None:
    sys.stdin.buffer.read()
    ending.set()
