"""``breakdown``: a vehicle breaks down, is late or waits in vain on a full day; seconds until the next plan."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.files import Json, pages
from benchmarks.measure.latency import Latency
from benchmarks.mishaps.full_day import full_day
from benchmarks.mishaps.mishap import Kind, Mended, Mishap, mended
from benchmarks.options import add_json, count, seed, seeds
from benchmarks.table import markdown
from solver.warm_up import warm_up

FOUND = 1
"""Exit code when a plan breaks a rule or the journal does not prove it."""

COLUMNS = ("mishap", "count", "p50 s", "max s", "promises broken", "most min late", "given up", "faults")


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("breakdown", help="breakdowns, delays and no-shows: seconds until the next plan")
    parser.add_argument("--trips", type=count, default=200)
    parser.add_argument("--vehicles", type=count, default=8)
    parser.add_argument(
        "--hours", type=seeds, default=tuple(range(9, 16)), help="as in 9-15; one vehicle after another"
    )
    parser.add_argument("--seed", type=seed, default=1)
    add_json(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Book the day once, let everything go wrong on a copy of it. 0 when judge and journal find nothing."""
    warm_up()
    with TemporaryDirectory(prefix="odekake-breakdown-") as folder:
        day = full_day(Path(folder), trips=options.trips, vehicles=options.vehicles, seed=options.seed)
        found = [
            mended(day, Mishap(kind=kind, shift_id=f"S{turn % options.vehicles}", at_s=hour * 3600))
            for kind in Kind
            for turn, hour in enumerate(options.hours)
        ]
    lines = [line for kind in Kind for line in _lines(kind, [one for one in found if one.mishap.kind is kind])]
    cases: list[Json] = [asdict(one) for one in found]
    summed: list[Json] = [dict(zip(COLUMNS, line, strict=True)) for line in lines]
    sys.stdout.write(pages({"mishaps": summed, "cases": cases}) if options.json else markdown(COLUMNS, lines))
    return FOUND if any(one.faults for one in found) else 0


def _lines(kind: Kind, found: list[Mended]) -> list[list[str]]:
    """One line for what the dispatcher waits for, one for the plan."""
    lines = [[kind.value, *_cells([one.plan_s for one in found], found)]]
    if any(one.tried_s for one in found):
        lines.insert(0, [f"{kind.value}, tried", *_cells([one.tried_s for one in found], found)])
    return lines


def _cells(waited_s: list[float], found: list[Mended]) -> list[str]:
    latency = Latency.of([1000 * seconds for seconds in waited_s])
    figures = (
        sum(one.late for one in found),
        max(one.late_min for one in found),
        sum(one.undriven for one in found),
        sum(len(one.faults) for one in found),
    )
    seconds = (f"{latency.p50_ms / 1000:.2f}", f"{latency.max_ms / 1000:.2f}")
    return [str(latency.count), *seconds, *(str(figure) for figure in figures)]
