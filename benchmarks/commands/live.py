"""``live``: calls come one by one, each is answered at once; what is driven in the end, and what was promised."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import benchmarks.live
import benchmarks.measure
import solver
from benchmarks.files import Json, pages
from benchmarks.live.dispatcher import FIXED_LEGS, INSERTION, SEARCH
from benchmarks.live.figures import LiveFigures, measured, summary
from benchmarks.measure.kept import KeptDays, code_digest
from benchmarks.measure.latency import Latency
from benchmarks.options import add_json, seeds
from benchmarks.table import markdown

STATE = Path("var/benchmarks")
WAYS = {"search": SEARCH, "fixed-legs": FIXED_LEGS, "insertion": INSERTION}
FOUND = 1
"""Exit code when somebody accepted was late or not driven, or the proof found anything else."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("live", help="calls one by one: accepted, km a ride, answer times; resumes")
    parser.add_argument("--seeds", type=seeds, default=tuple(range(1, 11)), help="1,2,3 or 1-10 (default 1-10)")
    help_text = "search (default); fixed-legs: no vehicle is turned on its way; insertion: nothing else"
    parser.add_argument("--by", choices=sorted(WAYS), default="search", help=help_text)
    parser.add_argument("--state", type=Path, default=STATE, help="folder for finished days")
    add_json(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Live through what is missing, then show the table."""
    book = KeptDays(options.state / "live.jsonl", version=code_digest(solver, benchmarks.live, benchmarks.measure))
    days = [_day(book, options.by, seed) for seed in options.seeds]
    total = summary(days)
    rows: list[Json] = [_json(day) for day in days]
    shown = pages({"by": options.by, "mean": total, "days": rows}) if options.json else _text(days)
    sys.stdout.write(shown)
    return FOUND if any(day.late or day.faults for day in days) else 0


def _day(book: KeptDays, by: str, seed: int) -> LiveFigures:
    key = f"{by} seed {seed}"
    for kept in book.found(key):
        return LiveFigures.kept(kept)
    day = measured(WAYS[by], seed=seed)
    book.keep(key, day.as_json())
    sys.stderr.write(f"seed {seed}: {day.accepted} accepted, {day.km_a_ride:.2f} km a ride\n")
    return day


def _json(day: LiveFigures) -> dict[str, Json]:
    return {**summary([day]), "seed": day.seed, "faults": list(day.faults)}


def _text(days: Sequence[LiveFigures]) -> str:
    columns = (
        "seed",
        "accepted",
        "km a ride",
        "late",
        "p50 ms",
        "p99 ms",
        "CPU p99 ms",
        "wait min",
        "rescued",
        "turned",
    )
    rows = [[str(day.seed), *_cells([day])] for day in days]
    faults = "".join(f"seed {day.seed}: {fault}\n" for day in days for fault in day.faults)
    return markdown(columns, [*rows, ["all", *_cells(days)]]) + faults


def _cells(days: Sequence[LiveFigures]) -> list[str]:
    count = len(days)
    answers = Latency.of([ms for day in days for ms in day.answer_ms])
    cpu = Latency.of([ms for day in days for ms in day.answer_cpu_ms])
    return [
        f"{sum(day.accepted for day in days) / count:.1f}",
        f"{sum(day.km_a_ride for day in days) / count:.2f}",
        str(sum(day.late for day in days)),
        f"{answers.p50_ms:.1f}",
        f"{answers.p99_ms:.1f}",
        f"{cpu.p99_ms:.1f}",
        f"{sum(day.waited_min for day in days) / count:.1f}",
        f"{sum(day.rescued for day in days) / count:.1f}",
        f"{sum(day.turned for day in days) / count:.1f}",
    ]
