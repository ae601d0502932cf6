"""A few plans side by side, and children of two of them: what one search finds while it is hot depends on luck.

Each lane first cools several times from the first temperature: the plans it ends with are the members. Then, again
and again, each lane anneals a child of two members (`solver.crossover`) from a middle temperature, which mends what the
exchange broke. A child better than the member it took most from replaces it, else the worst member if it beats that:
so the members get better and stay different. A memetic algorithm after Nagata & Kobayashi (2010),
https://doi.org/10.1007/978-3-642-15844-5_54, with annealing in place of their local search.
"""

from __future__ import annotations

import math

import numpy as np

from solver.crossover import crossed
from solver.kernels.anneal import anneal
from solver.kernels.field import Field
from solver.kernels.lane import Lane
from solver.kernels.plans import count_promised, keep_best
from solver.member import Member, best_member, load_member
from solver.route_pool import demand_of, load_columns

BREEDING_FROM_STEPS = 2000
"""Steps for each request that a run must have before it is worth while to share them out."""

BREEDING_FROM_ROUTES = 3
"""With fewer vehicles on the road there is nothing to exchange."""

BREEDING_UNTIL = 0.9
"""The share of the run after which there are no more children: the search goes on from the best plan."""

FEWEST_COOLINGS, MOST_COOLINGS = 2, 5
"""How often each lane cools before there are children."""

STEPS_A_COOLING = 6000
"""Between these two, it cools once for so many steps for each request that the whole run has."""

COOLED_BY = 0.25
"""The share of the run until then."""

CHILD_STEPS = 140
"""Steps of a lane for a child, for each request."""

CHILD_BLOCKS = 4
"""Blocks for a child at least: the temperature falls from one to the next."""

HOT, COOL = 1.4, 0.15
"""First and last temperature of a cooling, in mean costs of a leg."""

CHILD_WARM, CHILD_COLD = 0.35, 0.12
"""First and last temperature of a child, likewise."""

PAIRS = 20
"""Pairs of members drawn until one has a child."""


class Breeding:
    """The members, and what each lane is at."""

    def __init__(
        self, field: Field, lanes: tuple[Lane, ...], *, scale: float, seed: int, steps: float, block: int
    ) -> None:
        """Begin with the lanes as they are.

        ``scale`` is the mean cost of a leg, ``steps`` are those expected of both lanes in the whole run, ``block``
        those of one lane between two calls of `prepare`.
        """
        self._field, self._lanes, self._scale = field, lanes, scale
        self._demand = demand_of(field)
        requests = len(field.near)
        self._coolings = min(max(FEWEST_COOLINGS, int(steps / requests / STEPS_A_COOLING)), MOST_COOLINGS)
        self._child = max(CHILD_BLOCKS, round(CHILD_STEPS * requests / block))
        self._rng = np.random.default_rng((seed, len(lanes), 1))
        self.members: list[Member] = []
        self._took_from = [0] * len(lanes)
        self._cooling, self._blocks = 0, 0
        self._heat = HOT * scale

    def prepare(self, share: float) -> None:
        """Between blocks: begin what is next, and set the temperature; ``share`` of the run is over."""
        if share < COOLED_BY:
            at = share / COOLED_BY * self._coolings
            if int(at) > self._cooling:
                self._end_cooling(int(at))
            self._heat = self._scale * between(HOT, COOL, at - int(at))
            return
        if self._cooling < self._coolings:
            self._end_cooling(self._coolings)
        of_child = self._blocks % self._child
        if of_child == 0:
            self._next_children()
        self._blocks += 1
        self._heat = self._scale * between(CHILD_WARM, CHILD_COLD, of_child / (self._child - 1))

    def block(self, lane: int, iterations: int) -> None:
        """One block of one lane; safe to run beside that of the other lane."""
        anneal(self._field, self._lanes[lane], iterations, self._heat, self._heat)

    def finish(self) -> None:
        """Both lanes go on from the best member."""
        if self._cooling < self._coolings:
            self._end_cooling(self._coolings)
        self._replace()
        best = min(self.members, key=lambda member: member.quality)
        for lane in self._lanes:
            load_member(self._field, lane, best)

    def _end_cooling(self, reached: int) -> None:
        """What has cooled joins the members; coolings for which no block was left count as done."""
        self._cooling = reached
        for lane in self._lanes:
            self.members.append(best_member(self._field, lane))
            self._begin_anew(lane)

    def _next_children(self) -> None:
        self._replace()
        for at, lane in enumerate(self._lanes):
            self._took_from[at] = self._load_child(lane)
            self._begin_anew(lane)

    def _replace(self) -> None:
        """What the lanes made of their children takes its place among the members."""
        for lane, parent in zip(self._lanes if self._blocks else (), self._took_from, strict=False):
            child = best_member(self._field, lane)
            worst = max(range(len(self.members)), key=lambda at: self.members[at].quality)
            if child.quality not in [member.quality for member in self.members]:
                place = parent if child.quality < self.members[parent].quality else worst
                self.members[place] = min(child, self.members[place], key=lambda member: member.quality)

    def _load_child(self, lane: Lane) -> int:
        """Put a child on ``lane``, or a member when there is none; the number of the member it took most from."""
        for _ in range(PAIRS):
            first, second = map(int, self._rng.choice(len(self.members), 2, replace=False))
            child = crossed(self._demand, self.members[first].routes, self.members[second].routes, self._rng)
            if child is not None and load_columns(self._field, lane, list(child)):
                return first
        first = int(self._rng.integers(len(self.members)))
        load_member(self._field, lane, self.members[first])
        return first

    def _begin_anew(self, lane: Lane) -> None:
        """The best plan of a lane is that of its present child or cooling.

        What it has learnt of ways to change a plan goes on: were the least score forgotten, whichever way puts back
        those whom a child left out would be credited with all their weight.
        """
        keep_best(lane, count_promised(self._field, lane))


def between(first: float, last: float, share: float) -> float:
    """What lies at ``share`` of the way from ``first`` to ``last`` when every step is by the same factor."""
    return first * math.exp(share * math.log(last / first))
