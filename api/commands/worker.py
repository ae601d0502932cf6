"""``odekake worker``: improves plans between events, beside the server or by itself.

All that it works out is of low priority, in a thread of its own (where the system knows priorities of processes only,
all of it is). What it writes it writes as quickly as anybody: while it does, all others wait for the database.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from api.commands.frame import open_desk
from api.commands.speech import both, tell
from dispatch.model.errors import NotFound, OdekakeError

if TYPE_CHECKING:
    from dispatch.desk import Desk
    from dispatch.planning.worker import Ending

ONE_THREAD = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

NICEST = 19
"""The lowest priority that a system has for those who still get their turn on a machine that is busy."""

ERRANDS_EVERY_S = 600.0
log = logging.getLogger("odekake.worker")

T = TypeVar("T")

AttachedOption = Annotated[bool, typer.Option("--attached", help=both("option.attached"))]
NiceOption = Annotated[int, typer.Option("--nice", min=0, max=NICEST, help=both("option.nice"))]


def worker(attached: AttachedOption = False, nice: NiceOption = NICEST) -> None:
    ending, begun = threading.Event(), threading.Event()
    if attached:
        threading.Thread(target=_until_closed, args=(ending, begun), daemon=True).start()
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))  # read when the numerical libraries are imported, below
    desk = open_desk()
    _end_when_told(ending)
    begun.set()
    if not attached:
        typer.echo(tell("working"), err=True)
    threading.Thread(target=run_errands, args=(desk, ending), name="errands", daemon=True).start()
    with ThreadPoolExecutor(max_workers=1, initializer=step_aside, initargs=(nice,)) as unhurried:

        def aside(work: Callable[[], T], /) -> T:
            return unhurried.submit(work).result()

        desk.worker(owner=uuid.uuid4().hex, ending=ending, aside=aside).run()


def step_aside(nice: int) -> None:
    """Give the calling thread (or, where the system knows priorities of processes only, the process) a low priority.

    At the lowest, Linux lets it run only while nobody else wants to: else whoever wakes up would first wait until this
    thread has had its time slice of some milliseconds, however low its priority, ten times in an answer.
    """
    os.nice(nice)
    if nice == NICEST and sys.platform == "linux":
        with suppress(OSError):  # a container may forbid it
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def run_errands(desk: Desk, ending: Ending) -> None:
    """At once and every few minutes until ``ending``: book the recurring trips that can be booked by now.

    However many workers do so, every date is booked once.
    """
    from dispatch.booking.series import RECURRING

    while not ending.is_set():
        try:
            for service in desk.store.services():
                with suppress(NotFound):  # a service without rules yet
                    desk.book_series(service_id=service.id, actor=RECURRING)
        except OdekakeError as error:
            log.warning("recurring trips: %s", error.code)
        ending.wait(ERRANDS_EVERY_S)


def _end_when_told(ending: threading.Event) -> None:
    """On SIGTERM and on Ctrl+C: the search under way ends and the leases are given back."""

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        ending.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)


def _until_closed(ending: threading.Event, begun: threading.Event) -> None:
    """Ends the worker when whoever started it has closed the pipe or is gone; at once while it is only starting."""
    sys.stdin.buffer.read()
    if not begun.is_set():
        os._exit(0)
    ending.set()
