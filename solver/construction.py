"""A first plan by greedy insertion: promised demands first, each at its cheapest place.

When a promised request finds no place, it goes to the front of the queue and everything is built again, a
few times over; so the promises hardest to keep are placed while the routes are still empty.
"""

from __future__ import annotations

from itertools import permutations

import numpy as np

from solver.board import Board, idle_route
from solver.errors import SolverInputError
from solver.objective import driving_cost
from solver.problem import Problem
from solver.schedule import times_if_any
from solver.solution import Solution, TimedRoute

MOST_ROUNDS = 30
"""Rebuilds at most; each moves at least one promise forward."""

MOST_PERMUTED = 4
"""Riders under way whose drops are tried in every order; more are dropped in order of their latest time."""


def construct(problem: Problem) -> Solution:
    """A plan that keeps every rule, prefixes included; what found no place is in ``unserved``.

    An optional request is served when that costs no more than its penalty. When a mandatory request is
    left in ``unserved`` the checker will say so: greedy insertion is no proof that none is possible.

    Raises
    ------
    SolverInputError
        The prefix of a vehicle has no schedule, however its riders are dropped.
    """
    begun = tuple(_begun(problem, vehicle) for vehicle in range(problem.n_vehicles))
    heads = problem.heads()
    aboard = {int(heads[visit % problem.n_requests]) for route in begun for visit in route.visits}
    queue = [r for r in _queue(problem) if r not in aboard]
    best = _fill(problem, begun, queue)
    for _ in range(MOST_ROUNDS):
        missed = [r for r in best.unserved if problem.mandatory[r]]
        ahead = [r for r in queue if r in missed] + [r for r in queue if r not in missed]
        if not missed or ahead == queue:
            break
        queue = ahead
        attempt = _fill(problem, begun, _outbound_first(problem, queue))
        if sum(problem.mandatory[r] for r in attempt.unserved) <= len(missed):
            best = attempt
    return best


def _queue(problem: Problem) -> list[int]:
    """Promised demands before optional ones, then by latest pick-up; outbounds before their returns."""
    demands = np.unique(problem.heads()).tolist()
    order = sorted(demands, key=lambda r: (not problem.mandatory[r], int(problem.latest[r]), r))
    return _outbound_first(problem, order)


def _outbound_first(problem: Problem, order: list[int]) -> list[int]:
    placed: dict[int, None] = {}
    for request in order:
        chain = [request]
        while problem.linked_to[chain[-1]] >= 0:
            chain.append(int(problem.linked_to[chain[-1]]))
        placed |= dict.fromkeys(r for r in reversed(chain) if r not in placed)
    known = set(order)
    return [request for request in placed if request in known]


def _fill(problem: Problem, begun: tuple[TimedRoute, ...], queue: list[int]) -> Solution:
    board = Board(problem, begun)
    unserved = []
    for request in queue:
        questions = board.questions(request)
        places = board.places_of_any(questions, limit=1)
        if places and (problem.mandatory[request] or places[0].delta <= problem.penalty[request]):
            place = places[0]
            board.insert(questions[place.request][place.vehicle], place)
        else:
            unserved.append(request)
    return Solution(routes=tuple(board.routes), unserved=tuple(sorted(unserved)))


def _begun(problem: Problem, vehicle: int) -> TimedRoute:
    """The prefix of ``vehicle`` with its riders dropped, at the least cost of the orders tried."""
    prefix = problem.prefix_of(vehicle)
    if not prefix:
        return idle_route(problem, vehicle)
    n = problem.n_requests
    drops = [v + n for v in prefix if v < n and v + n not in prefix]
    drops.sort(key=lambda v: (min(problem.latest[v], problem.latest[v - n] + problem.max_ride[v - n]), v))
    orders = list(permutations(drops)) if len(drops) <= MOST_PERMUTED else [tuple(drops)]
    routes = [times_if_any(problem, vehicle, prefix + order) for order in orders]
    timed = [route for route in routes if route is not None]
    if timed:
        return min(timed, key=lambda route: driving_cost(problem, vehicle, route.visits))
    raise SolverInputError(
        code="prefix_infeasible",
        item=f"vehicle {vehicle}",
        cause=f"Its executed or locked visits {list(prefix)} have no schedule with their riders dropped after them.",
        action="State the windows that reality has left, then plan again.",
    )
