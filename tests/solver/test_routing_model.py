"""RoutingModel as an engine: its forms of the rules, measured against the exact schedule; its search."""

from __future__ import annotations

import gc
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.constraint_solver import pywrapcp

from solver.params import SolveParams
from solver.problem import Problem, frozen
from solver.routing_model import Routes, improve
from solver.routing_model.model import BuiltModel, build
from solver.routing_model.penalties import LARGEST_SUM, dropping_costs
from solver.routing_model.seats import NO_CUT, seat_cut
from solver.rules import Rule
from solver.schedule import Infeasible, schedule
from solver.solution import TimedRoute
from solver.stop import Interrupt, StepLimit, Stop
from tests.solver.solver_cases import Size, line_problem, random_problem, random_visits


def _accepts(problem: Problem, routes: Routes) -> bool:
    """Does the model hold these routes for possible, everything else unserved?"""
    model = build(problem, required=frozenset())
    model.routing.CloseModelWithParameters(pywrapcp.DefaultRoutingSearchParameters())
    return model.routing.ReadAssignmentFromRoutes(model.indices(routes), False) is not None


def _improved(problem: Problem, start: Routes, steps: int, *, seed: int = 0) -> list[Routes]:
    """All routes that the search hands over within so many steps."""
    found: list[Routes] = []
    watch = Stop((StepLimit(steps),)).begin()
    improve(
        problem, start, params=SolveParams(seed=seed), watch=watch, on_routes=lambda routes, _: found.append(routes)
    )
    return found


def _relaxed(problem: Problem, why: Infeasible) -> bool:
    """Is the rule one that the table of `solver.routing_model` calls relaxed for this problem?"""
    if why.rule is Rule.BREAK:
        return bool(problem.break_duration.min() <= problem.idle_aboard_limit)
    return why.rule is Rule.SEATS and bool((problem.capacity[:, 0] != problem.capacity[:, 1]).any())


@pytest.mark.parametrize(("breaks", "links"), [(0, False), (1, True), (2, True)])
def test_model_accepts_what_the_exact_schedule_accepts(breaks: int, links: bool) -> None:
    """On 500 random routes each: with one period the model never refuses a possible route, and lets an
    impossible one through only where the table says that its form is relaxed."""
    rng = np.random.default_rng(40 + breaks)
    possible = 0
    for _ in range(500):
        problem = frozen(random_problem(rng, Size(requests=5, vehicles=1, breaks=breaks, links=links)))
        chosen = [0, 4, 1, 2, 3][: int(rng.integers(1, 6))]
        visits = random_visits(rng, problem, chosen)
        exact = schedule(problem, 0, visits)
        accepted = _accepts(problem, (visits,))
        if isinstance(exact, TimedRoute):
            possible += 1
            assert accepted
        elif accepted:
            assert _relaxed(problem, exact)
    assert possible > 80


def test_return_on_another_vehicle_waits_for_its_outbound() -> None:
    """Outbound 0 ends at 10 + 1 + 10 = 21 on vehicle 0; with a stay of 30 the return (window until 50) fits no
    earlier than 51, so the model refuses it; with a stay of 20 it accepts."""
    problem = line_problem(positions=[(10, 20), (20, 10)], vehicles=2)
    latest = problem.latest.copy()
    latest[1] = 50
    linked = problem._replace(linked_to=np.array([-1, 0]), latest=latest)
    routes = ((0, 2), (1, 3))
    assert _accepts(frozen(linked._replace(link_stay=np.array([0, 20]))), routes)
    assert not _accepts(frozen(linked._replace(link_stay=np.array([0, 30]))), routes)


def test_return_is_not_served_without_its_outbound() -> None:
    """The model refuses a plan with the return only, and accepts the outbound only."""
    problem = frozen(line_problem(positions=[(10, 20), (20, 10)])._replace(linked_to=np.array([-1, 0])))
    assert not _accepts(problem, ((1, 3),))
    assert _accepts(problem, ((0, 2),))


def test_slowest_period_counts() -> None:
    """With a second period twice as slow, a drop 10 away by 15 after boarding (1) at 0 is refused although the
    first period allows it: the form is stricter, as the table says."""
    one = line_problem(positions=[(0, 10)])
    latest = one.latest.copy()
    latest[1] = 15
    tight = frozen(one._replace(latest=latest))
    assert _accepts(tight, ((0, 1),))
    two = tight._replace(travel=np.concatenate([one.travel, 2 * one.travel]), period_start=np.array([0, 500]))
    assert not _accepts(frozen(two), ((0, 1),))
    locked = two._replace(prefix_start=np.array([0, 2]), prefix_visit=np.array([0, 1]))
    assert _improved(frozen(locked), ((0, 1),), 5000) == []


def test_negative_ticks_are_understood() -> None:
    """Shifting a whole problem by -700 ticks changes nothing in what the model accepts."""
    problem = line_problem(positions=[(10, 20)])
    earlier = {name: getattr(problem, name) - 700 for name in ("earliest", "latest", "shift_earliest", "shift_latest")}
    assert _accepts(frozen(problem._replace(**earlier)), ((0, 1),))


def test_prefix_is_fixed() -> None:
    """With request 1 locked first, the model refuses any other beginning."""
    problem = line_problem(positions=[(10, 20), (30, 40)])
    locked = frozen(problem._replace(prefix_start=np.array([0, 1]), prefix_visit=np.array([1])))
    accepted = {order for order in permutations(range(4)) if _accepts(locked, (order,))}
    assert (1, 3, 0, 2) in accepted
    assert {order[0] for order in accepted} == {1}


def test_vehicle_whose_break_fits_no_shift_stays_unused() -> None:
    """A break of 50 that must start by 20 in a shift that ends at 60 cannot be taken: no request there."""
    problem = line_problem(positions=[(10, 20)])._replace(
        shift_latest=np.array([60]),
        break_vehicle=np.array([0]),
        break_earliest=np.array([15]),
        break_latest=np.array([20]),
        break_duration=np.array([50]),
    )
    assert not _accepts(frozen(problem), ((0, 1),))


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=3),
    st.integers(0, 7),
    st.integers(0, 7),
)
def test_seat_cut_holds_for_every_load_that_fits_a_layout(
    layouts: list[tuple[int, int]], first: int, second: int
) -> None:
    """A load that fits one of the layouts never breaks the weighted sum."""
    cut = seat_cut(np.array(layouts, dtype=np.int64))
    if any(first <= layout[0] and second <= layout[1] for layout in layouts):
        assert cut.weights[0] * first + cut.weights[1] * second <= cut.capacity


def test_seat_cut_of_a_folding_seat_is_exact() -> None:
    """Four seats, or two and a wheelchair: seats + 2 wheelchairs <= 4. A single layout needs no sum."""
    cut = seat_cut(np.array([[4, 0], [2, 1]]))
    assert (cut.weights, cut.capacity) == ((1, 2), 4)
    assert seat_cut(np.array([[4, 1], [2, 1]])) == NO_CUT


@given(st.lists(st.tuples(st.integers(0, 2**40), st.booleans()), min_size=1, max_size=8))
@settings(max_examples=50)
def test_a_promise_outweighs_all_options_and_no_sum_overflows(requests: list[tuple[int, bool]]) -> None:
    """Leaving out one promised request costs more than leaving out all optional ones, unless both are capped,
    and everything together stays below the bound."""
    problem = line_problem(positions=[(1, 2)] * len(requests))
    penalties = np.array([penalty for penalty, _ in requests])
    promised = np.array([mandatory for _, mandatory in requests])
    costs = dropping_costs(frozen(problem._replace(penalty=penalties, mandatory=promised)))
    assert int(costs.sum()) < LARGEST_SUM
    if promised.any():
        assert int(costs[promised].min()) > int(costs[~promised].sum())


def test_search_finds_the_one_good_order() -> None:
    """Requests 10->20, 20->30, 30->40 one after the other: 40 out and 40 back is the least, from an empty plan."""
    problem = line_problem(positions=[(10, 20), (20, 30), (30, 40)], seats=1)
    assert _improved(problem, ((),), 2_000)[-1] == ((0, 3, 1, 4, 2, 5),)


def test_same_steps_give_the_same_routes_whatever_the_seed() -> None:
    """Three runs with the same bound, one of them with another seed, hand over the same routes, and not the empty
    ones: the engine draws no random numbers."""
    rng = np.random.default_rng(3)
    problem = frozen(random_problem(rng, Size(requests=20, vehicles=3, span=600)))
    runs = [_improved(problem, ((), (), ()), 70_000, seed=seed) for seed in (1, 1, 77)]
    assert runs[0] == runs[1] == runs[2]
    assert any(runs[0][-1])


def test_start_that_the_model_refuses_is_replaced_by_its_own_first_plan() -> None:
    """A start that serves a return without its outbound is refused; the search still finds both served."""
    problem = frozen(line_problem(positions=[(10, 20), (20, 10)])._replace(linked_to=np.array([-1, 0])))
    assert _improved(problem, ((1, 3),), 2_000)[-1] == ((0, 2, 1, 3),)


def test_interrupt_ends_the_search() -> None:
    """An interrupt raised before the start leaves fewer than 1,000 steps, and the start handed over."""
    problem = line_problem(positions=[(10, 20), (20, 30)])
    found: list[Routes] = []
    watch = Stop((Interrupt(lambda: True),)).begin()
    start = ((0, 2),)
    steps = improve(problem, start, params=SolveParams(), watch=watch, on_routes=lambda routes, _: found.append(routes))
    assert steps < 1000
    assert found


def test_models_are_freed() -> None:
    """After a search no model is left in memory: a year of days is planned in one process."""
    _improved(line_problem(positions=[(10, 20), (20, 30)]), ((),), 1_000)
    gc.collect()
    assert [found for found in gc.get_objects() if isinstance(found, BuiltModel)] == []


def test_what_the_listener_raises_comes_out() -> None:
    """An exception of the listener ends the search and reaches the caller, whatever engine lies between."""

    def fail(routes: Routes, steps: int) -> None:
        raise ValueError("the listener gave up")

    problem = line_problem(positions=[(10, 20)])
    watch = Stop((StepLimit(5_000_000),)).begin()
    with pytest.raises(ValueError, match="gave up"):
        improve(problem, ((),), params=SolveParams(), watch=watch, on_routes=fail)
