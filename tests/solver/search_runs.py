"""Runs of the improvement loop alone, from the plan of construction."""

from __future__ import annotations

from itertools import count
from typing import NamedTuple

from solver.construction import construct
from solver.params import SolveParams
from solver.problem import Problem
from solver.search import Routes, search
from solver.stop import Limit, Stop


class Run(NamedTuple):
    """Steps made, and every set of routes told of, in order."""

    steps: int
    told: list[Routes]


def searched(problem: Problem, *limits: Limit, threads: int = 2, seed: int = 0, ticks: float = 0.0) -> Run:
    """One run; each look at the clock takes ``ticks`` seconds."""
    told: list[Routes] = []
    clock = count()
    watch = Stop(limits, timer=lambda: next(clock) * ticks).begin()
    params = SolveParams(threads=threads, seed=seed)
    begin = construct(problem)
    steps = search(problem, begin, params=params, watch=watch, on_routes=lambda routes, _: told.append(routes))
    return Run(steps, told)
