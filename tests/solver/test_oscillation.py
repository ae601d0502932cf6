"""Rounds of slack and press: plans keep every rule, vehicles stay few, nobody is left out of what a round ends with."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest

from solver.construction import construct
from solver.kernels.field import FIGURE_FEWER, NODE_WEIGHT, Field
from solver.kernels.lane import (
    FLEET_CLOSED,
    REG_BANK,
    REG_BEST_COST,
    REG_BEST_LEFT,
    REG_PRESS,
    REG_SCORE,
    Lane,
    new_lane,
)
from solver.kernels.plans import adopt_best, count_promised, keep_best, load_plan
from solver.oscillation import OSCILLATING_FROM_STEPS, OSCILLATING_UNTIL, Oscillation, Part
from solver.problem import Problem, frozen
from solver.route_pool import best_columns, load_columns, present_lengths
from solver.schedule import schedule
from solver.search import LANES, plan_rows
from solver.search_field import parting_of, search_field
from solver.solution import TimedRoute
from solver.stop import Interrupt, StepLimit
from tests.solver.search_runs import searched
from tests.solver.solver_cases import Size, random_problem

STEPS = 300
"""Of each lane in a block, where rounds are made by hand."""


def _few_first(seed: int, *, requests: int, apart: int = 12) -> Problem:
    """Rides on a plain of 30 by 30, one every ``apart`` ticks in the mean; a vehicle costs more than any plan.

    Boarding begins within 25 ticks of the earliest, arrival is at most 40 ticks after that of an immediate ride.
    """
    rng = np.random.default_rng(seed)
    size = Size(requests=requests, vehicles=10, breaks=0, span=apart * requests)
    problem = random_problem(rng, size)
    place, service = problem.place_of_visit, problem.service[:, :requests].max(axis=0)
    direct = problem.travel[0][place[:requests], place[requests:]]
    ready = rng.integers(60, 60 + size.span, requests)
    many = np.full(10, 60 + size.span + 1000)
    return frozen(
        problem._replace(
            earliest=np.concatenate([ready, ready]),
            latest=np.concatenate([ready + 25, ready + service + direct + 40]),
            max_ride=direct + 40,
            load=np.ones((requests, 2), dtype=np.int64),
            exclusive=np.zeros(requests, np.bool_),
            compatible=np.ones((requests, 10), np.bool_),
            locked_vehicle=np.full(requests, -1),
            linked_to=np.full(requests, -1),
            shift_earliest=np.zeros(10, dtype=np.int64),
            shift_latest=many,
            max_duration=many,
            vehicle_cost=np.full(10, 100_000),
            penalty=np.full(requests, 200_000),
            mandatory=np.ones(requests, np.bool_),
        )
    )


class Rounds(NamedTuple):
    """Rounds under way, made by hand."""

    field: Field
    lanes: tuple[Lane, Lane]
    base: Lane
    rounds: Oscillation


@pytest.fixture(scope="module")
def day() -> Problem:
    """Two dozen requests; a short search serves all of them."""
    return _few_first(3, requests=24)


def _rounds(problem: Problem, *, steps: int = 20_000) -> Rounds:
    """Rounds from what a search of so many steps comes to."""
    begin = construct(problem)
    field = search_field(problem, parting=parting_of(problem, begin))
    assert field.figure[FIGURE_FEWER]
    room = 2 * problem.n_requests + 3
    stops, length = plan_rows(problem, searched(problem, StepLimit(steps)).told[-1], room=room)
    lanes = (new_lane(field, seed=(1, 0), room=room), new_lane(field, seed=(1, 1), room=room))
    base = new_lane(field, seed=(1, 2), room=room)
    for lane in (*lanes, base):
        assert load_plan(field, lane, stops, length)
        keep_best(lane, count_promised(field, lane))
    assert base.reg[REG_BEST_LEFT] == 0
    scale = float(problem.cost.mean())
    return Rounds(field, lanes, base, Oscillation(field, lanes, base, scale=scale, seed=1, block=3 * STEPS))


def _blocks(made: Rounds, blocks: int) -> Iterator[int]:
    for block in range(blocks):
        made.rounds.prepare(block / blocks * OSCILLATING_UNTIL)
        for index, lane in enumerate(made.lanes):
            made.rounds.block(index, STEPS)
            adopt_best(made.base, lane)
        yield block


def _used(lane: Lane) -> int:
    return int((present_lengths(lane) > 2).sum())


def test_nobody_is_out_and_no_vehicle_more_at_the_end_of_a_round(day: Problem) -> None:
    """While there is slack or press some are out; while the plan cools everybody is served. No part sends out more
    vehicles than the plan it began with, and the plan that cooled has riders for each."""
    made = _rounds(day)
    vehicles, out, parts = _used(made.base), 0, set[Part]()
    for _ in _blocks(made, 120):
        for lane, turn in zip(made.lanes, made.rounds.rounds, strict=True):
            parts.add(turn.part)
            assert _used(lane) <= vehicles
            assert turn.home.quality[:2] == (0, 0)
            assert (lane.reg[REG_PRESS] > 0) == (turn.part is Part.PRESS)
            if turn.part is Part.COOL:
                assert lane.reg[REG_BANK] == 0
            out += int(lane.reg[REG_BANK])
    assert parts == set(Part)
    assert out > 0


def test_best_plans_keep_every_rule_and_get_better(day: Problem) -> None:
    """Each route of the best plan has a schedule, all are served; it is never worse than before and better at last
    than what a few hundred steps came to."""
    made = _rounds(day, steps=500)
    began = int(made.base.reg[REG_BEST_COST])
    costs = [began, *(int(made.base.reg[REG_BEST_COST]) for _ in _blocks(made, 120))]
    assert all(later <= earlier for earlier, later in pairwise(costs))
    assert costs[-1] < began
    served = 0
    for vehicle, (row, length) in enumerate(zip(made.base.best.tolist(), made.base.best_length.tolist(), strict=True)):
        assert isinstance(schedule(day, vehicle, tuple(row[1 : length - 1])), TimedRoute)
        served += (length - 2) // 2
    assert served == day.n_requests


def test_a_vehicle_emptied_on_the_way_stays_empty(day: Problem) -> None:
    """A route is given up while there is slack: its vehicle is closed from the next block on, the others stay open."""
    made = _rounds(day)
    made.rounds.prepare(0.0)
    for lane in made.lanes:
        assert load_columns(made.field, lane, best_columns(made.field, made.base)[1:])
    made.rounds.prepare(0.0)
    for lane in made.lanes:
        assert _used(lane) == _used(made.base) - 1
        assert (~lane.fleet[:, FLEET_CLOSED].astype(bool)).sum() == _used(lane)


@pytest.mark.parametrize("blocks", [1, 7, 40, 90])
def test_afterwards_everything_weighs_what_it_did(day: Problem, blocks: int) -> None:
    """Whatever part a lane was at: both have the best plan, every vehicle is open, absences weigh as on the day."""
    made = _rounds(day)
    assert len(list(_blocks(made, blocks))) == blocks
    made.rounds.finish()
    for lane in made.lanes:
        assert lane.reg[REG_SCORE] == made.base.reg[REG_BEST_COST]
        assert lane.reg[REG_BANK] == lane.reg[REG_PRESS] == 0
        assert not lane.fleet[:, FLEET_CLOSED].any()
        assert (lane.weight == made.field.node[: day.n_requests, NODE_WEIGHT]).all()


@pytest.fixture(scope="module")
def small() -> Problem:
    """Fourteen requests; two vehicles drive them all, so many that there are rounds."""
    return _few_first(6, requests=14, apart=22)


ENOUGH = StepLimit(OSCILLATING_FROM_STEPS * 14 * 2)
"""Steps for rounds of so many requests, even after those for the fleet."""


def test_one_thread_or_two_make_the_same_rounds(small: Problem) -> None:
    """Two runs with the steps for rounds tell of the same routes."""
    assert searched(small, ENOUGH, threads=1) == searched(small, ENOUGH, threads=2)


@pytest.mark.parametrize("last", [None, *Part])
def test_a_run_of_rounds_ends_at_any_moment(small: Problem, monkeypatch: pytest.MonkeyPatch, last: Part | None) -> None:
    """Asked to stop in any part of a round, or before the first: the routes told last serve everybody."""
    parts: list[Part | None] = [None]

    class Watched(Oscillation):
        def prepare(self, share: float) -> None:
            super().prepare(share)
            parts.extend(turn.part for turn in self.rounds)

    monkeypatch.setattr("solver.search.Oscillation", Watched)
    _, told = searched(small, ENOUGH, Interrupt(lambda: last in parts))
    assert last in parts[-LANES:]
    assert sorted(visit for visits in told[-1] for visit in visits) == list(range(2 * small.n_requests))
    for vehicle, visits in enumerate(told[-1]):
        assert isinstance(schedule(small, vehicle, visits), TimedRoute)
