"""The improvement loop: two lanes of ruin and recreate that meet at barriers, whatever the number of threads.

Each lane anneals on its own between barriers; there the worse plan may be replaced by the better one. A run with the
steps for it first breeds (`solver.breeding`) or, where fewer vehicles come first, goes round (`solver.oscillation`):
what is said below of that part is left out then. What happens depends on the seed and on how much of the limit is
used up, never on which thread was faster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from solver.breeding import BREEDING_FROM_ROUTES, BREEDING_FROM_STEPS, BREEDING_UNTIL, CHILD_COLD, Breeding, between
from solver.fleet import FleetReduction
from solver.kernels.anneal import anneal
from solver.kernels.field import FIGURE_FEWER, VEHICLE_COST, Field
from solver.kernels.lane import (
    NO_POSITION,
    REG_BEST_COST,
    REG_BEST_LEFT,
    REG_COST,
    REG_POOL_BELOW,
    REG_SCORE,
    Lane,
    new_lane,
)
from solver.kernels.plans import adopt_best, better, copy_plan, count_promised, keep_best, load_plan
from solver.kernels.split import draw_owners, fork, join
from solver.kernels.terms import UNEVEN
from solver.oscillation import (
    LAST_WARM,
    OSCILLATING_FROM_CARRIED,
    OSCILLATING_FROM_STEPS,
    OSCILLATING_UNTIL,
    Oscillation,
)
from solver.params import SolveParams
from solver.problem import Int64, Problem
from solver.recombine import recombined
from solver.route_pool import best_columns, best_quality, demand_of, load_columns, pool_columns, present_lengths
from solver.search_field import parting_of, search_field
from solver.solution import Solution
from solver.stop import Stop, TimeLimit, Watch

Routes = tuple[tuple[int, ...], ...]
OnRoutes = Callable[[Routes, int], None]

LANES = 2

BLOCK = 1000
"""Iterations of a lane between two barriers."""

HOT, COLD = 1.4, 0.06
"""First and last temperature in mean costs of a leg."""

HOT_IN_FEW = 4.0
"""The first one where fewer vehicles come first: who was pressed into those left has a long way to a good place."""

RECOMBINE_AT = (0.5, 0.9)
"""Shares of the run at which the routes seen so far are recombined."""

RECOMBINE_FROM_S = 1.0
"""Searches given less time never recombine: each time may take as long as that (`solver.recombine`)."""

RECOMBINE_LONG_FROM_S = 40.0
"""The same when routes are long: then a pool holds too little of what is possible, and it seldom saves anything."""

LONG_ROUTE = 9
"""Requests that a vehicle carries in the mean of a plan with long routes, if more than so many."""

FLEET_UNTIL = 0.4
"""The share of the run after which nobody tries to save a vehicle any more."""

FLEET_PATIENCE = 0.25
"""It is also given up when that share and twice that of the last success have passed."""

SHARED_FROM = 6
"""With so many vehicles on the road both lanes work on one plan."""

SHARED_AT = 0.5
"""They do so from this share of the run on; before, each has a plan of its own, so that there is a choice."""

SHARE_MOST = 10
"""Routes that a lane changes in one block at most."""

POOL_WITHIN = 0.03
"""Routes of plans are remembered whose driving costs so much more than the best, in parts of it."""

SPEED_AFTER = 0.01
"""The share of the run after which its speed is known."""

EXCHANGES_FROM, EXCHANGES = 0.3, 20
"""From this share of the run on, so many times in the whole run, the better present plan replaces the worse."""


def search(problem: Problem, begin: Solution, *, params: SolveParams, watch: Watch, on_routes: OnRoutes) -> int:
    """Improve on ``begin`` until ``watch`` is over; return the iterations made, over both lanes.

    The routes told need no mending: each keeps every rule as it stands. `solver.search_field.fits_search` has to
    hold for ``problem``.
    """
    field = search_field(problem, parting=parting_of(problem, begin))
    routes = tuple(route.visits for route in begin.routes)
    room = _room(problem, routes)
    lanes = (new_lane(field, seed=(params.seed, 0), room=room), new_lane(field, seed=(params.seed, 1), room=room))
    stops, length = plan_rows(problem, routes, room=room)
    if not load_plan(field, lanes[0], stops, length):
        stops, length = plan_rows(problem, _begun(problem, routes), room=room)
        if not load_plan(field, lanes[0], stops, length):
            return 0
    base = new_lane(field, seed=(params.seed, LANES), room=room)
    for lane in (*lanes, base):
        load_plan(field, lane, stops, length)
        keep_best(lane, count_promised(field, lane))
    scale = _mean_leg(problem, field, lanes[0])
    with _threads(params.threads) as pool:
        run = _Run(field, lanes, scale, watch, on_routes, pool, base)
        run.reduce_fleet(FleetReduction(field, lanes, base, scale=scale, seed=params.seed))
        return run.to_the_end(seed=params.seed)


def recombining_at(stop: Stop, *, carried: float) -> tuple[float, ...]:
    """The shares of a run at which it recombines: by the time it was given, never by the time that has passed.

    ``carried`` is how many requests a vehicle carries in the mean.
    """
    least_s = RECOMBINE_LONG_FROM_S if carried > LONG_ROUTE else RECOMBINE_FROM_S
    given_s = [limit.seconds for limit in stop.limits if isinstance(limit, TimeLimit)]
    return () if min(given_s, default=least_s) < least_s else RECOMBINE_AT


@contextmanager
def _threads(count: int) -> Iterator[Executor]:
    with ThreadPoolExecutor(max_workers=count, thread_name_prefix="search") as pool:
        yield pool


class _Stage(Protocol):
    """What both lanes go through for a part of the run, block after block."""

    def prepare(self, share: float) -> None:
        """Between blocks: make the lanes ready for the next one, at ``share`` of the run."""
        ...

    def block(self, lane: int, iterations: int) -> None:
        """One block of one lane, while the other runs its own."""
        ...

    def finish(self) -> None:
        """Both lanes go on from the best plan."""
        ...


@dataclass
class _Run:
    """One search under way. ``base`` holds the best plan; while the lanes share one plan, that too."""

    field: Field
    lanes: tuple[Lane, Lane]
    scale: float
    watch: Watch
    on_routes: OnRoutes
    pool: Executor
    base: Lane
    steps: int = 0
    began: float = 0.0
    told_at: int = 0
    told: tuple[int, ...] = ()
    exchanged: int = 0
    recombined: int = 0
    shared: bool = False

    def reduce_fleet(self, reduction: FleetReduction) -> None:
        """Close vehicles as long as that is worth while and its share of the run lasts."""
        won_at, used = 0.0, _used(self.base)
        while reduction.possible() and not self._over_at(min(FLEET_UNTIL, FLEET_PATIENCE + 2.0 * won_at)):
            reduction.prepare()
            if _used(self.base) < used:
                won_at, used = self.watch.share(self.steps), _used(self.base)
            self._both(reduction.block)
            self._tell(at_once=False)
        reduction.finish()
        self.began = self.watch.share(self.steps)

    def _over_at(self, share: float) -> bool:
        return self.watch.over(self.steps) or self.watch.share(self.steps) >= share

    def to_the_end(self, *, seed: int) -> int:
        """Run block after block until the watch is over; return the iterations made."""
        hot, begin = HOT_IN_FEW if self.field.figure[FIGURE_FEWER] else HOT, 0.0
        steps = self._measured(hot)
        if self._enough_to_breed(steps):
            breeding = Breeding(self.field, self.lanes, scale=self.scale, seed=seed, steps=steps, block=BLOCK)
            self._go_through(breeding, BREEDING_UNTIL)
            hot, begin = CHILD_COLD, BREEDING_UNTIL
        elif self._enough_to_oscillate(steps):
            rounds = Oscillation(self.field, self.lanes, self.base, scale=self.scale, seed=seed, block=BLOCK)
            self._go_through(rounds, OSCILLATING_UNTIL)
            hot, begin = LAST_WARM, OSCILLATING_UNTIL
        while not self.watch.over(self.steps):
            share = self._share()
            cooled = max(0.0, share - begin) / (1.0 - begin)
            self._recombine(share)
            self._next_block(share, between(hot, COLD, cooled))
        self._tell(at_once=True)
        return self.steps

    def _measured(self, heat: float) -> float:
        """Run the first blocks; how many iterations of both lanes the run after fleet reduction has at their speed.

        They run as at its very beginning: nothing is exchanged or shared yet.
        """
        steps, share = self.steps, self._share()
        while not self.watch.over(self.steps) and self._share() < share + SPEED_AFTER:
            self._next_block(0.0, heat)
        return (self.steps - steps) / max(self._share() - share, 1e-9)

    def _enough_to_breed(self, steps: float) -> bool:
        """Whether the run has the steps and the plan the routes for several plans.

        Not where fewer vehicles come first: a child of two plans on the fewest vehicles leaves riders out for whom
        there is no room.
        """
        enough = steps >= BREEDING_FROM_STEPS * len(self.field.near) and _used(self.base) >= BREEDING_FROM_ROUTES
        return enough and not self.field.figure[FIGURE_FEWER]

    def _enough_to_oscillate(self, steps: float) -> bool:
        """Whether fewer vehicles come first, carry many and leave nobody out, and the run has steps for some rounds."""
        long, full = _carried(self.base) >= OSCILLATING_FROM_CARRIED, self.base.reg[REG_BEST_LEFT] == 0
        enough = steps >= OSCILLATING_FROM_STEPS * len(self.field.near)
        return enough and long and full and self.field.figure[FIGURE_FEWER] > 0

    def _share(self) -> float:
        """How much of the run after fleet reduction is over."""
        return (self.watch.share(self.steps) - self.began) / max(1e-9, 1.0 - self.began)

    def _go_through(self, stage: _Stage, until: float) -> None:
        """Block after block as ``stage`` has it, until that share of the run is over."""
        while not self.watch.over(self.steps) and self._share() < until:
            self._mark_pool()
            stage.prepare(self._share())
            self._both(stage.block)
            self._adopt()
            self._tell(at_once=False)
        stage.finish()

    def _next_block(self, share: float, heat: float) -> None:
        self._mark_pool()
        self._share_one_plan(share)
        if self.shared:
            self._shared_block(self.scale * heat)
        else:
            self._exchange(share)
            self._anneal(self.scale * heat)
            self._adopt()
        self._tell(at_once=False)

    def _share_one_plan(self, share: float) -> None:
        """Late in the run, when there are enough routes: both lanes go on from the better plan, together.

        Not where routes are weighed against each other: what two lanes save then does not add up.
        """
        apart = self.shared or share < SHARED_AT or self.field.terms.weight[UNEVEN] > 0
        if not apart and _used(self.base) >= SHARED_FROM:
            self.shared = True
            copy_plan(self.field, min(self.lanes, key=lambda lane: int(lane.reg[REG_SCORE])), self.base)

    def _mark_pool(self) -> None:
        best = int(self.base.reg[REG_BEST_COST])
        driving = best - int(self.field.vehicle[self.base.best_length > 2, VEHICLE_COST].sum())
        for lane in self.lanes:
            lane.reg[REG_POOL_BELOW] = best + int(POOL_WITHIN * driving)

    def _shared_block(self, heat: float) -> None:
        """Both lanes change routes of their own of one plan."""
        owner = np.empty(len(self.field.vehicle), dtype=np.int64)
        draw_owners(self.field, self.base, owner, SHARE_MOST)
        for mine, lane in enumerate(self.lanes):
            fork(self.field, self.base, lane, owner, mine)
        self._anneal(heat)
        join(self.field, self.base, *self.lanes, owner)

    def _adopt(self) -> None:
        for lane in self.lanes:
            adopt_best(self.base, lane)

    def _anneal(self, heat: float) -> None:
        self._both(lambda lane, iterations: anneal(self.field, self.lanes[lane], iterations, heat, heat))

    def _both(self, block: Callable[[int, int], None]) -> None:
        """One block of each lane, of so many iterations until the next barrier.

        It counts whole, also when it ended early because nobody was left out any more.
        """
        size = -(-self.watch.steps_left(self.steps, most=LANES * BLOCK) // LANES)
        for each in [self.pool.submit(block, lane, size) for lane in range(LANES)]:
            each.result()
        self.steps += size * LANES

    def _exchange(self, share: float) -> None:
        due = int(share * EXCHANGES)
        if share >= EXCHANGES_FROM and due > self.exchanged:
            self.exchanged = due
            first, second = sorted(self.lanes, key=lambda lane: int(lane.reg[REG_SCORE]))
            copy_plan(self.field, first, second)

    def _recombine(self, share: float) -> None:
        """At its shares of the run: the best plan out of the routes of both lanes replaces the worse present one."""
        due = recombining_at(self.watch.stop, carried=_carried(self.base))
        passed = sum(share >= at for at in due)
        if passed <= self.recombined:
            return
        self.recombined = passed
        present = best_columns(self.field, self.base)
        chosen = recombined(demand_of(self.field), pool_columns(self.lanes), present)
        if chosen == present:
            return
        if not load_columns(self.field, self.base, chosen):
            load_columns(self.field, self.base, present)
            return
        promised = count_promised(self.field, self.base)
        if better(self.base, promised):
            keep_best(self.base, promised)
        copy_plan(self.field, self.base, max(self.lanes, key=lambda lane: int(lane.reg[REG_SCORE])))

    def _tell(self, *, at_once: bool) -> None:
        """Hand over the best plan when it is new and some time has passed since the last."""
        if best_quality(self.base) != self.told and (at_once or self.steps - self.told_at >= self.steps // 8):
            self.told, self.told_at = best_quality(self.base), self.steps
            self.on_routes(_best_routes(self.base), self.steps)


def _used(lane: Lane) -> int:
    """Vehicles on the road in the best plan of ``lane``."""
    return int((lane.best_length > 2).sum())


def _carried(lane: Lane) -> float:
    """Requests that a vehicle on the road carries in the best plan of ``lane``, in the mean."""
    visits = lane.best_length[lane.best_length > 2] - 2
    return float(visits.mean()) / 2 if len(visits) else 0.0


def _mean_leg(problem: Problem, field: Field, lane: Lane) -> float:
    """Mean cost of a leg: of the present plan, or of the matrix when nothing is driven; at least 1."""
    length = present_lengths(lane)
    used = length > 2
    driving = int(lane.reg[REG_COST]) - int(field.vehicle[used, VEHICLE_COST].sum())
    legs = int((length[used] - 1).sum())
    return max(1.0, driving / legs if legs else float(problem.cost.mean()))


def _room(problem: Problem, begin: Routes) -> int:
    """Positions per row: twice the longest route and eight times the mean one, as far as they can be needed."""
    longest = max((len(route) for route in begin), default=0)
    usual = 8 * 2 * problem.n_requests // max(1, problem.n_vehicles)
    return min(max(2 * longest, usual, 64), 2 * problem.n_requests, NO_POSITION - 4) + 3


def _begun(problem: Problem, routes: Routes) -> Routes:
    """The routes without the requests that may still change their vehicle."""
    n = problem.n_requests
    under_way = {visit % n for visit in problem.prefix_visit.tolist()}
    return tuple(tuple(visit for visit in visits if visit % n in under_way) for visits in routes)


def plan_rows(problem: Problem, routes: Routes, *, room: int) -> tuple[Int64, Int64]:
    """Nodes (V, room) and lengths (V,) of the routes, both places of each vehicle included."""
    n, v = problem.n_requests, problem.n_vehicles
    stops = np.zeros((v, room), dtype=np.int64)
    length = np.zeros(v, dtype=np.int64)
    for vehicle, route in enumerate(routes):
        row = [2 * n + vehicle, *route, 2 * n + v + vehicle]
        stops[vehicle, : len(row)] = row
        length[vehicle] = len(row)
    return stops, length


def _best_routes(lane: Lane) -> Routes:
    return tuple(
        tuple(row[1 : length - 1]) for row, length in zip(lane.best.tolist(), lane.best_length.tolist(), strict=True)
    )
