"""The limits of one request: as its problem states them, and a problem that states others."""

from __future__ import annotations

from typing import NamedTuple

from solver.problem import Problem


class Limits(NamedTuple):
    """When one request may be picked up and dropped, both ends included, and how long it may ride: ticks."""

    pickup_earliest: int
    pickup_latest: int
    drop_earliest: int
    drop_latest: int
    max_ride: int


def limits_of(problem: Problem, request: int) -> Limits:
    """The limits that ``problem`` states for ``request``."""
    pickup, drop = problem.pickup(request), problem.drop(request)
    return Limits(
        pickup_earliest=int(problem.earliest[pickup]),
        pickup_latest=int(problem.latest[pickup]),
        drop_earliest=int(problem.earliest[drop]),
        drop_latest=int(problem.latest[drop]),
        max_ride=int(problem.max_ride[request]),
    )


def with_limits(problem: Problem, request: int, limits: Limits) -> Problem:
    """The frozen ``problem`` with ``limits`` for ``request``; all other arrays are shared."""
    earliest, latest, max_ride = problem.earliest.copy(), problem.latest.copy(), problem.max_ride.copy()
    pickup, drop = problem.pickup(request), problem.drop(request)
    earliest[pickup], latest[pickup] = limits.pickup_earliest, limits.pickup_latest
    earliest[drop], latest[drop] = limits.drop_earliest, limits.drop_latest
    max_ride[request] = limits.max_ride
    for changed in (earliest, latest, max_ride):
        changed.setflags(write=False)
    return problem._replace(earliest=earliest, latest=latest, max_ride=max_ride)
