"""What a plan costs: amounts by origin, weighed by `solver.weights.Objective`.

Nothing here is shared with the search or the kernels; the times are taken as the plan states them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from solver.problem import Problem, frozen
from solver.solution import Solution, TimedRoute
from solver.wishes import largest_terms

DEAREST_VEHICLE = 2**38
"""Most that a vehicle costs when fewer vehicles come first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Cost units by origin; ``total`` is their sum."""

    driving: int
    vehicles: int
    penalties: int
    options: int
    working_time: int
    excess_ride: int
    lateness: int
    moved: int
    retimed: int
    unevenness: int

    @property
    def total(self) -> int:
        route = self.driving + self.vehicles + self.working_time + self.excess_ride + self.lateness
        return route + self.penalties + self.options + self.moved + self.retimed + self.unevenness


def driving_cost(problem: Problem, vehicle: int, visits: tuple[int, ...]) -> int:
    """Cost of the legs from the start place over ``visits`` to the end place; an unused vehicle costs 0."""
    if not visits:
        return 0
    places = [int(problem.place_of_visit[visit]) for visit in visits]
    stops = [int(problem.start_place[vehicle]), *places, int(problem.end_place[vehicle])]
    return sum(int(problem.cost[a, b]) for a, b in pairwise(stops))


def solution_cost(problem: Problem, solution: Solution) -> Cost:
    r"""Cost of a plan.

    .. math:: \sum_{v\ \mathrm{used}} \Bigl(w_F F_v + w_c \sum_{(a,b) \in v} c_{ab} + w_W W_v\Bigr)
       + w_p \sum_{r\ \mathrm{unserved}} p_r + \sum_{r\ \mathrm{served}} \bigl(w_O o_r + w_E e_r + w_M m_r\bigr)
       + \sum_i \bigl(w_L \max(0, B_i - s_i) + w_T \max(0, |B_i - b_i| - \tau)\bigr)
       + w_U \Bigl\lfloor \tfrac{1}{V} \sum_v \bigl|V W_v - \textstyle\sum_u W_u\bigr| \Bigr\rfloor

    with :math:`F_v` ``vehicle_cost``, :math:`c` ``cost``, :math:`p` ``penalty``, :math:`o` ``option_cost``,
    :math:`W_v` arrival minus departure (0 for an unused vehicle), :math:`e_r` the ride minus the fastest direct travel
    time (never below 0 under the triangle inequality), :math:`m_r` 1 when the reference plan meets the demand by
    another vehicle or another request, :math:`s_i` ``soft_latest``, :math:`b_i` the time in the reference plan and
    :math:`\tau` ``retimed_tolerance``. A mandatory request that is unserved counts its penalty too, though such a plan
    is invalid. That fewer vehicles come first is not in here: see `solver.incumbent.Quality`.
    """
    weights = problem.objective
    used = [(v, route) for v, route in enumerate(solution.routes) if route.visits]
    return Cost(
        driving=weights.driving * sum(driving_cost(problem, v, route.visits) for v, route in used),
        vehicles=weights.vehicles * sum(int(problem.vehicle_cost[v]) for v, _ in used),
        penalties=weights.unserved * sum(int(problem.penalty[r]) for r in solution.unserved),
        options=weights.options * _options(problem, solution),
        working_time=weights.working_time * sum(_working_time(route) for route in solution.routes),
        excess_ride=weights.excess_ride and weights.excess_ride * _excess_ride(problem, solution),
        lateness=weights.lateness and weights.lateness * _lateness(problem, solution),
        moved=weights.moved and weights.moved * _moved(problem, solution),
        retimed=weights.retimed and weights.retimed * _retimed(problem, solution),
        unevenness=weights.unevenness * _unevenness(solution),
    )


def _working_time(route: TimedRoute) -> int:
    return route.arrive - route.depart if route.visits else 0


def _options(problem: Problem, solution: Solution) -> int:
    if not len(problem.option_request):
        return 0
    costs, n = problem.option_costs(), problem.n_requests
    return sum(int(costs[visit]) for route in solution.routes for visit in route.visits if visit < n)


def _excess_ride(problem: Problem, solution: Solution) -> int:
    n, direct, total = problem.n_requests, problem.travel.min(axis=0), 0
    for vehicle, route in enumerate(solution.routes):
        service = problem.service[problem.class_of_vehicle[vehicle]]
        at = dict(zip(route.visits, route.starts, strict=True))
        for pick in [visit for visit in route.visits if visit < n and visit + n in at]:
            ride = at[pick + n] - at[pick] - int(service[pick])
            total += ride - int(direct[problem.place_of_visit[pick], problem.place_of_visit[pick + n]])
    return total


def _starts(solution: Solution) -> dict[int, int]:
    return {visit: at for route in solution.routes for visit, at in zip(route.visits, route.starts, strict=True)}


def _lateness(problem: Problem, solution: Solution) -> int:
    at = _starts(solution)
    soft = zip(problem.soft_visit.tolist(), problem.soft_latest.tolist(), strict=True)
    return sum(max(0, at[visit] - latest) for visit, latest in soft if visit in at)


def _moved(problem: Problem, solution: Solution) -> int:
    heads, n = problem.heads(), problem.n_requests
    met = {int(heads[r]): (r, v) for v, route in enumerate(solution.routes) for r in route.visits if r < n}
    before = zip(problem.reference_request.tolist(), problem.reference_vehicle.tolist(), strict=True)
    return sum(met.get(int(heads[request]), (request, vehicle)) != (request, vehicle) for request, vehicle in before)


def _retimed(problem: Problem, solution: Solution) -> int:
    at, tolerance = _starts(solution), problem.objective.retimed_tolerance
    picks = zip(problem.reference_request.tolist(), problem.reference_pickup.tolist(), strict=True)
    drops = zip((problem.reference_request + problem.n_requests).tolist(), problem.reference_drop.tolist(), strict=True)
    return sum(max(0, abs(at[visit] - then) - tolerance) for visit, then in [*picks, *drops] if visit in at)


def _unevenness(solution: Solution) -> int:
    times = [_working_time(route) for route in solution.routes]
    return sum(abs(len(times) * time - sum(times)) for time in times) // max(1, len(times))


def priced(problem: Problem) -> Problem:
    """The problem in which costs, ``vehicle_cost``, ``penalty`` and ``option_cost`` carry their weights, now 1.

    Where fewer vehicles come first, a vehicle costs more than the rest of any plan (up to `DEAREST_VEHICLE`), and a
    missing request as much in addition. Plans compare as they did; an engine needs to know the arrays only.
    """
    weights = problem.objective
    if (weights.driving, weights.vehicles, weights.unserved, weights.options, weights.fewest_vehicles) == _PRICED:
        return problem
    cost, vehicle_cost = problem.cost * weights.driving, problem.vehicle_cost * weights.vehicles
    dearer = min(DEAREST_VEHICLE, _more_than_any_plan(problem)) if weights.fewest_vehicles else 0
    return frozen(
        problem._replace(
            cost=cost,
            vehicle_cost=vehicle_cost + dearer,
            penalty=problem.penalty * weights.unserved + dearer,
            option_cost=problem.option_cost * weights.options,
            objective=replace(weights, driving=1, vehicles=1, unserved=1, options=1, fewest_vehicles=False),
        )
    )


_PRICED = (1, 1, 1, 1, False)


def _more_than_any_plan(problem: Problem) -> int:
    """More than what any plan costs that serves everybody."""
    weights, legs = problem.objective, 2 * problem.n_requests + problem.n_vehicles
    driving = weights.driving * legs * int(problem.cost.max(initial=0))
    return 1 + driving + weights.vehicles * int(problem.vehicle_cost.sum()) + sum(largest_terms(problem).values())
