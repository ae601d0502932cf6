"""What a plan costs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from solver.problem import Problem
from solver.solution import Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Cost units by origin; ``total`` is their sum."""

    driving: int
    vehicles: int
    penalties: int

    @property
    def total(self) -> int:
        return self.driving + self.vehicles + self.penalties


def driving_cost(problem: Problem, vehicle: int, visits: tuple[int, ...]) -> int:
    """Cost of the legs from the start place over ``visits`` to the end place; an unused vehicle costs 0."""
    if not visits:
        return 0
    places = [int(problem.place_of_visit[visit]) for visit in visits]
    stops = [int(problem.start_place[vehicle]), *places, int(problem.end_place[vehicle])]
    return sum(int(problem.cost[a, b]) for a, b in pairwise(stops))


def solution_cost(problem: Problem, solution: Solution) -> Cost:
    r"""Cost of a plan.

    .. math:: \sum_{v\ \mathrm{used}} \Bigl(F_v + \sum_{(a,b) \in v} c_{ab}\Bigr) + \sum_{r\ \mathrm{unserved}} p_r

    with :math:`F_v` ``vehicle_cost``, :math:`c` ``cost`` and :math:`p` ``penalty``. A mandatory request that
    is unserved counts its penalty too, though such a plan is invalid.
    """
    used = [(v, route.visits) for v, route in enumerate(solution.routes) if route.visits]
    return Cost(
        driving=sum(driving_cost(problem, v, visits) for v, visits in used),
        vehicles=sum(int(problem.vehicle_cost[v]) for v, _ in used),
        penalties=sum(int(problem.penalty[r]) for r in solution.unserved),
    )
