"""Dial-a-ride instances in the manner of Cordeau, so that every measurement runs without files from elsewhere.

Recipes follow the descriptions in Cordeau & Laporte (2003), https://doi.org/10.1016/S0191-2615(02)00045-0,
and Cordeau (2006), https://doi.org/10.1287/opre.1060.0283: half of the requests are outbound and have a
window at the drop, half are inbound and have one at the pick-up; all other nodes are open all day. In the first set
people gather around seed points, with the depot in the middle of these; in the second they live anywhere in the
square. What the papers leave open (number of seed points, how quickly people thin out around them) is chosen here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.random import Generator

from benchmarks.errors import SettingsError
from benchmarks.instances.instance import Float

HALF_SIDE = 10.0
"""The square reaches from minus this to plus this on both axes."""

DAY = 1440
SEED_POINTS, THINNING = 4, 0.5
"""Points around which people gather; a spot at distance d from the nearest one is kept with probability exp(-0.5 d)."""


class Recipe(StrEnum):
    """Which published set the instance is like."""

    A_2003 = "2003a"  # narrow windows
    B_2003 = "2003b"  # wide windows
    A_2006 = "2006a"  # one person a request, small cars
    B_2006 = "2006b"  # one to six persons a request, small buses


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredients:
    """The numbers of one recipe, in the units of the files (minutes, persons)."""

    clustered: bool
    requests_per_vehicle: float
    spare_vehicles: int
    horizon: int
    capacity: int
    max_ride: int
    load_max: int
    window_min: int
    window_max: int
    service: int
    """Minutes per stop; 0: as many as people board."""


BOOK = {
    Recipe.A_2003: Ingredients(
        clustered=True, requests_per_vehicle=12, spare_vehicles=1, horizon=DAY, capacity=6, max_ride=90, load_max=1,
        window_min=15, window_max=45, service=10,
    ),
    Recipe.B_2003: Ingredients(
        clustered=True, requests_per_vehicle=12, spare_vehicles=1, horizon=DAY, capacity=6, max_ride=90, load_max=1,
        window_min=30, window_max=90, service=10,
    ),
    Recipe.A_2006: Ingredients(
        clustered=False, requests_per_vehicle=8, spare_vehicles=0, horizon=480, capacity=3, max_ride=30, load_max=1,
        window_min=15, window_max=15, service=3,
    ),
    Recipe.B_2006: Ingredients(
        clustered=False, requests_per_vehicle=8, spare_vehicles=0, horizon=480, capacity=6, max_ride=45, load_max=6,
        window_min=15, window_max=15, service=0,
    ),
}  # fmt: skip

DURATION, FIRST_WINDOW, LAST_WINDOW = 480, 60, 480
"""Longest route; earliest and latest start of a window in the first set (the end of one lies later)."""


def generate_cordeau(*, recipe: Recipe, requests: int, rng: Generator) -> str:
    """Return the text of an instance with ``requests`` requests (at least 2).

    The first set is written as published, without a last depot line and with the number of visits in the header;
    the second with both.

    Raises
    ------
    SettingsError
        Fewer than 2 requests are asked for.
    """
    if requests < 2:
        cause = f"{requests} requests are asked for."
        raise SettingsError(code="too_few_requests", item="--requests", cause=cause, action="Ask for 2 or more.")
    use = BOOK[recipe]
    spots = _clustered(requests, rng) if use.clustered else rng.uniform(-HALF_SIDE, HALF_SIDE, (2 * requests, 2))
    depot = spots.mean(axis=0) if use.clustered else np.zeros(2)
    loads = rng.integers(1, use.load_max + 1, requests)
    windows = _windows(use, requests, rng)
    vehicles = use.spare_vehicles + int(np.ceil(requests / use.requests_per_vehicle))
    count = 2 * requests if use.clustered else requests
    depot_line = _line(0, depot, 0, 0, (0, use.horizon))
    lines = [f"{vehicles} {count} {DURATION} {use.capacity} {use.max_ride}", depot_line]
    for node in range(1, 2 * requests + 1):
        persons = int(loads[(node - 1) % requests])
        load = persons if node <= requests else -persons
        lines.append(_line(node, spots[node - 1], use.service or persons, load, windows[node - 1]))
    if not use.clustered:
        lines.append(_line(2 * requests + 1, depot, 0, 0, (0, use.horizon)))
    return "\n".join(lines) + "\n"


def _clustered(requests: int, rng: Generator) -> Float:
    """Return (2 * requests, 2) spots that gather around the seed points, which are the first of them."""
    seeds = rng.uniform(-HALF_SIDE, HALF_SIDE, (min(SEED_POINTS, 2 * requests), 2))
    spots = list(seeds)
    while len(spots) < 2 * requests:
        spot = rng.uniform(-HALF_SIDE, HALF_SIDE, 2)
        nearest = float(np.hypot(*(seeds - spot).T).min())
        if rng.random() < np.exp(-THINNING * nearest):
            spots.append(spot)
    return rng.permutation(np.array(spots))


def _windows(use: Ingredients, requests: int, rng: Generator) -> list[tuple[int, int]]:
    """Return (2 * requests) windows: drops of the first half and pick-ups of the second are bound."""
    windows = [(0, DAY)] * (2 * requests)
    for request in range(requests):
        outbound = request < requests // 2
        width = int(rng.integers(use.window_min, use.window_max + 1))
        if use.clustered:
            first = int(rng.integers(FIRST_WINDOW, LAST_WINDOW + 1))
        elif outbound:
            first = int(rng.integers(60, use.horizon + 1)) - width
        else:
            first = int(rng.integers(0, use.horizon - 60 + 1))
        windows[requests + request if outbound else request] = (first, first + width)
    return windows


def _line(node: int, spot: Float, service: int, load: int, window: tuple[int, int]) -> str:
    return f"{node:4d} {spot[0]:9.3f} {spot[1]:9.3f} {service:3d} {load:3d} {window[0]:5d} {window[1]:5d}"
