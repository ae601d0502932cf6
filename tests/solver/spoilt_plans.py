"""Random days with a plan each: kept by every rule, made up at random, or spoilt in a few ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from solver.construction import construct
from solver.problem import Problem, frozen
from solver.solution import Solution, TimedRoute
from tests.solver.solver_cases import Size, random_problem, random_visits, with_options

PLANS = 12
"""How many plans `any_cases` makes for one day."""


def any_cases(rng: np.random.Generator) -> Iterator[tuple[Problem, Solution]]:
    """One day with many plans: a constructed one, then that one or one made up, spoilt in up to three ways.
    Spoiling may change the day, too: rules are tightened, or something has begun."""
    day = _any_problem(rng)
    constructed = construct(day)
    yield day, constructed
    for _ in range(1, PLANS):
        problem, solution = day, constructed if rng.random() < 0.5 else _made_up(rng, day)
        if rng.random() < 0.3:
            problem = _begun(rng, problem, solution)
        for _ in range(int(rng.integers(0, 4))):
            problem, solution = _spoilt(rng, problem, solution)
        yield problem, _malformed(rng, problem, solution) if rng.random() < 0.08 else solution


def _any_problem(rng: np.random.Generator) -> Problem:
    size = Size(
        requests=int(rng.integers(1, 10)),
        vehicles=int(rng.integers(1, 5)),
        breaks=int(rng.integers(0, 5)),
        links=bool(rng.integers(2)),
        periods=int(rng.integers(1, 5)),
    )
    problem = random_problem(rng, size)
    if size.requests > 3 and rng.random() < 0.4:
        problem = with_options(rng, frozen(problem), options=int(rng.integers(1, size.requests - 2)))
    promised = rng.random(size.requests) < rng.choice([0.0, 0.5])
    return frozen(problem._replace(mandatory=promised[problem.heads()]))


def _begun(rng: np.random.Generator, problem: Problem, solution: Solution) -> Problem:
    """The beginning of some routes has been driven, rarely otherwise than the plan says."""
    begun = [route.visits[: int(rng.integers(0, 1 + len(route.visits)))] for route in solution.routes]
    if rng.random() < 0.1:
        begun.reverse()
    visits = np.array([visit for prefix in begun for visit in prefix], np.int64)
    return frozen(problem._replace(prefix_start=np.cumsum([0, *map(len, begun)]), prefix_visit=visits))


def _made_up(rng: np.random.Generator, problem: Problem) -> Solution:
    """Everybody on some vehicle or on none, at rising times that nobody has looked at."""
    owner = rng.integers(-1, problem.n_vehicles, problem.n_requests)
    routes = tuple(_any_route(rng, problem, v, np.flatnonzero(owner == v).tolist()) for v in range(problem.n_vehicles))
    unmet = sorted(set(problem.heads().tolist()) - set(problem.heads()[owner >= 0].tolist()))
    return Solution(routes=routes, unserved=tuple(unmet))


def _any_route(rng: np.random.Generator, problem: Problem, vehicle: int, requests: list[int]) -> TimedRoute:
    visits = random_visits(rng, problem, requests)
    depart = int(problem.shift_earliest[vehicle]) + int(rng.integers(-5, 30))
    at, starts = depart, list[int]()
    for visit in visits:
        at = max(at + int(rng.integers(0, 50)), int(problem.earliest[visit]) - int(rng.integers(0, 3)))
        starts.append(at)
    free = [depart, *(start + int(rng.integers(0, 8)) for start in starts)]
    breaks = tuple((index, int(rng.choice(free))) for index in problem.breaks_of(vehicle))
    arrive = at + int(rng.integers(0, 60))
    return TimedRoute(visits=visits, starts=tuple(starts), depart=depart, arrive=arrive, break_starts=breaks)


def _spoilt(rng: np.random.Generator, problem: Problem, solution: Solution) -> tuple[Problem, Solution]:
    """One thing changed: a rule, the list of the unserved, or one route."""
    kind = rng.random()
    if kind < 0.15:
        return _tightened(rng, problem), solution
    if kind < 0.2:
        return _to_the_tick(rng, problem, solution), solution
    if kind < 0.35:
        return problem, _relisted(rng, problem, solution)
    vehicle = int(rng.integers(0, problem.n_vehicles))
    change = ROUTE_CHANGES[int(rng.integers(0, len(ROUTE_CHANGES)))]
    routes = list(solution.routes)
    routes[vehicle] = change(rng, problem, routes[vehicle])
    return problem, replace(solution, routes=tuple(routes))


def _tightened(rng: np.random.Generator, problem: Problem) -> Problem:
    n, vehicles = problem.n_requests, problem.n_vehicles
    changes = {
        "exclusive": rng.random(n) < 0.5,
        "compatible": rng.random((n, vehicles)) < 0.6,
        "locked_vehicle": rng.integers(-1, vehicles, n),
        "capacity": rng.integers(0, 3, problem.capacity.shape),
        "max_ride": problem.max_ride // 2,
        "max_duration": problem.max_duration // 3,
        "latest": np.maximum(problem.earliest, problem.latest - 20),
        "shift_latest": np.maximum(problem.shift_earliest, problem.shift_latest - 150),
        "link_stay": problem.link_stay + 60,
    }
    name = str(rng.choice([*changes, "idle_aboard_limit"]))
    return frozen(problem._replace(**{name: changes.get(name, 0)}))


def _to_the_tick(rng: np.random.Generator, problem: Problem, solution: Solution) -> Problem:
    """Windows, shifts and durations end where the plan has it, or one tick too soon."""
    at = problem.earliest.copy()
    for route in solution.routes:
        at[list(route.visits)] = route.starts
    depart, arrive = np.array([(route.depart, route.arrive) for route in solution.routes]).T
    slack = rng.integers(-1, 1, (5, max(len(at), len(depart))))
    return frozen(
        problem._replace(
            earliest=at - slack[0, : len(at)],
            latest=at + slack[1, : len(at)],
            shift_earliest=depart - slack[2, : len(depart)],
            shift_latest=arrive + slack[3, : len(depart)],
            max_duration=arrive - depart + slack[4, : len(depart)],
        )
    )


def _relisted(rng: np.random.Generator, problem: Problem, solution: Solution) -> Solution:
    listed = list(solution.unserved)
    if listed and rng.random() < 0.5:
        listed.pop(int(rng.integers(0, len(listed))))
    else:
        listed.insert(0, int(rng.integers(-1, problem.n_requests + 1)))
    return replace(solution, unserved=tuple(listed))


Change = Callable[[np.random.Generator, Problem, TimedRoute], TimedRoute]


def _one_time(rng: np.random.Generator, problem: Problem, route: TimedRoute) -> TimedRoute:
    """One visit, the departure or the arrival is earlier or later."""
    times = [route.depart, *route.starts, route.arrive]
    times[int(rng.integers(0, len(times)))] += int(rng.integers(-40, 41))
    return replace(route, depart=times[0], starts=tuple(times[1:-1]), arrive=times[-1])


def _all_times(rng: np.random.Generator, problem: Problem, route: TimedRoute) -> TimedRoute:
    """Everything from some visit on is earlier or later."""
    first, by = int(rng.integers(0, 1 + len(route.starts))), int(rng.integers(-40, 41))
    starts = (*route.starts[:first], *(start + by for start in route.starts[first:]))
    return replace(route, starts=starts, arrive=route.arrive + by)


def _swapped(rng: np.random.Generator, problem: Problem, route: TimedRoute) -> TimedRoute:
    """Two visits are in each other's place, at the times of the places or at their own."""
    if not route.visits:
        return route
    here, there = rng.integers(0, len(route.visits), 2).tolist()
    order = list(range(len(route.visits)))
    order[here], order[there] = there, here
    starts = route.starts if rng.random() < 0.5 else tuple(route.starts[row] for row in order)
    return replace(route, visits=tuple(route.visits[row] for row in order), starts=starts)


def _one_more(rng: np.random.Generator, problem: Problem, route: TimedRoute) -> TimedRoute:
    """Any visit is made, too; perhaps once more, perhaps what another vehicle makes."""
    at = int(rng.integers(0, 1 + len(route.visits)))
    visit = int(rng.integers(0, 2 * problem.n_requests))
    start = [*route.starts, route.arrive][at]
    visits = (*route.visits[:at], visit, *route.visits[at:])
    return replace(route, visits=visits, starts=(*route.starts[:at], start, *route.starts[at:]))


def _one_less(rng: np.random.Generator, problem: Problem, route: TimedRoute) -> TimedRoute:
    """A visit is left out."""
    at = int(rng.integers(0, max(1, len(route.visits))))
    visits, starts = route.visits, route.starts
    return replace(route, visits=visits[:at] + visits[at + 1 :], starts=starts[:at] + starts[at + 1 :])


def _doubled(rng: np.random.Generator, problem: Problem, route: TimedRoute) -> TimedRoute:
    """The whole route is driven once more."""
    return replace(route, visits=route.visits * 2, starts=route.starts * 2)


def _other_breaks(rng: np.random.Generator, problem: Problem, route: TimedRoute) -> TimedRoute:
    """Each break begins at another time, is forgotten, or taken twice; the order changes."""
    breaks = [(index, start + int(rng.integers(-30, 31))) for index, start in route.break_starts]
    kept = [taken for taken in breaks for _ in range(int(rng.choice([0, 1, 1, 1, 2])))]
    return replace(route, break_starts=tuple(kept if rng.random() < 0.7 else kept[::-1]))


def _malformed(rng: np.random.Generator, problem: Problem, solution: Solution) -> Solution:
    """A route is missing or there twice, or something in one names nothing."""
    n_visits, breaks = 2 * problem.n_requests, len(problem.break_vehicle)
    vehicle = int(rng.integers(0, problem.n_vehicles))
    route, far = solution.routes[vehicle], 2**61 + int(rng.integers(0, 2))
    ways = [
        [],
        [route, route],
        [replace(route, starts=(*route.starts, 0))],
        [replace(route, visits=(*route.visits, n_visits), starts=(*route.starts, 0))],
        [replace(route, visits=(-1, *route.visits), starts=(0, *route.starts))],
        [replace(route, break_starts=((int(rng.integers(-1, breaks + 1)), 0), *route.break_starts))],
        [replace(route, arrive=far if rng.random() < 0.5 else -far)],
    ]
    instead = ways[int(rng.integers(0, len(ways)))]
    return replace(solution, routes=(*solution.routes[:vehicle], *instead, *solution.routes[vehicle + 1 :]))


ROUTE_CHANGES: tuple[Change, ...] = (
    _one_time, _one_time, _all_times, _swapped, _one_more, _one_less, _doubled, _other_breaks,
)  # fmt: skip
