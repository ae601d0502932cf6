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

PLACED, REFUSED = "placed", "refused"
"""Callers with a place at least, and those without any, for whom reasons and remedies are searched."""


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
    """Rank every asking request once, the kernels being warm; in JSON, figures of all stand at the top level."""
    rng = np.random.default_rng(options.seed)
    day = running_day(trips=options.trips, vehicles=options.vehicles, asking=options.asking, rng=rng)
    warm_up()
    everybody, groups = Stopwatch(), {PLACED: Stopwatch(), REFUSED: Stopwatch()}
    for request in day.asking:
        with everybody.lap():
            ranking = rank(day.problem, day.solution, request)
        groups[PLACED if ranking.candidates else REFUSED].measured_ms.append(everybody.measured_ms[-1])
    shown = {"all": everybody, **{name: watch for name, watch in groups.items() if watch.measured_ms}}
    latencies = {name: Latency.of(watch.measured_ms) for name, watch in shown.items()}
    sys.stdout.write(_json(options, latencies) if options.json else _text(options, latencies))
    return 0


def _json(options: argparse.Namespace, latencies: dict[str, Latency]) -> str:
    figures: dict[str, Json] = {name: latency.as_json() for name, latency in latencies.items() if name != "all"}
    day: dict[str, Json] = {"trips": options.trips, "vehicles": options.vehicles}
    return one_line({**day, **latencies["all"].as_json(), **figures}) + "\n"


def _text(options: argparse.Namespace, latencies: dict[str, Latency]) -> str:
    title = f"{options.trips} trips / {options.vehicles} vehicles"
    return markdown([title, *COLUMNS], [[name, *latency.cells()] for name, latency in latencies.items()])
