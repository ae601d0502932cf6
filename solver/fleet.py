"""Fewer vehicles first: close one, press its requests into the others, and begin again from there.

Both lanes try at once, each with a vehicle of its own; the first to serve everybody sets the new plan for both.
"""

from __future__ import annotations

import numpy as np

from solver.kernels.anneal import anneal
from solver.kernels.ejection import close_vehicle, open_vehicles
from solver.kernels.field import FIGURE_FEWER, VEHICLE_LOCKED, Field
from solver.kernels.lane import REG_BANK, REG_COST, Lane
from solver.kernels.plans import copy_plan
from solver.problem import Int64
from solver.route_pool import present_lengths

PATIENCE = 40
"""Blocks of one lane on one vehicle before it tries another."""

HEAT = 0.5
"""Temperature meanwhile, in mean costs of a leg."""

CANDIDATES = 3
"""A vehicle to close is drawn by lot among so many with the fewest requests."""


HEAVIEST = 2**42
"""Most that one absence may weigh, so that the weights of a whole attempt stay within int64."""


class FleetReduction:
    """The state of the reduction: which lane tries what, from which plan.

    The plan to fall back on is kept in ``base``, a lane that does not search.
    """

    def __init__(self, field: Field, lanes: tuple[Lane, ...], base: Lane, *, scale: float, seed: int) -> None:
        """Begin with the plan of ``lanes``; ``scale`` is the mean cost of a leg."""
        self._field = field
        self._heat = HEAT * scale
        self._lanes = lanes
        self._base = base
        self._rng = np.random.default_rng((seed, len(lanes)))
        self._left = [0] * len(lanes)
        copy_plan(field, lanes[0], base)

    def block(self, lane: int, iterations: int) -> None:
        """One block of one lane; safe to run beside that of the other lane."""
        anneal(self._field, self._lanes[lane], iterations, self._heat, self._heat)

    def prepare(self) -> None:
        """Between blocks: take over a success, and give every lane that needs one a vehicle to close."""
        served = [lane for lane in range(len(self._lanes)) if self._left[lane] and not self._lanes[lane].reg[REG_BANK]]
        if served:
            open_vehicles(self._field, self._lanes[served[0]])
            copy_plan(self._field, self._lanes[served[0]], self._base)
            self._left = [0] * len(self._lanes)
        taken: set[int] = set()
        for index, lane in enumerate(self._lanes):
            if self._left[index] == 0:
                self._begin(lane, taken)
                self._left[index] = PATIENCE
            self._left[index] -= 1

    def finish(self) -> None:
        """Every lane goes on from the best plan found."""
        for lane in self._lanes:
            open_vehicles(self._field, lane)
            copy_plan(self._field, self._base, lane)

    def possible(self) -> bool:
        """Whether there is a vehicle that could be closed."""
        return self._field.figure[FIGURE_FEWER] > 0 and self._base.reg[REG_BANK] == 0 and len(self._closable()) > 0

    def _begin(self, lane: Lane, taken: set[int]) -> None:
        open_vehicles(self._field, lane)
        copy_plan(self._field, self._base, lane)
        free = [vehicle for vehicle in self._closable()[:CANDIDATES].tolist() if vehicle not in taken]
        vehicle = int(self._rng.choice(free or self._closable()[:1]))
        taken.add(vehicle)
        close_vehicle(self._field, lane, vehicle, min(4 * int(self._base.reg[REG_COST]), HEAVIEST))

    def _closable(self) -> Int64:
        """Used vehicles without locked visits, those with the fewest visits first."""
        length = present_lengths(self._base)
        free: Int64 = np.flatnonzero((length > 2) & (self._field.vehicle[:, VEHICLE_LOCKED] == 0))
        return free[np.argsort(length[free], kind="stable")]
