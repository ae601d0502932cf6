"""Small problems for the solver's tests: hand-made ones on a line, and random ones with every rule in use."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from solver.checker import check
from solver.construction import construct
from solver.errors import SolverInputError
from solver.plain import plain
from solver.problem import Problem, frozen
from solver.rules import Rule
from solver.validation import validated
from solver.weights import Objective

DAY = 1000


def line_problem(*, positions: list[tuple[int, int]], vehicles: int = 1, seats: int = 4) -> Problem:
    """Requests along a line from a depot at 0, one tick and one metre per unit, open windows, loose limits.

    ``positions[r]`` is (pick-up, drop) of request ``r``. Boarding takes 1 tick, alighting 0.
    """
    n = len(positions)
    at = np.array([0, *(p for p, _ in positions), *(d for _, d in positions)])
    distance = np.abs(at[:, None] - at[None, :])
    drives = plain(travel=distance, cost=distance, place_of_visit=np.arange(1, 2 * n + 1), vehicles=vehicles, day=DAY)
    return validated(
        drives._replace(
            service=np.array([[1] * n + [0] * n]),
            penalty=np.full(n, 500),
            capacity=np.full((vehicles, 1, 1), seats),
        )
    )


class Size(NamedTuple):
    """How large a random problem is, and which rules it uses."""

    requests: int
    vehicles: int
    breaks: int = 1
    links: bool = True
    span: int = 300
    periods: int = 1


def random_problem(rng: np.random.Generator, size: Size) -> Problem:
    """All rules in use, limits chosen so that routes of a few requests are feasible about half the time."""
    n, v, places = size.requests, size.vehicles, size.requests + 3
    spots = rng.integers(0, 30, (places, 2))
    distance = np.abs(spots[:, None, :] - spots[None, :, :]).sum(axis=2) + rng.integers(0, 4, (places, places))
    place_of_visit = rng.integers(0, places, 2 * n)
    service = rng.integers(0, 6, (2, 2 * n))
    direct = distance[place_of_visit[:n], place_of_visit[n:]]
    ready = rng.integers(20, size.span, n)
    earliest = np.concatenate([ready, ready + service[0, :n] + direct + rng.integers(-20, 10, n)])
    width = rng.integers(10, 120, 2 * n)
    shift = rng.integers(0, 40, v)
    owners = np.sort(rng.integers(0, v, size.breaks))
    break_earliest = np.sort(rng.integers(50, size.span, size.breaks))
    linked = np.full(n, -1)
    if size.links and n > 1:
        linked[n - 1] = 0
    problem = Problem(
        tick_s=1.0,
        travel=distance[None, :, :],
        period_start=np.array([0]),
        cost=distance * 3 + rng.integers(0, 5, distance.shape),
        place_of_visit=place_of_visit,
        earliest=earliest,
        latest=earliest + width,
        service=service,
        max_ride=direct + rng.integers(0, 60, n),
        load=rng.integers(0, 3, (n, 2)),
        mandatory=np.zeros(n, np.bool_),
        penalty=rng.integers(100, 900, n),
        exclusive=rng.random(n) < 0.1,
        compatible=rng.random((n, v)) < 0.9,
        locked_vehicle=np.where(rng.random(n) < 0.1, rng.integers(0, v, n), -1),
        linked_to=linked,
        link_stay=rng.integers(0, 30, n),
        class_of_vehicle=rng.integers(0, 2, v),
        capacity=rng.integers(2, 6, (v, 2, 2)),
        start_place=rng.integers(0, places, v),
        end_place=rng.integers(0, places, v),
        shift_earliest=shift,
        shift_latest=shift + rng.integers(size.span, 2 * size.span, v),
        max_duration=rng.integers(size.span // 2, 2 * size.span, v),
        vehicle_cost=rng.integers(0, 200, v),
        break_vehicle=owners,
        break_earliest=break_earliest,
        break_latest=break_earliest + rng.integers(0, 120, size.breaks),
        break_duration=rng.integers(5, 40, size.breaks),
        prefix_start=np.zeros(v + 1, np.int64),
        prefix_visit=np.zeros(0, np.int64),
        idle_aboard_limit=int(rng.integers(0, 40)),
    )
    return problem if size.periods == 1 else with_periods(rng, problem, size)


def random_day(rng: np.random.Generator, *, requests: int, vehicles: int) -> Problem:
    """A random day with every rule in use, some requests promised, some visits of the greedy plan locked."""
    size = Size(requests=requests, vehicles=vehicles, breaks=vehicles, span=60 * requests)
    problem = frozen(random_problem(rng, size)._replace(mandatory=rng.random(requests) < 0.3))
    locked = [route.visits[: int(rng.integers(0, 4))] for route in construct(problem).routes]
    starts = np.cumsum([0, *(len(visits) for visits in locked)])
    begun = frozen(problem._replace(prefix_start=starts, prefix_visit=np.array(sum(locked, ()), dtype=np.int64)))
    return begun if _can_be_built_on(begun) else problem


def _can_be_built_on(problem: Problem) -> bool:
    """Whether greedy insertion can build on the locked visits (a return may be locked without its outbound)."""
    try:
        return {violation.rule for violation in check(problem, construct(problem))} <= {Rule.MANDATORY}
    except SolverInputError:
        return False


def with_periods(rng: np.random.Generator, problem: Problem, size: Size) -> Problem:
    """The problem with ``size.periods`` periods over its span, some of them far slower or faster than its own."""
    pace = rng.choice([0.3, 0.6, 1.0, 1.0, 1.5, 2.5], size.periods)
    travel = (problem.travel * pace[:, None, None]).astype(np.int64)
    travel += rng.integers(0, 4, travel.shape)
    start = np.sort(rng.choice(np.arange(-20, size.span + 60), size.periods, replace=False))
    return problem._replace(travel=travel, period_start=start)


def with_wishes(rng: np.random.Generator, problem: Problem, objective: Objective) -> Problem:
    """The problem under ``objective``, with some soft latest times and a reference plan for half the requests."""
    n = problem.n_requests
    soft = np.flatnonzero(rng.random(2 * n) < 0.4)
    kept = np.flatnonzero(rng.random(n) < 0.5)
    spread = (problem.latest - problem.earliest) // 2
    return frozen(
        problem._replace(
            objective=objective,
            soft_visit=soft,
            soft_latest=problem.earliest[soft] + rng.integers(0, 30, len(soft)),
            reference_request=kept,
            reference_vehicle=rng.integers(0, problem.n_vehicles, len(kept)),
            reference_pickup=problem.earliest[kept] + rng.integers(0, 1 + spread[kept]),
            reference_drop=problem.earliest[kept + n] + rng.integers(0, 1 + spread[kept + n]),
        )
    )


def random_objective(rng: np.random.Generator) -> Objective:
    """Every weight in use about half the time."""
    work, ride, late, moved, shifted, uneven = (rng.integers(0, 6, 6) * (rng.random(6) < 0.6)).tolist()
    return Objective(
        working_time=work,
        excess_ride=ride,
        lateness=late,
        moved=20 * moved,
        retimed=shifted,
        retimed_tolerance=int(rng.integers(0, 10)),
        unevenness=uneven,
    )


def random_visits(rng: np.random.Generator, problem: Problem, requests: list[int]) -> tuple[int, ...]:
    """A route over ``requests`` roughly in time order, each drop soon after its pick-up."""
    n = problem.n_requests
    keyed = []
    for request in requests:
        wish = float(problem.earliest[request]) + rng.normal(0, 15)
        keyed += [(wish, request), (wish + 1 + abs(rng.normal(0, 40)), n + request)]
    return tuple(visit for _, visit in sorted(keyed))


def with_options(rng: np.random.Generator, problem: Problem, *, options: int) -> Problem:
    """The problem with its last ``options`` requests as options of those before them: other places, and windows a bit
    earlier or later than those of their heads, for up to 60 cost units. A link of the last request goes to the last
    head instead."""
    n = problem.n_requests
    heads = n - options
    rows, of = np.arange(heads, n), rng.integers(0, heads, options)
    linked = np.full(n, -1)
    if heads > 1 and (problem.linked_to >= 0).any():
        linked[heads - 1] = 0
    linked[rows] = linked[of]
    shift = np.concatenate([np.zeros(heads, np.int64), rng.integers(-15, 16, options)])
    alike = np.concatenate([np.arange(heads), of])
    visits = np.concatenate([alike, alike + n])
    direct = problem.travel.min(axis=0)[problem.place_of_visit[:n], problem.place_of_visit[n:]]
    return frozen(
        problem._replace(
            earliest=problem.earliest[visits] + np.tile(shift, 2),
            latest=problem.latest[visits] + np.tile(shift, 2),
            max_ride=np.maximum(problem.max_ride[alike], direct + 10),
            load=problem.load[alike],
            mandatory=problem.mandatory[alike],
            penalty=problem.penalty[alike],
            exclusive=problem.exclusive[alike],
            linked_to=linked,
            option_request=rows,
            option_of=of,
            option_cost=rng.integers(0, 61, options),
        )
    )
