"""Why a trip does not fit a vehicle: every rule it would break there, by how much, and for whom.

The trip is put where it does least harm with all latest times lifted; the independent checker then says which rules of
the day that breaks.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dispatch.model.hold import is_held
from dispatch.model.times import DAY_S
from dispatch.model.wish import NO_ID
from dispatch.moves.move import Objection
from dispatch.solver_bridge.day_problem import DayProblem
from solver.checker import Violation, check
from solver.insertion import Candidate, rank
from solver.problem import Problem, frozen
from solver.rules import Rule

PLACES_MAX = 30
"""Places looked at for the one that does least harm."""


def objections(day: DayProblem, request: int) -> tuple[Objection, ...]:
    """What stands against carrying ``request`` on the vehicle it is locked to; never empty when it does not fit."""
    ranking = rank(lifted(day.problem), day.solution, request, limit=PLACES_MAX)
    wanted = int(day.problem.locked_vehicle[request])
    found = [_violations(day, request, place) for place in ranking.candidates]
    if not found:
        rules = {block.vehicle: block.rule for block in ranking.blocks}
        rule = rules.get(wanted, Rule.SEATS)
        return (Objection(rule=rule.value, reservation_id=day.rides[request].reservation_id, amount=0),)
    least = min(found, key=lambda violations: (sum(one.amount for one in violations), len(violations)))
    return tuple(objection_of(day, violation) for violation in least)


def lifted(problem: Problem) -> Problem:
    """The same problem in which nothing that has not begun can be too late or too long."""
    begun = np.zeros(len(problem.latest), dtype=np.bool_)
    begun[problem.prefix_visit] = True
    return frozen(
        problem._replace(
            latest=np.where(begun, problem.latest, problem.latest + DAY_S),
            max_ride=problem.max_ride + DAY_S,
            shift_latest=problem.shift_latest + DAY_S,
            max_duration=problem.max_duration + DAY_S,
        )
    )


def _violations(day: DayProblem, request: int, place: Candidate) -> tuple[Violation, ...]:
    routes = (*day.solution.routes[: place.vehicle], place.route, *day.solution.routes[place.vehicle + 1 :])
    unserved = tuple(other for other in day.solution.unserved if other != request)
    return check(day.problem, replace(day.solution, routes=routes, unserved=unserved))


def objection_of(day: DayProblem, violation: Violation) -> Objection:
    """What the checker has found, as a dispatcher is told."""
    named = violation.visit is not None
    trip = day.rides[(violation.visit or 0) % len(day.rides)].reservation_id if named else NO_ID
    whose = NO_ID if is_held(trip) else trip  # a trip that is only held has no number to be called by
    return Objection(rule=violation.rule.value, reservation_id=whose, amount=violation.amount)
