"""The ways in which the search changes a plan: whatever one does, routes stand and the books are right."""

from __future__ import annotations

import numpy as np
import pytest

from solver.construction import construct
from solver.kernels.anneal import anneal
from solver.kernels.arms import ANY, DEAR, LEARN_AFTER, LEAST, REGRET, RELATED, ROUTE, SOON, STRINGS_LONG, TAILS, learn
from solver.kernels.field import NODE_WEIGHT, Field
from solver.kernels.lane import (
    ARM_SHARE,
    ARM_WHOLE,
    FLEET_AWAY,
    FLEET_ROW,
    HEAD_LENGTH,
    LATE,
    NODE,
    PUSHED,
    REG_ACCEPTED,
    REG_ARM,
    REG_BANK,
    REG_BEST_COST,
    REG_BEST_LEFT,
    REG_COST,
    REG_SCORE,
    Lane,
    new_lane,
)
from solver.kernels.plans import count_promised, keep_best, load_plan
from solver.kernels.split import NOBODY, draw_owners, fork, join
from solver.objective import driving_cost
from solver.problem import Problem, frozen
from solver.schedule import schedule
from solver.search import Routes, plan_rows
from solver.search_field import parting_of, search_field
from solver.solution import TimedRoute
from tests.solver.solver_cases import Size, line_problem, random_problem, with_options

HEAT = 3_000.0


def _day(seed: int, *, vehicles: int = 8, options: int = 0, periods: int = 1) -> Problem:
    """Sixty demands with links, breaks and an idle limit: too many for the vehicles."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, Size(requests=60 + options, vehicles=vehicles, breaks=3, span=900, periods=periods))
    return with_options(rng, problem, options=options) if options else frozen(problem)


def _laid(problem: Problem, lanes: int = 1) -> tuple[Field, list[Lane]]:
    """The greedy plan of the day in so many lanes."""
    greedy = construct(problem)
    field = search_field(problem, parting=parting_of(problem, greedy))
    room = 2 * problem.n_requests + 4
    made = [new_lane(field, seed=(3, at), room=room) for at in range(lanes)]
    for lane in made:
        assert load_plan(field, lane, *plan_rows(problem, tuple(r.visits for r in greedy.routes), room=room))
        keep_best(lane, count_promised(field, lane))
    return field, made


def _routes(lane: Lane) -> Routes:
    rows = 2 * np.arange(len(lane.fleet)) + lane.fleet[:, FLEET_ROW]
    length = lane.head[rows, HEAD_LENGTH].tolist()
    return tuple(tuple(lane.tour[row, 1 : n - 1, NODE].tolist()) for row, n in zip(rows, length, strict=True))


def _cost(problem: Problem, routes: Routes) -> int:
    used = [v for v, visits in enumerate(routes) if visits]
    costs = problem.option_costs()
    walked = sum(int(costs[visit]) for visits in routes for visit in visits if visit < problem.n_requests)
    return walked + sum(driving_cost(problem, v, routes[v]) + int(problem.vehicle_cost[v]) for v in used)


def _unmet(problem: Problem, served: set[int]) -> list[int]:
    """Demands, by their heads, of which nobody is served; of none is more than one."""
    met = [int(problem.heads()[request]) for request in served]
    assert len(met) == len(set(met))
    return sorted(set(problem.heads().tolist()) - set(met))


def _assert_books_are_right(problem: Problem, field: Field, lane: Lane) -> None:
    """Every route has a schedule, who is where agrees with the routes, cost and score with the sums over them."""
    routes = _routes(lane)
    assert all(isinstance(schedule(problem, v, visits), TimedRoute) for v, visits in enumerate(routes))
    where = {visit: v for v, visits in enumerate(routes) for visit in visits if visit < problem.n_requests}
    assert [where.get(request, -1) for request in range(problem.n_requests)] == lane.where.tolist()
    assert [int(vehicle < 0) for vehicle in lane.where] == lane.gone.tolist()
    assert sum(map(len, routes)) == 2 * len(where)
    left = _unmet(problem, set(where))
    assert sorted(problem.heads()[lane.bank[: lane.reg[REG_BANK]]].tolist()) == left
    assert int(lane.reg[REG_COST]) == _cost(problem, routes)
    assert int(lane.reg[REG_SCORE]) == _cost(problem, routes) + int(field.node[left, NODE_WEIGHT].sum())


def _assert_labels_are_those_of_the_plan(problem: Problem, field: Field, lane: Lane) -> None:
    """What moved with the positions of a route that changed is what a route laid out anew has."""
    fresh = new_lane(field, seed=(0, 0), room=lane.best.shape[1])
    assert load_plan(field, fresh, *plan_rows(problem, _routes(lane), room=lane.best.shape[1]))
    for v in range(problem.n_vehicles):
        row = 2 * v + int(lane.fleet[v, FLEET_ROW])
        n = int(lane.head[row, HEAD_LENGTH])
        assert lane.head[row].tolist() == fresh.head[2 * v].tolist()
        columns = [at for at in range(lane.tour.shape[2]) if at not in (PUSHED, LATE)]
        assert (lane.tour[row, :n, columns] == fresh.tour[2 * v, :n, columns]).all()


@pytest.mark.parametrize("periods", [1, 3])
@pytest.mark.parametrize("arm", [RELATED, SOON, STRINGS_LONG, ROUTE, DEAR, ANY, TAILS, REGRET])
def test_every_way_keeps_the_books(arm: int, periods: int) -> None:
    """A search in one way only, on three days, one of them with two ways to meet most demands: plans are accepted, and
    after all of them everything adds up."""
    accepted = 0
    for seed in range(3):
        problem = _day(seed, options=45 if seed == 2 else 0, periods=periods)
        field, (lane,) = _laid(problem)
        lane.arm[:, ARM_SHARE] = 0
        lane.arm[arm, ARM_SHARE] = ARM_WHOLE
        anneal(field, lane, 400, HEAT, HEAT)
        _assert_books_are_right(problem, field, lane)
        _assert_labels_are_those_of_the_plan(problem, field, lane)
        accepted += int(lane.reg[REG_ACCEPTED])
    assert accepted > 0


def test_tails_alone_untie_crossed_routes() -> None:
    """Two vehicles change sides between morning and afternoon: exchanging the tails lets each stay on its side."""
    problem = _crossed()
    crossed = ((0, 4, 3, 7), (2, 6, 1, 5))
    straight = ((0, 4, 1, 5), (2, 6, 3, 7))
    field = search_field(problem, parting=problem.earliest[:4].copy())
    lane = new_lane(field, seed=(0, 0), room=12)
    assert load_plan(field, lane, *plan_rows(problem, crossed, room=12))
    lane.arm[:, ARM_SHARE] = 0
    lane.arm[TAILS, ARM_SHARE] = ARM_WHOLE
    anneal(field, lane, 50, 1.0, 1.0)
    assert _cost(problem, crossed) > _cost(problem, straight)
    assert sorted(_routes(lane)) == sorted(straight)


def _crossed() -> Problem:
    """Requests 0 and 1 begin and end left (10 to 20), 2 and 3 right (90 to 80); the depots are in the middle (50)."""
    problem = line_problem(positions=[(10, 20), (12, 22), (90, 80), (88, 78)], vehicles=2)
    earliest = np.array([100, 300, 100, 300, 111, 311, 111, 311])
    day = np.full(2, 900)
    return frozen(problem._replace(earliest=earliest, latest=earliest + 60, shift_latest=day, max_duration=day))


def test_shares_follow_records_only() -> None:
    """One way lowers the score below everything before: its share grows, no other falls below the least."""
    _, (lane,) = _laid(_day(0))
    for k in range(LEARN_AFTER):
        if k % 100 == 50:
            lane.reg[REG_ARM] = DEAR
            lane.reg[REG_SCORE] -= 7
        else:
            lane.reg[REG_ARM] = ANY
            lane.reg[REG_SCORE] += 5 * (-1) ** k  # up and down again: no record, no merit
        learn(lane, 3)
    shares = lane.arm[:, ARM_SHARE] / ARM_WHOLE
    assert shares.argmax() == DEAR
    assert shares.min() >= LEAST * 0.99
    assert 0.99 < shares.sum() <= 1.0


@pytest.mark.parametrize(("options", "periods"), [(0, 1), (30, 1), (0, 3)])
def test_two_lanes_on_one_plan_change_different_routes(options: int, periods: int) -> None:
    """After a fork each lane leaves the other's routes as they are; joined, the plan holds both changes, and its books
    and those of the best plan are right."""
    problem = _day(0, vehicles=9, options=options, periods=periods)
    field, (base, first, second) = _laid(problem, lanes=3)
    for _ in range(6):
        before = _routes(base)
        owner = np.empty(problem.n_vehicles, dtype=np.int64)
        draw_owners(field, base, owner, 3)
        assert set(owner.tolist()) <= {NOBODY, 0, 1}
        for mine, lane in enumerate((first, second)):
            fork(field, base, lane, owner, mine)
            _assert_labels_are_those_of_the_plan(problem, field, lane)
            anneal(field, lane, 300, HEAT, HEAT)
            assert all(_routes(lane)[v] == before[v] for v in np.flatnonzero(owner != mine).tolist())
            assert (lane.fleet[:, FLEET_AWAY] == (owner != mine)).all()
        join(field, base, first, second, owner)
        _assert_books_are_right(problem, field, base)
        _assert_labels_are_those_of_the_plan(problem, field, base)
        assert _routes(base) == tuple(_routes((first, second)[max(0, owner[v])])[v] for v in range(problem.n_vehicles))
        left = int(base.reg[REG_BEST_LEFT])
        served = [visit for row, n in zip(base.best, base.best_length, strict=True) for visit in row[1 : n - 1]]
        assert len(served) == len(set(served)) == 2 * (60 - left)
        best = tuple(tuple(row[1 : n - 1].tolist()) for row, n in zip(base.best, base.best_length, strict=True))
        absent = _unmet(problem, {int(visit) for visit in served if visit < problem.n_requests})
        assert int(base.reg[REG_BEST_COST]) == _cost(problem, best) + int(field.node[absent, NODE_WEIGHT].sum())
