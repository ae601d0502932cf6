"""Travel times without any road data: straight distance × detour factor ÷ speed of the hour."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from maps.geo import LatLon, straight_line_matrix_m
from maps.travel_times.protocol import TravelTable
from maps.travel_times.rounding import frozen, rounded_up


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedPeriod:
    """From ``start_s`` (seconds of the service day) on, vehicles average ``kmh`` (1 to 130) along the road."""

    start_s: int
    kmh: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GreatCircleTimes:
    """Estimates that need no road data and no network.

    With the straight distance ``d`` metres, the detour factor ``c`` and the speed ``v_k`` km/h of period ``k``

        distance_m = ceil(c d),    travel_s[k] = ceil(3.6 c d / v_k)                                  (1)

    ``d`` is an exact metric and rounding up keeps the triangle inequality, so calling at one more point
    never makes a trip shorter. How detour factors are measured: R. H. Ballou, H. Rahardja and N. Sakai (2002),
    "Selected country circuity factors for road travel distance estimation", Transportation Research A 36.

    Attributes
    ----------
    detour_factor : float
        Road distance ÷ straight distance, 1 to 5.
    speed_by_period : tuple of SpeedPeriod
        At least one; the first starts at 0; strictly increasing starts.
    digest : str
        Of both, worked out once: each call asks for it several times.

    Raises
    ------
    ValueError
        When a factor, a speed or a start is out of bounds; the message names it.
    """

    detour_factor: float
    speed_by_period: tuple[SpeedPeriod, ...]
    digest: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = [period.start_s for period in self.speed_by_period]
        if not 1 <= self.detour_factor <= 5:
            raise ValueError(f"detour_factor must be 1 to 5, got {self.detour_factor}")
        if not starts or starts[0] != 0:
            raise ValueError(f"the first speed period must start at 0 s, got {starts[:1]}")
        if any(later <= earlier for earlier, later in itertools.pairwise(starts)):
            raise ValueError(f"speed periods must start in strictly increasing order, got {starts}")
        for period in self.speed_by_period:
            if not 1 <= period.kmh <= 130:
                raise ValueError(f"speed must be 1 to 130 km/h, got {period.kmh} from {period.start_s} s")
        speeds = ";".join(f"{period.start_s}:{period.kmh!r}" for period in self.speed_by_period)
        told = f"great_circle/1;{self.detour_factor!r};{speeds}"
        object.__setattr__(self, "digest", hashlib.sha256(told.encode()).hexdigest())

    @property
    def name(self) -> str:
        return "great_circle"

    def table(self, points: Sequence[LatLon]) -> TravelTable:
        """Return the estimates of (1) for all pairs; symmetric in every period."""
        road_m = self.detour_factor * straight_line_matrix_m(origins=points, destinations=points)
        seconds_per_m = np.array([3.6 / period.kmh for period in self.speed_by_period])
        return TravelTable(
            travel_s=rounded_up(seconds_per_m[:, None, None] * road_m, points=points),  # (1)
            distance_m=rounded_up(road_m, points=points),  # (1)
            period_start_s=frozen(np.array([period.start_s for period in self.speed_by_period], dtype=np.int64)),
        )

    def path(self, *, origin: LatLon, destination: LatLon) -> tuple[LatLon, ...]:
        """Return the straight line: no road is known."""
        return (origin, destination)
