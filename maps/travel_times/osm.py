"""Travel times over the roads of an OpenStreetMap extract, computed in process."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from maps.errors import PointOffNetwork
from maps.geo import Float64, LatLon, earth_centred_m
from maps.travel_times.protocol import Int64, TravelTable
from maps.travel_times.road_cache import RoadCache
from maps.travel_times.road_extract import read_extract
from maps.travel_times.road_network import RoadNetwork, fastest_between, fastest_way
from maps.travel_times.road_rules import RoadSettings
from maps.travel_times.rounding import frozen, rounded_up


class OsmTimes:
    """Fastest paths on roads, plus straight last metres from each point to its nearest road node.

    With ``a_i`` the seconds of the last metres of point ``i``, ``t`` the fastest path and ``f_k`` the speed
    factor of period ``k``

        travel_s[k, i, j] = ceil((a_i + t_ij + a_j) / f_k)                                            (1)

    Every period keeps the triangle inequality, because fastest paths do, `a` is counted on both sides of a
    call, and rounding is upwards. ``distance_m`` is the length of the fastest path, which need not keep it.

    Search: E. W. Dijkstra (1959), doi:10.1007/BF01386390, from each point over the junctions only. A table of
    1,000 points of a town takes a second or two; wrap the source in `CachedTimes`.
    """

    def __init__(self, network: RoadNetwork, *, settings: RoadSettings, digest: str) -> None:
        self._network = network
        self._settings = settings
        self._digest = digest
        self._tree = cKDTree(earth_centred_m([LatLon(*place) for place in network.degrees.tolist()]))

    @classmethod
    def from_extract(cls, extract: Path, *, settings: RoadSettings, cache: RoadCache) -> OsmTimes:
        """Read an extract, or its network from the cache.

        Parameters
        ----------
        extract : Path
            ``.osm.pbf``, ``.osm``, ``.osm.gz`` or any format of libosmium, with a few kilometres of margin
            around the service area.
        settings : RoadSettings
            Speeds and limits.
        cache : RoadCache
            Where networks are kept, keyed by the content of the extract and the settings.

        Raises
        ------
        RoadDataError
            When the extract is missing or unreadable, or holds no road that may be driven.
        """
        digest = _digest(extract, settings)
        kept = cache.load(digest)
        if kept:
            return cls(kept[0], settings=settings, digest=digest)
        network = read_extract(extract, settings=settings)
        cache.save(digest, network)
        return cls(network, settings=settings, digest=digest)

    @property
    def name(self) -> str:
        return "osm"

    @property
    def digest(self) -> str:
        return self._digest

    def table(self, points: Sequence[LatLon]) -> TravelTable:
        """Return fastest paths between all pairs by (1).

        Raises
        ------
        PointOffNetwork
            When a point is farther than ``max_snap_m`` from every road.
        """
        nodes, access_m = self._snap(points)
        path_ms, path_dm = fastest_between(self._network, nodes=nodes)
        access_ms = np.ceil(access_m * 3600 / self._settings.access_kmh)
        both_ms = access_ms[:, None] + path_ms + access_ms[None, :]
        both_m = access_m[:, None] + path_dm / 10 + access_m[None, :]
        periods = self._settings.factor_by_period
        factors = np.array([period.factor for period in periods])[:, None, None]
        return TravelTable(
            travel_s=rounded_up(both_ms / (1000 * factors), points=points),  # (1)
            distance_m=rounded_up(both_m, points=points),
            period_start_s=frozen(np.array([period.start_s for period in periods], dtype=np.int64)),
        )

    def path(self, *, origin: LatLon, destination: LatLon) -> tuple[LatLon, ...]:
        """Return the line of the fastest path, with both points at its ends; errors as `table`."""
        (first, last), _ = self._snap((origin, destination))
        return (origin, *fastest_way(self._network, origin=int(first), destination=int(last)), destination)

    def _snap(self, points: Sequence[LatLon]) -> tuple[Int64, Float64]:
        """Return for each point its nearest node and the straight metres to it."""
        if not points:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        nearest = self._tree.query(earth_centred_m(points))
        metres, node = np.asarray(nearest[0], dtype=np.float64), np.asarray(nearest[1], dtype=np.int64)
        far = np.flatnonzero(metres > self._settings.max_snap_m)
        if far.size:
            index = int(far[0])
            raise PointOffNetwork(
                cause=f"Point {index} of {len(points)} is {metres[index]:.0f} m from the nearest usable road"
                f" (limit {self._settings.max_snap_m} m).",
                action="Correct the point, use an extract that covers it, or raise max_snap_m.",
            )
        return node, metres


def _digest(extract: Path, settings: RoadSettings) -> str:
    """Return the digest of the content of the extract and every setting; of the settings alone without a file."""
    digest = hashlib.sha256(f"osm/1;{settings!r};".encode())
    if extract.is_file():
        with extract.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
