"""The smallest problem with one of everything: one vehicle with a break, one request between two places."""

from __future__ import annotations

import numpy as np

from solver.problem import Problem
from solver.validation import validated


def tiny_problem() -> Problem:
    """Ten ticks and units from the only vehicle's place to the other; the day has a hundred ticks."""
    none, zero, one = np.array([-1]), np.zeros(1, np.int64), np.ones(1, np.int64)
    first = np.zeros(1, np.int32)
    distance = np.array([[0, 10], [10, 0]])
    return validated(
        Problem(
            tick_s=1.0,
            travel=distance[None],
            period_start=zero,
            cost=distance,
            place_of_visit=np.array([0, 1]),
            earliest=np.zeros(2, np.int64),
            latest=np.full(2, 100),
            service=np.ones((1, 2), np.int64),
            max_ride=one * 20,
            load=np.ones((1, 1), np.int64),
            mandatory=np.zeros(1, np.bool_),
            penalty=one,
            exclusive=np.zeros(1, np.bool_),
            compatible=np.ones((1, 1), np.bool_),
            locked_vehicle=none,
            linked_to=none,
            link_stay=zero,
            class_of_vehicle=first,
            capacity=np.ones((1, 1, 1), np.int64),
            start_place=first,
            end_place=first,
            shift_earliest=zero,
            shift_latest=one * 100,
            max_duration=one * 100,
            vehicle_cost=one,
            break_vehicle=first,
            break_earliest=zero,
            break_latest=one * 100,
            break_duration=one,
            prefix_start=np.zeros(2, np.int64),
            prefix_visit=np.zeros(0, np.int64),
            idle_aboard_limit=100,
        )
    )
