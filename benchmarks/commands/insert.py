"""``insert``: how long a caller waits for the ranking of all places in a full day."""

from __future__ import annotations

import argparse
import sys

import numpy as np

from benchmarks.files import Json, one_line
from benchmarks.measure.latency import COLUMNS, Latency, Stopwatch
from benchmarks.options import add_json, count, seed
from benchmarks.running_day import running_day
from benchmarks.table import markdown
from solver.insertion import rank, warm_up


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("insert", help="latency of ranking all places of one request in a running day")
    parser.add_argument("--trips", type=count, default=60, help="planned trips (default 60)")
    parser.add_argument("--vehicles", type=count, default=5, help="vehicles (default 5)")
    parser.add_argument("--asking", type=count, default=200, help="requests ranked (default 200)")
    parser.add_argument("--seed", type=seed, default=1)
    add_json(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Rank every asking request once, the kernels being warm."""
    rng = np.random.default_rng(options.seed)
    day = running_day(trips=options.trips, vehicles=options.vehicles, asking=options.asking, rng=rng)
    warm_up()
    watch, placed = Stopwatch(), 0
    for request in day.asking:
        with watch.lap():
            ranking = rank(day.problem, day.solution, request)
        placed += bool(ranking.candidates)
    latency = Latency.of(watch.measured_ms)
    summary: dict[str, Json] = {"trips": options.trips, "vehicles": options.vehicles, "placed": placed}
    title = f"{options.trips} trips / {options.vehicles} vehicles"
    text = markdown(["day", *COLUMNS, "placed"], [[title, *latency.cells(), str(placed)]])
    sys.stdout.write(one_line({**summary, **latency.as_json()}) + "\n" if options.json else text)
    return 0
