"""A first plan by greedy insertion: promised demands first, each at its cheapest place.

When a promised request finds no place, it goes to the front of the queue and everything is built again, a
few times over; so the promises hardest to keep are placed while the routes are still empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np

from solver.board import Board, idle_route
from solver.errors import SolverInputError
from solver.objective import driving_cost
from solver.problem import Problem, frozen
from solver.repair import in_link_order, late_returns, not_before
from solver.route_rules import Infeasible
from solver.schedule import times_if_any
from solver.solution import Solution, TimedRoute

MOST_ROUNDS = 30
"""Rebuilds at most; each moves at least one promise forward."""

MOST_PERMUTED = 4
"""Riders under way whose drops are tried in every order; more are dropped in order of their latest time."""


MOST_PLACES_OWED = 100
"""Places looked at, cheapest first, for an outbound whose return is under way: the return may not be able to wait."""


def construct(problem: Problem) -> Solution:
    """A plan that keeps every rule, prefixes included; what found no place is in ``unserved``.

    An optional request is served when that costs no more than its penalty. When a mandatory request is
    left in ``unserved`` the checker will say so: greedy insertion is no proof that none is possible.

    Raises
    ------
    SolverInputError
        The prefix of a vehicle has no schedule, however its riders are dropped, or a return in it does not come after
        its outbound.
    """
    aboard = _under_way(problem)
    owed = _owed(problem, aboard)
    begun = _with_owed(problem, _begun_routes(problem), owed)
    queue = [r for r in _queue(problem) if r not in aboard and r not in owed]
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


def _under_way(problem: Problem) -> set[int]:
    """The demands that prefixes meet."""
    heads = problem.heads()
    return {int(heads[visit % problem.n_requests]) for visit in problem.prefix_visit.tolist()}


def _owed(problem: Problem, aboard: set[int]) -> dict[int, int]:
    """The demands not yet under way without which a return in a prefix may not be: each with such a return.

    Outbounds stand before their returns.
    """
    owed: dict[int, int] = {}
    for demand in sorted(aboard):
        at = int(problem.linked_to[demand])
        while at >= 0:
            if at not in aboard:
                owed.setdefault(at, demand)
            at = int(problem.linked_to[at])
    return {request: owed[request] for request in _outbound_first(problem, list(owed))}


def _begun_routes(problem: Problem) -> tuple[TimedRoute, ...]:
    """Every prefix with its riders dropped, every return in it after an outbound that is in one too."""
    found = [_begun(problem, vehicle) for vehicle in range(problem.n_vehicles)]
    for vehicle, route in enumerate(found):
        if route is None:
            raise _no_schedule(problem, vehicle)
    routes = [route for route in found if route is not None]
    tied = problem
    while late := _late(problem, routes):
        request, ready = late[0]
        tied = not_before(_outbounds_in_time(problem, tied), request, ready)
        found = [_begun(tied, vehicle) for vehicle in range(problem.n_vehicles)]
        routes = [route for route in found if route is not None]
        if len(routes) < len(found):
            raise _before_its_outbound(problem, request)
    return tuple(routes)


def _with_owed(problem: Problem, routes: tuple[TimedRoute, ...], owed: dict[int, int]) -> tuple[TimedRoute, ...]:
    """``routes`` with a place for each demand of ``owed``; the returns under way wait for them as long as they may."""
    for request, back in owed.items():
        board = Board(_served_links(problem, routes), routes)
        questions = board.questions(request)
        for place in board.places_of_any(questions, limit=MOST_PLACES_OWED):
            grown = board.timed([(questions[place.request][place.vehicle], place)])[0]
            trial = [grown if vehicle == place.vehicle else route for vehicle, route in enumerate(routes)]
            linked = in_link_order(_served_links(problem, trial), trial)
            if not isinstance(linked, Infeasible):
                routes = tuple(linked)
                break
        else:
            raise _before_its_outbound(problem, back)
    return routes


def _served_links(problem: Problem, routes: Sequence[TimedRoute]) -> Problem:
    """The problem with those links only whose outbounds are on a route."""
    n, heads = problem.n_requests, problem.heads()
    served = {int(heads[visit % n]) for route in routes for visit in route.visits}
    return frozen(
        problem._replace(linked_to=np.where(np.isin(problem.linked_to, sorted(served)), problem.linked_to, -1))
    )


def _late(problem: Problem, routes: list[TimedRoute]) -> list[tuple[int, int]]:
    """Returns picked up before their outbounds allow it, as these are driven: (request, when they do)."""
    carrier = {visit: vehicle for vehicle, route in enumerate(routes) for visit in route.visits}
    aboard = _under_way(problem)
    late = late_returns(problem, routes, carrier)
    return [(request, ready) for request, ready in late if int(problem.linked_to[request]) in aboard]


def _outbounds_in_time(problem: Problem, tied: Problem) -> Problem:
    """``tied`` with outbounds under way dropped no later than the windows of their returns leave: nothing is lost."""
    latest, quick = tied.latest.copy(), problem.service.min(axis=0)
    under_way = {visit % problem.n_requests for visit in problem.prefix_visit.tolist()}
    for request in sorted(request for request in under_way if problem.linked_to[request] >= 0):
        for outbound in under_way.intersection(problem.options(int(problem.linked_to[request]))):
            drop = problem.drop(outbound)
            latest[drop] = min(latest[drop], latest[request] - problem.link_stay[request] - quick[drop])
    return frozen(tied._replace(latest=latest))


def _begun(problem: Problem, vehicle: int) -> TimedRoute | None:
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
    return min(timed, key=lambda route: driving_cost(problem, vehicle, route.visits), default=None)


def _no_schedule(problem: Problem, vehicle: int) -> SolverInputError:
    prefix = list(problem.prefix_of(vehicle))
    return SolverInputError(
        code="prefix_infeasible",
        item=f"vehicle {vehicle}",
        cause=f"Its executed or locked visits {prefix} have no schedule with their riders dropped after them.",
        action="State the windows that reality has left, then plan again.",
    )


def _before_its_outbound(problem: Problem, request: int) -> SolverInputError:
    outbound = int(problem.linked_to[request])
    return SolverInputError(
        code="prefix_before_outbound",
        item=f"request {request}",
        cause=f"Its pick-up is executed or locked, and its outbound {outbound} finds no place early enough before it.",
        action="Unlink them, or state the windows that reality has left, then plan again.",
    )
