"""What it costs the model to leave a request out."""

from __future__ import annotations

import numpy as np

from solver.problem import Int64, Problem
from solver.wishes import largest_terms

LARGEST_SUM = 2**60
"""Bound of the objective: a quarter of int64, so that no sum inside the engine can overflow."""


def dropping_costs(problem: Problem) -> Int64:
    """Return the cost of leaving each request out, shape ``(R,)``, cost units.

    Serving one more request outweighs any saving on the road, and one more promised request outweighs
    all optional ones: with ``b`` an upper bound of all route and option costs, an optional request costs
    ``penalty + b`` and a promised one the sum of these plus one. Costs whose sum could overflow are
    capped; only ties between capped ones are lost, and the final comparison does not use these numbers.
    """
    n_requests = problem.n_requests
    if n_requests == 0:
        return np.zeros(0, dtype=np.int64)
    cap = LARGEST_SUM // (n_requests + 1)
    dearest_arc = int(problem.cost.max(initial=0))
    routes = (2 * n_requests + problem.n_vehicles) * dearest_arc + int(problem.vehicle_cost.sum())
    routes += sum(largest_terms(problem).values())
    optional = [min(int(penalty) + routes + 1, cap) for penalty in problem.penalty]
    promised = min(sum(optional) + 1, cap)
    costs = np.where(problem.mandatory, promised, np.array(optional, dtype=np.int64))
    return costs.astype(np.int64)
