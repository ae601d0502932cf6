"""The terms beyond driving: times are the best there are, and the search counts what the plan costs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.board import idle_route
from solver.checker import check
from solver.construction import construct
from solver.insertion import rank
from solver.kernels.lane import NODE, REG_COST, REG_UNEVEN
from solver.objective import solution_cost
from solver.problem import Problem, frozen
from solver.route_pool import best_columns
from solver.rules import Rule
from solver.schedule import schedule
from solver.solution import Solution, TimedRoute
from solver.terms import tuned
from solver.weights import Objective
from tests.solver.solver_cases import Size, line_problem, random_objective, random_problem, random_visits, with_wishes
from tests.solver.terms_oracle import least_terms
from tests.solver.test_places import cheapest_on, loaded


def _time_terms(problem: Problem, solution: Solution) -> int:
    cost = solution_cost(problem, solution)
    return cost.working_time + cost.excess_ride + cost.lateness + cost.retimed


def _alone(problem: Problem, vehicle: int, visits: tuple[int, ...]) -> Solution | None:
    """The plan in which only this vehicle drives, at its earliest; None when the route has no schedule."""
    route = schedule(problem, vehicle, visits)
    if not isinstance(route, TimedRoute):
        return None
    routes = [idle_route(problem, v) for v in range(problem.n_vehicles)]
    routes[vehicle] = route
    left = set(range(problem.n_requests)) - {visit % problem.n_requests for visit in visits}
    return Solution(routes=tuple(routes), unserved=tuple(sorted(left)))


def test_times_are_the_best_of_all() -> None:
    """Random routes with every rule and random weights: the terms equal the linear program's, no rule is broken, and
    often they are below those of the earliest times."""
    routes = improved = 0
    for seed in range(150):
        rng = np.random.default_rng(seed)
        problem = random_problem(rng, Size(requests=4, vehicles=2, breaks=2))
        problem = problem if seed % 3 else problem._replace(idle_aboard_limit=10_000)
        problem = with_wishes(rng, problem, random_objective(rng))
        for vehicle in range(2):
            visits = random_visits(rng, problem, rng.permutation(4)[: rng.integers(1, 4)].tolist())
            plan = _alone(problem, vehicle, visits)
            if plan is None:
                continue
            best = tuned(problem, plan)
            assert {fault.rule for fault in check(problem, best)} <= {Rule.LINK}  # its outbound may be elsewhere
            if problem.objective.chooses_times:
                assert _time_terms(problem, best) == least_terms(problem, vehicle, visits)
            routes += 1
            improved += _time_terms(problem, best) < _time_terms(problem, plan)
    assert min(routes - improved, improved) > 40


def test_a_pick_up_waits_so_that_the_rider_does_not() -> None:
    """From 0: A from 10 to 50, B from 20 to 30, B not before 100. Earliest times pick A up at 10 and let it wait aboard
    until 100. Under excess ride A boards at 89 (one tick of boarding, ten of driving), and under working time the
    vehicle leaves for it at 79."""
    problem = line_problem(positions=[(10, 50), (20, 30)])
    earliest = problem.earliest.copy()
    earliest[1] = 100
    late = frozen(problem._replace(earliest=earliest, objective=Objective(excess_ride=1)))
    plan = _alone(late, 0, (0, 1, 3, 2))
    assert plan is not None
    assert plan.routes[0].starts == (10, 100, 111, 131)
    assert tuned(late, plan).routes[0].starts == (89, 100, 111, 131)
    working = frozen(late._replace(objective=Objective(working_time=1)))
    assert tuned(working, plan).routes[0].depart == 79


def test_linked_trips_on_two_vehicles_stay_linked() -> None:
    """A return on another vehicle waits for its outbound; choosing times for either does not tear them apart."""
    problem = line_problem(positions=[(10, 100), (100, 10)], vehicles=2)
    linked = frozen(
        problem._replace(
            linked_to=np.array([-1, 0]),
            link_stay=np.array([0, 30]),
            objective=Objective(working_time=1, retimed=5),
            reference_request=np.array([0, 1]),
            reference_vehicle=np.array([0, 1]),
            reference_pickup=np.array([300, 140]),
            reference_drop=np.array([500, 250]),
        )
    )
    plan = construct(linked)
    assert check(linked, plan) == ()
    best = tuned(linked, plan)
    assert check(linked, best) == ()
    assert _time_terms(linked, best) <= _time_terms(linked, plan)


def _day(seed: int, *, breaks: int = 3) -> Problem:
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, Size(requests=8, vehicles=3, breaks=breaks, links=False, span=400))
    return with_wishes(rng, problem, random_objective(rng))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_the_search_counts_what_the_plan_costs(seed: int) -> None:
    """Whatever the day, the weights and the plan: the score of the lane is the cost of the plan as it is handed out,
    the part of each route included."""
    problem = _day(seed)
    plan = tuned(problem, construct(problem))
    cost = solution_cost(problem, plan)
    _, lane = loaded(problem, plan)
    assert lane.reg[REG_COST] == cost.total - cost.penalties
    assert lane.reg[REG_UNEVEN] == cost.unevenness


def test_columns_of_a_recombination_carry_their_terms() -> None:
    """The routes of the best plan cost together what the plan costs without unevenness and penalties."""
    for seed in range(20):
        problem = _day(seed)
        plan = tuned(problem, construct(problem))
        field, lane = loaded(problem, plan)
        for vehicle, route in enumerate(plan.routes):
            lane.best_length[vehicle] = len(route.visits) + 2
            lane.best[vehicle] = lane.tour[2 * vehicle, :, NODE]
        cost = solution_cost(problem, plan)
        columns = best_columns(field, lane)
        assert sum(column.cost for column in columns) == cost.total - cost.penalties - cost.unevenness


def test_offers_are_ranked_by_all_terms() -> None:
    """Each candidate costs what the plan grows by with its route, the cheapest comes first, and no rule is broken."""
    found = 0
    for seed in range(30):
        problem = _day(seed)
        plan = tuned(problem, construct(problem))
        before = solution_cost(problem, plan)
        for request in plan.unserved:
            candidates = rank(problem, plan, request, limit=3).candidates
            assert [c.cost_delta for c in candidates] == sorted(c.cost_delta for c in candidates)
            for candidate in candidates:
                routes = list(plan.routes)
                routes[candidate.vehicle] = candidate.route
                grown = Solution(routes=tuple(routes), unserved=tuple(r for r in plan.unserved if r != request))
                after = solution_cost(problem, grown)
                assert candidate.cost_delta == (after.total - after.penalties) - (before.total - before.penalties)
                assert check(problem, grown) == ()
                found += 1
    assert found > 20


def _metric(problem: Problem) -> Problem:
    """The problem with times and costs that keep the triangle inequality."""
    spots = np.random.default_rng(problem.n_requests).integers(0, 30, (problem.cost.shape[0], 2))
    distance = np.abs(spots[:, None, :] - spots[None, :, :]).sum(axis=2)
    return frozen(problem._replace(travel=distance[None], cost=3 * distance, idle_aboard_limit=10_000))


def _grown(problem: Problem, plan: Solution, request: int, vehicle: int) -> int | None:
    """Least growth of the cost of the vehicle's route over all places of the request; None without any."""
    route = plan.routes[vehicle].visits
    before = _alone(problem, vehicle, route)
    grown = []
    for i in range(len(route) + 1):
        for j in range(i, len(route) + 1):
            visits = (*route[:i], request, *route[i:j], request + problem.n_requests, *route[j:])
            after = _alone(problem, vehicle, visits)
            if before is not None and after is not None:
                costs = [solution_cost(problem, tuned(problem, each)) for each in (before, after)]
                least = [cost.total - cost.penalties - cost.unevenness for cost in costs]
                grown.append(least[1] - least[0])
    return min(grown, default=None)


@pytest.mark.parametrize("breaks", [0, 3])
def test_the_cheapest_place_is_the_cheapest_with_all_terms(breaks: int) -> None:
    """Per vehicle, the place that the search chooses raises the weighted cost least of all places."""
    found = 0
    for seed in range(30):
        problem = _metric(_day(seed, breaks=breaks))
        plan = construct(problem)
        field, lane = loaded(problem, plan)
        for request in plan.unserved:
            for vehicle in range(problem.n_vehicles):
                least = cheapest_on(field, lane, request, vehicle=vehicle)
                assert _grown(problem, plan, request, vehicle) == least
                found += least is not None
    assert found > 20
