"""``hours``: what travel times by time of day cost an iteration of the search."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median

import numpy as np

from benchmarks.by_hour import Traffic, by_hour
from benchmarks.files import Json, pages
from benchmarks.options import add_json, count, seed
from benchmarks.table import markdown
from benchmarks.town import DAY_END_S, Cars, build_town, service_day, wishes
from solver.construction import construct
from solver.kernels.anneal import anneal
from solver.kernels.lane import NO_POSITION, new_lane
from solver.kernels.plans import load_plan
from solver.problem import Problem, frozen
from solver.search import plan_rows
from solver.search_field import parting_of, search_field

PLACES = 400
HEAT = 1000.0
"""Temperature of the measured iterations, in metres."""

Stretch = Callable[[int], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """One kind of day: microseconds of processor time per iteration, medians, and the median of the paired ratios."""

    day: str
    one_period_us: float
    periods_us: float
    ratio: float


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("hours", help="what travel times by time of day cost an iteration")
    parser.add_argument("--requests", type=count, default=200)
    parser.add_argument("--vehicles", type=count, default=12)
    parser.add_argument("--periods", type=count, default=4)
    parser.add_argument("--iterations", type=count, default=3000, help="per measurement (default 3000)")
    parser.add_argument("--repeats", type=count, default=5, help="pairs of measurements (default 5)")
    parser.add_argument("--seed", type=seed, default=1)
    add_json(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Measure days with and without breaks and a limit to idling, which need a test of their own."""
    rows = [_measured(options, traffic, rules=rules) for rules in (False, True) for traffic in Traffic]
    told: list[Json] = [asdict(row) for row in rows]
    head = f"{options.requests} requests, {options.vehicles} vehicles, {options.periods} periods"
    sys.stdout.write(pages({"day": head, "rows": told}) if options.json else _text(head, rows))
    return 0


def _measured(options: argparse.Namespace, traffic: Traffic, *, rules: bool) -> Paid:
    plain = _day(options, rules=rules)
    stretches = [_stretch(plain, options.seed)]
    stretches.append(_stretch(by_hour(plain, periods=options.periods, traffic=traffic), options.seed))
    for stretch in stretches:  # compile or load
        stretch(1)
    pairs = [[stretch(options.iterations) for stretch in stretches] for _ in range(options.repeats)]
    return Paid(
        day=f"{traffic.value}, {'breaks and idle limit' if rules else 'windows and rides'}",
        one_period_us=median(one for one, _ in pairs),
        periods_us=median(several for _, several in pairs),
        ratio=median(several / one for one, several in pairs),
    )


def _day(options: argparse.Namespace, *, rules: bool) -> Problem:
    rng = np.random.default_rng(options.seed)
    town = build_town(places=PLACES, rng=rng)
    cars = Cars(count=options.vehicles, lunch=rules, end_s=DAY_END_S)
    problem = service_day(town, wishes(town, count=options.requests, rng=rng), cars)
    return problem if rules else frozen(problem._replace(idle_aboard_limit=DAY_END_S))


def _stretch(problem: Problem, lot: int) -> Stretch:
    """Return what runs so many iterations from the greedy plan and tells its microseconds per iteration."""
    begin = construct(problem)
    field = search_field(problem, parting=parting_of(problem, begin))
    room = min(2 * max(len(route.visits) for route in begin.routes) + 64, NO_POSITION - 1)
    stops, length = plan_rows(problem, tuple(route.visits for route in begin.routes), room=room)

    def microseconds(iterations: int) -> float:
        lane = new_lane(field, seed=(lot, 0), room=room)
        load_plan(field, lane, stops, length)
        began = time.process_time()
        anneal(field, lane, iterations, HEAT, HEAT)
        return (time.process_time() - began) / iterations * 1e6

    return microseconds


def _text(head: str, rows: list[Paid]) -> str:
    cells = [[row.day, f"{row.one_period_us:.1f}", f"{row.periods_us:.1f}", f"{row.ratio:.2f}"] for row in rows]
    return markdown((head, "µs, one period", "µs, by time of day", "ratio"), cells)
