"""From an OpenStreetMap extract (``.osm.pbf``, ``.osm``…) to a `RoadNetwork`.

Three steps: read the ways that may be driven; put a node at least every 50 m, so that a point finds a node
near it on long straight roads too; keep the largest part in which every node can be reached from every other
(R. Tarjan (1972), doi:10.1137/0201010), so that no trip ends where it cannot leave.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import osmium
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from maps.errors import RoadDataError
from maps.geo import Float64, LatLon, earth_centred_m
from maps.travel_times.protocol import Int64
from maps.travel_times.road_network import Bool, RoadNetwork
from maps.travel_times.road_rules import Drive, RoadSettings, drive

MAX_SPACING_M = 50.0


class _Ways(NamedTuple):
    """Driven ways as they stand in the extract, position by position."""

    ref: Int64  # (L,) node number; the same number is the same place
    degrees: Float64  # (L, 2)
    way: Int64  # (L,)
    drives: list[Drive]  # W of them


def read_extract(extract: Path, *, settings: RoadSettings) -> RoadNetwork:
    """Return the road network of an extract.

    Raises
    ------
    RoadDataError
        When the file is missing or unreadable, or holds no road that may be driven.
    """
    ways = _evenly_spaced(_read_ways(extract, settings))
    return _mutually_reachable(ways, extract)


def _read_ways(extract: Path, settings: RoadSettings) -> _Ways:
    refs: list[int] = []
    places: list[tuple[float, float]] = []
    way_of: list[int] = []
    drives: list[Drive] = []
    try:
        for way_drive, run in _runs(extract, dict(settings.speeds)):
            refs.extend(ref for ref, _ in run)
            places.extend(place for _, place in run)
            way_of.extend([len(drives)] * len(run))
            drives.append(way_drive)
    except (OSError, RuntimeError) as error:
        raise RoadDataError(
            cause=f"The road extract {extract.name} cannot be read: {error}.",
            action="Check the path, or download the extract (.osm.pbf) again.",
        ) from error
    if not drives:
        raise RoadDataError(
            cause=f"The road extract {extract.name} holds no road that a vehicle may use.",
            action="Check that it covers the service area, and the highway classes in the settings.",
        )
    return _Ways(
        np.array(refs, dtype=np.int64), np.array(places, dtype=np.float64), np.array(way_of, dtype=np.int64), drives
    )


def _runs(
    extract: Path, kmh_by_class: dict[str, float]
) -> Iterator[tuple[Drive, list[tuple[int, tuple[float, float]]]]]:
    """Yield each driven way; one that leaves the extract and comes back is several runs."""
    if not extract.is_file():
        raise FileNotFoundError("no such file")
    reader = osmium.FileProcessor(str(extract), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    reader.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY)).with_filter(osmium.filter.KeyFilter("highway"))
    for way in reader:
        way_drive = drive({tag.k: tag.v for tag in way.tags}, kmh_by_class=kmh_by_class)
        if not isinstance(way, osmium.osm.Way) or not (way_drive.forward or way_drive.backward):
            continue
        run: list[tuple[int, tuple[float, float]]] = []
        for node in way.nodes:
            if node.location.valid():
                run.append((node.ref, (node.location.lat, node.location.lon)))
                continue
            if len(run) > 1:
                yield way_drive, run
            run = []
        if len(run) > 1:
            yield way_drive, run


def _segment_m(degrees: Float64, way: Int64) -> Float64:
    """Return the length from each position to the next, ``(L,)`` metres, 0 at the end of a way."""
    earth = earth_centred_m([LatLon(*place) for place in degrees.tolist()])
    length = np.sqrt((np.diff(earth, axis=0) ** 2).sum(axis=1))
    return np.append(np.where(way[:-1] == way[1:], length, 0.0), 0.0)


def _evenly_spaced(ways: _Ways) -> _Ways:
    """Put positions (with new negative node numbers) into segments longer than `MAX_SPACING_M`."""
    pieces = np.maximum(np.ceil(_segment_m(ways.degrees, ways.way) / MAX_SPACING_M), 1).astype(np.int64)
    origin = np.repeat(np.arange(len(pieces)), pieces)
    step = np.arange(len(origin)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    following = np.minimum(origin + 1, len(pieces) - 1)
    fraction = (step / pieces[origin])[:, None]
    degrees = ways.degrees[origin] * (1 - fraction) + ways.degrees[following] * fraction
    ref = np.where(step == 0, ways.ref[origin], -1 - np.arange(len(origin)))
    return _Ways(ref, degrees, ways.way[origin], ways.drives)


def _mutually_reachable(ways: _Ways, extract: Path) -> RoadNetwork:
    """Return the network over the largest strongly connected set of nodes."""
    forward = np.array([each.forward for each in ways.drives])
    backward = np.array([each.backward for each in ways.drives])
    _, node = np.unique(ways.ref, return_inverse=True)
    here = np.flatnonzero(ways.way[:-1] == ways.way[1:])
    ahead, back = here[forward[ways.way[here]]], here[backward[ways.way[here]]]
    tail = np.concatenate((node[ahead], node[back + 1]))
    head = np.concatenate((node[ahead + 1], node[back]))
    size = int(node.max()) + 1
    links = csr_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(size, size))
    _, component = connected_components(links, directed=True, connection="strong")
    sizes = np.bincount(component)
    if sizes.max() < 2:
        raise RoadDataError(
            cause=f"The road extract {extract.name} holds no two places that reach each other both ways.",
            action="Use an extract that covers the service area with some margin.",
        )
    return _network(ways, inside=component[node] == int(sizes.argmax()), directions=(forward, backward))


def _network(ways: _Ways, *, inside: Bool, directions: tuple[Bool, Bool]) -> RoadNetwork:
    """Return the network over the positions inside.

    Positions between two that are inside are inside as well: a way that leads from one to the other passes them.
    """
    kmh = np.array([each.kmh for each in ways.drives])
    length_m = _segment_m(ways.degrees, ways.way)
    dm = np.maximum(np.rint(length_m * 10), 1).astype(np.int64)
    ms = np.maximum(np.rint(length_m * 3600 / kmh[ways.way]), 1).astype(np.int64)
    way = ways.way[inside]
    refs, first, node = np.unique(ways.ref[inside], return_index=True, return_inverse=True)
    changes = np.flatnonzero(np.diff(way)) + 1
    ends = np.concatenate(([0], changes, changes - 1, [len(way) - 1]))
    junction = np.bincount(node, minlength=len(refs)) > 1
    junction[node[ends]] = True
    return RoadNetwork(
        degrees=ways.degrees[inside][first],
        junction=junction,
        node=node.astype(np.int64),
        way=way,
        sum_ms=np.cumsum(ms)[inside] - ms[inside],
        sum_dm=np.cumsum(dm)[inside] - dm[inside],
        forward=directions[0],
        backward=directions[1],
    )
