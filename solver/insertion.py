"""Where one demand fits into a running day: all places of all its options ranked, or why there is none.

`rank` answers while the caller is on the line; it looks at every vehicle and every pair of positions and is
exact for the routes in their present order. Links to other routes are kept against the times those routes
have now. Reasons and remedies are in `solver.explanation`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.board import Board, Place, Questions, idle_route
from solver.construction import construct
from solver.errors import SolverInputError
from solver.explanation import Block, Relaxation, RelaxationKind, blocks, relaxed
from solver.kernels import tour as rows
from solver.objective import priced, solution_cost
from solver.problem import Problem
from solver.solution import Solution, TimedRoute
from solver.terms import terms_of, with_place
from solver.tiny import tiny_problem

__all__ = [
    "Block", "Candidate", "Ranking", "Relaxation", "RelaxationKind", "construct", "explain", "rank", "relaxed",
    "takers", "warm_up",
]  # fmt: skip


MORE_LOOKED_AT = 4
"""Where more than driving is weighed, so many times as many places are looked at, the cheapest by driving."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A feasible place.

    Attributes
    ----------
    request
        The one asked about, or another that meets the same demand.
    pickup_position, drop_position
        Indices of the two visits in ``route.visits``.
    cost_delta
        Cost units added to the plan (penalties aside), the costs of a vehicle newly used and of the option
        included; under more weights than driving, with the terms of both routes at the times stated.
    route
        The vehicle's route with the request, timed.
    delay_of_others_ticks
        Sum over the visits already on the route of how much later they are served than before.
    """

    request: int
    vehicle: int
    pickup_position: int
    drop_position: int
    cost_delta: int
    route: TimedRoute
    delay_of_others_ticks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Cheapest places first, and every vehicle that has none."""

    candidates: tuple[Candidate, ...]
    blocks: tuple[Block, ...]


def rank(problem: Problem, solution: Solution, request: int, *, limit: int = 5) -> Ranking:
    """The ``limit`` cheapest places to meet the demand of ``request`` over all vehicles, and the vehicles without any.

    Parameters
    ----------
    problem
        A validated problem.
    solution
        Its present plan; every used route has a schedule. None of its routes meets the demand of ``request``.

    Raises
    ------
    SolverInputError
        ``request`` is not in the problem, its demand is already met, or ``limit`` is below 1.
    """
    problem = priced(problem)
    board = _board(problem, solution, request, limit)
    questions = board.questions(request)
    if problem.objective.plain:
        places = board.places_of_any(questions, limit=limit)
        candidates = _timed(board, questions, places)
    else:
        places = board.places_of_any(questions, limit=MORE_LOOKED_AT * limit)
        candidates = _weighed(board, questions, places)[:limit]
    return Ranking(
        candidates=tuple(candidates),
        blocks=blocks(board, questions, with_relaxations=not places),
    )


def takers(problem: Problem, solution: Solution, request: int) -> frozenset[int]:
    """The vehicles that have a place for the demand of ``request``: those that `rank` names no block for.

    Raises
    ------
    SolverInputError
        As `rank`.
    """
    board = _board(priced(problem), solution, request, 1)
    questions = board.questions(request)
    board.places_of_any(questions, limit=1)
    return frozenset(v for asks in questions.values() for v in np.flatnonzero(asks[:, rows.ASK_FOUND]).tolist())


def explain(problem: Problem, solution: Solution, request: int) -> tuple[Block, ...]:
    """As ``rank(...).blocks``, with the relaxations searched even when some vehicle has a place.

    Raises
    ------
    SolverInputError
        As `rank`.
    """
    board = _board(problem, solution, request, 1)
    questions = board.questions(request)
    board.places_of_any(questions, limit=1)
    return blocks(board, questions, with_relaxations=True)


def warm_up() -> None:
    """Load or compile every kernel. To be called once at start, never inside a request."""
    problem = tiny_problem()
    board = Board(problem, (idle_route(problem, 0),))
    asks = board.asks(0)
    for place in board.places(asks, limit=1):
        with_place(board, terms_of(problem), asks[place.vehicle], place)
    asks[:, rows.ASK_FOUND] = 0
    asks[:, rows.ASK_SEATS] = -rows.LIFTED
    blocks(board, {0: asks}, with_relaxations=True)


def _board(problem: Problem, solution: Solution, request: int, limit: int) -> Board:
    """The plan as the kernels read it, once the question is known to have a meaning."""
    if not 0 <= request < problem.n_requests:
        cause = f"The problem has requests 0..{problem.n_requests - 1}."
        raise SolverInputError(code="bad_index", item=f"request {request}", cause=cause, action="Name one of them.")
    if limit < 1:
        cause = f"At most {limit} candidates are asked for."
        raise SolverInputError(code="bad_limit", item="limit", cause=cause, action="Ask for one or more.")
    board = Board(problem, solution.routes)
    if board.met(request):
        alone = len(problem.options(request)) == 1
        cause = "It is on a route already." if alone else "Its demand is met on a route already."
        raise SolverInputError(code="already_served", item=f"request {request}", cause=cause, action="Remove it first.")
    return board


def _timed(board: Board, questions: Questions, places: list[Place]) -> list[Candidate]:
    """The places with the times of the routes that they change."""
    if not places:
        return []
    routes = board.timed([(questions[place.request][place.vehicle], place) for place in places])
    return [_candidate(board, place, route) for place, route in zip(places, routes, strict=True)]


def _weighed(board: Board, questions: Questions, places: list[Place]) -> list[Candidate]:
    """The places with all weighted terms in their cost, the cheapest first."""
    problem, terms, routes = board.problem, terms_of(board.problem), board.routes
    before = solution_cost(problem, Solution(routes=tuple(routes), unserved=())).total
    found = []
    for place in places:
        route = with_place(board, terms, questions[place.request][place.vehicle], place)
        grown = tuple(route if v == place.vehicle else other for v, other in enumerate(routes))
        after = solution_cost(problem, Solution(routes=grown, unserved=())).total
        found.append(_candidate(board, place._replace(delta=after - before), route))
    return sorted(found, key=lambda candidate: candidate.cost_delta)


def _candidate(board: Board, place: Place, route: TimedRoute) -> Candidate:
    pick, drop, now = place.pick, place.drop + 1, board.routes[place.vehicle].starts
    others = route.starts[:pick] + route.starts[pick + 1 : drop] + route.starts[drop + 1 :]
    return Candidate(
        request=place.request,
        vehicle=place.vehicle,
        pickup_position=pick,
        drop_position=drop,
        cost_delta=place.delta,
        route=route,
        delay_of_others_ticks=sum([at - before for before, at in zip(now, others, strict=True) if at > before]),
    )
