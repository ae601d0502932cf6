"""Best-known values from a file, and where a result stands beside them.

The file holds ``{set: {instance: {"vehicles": n or null, "cost": c}}}``; other keys are ignored. Instances are looked
up by name whatever their set.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from benchmarks.errors import BestKnownError
from benchmarks.instances import Instance, Objective
from benchmarks.measure.cells import Result

ANY_FLEET = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BestKnown:
    """A published value: vehicles (`ANY_FLEET` where they do not count) and cost in the unit of the file."""

    vehicles: int
    cost: float


@dataclass(frozen=True, slots=True)
class Percent:
    """Cost above the best known, in percent of it, with as many vehicles."""

    value: float


@dataclass(frozen=True, slots=True)
class ExtraVehicles:
    """Vehicles above the best known (negative: below it); the costs cannot be compared."""

    value: int


@dataclass(frozen=True, slots=True)
class NoPlan:
    """No feasible solution."""


Gap: TypeAlias = Percent | ExtraVehicles | NoPlan


def read_best_known(path: Path) -> dict[str, BestKnown]:
    """Return the values by name of instance.

    Raises
    ------
    BestKnownError
        The file cannot be read, has another shape, or names an instance twice.
    """
    try:
        sets = json.loads(path.read_text(encoding="utf-8"))
        entries = [(name, entry) for group in sets.values() for name, entry in group.items()]
        found = {name: BestKnown(vehicles=_vehicles(entry), cost=_cost(entry)) for name, entry in entries}
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as fault:
        cause = f"It is no table of vehicles and costs by set and instance ({type(fault).__name__})."
        raise _fault("best_known_unreadable", str(path), cause) from fault
    if len(found) < len(entries):
        raise _fault("best_known_ambiguous", str(path), "An instance is named in two sets.")
    return found


def best_known_of(instance: Instance, values: dict[str, BestKnown]) -> BestKnown:
    """Return the value for an instance.

    Raises
    ------
    BestKnownError
        There is none, or it lacks the number of vehicles where these count first.
    """
    if instance.name not in values:
        raise _fault("best_known_missing", instance.name, "There is no best-known value for it.")
    value = values[instance.name]
    if instance.objective is Objective.FLEET_THEN_DISTANCE and value.vehicles == ANY_FLEET:
        raise _fault("best_known_missing", instance.name, "Vehicles count first, but none are stated.")
    return value


def gap_of(result: Result, value: BestKnown) -> Gap:
    """Return where a judged result stands."""
    if not result.feasible:
        return NoPlan()
    if value.vehicles not in (ANY_FLEET, result.vehicles):
        return ExtraVehicles(result.vehicles - value.vehicles)
    return Percent(100 * (result.cost / value.cost - 1))


def _vehicles(entry: dict[str, int | None]) -> int:
    stated = entry["vehicles"]
    if stated is None:
        return ANY_FLEET
    if isinstance(stated, bool) or not isinstance(stated, int) or stated < 0:
        raise ValueError(stated)
    return stated


def _cost(entry: dict[str, float]) -> float:
    cost = float(entry["cost"])
    if not (math.isfinite(cost) and cost > 0):
        raise ValueError(cost)
    return cost


def _fault(code: str, item: str, cause: str) -> BestKnownError:
    return BestKnownError(code=code, item=item, cause=cause, action="Complete the file of best-known values.")
