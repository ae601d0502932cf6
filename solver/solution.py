"""What the solver answers: routes with times, and who is left out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedRoute:
    """One vehicle's route. ``visits`` and ``starts`` run in parallel; all times are ticks.

    ``depart`` and ``arrive`` are the times at the start and end place (both ``shift_earliest`` of the
    vehicle for an unused one). ``break_starts`` holds ``(index into Problem.break_*, start)``.
    """

    visits: tuple[int, ...]
    starts: tuple[int, ...]
    depart: int
    arrive: int
    break_starts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """Routes by vehicle index (one per vehicle, unused ones empty) and the requests left unserved."""

    routes: tuple[TimedRoute, ...]
    unserved: tuple[int, ...]
