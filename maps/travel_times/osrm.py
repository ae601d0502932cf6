"""Travel times from an OSRM server over HTTP (API version 1: services ``table`` and ``route``)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import httpx
import numpy as np

from maps.errors import PointOffNetwork
from maps.geo import Float64, LatLon
from maps.travel_times.osrm_answers import away, read_line, read_table
from maps.travel_times.protocol import TravelTable
from maps.travel_times.road_rules import ALL_DAY, SpeedFactor, check_factors
from maps.travel_times.rounding import frozen, rounded_up


@dataclass(frozen=True, slots=True, kw_only=True)
class OsrmSettings:
    """Where the router is and how to ask it.

    Attributes
    ----------
    base_url : str
        Such as ``http://127.0.0.1:5000``.
    data_label : str
        Names the road data that the server was started with (a date, a digest). A server does not tell what
        it knows, so this label is what makes digests of different data differ: change it with the data.
    profile : str
        The profile in the path, such as ``driving``.
    factor_by_period : tuple of SpeedFactor
        OSRM has one time per pair; these divide it by period of the day.
    max_points_per_call : int
        Points in one request, 2 to 10,000; the server's own default limit is 100.
    max_snap_m : int
        A point farther than this from its road is off the network, metres.
    timeout_s : float
        For one request, > 0.

    Raises
    ------
    ValueError
        When a value is out of bounds; the message names it.
    """

    base_url: str
    data_label: str
    profile: str = "driving"
    factor_by_period: tuple[SpeedFactor, ...] = ALL_DAY
    max_points_per_call: int = 100
    max_snap_m: int = 1_000
    timeout_s: float = 10.0

    def __post_init__(self) -> None:
        check_factors(self.factor_by_period)
        if not 2 <= self.max_points_per_call <= 10_000:
            raise ValueError(f"max_points_per_call must be 2 to 10000, got {self.max_points_per_call}")
        if not self.timeout_s > 0:
            raise ValueError(f"timeout_s must be > 0, got {self.timeout_s}")


class OsrmTimes:
    """Asks a router for tables and ways. Nothing but coordinates is sent.

    The router's own rounding (to 0.1 s) may break the triangle inequality by a second.

    Parameters
    ----------
    settings : OsrmSettings
        Where and how.
    client : httpx.Client
        Owned and closed by the caller.
    """

    def __init__(self, settings: OsrmSettings, *, client: httpx.Client) -> None:
        self._settings = settings
        self._client = client

    @property
    def name(self) -> str:
        return "osrm"

    @property
    def digest(self) -> str:
        known = self._settings
        parts = ("osrm/1", known.base_url, known.data_label, known.profile, repr(known.factor_by_period))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def table(self, points: Sequence[LatLon]) -> TravelTable:
        """Return the router's table, put together from blocks that the server accepts.

        Raises
        ------
        RouterUnavailable
            When it cannot be reached, is too slow, or answers with nonsense.
        PointOffNetwork
            When a point is farther than ``max_snap_m`` from every road, or no way leads between two points.
        """
        seconds, metres = np.zeros((len(points), len(points))), np.zeros((len(points), len(points)))
        size = self._settings.max_points_per_call // 2
        blocks = [range(first, min(first + size, len(points))) for first in range(0, len(points), size)]
        for rows in blocks:
            for columns in blocks:
                here = np.ix_(rows, columns)
                seconds[here], metres[here] = self._block(points, rows=rows, columns=columns)
        periods = self._settings.factor_by_period
        factors = np.array([period.factor for period in periods])[:, None, None]
        return TravelTable(
            travel_s=rounded_up(seconds / factors, points=points),
            distance_m=rounded_up(metres, points=points),
            period_start_s=frozen(np.array([period.start_s for period in periods], dtype=np.int64)),
        )

    def path(self, *, origin: LatLon, destination: LatLon) -> tuple[LatLon, ...]:
        """Return the router's way, with both points at its ends; errors as `table`."""
        line = read_line(self._ask("route", (origin, destination), {"overview": "full", "geometries": "geojson"}))
        return (origin, *line, destination)

    def _block(self, points: Sequence[LatLon], *, rows: range, columns: range) -> tuple[Float64, Float64]:
        """Return seconds and metres from the points of the rows to the points of the columns."""
        asked = [points[index] for index in (*rows, *columns)]
        query = {
            "sources": ";".join(str(index) for index in range(len(rows))),
            "destinations": ";".join(str(index) for index in range(len(rows), len(asked))),
            "annotations": "duration,distance",
        }
        seconds, metres, off_road_m = read_table(self._ask("table", asked, query), rows=len(rows), columns=len(columns))
        if off_road_m.max() > self._settings.max_snap_m:
            worst = int(off_road_m.argmax())
            raise PointOffNetwork(
                cause=f"Point {rows[worst]} of {len(points)} is {off_road_m[worst]:.0f} m from the nearest road"
                f" of the router (limit {self._settings.max_snap_m} m).",
                action="Correct the point, give the router an extract that covers it, or raise max_snap_m.",
            )
        return seconds, metres

    def _ask(self, service: str, points: Sequence[LatLon], query: dict[str, str]) -> httpx.Response:
        line = ";".join(f"{point.lon:.6f},{point.lat:.6f}" for point in points)
        url = f"{self._settings.base_url.rstrip('/')}/{service}/v1/{self._settings.profile}/{line}"
        try:
            return self._client.get(url, params=query, timeout=self._settings.timeout_s)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise away(str(error) or type(error).__name__) from error
