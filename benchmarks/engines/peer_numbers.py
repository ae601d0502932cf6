"""An instance in the whole numbers of engines that calculate in integers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.instances import Instance
from benchmarks.instances.convert import down, up
from benchmarks.instances.instance import Objective

SCALE = 10_000
"""Parts of a unit of the file; whole instances stay as they are."""

Int = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerNumbers:
    """Times and costs in whole parts of a unit, by node; rounded so that what keeps them keeps the file's rules.

    ``vehicle_cost`` outweighs all driving where vehicles count first, else it is 0. ``shifts`` holds the earliest
    start and the latest end of each vehicle for engines that cannot bound the length of a route: where the file bounds
    it, shifts of just that length spread evenly over the time in which anybody can be served.
    """

    scale: int
    travel: Int
    earliest: Int
    latest: Int
    service: Int
    max_duration: int
    vehicles: int
    vehicle_cost: int
    shifts: tuple[tuple[int, int], ...]

    @property
    def possible(self) -> bool:
        """No window is empty."""
        return bool(np.all(self.earliest <= self.latest))


def peer_numbers(instance: Instance) -> PeerNumbers:
    """Return the numbers of an instance (travel times and costs are the same in all families read here)."""
    scale = 1 if bool(np.all(instance.travel == np.floor(instance.travel))) else SCALE
    travel, vehicles = up(instance.travel, scale), min(instance.vehicles_max, instance.n_requests)
    longest = int(travel.max(axis=1).sum()) + vehicles * int(travel[instance.start].max()) + 1
    return PeerNumbers(
        scale=scale,
        travel=travel,
        earliest=up(instance.earliest, scale),
        latest=down(instance.latest, scale),
        service=up(instance.service, scale),
        max_duration=int(down(np.array([min(instance.max_duration, instance.horizon)]), scale)[0]),
        vehicles=vehicles,
        vehicle_cost=longest if instance.objective is Objective.FLEET_THEN_DISTANCE else 0,
        shifts=_shifts(instance, scale),
    )


def _shifts(instance: Instance, scale: int) -> tuple[tuple[int, int], ...]:
    vehicles = min(instance.vehicles_max, instance.n_requests)
    opens = float((instance.earliest[instance.pickup] - instance.travel[instance.start, instance.pickup]).min())
    drops = instance.drop
    closes = float((instance.latest[drops] + instance.service[drops] + instance.travel[drops, instance.end]).max())
    opens, closes = max(opens, float(instance.earliest[instance.start])), min(closes, float(instance.latest.max()))
    length = min(instance.max_duration, closes - opens)
    begins = np.linspace(opens, closes - length, vehicles)
    return tuple(zip(up(begins, scale).tolist(), down(begins + length, scale).tolist(), strict=True))
