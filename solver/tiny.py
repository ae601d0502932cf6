"""The smallest problem with one of everything: one vehicle with a break, one request between two places."""

from __future__ import annotations

import numpy as np

from solver.plain import plain
from solver.problem import Problem
from solver.validation import validated


def tiny_problem() -> Problem:
    """Ten ticks and units from the only vehicle's place to the other; the day has a hundred ticks."""
    one, distance = np.ones(1, np.int64), np.array([[0, 10], [10, 0]])
    drives = plain(travel=distance, cost=distance, place_of_visit=np.array([0, 1]), vehicles=1, day=100)
    return validated(
        drives._replace(
            service=np.ones((1, 2), np.int64),
            max_ride=one * 20,
            penalty=one,
            vehicle_cost=one,
            break_vehicle=np.zeros(1, np.int32),
            break_earliest=one * 0,
            break_latest=one * 100,
            break_duration=one,
        )
    )
