"""When a search ends: limits of time and steps, and an interrupt. The first one met ends it.

A *step* is one candidate looked at by the engine; a search bounded by steps alone takes no decision from a
clock, so the same input gives the same plan. A search bounded by time records the steps it reached.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from solver.errors import SolverInputError

Timer = Callable[[], float]
"""Seconds from a fixed but arbitrary moment; never goes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How far a search has come: seconds since it began, and steps."""

    seconds: float
    steps: int


class Limit(Protocol):
    """One reason to end a search."""

    def met(self, reached: Reached) -> bool:
        """Tell whether the search has to end."""
        ...


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """Ends a search after so many seconds (> 0)."""

    seconds: float

    def __post_init__(self) -> None:
        if not self.seconds > 0:
            raise _not_positive("TimeLimit", self.seconds)

    def met(self, reached: Reached) -> bool:
        return reached.seconds >= self.seconds


@dataclass(frozen=True, slots=True)
class StepLimit:
    """Ends a search after so many steps (> 0)."""

    steps: int

    def __post_init__(self) -> None:
        if not self.steps > 0:
            raise _not_positive("StepLimit", self.steps)

    def met(self, reached: Reached) -> bool:
        return reached.steps >= self.steps


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Ends a search as soon as somebody asks for it, for example ``threading.Event().is_set``."""

    asked: Callable[[], bool]

    def met(self, reached: Reached) -> bool:
        return self.asked()


@dataclass(frozen=True, slots=True)
class Stop:
    """The limits of a search, and the timer that measures it. Reusable: each search begins its own watch.

    Raises
    ------
    SolverInputError
        There is no limit: the search would never end.
    """

    limits: tuple[Limit, ...]
    timer: Timer = time.monotonic

    def __post_init__(self) -> None:
        if not self.limits:
            raise SolverInputError(
                code="no_limit",
                item="Stop",
                cause="A search without a limit never ends.",
                action="Give a TimeLimit or a StepLimit.",
            )

    def begin(self) -> Watch:
        """Start measuring."""
        return Watch(stop=self, began=self.timer())


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Measures one search against its limits."""

    stop: Stop
    began: float

    def seconds(self) -> float:
        """Return the seconds since the search began."""
        return self.stop.timer() - self.began

    def over(self, steps: int) -> bool:
        """Tell whether a limit is met after ``steps`` steps."""
        reached = Reached(seconds=self.seconds(), steps=steps)
        return any(limit.met(reached) for limit in self.stop.limits)

    def steps_left(self, steps: int, *, most: int) -> int:
        """Return the steps until the limit of steps, at least 1 and at most ``most``."""
        left = [limit.steps - steps for limit in self.stop.limits if isinstance(limit, StepLimit)]
        return max(1, min([most, *left]))

    def share(self, steps: int) -> float:
        """Return how much of the tightest limit of time or steps is used up, from 0 to 1."""
        shares = [0.0]
        for limit in self.stop.limits:
            if isinstance(limit, TimeLimit):
                shares.append(self.seconds() / limit.seconds)
            elif isinstance(limit, StepLimit):
                shares.append(steps / limit.steps)
        return min(1.0, max(shares))


def _not_positive(item: str, value: float) -> SolverInputError:
    return SolverInputError(
        code="limit_not_positive", item=item, cause=f"It is {value}.", action="Give a number above 0."
    )
