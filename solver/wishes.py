"""Do the weights of a problem and what they count (soft times, the reference plan) make sense together?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.errors import SolverInputError
from solver.problem import Problem
from solver.units import LARGEST_TICK

LARGEST_TERM = 2**39
"""Bound on weight x amount over a whole plan: the sum of all terms of a place stays within what a search packs."""


def check_wishes(problem: Problem) -> None:
    """Look at everything that only the objective reads.

    Raises
    ------
    SolverInputError
        A visit or request is named twice, or a weight is so large that costs would leave the whole numbers that
        the solver calculates in; the error names it.
    """
    for name in ("soft_visit", "reference_request"):
        _check_distinct(name, getattr(problem, name))
    for name, most in largest_amounts(problem).items():
        weight = getattr(problem.objective, name)
        bound = LARGEST_TICK if name in ("driving", "vehicles", "unserved") else LARGEST_TERM
        if weight * most > bound:
            raise SolverInputError(
                code="weight_too_large",
                item=f"objective.{name}",
                cause=f"{weight} times an amount of up to {most} is above {bound}.",
                action="Lower this weight, or all of them together.",
            )


def largest_terms(problem: Problem) -> dict[str, int]:
    """What each weight beyond driving, vehicles and penalties can cost in a plan, at most."""
    amounts = largest_amounts(problem)
    own = amounts.keys() - {"driving", "vehicles", "unserved"}
    return {name: getattr(problem.objective, name) * amounts[name] for name in sorted(own)}


def _check_distinct(name: str, numbers: NDArray[np.int32]) -> None:
    values, counts = np.unique(numbers, return_counts=True)
    for value in values[counts > 1].tolist():
        cause = f"{value} occurs more than once."
        raise SolverInputError(code="named_twice", item=name, cause=cause, action="Name it once.")


def largest_amounts(problem: Problem) -> dict[str, int]:
    """What each weight may be multiplied with, at most."""
    ends = np.concatenate([problem.latest, problem.shift_latest])
    begins = np.concatenate([problem.earliest, problem.shift_earliest])
    span = int(ends.max(initial=0)) - int(begins.min(initial=0))
    times = [*problem.soft_latest.tolist(), *problem.reference_pickup.tolist(), *problem.reference_drop.tolist()]
    away = span + max((abs(time) for time in times), default=0)
    n, v = problem.n_requests, problem.n_vehicles
    return {
        "driving": int(problem.cost.max(initial=0)),
        "vehicles": int(problem.vehicle_cost.max(initial=0)),
        "unserved": int(problem.penalty.max(initial=0)),
        "options": int(problem.option_cost.sum()),
        "working_time": v * span,
        "excess_ride": n * span,
        "lateness": len(problem.soft_visit) * away,
        "moved": len(problem.reference_request),
        "retimed": 2 * len(problem.reference_request) * away,
        "unevenness": 2 * v * span,
    }
