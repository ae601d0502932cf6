"""Where people live and where they go: homes around town centres, destinations by nearness and attraction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from dispatch.model.catalog import Place
from maps.geo import Boundary, LatLon, contains, distance_matrix_m
from sample_data.dice import Dice

METRES_PER_DEGREE_LAT = 111_000.0
METRES_PER_DEGREE_LON = 89_500.0  # at 36.4° N
URBAN_SPREAD_M = 200.0
RURAL_SPREAD_M = 420.0
RURAL_WEIGHT = 0.6  # of a 大字 against a 丁目
ELDERLY_RURAL_FACTOR = 1.4  # farm villages are older
NEARNESS_KM = 9.0  # distance at which a destination loses a factor e; tuned to a mean road trip of 5 km
DETOUR = 1.3
MEAN_KMH = 28.0
HOME_BLOCKS = 30
HOME_DOORS = 12

ATTRACTION = {
    "HO04": 8.0,  # the university hospital
    "HO01": 4.0,
    "HO03": 4.0,
    "HO05": 3.0,
    "HO02": 1.5,
    "HO06": 1.5,
    "SH01": 2.0,
    "PO01": 2.0,
    "ST04": 0.3,
    "ST05": 0.3,
    "ST06": 0.3,
    "ST07": 0.2,
}
"""How much a destination draws against an ordinary one of its category."""

CATEGORIES_OF_PURPOSE = {
    "medical": ("hospital", "clinic"),
    "shopping": ("shopping",),
    "welfare": ("welfare", "community", "culture", "sports", "public_office"),
    "station": ("station",),
    "other": ("school", "child", "public_office"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Destinations:
    """Public places that serve one purpose, where they are, and how much each draws."""

    places: tuple[Place, ...]
    points: tuple[LatLon, ...]
    weights: tuple[float, ...]

    def pick(self, dice: Dice, *, home: LatLon) -> Place:
        """A destination by gravity: weight times ``exp(-distance / NEARNESS_KM)``."""
        return dice.pick(self.places, _pulls(home, self.points, self.weights))


@cache
def _pulls(home: LatLon, points: tuple[LatLon, ...], weights: tuple[float, ...]) -> tuple[float, ...]:
    """How much each point draws somebody who lives at ``home``: worked out once, however often they go out."""
    metres = distance_matrix_m(origins=(home,), destinations=points)[0]
    return tuple(
        weight * math.exp(-float(far_m) / 1000 / NEARNESS_KM) for weight, far_m in zip(weights, metres, strict=True)
    )


def destinations(places: Sequence[Place], *, purpose: str) -> Destinations:
    fitting = tuple(place for place in places if place.category in CATEGORIES_OF_PURPOSE[purpose])
    return Destinations(
        places=fitting,
        points=tuple(LatLon(place.lat, place.lon) for place in fitting),
        weights=tuple(ATTRACTION.get(place.id, 1.0) for place in fitting),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where somebody lives: a point, and the town centre it was scattered around."""

    at: LatLon
    town: Place

    def address(self, *, number: int) -> str:
        """An address that says itself that it is made up, the ``number``-th: the town is real, the numbers are not."""
        block, door = number * 7 % HOME_BLOCKS + 1, number * 5 % HOME_DOORS + 1
        return f"{self.town.address}（見本）{block}-{door}"


def home_near(dice: Dice, towns: Sequence[Place], *, boundary: Boundary, elderly: bool) -> Home:
    """A home scattered around a town centre, inside the city, rounded to four decimals (11 m)."""
    rural = RURAL_WEIGHT * (ELDERLY_RURAL_FACTOR if elderly else 1.0)
    town = dice.pick(towns, [1.0 if _urban(town) else rural for town in towns])
    spread_m = URBAN_SPREAD_M if _urban(town) else RURAL_SPREAD_M
    while True:
        north_m, east_m = dice.normal(mean=0, sd=spread_m), dice.normal(mean=0, sd=spread_m)
        home = LatLon(
            round(town.lat + north_m / METRES_PER_DEGREE_LAT, 4),
            round(town.lon + east_m / METRES_PER_DEGREE_LON, 4),
        )
        if contains(boundary, point=home):
            return Home(at=home, town=town)


@cache
def direct_s(*, origin: LatLon, destination: LatLon) -> int:
    """Seconds of the direct drive, about: straight line × detour at the mean speed."""
    metres = float(distance_matrix_m(origins=(origin,), destinations=(destination,))[0, 0])
    return round(metres * DETOUR / (MEAN_KMH / 3.6))


def _urban(town: Place) -> bool:
    return town.name.endswith("丁目")
