"""When somebody was faster: look at the day anew and try again, a few times."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from dispatch.model.errors import Conflict
from dispatch.solver_bridge.workplace import Workplace

ATTEMPTS = 8
"""More than one operator in a row being faster is rare, eight in a row means something is wrong."""

DAY_CHANGED = "day_changed"

T = TypeVar("T")


def on_the_day_as_it_is(workplace: Workplace, attempt: Callable[[], T]) -> T:
    """The result of ``attempt``, repeated while the day changes between its reading and its writing.

    Between two attempts the workplace pauses (`dispatch.solver_bridge.pause`).

    Raises
    ------
    Conflict
        ``day_busy`` when the day never stood still; any other error of ``attempt`` as it is.
    """
    for number in range(1, ATTEMPTS + 1):
        try:
            with workplace.hands.busy(first=workplace.turns.mine), workplace.store.snapshot():
                return attempt()
        except Conflict as conflict:
            if conflict.code != DAY_CHANGED:
                raise
        if number < ATTEMPTS:
            workplace.pause(number)
    raise Conflict("day_busy")
