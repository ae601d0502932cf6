"""``peers``: our engines and those of others on the same files, one at a time, judged alike."""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.commands.gap import STATE
from benchmarks.engines.engine import Engine, Task
from benchmarks.engines.registry import DEFAULT, OWN, installed_peers
from benchmarks.files import Json, pages
from benchmarks.instances import Instance, Objective, read_instance
from benchmarks.measure.cells import CellBook, Result, as_json
from benchmarks.measure.gaps import median_run
from benchmarks.measure.sweep import Cell, sweep
from benchmarks.options import Files, add_json, count, positive_seconds, seeds
from benchmarks.table import markdown
from solver.stop import TimeLimit

TIE = 1e-6
"""Costs closer than this share of each other are equal."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("peers", help="our engines beside PyVRP and VROOM; resumes where interrupted")
    parser.add_argument("folder", type=Path, help="instances (*.txt, also in folders below), or one file")
    parser.add_argument("--seconds", type=positive_seconds, default=10.0, help="per run (default 10)")
    parser.add_argument("--seeds", type=seeds, default=(1,), help="1,2,3 or 1-10 (default 1)")
    parser.add_argument("--threads", type=count, default=2)
    parser.add_argument("--state", type=Path, default=STATE, help="folder for finished cells")
    add_json(parser)
    parser.set_defaults(command=run)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """One instance: the runs of every engine, in the order of the engines."""

    instance: Instance
    runs: tuple[tuple[Result, ...], ...]

    @property
    def medians(self) -> tuple[Result, ...]:
        """The median run of each engine."""
        return tuple(median_run(self.instance, results) for results in self.runs)

    def behind(self, engine: int) -> tuple[int, ...]:
        """Indices of the engines whose median run is better than that of ``engine`` by more than `TIE`."""
        own, by_fleet = self.medians[engine], self.instance.objective is Objective.FLEET_THEN_DISTANCE

        def worth(result: Result) -> tuple[bool, int, float]:
            return (not result.feasible, result.vehicles if by_fleet else 0, result.cost * (1 + TIE))

        limit = (not own.feasible, own.vehicles if by_fleet else 0, own.cost)
        return tuple(at for at, other in enumerate(self.medians) if at != engine and worth(other) < limit)


def run(options: argparse.Namespace) -> int:
    """Measure what is missing, then show everybody beside everybody."""
    peers, absent = installed_peers()
    engines = (*OWN.values(), *peers)
    instances = [read_instance(path) for path in Files.under(options.folder).paths]
    tasks = [Task(bound=TimeLimit(options.seconds), seed=seed, threads=options.threads) for seed in options.seeds]
    cells = [Cell(instance=i, engine=e, task=t) for i in instances for e in engines for t in tasks]
    results = sweep(cells, CellBook(options.state))
    contests = _contests(instances, results, engines=len(engines), seeds_each=len(tasks))
    shown = pages(_json(contests, engines, absent)) if options.json else _text(contests, engines, absent)
    sys.stdout.write(shown)
    return 0


def _contests(
    instances: Sequence[Instance], results: Sequence[Result], *, engines: int, seeds_each: int
) -> list[Contest]:
    runs = [tuple(results[at : at + seeds_each]) for at in range(0, len(results), seeds_each)]
    return [
        Contest(instance=instance, runs=tuple(runs[at * engines : (at + 1) * engines]))
        for at, instance in enumerate(instances)
    ]


def _json(contests: Sequence[Contest], engines: Sequence[Engine], absent: Sequence[str]) -> Json:
    rows: list[Json] = [
        {
            "instance": contest.instance.name,
            "ahead_of_ours": [engines[at].name for at in contest.behind(_ours(engines))],
            "runs": {
                engine.name: [as_json(result) for result in results]
                for engine, results in zip(engines, contest.runs, strict=True)
            },
        }
        for contest in contests
    ]
    versions: dict[str, Json] = {engine.name: engine.version for engine in engines}
    return {"versions": versions, "absent": list(absent), "instances": rows}


def _text(contests: Sequence[Contest], engines: Sequence[Engine], absent: Sequence[str]) -> str:
    columns = ["instance (vehicles / cost, CPU s)", *(engine.name for engine in engines)]
    rows = [[contest.instance.name, *(_cell(result) for result in contest.medians)] for contest in contests]
    behind = sum(bool(contest.behind(_ours(engines))) for contest in contests)
    verdict = f"{DEFAULT} is behind another engine on {behind} of {len(contests)} instances.\n"
    missing = f"Not installed here: {', '.join(absent)}.\n" if absent else ""
    return markdown(columns, [*rows, ["CPU s, mean", *_cpu(contests)]]) + verdict + missing


def _ours(engines: Sequence[Engine]) -> int:
    return [engine.name for engine in engines].index(DEFAULT)


def _cell(result: Result) -> str:
    plan = f"{result.vehicles} / {result.cost:.2f}" if result.feasible else "no plan"
    return f"{plan}, {result.cpu_s:.1f}"


def _cpu(contests: Sequence[Contest]) -> list[str]:
    by_engine = zip(*(contest.medians for contest in contests), strict=True)
    return [f"{statistics.fmean(result.cpu_s for result in results):.1f}" for results in by_engine]
