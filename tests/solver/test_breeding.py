"""A search that breeds: its routes keep every rule, members get better and stay different, threads do not matter."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.breeding import COOLED_BY, FROM_ROUTES, FROM_STEPS, UNTIL, Breeding
from solver.checker import check
from solver.construction import construct
from solver.kernels.anneal import anneal
from solver.kernels.field import Field
from solver.kernels.lane import REG_BANK, REG_SCORE, Lane, new_lane
from solver.kernels.plans import count_promised, keep_best, load_plan
from solver.params import SolveParams
from solver.problem import Problem, frozen
from solver.repair import settle
from solver.rules import Rule
from solver.schedule import schedule
from solver.search import Routes, plan_rows, search
from solver.search_field import parting_of, search_field
from solver.solution import TimedRoute
from solver.stop import StepLimit, Stop
from tests.solver.solver_cases import Size, random_problem

BLOCK, BLOCKS = 100, 120
"""Steps of a lane, and how often, where a search is made by hand."""

ROOM = 163
"""Positions of a row: eighty requests on one route fit."""


def _bred(problem: Problem, threads: int = 2) -> list[Routes]:
    """Every set of routes told of in a run just long enough to breed."""
    told: list[Routes] = []
    watch = Stop((StepLimit(FROM_STEPS * problem.n_requests + 2000),)).begin()
    params = SolveParams(threads=threads)
    search(problem, construct(problem), params=params, watch=watch, on_routes=lambda routes, _: told.append(routes))
    return told


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=8, deadline=None)
def test_routes_of_children_need_no_mending(seed: int) -> None:
    """Whatever the day, with every rule in use: each route told has a schedule as it is, and the plan keeps all rules
    but promises left out."""
    rng = np.random.default_rng(seed)
    vehicles = int(rng.integers(FROM_ROUTES, 6))
    size = Size(requests=int(rng.integers(4, 11)), vehicles=vehicles, breaks=vehicles, span=240)
    problem = frozen(random_problem(rng, size))
    greedy = construct(problem)
    for routes in _bred(problem):
        for vehicle, visits in enumerate(routes):
            assert isinstance(schedule(problem, vehicle, visits), TimedRoute)
        plan = settle(problem, routes, fallback=lambda: greedy)
        assert {violation.rule for violation in check(problem, plan)} <= {Rule.MANDATORY}


def test_one_thread_or_two_breed_the_same() -> None:
    """Two runs with children tell of the same routes."""
    problem = frozen(random_problem(np.random.default_rng(8), Size(requests=12, vehicles=5, breaks=3, span=200)))
    assert _bred(problem, threads=1) == _bred(problem, threads=2)


def test_members_get_better_and_stay_different() -> None:
    """From the first children on: place by place the members are as good as before or better, some are better, and
    no more are alike; afterwards the lanes have the two best."""
    field, lanes, scale = _two_lanes()
    breeding = Breeding(field, lanes, hot=1.0, seed=1, steps=0.0, block=1000)
    seen: list[list[tuple[int, int, int]]] = []
    for block in range(BLOCKS):
        heat = scale * breeding.heat(block / BLOCKS * UNTIL)
        if block >= COOLED_BY / UNTIL * BLOCKS:
            seen.append(sorted(member.quality for member in breeding.members))
        for lane in lanes:
            anneal(field, lane, BLOCK, heat, heat)
    assert all(len(qualities) == 4 for qualities in seen)
    assert all(len(set(before)) <= len(set(after)) for before, after in pairwise(seen))
    assert all(now <= was for before, after in pairwise(seen) for was, now in zip(before, after, strict=True))
    assert seen[-1] < seen[0]
    breeding.finish()
    best = sorted(member.quality for member in breeding.members)
    assert [(int(lane.reg[REG_BANK]), int(lane.reg[REG_SCORE])) for lane in lanes] == [one[1:] for one in best[:2]]


def _two_lanes() -> tuple[Field, tuple[Lane, Lane], float]:
    """Two lanes on which nobody is served yet, and the mean cost of a leg."""
    problem = frozen(random_problem(np.random.default_rng(4), Size(requests=80, vehicles=8, breaks=0, span=1000)))
    field = search_field(problem, parting=parting_of(problem, construct(problem)))
    stops, length = plan_rows(problem, ((),) * problem.n_vehicles, room=ROOM)
    lanes = (new_lane(field, seed=(1, 0), room=ROOM), new_lane(field, seed=(1, 1), room=ROOM))
    for lane in lanes:
        assert load_plan(field, lane, stops, length)
        keep_best(lane, count_promised(field, lane))
    return field, lanes, float(problem.cost.mean())
