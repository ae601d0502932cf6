"""From routes an engine proposes to a plan that keeps every rule: schedule, trim, link, re-insert.

An engine may use relaxed forms of the rules (see `solver.routing_model`). Here the exact schedule decides:
a route it rejects loses the requests that are cheapest to lose until it fits, and what was lost is inserted
again wherever exact insertion finds room. The caller keeps its best plan when this one is not better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np

from solver.board import Board
from solver.objective import driving_cost
from solver.problem import Problem, frozen
from solver.schedule import Infeasible, schedule, times_if_any
from solver.solution import Solution, TimedRoute

Visits = tuple[int, ...]
Fallback = Callable[[], Solution]


def settle(problem: Problem, routes: tuple[Visits, ...], *, fallback: Fallback) -> Solution:
    """Return a plan near ``routes`` (one per vehicle) that keeps every rule; what found no room is unserved.

    Parameters
    ----------
    fallback
        Makes a plan that keeps the rules, and is asked at most once, only when one is needed: a vehicle whose route
        cannot be mended (riders under way in an impossible order) keeps the route it has there; if that does not
        help either, that plan is the answer.
    """
    lawful = cache(fallback)
    linked = in_link_order(problem, _mended(problem, _each_met_once(problem, routes), lawful))
    return lawful() if isinstance(linked, Infeasible) else filled(problem, linked)


def mendings(problem: Problem, routes: tuple[Visits, ...], *, fallback: Fallback) -> Iterator[Solution]:
    """Plans near ``routes``, the one of `settle` first: there whoever is cheapest to lose has left a broken route.

    That one may have no place elsewhere while another of the same route has. So, where one route alone has no times,
    plans follow in which another leaves it, one at a time.
    """
    yield settle(problem, routes, fallback=fallback)
    broken = [vehicle for vehicle, visits in enumerate(routes) if times_if_any(problem, vehicle, visits) is None]
    for vehicle in broken if len(broken) == 1 else ():
        for shorter in _without_one(problem, vehicle, routes[vehicle], _removable(problem, vehicle, routes[vehicle])):
            yield settle(problem, (*routes[:vehicle], shorter.visits, *routes[vehicle + 1 :]), fallback=fallback)


def _each_met_once(problem: Problem, routes: tuple[Visits, ...]) -> tuple[Visits, ...]:
    """Return the routes without requests whose demand another one meets: one under way, or an earlier one."""
    n, heads = problem.n_requests, problem.heads().tolist()
    chosen = {heads[visit % n]: visit % n for visit in problem.prefix_visit.tolist()}
    for visit in [visit for visits in routes for visit in visits]:
        chosen.setdefault(heads[visit % n], visit % n)
    return tuple(tuple(visit for visit in visits if chosen[heads[visit % n]] == visit % n) for visits in routes)


def _mended(problem: Problem, routes: tuple[Visits, ...], fallback: Fallback) -> list[TimedRoute]:
    """Return every route trimmed, or as in the fallback where trimming is not enough; no demand is met by two."""
    kept: set[int] = set()
    heads, n = problem.heads(), problem.n_requests
    while True:
        taken = {int(heads[visit % n]) for vehicle in kept for visit in fallback().routes[vehicle].visits}
        mended: list[TimedRoute] = []
        for vehicle, visits in enumerate(routes):
            free = tuple(visit for visit in visits if int(heads[visit % n]) not in taken)
            timed = fallback().routes[vehicle] if vehicle in kept else trimmed(problem, vehicle, free)
            if isinstance(timed, Infeasible):
                kept.add(vehicle)
                break
            mended.append(timed)
        else:
            return mended


def filled(problem: Problem, routes: list[TimedRoute]) -> Solution:
    """Return the plan with these routes after one attempt to meet each demand that they do not meet.

    Promised ones come first, then outbounds before their returns, then high penalties before low ones; each takes
    its cheapest place.
    """
    board = Board(problem, tuple(routes))
    left = [request for request in np.unique(problem.heads()).tolist() if not board.met(request)]
    unserved = []
    for request in sorted(left, key=lambda request: _rank_of(problem, request)):
        questions = board.questions(request)
        places = board.places_of_any(questions, limit=1)
        for place in places:
            board.insert(questions[place.request][place.vehicle], place)
        if not places:
            unserved.append(request)
    return Solution(routes=tuple(board.routes), unserved=tuple(sorted(unserved)))


def _rank_of(problem: Problem, request: int) -> tuple[bool, int, int, int]:
    outbounds, at = 0, int(problem.linked_to[request])
    while at >= 0:
        outbounds, at = outbounds + 1, int(problem.linked_to[at])
    return not problem.mandatory[request], outbounds, -int(problem.penalty[request]), request


def trimmed(problem: Problem, vehicle: int, visits: Visits) -> TimedRoute | Infeasible:
    """Return the schedule of the route, without the requests that had to be left out to make it feasible.

    If leaving out one request is enough, it is the cheapest such; otherwise the cheapest goes first and the
    search is repeated. `Infeasible` when even the visits that may not be left out have no schedule.
    """
    timed = times_if_any(problem, vehicle, visits)
    while timed is None:
        cheapest_first = _removable(problem, vehicle, visits)
        if not cheapest_first:
            return schedule(problem, vehicle, visits)
        for shorter in _without_one(problem, vehicle, visits, cheapest_first):
            return shorter
        visits = _without(problem, visits, cheapest_first[0])
        timed = times_if_any(problem, vehicle, visits)
    return timed


def _without_one(problem: Problem, vehicle: int, visits: Visits, requests: list[int]) -> Iterator[TimedRoute]:
    """Schedules of the route without one of ``requests`` each, in their order, where it has one then."""
    shorter = (times_if_any(problem, vehicle, _without(problem, visits, request)) for request in requests)
    return (timed for timed in shorter if timed is not None)


def _removable(problem: Problem, vehicle: int, visits: Visits) -> list[int]:
    """Requests of the route that are not under way: optional ones, low penalties and long detours first."""
    locked = set(problem.prefix_of(vehicle))
    free = [visit for visit in visits if visit < problem.n_requests and visit not in locked]

    def loss(request: int) -> tuple[bool, int, int]:
        shorter = driving_cost(problem, vehicle, _without(problem, visits, request))
        return bool(problem.mandatory[request]), int(problem.penalty[request]) + shorter, request

    return sorted(free, key=loss)


def _without(problem: Problem, visits: Visits, request: int) -> Visits:
    return tuple(visit for visit in visits if visit % problem.n_requests != request)


def in_link_order(problem: Problem, routes: list[TimedRoute]) -> list[TimedRoute] | Infeasible:
    """Return the routes with every served return after its outbound; a return that cannot wait is left out.

    Starts only ever move later and requests only leave, so this ends. A schedule gives the earliest starts,
    so a return is left out only when its outbound's route, as it is, arrives too late for it. `Infeasible`
    when a return that is under way may not be left out.
    """
    carrier = {visit: vehicle for vehicle, route in enumerate(routes) for visit in route.visits}
    tightened = problem
    while late := late_returns(problem, routes, carrier):
        request, ready = late[0]
        vehicle = carrier[request]
        visits = routes[vehicle].visits
        waiting = not_before(tightened, request, ready)
        timed = schedule(waiting, vehicle, visits)
        if isinstance(timed, Infeasible):
            timed = trimmed(tightened, vehicle, _without(problem, visits, request))
            if isinstance(timed, Infeasible):
                return timed
        else:
            tightened = waiting
        routes = [timed if other == vehicle else route for other, route in enumerate(routes)]
    return routes


def late_returns(problem: Problem, routes: list[TimedRoute], carrier: dict[int, int]) -> list[tuple[int, int]]:
    """Returns picked up too early: (request, the tick at which its outbound allows it).

    For a return whose outbound is not served that tick lies after its window.
    """
    start = {visit: at for route in routes for visit, at in zip(route.visits, route.starts, strict=True)}
    found = []
    for request in [visit for visit in sorted(start) if visit < problem.n_requests and problem.linked_to[visit] >= 0]:
        drops = [problem.drop(option) for option in problem.options(int(problem.linked_to[request]))]
        outbound_drop = next((drop for drop in drops if drop in start), drops[0])
        if outbound_drop in start:
            service = problem.service[problem.class_of_vehicle[carrier[outbound_drop]], outbound_drop]
            ready = start[outbound_drop] + int(service) + int(problem.link_stay[request])
        else:
            ready = int(problem.latest[request]) + 1
        if start[request] < ready:
            found.append((request, ready))
    return found


def not_before(problem: Problem, request: int, ready: int) -> Problem:
    """Return the problem with the pick-up of ``request`` at ``ready`` at the earliest (its latest stays)."""
    earliest = problem.earliest.copy()
    earliest[request] = ready
    return frozen(problem._replace(earliest=earliest))
