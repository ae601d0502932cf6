"""From an engine's routes to a lawful plan: what is trimmed, what waits for its outbound, what is put back."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solver.checker import check
from solver.construction import construct
from solver.problem import Problem, frozen
from solver.repair import mendings, settle, trimmed
from solver.routing_model import Routes
from solver.rules import Rule
from solver.schedule import schedule
from solver.solution import Solution, TimedRoute
from tests.solver.solver_cases import Size, line_problem, random_problem, random_visits


def _settled(problem: Problem, routes: Routes) -> Solution:
    return settle(problem, routes, fallback=lambda: construct(problem))


def _kept(problem: Problem, visits: tuple[int, ...]) -> tuple[int, ...]:
    """What trimming leaves of the route of vehicle 0."""
    route = trimmed(problem, 0, visits)
    assert isinstance(route, TimedRoute)
    return route.visits


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_any_routes_become_a_lawful_plan(seed: int) -> None:
    """Whatever routes an engine proposes, each request on at most one of them, the settled plan breaks no rule
    but possibly leaves promises unserved."""
    rng = np.random.default_rng(seed)
    size = Size(requests=int(rng.integers(1, 9)), vehicles=2, breaks=2)
    problem = random_problem(rng, size)
    problem = frozen(problem._replace(mandatory=rng.random(size.requests) < 0.5))
    vehicle_of = rng.integers(0, 3, size.requests)
    routes = tuple(random_visits(rng, problem, np.flatnonzero(vehicle_of == vehicle).tolist()) for vehicle in range(2))
    plan = _settled(problem, routes)
    assert [violation for violation in check(problem, plan) if violation.rule is not Rule.MANDATORY] == []


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_routes_that_keep_the_rules_are_kept(seed: int) -> None:
    """A lawful route loses no visit and its order stays; others may only be inserted between."""
    rng = np.random.default_rng(seed)
    problem = frozen(random_problem(rng, Size(requests=4, vehicles=1, links=False)))
    visits = random_visits(rng, problem, [0, 1, 2][: int(rng.integers(1, 4))])
    assume(isinstance(schedule(problem, 0, visits), TimedRoute))
    kept = [visit for visit in _settled(problem, (visits,)).routes[0].visits if visit in visits]
    assert tuple(kept) == visits


def test_the_cheapest_request_to_lose_is_left_out() -> None:
    """Three riders in two seats: the one with the least penalty leaves, unless it is promised."""
    problem = line_problem(positions=[(10, 40), (11, 41), (12, 42)], seats=2)
    priced = problem._replace(penalty=np.array([500, 100, 300]))
    everyone = (0, 1, 2, 3, 4, 5)
    assert _kept(frozen(priced), everyone) == (0, 2, 3, 5)
    promised = priced._replace(mandatory=np.array([False, True, False]))
    assert _kept(frozen(promised), everyone) == (0, 1, 3, 4)


def test_what_was_left_out_is_put_where_it_fits() -> None:
    """Three riders side by side in one seat: one stays, the others ride before or after, nobody is lost."""
    problem = line_problem(positions=[(10, 20), (10, 20), (10, 20)], seats=1)
    plan = _settled(problem, ((0, 1, 2, 3, 4, 5),))
    assert plan.unserved == ()
    assert check(problem, plan) == ()


def test_several_requests_leave_when_one_is_not_enough() -> None:
    """Four riders in one seat on one leg: the dearest stays."""
    problem = line_problem(positions=[(10, 40)] * 4, seats=1)
    priced = frozen(problem._replace(penalty=np.array([100, 200, 400, 300])))
    assert _kept(priced, (0, 1, 2, 3, 4, 5, 6, 7)) == (2, 6)


def test_return_on_another_vehicle_is_made_to_wait() -> None:
    """Outbound 0 alights at 21 (10 driven, 1 boarding, 10 driven) on vehicle 0; the return on vehicle 1, stay
    30, is picked up at 51 although its vehicle could be there at 20."""
    problem = line_problem(positions=[(10, 20), (20, 10)], vehicles=2)
    linked = frozen(problem._replace(linked_to=np.array([-1, 0]), link_stay=np.array([0, 30])))
    plan = _settled(linked, ((0, 2), (1, 3)))
    assert plan.routes[0].starts == (10, 21)
    assert plan.routes[1].starts == (51, 62)
    assert check(linked, plan) == ()


def test_return_that_cannot_wait_is_left_out() -> None:
    """As above with the return's window closing at 50: the outbound stays, the return is unserved."""
    problem = line_problem(positions=[(10, 20), (20, 10)], vehicles=2)
    latest = problem.latest.copy()
    latest[1] = 50
    linked = frozen(problem._replace(linked_to=np.array([-1, 0]), link_stay=np.array([0, 30]), latest=latest))
    plan = _settled(linked, ((0, 2), (1, 3)))
    assert plan.unserved == (1,)
    assert check(linked, plan) == ()


def test_return_leaves_with_its_outbound() -> None:
    """Routes with a return but without its outbound, which no vehicle may carry: neither is served."""
    problem = line_problem(positions=[(10, 20), (20, 10)])
    alone = problem._replace(linked_to=np.array([-1, 0]), compatible=np.array([[False], [True]]))
    assert _settled(frozen(alone), ((1, 3),)).unserved == (0, 1)


def test_vehicle_with_riders_in_an_impossible_order_keeps_its_fallback_route() -> None:
    """Riders 0 and 1 are aboard vehicle 0, and 0 must leave first (ride limit 20: 10 driven and 1 boarding fit,
    the way by 1's drop does not). The proposal drops 1 first and takes 2 along; the answer drops 0 first."""
    problem = line_problem(positions=[(10, 20), (10, 60), (30, 40)], vehicles=2)
    begun = frozen(
        problem._replace(
            max_ride=np.array([20, 1000, 1000]), prefix_start=np.array([0, 2, 2]), prefix_visit=np.array([0, 1])
        )
    )
    plan = settle(begun, ((0, 1, 2, 4, 3, 5), ()), fallback=lambda: construct(begun))
    order = plan.routes[0].visits
    assert order.index(3) < order.index(4)
    assert plan.unserved == ()
    assert check(begun, plan) == ()


def test_request_on_a_fallback_route_leaves_the_other_proposals() -> None:
    """As above, with request 2 on the fallback route of vehicle 0 but proposed for vehicle 1: it is served once."""
    problem = line_problem(positions=[(10, 20), (10, 60), (30, 40)], vehicles=2)
    begun = frozen(
        problem._replace(
            max_ride=np.array([20, 1000, 1000]), prefix_start=np.array([0, 2, 2]), prefix_visit=np.array([0, 1])
        )
    )
    routes = [schedule(begun, 0, (0, 1, 3, 2, 5, 4)), schedule(begun, 1, ())]
    fallback = Solution(routes=tuple(route for route in routes if isinstance(route, TimedRoute)), unserved=())
    plan = settle(begun, ((0, 1, 4, 3), (2, 5)), fallback=lambda: fallback)
    assert plan == fallback


def test_another_rider_moves_where_the_cheapest_has_no_place() -> None:
    """Two riders in one seat. Losing 0 is cheapest, but no other vehicle may take it; 1 finds room on the other."""
    problem = line_problem(positions=[(10, 40), (11, 41)], seats=1, vehicles=2)
    tight = problem._replace(
        penalty=np.array([100, 200]),
        latest=np.array([12, 12, 45, 45, *problem.latest[4:]]),
        compatible=np.array([[True, False], [True, True]]),
    )
    ways = list(mendings(frozen(tight), ((0, 1, 2, 3), ()), fallback=_never))
    assert [plan.unserved for plan in ways] == [(0,), (0,), ()]
    assert check(frozen(tight), ways[-1]) == ()


def test_a_plan_that_can_be_mended_needs_no_other() -> None:
    """The fallback, which may take a second to make, is asked for only where the routes cannot be mended."""
    problem = line_problem(positions=[(10, 20), (10, 20), (10, 20)], seats=1)
    assert settle(problem, ((0, 1, 2, 3, 4, 5),), fallback=_never).unserved == ()


def _never() -> Solution:
    raise AssertionError("no fallback was needed")
