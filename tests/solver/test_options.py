"""Options of a demand: what is well formed, what the judge says, what they cost, and in which order they stand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from solver.board import idle_route
from solver.canonical import canonical
from solver.checker import Violation, check
from solver.construction import construct
from solver.errors import SolverInputError
from solver.insertion import explain, rank
from solver.objective import priced, solution_cost
from solver.problem import Problem, frozen
from solver.repair import settle
from solver.rules import Rule
from solver.schedule import schedule
from solver.solution import Solution, TimedRoute
from solver.terms import moves
from solver.validation import validated
from solver.weights import PLAIN
from tests.solver.solver_cases import DAY, line_problem


def _door_or_corner(**changes: np.ndarray) -> Problem:
    """Demand 0 is met at the door (20 to 30) or, as request 1, at the corner (10 to 30), a walk of 7 units; demand 2
    rides from 10 to 30. The corner is on the way of the others."""
    line = line_problem(positions=[(20, 30), (10, 30), (10, 30)], vehicles=2)
    options = {"option_request": np.array([1]), "option_of": np.array([0]), "option_cost": np.array([7])}
    return frozen(line._replace(**{**options, **changes}))


def _plan(problem: Problem, *routes: tuple[int, ...], unserved: tuple[int, ...] = ()) -> Solution:
    timed = [schedule(problem, v, visits) if visits else idle_route(problem, v) for v, visits in enumerate(routes)]
    assert all(isinstance(route, TimedRoute) for route in timed)
    return Solution(routes=tuple(route for route in timed if isinstance(route, TimedRoute)), unserved=unserved)


def _rules(violations: tuple[Violation, ...]) -> list[Rule]:
    return [violation.rule for violation in violations]


FAULTS = {
    "named twice": ({"option_request": [1, 1], "option_of": [0, 0], "option_cost": [0, 0]}, "named_twice"),
    "of itself": ({"option_of": [1]}, "option_of_option"),
    "of an option": ({"option_request": [1, 2], "option_of": [0, 1], "option_cost": [0, 0]}, "option_of_option"),
    "no such request": ({"option_of": [3]}, "bad_index"),
    "a cost too few": ({"option_cost": []}, "wrong_shape"),
    "paid for walking": ({"option_cost": [-1]}, "negative"),
    "half promised": ({"mandatory": [True, False, False]}, "options_differ"),
    "two penalties": ({"penalty": [500, 400, 500]}, "options_differ"),
    "only one waits": ({"linked_to": [2, -1, -1]}, "options_differ"),
    "linked to an option": ({"linked_to": [-1, -1, 1]}, "link_to_option"),
    "linked in a circle": ({"linked_to": [2, 2, 0]}, "link_circular"),
    "both under way": ({"prefix_start": [0, 2, 2], "prefix_visit": [0, 1]}, "demand_met_twice"),
    "both in the plan before": (
        {
            "reference_request": [0, 1],
            "reference_vehicle": [0, 0],
            "reference_pickup": [0, 0],
            "reference_drop": [0, 0],
        },
        "demand_met_twice",
    ),
    "impossible both ways": ({"mandatory": [True, True, False], "max_ride": [5, 6, DAY]}, "impossible_ride"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_refused_by_code(name: str) -> None:
    """The error carries a stable code, names an item and says what to do."""
    change, code = FAULTS[name]
    with pytest.raises(SolverInputError) as caught:
        validated(_door_or_corner(**{field: np.array(values) for field, values in change.items()}))
    assert caught.value.code == code
    assert caught.value.item
    assert caught.value.action


def test_a_promise_that_one_option_can_keep_is_accepted() -> None:
    """The ride from the door may take 5 ticks only, which is too short; the corner will do."""
    promised = np.array([True, True, False])
    problem = validated(_door_or_corner(mandatory=promised, max_ride=np.array([5, DAY, DAY])))
    plan = construct(problem)
    assert plan.unserved == ()
    assert 1 in plan.routes[0].visits + plan.routes[1].visits


def test_the_judge_asks_for_one_request_of_each_demand() -> None:
    """Either request serves the demand; both are one too many; the list of the unserved names the head."""
    problem = _door_or_corner()
    assert check(problem, _plan(problem, (0, 3), (2, 5))) == ()
    assert check(problem, _plan(problem, (1, 4), (2, 5))) == ()
    both = check(problem, _plan(problem, (0, 3), (1, 2, 4, 5)))
    assert [(fault.rule, fault.visit, fault.amount) for fault in both] == [(Rule.OPTION, 0, 1)]
    assert check(problem, _plan(problem, (), (2, 5), unserved=(0,))) == ()
    assert _rules(check(problem, _plan(problem, (), (2, 5), unserved=(1,)))) == [Rule.UNSERVED_LIST] * 2
    assert _rules(check(problem, _plan(problem, (), (2, 5)))) == [Rule.UNSERVED_LIST]
    assert _rules(check(problem, _plan(problem, (1, 4), (2, 5), unserved=(0,)))) == [Rule.UNSERVED_LIST]


def test_a_promise_is_missed_once() -> None:
    """Neither way is served: one violation, under the head."""
    problem = _door_or_corner(mandatory=np.array([True, True, False]))
    faults = check(problem, _plan(problem, (), (2, 5), unserved=(0,)))
    assert [(fault.rule, fault.visit) for fault in faults] == [(Rule.MANDATORY, 0)]


def test_a_return_waits_for_whichever_outbound_is_served() -> None:
    """Request 2 is the return of demand 0 after a stay of 40: the corner is left at 31, so 71 is early enough."""
    problem = _door_or_corner(linked_to=np.array([-1, -1, 0]), link_stay=np.array([0, 0, 40]))
    early = _plan(problem, (1, 4), (2, 5))
    assert [(fault.rule, fault.visit, fault.amount) for fault in check(problem, early)] == [(Rule.LINK, 2, 61)]
    missing = _plan(problem, (), (2, 5), unserved=(0,))
    assert _rules(check(problem, missing)) == [Rule.LINK]
    assert check(problem, _plan(problem, (1, 4, 2, 5), ())) == ()
    late = _plan(frozen(problem._replace(earliest=np.array([0, 0, 71, 0, 0, 0]))), (1, 4), (2, 5))
    assert check(problem, late) == ()


def test_costs_count_the_option_taken_and_the_penalty_once() -> None:
    """The walk of 7 weighs thrice; left out, the demand costs its 500 once."""
    problem = _door_or_corner(objective=replace(PLAIN, options=3))
    corner, door = _plan(problem, (1, 4), (2, 5)), _plan(problem, (0, 3), (2, 5))
    assert solution_cost(problem, corner).options == 21
    assert solution_cost(problem, door).options == 0
    assert solution_cost(problem, corner).total == 60 + 60 + 21
    assert solution_cost(problem, _plan(problem, (), (2, 5), unserved=(0,))).penalties == 500
    assert priced(problem).option_cost.tolist() == [21]
    assert solution_cost(priced(problem), corner).total == solution_cost(problem, corner).total


def test_another_option_is_a_move() -> None:
    """The plan before had vehicle 0 at the door: the other vehicle is a move, and so is the corner."""
    problem = _door_or_corner(
        reference_request=np.array([0]), reference_vehicle=np.array([0]), reference_pickup=np.array([20]),
        reference_drop=np.array([30]), objective=replace(PLAIN, moved=9),
    )  # fmt: skip
    moved = [
        solution_cost(problem, plan).moved
        for plan in (
            _plan(problem, (0, 3), (2, 5)),
            _plan(problem, (2, 5), (0, 3)),
            _plan(problem, (1, 4), (2, 5)),
            _plan(problem, (), (2, 5), unserved=(0,)),
        )
    ]
    assert moved == [0, 9, 9, 0]
    assert moves(problem).tolist() == [[0, 9], [9, 9], [0, 0]]


def test_a_plan_that_meets_a_demand_twice_is_mended() -> None:
    """The first of the two stays; where one is under way, it stays."""
    problem = _door_or_corner()
    nothing = _plan(problem, (), (), unserved=(0, 2))
    assert [r.visits for r in settle(problem, ((0, 3), (1, 2, 4, 5)), fallback=lambda: nothing).routes] == [
        (0, 3),
        (2, 5),
    ]
    begun = frozen(problem._replace(prefix_start=np.array([0, 0, 1]), prefix_visit=np.array([1])))
    other = _plan(begun, (), (1, 4), unserved=(2,))
    mended = settle(begun, ((0, 3), (1, 2, 4, 5)), fallback=lambda: other)
    assert check(begun, mended) == ()
    assert mended.routes[0].visits == ()


def test_the_ranking_merges_all_options() -> None:
    """Beside demand 2 the corner costs its walk of 7 only, the door nothing: 0 -> 10 -> 20 -> 30 -> 0 is no longer."""
    problem = _door_or_corner(option_cost=np.array([7]))
    plan = _plan(problem, (2, 5), (), unserved=(0,))
    ranking = rank(problem, plan, 0, limit=100)
    costs = [candidate.cost_delta for candidate in ranking.candidates]
    assert costs == sorted(costs)
    assert (ranking.candidates[0].request, ranking.candidates[0].cost_delta) == (0, 0)
    assert next(found for found in ranking.candidates if found.request == 1).cost_delta == 7
    assert {found.request for found in ranking.candidates} == {0, 1}
    assert rank(problem, plan, 1, limit=100) == ranking
    with pytest.raises(SolverInputError, match="already"):
        rank(problem, _plan(problem, (1, 4), (2, 5)), 0)


def test_a_refusal_names_the_option_that_needs_least() -> None:
    """A shift that begins at 0 misses the door by 12 ticks, the corner by 3: the corner is named, and 3 ticks help."""
    problem = _door_or_corner(latest=np.array([8, 7, DAY, DAY, DAY, DAY]))
    blocks = explain(problem, _plan(problem, (), (), unserved=(0, 2)), 0)
    named = [(block.vehicle, block.request, block.rule) for block in blocks]
    assert named == [(0, 1, Rule.SHIFT), (1, 1, Rule.SHIFT)]
    assert {block.relaxations[0].amount for block in blocks} == {3}


def test_demands_that_say_the_same_are_told_apart_alike() -> None:
    """Two demands with the same two options each, given in any order of rows: the same canonical problem."""
    line = line_problem(positions=[(20, 30), (20, 30), (10, 30), (10, 30)], vehicles=1)
    place = np.array([1, 1, 3, 3, 5, 5, 5, 5])
    said = [
        _canonical(frozen(line._replace(place_of_visit=place, option_request=np.array([2, 3]), option_of=np.array(of),
                                        option_cost=np.array([4, 4]))))
        for of in ([0, 1], [1, 0])
    ]  # fmt: skip
    assert said[0] == said[1]


def _canonical(problem: Problem) -> list[list[int]]:
    view = canonical(problem).problem
    return [view.place_of_visit.tolist(), view.option_request.tolist(), view.option_of.tolist()]
