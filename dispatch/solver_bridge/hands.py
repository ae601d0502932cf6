"""How many calls are worked on at once in this process; the others wait for a free hand.

Python runs one thread at a time. Calls that hand it over a hundred times each (at every statement, at every kernel) do
not come out sooner together, all of them come out later: four at once took twice the time for the same work. Whoever
waits for a turn at a day (`dispatch.solver_bridge.turns`) has no hand yet, so nobody waits for another in a circle.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 2
"""While one waits for the disk or is in a kernel, the other one works."""


class Hands:
    """``AT_ONCE`` hands. Who has one already, at work within other work, needs no second one."""

    def __init__(self, *, at_once: int = AT_ONCE) -> None:
        self._free = threading.BoundedSemaphore(at_once)
        self._own = threading.local()

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Work with one hand."""
        if getattr(self._own, "busy", False):
            yield
            return
        with self._free:
            self._own.busy = True
            try:
                yield
            finally:
                self._own.busy = False
