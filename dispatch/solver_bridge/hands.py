"""How many calls are worked on at once in this process; the others wait for a free hand.

Python runs one thread at a time. Calls that hand it over a hundred times each (at every statement, at every kernel) do
not come out sooner together, all of them come out later: four at once took twice the time for the same work. Whoever
waits for a turn at a day (`dispatch.solver_bridge.turns`) has no hand yet, so nobody waits for another in a circle. Who
has one goes before all who only ask, for others wait behind that turn; apart from that, first come, first served.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 2
"""While one waits for the disk or is in a kernel, the other one works."""


class Line:
    """The free hands, and who waits for one: those who go first, then the others, each as they came."""

    def __init__(self, *, at_once: int) -> None:
        self._lock = threading.Lock()
        self._free = at_once
        self._first: deque[threading.Lock] = deque()
        self._others: deque[threading.Lock] = deque()

    def come(self, *, first: bool) -> threading.Lock:
        """Ask for a hand. Who can lock the answer has one: at once, or when `go` has opened it."""
        gate = threading.Lock()
        with self._lock:
            if self._free:
                self._free -= 1
            else:
                gate.acquire()
                (self._first if first else self._others).append(gate)
        return gate

    def go(self) -> None:
        """Give a hand back: to the next in the line, if there is one."""
        with self._lock:
            for queue in (self._first, self._others):
                if queue:
                    queue.popleft().release()
                    return
            self._free += 1


class Hands:
    """``at_once`` hands. Who has one already, at work within other work, needs no second one."""

    def __init__(self, *, at_once: int = AT_ONCE) -> None:
        self._line = Line(at_once=at_once)
        self._own = threading.local()

    @contextmanager
    def busy(self, *, first: bool = False) -> Iterator[None]:
        """Work with one hand; ``first``: before all who wait without being so."""
        if getattr(self._own, "busy", False):
            yield
            return
        self._line.come(first=first).acquire()
        self._own.busy = True
        try:
            yield
        finally:
            self._own.busy = False
            self._line.go()
