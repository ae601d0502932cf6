"""The order in which a dispatcher has put visits: no rule of the day, but searches are held to it.

It counts while both visits are on one route. What places or takes out a trip leaves the order of the others alone, so
only searches could undo it. A search is held to it by a seam in time: the earlier visit starts before the second at
which the later one is due in the plan in force, the later one not before that second. The plan is judged without the
seam, so nobody is ever later for it: where the order cannot be kept any more, it is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dispatch.model.reservation import KeptOrder, Side
from dispatch.solver_bridge.day_problem import DayProblem
from dispatch.solver_bridge.ride import visit_numbers
from solver.problem import Problem, frozen
from solver.schedule import times_if_any
from solver.solution import Solution, TimedRoute


class Sequence(NamedTuple):
    """Two visits of the problem in the order that trip ``reservation_id`` keeps."""

    first: int
    then: int
    reservation_id: int
    kept: KeptOrder


def undone(day: DayProblem, before: Solution, after: Solution) -> tuple[Sequence, ...]:
    """What was in the order kept in ``before`` and is not in ``after``: turned round, or on two vehicles."""
    standing = {(one.first, one.then) for route in after.routes for one in _standing(day, route)}
    was = [one for route in before.routes for one in _standing(day, route)]
    return tuple(one for one in was if (one.first, one.then) not in standing)


def held_to(day: DayProblem) -> Problem:
    """The problem of the day for a search that leaves the kept order as it is; the plan in force can be kept in it."""
    problem = day.problem
    if not any(ride.keeps for ride in day.rides):
        return problem
    earliest, latest, locked = problem.earliest.copy(), problem.latest.copy(), problem.locked_vehicle.copy()
    for vehicle, route in enumerate(day.solution.routes):
        sequences = list(_standing(day, route))
        timed = times_if_any(problem, vehicle, route.visits) if sequences else route
        if timed is None:
            continue  # it is late already: the least lateness comes first
        at_s, begun = dict(zip(timed.visits, timed.starts, strict=True)), problem.prefix_of(vehicle)
        for first, then, _, _ in sequences:
            if then not in begun and at_s[first] < at_s[then]:
                latest[first] = min(latest[first], at_s[then] - 1)
                earliest[then] = max(earliest[then], at_s[then])
                locked[[first % len(day.rides), then % len(day.rides)]] = vehicle
    return frozen(problem._replace(earliest=earliest, latest=latest, locked_vehicle=locked))


def _standing(day: DayProblem, route: TimedRoute) -> Iterator[Sequence]:
    """The orders kept whose two visits are on ``route``, as they are to be."""
    position = {visit: i for i, visit in enumerate(route.visits)}
    for one in _sequences(day):
        if one.first in position and one.then in position and position[one.first] < position[one.then]:
            yield one


def _sequences(day: DayProblem) -> Iterator[Sequence]:
    numbers = visit_numbers(day.rides)
    for ride in day.rides:
        for kept in ride.keeps:
            own, other = numbers[ride.reservation_id, kept.task], numbers.get((kept.other_id, kept.other_task), -1)
            if other >= 0:
                first, then = (own, other) if kept.side is Side.BEFORE else (other, own)
                yield Sequence(first, then, ride.reservation_id, kept)
