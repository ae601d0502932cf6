"""Which tags open a way, in which direction, at what speed."""

from __future__ import annotations

import pytest

from maps.travel_times.road_rules import ClassSpeed, Drive, RoadSettings, SpeedFactor, drive

SPEEDS = {"residential": 20.0, "primary": 40.0, "motorway": 75.0}
BOTH, AHEAD, BACK, NONE = (True, True), (True, False), (False, True), (False, False)


def _driven(**tags: str) -> Drive:
    return drive({key.replace("__", ":"): value for key, value in tags.items()}, kmh_by_class=SPEEDS)


@pytest.mark.parametrize(
    ("tags", "directions"),
    [
        ({"highway": "residential"}, BOTH),
        ({"highway": "residential", "oneway": "yes"}, AHEAD),
        ({"highway": "residential", "oneway": "1"}, AHEAD),
        ({"highway": "residential", "oneway": "-1"}, BACK),
        ({"highway": "residential", "oneway": "alternating"}, NONE),
        ({"highway": "residential", "junction": "roundabout"}, AHEAD),
        ({"highway": "residential", "junction": "roundabout", "oneway": "no"}, BOTH),
        ({"highway": "motorway"}, AHEAD),
        ({"highway": "footway"}, NONE),
        ({"building": "yes"}, NONE),
        ({"highway": "residential", "area": "yes"}, NONE),
        ({"highway": "motorway", "toll": "yes"}, NONE),
        ({"highway": "residential", "access": "private"}, NONE),
        ({"highway": "residential", "access": "no", "motor_vehicle": "destination"}, BOTH),
        ({"highway": "residential", "motor_vehicle": "no", "psv": "yes"}, BOTH),
        ({"highway": "residential", "access": "yes", "motorcar": "no"}, NONE),
    ],
)
def test_who_may_drive_where(tags: dict[str, str], directions: tuple[bool, bool]) -> None:
    """One-way signs, implied one-ways, closed classes; the most specific access tag decides."""
    driven = _driven(**tags)
    assert (driven.forward, driven.backward) == directions


@pytest.mark.parametrize(
    ("maxspeed", "kmh"),
    [("30", 30.0), ("20 mph", 32.18688), ("100", 40.0), ("walk", 40.0), ("none", 40.0), ("0", 40.0), ("30 km/h", 30.0)],
)
def test_a_sign_slows_down_and_never_speeds_up(maxspeed: str, kmh: float) -> None:
    """The speed is the class's average, or the posted limit when that is lower; an unreadable sign is ignored."""
    assert _driven(highway="primary", maxspeed=maxspeed).kmh == pytest.approx(kmh)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"speeds": (ClassSpeed("primary", 0.5),)}, "primary must be 1 to 130 km/h, got 0.5"),
        ({"speeds": (ClassSpeed("primary", 30), ClassSpeed("primary", 40))}, "one speed"),
        ({"factor_by_period": ()}, "must start at 0"),
        ({"factor_by_period": (SpeedFactor(60, 1.0),)}, "must start at 0"),
        ({"factor_by_period": (SpeedFactor(0, 1.0), SpeedFactor(60, 3.0))}, "0.1 to 2, got 3.0 from 60 s"),
        ({"access_kmh": 0.0}, "access_kmh"),
        ({"max_snap_m": 0}, "max_snap_m"),
    ],
)
def test_settings_out_of_bounds_are_named(changes: dict[str, object], words: str) -> None:
    """Each setting has bounds, and the message says which was broken by what."""
    with pytest.raises(ValueError, match=words):
        RoadSettings(**changes)  # type: ignore[arg-type]
