"""What a measurement asks of an engine, and what it gets back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from benchmarks.instances import Instance
from solver.stop import StepLimit, TimeLimit

Bound = TimeLimit | StepLimit


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """How long to search, from which seed, on how many threads.

    ``interrupted`` is asked now and then; our own engines end with the best plan so far once it says so.
    """

    bound: Bound
    seed: int
    threads: int
    interrupted: Callable[[], bool] = _never


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A request that is not in the plan: its two nodes, and a sentence why."""

    pickup: int
    drop: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What an engine says about its own work; the plan is still to be judged.

    Attributes
    ----------
    routes
        Node ids of the file without depots; used routes only.
    first_s
        Seconds from the start to the first plan that serves everybody: one number, none if the engine told of none.
    wall_s, cpu_s
        Seconds on the clock, and seconds of all processors together.
    steps
        Iterations, in whatever unit the engine counts; 0 if it does not.
    """

    routes: tuple[tuple[int, ...], ...]
    first_s: tuple[float, ...]
    left_out: tuple[LeftOut, ...]
    wall_s: float
    cpu_s: float
    steps: int


NOTHING = Run(routes=(), first_s=(), left_out=(), wall_s=0.0, cpu_s=0.0, steps=0)
"""The answer of an engine that cannot even be asked."""


class Engine(Protocol):
    """An engine ready to work."""

    @property
    def name(self) -> str:
        """How it is called on the command line and in tables."""
        ...

    @property
    def version(self) -> str:
        """What a stored result is valid for; another version is measured anew."""
        ...

    def run(self, instance: Instance, task: Task) -> Run:
        """Solve one instance. An engine that finds nothing returns no routes."""
        ...
