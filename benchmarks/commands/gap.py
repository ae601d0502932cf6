"""``gap``: how far our engine stays above the best known on a folder of instances."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.baseline import change_since, read_baseline, save_baseline
from benchmarks.best_known import best_known_of, read_best_known
from benchmarks.engines.engine import Task
from benchmarks.engines.registry import DEFAULT, OWN, own_engine
from benchmarks.files import Json, check_writable, pages
from benchmarks.instances import read_instance
from benchmarks.measure.cells import CellBook, as_json
from benchmarks.measure.gaps import InstanceGap, Summary, gap_json, gap_text, instance_gap, summary_of
from benchmarks.measure.sweep import Cell, sweep
from benchmarks.options import Files, add_json, count, positive_seconds, seeds
from benchmarks.table import markdown
from solver.stop import TimeLimit

STATE = Path("var/benchmarks")


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("gap", help="gaps to best-known values; resumes where it was interrupted")
    parser.add_argument("folder", type=Path, help="instances (*.txt, also in folders below), or one file")
    parser.add_argument("--best-known", type=Path, required=True, help="JSON: {set: {instance: {vehicles, cost}}}")
    parser.add_argument("--seconds", type=positive_seconds, default=10.0, help="per run (default 10)")
    parser.add_argument("--seeds", type=seeds, default=(1, 2, 3), help="1,2,3 or 1-10 (default 1,2,3); for lns only")
    parser.add_argument("--threads", type=count, default=2)
    parser.add_argument("--engine", choices=sorted(OWN), default=DEFAULT)
    parser.add_argument("--state", type=Path, default=STATE, help="folder for finished cells")
    parser.add_argument("--baseline", type=Path, help="compare with a table stored by --save")
    parser.add_argument("--save", type=Path, help="store the median runs as a baseline")
    add_json(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Measure what is missing, then show the table. 0 when every median run is feasible, else 3."""
    marks = read_baseline(options.baseline) if options.baseline else {}
    if options.save:
        check_writable(options.save)
    rows = _measured(options)
    summary = summary_of(rows)
    conditions: dict[str, Json] = {
        "engine": options.engine, "seconds": options.seconds, "seeds": list(options.seeds), "threads": options.threads,
    }  # fmt: skip
    changes = [change_since(row, marks) for row in rows] if options.baseline else []
    if options.save:
        save_baseline(options.save, rows, conditions=conditions)
    shown = pages(_json(rows, summary, conditions, changes)) if options.json else _text(rows, summary, changes)
    sys.stdout.write(shown)
    return 3 if summary.without_plan else 0


def _measured(options: argparse.Namespace) -> list[InstanceGap]:
    values = read_best_known(options.best_known)
    instances = [read_instance(path) for path in Files.under(options.folder).paths]
    bests = [best_known_of(instance, values) for instance in instances]
    engine, bound = own_engine(options.engine), TimeLimit(options.seconds)
    tasks = [Task(bound=bound, seed=seed, threads=options.threads) for seed in options.seeds]
    # Seed by seed over all instances: an interrupted measurement has seen all of them.
    cells = [Cell(instance=instance, engine=engine, task=task) for task in tasks for instance in instances]
    results = sweep(cells, CellBook(options.state))
    return [
        instance_gap(instance, best, results[at :: len(instances)])
        for at, (instance, best) in enumerate(zip(instances, bests, strict=True))
    ]


def _json(rows: Sequence[InstanceGap], summary: Summary, conditions: dict[str, Json], changes: Sequence[str]) -> Json:
    table: list[Json] = [
        {
            "instance": row.instance.name,
            "best_known": {"vehicles": row.best_known.vehicles, "cost": row.best_known.cost},
            "gap": gap_json(row.gap),
            "worst_gap": gap_json(row.worst_gap),
            "runs": [as_json(result) for result in row.results],
        }
        for row in rows
    ]
    return {"conditions": conditions, "summary": asdict(summary), "instances": table, "changes": list(changes)}


def _text(rows: Sequence[InstanceGap], summary: Summary, changes: Sequence[str]) -> str:
    columns = ["instance", "best known", "median run", "gap", "worst", "feasible", "first plan"]
    lines = [_line(row) for row in rows]
    if changes:
        columns.append("since baseline")
        lines = [[*line, change] for line, change in zip(lines, changes, strict=True)]
    foot = (
        f"{summary.compared} of {summary.instances} instances compared: mean {summary.mean:.2f} %, worst "
        f"{summary.worst:.2f} %; {summary.extra_vehicles:+d} vehicles on the others; {summary.without_plan} without a "
        f"plan; {summary.infeasible_runs} of {summary.runs} runs infeasible; {summary.cpu_s:.0f} CPU s.\n"
    )
    return markdown(columns, lines) + foot


def _line(row: InstanceGap) -> list[str]:
    best = f"{row.best_known.vehicles} / " if row.best_known.vehicles else ""
    return [
        row.instance.name,
        f"{best}{row.best_known.cost:.2f}",
        f"{row.median.vehicles} / {row.median.cost:.2f}",
        gap_text(row.gap),
        gap_text(row.worst_gap),
        f"{row.feasible_runs}/{len(row.results)}",
        "".join(f"{seconds:.2f} s" for seconds in row.first_s) or "none",
    ]
