"""Where one demand fits into a running day: all places of all its options ranked, or why there is none.

`rank` answers while the caller is on the line; it looks at every vehicle and every pair of positions and is
exact for the routes in their present order. Links to other routes are kept against the times those routes
have now. Who asks about several windows of one trip keeps an `Insertion`: it has read the plan already.
Reasons and remedies are in `solver.explanation`.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from itertools import chain

import numpy as np

from solver.board import LIMITS, Board, Place, Questions, idle_route
from solver.construction import construct
from solver.errors import SolverInputError
from solver.explanation import ALL_KINDS, Block, Relaxation, RelaxationKind, blocks, least_changes, relaxed
from solver.kernels import tour as rows
from solver.limits import Limits, with_limits
from solver.objective import priced, solution_cost
from solver.problem import Problem
from solver.solution import Solution, TimedRoute
from solver.terms import terms_of, with_place
from solver.tiny import tiny_problem

__all__ = [
    "Block", "Candidate", "Insertion", "Limits", "Ranking", "Relaxation", "RelaxationKind", "construct", "explain",
    "rank", "relaxed", "takers", "warm_up",
]  # fmt: skip


CANDIDATES = 5
"""Places ranked where no other number is asked for."""

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


class Insertion:
    """One demand laid before one plan, which is read once however often the demand is asked about.

    ``under`` asks about the same with other limits of the request. The scratch memory of the plan is shared by all
    that come from one another, so they belong to one thread; none of them changes the plan.

    Parameters
    ----------
    problem
        A validated problem.
    solution
        Its present plan; every used route has a schedule. None of its routes meets the demand of ``request``.

    Raises
    ------
    SolverInputError
        ``request`` is not in the problem, or its demand is already met.
    """

    def __init__(self, problem: Problem, solution: Solution, request: int) -> None:
        _check_asked(problem, request)
        board = Board(priced(problem), solution.routes)
        _check_free(board, request)
        self._stated, self._solution, self._request, self._board = problem, solution, request, board
        self._questions, self._asked = board.questions(request), False

    def under(self, limits: Limits) -> Insertion:
        """The same demand with ``limits`` for the request, as if the problem stated them; its options keep theirs."""
        if self._stated.objective.fewest_vehicles:  # what a vehicle costs then depends on all limits
            return Insertion(with_limits(self._stated, self._request, limits), self._solution, self._request)
        other = copy(self)
        asks = self._questions[self._request].copy()
        asks[:, LIMITS] = limits
        other._questions, other._asked = {**self._questions, self._request: asks}, False
        return other

    def rank(self, *, limit: int = CANDIDATES) -> Ranking:
        """As `rank`.

        Raises
        ------
        SolverInputError
            ``limit`` is below 1.
        """
        if limit < 1:
            cause = f"At most {limit} candidates are asked for."
            raise SolverInputError(code="bad_limit", item="limit", cause=cause, action="Ask for one or more.")
        candidates = self._candidates(self._places(limit), limit=limit)
        kinds = () if candidates else ALL_KINDS
        return Ranking(candidates=candidates, blocks=blocks(self._board, self._questions, kinds=kinds))

    def cheapest(self) -> tuple[Candidate, ...]:
        """Of the first candidates of `rank` those that cost least; none where the demand has no place."""
        places = self._places(CANDIDATES)
        if self._board.problem.objective.plain:
            places = [place for place in places if place.delta == places[0].delta]
        candidates = self._candidates(places, limit=CANDIDATES)
        return tuple(one for one in candidates if one.cost_delta == candidates[0].cost_delta)

    def takers(self) -> frozenset[int]:
        """The vehicles that have a place for the demand: those that `rank` names no block for."""
        found = [np.flatnonzero(asks[:, rows.ASK_FOUND]).tolist() for asks in self._looked_at().values()]
        return frozenset(chain.from_iterable(found))

    def explain(self, *, kinds: tuple[RelaxationKind, ...] = ALL_KINDS) -> tuple[Block, ...]:
        """Why the other vehicles have none, with the least changes of these ``kinds`` that would make one."""
        return blocks(self._board, self._looked_at(), kinds=kinds)

    def least(self, *, kinds: tuple[RelaxationKind, ...], most: int) -> dict[RelaxationKind, int]:
        """Of each kind the least amount up to ``most`` that `explain` names at any vehicle, where there is one."""
        return least_changes(self._board, self._looked_at(), kinds=kinds, most=most)

    def _looked_at(self) -> Questions:
        """The questions once ASK_FOUND is in them."""
        if not self._asked:
            self._places(1)
        return self._questions

    def _places(self, limit: int) -> list[Place]:
        self._asked = True
        more = 1 if self._board.problem.objective.plain else MORE_LOOKED_AT
        return self._board.places_of_any(self._questions, limit=more * limit)

    def _candidates(self, places: list[Place], *, limit: int) -> tuple[Candidate, ...]:
        plain = self._board.problem.objective.plain
        return tuple((_timed if plain else _weighed)(self._board, self._questions, places)[:limit])


def rank(problem: Problem, solution: Solution, request: int, *, limit: int = CANDIDATES) -> Ranking:
    """The ``limit`` cheapest places to meet the demand of ``request`` over all vehicles, and the vehicles without any.

    Raises
    ------
    SolverInputError
        As `Insertion`; ``limit`` is below 1.
    """
    return Insertion(problem, solution, request).rank(limit=limit)


def takers(problem: Problem, solution: Solution, request: int) -> frozenset[int]:
    """As `Insertion.takers`, for one question only."""
    return Insertion(problem, solution, request).takers()


def explain(problem: Problem, solution: Solution, request: int) -> tuple[Block, ...]:
    """As ``rank(...).blocks``, with the relaxations searched even when some vehicle has a place.

    Raises
    ------
    SolverInputError
        As `Insertion`.
    """
    return Insertion(problem, solution, request).explain()


def warm_up() -> None:
    """Load or compile every kernel. To be called once at start, never inside a request."""
    problem = tiny_problem()
    board = Board(problem, (idle_route(problem, 0),))
    asks = board.asks(0)
    for place in board.places(asks, limit=1):
        with_place(board, terms_of(problem), asks[place.vehicle], place)
    asks[:, rows.ASK_FOUND] = 0
    asks[:, rows.ASK_SEATS] = -rows.LIFTED
    blocks(board, {0: asks}, kinds=ALL_KINDS)


def _check_asked(problem: Problem, request: int) -> None:
    if not 0 <= request < problem.n_requests:
        cause = f"The problem has requests 0..{problem.n_requests - 1}."
        raise SolverInputError(code="bad_index", item=f"request {request}", cause=cause, action="Name one of them.")


def _check_free(board: Board, request: int) -> None:
    if board.met(request):
        alone = len(board.problem.options(request)) == 1
        cause = "It is on a route already." if alone else "Its demand is met on a route already."
        raise SolverInputError(code="already_served", item=f"request {request}", cause=cause, action="Remove it first.")


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
