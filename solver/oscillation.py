"""Few vehicles leave no way from one full plan to another: absences are cheap for a while, then pressed in again.

Where fewer vehicles come first, hardly anybody can move while everybody has to be served: such a search stays near the
plan it was pressed into, however hot it is. So each lane goes round and round: from its plan it first anneals with
absences that weigh a few legs (slack), then whoever is out weighs more with every iteration until nobody is (press),
then the full plan cools (cool); it goes on from that one if it is good enough. A strategic oscillation after
Glover (1977), https://doi.org/10.1111/j.1540-5915.1977.tb01074.x, with the absence counters of
`solver.kernels.ejection` for the way back.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from solver.breeding import between
from solver.kernels.anneal import anneal
from solver.kernels.ejection import open_vehicles
from solver.kernels.field import VEHICLE_COST, Field
from solver.kernels.lane import (
    FLEET_CLOSED,
    REG_BANK,
    REG_LEARNED,
    REG_POOL_BELOW,
    REG_PRESS,
    Lane,
)
from solver.kernels.plans import count_promised, keep_best
from solver.member import Member, best_member, load_member
from solver.route_pool import present_lengths

OSCILLATING_FROM_STEPS = 3000
"""Steps for each request that a run must have before it is worth while to go round."""

OSCILLATING_FROM_CARRIED = 7
"""Requests for each vehicle, in the mean, from which routes are long enough for nobody to find a way."""

OSCILLATING_UNTIL = 0.85
"""The share of the run after which nobody goes round any more: the search goes on from the best plan."""

LAST_WARM = 0.5
"""Temperature from which it cools then, in mean costs of a leg."""

ABSENCE = (2.0, 8.0)
"""What an absence weighs at least and at most while there is slack, in mean costs of a leg; each round by lot."""

PRESSED_BY = 0.2
"""What each iteration adds to that for whoever it leaves out, likewise."""

SLACK_STEPS, PRESS_STEPS, COOL_STEPS = 80, 300, 200
"""Steps of a lane in each part of a round, for each request; those of the press at most."""

WARM, COOL, PRESS_HEAT = 1.0, 0.15, 0.5
"""First temperature, also that of slack, last temperature, and that of the press, in mean costs of a leg."""

WORSE = 0.02
"""A lane goes on from a plan that costs so much more driving than the one before at most, in parts of it."""

TOGETHER_FROM = 0.5
"""From this share of all rounds on, both lanes begin a round from the better plan of theirs."""


class Part(Enum):
    """What a lane is at in its round."""

    SLACK = auto()
    PRESS = auto()
    COOL = auto()


@dataclass(slots=True)
class _Round:
    """Where a lane is in its round: how many blocks of the part it has made, and the plan it began with."""

    home: Member
    part: Part = Part.SLACK
    blocks: int = 0


class Oscillation:
    """The rounds of each lane, from plans on which nobody is left out."""

    def __init__(
        self, field: Field, lanes: tuple[Lane, ...], base: Lane, *, scale: float, seed: int, block: int
    ) -> None:
        """Begin with the best plan of ``base``, which serves everybody.

        ``scale`` is the mean cost of a leg, ``block`` the steps of a lane between two calls of `prepare`.
        """
        self._field, self._lanes, self._base, self._scale = field, lanes, base, scale
        requests = len(field.near)
        self._most = {
            part: max(2, round(steps * requests / block))
            for part, steps in ((Part.SLACK, SLACK_STEPS), (Part.PRESS, PRESS_STEPS), (Part.COOL, COOL_STEPS))
        }
        self._rng = np.random.default_rng((seed, len(lanes), 2))
        self.rounds = [_Round(home=best_member(field, base)) for _ in lanes]
        for lane, turn in zip(lanes, self.rounds, strict=True):
            self._begin(lane, turn, 0.0)

    def prepare(self, share: float) -> None:
        """Between blocks: whoever has ended a part of its round begins the next; ``share`` of the run is over."""
        for lane, turn in zip(self._lanes, self.rounds, strict=True):
            self._go_on(lane, turn, share / OSCILLATING_UNTIL)
            if turn.part is not Part.COOL:
                self._close_empty(lane)
            turn.blocks += 1

    def block(self, lane: int, iterations: int) -> None:
        """One block of one lane; safe to run beside that of the other lane."""
        turn, heat = self.rounds[lane], self._scale * self._heat(self.rounds[lane])
        if turn.part is not Part.COOL:
            self._lanes[lane].reg[REG_POOL_BELOW] = 0
        anneal(self._field, self._lanes[lane], iterations, heat, heat)

    def finish(self) -> None:
        """Both lanes go on from the best plan of ``base``."""
        best = best_member(self._field, self._base)
        for lane in self._lanes:
            self._load(lane, best)

    def _heat(self, turn: _Round) -> float:
        if turn.part is Part.COOL:
            return between(WARM, COOL, (turn.blocks - 1) / (self._most[Part.COOL] - 1))
        return WARM if turn.part is Part.SLACK else PRESS_HEAT

    def _go_on(self, lane: Lane, turn: _Round, share: float) -> None:
        over = turn.blocks >= self._most[turn.part]
        if turn.part is Part.COOL:
            if over:
                self._choose_home(lane, turn, share)
                self._begin(lane, turn, share)
        elif turn.part is Part.PRESS and over and lane.reg[REG_BANK]:
            self._begin(lane, turn, share)
        elif (turn.part is Part.PRESS or over) and lane.reg[REG_BANK] == 0:
            self._weigh_as_told(lane)
            turn.part, turn.blocks = Part.COOL, 0
        elif turn.part is Part.SLACK and over:
            lane.reg[REG_PRESS] = max(1, int(PRESSED_BY * self._scale))
            turn.part, turn.blocks = Part.PRESS, 0

    def _choose_home(self, lane: Lane, turn: _Round, share: float) -> None:
        """The plan that cooled takes the place of the one before if it costs little more; less and less so."""
        new = best_member(self._field, lane)
        vehicles = int(self._field.vehicle[lane.best_length > 2, VEHICLE_COST].sum())
        spare = WORSE * max(0.0, 1.0 - share) * float(self._rng.random()) * (new.quality[2] - vehicles)
        if new.quality[:2] == turn.home.quality[:2] and new.quality[2] < turn.home.quality[2] + int(spare):
            turn.home = new

    def _begin(self, lane: Lane, turn: _Round, share: float) -> None:
        """A new round from home: absences are cheap."""
        if share >= TOGETHER_FROM:
            turn.home = min((each.home for each in self.rounds), key=lambda home: home.quality)
        self._load(lane, turn.home)
        lane.weight[:] = max(1, int(between(*ABSENCE, float(self._rng.random())) * self._scale))
        turn.part, turn.blocks = Part.SLACK, 0

    def _close_empty(self, lane: Lane) -> None:
        """No vehicle more goes out: a place in an empty one would keep whoever is out from being pressed."""
        lane.fleet[:, FLEET_CLOSED] = present_lengths(lane) == 2

    def _load(self, lane: Lane, member: Member) -> None:
        load_member(self._field, lane, member)
        self._weigh_as_told(lane)

    def _weigh_as_told(self, lane: Lane) -> None:
        """Absences weigh what the problem says, vehicles are open; the best plan of the lane is its present one.

        Nobody is out now, so that no way to change a plan is credited with having put anybody back.
        """
        open_vehicles(self._field, lane)
        lane.reg[REG_LEARNED] = 0
        keep_best(lane, count_promised(self._field, lane))
