"""Travel times over hand-written road extracts; a naive search over every segment is the oracle."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from maps.errors import PointOffNetwork, RoadDataError
from maps.geo import LatLon, distance_m, polyline_length_m
from maps.travel_times.osm import OsmTimes
from maps.travel_times.road_cache import KEPT, RoadCache
from maps.travel_times.road_rules import ClassSpeed, RoadSettings, SpeedFactor

FAST, SLOW = 36.0, 18.0  # 10 and 5 metres a second
SETTINGS = RoadSettings(speeds=(ClassSpeed("primary", FAST), ClassSpeed("residential", SLOW)))
STEP = 0.0003  # degrees: 33 m north, 27 m east, so no segment of the grid is divided


Tags: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnWay:
    """A way of a test extract: node numbers in order, and tags."""

    nodes: tuple[int, ...]
    tags: Tags = (("highway", "primary"),)

    @property
    def kmh(self) -> float:
        return FAST if dict(self.tags)["highway"] == "primary" else SLOW

    @property
    def sign(self) -> str:
        return dict(self.tags).get("oneway", "no")


def _grid_point(number: int) -> LatLon:
    return LatLon(round(36.39 + STEP * (number // 4), 7), round(139.86 + STEP * (number % 4), 7))


def _write(folder: Path, places: dict[int, LatLon], ways: list[DrawnWay]) -> Path:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
    lines += [f'<node id="{ref}" version="1" lat="{at.lat}" lon="{at.lon}"/>' for ref, at in places.items()]
    for ref, way in enumerate(ways, start=1):
        nodes = "".join(f'<nd ref="{node}"/>' for node in way.nodes)
        tags = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in way.tags)
        lines.append(f'<way id="{ref}" version="1">{nodes}{tags}</way>')
    extract = folder / "roads.osm"
    extract.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return extract


def _times(folder: Path, places: dict[int, LatLon], ways: list[DrawnWay], using: RoadSettings = SETTINGS) -> OsmTimes:
    return OsmTimes.from_extract(_write(folder, places, ways), settings=using, cache=RoadCache(folder / "cache"))


TWO_WAY: list[Tags] = [(("highway", "primary"),), (("highway", "residential"),)]
ONE_WAY: list[Tags] = [(*tags, ("oneway", sign)) for tags in TWO_WAY for sign in ("yes", "-1")]


@st.composite
def _walks(draw: st.DrawFn, tags: list[Tags]) -> DrawnWay:
    """A way that steps over the grid of 3 x 4 nodes, straight or diagonally, and may cross itself."""
    row, column = draw(st.integers(0, 2)), draw(st.integers(0, 3))
    nodes = [4 * row + column]
    for north, east in draw(st.lists(st.sampled_from(STEPS), min_size=1, max_size=6)):
        row, column = min(max(row + north, 0), 2), min(max(column + east, 0), 3)
        nodes.append(4 * row + column)
    return DrawnWay(nodes=tuple(nodes), tags=draw(st.sampled_from(tags)))


STEPS = [(0, 1), (0, -1), (1, 0), (1, 1), (-1, 0)]
WAYS = st.builds(
    lambda first, others: [first, *others], _walks(TWO_WAY), st.lists(_walks(TWO_WAY + ONE_WAY), max_size=7)
)


def _oracle(ways: list[DrawnWay]) -> dict[tuple[int, int], tuple[int, int]]:
    """Relax every segment until nothing changes: fastest (ms, dm) between every two nodes that are linked."""
    best = {(node, node): (0, 0) for way in ways for node in way.nodes}
    legs: list[tuple[int, int, int, int]] = []
    for way in ways:
        for a, b in itertools.pairwise(way.nodes):
            metres = distance_m(origin=_grid_point(a), destination=_grid_point(b))
            cost = (max(1, round(metres * 3600 / way.kmh)), max(1, round(metres * 10)))
            legs += [(a, b, *cost)] * (way.sign != "-1") + [(b, a, *cost)] * (way.sign != "yes")
    changed = True
    while changed:
        changed = False
        for source, (tail, head, ms, dm) in itertools.product({node for node, _ in best}, legs):
            known = best.get((source, tail))
            if known is not None and (known[0] + ms, known[1] + dm) < best.get((source, head), (10**9, 0)):
                best[source, head] = (known[0] + ms, known[1] + dm)
                changed = True
    return best


def _largest_part(best: dict[tuple[int, int], tuple[int, int]]) -> list[int]:
    """The nodes of the largest set that all reach each other; none when two such sets are equally large."""
    parts = {frozenset(b for a, b in best if a == node and (b, a) in best) for node, _ in best}
    sizes = sorted((len(part) for part in parts), reverse=True)
    if sizes[0] < 2 or sizes[:1] == sizes[1:2]:
        return []
    return sorted(max(parts, key=lambda part: len(part)))


@settings(max_examples=60)
@given(ways=WAYS, data=st.data())
def test_tables_agree_with_the_naive_search(
    ways: list[DrawnWay], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """On any small network of one-way and two-way roads, between any of its nodes, the answers are the oracle's."""
    best = _oracle(ways)
    part = _largest_part(best)
    assume(part)
    nodes = data.draw(st.lists(st.sampled_from(part), min_size=1, max_size=4, unique=True))
    places = {number: _grid_point(number) for number in range(12)}
    table = _times(tmp_path_factory.mktemp("grid"), places, ways).table([_grid_point(node) for node in nodes])
    for (i, a), (j, b) in itertools.product(enumerate(nodes), repeat=2):
        ms, dm = best[a, b]
        assert (table.travel_s[0, i, j], table.distance_m[i, j]) == (math.ceil(ms / 1000), math.ceil(dm / 10))


@settings(max_examples=25)
@given(ways=WAYS, data=st.data())
def test_any_points_near_roads_make_a_metric(
    ways: list[DrawnWay], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Also for points beside the road, one more call never shortens a trip, in any period."""
    assume(_largest_part(_oracle(ways)))
    rush = RoadSettings(speeds=SETTINGS.speeds, factor_by_period=(SpeedFactor(0, 1.0), SpeedFactor(28_800, 0.7)))
    places = {number: _grid_point(number) for number in range(12)}
    near = st.builds(
        LatLon, st.floats(min_value=36.389, max_value=36.392), st.floats(min_value=139.859, max_value=139.862)
    )
    points = data.draw(st.lists(near, min_size=3, max_size=5, unique=True))
    table = _times(tmp_path_factory.mktemp("beside"), places, ways, rush).table(points)
    for matrix in table.travel_s:
        assert all((matrix <= matrix[:, k : k + 1] + matrix[k : k + 1, :]).all() for k in range(len(points)))
    assert (table.travel_s[1] >= table.travel_s[0]).all()
    assert table.period_start_s.tolist() == [0, 28_800]


A, B, C = LatLon(36.39, 139.86), LatLon(36.39, 139.87), LatLon(36.40, 139.87)
TRIANGLE = {1: A, 2: B, 3: C}
LOOP = [DrawnWay(nodes=(1, 2, 3, 1), tags=(("highway", "primary"), ("oneway", "yes")))]


def test_a_one_way_loop_is_long_in_the_other_direction(tmp_path: Path) -> None:
    """A → B is the leg between them; B → A goes round by C."""
    table = _times(tmp_path, TRIANGLE, LOOP).table((A, B, C))
    legs = [distance_m(origin=a, destination=b) for a, b in ((A, B), (B, C), (C, A))]
    assert table.distance_m[0, 1] == pytest.approx(legs[0], abs=2)
    assert table.distance_m[1, 0] == pytest.approx(legs[1] + legs[2], abs=4)
    assert table.travel_s[0, 1, 0] == pytest.approx((legs[1] + legs[2]) / 10, abs=2)


def test_the_way_drawn_is_the_way_timed(tmp_path: Path) -> None:
    """The line from B to A passes C, has both points at its ends, and is as long as the table says."""
    times = _times(tmp_path, TRIANGLE, LOOP)
    line = times.path(origin=B, destination=A)
    assert (line[0], line[-1]) == (B, A)
    assert min(distance_m(origin=point, destination=C) for point in line) < 0.1
    assert polyline_length_m(line) == pytest.approx(int(times.table((B, A)).distance_m[0, 1]), abs=5)


def test_a_line_from_a_point_to_itself_has_two_ends(tmp_path: Path) -> None:
    """Drawing a trip that goes nowhere is a line all the same."""
    line = _times(tmp_path, TRIANGLE, LOOP).path(origin=A, destination=A)
    assert len(line) >= 2
    assert polyline_length_m(line) < 0.1


def test_a_point_beside_a_long_segment_snaps_near_it(tmp_path: Path) -> None:
    """Half-way along an 890 m segment with nodes only at its ends, the detour is at most 25 m along the road."""
    beside = LatLon(36.39003, 139.8649)
    table = _times(tmp_path, TRIANGLE, [DrawnWay(nodes=(1, 2))]).table((A, beside, B))
    straight = distance_m(origin=A, destination=beside)
    assert straight <= table.distance_m[0, 1] <= straight + 50
    assert table.distance_m[0, 1] + table.distance_m[1, 2] == pytest.approx(table.distance_m[0, 2], abs=60)


def test_a_road_that_cannot_be_left_is_not_used(tmp_path: Path) -> None:
    """A one-way dead end is dropped: a point at its end snaps back to the road it leaves from."""
    dead_end = DrawnWay(nodes=(2, 3), tags=(("highway", "primary"), ("oneway", "yes")))
    generous = RoadSettings(speeds=SETTINGS.speeds, max_snap_m=5_000)
    line = _times(tmp_path, TRIANGLE, [DrawnWay(nodes=(1, 2)), dead_end], generous).path(origin=A, destination=C)
    assert distance_m(origin=line[-2], destination=B) < 0.1


def test_a_way_cut_by_the_edge_of_the_extract_keeps_its_parts(tmp_path: Path) -> None:
    """Nodes that are missing from the file break a way in two; what is there is used, no gap is bridged."""
    places = {number: LatLon(36.39, 139.86 + 0.0003 * number) for number in (1, 2, 3, 5, 6)}
    generous = RoadSettings(speeds=SETTINGS.speeds, max_snap_m=5_000)
    times = _times(tmp_path, places, [DrawnWay(nodes=(1, 2, 3, 4, 5, 6))], generous)
    line = times.path(origin=places[1], destination=places[6])
    assert distance_m(origin=line[-2], destination=places[3]) < 0.1


def test_a_point_far_from_every_road_is_named(tmp_path: Path) -> None:
    """The error says which point, how far, and the limit; not where it is."""
    with pytest.raises(PointOffNetwork, match=r"Point 1 of 2 is 1.* m from the nearest usable road") as caught:
        _times(tmp_path, TRIANGLE, LOOP).table((A, LatLon(36.5, 139.86)))
    assert caught.value.code == "point_off_network"
    assert "36.5" not in str(caught.value)


def test_no_points_make_an_empty_table(tmp_path: Path) -> None:
    """A day without places is not an error."""
    assert _times(tmp_path, TRIANGLE, LOOP).table(()).travel_s.shape == (1, 0, 0)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "cannot be read"),
        (b"not an extract", "cannot be read"),
        (b'<?xml version="1.0"?><osm version="0.6"></osm>', "no road that a vehicle may use"),
    ],
)
def test_a_bad_extract_says_so(content: bytes, words: str, tmp_path: Path) -> None:
    """Empty, garbled and roadless files are each a clear error, with an action."""
    extract = tmp_path / "bad.osm"
    extract.write_bytes(content)
    with pytest.raises(RoadDataError, match=words) as caught:
        OsmTimes.from_extract(extract, settings=SETTINGS, cache=RoadCache(tmp_path))
    assert caught.value.action


def test_a_missing_extract_says_so(tmp_path: Path) -> None:
    """The message names the file."""
    with pytest.raises(RoadDataError, match=r"away\.osm\.pbf cannot be read: no such file"):
        OsmTimes.from_extract(tmp_path / "away.osm.pbf", settings=SETTINGS, cache=RoadCache(tmp_path))


def test_one_way_roads_that_lead_nowhere_are_no_network(tmp_path: Path) -> None:
    """Without two places that reach each other there is nothing to drive on."""
    street = DrawnWay(nodes=(1, 2), tags=(("highway", "primary"), ("oneway", "yes")))
    with pytest.raises(RoadDataError, match="no two places"):
        _times(tmp_path, TRIANGLE, [street])


def test_a_second_start_answers_from_the_cache(tmp_path: Path) -> None:
    """Same bytes and settings: same digest and answers, from the file that the first start left (0600 in 0700)."""
    extract = _write(tmp_path, TRIANGLE, LOOP)
    cache = RoadCache(tmp_path / "cache")
    first = OsmTimes.from_extract(extract, settings=SETTINGS, cache=cache)
    (kept,) = (tmp_path / "cache").iterdir()
    assert first.digest in kept.name
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    network = cache.load(first.digest)[0]
    cache.save(first.digest, network._replace(sum_dm=np.zeros_like(network.sum_dm)))
    second = OsmTimes.from_extract(extract, settings=SETTINGS, cache=cache)
    assert np.array_equal(second.table((A, B)).travel_s, first.table((A, B)).travel_s)
    assert second.table((A, B)).distance_m[0, 1] == 1  # the altered file answered, not the extract


def test_a_spoilt_cache_is_read_past(tmp_path: Path) -> None:
    """A truncated file in the cache costs time, not the answer."""
    extract = _write(tmp_path, TRIANGLE, LOOP)
    first = OsmTimes.from_extract(extract, settings=SETTINGS, cache=RoadCache(tmp_path / "cache"))
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_bytes(kept.read_bytes()[:200])
    second = OsmTimes.from_extract(extract, settings=SETTINGS, cache=RoadCache(tmp_path / "cache"))
    assert np.array_equal(second.table((A, B, C)).travel_s, first.table((A, B, C)).travel_s)


def test_the_cache_is_bounded(tmp_path: Path) -> None:
    """Networks of many settings: only the latest stay on the disk."""
    for speed in range(20, 20 + KEPT + 2):
        _times(tmp_path, TRIANGLE, LOOP, RoadSettings(speeds=(ClassSpeed("primary", float(speed)),)))
    assert len(list((tmp_path / "cache").iterdir())) == KEPT


def test_the_digest_follows_roads_and_settings(tmp_path: Path) -> None:
    """Another road or another speed is another digest."""
    loop = _times(tmp_path, TRIANGLE, LOOP)
    slower = _times(tmp_path, TRIANGLE, LOOP, RoadSettings(speeds=(ClassSpeed("primary", SLOW),)))
    street = _times(tmp_path, TRIANGLE, [DrawnWay(nodes=(1, 2))])
    assert len({loop.digest, slower.digest, street.digest}) == 3
