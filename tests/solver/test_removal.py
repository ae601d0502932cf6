"""Taking a request out of a route never makes the rest impossible, so that nobody's cancelling can be turned away."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solver.checker import check
from solver.construction import construct
from solver.problem import Problem, frozen
from solver.schedule import schedule
from solver.solution import Solution, TimedRoute
from tests.solver.solver_cases import Size, random_problem, random_visits

SEEDS = st.integers(min_value=0, max_value=2**32 - 1)


def _metric(rng: np.random.Generator, size: Size) -> Problem:
    """A random problem whose travel times obey the triangle inequality, with no limit to waiting aboard."""
    problem = random_problem(rng, size)
    spots = rng.integers(0, 30, (problem.travel.shape[1], 2))
    travel = np.abs(spots[:, None, :] - spots[None, :, :]).sum(axis=2)
    endless = int(problem.shift_latest.max())
    return frozen(problem._replace(travel=travel[None], idle_aboard_limit=endless))


def _without(problem: Problem, visits: tuple[int, ...], request: int) -> tuple[int, ...]:
    return tuple(visit for visit in visits if visit % problem.n_requests != request)


@given(seed=SEEDS, breaks=st.integers(min_value=0, max_value=3), requests=st.integers(min_value=1, max_value=4))
@settings(max_examples=400)
def test_a_route_stays_possible_without_any_of_its_requests(seed: int, breaks: int, requests: int) -> None:
    """Metric times, any number of breaks, nobody limited in waiting: every request may go, then every other one."""
    rng = np.random.default_rng(seed)
    problem = _metric(rng, Size(requests=requests, vehicles=1, breaks=breaks, links=False))
    visits = random_visits(rng, problem, list(range(requests)))
    assume(isinstance(schedule(problem, 0, visits), TimedRoute))
    for request in rng.permutation(requests).tolist():
        visits = _without(problem, visits, request)
        assert isinstance(schedule(problem, 0, visits), TimedRoute)


@given(seed=SEEDS)
@settings(max_examples=40)
def test_the_times_of_the_others_may_stay_as_they_are(seed: int) -> None:
    """In a plan of two vehicles with breaks the checker still accepts the times as stated when any one request has
    gone: nothing has to be re-timed for a break."""
    rng = np.random.default_rng(seed)
    problem = _metric(rng, Size(requests=8, vehicles=2, breaks=4, links=False, span=500))
    solution = construct(problem)
    assert check(problem, solution) == ()
    for vehicle, route in enumerate(solution.routes):
        for request in {visit % problem.n_requests for visit in route.visits}:
            kept = [k for k, visit in enumerate(route.visits) if visit % problem.n_requests != request]
            if not kept:
                continue
            fewer = TimedRoute(
                visits=tuple(route.visits[k] for k in kept),
                starts=tuple(route.starts[k] for k in kept),
                depart=route.depart,
                arrive=route.arrive,
                break_starts=route.break_starts,
            )
            routes = tuple(fewer if v == vehicle else other for v, other in enumerate(solution.routes))
            assert check(problem, Solution(routes=routes, unserved=(*solution.unserved, request))) == ()
