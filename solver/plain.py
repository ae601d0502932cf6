"""A problem in which nothing is asked for but the drives: what a caller wants beyond that, it replaces."""

from __future__ import annotations

import numpy as np

from solver.problem import Int32, Int64, Problem


def plain(*, travel: Int64, cost: Int64, place_of_visit: Int32 | Int64, vehicles: int, day: int) -> Problem:
    """Requests that only the day limits, and vehicles that leave place 0 and come back to it.

    ``travel`` (P, P) in ticks of a second, ``cost`` (P, P), ``place_of_visit`` (N,). Every time lies from 0 to ``day``.
    Visits take no time; a request takes the only seat of a vehicle, and leaving it out costs nothing. No vehicle has a
    break or has begun. Neither validated nor frozen: that is done once everything is in place
    (`solver.validation.validated`).
    """
    visits = len(place_of_visit)
    requests, none = visits // 2, np.zeros(0, np.int64)
    return Problem(
        tick_s=1.0,
        travel=travel[None],
        period_start=np.zeros(1, np.int64),
        cost=cost,
        place_of_visit=place_of_visit.astype(np.int32),
        earliest=np.zeros(visits, np.int64),
        latest=np.full(visits, day),
        service=np.zeros((1, visits), np.int64),
        max_ride=np.full(requests, day),
        load=np.ones((requests, 1), np.int32),
        mandatory=np.zeros(requests, np.bool_),
        penalty=np.zeros(requests, np.int64),
        exclusive=np.zeros(requests, np.bool_),
        compatible=np.ones((requests, vehicles), np.bool_),
        locked_vehicle=np.full(requests, -1, np.int32),
        linked_to=np.full(requests, -1, np.int32),
        link_stay=np.zeros(requests, np.int64),
        class_of_vehicle=np.zeros(vehicles, np.int32),
        capacity=np.ones((vehicles, 1, 1), np.int32),
        start_place=np.zeros(vehicles, np.int32),
        end_place=np.zeros(vehicles, np.int32),
        shift_earliest=np.zeros(vehicles, np.int64),
        shift_latest=np.full(vehicles, day),
        max_duration=np.full(vehicles, day),
        vehicle_cost=np.zeros(vehicles, np.int64),
        break_vehicle=np.zeros(0, np.int32),
        break_earliest=none,
        break_latest=none,
        break_duration=none,
        prefix_start=np.zeros(vehicles + 1, np.int32),
        prefix_visit=np.zeros(0, np.int32),
        idle_aboard_limit=day,
    )
