"""Seats and legs of one route, visit by visit as the text of `solver.problem.Problem` has them: the checker's oracle.

Written from that text alone, where `plain_judge` is of one descent with the checker. The route may be broken in any
way: visits made twice, drops without pick-up, times that no vehicle can keep.
"""

from __future__ import annotations

from collections import Counter

from solver.problem import Problem
from solver.rules import Rule
from solver.solution import TimedRoute
from tests.solver.timing_oracle import arrivals

Found = Counter[tuple[Rule, int | None, int]]
"""How often (rule, visit, amount) is to be reported."""


def seats_and_legs(problem: Problem, vehicle: int, route: TimedRoute) -> Found:
    """Every violation of SEATS, TRAVEL and IDLE on the route."""
    found: Found = Counter()
    for position, visit in enumerate(route.visits):
        lacking = _lacking(problem, vehicle, _aboard(problem, route.visits, position))
        if lacking:
            found[Rule.SEATS, visit, lacking] += 1
    for leg, visit in enumerate([*route.visits, None]):
        _, reach = _leg(problem, vehicle, route, leg)
        due = _due(problem, vehicle, route, leg)
        if reach < due:
            found[Rule.TRAVEL, visit, due - reach] += 1
        elif reach - due > problem.idle_aboard_limit and leg > 0 and _aboard(problem, route.visits, leg - 1):
            found[Rule.IDLE, visit, reach - due - problem.idle_aboard_limit] += 1
    return found


def _aboard(problem: Problem, visits: tuple[int, ...], position: int) -> list[int]:
    """Who has boarded up to a position, and has not alighted since."""
    riders = []
    for request in range(problem.n_requests):
        dropped = max((i for i in range(position + 1) if visits[i] == problem.drop(request)), default=-1)
        riders += [request] * visits[dropped + 1 : position + 1].count(request)
    return riders


def _lacking(problem: Problem, vehicle: int, riders: list[int]) -> int:
    """Seats that are missing in the layout in which the fewest are."""
    short = []
    for layout in problem.capacity[vehicle]:
        taken = [sum(int(problem.load[rider, kind]) for rider in riders) for kind in range(len(layout))]
        short.append(sum(max(0, t - int(seats)) for t, seats in zip(taken, layout, strict=True)))
    return min(short)


def _leg(problem: Problem, vehicle: int, route: TimedRoute, leg: int) -> tuple[int, int]:
    """When a leg is left, and has ended by the plan; leg ``i`` leads to the visit at ``i``, the last one home."""
    service = problem.service[problem.class_of_vehicle[vehicle]]
    leave = route.depart if leg == 0 else route.starts[leg - 1] + int(service[route.visits[leg - 1]])
    return leave, [*route.starts, route.arrive][leg]


def _due(problem: Problem, vehicle: int, route: TimedRoute, leg: int) -> int:
    """When the leg can have ended: its breaks before driving off or on arriving, whichever is later."""
    places = [int(problem.place_of_visit[visit]) for visit in route.visits]
    stops = [int(problem.start_place[vehicle]), *places, int(problem.end_place[vehicle])]
    arrival = arrivals(problem, stops[leg], stops[leg + 1])
    paused = sum(
        _length(problem, b) for b, start in route.break_starts if _lies_on(problem, vehicle, route, b, start) == leg
    )
    leave, _ = _leg(problem, vehicle, route, leg)
    return max(int(arrival[leave]) + paused, int(arrival[leave + paused]))


def _lies_on(problem: Problem, vehicle: int, route: TimedRoute, index: int, start: int) -> int | None:
    """The first leg without riders that a break lies on; none when it fits in before departure, or on no leg."""
    end = start + _length(problem, index)
    if problem.shift_earliest[vehicle] <= start and end <= route.depart:
        return None
    for leg in range(len(route.visits) + 1):
        leave, reach = _leg(problem, vehicle, route, leg)
        if leave <= start and end <= reach and not (leg and _aboard(problem, route.visits, leg - 1)):
            return leg
    return None


def _length(problem: Problem, index: int) -> int:
    return int(problem.break_duration[index])
