"""``plan``: a whole service day from nothing, by greedy insertion and by each engine within a time limit."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import asdict, dataclass

import numpy as np

from benchmarks.files import Json, pages
from benchmarks.options import add_json, count, positive_seconds, seed
from benchmarks.table import markdown
from benchmarks.town import DAY_END_S, Cars, build_town, service_day, wishes
from solver.checker import check
from solver.construction import construct
from solver.objective import solution_cost
from solver.params import Engine, SolveParams
from solver.problem import Problem
from solver.solution import Solution
from solver.solve import solve
from solver.stop import StepLimit, Stop, TimeLimit
from solver.warm_up import warm_up

PLACES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One way of planning: seconds to its first checked plan and over all, and what the last plan is worth."""

    how: str
    first_s: float
    wall_s: float
    served: int
    driven_m: int
    violations: int


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("plan", help="plan a generated service day: greedy insertion beside the engines")
    parser.add_argument("--requests", type=count, default=200)
    parser.add_argument("--vehicles", type=count, default=8)
    parser.add_argument("--seconds", type=positive_seconds, default=2.0, help="per engine (default 2)")
    parser.add_argument("--seed", type=seed, default=1, help="of the day and of the random numbers of lns")
    add_json(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Plan, check, compare. 0 when no plan breaks a rule, else 3."""
    rng = np.random.default_rng(options.seed)
    town = build_town(places=PLACES, rng=rng)
    cars = Cars(count=options.vehicles, lunch=True, end_s=DAY_END_S)
    problem = service_day(town, wishes(town, count=options.requests, rng=rng), cars)
    plans = [_greedy(problem), *(_searched(problem, engine, options) for engine in Engine)]
    head = f"{options.requests} requests, {options.vehicles} vehicles"
    rows: list[Json] = [asdict(plan) for plan in plans]
    shown = pages({"day": head, "plans": rows}) if options.json else _text(head, plans)
    sys.stdout.write(shown)
    return 3 if any(plan.violations for plan in plans) else 0


def _greedy(problem: Problem) -> Planned:
    warm_up()
    began = time.perf_counter()
    solution = construct(problem)
    violations = len(check(problem, solution))
    seconds = time.perf_counter() - began
    return _planned("greedy", problem, solution, first_s=seconds, wall_s=seconds, violations=violations)


def _searched(problem: Problem, engine: Engine, options: argparse.Namespace) -> Planned:
    params = SolveParams(engine=engine, seed=options.seed, reasons_max=0)
    if engine is Engine.LNS:  # its kernels are compiled or loaded first
        solve(problem, params=params, stop=Stop(limits=(StepLimit(1),)))
    began = time.perf_counter()
    result = solve(problem, params=params, stop=Stop(limits=(TimeLimit(options.seconds),)))
    wall_s, first_s = time.perf_counter() - began, result.first.seconds
    violations = len(check(problem, result.solution))
    return _planned(engine.value, problem, result.solution, first_s=first_s, wall_s=wall_s, violations=violations)


def _planned(
    how: str, problem: Problem, solution: Solution, *, first_s: float, wall_s: float, violations: int
) -> Planned:
    return Planned(
        how=how,
        first_s=first_s,
        wall_s=wall_s,
        served=problem.n_requests - len(solution.unserved),
        driven_m=solution_cost(problem, solution).driving,
        violations=violations,
    )


def _text(head: str, plans: list[Planned]) -> str:
    columns = (head, "served", "km", "km a ride", "first plan s", "all s", "violations")
    return markdown(columns, [_line(plan) for plan in plans])


def _line(plan: Planned) -> list[str]:
    km = plan.driven_m / 1000
    a_ride = f"{km / plan.served:.2f}" if plan.served else "none"
    times = (f"{plan.first_s:.3f}", f"{plan.wall_s:.2f}")
    return [plan.how, str(plan.served), f"{km:.1f}", a_ride, *times, str(plan.violations)]
