"""``online``: sample days at the desk, by insertion alone and with the search between calls, and in hindsight."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

import benchmarks.online
import dispatch
import sample_data
import solver
from benchmarks.files import Json, pages
from benchmarks.measure.kept import KeptDays, code_digest
from benchmarks.online.figures import WAYS, Comparison, Interval, PairedDay, paired_day
from benchmarks.options import add_json, count, seeds
from benchmarks.table import markdown
from solver.warm_up import warm_up

STATE = Path("var/benchmarks")
FOUND = 1
"""Exit code when the judge found something wrong with a day."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "online", help="sample days at the desk: insertion alone, with the search, in hindsight"
    )
    parser.add_argument("--days", type=seeds, default=tuple(range(1, 61)), help="1,2,3 or 1-60 (default 1-60)")
    parser.add_argument("--rides", type=count, default=55, help="rides wanted a day, about (default 55)")
    parser.add_argument("--vehicles", type=count, default=4)
    parser.add_argument("--steps", type=count, default=500, help="of the search after each promise (default 500)")
    parser.add_argument("--state", type=Path, default=STATE, help="folder for finished days")
    add_json(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Live through what is missing, then compare."""
    version = code_digest(solver, dispatch, sample_data, benchmarks.online)
    book = KeptDays(options.state / "online.jsonl", version=version)
    all_days = Comparison(days=tuple(_day(book, number, options) for number in options.days))
    sys.stdout.write(pages(_json(all_days)) if options.json else _text(all_days))
    return FOUND if all_days.broken else 0


def _day(book: KeptDays, number: int, options: argparse.Namespace) -> PairedDay:
    key = f"{options.rides} rides {options.vehicles} vehicles {options.steps} steps day {number}"
    for kept in book.found(key):
        return PairedDay.kept(kept)
    warm_up()
    day = paired_day(number, rides=options.rides, vehicles=options.vehicles, steps=options.steps)
    book.keep(key, day.as_json())
    told = f"{day.insertion.served} and {day.search.served} of {day.calls} served, {day.saved:.1%} saved"
    sys.stderr.write(f"day {number}: {told}\n")
    return day


def _json(days: Comparison) -> dict[str, Json]:
    ways: dict[str, Json] = {way: {"share": days.share(way), "km_a_ride": days.km_a_ride(way)} for way in WAYS}
    rows: list[Json] = [day.as_json() for day in days.days]
    return {
        **ways,
        "share_at_most": days.share_at_most,
        "km_a_ride_saved": _interval(days.saved),
        "share_served_more": _interval(days.served_more),
        "broken": days.broken,
        "days": rows,
    }


def _interval(found: Interval) -> dict[str, Json]:
    known: dict[str, Json] = {name: value for name, value in asdict(found).items() if abs(value) < float("inf")}
    return known


def _text(days: Comparison) -> str:
    columns = (f"{len(days.days)} days", "served", "of hindsight", "of the bound", "km a ride")
    rows = [_row(days, way) for way in WAYS]
    saved, more = days.saved, days.served_more
    told = (
        f"Saved a ride: {saved.mean:.1%} ({saved.low:.1%} to {saved.high:.1%}); served more: {more.mean:.2%} "
        f"({more.low:.2%} to {more.high:.2%}); no plan serves more than {days.share_at_most:.2%}; "
        f"{days.broken} rules broken.\n"
    )
    faults = [text for day in days.days for way in (day.insertion, day.search) for text in way.broken]
    return markdown(columns, rows) + told + "".join(f"{fault}\n" for fault in faults)


def _row(days: Comparison, way: str) -> list[str]:
    share = days.share(way)
    of_hindsight, of_bound = share / days.share("hindsight"), share / days.share_at_most
    return [way, f"{share:.2%}", f"{of_hindsight:.2%}", f"{of_bound:.2%}", f"{days.km_a_ride(way):.2f}"]
