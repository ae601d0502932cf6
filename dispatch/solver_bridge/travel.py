"""Travel times for the business: which source answers, and one growing table over the points it knows.

A city's trips join the same few hundred points again and again. A `TravelBook` keeps one table over all points it
has met and hands out the part a day needs; only points never seen before cost a new question to the source.
One period is kept, the slowest: a plan on time with it is on time at every hour.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dispatch.model.errors import InvalidInput, SetupError
from dispatch.model.rules import ServiceRules
from dispatch.model.same import OfTheSame
from maps.errors import PointOffNetwork, RouterUnavailable
from maps.geo import LatLon
from maps.travel_times.great_circle import GreatCircleTimes, SpeedPeriod
from maps.travel_times.lookup import slowest_period
from maps.travel_times.protocol import TravelTable, TravelTimes

Int64 = NDArray[np.int64]

POINTS_MAX = 2000  # two tables of 32 MB; a city has a few hundred points
BOOKS_MAX = 8  # rules change a few times a year; a study may hold old ones beside new ones


class SpotTable(NamedTuple):
    """Slowest times and distances between ``P`` points: row = origin, column = destination."""

    travel_s: Int64  # (P, P) seconds
    distance_m: Int64  # (P, P) metres


class _Known(NamedTuple):
    row_of: dict[LatLon, int]
    table: SpotTable


class TravelBook:
    """The points met so far and the table between them. May be shared by threads."""

    def __init__(self, times: TravelTimes, *, points_max: int = POINTS_MAX) -> None:
        self.times = times
        self._points_max = points_max
        self._growing = threading.Lock()
        self._learnt: set[str] = set()
        empty = np.zeros((0, 0), dtype=np.int64)
        self._known = _Known({}, SpotTable(empty, empty))

    def learn(self, name: str, points: Callable[[], Sequence[LatLon]]) -> None:
        """Ask for ``points`` in one go, unless those of this ``name`` have been asked for before.

        Only a head start: points that the source cannot place are met again, and named, by whoever needs them.
        """
        if name not in self._learnt:
            self._learnt.add(name)
            with suppress(InvalidInput):
                self._knowing(points()[: self._points_max * 3 // 4])

    def table(self, points: Sequence[LatLon]) -> SpotTable:
        """Times and distances between ``points``, in the order given.

        Raises
        ------
        InvalidInput
            ``point_off_network`` when a point is too far from any road.
        SetupError
            ``router_unavailable`` when the router does not answer.
        """
        known = self._knowing(points)
        rows = np.array([known.row_of[point] for point in points], dtype=np.int64)
        part = np.ix_(rows, rows)
        return SpotTable(known.table.travel_s[part], known.table.distance_m[part])

    def direct_s(self, *, origin: LatLon, destination: LatLon) -> int:
        """The seconds of `table` from one point to another."""
        known = self._knowing((origin, destination))
        return int(known.table.travel_s[known.row_of[origin], known.row_of[destination]])

    def grown(self, table: SpotTable, points: Sequence[LatLon]) -> SpotTable:
        """``table``, which is that of the first of ``points``, with the others in it.

        Raises
        ------
        InvalidInput, SetupError
            As `table`.
        """
        known = self._knowing(points)
        rows = np.array([known.row_of[point] for point in points], dtype=np.int64)
        travel_s = _grown(table.travel_s, known.table.travel_s, rows)
        return SpotTable(travel_s, _grown(table.distance_m, known.table.distance_m, rows))

    def _knowing(self, points: Sequence[LatLon]) -> _Known:
        """The known table, grown first when a point is new; beyond the bound it starts again with ``points``."""
        known = self._known
        if all(point in known.row_of for point in points):
            return known
        with self._growing:
            merged = list(dict.fromkeys((*self._known.row_of, *points)))
            if len(merged) > self._points_max:
                merged = list(dict.fromkeys(points))
            slowest = slowest_period(_asked(self.times, merged))
            rows = {point: row for row, point in enumerate(merged)}
            self._known = _Known(rows, SpotTable(slowest.travel_s[0], slowest.distance_m))
            return self._known


def _grown(had: Int64, whole: Int64, rows: Int64) -> Int64:
    """The square of ``whole`` over ``rows``, of which ``had`` is the beginning; read-only."""
    ready = len(had)
    square = np.empty((len(rows), len(rows)), dtype=np.int64)
    square[:ready, :ready] = had
    square[ready:] = whole[np.ix_(rows[ready:], rows)]
    square[:ready, ready:] = whole[np.ix_(rows[:ready], rows[ready:])]
    square.setflags(write=False)
    return square


def _asked(times: TravelTimes, points: list[LatLon]) -> TravelTable:
    """The answer of the source, its errors in the words of the business."""
    try:
        return times.table(points)
    except PointOffNetwork as error:
        raise InvalidInput("point_off_network") from error
    except RouterUnavailable as error:
        raise SetupError("router_unavailable") from error


_straight: OfTheSame[ServiceRules, TravelTimes] = OfTheSame(most=BOOKS_MAX)


def straight_times(rules: ServiceRules) -> TravelTimes:
    """The estimate of the rules themselves: straight distance × detour at the speed of the hour."""
    return _straight.value(rules, lambda: _straight_times(rules))


def _straight_times(rules: ServiceRules) -> TravelTimes:
    periods = tuple(SpeedPeriod(start_s=hour.from_s, kmh=hour.kmh) for hour in rules.travel.speeds)
    return GreatCircleTimes(detour_factor=rules.travel.detour_factor, speed_by_period=periods)


class TravelBooks:
    """One `TravelBook` for each set of travel times that the rules in force lead to. May be shared by threads.

    Parameters
    ----------
    choose
        The travel times under given rules: those of the rules' own speeds, or a road network whatever the rules.
    """

    def __init__(self, choose: Callable[[ServiceRules], TravelTimes]) -> None:
        self._choose = choose
        self._opening = threading.Lock()
        self._books: dict[str, TravelBook] = {}

    def times(self, rules: ServiceRules) -> TravelTimes:
        """The travel times in force under ``rules``."""
        return self._choose(rules)

    def book(self, rules: ServiceRules) -> TravelBook:
        """The book of the travel times in force under ``rules``."""
        times = self._choose(rules)
        digest = times.digest
        with self._opening:
            if digest not in self._books:
                while len(self._books) >= BOOKS_MAX:
                    del self._books[next(iter(self._books))]
                self._books[digest] = TravelBook(times)
            return self._books[digest]
