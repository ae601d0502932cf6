"""What a lived day adds up to, and all days together."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from benchmarks.files import Json, one_line
from benchmarks.live.dispatcher import Dispatching, LivedDay, live_through
from benchmarks.live.proof import faults_of, late_of
from benchmarks.live.square import live_day
from benchmarks.measure.latency import Latency
from solver.warm_up import warm_up

REQUESTS, VEHICLES = 200, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFigures:
    """Figures of one day.

    Attributes
    ----------
    rescued, turned
        Accepted by the short search; stretches that ended at a turn.
    waited_min
        Mean minutes between being ready and being picked up.
    late, faults
        What `benchmarks.live.proof` says; 0 and nothing on a day in order.
    answer_ms, answer_cpu_ms
        Of every call, by the clock and in processor time of all threads.
    """

    seed: int
    accepted: int
    driven_km: float
    rescued: int
    turned: int
    waited_min: float
    late: int
    faults: tuple[str, ...]
    answer_ms: tuple[float, ...]
    answer_cpu_ms: tuple[float, ...]

    @property
    def km_a_ride(self) -> float:
        """All kilometres driven per accepted request; 0 when nobody was accepted."""
        return self.driven_km / self.accepted if self.accepted else 0.0

    def as_json(self) -> dict[str, Json]:
        """Return everything, as it is kept."""
        parts: dict[str, Json] = json.loads(json.dumps(asdict(self)))
        return parts

    @classmethod
    def kept(cls, parts: Mapping[str, Json]) -> LiveFigures:
        """Return what `as_json` made."""
        lists = {name: tuple(json.loads(one_line(parts[name]))) for name in ("faults", "answer_ms", "answer_cpu_ms")}
        return cls(**json.loads(one_line(dict(parts))) | lists)


def measured(how: Dispatching, *, seed: int) -> LiveFigures:
    """Live through the day of ``seed`` in a warm process."""
    warm_up()
    day = live_day(requests=REQUESTS, vehicles=VEHICLES, rng=np.random.default_rng(seed))
    return figures_of(live_through(day, how, seed=seed), seed=seed)


def figures_of(lived: LivedDay, *, seed: int) -> LiveFigures:
    """Return the figures of a day, judged."""
    stretches = [stretch for car in lived.road.cars for stretch in car.driven]
    n, ready_s = lived.road.day.n_requests, lived.road.day.ready_s
    waits_s = [stretch.end_s - int(ready_s[v]) for stretch in stretches for v in stretch.made if v < n]
    return LiveFigures(
        seed=seed,
        accepted=len(lived.accepted),
        driven_km=sum(stretch.km for stretch in stretches),
        rescued=lived.rescued,
        turned=sum(not stretch.made for stretch in stretches),
        waited_min=statistics.fmean(waits_s) / 60 if waits_s else 0.0,
        late=late_of(lived),
        faults=faults_of(lived),
        answer_ms=tuple(lived.answers.measured_ms),
        answer_cpu_ms=tuple(lived.answers_cpu_ms),
    )


def summary(days: Sequence[LiveFigures]) -> dict[str, Json]:
    """Return means over the days, and quantiles over the answers of all of them."""
    answers = Latency.of([ms for day in days for ms in day.answer_ms])
    cpu = Latency.of([ms for day in days for ms in day.answer_cpu_ms])
    return {
        "accepted": statistics.fmean(day.accepted for day in days),
        "km_a_ride": statistics.fmean(day.km_a_ride for day in days),
        "rescued": statistics.fmean(day.rescued for day in days),
        "turned": statistics.fmean(day.turned for day in days),
        "waited_min": statistics.fmean(day.waited_min for day in days),
        "late": sum(day.late for day in days),
        "faults": sum(len(day.faults) for day in days),
        "answer": answers.as_json(),
        "answer_cpu": cpu.as_json(),
    }
