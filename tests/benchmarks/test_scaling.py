"""From doubles to ticks: nothing infeasible gets in, and nothing with a hair's breadth of slack is lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.instances import routes_of, scale_of, to_problem, visits_of
from benchmarks.instances.convert import down, up
from benchmarks.instances.read import parse_instance
from benchmarks.score import FaultKind, has_times, judge
from solver.checker import check
from solver.schedule import schedule
from solver.search_field import fits_search
from solver.solution import Solution, TimedRoute
from tests.benchmarks.instance_cases import FILE, Case, CaseNode, cases, instance_of, li_lim_text, routes, sartori_text

ROUNDED_TERMS = 2
"""Most rounded numbers in one constraint: a travel time and a service time."""


def _serves(case: Case, route: tuple[int, ...]) -> bool:
    aboard = np.cumsum([case.nodes[node].load for node in route])
    return bool(aboard.max() <= case.capacity)


@settings(max_examples=300)
@given(case=cases(), route=routes(requests=3))
def test_ticks_and_doubles_agree(case: Case, route: tuple[int, ...]) -> None:
    """Feasible in ticks implies feasible in doubles; feasible in doubles with 2 ticks to spare implies ticks."""
    instance = instance_of(case)
    problem = to_problem(instance)
    timed = schedule(problem, 0, visits_of(instance, route))
    if isinstance(timed, TimedRoute):
        assert has_times(instance, route)
    slack = ROUNDED_TERMS / scale_of(instance).ticks
    if _serves(case, route) and has_times(instance, route, tolerance=-slack):
        assert isinstance(timed, TimedRoute)


def _three_tenths(max_ride: float) -> str:
    """One request over three tenths of a unit in three legs of a tenth, with stops of another request between."""
    return f"""1 2 100 2 {max_ride}
0 0.0 0 0 0 0 100
1 0.1 0 0 1 0 100
2 0.2 0 0 1 0 100
3 0.4 0 0 -1 0 100
4 0.3 0 0 -1 0 100
5 0.0 0 0 0 0 100
"""


def test_a_tie_that_doubles_miss_is_kept() -> None:
    """0.1 + 0.1 + 0.1 exceeds 0.3 in doubles, yet a ride of exactly 0.3 is allowed; at 0.2999 it is not."""
    route = (1, 2, 4, 3)
    for max_ride, fits in ((0.3, True), (0.2999, False)):
        instance = parse_instance(_three_tenths(max_ride), FILE)
        timed = schedule(to_problem(instance), 0, visits_of(instance, route))
        assert isinstance(timed, TimedRoute) is fits
        assert has_times(instance, route) is fits


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=20), st.sampled_from([1, 100, 10**8]))
def test_rounding_goes_one_way_by_less_than_a_tick(values: list[float], scale: int) -> None:
    """Up never falls below the value by more than a thousandth of a tick, nor rises a whole tick above it."""
    exact = np.array(values) * scale
    raised, lowered = up(np.array(values), scale), down(np.array(values), scale)
    assert bool(np.all((raised >= exact - 0.002) & (raised < exact + 1)))
    assert bool(np.all((lowered <= exact + 0.002) & (lowered > exact - 1)))


@given(case=cases())
def test_rounding_up_keeps_the_triangle_inequality(case: Case) -> None:
    """No detour is shorter than the direct way in ticks, in places where the doubles say the same."""
    travel = to_problem(instance_of(case)).travel[0]
    detour = travel[:, :, None] + travel[None, :, :]
    assert bool(np.all(detour >= travel[:, None, :]))


def test_whole_numbers_stay_as_they_are() -> None:
    """Whole minutes are ticks of one minute, not a fraction of it."""
    nodes = tuple(CaseNode(0, 0, load, 0, 1000, 50) for load in (0, 1, 1, -1, -1))
    case = Case(nodes=nodes, vehicles=1, capacity=2, max_ride=0, max_duration=0)
    instance = parse_instance(sartori_text(case, [[7] * 5] * 5), FILE)
    problem = to_problem(instance)
    assert (scale_of(instance).ticks, problem.tick_s) == (1, 60.0)
    assert problem.travel[0, 1, 2] == 7
    assert problem.service.tolist() == [[5] * 4]


@given(case=cases())
def test_fewer_vehicles_cost_less_whatever_they_drive(case: Case) -> None:
    """Where vehicles count first, one vehicle costs more than all driving; leaving somebody out costs more still."""
    problem = to_problem(parse_instance(li_lim_text(case), FILE))
    longest = sum(int(row.max()) for row in problem.cost) + problem.n_vehicles * int(problem.cost[0].max())
    assert int(problem.vehicle_cost.min(initial=longest + 1)) > longest
    assert int(problem.penalty.min()) >= int(problem.vehicle_cost[0]) + longest


def test_an_impossible_request_leaves_the_rest_mandatory() -> None:
    """Where the direct ride of one request is above the limit, only that one may be left out."""
    nodes = [CaseNode(0, 0, 0, 0, 4000, 0), *(CaseNode(x, 0, 1, 0, 4000, 0) for x in (1000, 2000))]
    nodes += [CaseNode(5000, 0, -1, 0, 4000, 0), CaseNode(90_000, 0, -1, 0, 4000, 0)]
    instance = instance_of(Case(nodes=tuple(nodes), vehicles=1, capacity=2, max_ride=20, max_duration=400))
    assert to_problem(instance).mandatory.tolist() == [True, False]


@settings(max_examples=200)
@given(case=cases(), route=routes(requests=3), cut=st.integers(0, 2))
def test_judge_and_checker_agree_on_whole_solutions(case: Case, route: tuple[int, ...], cut: int) -> None:
    """A plan of routes that have schedules is feasible for the judge exactly when the checker finds no violation."""
    case = replace(case, vehicles=2)
    instance = instance_of(case)
    problem = to_problem(instance)
    first = tuple(node for node in route if node % 3 != cut)
    parts = [visits_of(instance, first), visits_of(instance, tuple(node for node in route if node not in first))]
    timed = [schedule(problem, vehicle, visits) for vehicle, visits in enumerate(parts)]
    planned = [one for one in timed if isinstance(one, TimedRoute)]
    if len(planned) < len(parts):
        return
    served = {visit % 3 for visits in parts for visit in visits}
    solution = Solution(routes=tuple(planned), unserved=tuple(r for r in range(3) if r not in served))
    verdict = judge(instance, routes_of(instance, solution))
    complete = bool(problem.mandatory.all())
    assert verdict.feasible == (check(problem, solution) == () and (complete or len(served) == 3))
    assert {fault.kind for fault in verdict.faults} <= {FaultKind.UNSERVED}


def test_long_legs_leave_as_many_digits_as_the_search_can_take() -> None:
    """0.4 units get seven digits; 400.2 units would be 4.002e9 ticks, more than 2**31, and get six."""
    near = parse_instance(_three_tenths(0.3), FILE)
    far = replace(near, travel=1000.5 * near.travel, cost=1000.5 * near.cost)
    assert (scale_of(near).ticks, scale_of(far).ticks) == (10**7, 10**6)
    assert fits_search(to_problem(far))
