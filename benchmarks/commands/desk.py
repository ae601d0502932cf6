"""``desk``: a busy day over HTTP, with operators at once and the worker running; how long callers wait."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.files import Json, pages
from benchmarks.measure.latency import COLUMNS, Latency
from benchmarks.options import add_json, count, positive_seconds, seed
from benchmarks.proof.busy_day import BusyDay, Load, busy_day
from benchmarks.table import markdown

FOUND = 1
"""Exit code when something was lost, doubled or broken."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("desk", help="operators at once over HTTP: waiting times, and nothing lost")
    parser.add_argument("--seconds", type=positive_seconds, default=120.0)
    parser.add_argument("--operators", type=count, default=20, help="each asks for offers once a second")
    parser.add_argument("--processes", type=count, default=1, help="server processes; more than one need --database")
    parser.add_argument("--database", default="", help="URL of an empty PostgreSQL database; SQLite without it")
    parser.add_argument("--seed", type=seed, default=1)
    add_json(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Put the load on and hold what was told against the books."""
    load = Load(operators=options.operators, seconds=options.seconds, processes=options.processes, seed=options.seed)
    with TemporaryDirectory(prefix="odekake-desk-") as folder:
        day = busy_day(Path(folder), load, database_url=options.database)
    latencies = {"offers": Latency.of(day.offers_ms), "accept": Latency.of(day.accepts_ms)}
    figures: dict[str, Json] = {
        **{name: latency.as_json() for name, latency in latencies.items()},
        "operators": load.operators,
        "seconds": load.seconds,
        "processes": load.processes,
        "reservations_least": day.least,
        "reservations_most": day.most,
        "replans_by_worker": day.replans,
        "faults": list(day.faults),
    }
    rows = [[name, *latency.cells()] for name, latency in latencies.items()]
    sys.stdout.write(pages(figures) if options.json else markdown(["call", *COLUMNS], rows) + _told(day))
    return FOUND if day.faults else 0


def _told(day: BusyDay) -> str:
    held = f"{day.least} to {day.most} reservations, {day.replans} plans by the worker, {len(day.faults)} faults.\n"
    return held + "".join(f"{fault}\n" for fault in day.faults)
