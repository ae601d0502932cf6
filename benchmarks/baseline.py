"""A stored gap table to compare a later one with: the median run of every instance, by digest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.errors import SettingsError
from benchmarks.files import Json, pages, write_whole
from benchmarks.measure.gaps import InstanceGap


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The median run of one instance when the baseline was stored."""

    cost: float
    vehicles: int
    feasible: bool


def save_baseline(path: Path, rows: Sequence[InstanceGap], *, conditions: dict[str, Json]) -> None:
    """Write the median runs, with the conditions they were made under."""
    marks: dict[str, Json] = {
        row.instance.digest: {
            "instance": row.instance.name,
            "cost": row.median.cost,
            "vehicles": row.median.vehicles,
            "feasible": row.median.feasible,
        }
        for row in rows
    }
    write_whole(path, pages({"conditions": conditions, "median_runs": marks}))


def read_baseline(path: Path) -> dict[str, Mark]:
    """Return the stored marks by digest of instance.

    Raises
    ------
    SettingsError
        The file is no baseline.
    """
    try:
        runs = json.loads(path.read_text(encoding="utf-8"))["median_runs"]
        return {
            digest: Mark(cost=float(run["cost"]), vehicles=int(run["vehicles"]), feasible=bool(run["feasible"]))
            for digest, run in runs.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        cause = f"It is no stored baseline ({type(fault).__name__})."
        action = "Store one with --save first."
        raise SettingsError(code="no_baseline", item=str(path), cause=cause, action=action) from fault


def change_since(row: InstanceGap, marks: dict[str, Mark]) -> str:
    """Return how the median run has changed: percent of cost, vehicles, or words; negative numbers are better."""
    mark, now = marks.get(row.instance.digest), row.median
    if mark is None:
        return "new"
    if mark.feasible != now.feasible:
        return "found" if now.feasible else "lost"
    if not now.feasible:
        return "none"
    if mark.vehicles != now.vehicles and row.best_known.vehicles:
        return f"{now.vehicles - mark.vehicles:+d} veh."
    return f"{100 * (now.cost / mark.cost - 1):+.2f} %"
