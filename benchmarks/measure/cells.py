"""Finished cells of long measurements: an interrupted run goes on where it was.

A cell is one run of one engine on one instance. It is stored as one line of JSON under everything that its result
depends on, so that it is found again only while all of that is the same. Lines are appended and synced one by one; a
line that was cut off is measured again.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.engines.engine import Bound, Engine, Run, Task
from benchmarks.files import Json, kept_lines, one_line, own_folder
from benchmarks.instances import Instance
from benchmarks.score import Judgement
from solver.stop import TimeLimit

STATE_FILE = "cells.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What the result of a cell depends on. ``bound`` is ``10.0s`` or ``5000 steps``."""

    digest: str
    engine: str
    version: str
    bound: str
    seed: int
    threads: int

    @classmethod
    def of(cls, instance: Instance, engine: Engine, task: Task) -> Key:
        """Return the key of one run."""
        return cls(
            digest=instance.digest,
            engine=engine.name,
            version=engine.version,
            bound=_bound_text(task.bound),
            seed=task.seed,
            threads=task.threads,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A judged run. ``first_s`` holds the seconds to the first complete plan, once, if the engine told of one."""

    instance: str
    cost: float
    vehicles: int
    feasible: bool
    faults: tuple[str, ...]
    first_s: tuple[float, ...]
    wall_s: float
    cpu_s: float
    steps: int

    @classmethod
    def of(cls, instance: Instance, run: Run, verdict: Judgement) -> Result:
        """Return what is kept of a run."""
        return cls(
            instance=instance.name,
            cost=verdict.cost,
            vehicles=verdict.vehicles,
            feasible=verdict.feasible,
            faults=tuple(sorted({str(fault.kind) for fault in verdict.faults})),
            first_s=run.first_s,
            wall_s=run.wall_s,
            cpu_s=run.cpu_s,
            steps=run.steps,
        )

    @property
    def rank(self) -> tuple[bool, int, float]:
        """Sorts results from best to worst where vehicles count first."""
        return (not self.feasible, self.vehicles, self.cost)

    @property
    def rank_by_cost(self) -> tuple[bool, float]:
        """Sorts results from best to worst where only the cost counts."""
        return (not self.feasible, self.cost)


class CellBook:
    """The cells kept in a folder (0700, files 0600)."""

    def __init__(self, folder: Path) -> None:
        own_folder(folder)
        self._path = folder / STATE_FILE
        self._kept = dict(_read(self._path))

    def __contains__(self, key: Key) -> bool:
        return key in self._kept

    def __getitem__(self, key: Key) -> Result:
        return self._kept[key]

    def keep(self, key: Key, result: Result) -> None:
        """Store a finished cell before anything else is begun."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            if _is_cut_off(self._path):
                file.write("\n")
            file.write(one_line({"key": asdict(key), "result": as_json(result)}) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self._kept[key] = result


def as_json(result: Result) -> dict[str, Json]:
    """Return a result as JSON."""
    return {**asdict(result), "faults": list(result.faults), "first_s": list(result.first_s)}


def _bound_text(bound: Bound) -> str:
    return f"{bound.seconds}s" if isinstance(bound, TimeLimit) else f"{bound.steps} steps"


def _is_cut_off(path: Path) -> bool:
    return path.read_bytes()[-1:] not in (b"", b"\n")


def _read(path: Path) -> list[tuple[Key, Result]]:
    found = []
    for line in kept_lines(path):
        try:
            cell = json.loads(line)
            result = cell["result"]
            lists = {name: tuple(result[name]) for name in ("faults", "first_s")}
            found.append((Key(**cell["key"]), Result(**{**result, **lists})))
        except (ValueError, KeyError, TypeError):
            continue  # cut off by an interruption, or of another form: it is measured again
    return found
