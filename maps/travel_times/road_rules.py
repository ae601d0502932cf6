"""Which ways of an OpenStreetMap extract a taxi may drive, in which direction, and how fast.

Follows the tagging conventions of the OpenStreetMap wiki (Key:highway, Key:access, Key:oneway, Key:maxspeed).
Not modelled: turn restrictions, traffic lights, conditional restrictions, lanes. The speeds of the classes are
averages over a trip, so they stand for the usual stops.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class ClassSpeed(NamedTuple):
    """Vehicles average ``kmh`` (1 to 130) on ways with this value of the tag ``highway``."""

    highway: str
    kmh: float


class SpeedFactor(NamedTuple):
    """From ``start_s`` (seconds of the service day) on, all speeds are multiplied by ``factor`` (0.1 to 2)."""

    start_s: int
    factor: float


DEFAULT_SPEEDS = (
    ClassSpeed("motorway", 75.0),
    ClassSpeed("motorway_link", 40.0),
    ClassSpeed("trunk", 40.0),
    ClassSpeed("trunk_link", 30.0),
    ClassSpeed("primary", 35.0),
    ClassSpeed("primary_link", 28.0),
    ClassSpeed("secondary", 33.0),
    ClassSpeed("secondary_link", 26.0),
    ClassSpeed("tertiary", 30.0),
    ClassSpeed("tertiary_link", 24.0),
    ClassSpeed("unclassified", 24.0),
    ClassSpeed("residential", 20.0),
    ClassSpeed("living_street", 10.0),
    ClassSpeed("service", 12.0),
)
ALL_DAY = (SpeedFactor(0, 1.0),)

ACCESS_KEYS = ("psv", "motorcar", "motor_vehicle", "vehicle", "access")  # the most specific first: it decides
CLOSED = frozenset({"no", "private", "agricultural", "forestry", "military", "emergency"})
ROUND = frozenset({"roundabout", "circular"})
MPH_KMH = 1.609344
MAXSPEED = re.compile(r"(\d{1,3})(?: ?(km/h|kmh|mph))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadSettings:
    """How to read roads.

    Attributes
    ----------
    speeds : tuple of ClassSpeed
        Classes of way that may be driven; a class that is absent is closed.
    factor_by_period : tuple of SpeedFactor
        At least one; the first starts at 0; strictly increasing starts.
    access_kmh : float
        Speed of the straight last metres between a point and its nearest road, 1 to 50.
    max_snap_m : int
        A point farther than this from every road is off the network, 1 to 10,000 metres.

    Raises
    ------
    ValueError
        When a value is out of bounds; the message names it.
    """

    speeds: tuple[ClassSpeed, ...] = DEFAULT_SPEEDS
    factor_by_period: tuple[SpeedFactor, ...] = ALL_DAY
    access_kmh: float = 10.0
    max_snap_m: int = 1_000

    def __post_init__(self) -> None:
        for highway, kmh in self.speeds:
            if not 1 <= kmh <= 130:
                raise ValueError(f"speed of {highway} must be 1 to 130 km/h, got {kmh}")
        if len({speed.highway for speed in self.speeds}) != len(self.speeds):
            raise ValueError("each highway class has one speed")
        check_factors(self.factor_by_period)
        if not 1 <= self.access_kmh <= 50:
            raise ValueError(f"access_kmh must be 1 to 50, got {self.access_kmh}")
        if not 1 <= self.max_snap_m <= 10_000:
            raise ValueError(f"max_snap_m must be 1 to 10000, got {self.max_snap_m}")


def check_factors(factors: tuple[SpeedFactor, ...]) -> None:
    """Raise ``ValueError`` unless the factors start at 0, in strictly increasing order, each 0.1 to 2."""
    starts = [factor.start_s for factor in factors]
    if not starts or starts[0] != 0 or starts != sorted(set(starts)):
        raise ValueError(f"factor_by_period must start at 0 and increase strictly, got starts {starts}")
    for start_s, factor in factors:
        if not 0.1 <= factor <= 2:
            raise ValueError(f"speed factor must be 0.1 to 2, got {factor} from {start_s} s")


class Drive(NamedTuple):
    """How a way may be driven."""

    kmh: float
    forward: bool
    backward: bool


NOT_DRIVEN = Drive(kmh=0.0, forward=False, backward=False)


def drive(tags: Mapping[str, str], *, kmh_by_class: Mapping[str, float]) -> Drive:
    """Return speed and directions of a way with these tags, `NOT_DRIVEN` when it is closed.

    Toll roads are closed, as are areas and ways whose direction changes with the hour.
    """
    kmh = kmh_by_class.get(tags.get("highway", ""), 0.0)
    if not kmh or tags.get("area") == "yes" or tags.get("toll") == "yes" or not _open(tags):
        return NOT_DRIVEN
    forward, backward = _directions(tags)
    limit = MAXSPEED.fullmatch(tags.get("maxspeed", ""))
    if limit and int(limit[1]) > 0:
        kmh = min(kmh, int(limit[1]) * (MPH_KMH if limit[2] == "mph" else 1.0))
    return Drive(kmh=kmh, forward=forward, backward=backward)


def _open(tags: Mapping[str, str]) -> bool:
    stated = (tags[key] for key in ACCESS_KEYS if key in tags)
    return next(stated, "yes") not in CLOSED


def _directions(tags: Mapping[str, str]) -> tuple[bool, bool]:
    implied = tags.get("highway") == "motorway" or tags.get("junction") in ROUND
    stated = tags.get("oneway", "yes" if implied else "no")
    if stated in {"yes", "true", "1"}:
        return True, False
    if stated in {"-1", "reverse"}:
        return False, True
    if stated in {"reversible", "alternating"}:
        return False, False
    return True, True
