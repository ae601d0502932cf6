"""The independent judge: every rule of `solver.problem.Problem`, looked at one by one over the whole plan.

Nothing here or in `solver.judge` is shared with the search, the schedule or the kernels. The judge takes the times as
stated in the solution and never repairs them; it reports every violation, not the first.

A plan is judged while somebody waits on the telephone. So the routes are laid end to end, once, as columns of visits
and of legs (`solver.judge.columns`); a rule compares columns, and only what breaks it is looked at singly. What is
rare is judged route by route, where there is any: prefixes, private rides, breaks. The same rules visit by visit, in
plain Python, are the oracle in the tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

import numpy as np

from solver.judge.breaks import breaks, rests
from solver.judge.columns import Columns, columns
from solver.judge.day import duplicates, links, options, served
from solver.judge.routes import allowed, driving, pairing, private_rides, rides, seats, shifts, windows
from solver.judge.violation import Violation, violation
from solver.problem import Problem
from solver.rules import Rule
from solver.solution import Solution, TimedRoute

__all__ = ["Violation", "check"]

_FAR = 2**61
"""A time beyond it, either way, is malformed: sums and differences of times within it fit 64 bits."""


def check(problem: Problem, solution: Solution) -> tuple[Violation, ...]:
    """Every violation of ``solution``: route by route, then those of the whole day; empty when it is valid."""
    if len(solution.routes) != problem.n_vehicles:
        text = f"{len(solution.routes)} routes for {problem.n_vehicles} vehicles."
        return (violation(Rule.MALFORMED, text),)
    malformed = [fault for v, route in enumerate(solution.routes) for fault in _malformed(problem, v, route)]
    if malformed:
        return tuple(malformed)
    plan = columns(problem, solution)
    found = [*_prefixes(problem, solution), *_of_routes(plan)]
    found.sort(key=attrgetter("vehicle"))  # within a route the rules keep their order
    return (*found, *duplicates(plan), *options(plan), *served(plan), *links(plan))


def _of_routes(plan: Columns) -> Iterator[Violation]:
    """Rule by rule, of all used routes."""
    if not plan.timed:
        return
    resting = rests(plan)
    yield from pairing(plan)
    yield from allowed(plan)
    yield from seats(plan)
    yield from private_rides(plan)
    yield from windows(plan)
    yield from driving(plan, resting)
    yield from rides(plan)
    yield from shifts(plan)
    yield from breaks(plan, resting)


def _malformed(problem: Problem, vehicle: int, route: TimedRoute) -> Iterator[Violation]:
    if len(route.visits) != len(route.starts):
        text = f"{len(route.visits)} visits but {len(route.starts)} start times."
        yield violation(Rule.MALFORMED, text, vehicle=vehicle)
    n_visits = 2 * problem.n_requests
    if route.visits and not 0 <= min(route.visits) <= max(route.visits) < n_visits:
        for visit in route.visits:
            if not 0 <= visit < n_visits:
                yield violation(Rule.MALFORMED, f"There is no visit {visit}.", vehicle=vehicle, visit=visit)
    for index, _ in route.break_starts:
        if not 0 <= index < len(problem.break_vehicle) or problem.break_vehicle[index] != vehicle:
            yield violation(Rule.MALFORMED, f"Break {index} is not one of this vehicle.", vehicle=vehicle)
    times = (route.depart, route.arrive, *route.starts, *(start for _, start in route.break_starts))
    if not -_FAR <= min(times) <= max(times) <= _FAR:
        yield violation(Rule.MALFORMED, f"A time lies beyond {_FAR}.", vehicle=vehicle)


def _prefixes(problem: Problem, solution: Solution) -> Iterator[Violation]:
    bounds = problem.prefix_start
    for vehicle in np.flatnonzero(bounds[1:] > bounds[:-1]).tolist():
        prefix = problem.prefix_of(vehicle)
        if solution.routes[vehicle].visits[: len(prefix)] != prefix:
            yield violation(Rule.PREFIX, f"The route does not begin with {prefix}.", vehicle=vehicle)
