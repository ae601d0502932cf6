"""Greedy construction: always a valid plan, promises first, prefixes and links kept."""

from __future__ import annotations

import numpy as np
import pytest

from solver.checker import check
from solver.construction import construct
from solver.errors import SolverInputError
from solver.insertion import rank
from solver.objective import solution_cost
from solver.params import SolveParams
from solver.problem import Problem, frozen
from solver.rules import Rule
from solver.solve import solve
from solver.stop import StepLimit, Stop
from tests.solver.solver_cases import Size, line_problem, random_problem


def _locked(problem: Problem, visits: list[int]) -> Problem:
    """The problem in which vehicle 0 has already made ``visits``."""
    starts = np.array([0] + [len(visits)] * problem.n_vehicles)
    return frozen(problem._replace(prefix_start=starts, prefix_visit=np.array(visits)))


@pytest.mark.parametrize("seed", range(4))
def test_every_constructed_plan_passes_the_checker(seed: int) -> None:
    """Random days with every rule: only a promise that found no place may be missing."""
    rng = np.random.default_rng(seed)
    for _ in range(25):
        problem = random_problem(rng, Size(requests=12, vehicles=3, breaks=3, span=500))
        problem = frozen(problem._replace(mandatory=rng.random(12) < 0.4))
        plan = construct(problem)
        missing = [v.visit for v in check(problem, plan) if v.rule is Rule.MANDATORY]
        assert [v for v in check(problem, plan) if v.rule is not Rule.MANDATORY] == []
        assert missing == [r for r in plan.unserved if problem.mandatory[r]]


def test_plans_of_two_periods_pass_the_checker() -> None:
    """With times that change at tick 200 nobody is promised what one of the two periods does not allow."""
    rng = np.random.default_rng(1)
    served = 0
    for _ in range(30):
        problem = random_problem(rng, Size(requests=8, vehicles=3, breaks=1, span=500))
        travel = np.concatenate([problem.travel, problem.travel + rng.integers(0, 6, problem.travel.shape)])
        problem = frozen(problem._replace(travel=travel, period_start=np.array([0, 200])))
        plan = construct(problem)
        assert check(problem, plan) == ()
        served += 8 - len(plan.unserved)
    assert served > 60


def test_a_rider_under_way_is_dropped_after_the_prefix() -> None:
    """Rider 0 has boarded; the plan begins with that visit and everybody is dropped in the end."""
    problem = _locked(line_problem(positions=[(10, 20), (5, 30)], vehicles=1), [0])
    plan = construct(problem)
    assert plan.routes[0].visits[0] == 0
    assert plan.unserved == ()
    assert check(problem, plan) == ()


def test_an_impossible_prefix_is_an_error_that_names_the_vehicle() -> None:
    """The executed pick-up at 10 lies after its window, which closed at 5."""
    problem = line_problem(positions=[(10, 20)])
    problem = _locked(frozen(problem._replace(latest=np.array([5, 1000]))), [0])
    with pytest.raises(SolverInputError, match="vehicle 0"):
        construct(problem)


def test_promises_come_before_what_would_block_them() -> None:
    """One seat and one window for both: the promised one is served although it comes second by number."""
    problem = line_problem(positions=[(10, 20), (10, 20)], seats=1)
    problem = frozen(problem._replace(latest=np.array([12, 12, 30, 30]), mandatory=np.array([False, True])))
    assert construct(problem).unserved == (0,)


def test_an_optional_request_dearer_than_its_penalty_stays_out() -> None:
    """Serving 10 -> 20 costs 40 units; a penalty of 39 is cheaper, one of 40 is not."""
    problem = line_problem(positions=[(10, 20)])
    stays = construct(frozen(problem._replace(penalty=np.array([39]))))
    goes = construct(frozen(problem._replace(penalty=np.array([40]))))
    assert stays.unserved == (0,)
    assert goes.unserved == ()
    assert solution_cost(problem, goes).total == 40


def test_a_return_follows_its_outbound_also_on_another_vehicle() -> None:
    """Vehicle 0 may only drive out, vehicle 1 only back: boarding ends at 11, the drop is at 21, the stay is 30."""
    problem = line_problem(positions=[(10, 20), (20, 10)], vehicles=2)
    problem = frozen(
        problem._replace(
            linked_to=np.array([-1, 0]),
            link_stay=np.array([0, 30]),
            compatible=np.array([[True, False], [False, True]]),
        )
    )
    plan = construct(problem)
    assert plan.routes[0].starts == (10, 21)
    assert plan.routes[1].starts[0] == 51
    assert check(problem, plan) == ()


def _there_and_back(*, penalty: int = 500) -> Problem:
    """Vehicle 0 may only drive out, 10 -> 20, vehicle 1 only back, 20 -> 10; between drop and pick-up lie 30 ticks."""
    problem = line_problem(positions=[(10, 20), (20, 10)], vehicles=2)
    return frozen(
        problem._replace(
            linked_to=np.array([-1, 0]),
            link_stay=np.array([0, 30]),
            compatible=np.array([[True, False], [False, True]]),
            penalty=np.array([penalty, 500]),
        )
    )


def test_a_locked_return_waits_for_its_outbound_under_way() -> None:
    """Both are locked: the outbound is dropped at 21, so the return, which could be at its door at 20, starts at 51."""
    both = {"prefix_start": np.array([0, 1, 2]), "prefix_visit": np.array([0, 1])}
    problem = frozen(_there_and_back()._replace(**both))
    plan = construct(problem)
    assert [route.starts[0] for route in plan.routes] == [10, 51]
    assert check(problem, plan) == ()
    assert check(problem, solve(problem, params=SolveParams(), stop=Stop((StepLimit(100),))).solution) == ()


def test_a_locked_return_has_its_outbound_served_whatever_that_costs() -> None:
    """Only the return is locked, and waits until 51; left to its penalty of 0 the outbound would stay out."""
    only_back = {"prefix_start": np.array([0, 0, 1]), "prefix_visit": np.array([1])}
    problem = frozen(_there_and_back(penalty=0)._replace(**only_back))
    plan = construct(problem)
    assert [route.starts[0] for route in plan.routes] == [10, 51]
    assert plan.unserved == ()
    assert check(problem, plan) == ()


def test_a_locked_return_before_its_outbound_is_an_error_that_names_it() -> None:
    """The return has been picked up by 40, the outbound cannot be dropped before 21; one locked as well or not."""
    for visits, starts in (([1], [0, 0, 1]), ([0, 1], [0, 1, 2])):
        locked = _there_and_back()._replace(prefix_start=np.array(starts), prefix_visit=np.array(visits))
        with pytest.raises(SolverInputError, match="request 1") as caught:
            construct(frozen(locked._replace(latest=np.array([1000, 40, 1000, 1000]))))
        assert caught.value.code == "prefix_before_outbound"


def test_a_return_without_its_outbound_is_blocked_by_the_link() -> None:
    """Nothing else stands in the way, but the outbound is on no route."""
    problem = line_problem(positions=[(10, 20), (20, 10)])
    problem = frozen(problem._replace(linked_to=np.array([-1, 0]), compatible=np.array([[False], [True]])))
    plan = construct(problem)
    assert plan.unserved == (0, 1)
    assert [block.rule for block in rank(problem, plan, 1).blocks] == [Rule.LINK]


def test_a_day_without_requests_is_an_empty_plan() -> None:
    """Nothing to place, nothing to complain about."""
    problem = line_problem(positions=[], vehicles=2)
    plan = construct(problem)
    assert [route.visits for route in plan.routes] == [(), ()]
    assert check(problem, plan) == ()
