"""A generated day with travel times by time of day, made from one that has none."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from benchmarks.town import DAY_END_S, DAY_START_S
from solver.problem import Problem
from solver.validation import validated

PACES = (1.3, 0.9, 1.0, 1.2)
"""Times of the periods of a busy day as multiples of those of the town, over and over."""


class Traffic(StrEnum):
    """What distinguishes the periods."""

    ALIKE = "alike"  # nothing: the search goes the same way and only looks times up by period
    BUSY = "busy"  # slow in the morning and in the evening: another day


def by_hour(problem: Problem, *, periods: int, traffic: Traffic) -> Problem:
    """Return the day of ``benchmarks.town.service_day`` with ``periods`` periods of equal length over its hours."""
    pace = np.resize(np.array(PACES), periods) if traffic is Traffic.BUSY else np.ones(periods)
    start = np.linspace(DAY_START_S, DAY_END_S, periods, endpoint=False).astype(np.int64)
    travel = np.ceil(problem.travel[:1] * pace[:, None, None]).astype(np.int64)
    return validated(problem._replace(travel=travel, period_start=start))
