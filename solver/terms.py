"""From the weights of a problem to the `Terms` its kernels read, and the times of a plan that these weights choose."""

from __future__ import annotations

import numpy as np

from solver.board import Board, Place
from solver.kernels import terms as columns
from solver.kernels.ascent import UNMOVABLE, bench_for
from solver.kernels.packed import read_only
from solver.kernels.terms import Terms, weighted_route
from solver.kernels.tour import ASK_LENGTH, NODE
from solver.problem import Int64, Problem
from solver.solution import Solution, TimedRoute


def terms_of(problem: Problem) -> Terms:
    """What the kernels read of the weights; driving, vehicles and penalties are in the arrays of ``problem``."""
    weights = problem.objective
    weight = np.zeros(columns.WEIGHTS, dtype=np.int64)
    weight[columns.WORK], weight[columns.RIDE] = weights.working_time, weights.excess_ride
    weight[columns.LATE], weight[columns.SHIFTED] = weights.lateness, weights.retimed
    weight[columns.UNEVEN], weight[columns.CHOOSES] = weights.unevenness, weights.chooses_times
    return Terms(node=read_only(_nodes(problem)), moved=read_only(moves(problem)), weight=read_only(weight))


def _nodes(problem: Problem) -> Int64:
    n, weights, places = problem.n_requests, problem.objective, problem.place_of_visit
    node = np.zeros((2 * n + 2 * problem.n_vehicles, columns.NODE_TERMS), dtype=np.int64)
    node[:, [columns.SOFT, columns.KEPT_HIGH]] = UNMOVABLE
    node[:, columns.KEPT_LOW] = -UNMOVABLE
    if weights.lateness:
        node[problem.soft_visit, columns.SOFT] = problem.soft_latest
    if weights.retimed:
        for shift, then in ((0, problem.reference_pickup), (n, problem.reference_drop)):
            visits = problem.reference_request + shift
            node[visits, columns.KEPT_LOW] = then - weights.retimed_tolerance
            node[visits, columns.KEPT_HIGH] = then + weights.retimed_tolerance
    node[n : 2 * n, columns.DIRECT] = problem.travel.min(axis=0)[places[:n], places[n:]]
    return node


def moves(problem: Problem) -> Int64:
    """(R, V) cost units for serving a request where the reference plan meets its demand, but not so."""
    moved = np.zeros((problem.n_requests, problem.n_vehicles), dtype=np.int64)
    kept = problem.heads()[problem.reference_request]
    moved[np.isin(problem.heads(), kept)] = problem.objective.moved
    moved[problem.reference_request, problem.reference_vehicle] = 0
    return moved


def tuned(problem: Problem, solution: Solution) -> Solution:
    """The plan with every route driven when its terms are least; orders and vehicles stay.

    A link between two routes is kept against the times the other one has then; so where there are links, the times
    are the best of each route and not always of all together.
    """
    if not problem.objective.chooses_times:
        return solution
    board, terms = Board(problem, solution.routes), terms_of(problem)
    for vehicle, route in enumerate(solution.routes):
        if route.visits:
            length = len(route.visits) + 2
            board.work.trial[NODE, :length] = board.fleet.stops[vehicle, :length]
            board.put(vehicle, _timed(board, terms, board.plain_ask(vehicle), length=length, otherwise=route))
    return Solution(routes=tuple(board.routes), unserved=solution.unserved)


def with_place(board: Board, terms: Terms, ask: Int64, place: Place) -> TimedRoute:
    """The route with the request of ``ask`` at ``place``, a place that the board has found, at its best times."""
    usual = board.timed([(ask, place)])[0]
    return _timed(board, terms, ask, length=int(ask[ASK_LENGTH]) + 2, otherwise=usual)


def _timed(board: Board, terms: Terms, ask: Int64, *, length: int, otherwise: TimedRoute) -> TimedRoute:
    """The route in the trial at its best times, ``otherwise`` when it has no schedule."""
    bench = bench_for(board.packed, room=length)
    stands = weighted_route(board.packed, terms, bench, length, ask, board.work.trial)
    return board.read_trial(length) if stands else otherwise
