"""The best plan so far, and the gate it came through: the independent checker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from solver.checker import check
from solver.errors import SolverError
from solver.objective import solution_cost
from solver.problem import Problem
from solver.rules import Rule
from solver.solution import Solution
from solver.stop import Watch


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Quality:
    """What makes one plan better than another, in this order; less is better."""

    promised_unserved: int
    unserved: int
    vehicles: int = 0  # used vehicles where fewer come first, else 0
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """A new best plan, and when it was found: seconds and steps since the search began."""

    solution: Solution
    quality: Quality
    seconds: float
    steps: int


class Incumbent:
    """Keeps the best plan offered; a plan that breaks a rule is never kept.

    A plan without a promised request breaks a rule too, but is kept when nothing better was offered: the
    rest of the day must go on, and the result names what is missing.
    """

    def __init__(self, problem: Problem, watch: Watch, on_improvement: Callable[[Improvement], None]) -> None:
        self._problem = problem
        self._watch = watch
        self._on_improvement = on_improvement
        self._best: Improvement | None = None
        self._first: Improvement | None = None
        self.rejected = 0

    def offer(self, solution: Solution, *, steps: int) -> None:
        """Keep the plan if it is better than all before and the checker finds nothing but unserved promises."""
        quality = quality_of(self._problem, solution)
        if self._best is not None and not quality < self._best.quality:
            return
        if any(violation.rule is not Rule.MANDATORY for violation in check(self._problem, solution)):
            self.rejected += 1
            return
        improvement = Improvement(solution=solution, quality=quality, seconds=self._watch.seconds(), steps=steps)
        if self._first is None or self._first.quality.promised_unserved > 0:
            self._first = improvement
        self._best = improvement
        self._on_improvement(improvement)

    @property
    def best(self) -> Improvement:
        """The best plan so far.

        Raises
        ------
        SolverError
            No plan that was offered keeps the rules.
        """
        if self._best is None:
            raise SolverError(
                code="no_valid_plan",
                item="plan",
                cause=f"The checker rejected every plan ({self.rejected}).",
                action="Report this day: the schedule and the checker disagree.",
            )
        return self._best

    @property
    def first(self) -> Improvement:
        """The first plan with every promised request served; the last kept one while there is no such plan."""
        return self._first if self._first is not None else self.best


def quality_of(problem: Problem, solution: Solution) -> Quality:
    """Return the quality of a plan."""
    promised = sum(1 for request in solution.unserved if problem.mandatory[request])
    return Quality(
        promised_unserved=promised,
        unserved=len(solution.unserved),
        vehicles=sum(1 for route in solution.routes if route.visits) if problem.objective.fewest_vehicles else 0,
        cost=solution_cost(problem, solution).total,
    )
