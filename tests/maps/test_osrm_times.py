"""The router over HTTP, played by a transport that knows OSRM's protocol; the router itself is not ours."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import numpy as np
import pytest

from maps.errors import PointOffNetwork, RouterUnavailable
from maps.geo import LatLon
from maps.travel_times.cached import CachedTimes
from maps.travel_times.fallback import FallbackTimes
from maps.travel_times.great_circle import GreatCircleTimes, SpeedPeriod
from maps.travel_times.osrm import OsrmSettings, OsrmTimes
from maps.travel_times.road_rules import SpeedFactor

POINTS = tuple(LatLon(36.30 + 0.01 * n, 139.80 + 0.002 * n) for n in range(7))
GUESS = GreatCircleTimes(detour_factor=1.3, speed_by_period=(SpeedPeriod(start_s=0, kmh=30.0),))
Answer = Callable[[httpx.Request], httpx.Response]


class Router:
    """Plays OSRM on a plane where a degree is 10,000 s and 100,000 m, and going east costs 0.4 s more."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        service, _, _, line = request.url.path.strip("/").split("/")
        at = np.array([[float(part) for part in pair.split(",")] for pair in line.split(";")])
        self.sizes.append(len(at))
        if service == "route":
            middle = [139.81, 36.35]
            way = {"geometry": {"coordinates": [at[0].tolist(), middle, at[1].tolist()]}, "legs": []}
            return httpx.Response(200, json={"code": "Ok", "routes": [way], "waypoints": []})
        rows, columns = (
            at[[int(index) for index in request.url.params[key].split(";")]] for key in ("sources", "destinations")
        )
        degrees = np.abs(rows[:, None, :] - columns[None, :, :]).sum(axis=2)
        seconds = np.rint(degrees * 1e4)
        east = 0.4 * (columns[None, :, 0] > rows[:, None, 0])
        found = {"code": "Ok", "durations": (seconds + east).tolist(), "distances": (10 * seconds).tolist()}
        return httpx.Response(200, json={**found, "sources": [{"distance": 3.5, "name": ""}] * len(rows)})


def _times(answer: Answer, *, max_points_per_call: int = 100, rush: float = 0.5) -> OsrmTimes:
    settings = OsrmSettings(
        base_url="http://router.test/",
        data_label="2026-11",
        factor_by_period=(SpeedFactor(0, 1.0), SpeedFactor(28_800, rush)),
        max_points_per_call=max_points_per_call,
    )
    return OsrmTimes(settings, client=httpx.Client(transport=httpx.MockTransport(answer)))


def _says(status: int, body: object) -> Answer:
    return lambda _: httpx.Response(status, content=json.dumps(body).encode())


def test_a_table_is_the_routers_rounded_up() -> None:
    """0.012 degrees are 120 s and 1,200 m; 120.4 s eastwards become 121, and 240.8 s at half the speed 241."""
    table = _times(Router()).table(POINTS[:2])
    assert table.travel_s.tolist() == [[[0, 121], [120, 0]], [[0, 241], [240, 0]]]
    assert table.distance_m.tolist() == [[0, 1200], [1200, 0]]
    assert table.period_start_s.tolist() == [0, 28_800]


@pytest.mark.parametrize("limit", [2, 4, 6, 100])
def test_blocks_make_the_same_table(limit: int) -> None:
    """However few points the server takes at once, the table is the same and no request is above the limit."""
    router = Router()
    table = _times(router, max_points_per_call=limit).table(POINTS)
    whole = _times(Router()).table(POINTS)
    assert all(np.array_equal(mine, theirs) for mine, theirs in zip(table, whole, strict=True))
    assert max(router.sizes) <= limit


def test_a_way_runs_from_point_to_point() -> None:
    """GeoJSON has longitude first; the line has the asked points at its ends."""
    line = _times(Router()).path(origin=POINTS[0], destination=POINTS[3])
    assert (line[0], line[-1]) == (POINTS[0], POINTS[3])
    assert LatLon(36.35, 139.81) in line


def _refuses(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("Connection refused", request=request)


def _is_slow(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("timed out", request=request)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (_refuses, "Connection refused"),
        (_is_slow, "timed out"),
        (_says(502, "Bad gateway"), "status 502"),
        (_says(200, {"code": "Ok"}), "not OSRM's"),
        (_says(400, {"code": "TooBig", "message": "Too many table coordinates"}), "TooBig Too many"),
        (_says(200, {"code": "Ok", "durations": [[0]], "distances": [[0]], "sources": []}), "another size"),
        (
            _says(
                200,
                {"code": "Ok", "durations": [[0, -1], [1, 0]], "distances": [[0, 1], [1, 0]]}
                | {"sources": [{"distance": 0}] * 2},
            ),
            "negative",
        ),
        (_says(200, {"code": "Ok", "durations": [[0], [1, 2]], "distances": [[0]], "sources": []}), "another size"),
    ],
)
def test_a_router_that_is_away_or_talks_nonsense_says_so(answer: Answer, words: str) -> None:
    """Each way of failing is one clear error with what to do about it."""
    with pytest.raises(RouterUnavailable, match=words) as caught:
        _times(answer).table(POINTS[:2])
    assert caught.value.code == "router_unavailable"
    assert "address in the settings" in caught.value.action


@pytest.mark.parametrize(
    "body",
    [
        {"code": "NoSegment", "message": "Could not find a matching segment"},
        {"code": "Ok", "durations": [[0, None], [None, 0]], "distances": [[0, None], [None, 0]]}
        | {"sources": [{"distance": 0}, {"distance": 0}]},
        {"code": "Ok", "durations": [[0, 1], [1, 0]], "distances": [[0, 1], [1, 0]]}
        | {"sources": [{"distance": 0}, {"distance": 1_001}]},
    ],
)
def test_a_point_without_a_road_is_not_an_absent_router(body: object) -> None:
    """No segment, no way between, or a road too far away: the point is at fault, so nothing falls back."""
    with pytest.raises(PointOffNetwork):
        _times(_says(200, body)).table(POINTS[:2])


def test_the_fallback_is_announced_once_and_stays() -> None:
    """Away on the first call: said once; later answers, digest and name are the fallback's until resumed."""
    router, heard = [_refuses], list[str]()
    primary = _times(lambda request: router[0](request))
    times = FallbackTimes(primary=primary, fallback=GUESS, announce=lambda error: heard.append(error.code))
    assert times.digest == primary.digest
    assert np.array_equal(times.table(POINTS).travel_s, GUESS.table(POINTS).travel_s)
    router[0] = Router()
    assert times.path(origin=POINTS[0], destination=POINTS[1]) == (POINTS[0], POINTS[1])
    assert (heard, times.digest, times.name) == (["router_unavailable"], GUESS.digest, "great_circle")
    times.resume()
    assert np.array_equal(times.table(POINTS).travel_s, primary.table(POINTS).travel_s)
    assert times.name == "osrm"


def test_a_point_off_the_network_is_never_guessed() -> None:
    """The fallback answers for an absent router, not for a wrong point."""
    heard = list[RouterUnavailable]()
    times = FallbackTimes(primary=_times(_says(400, {"code": "NoSegment"})), fallback=GUESS, announce=heard.append)
    with pytest.raises(PointOffNetwork):
        times.path(origin=POINTS[0], destination=POINTS[1])
    assert heard == []


def test_a_kept_table_is_not_asked_for_again() -> None:
    """The same points are answered from memory; other points, or one too many tables ago, are asked for."""
    router = Router()
    times = CachedTimes(_times(router), max_tables=2)
    first = times.table(POINTS[:3])
    assert times.table(list(POINTS[:3])) is first
    assert len(router.sizes) == 1
    times.table(POINTS[:4])
    times.table(POINTS[:5])
    assert np.array_equal(times.table(POINTS[:3]).travel_s, first.travel_s)
    assert len(router.sizes) == 4
    assert times.path(origin=POINTS[0], destination=POINTS[1]) is times.path(origin=POINTS[0], destination=POINTS[1])


def test_a_table_is_not_kept_across_a_change_of_source() -> None:
    """Each source's tables are kept under its own digest; the router's are known again when it is resumed."""
    router: list[Answer] = [Router()]
    inner = FallbackTimes(primary=_times(lambda r: router[0](r)), fallback=GUESS, announce=lambda _: None)
    times = CachedTimes(inner)
    routed = times.table(POINTS)
    router[0] = _refuses
    assert np.array_equal(times.table(POINTS[:2]).travel_s, GUESS.table(POINTS[:2]).travel_s)
    assert np.array_equal(times.table(POINTS).travel_s, GUESS.table(POINTS).travel_s)
    inner.resume()
    assert times.table(POINTS) is routed


@pytest.mark.parametrize("changes", [{"max_points_per_call": 1}, {"timeout_s": 0.0}, {"factor_by_period": ()}])
def test_settings_out_of_bounds_are_named(changes: dict[str, object]) -> None:
    """The message begins with the name of the setting."""
    with pytest.raises(ValueError, match=next(iter(changes))):
        OsrmSettings(base_url="http://router.test", data_label="x", **changes)  # type: ignore[arg-type]


def test_a_cache_holds_something() -> None:
    """A cache without room is a mistake, not a slow cache."""
    with pytest.raises(ValueError, match="at least 1"):
        CachedTimes(GUESS, max_tables=0)
