"""Both ways beside each other, day by day, and what the days say together."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from scipy import special

from benchmarks.files import Json, one_line
from benchmarks.online.days import sample_day
from benchmarks.online.hindsight import hindsight
from benchmarks.online.lived import DeskDay, lived

HINDSIGHT_STEPS = 20_000
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class WayFigures:
    """One way through one day."""

    served: int
    driven_m: int
    broken: tuple[str, ...]

    @property
    def km_a_ride(self) -> float:
        return self.driven_m / 1000 / self.served if self.served else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedDay:
    """The same calls twice; the best plan found in hindsight and the bound belong to the day with the search."""

    number: int
    calls: int
    insertion: WayFigures
    search: WayFigures
    hindsight: WayFigures
    at_most: int

    @property
    def saved(self) -> float:
        """Share of the kilometres a ride that the search saves."""
        return 1 - self.search.km_a_ride / self.insertion.km_a_ride if self.insertion.served else 0.0

    @property
    def served_more(self) -> float:
        """Share served with the search minus that by insertion alone."""
        return (self.search.served - self.insertion.served) / self.calls

    def as_json(self) -> dict[str, Json]:
        """Return everything, as it is kept."""
        parts: dict[str, Json] = json.loads(json.dumps(asdict(self)))
        return parts

    @classmethod
    def kept(cls, parts: Mapping[str, Json]) -> PairedDay:
        """Return what `as_json` made."""
        read = json.loads(one_line(dict(parts)))
        ways = {way: WayFigures(**read[way] | {"broken": tuple(read[way]["broken"])}) for way in WAYS}
        return cls(**read | ways)


WAYS = ("insertion", "search", "hindsight")


def paired_day(number: int, *, rides: int, vehicles: int, steps: int) -> PairedDay:
    """Live through day ``number`` both ways and look back on it."""
    day = sample_day(number, rides=rides)
    plain, searched = lived(day, vehicles=vehicles, steps=0), lived(day, vehicles=vehicles, steps=steps)
    back = hindsight(searched.desk, calls=len(day.calls), steps=HINDSIGHT_STEPS, seed=number)
    return PairedDay(
        number=number,
        calls=len(day.calls),
        insertion=_way(plain),
        search=_way(searched),
        hindsight=WayFigures(served=back.served, driven_m=back.driven_m, broken=()),
        at_most=back.at_most,
    )


def _way(day: DeskDay) -> WayFigures:
    return WayFigures(served=day.figures.served, driven_m=day.figures.distance_m, broken=day.broken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean over days and its 95 % interval by Student's t; of one day, the interval is the whole line."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Interval:
        """Return the interval of at least one value."""
        mean = statistics.fmean(values)
        if len(values) < 2:
            return cls(mean=mean, low=-math.inf, high=math.inf)
        t = float(special.stdtrit(len(values) - 1, 0.5 + CONFIDENCE / 2))
        half = t * statistics.stdev(values) / math.sqrt(len(values))
        return cls(mean=mean, low=mean - half, high=mean + half)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All days together. Shares are of the calls of all days."""

    days: tuple[PairedDay, ...]

    @property
    def saved(self) -> Interval:
        return Interval.of([day.saved for day in self.days])

    @property
    def served_more(self) -> Interval:
        return Interval.of([day.served_more for day in self.days])

    @property
    def broken(self) -> int:
        return sum(len(way.broken) for day in self.days for way in (day.insertion, day.search))

    def share(self, way: str) -> float:
        """Share served by one of `WAYS`."""
        return sum(self.way(day, way).served for day in self.days) / self._calls

    @property
    def share_at_most(self) -> float:
        """Share that no plan exceeds."""
        return sum(day.at_most for day in self.days) / self._calls

    def km_a_ride(self, way: str) -> float:
        """Kilometres of all days per ride of all days."""
        ways = [self.way(day, way) for day in self.days]
        return sum(one.driven_m for one in ways) / 1000 / max(1, sum(one.served for one in ways))

    @staticmethod
    def way(day: PairedDay, way: str) -> WayFigures:
        return {"insertion": day.insertion, "search": day.search, "hindsight": day.hindsight}[way]

    @property
    def _calls(self) -> int:
        return sum(day.calls for day in self.days)
