"""From results to the figures of a gap table: per instance over seeds, and over all instances."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.best_known import BestKnown, ExtraVehicles, Gap, NoPlan, Percent, gap_of
from benchmarks.files import Json
from benchmarks.instances import Instance, Objective
from benchmarks.measure.cells import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceGap:
    """One instance over all seeds: the median run, the worst run, and every run's gap."""

    instance: Instance
    best_known: BestKnown
    median: Result
    worst: Result
    results: tuple[Result, ...]

    @property
    def gap(self) -> Gap:
        """The gap of the median run."""
        return gap_of(self.median, self.best_known)

    @property
    def worst_gap(self) -> Gap:
        return gap_of(self.worst, self.best_known)

    @property
    def feasible_runs(self) -> int:
        return sum(result.feasible for result in self.results)

    @property
    def first_s(self) -> tuple[float, ...]:
        """Median seconds to a first complete plan over the runs that told of one; empty if none did."""
        seconds = [first for result in self.results for first in result.first_s]
        return (statistics.median(seconds),) if seconds else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All instances together. ``mean`` and ``worst`` are over median runs that can be compared in percent.

    Attributes
    ----------
    compared
        Instances whose median run is feasible with as many vehicles as the best known.
    extra_vehicles
        Sum over instances of the vehicles of the median run above the best known.
    without_plan
        Instances whose median run is infeasible.
    infeasible_runs
        Runs without a feasible plan, of all runs.
    """

    instances: int
    compared: int
    mean: float
    worst: float
    extra_vehicles: int
    without_plan: int
    runs: int
    infeasible_runs: int
    cpu_s: float


def instance_gap(instance: Instance, best_known: BestKnown, results: Sequence[Result]) -> InstanceGap:
    """Return the figures of one instance; ``results`` are its runs, one per seed (at least one)."""
    return InstanceGap(
        instance=instance,
        best_known=best_known,
        median=median_run(instance, results),
        worst=max(results, key=_rank_for(instance)),
        results=tuple(results),
    )


def summary_of(rows: Sequence[InstanceGap]) -> Summary:
    """Return the figures over all instances; ``mean`` and ``worst`` are 0 when nothing can be compared."""
    gaps = [row.gap for row in rows]
    percents = [gap.value for gap in gaps if isinstance(gap, Percent)]
    results = [result for row in rows for result in row.results]
    return Summary(
        instances=len(rows),
        compared=len(percents),
        mean=statistics.fmean(percents) if percents else 0.0,
        worst=max(percents, default=0.0),
        extra_vehicles=sum(gap.value for gap in gaps if isinstance(gap, ExtraVehicles)),
        without_plan=sum(isinstance(gap, NoPlan) for gap in gaps),
        runs=len(results),
        infeasible_runs=sum(not result.feasible for result in results),
        cpu_s=sum(result.cpu_s for result in results),
    )


def gap_text(gap: Gap) -> str:
    """Return a gap as it stands in a table."""
    match gap:
        case Percent(value):
            return f"{round(value, 2) + 0.0:.2f} %"  # + 0.0: no negative zero
        case ExtraVehicles(value):
            return f"{value:+d} veh."
        case NoPlan():
            return "none"


def gap_json(gap: Gap) -> dict[str, Json]:
    """Return a gap as JSON: one key that says which kind it is."""
    match gap:
        case Percent(value):
            return {"percent": value}
        case ExtraVehicles(value):
            return {"extra_vehicles": value}
        case NoPlan():
            return {"no_plan": True}


def median_run(instance: Instance, results: Sequence[Result]) -> Result:
    """Return the run in the middle of all, the worse of the two middle ones when their number is even."""
    return sorted(results, key=_rank_for(instance))[len(results) // 2]


def _rank_for(instance: Instance) -> Callable[[Result], tuple[float, ...]]:
    by_fleet = instance.objective is Objective.FLEET_THEN_DISTANCE
    return (lambda result: result.rank) if by_fleet else (lambda result: result.rank_by_cost)
