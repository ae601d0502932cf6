"""The best plan of a tiny problem with options, by trying every choice of requests, vehicles and orders."""

from __future__ import annotations

from itertools import chain, combinations, permutations, product

from solver.board import idle_route
from solver.incumbent import Quality
from solver.objective import solution_cost
from solver.problem import Problem
from solver.schedule import schedule
from solver.solution import Solution, TimedRoute
from solver.terms import tuned


def best_quality(problem: Problem) -> Quality:
    """The optimum of a problem without links between routes and without unevenness."""
    found = []
    for chosen in product(*(_cheapest(problem, vehicle).items() for vehicle in range(problem.n_vehicles))):
        served = [request for requests, _ in chosen for request in requests]
        if not _met_once(problem, served):
            continue
        left = [head for head in _heads(problem) if not set(problem.options(head)) & set(served)]
        cost = sum(cost for _, cost in chosen) + sum(int(problem.penalty[head]) for head in left)
        promised = sum(bool(problem.mandatory[head]) for head in left)
        found.append(Quality(promised_unserved=promised, unserved=len(left), cost=cost))
    return min(found)


def _cheapest(problem: Problem, vehicle: int) -> dict[tuple[int, ...], int]:
    """For each set of requests that the vehicle can serve, what its best route costs, options included."""
    rows = range(problem.n_requests)
    sets = chain.from_iterable(combinations(rows, size) for size in range(len(_heads(problem)) + 1))
    costs: dict[tuple[int, ...], int] = {}
    for requests in sets:
        routes = _routes(problem, vehicle, requests) if _met_once(problem, requests) else []
        if routes:
            costs[requests] = min(_alone(problem, vehicle, route) for route in routes)
    return costs


def _routes(problem: Problem, vehicle: int, requests: tuple[int, ...]) -> list[TimedRoute]:
    if not requests:
        return [idle_route(problem, vehicle)]
    visits = [*requests, *(problem.drop(request) for request in requests)]
    paired = [o for o in permutations(visits) if all(o.index(r) < o.index(problem.drop(r)) for r in requests)]
    return [route for route in (schedule(problem, vehicle, o) for o in paired) if isinstance(route, TimedRoute)]


def _alone(problem: Problem, vehicle: int, route: TimedRoute) -> int:
    routes = [route if v == vehicle else idle_route(problem, v) for v in range(problem.n_vehicles)]
    return solution_cost(problem, tuned(problem, Solution(routes=tuple(routes), unserved=()))).total


def _heads(problem: Problem) -> list[int]:
    return sorted(set(problem.heads().tolist()))


def _met_once(problem: Problem, requests: list[int] | tuple[int, ...]) -> bool:
    heads = [int(problem.heads()[request]) for request in requests]
    return len(heads) == len(set(heads))
