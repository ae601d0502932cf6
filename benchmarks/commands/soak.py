"""``soak``: random days at the desk, one after another, until the first thing that is wrong or the last day."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from benchmarks.errors import SettingsError
from benchmarks.files import Json, check_writable, pages
from benchmarks.options import add_json, count, seed
from benchmarks.proof.random_day import ACTS, RandomDay
from solver.insertion import warm_up

FOUND = 1
"""Exit code when something was wrong."""

SHOWN_EVERY = 10


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("soak", help="random days: nothing may be lost, doubled, broken or overfilled")
    parser.add_argument("--days", type=count, default=1000)
    parser.add_argument("--seed", type=seed, default=1, help="of the first day; each day is one further")
    parser.add_argument("--resume", type=Path, help="a file that keeps the days finished, to go on where it ended")
    add_json(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Live through the days that are not finished yet."""
    finished = _finished(options.resume)
    warm_up()
    seeds = [number for number in range(options.seed, options.seed + options.days) if number not in finished]
    faulty: dict[str, Json] = {}
    met: Counter[str] = Counter()
    promised = 0
    for position, number in enumerate(seeds, start=1):
        day = RandomDay(seed=number)
        faults = day.run()
        met.update(day.met)
        promised += len(day.told.promised)
        if faults:
            faulty[str(number)] = list(faults)
            sys.stderr.write(f"day {number}: {faults[0]}\n")
        else:
            _note(options.resume, number)
        if position % SHOWN_EVERY == 0:
            sys.stderr.write(f"{position} of {len(seeds)} days, {len(faulty)} with faults\n")
    figures: dict[str, Json] = {
        "days": len(seeds),
        "finished_before": options.days - len(seeds),
        "acts_a_day": ACTS,
        "promises_given": promised,
        "faulty": faulty,
        "turned_away": dict(sorted(met.items())),
    }
    sys.stdout.write(
        pages(figures) if options.json else f"{len(seeds)} days, {promised} promises, {len(faulty)} days with faults.\n"
    )
    return FOUND if faulty else 0


def _finished(path: Path | None) -> set[int]:
    """The days that ``path`` names. Raises SettingsError when it cannot be written, or is another file."""
    if path is None:
        return set()
    check_writable(path)
    try:
        return {int(line) for line in path.read_text(encoding="utf-8").split()} if path.exists() else set()
    except ValueError as fault:
        action = "Name the file of an earlier run, or one that does not exist yet."
        raise SettingsError(
            code="not_finished_days",
            item=str(path),
            cause="It holds something else than numbers of days.",
            action=action,
        ) from fault


def _note(path: Path | None, number: int) -> None:
    if path is not None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{number}\n")
