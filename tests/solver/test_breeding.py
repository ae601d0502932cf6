"""A search that breeds: children keep every rule, members get better and stay different, threads do not matter."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, pairwise
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.breeding import (
    BREEDING_FROM_ROUTES,
    BREEDING_FROM_STEPS,
    BREEDING_UNTIL,
    CHILD_BLOCKS,
    COOLED_BY,
    FEWEST_COOLINGS,
    MOST_COOLINGS,
    Breeding,
)
from solver.checker import check
from solver.construction import construct
from solver.kernels.field import Field
from solver.kernels.lane import REG_BANK, REG_BEST_COST, REG_SCORE, Lane, new_lane
from solver.kernels.plans import count_promised, keep_best, load_plan
from solver.problem import Problem, frozen
from solver.repair import settle
from solver.route_pool import best_columns
from solver.rules import Rule
from solver.schedule import schedule
from solver.search import LANES, Routes, plan_rows
from solver.search_field import parting_of, search_field
from solver.solution import TimedRoute
from solver.stop import Interrupt, StepLimit, TimeLimit
from tests.solver.search_runs import searched
from tests.solver.solver_cases import Size, random_day, random_problem

STEPS = 60
"""Of each lane in a block, where a search is made by hand."""


class Block(NamedTuple):
    """What a search by hand has come to after a block."""

    share: float
    field: Field
    breeding: Breeding
    lanes: tuple[Lane, Lane]
    crossed: int  # lanes that began this block with a plan that no member has


def _blocks(problem: Problem, blocks: int) -> Iterator[Block]:
    """A search by hand from the plan of construction, or from what of it is under way where kernels refuse it."""
    begin = construct(problem)
    field = search_field(problem, parting=parting_of(problem, begin))
    room = 2 * problem.n_requests + 3
    whole, n = tuple(route.visits for route in begin.routes), problem.n_requests
    under_way = {visit % n for visit in problem.prefix_visit.tolist()}
    begun = tuple(tuple(visit for visit in visits if visit % n in under_way) for visits in whole)
    lanes = (new_lane(field, seed=(1, 0), room=room), new_lane(field, seed=(1, 1), room=room))
    for lane in lanes:
        for routes in (whole, begun):
            stops, length = plan_rows(problem, routes, room=room)
            if load_plan(field, lane, stops, length):
                break
        else:
            return
        keep_best(lane, count_promised(field, lane))
    block, scale = 140 * problem.n_requests // CHILD_BLOCKS, float(problem.cost.mean())
    breeding = Breeding(field, lanes, scale=scale, seed=1, steps=0.0, block=block)
    for made in range(blocks):
        share = made / blocks * BREEDING_UNTIL
        breeding.prepare(share)
        known = {frozenset(column.visits for column in member.routes) for member in breeding.members}
        begun = [frozenset(column.visits for column in best_columns(field, lane)) for lane in lanes]
        children = sum(plan not in known for plan in begun) if len(known) > 2 and share >= COOLED_BY else 0
        for lane in range(LANES):
            breeding.block(lane, STEPS)
        yield Block(share, field, breeding, lanes, children)


def _routes(problem: Problem, lane: Lane) -> Routes:
    rows = zip(lane.best.tolist(), lane.best_length.tolist(), strict=True)
    return tuple(tuple(row[1 : length - 1]) for row, length in rows)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=12)
def test_plans_of_children_keep_every_rule(seed: int) -> None:
    """Whatever the day, with locked visits, returns, breaks and promises: each route has a schedule as it is and begins
    as it began, no return is without its outbound, and the plan keeps all rules but promises left out."""
    rng = np.random.default_rng(seed)
    problem = random_day(rng, requests=int(rng.integers(12, 30)), vehicles=int(rng.integers(4, 7)))
    greedy = construct(problem)
    for block in _blocks(problem, 24):
        for lane in block.lanes if block.share >= COOLED_BY else ():
            routes = _routes(problem, lane)
            for vehicle, visits in enumerate(routes):
                assert isinstance(schedule(problem, vehicle, visits), TimedRoute)
                prefix = problem.prefix_of(vehicle)
                assert visits[: len(prefix)] == prefix
            plan = settle(problem, routes, fallback=lambda: greedy)
            assert all(set(before) <= set(after.visits) for before, after in zip(routes, plan.routes, strict=True))
            assert {violation.rule for violation in check(problem, plan)} <= {Rule.MANDATORY}


def test_most_children_are_plans_of_their_own() -> None:
    """On three such days there are dozens of plans that no member has, at the beginnings of children."""
    crossed = 0
    for seed in range(3):
        problem = random_day(np.random.default_rng(seed), requests=28, vehicles=6)
        crossed += sum(block.crossed for block in _blocks(problem, 60))
    assert crossed > 36


def test_members_get_better_and_stay_different() -> None:
    """From the first children on: place by place the members are as good as before or better, some are better, and
    no more are alike; afterwards both lanes have the best."""
    problem = frozen(random_problem(np.random.default_rng(4), Size(requests=80, vehicles=8, breaks=0, span=1000)))
    blocks = list(_qualities(problem))
    seen = [qualities for qualities, _ in blocks]
    assert all(len(qualities) == 2 * FEWEST_COOLINGS for qualities in seen)
    assert all(len(set(before)) <= len(set(after)) for before, after in pairwise(seen))
    assert all(now <= was for before, after in pairwise(seen) for was, now in zip(before, after, strict=True))
    assert seen[-1] < seen[0]
    breeding, lanes = blocks[-1][1].breeding, blocks[-1][1].lanes
    breeding.finish()
    best = min(member.quality for member in breeding.members)
    assert all((int(lane.reg[REG_BANK]), int(lane.reg[REG_SCORE])) == best[1:] for lane in lanes)


def _qualities(problem: Problem) -> Iterator[tuple[list[tuple[int, int, int]], Block]]:
    for block in _blocks(problem, 120):
        if block.share >= COOLED_BY:
            yield sorted(member.quality for member in block.breeding.members), block


def test_a_run_that_stands_still_for_a_while_takes_what_has_cooled() -> None:
    """From the first cooling straight to the children, or past them: one plan of each lane is a member, no more."""
    problem = frozen(random_problem(np.random.default_rng(4), Size(requests=20, vehicles=4, breaks=0, span=300)))
    for later in (COOLED_BY, BREEDING_UNTIL):
        first = next(_blocks(problem, 10))
        best = [int(lane.reg[REG_BEST_COST]) for lane in first.lanes]
        if later < BREEDING_UNTIL:
            first.breeding.prepare(later)
        else:
            first.breeding.finish()
        assert [member.quality[2] for member in first.breeding.members] == best


def test_longer_runs_cool_more_often() -> None:
    """Five times at most, twice at least: so many plans each lane brings in."""
    problem = frozen(random_problem(np.random.default_rng(4), Size(requests=10, vehicles=4, breaks=0, span=300)))
    first = next(_blocks(problem, 10))
    for steps, coolings in ((0.0, FEWEST_COOLINGS), (10 * 18_000.0, 3), (1e9, MOST_COOLINGS)):
        breeding = Breeding(first.field, first.lanes, scale=1.0, seed=1, steps=steps, block=1000)
        for share in np.arange(0.0, COOLED_BY + 0.01, 0.01).tolist():
            breeding.prepare(share)
        assert len(breeding.members) == 2 * coolings


@pytest.fixture(scope="module")
def small() -> Problem:
    """Twelve requests on more vehicles than it takes to breed."""
    problem = frozen(random_problem(np.random.default_rng(8), Size(requests=12, vehicles=5, breaks=3, span=200)))
    assert sum(1 for route in construct(problem).routes if route.visits) >= BREEDING_FROM_ROUTES
    return problem


def test_one_thread_or_two_breed_the_same(small: Problem) -> None:
    """Two runs with steps enough to breed tell of the same routes."""
    enough = StepLimit(BREEDING_FROM_STEPS * 12 + 2000)
    assert searched(small, enough, threads=1) == searched(small, enough, threads=2)


@pytest.mark.parametrize("looks", [1, 2, 5, 20, 80, 200])
def test_a_run_that_breeds_ends_at_any_moment(small: Problem, looks: int) -> None:
    """By the clock, at the first look or the two-hundredth: the routes told last have schedules."""
    steps, told = searched(small, StepLimit(BREEDING_FROM_STEPS * 12), TimeLimit(float(looks)), ticks=1.0)
    assert steps <= BREEDING_FROM_STEPS * 12
    for vehicle, visits in enumerate(told[-1] if told else ()):
        assert isinstance(schedule(small, vehicle, visits), TimedRoute)


def test_an_interrupt_alone_ends_it_too(small: Problem) -> None:
    """Without a limit of time or steps nobody knows how long the run is."""
    asked = count()
    _, told = searched(small, Interrupt(lambda: next(asked) > 30))
    for vehicle, visits in enumerate(told[-1] if told else ()):
        assert isinstance(schedule(small, vehicle, visits), TimedRoute)
