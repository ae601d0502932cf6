"""One order of requests and vehicles for every order of the input rows, so that the same day gets the same plan.

Rows are sorted by what they say, never by where they stand; rows that say the same are interchangeable. The
places are told apart by their distances to all others, not by their numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.problem import Int32, Int64, Problem, frozen
from solver.solution import Solution, TimedRoute

BY_REQUEST = ("max_ride", "load", "mandatory", "penalty", "exclusive", "link_stay")
BY_VISIT = ("place_of_visit", "earliest", "latest")
BY_VEHICLE = (
    "class_of_vehicle", "capacity", "start_place", "end_place", "shift_earliest", "shift_latest", "max_duration",
    "vehicle_cost",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Canonical:
    """A problem in canonical order, and the way back.

    Attributes
    ----------
    requests, vehicles
        Row of the canonical problem -> row of the problem given.
    """

    problem: Problem
    requests: Int64
    vehicles: Int64

    def carried(self, solution: Solution) -> Solution:
        """A plan of the problem given, in canonical numbers."""
        return _renumbered(solution, requests=_inverse(self.requests), vehicles=self.vehicles)

    def restored(self, solution: Solution) -> Solution:
        """A plan of the canonical problem, in the numbers of the problem given."""
        return _renumbered(solution, requests=self.requests, vehicles=_inverse(self.vehicles))


def canonical(problem: Problem) -> Canonical:
    """Return ``problem`` with its requests and vehicles in canonical order."""
    requests = _sorted_requests(problem)
    vehicles = _sorted_rows(_vehicle_keys(problem))
    visits = np.concatenate([requests, requests + problem.n_requests])
    request_at, vehicle_at = _inverse(requests), _inverse(vehicles)
    rows = dict.fromkeys(BY_REQUEST, requests) | dict.fromkeys(BY_VISIT, visits) | dict.fromkeys(BY_VEHICLE, vehicles)
    changed = {name: getattr(problem, name)[order] for name, order in rows.items()}
    prefixes = [_mapped_visits(problem, problem.prefix_of(v), request_at) for v in vehicles.tolist()]
    return Canonical(
        problem=frozen(
            _with_options(_with_wishes(problem, request_at, vehicle_at), request_at)._replace(
                **changed,
                service=problem.service[:, visits],
                compatible=problem.compatible[requests][:, vehicles],
                locked_vehicle=_mapped(problem.locked_vehicle[requests], vehicle_at),
                linked_to=_mapped(problem.linked_to[requests], request_at),
                break_vehicle=_mapped(problem.break_vehicle, vehicle_at),
                prefix_start=np.cumsum([0, *(len(prefix) for prefix in prefixes)], dtype=np.int32),
                prefix_visit=np.array([visit for prefix in prefixes for visit in prefix], dtype=np.int32),
            )
        ),
        requests=requests,
        vehicles=vehicles,
    )


def _with_wishes(problem: Problem, request_at: Int64, vehicle_at: Int64) -> Problem:
    """The problem with its soft times and its reference plan in new numbers, in the order of these."""
    n = problem.n_requests
    visit_at = np.concatenate([request_at, request_at + n])
    soft, kept = visit_at[problem.soft_visit], request_at[problem.reference_request]
    by_soft, by_kept = np.argsort(soft), np.argsort(kept)
    return problem._replace(
        soft_visit=soft[by_soft].astype(np.int32),
        soft_latest=problem.soft_latest[by_soft],
        reference_request=kept[by_kept].astype(np.int32),
        reference_vehicle=vehicle_at[problem.reference_vehicle][by_kept].astype(np.int32),
        reference_pickup=problem.reference_pickup[by_kept],
        reference_drop=problem.reference_drop[by_kept],
    )


def _with_options(problem: Problem, request_at: Int64) -> Problem:
    """The problem with its options in new numbers, in the order of these."""
    options = request_at[problem.option_request]
    order = np.argsort(options)
    return problem._replace(
        option_request=options[order].astype(np.int32),
        option_of=request_at[problem.option_of][order].astype(np.int32),
        option_cost=problem.option_cost[order],
    )


def _sorted_requests(problem: Problem) -> Int64:
    """The rows of the requests in canonical order.

    With options a row says, too, which rows meet the same demand. Where whole demands say the same, all their rows
    follow the order of their heads, so that what belongs together is told apart alike.
    """
    keys = _request_keys(problem)
    if not len(problem.option_request):
        return _sorted_rows(keys)
    heads = problem.heads()
    keys = np.concatenate([keys, [problem.option_costs(), heads != np.arange(problem.n_requests)]])
    keys = np.concatenate([keys, [_demand_keys(heads, keys)]])
    place_of_head = _inverse(_sorted_rows(keys))[heads]
    return _sorted_rows(np.concatenate([keys, [place_of_head]]))


def _demand_keys(heads: Int64, keys: Int64) -> Int64:
    """(R,) the same number for rows whose demands can be met by rows that say the same."""
    _, kind = np.unique(keys, axis=1, return_inverse=True)
    kinds_of = {head: tuple(sorted(kind.reshape(-1)[heads == head].tolist())) for head in np.unique(heads).tolist()}
    number = {kinds: at for at, kinds in enumerate(sorted(set(kinds_of.values())))}
    return np.array([number[kinds_of[head]] for head in heads.tolist()], dtype=np.int64)


def _wish_keys(problem: Problem) -> list[Int64]:
    """What soft times and reference plan say about each request; 0 where nothing is said."""
    n, m = problem.n_requests, len(problem.reference_request)
    soft, kept = np.zeros(2 * n, dtype=np.int64), np.zeros((3, n), dtype=np.int64)
    soft[problem.soft_visit] = problem.soft_latest + 1
    kept[:, problem.reference_request] = np.ones(m), problem.reference_pickup, problem.reference_drop
    return [soft[:n], soft[n:], *kept]


def _request_keys(problem: Problem) -> Int64:
    n = problem.n_requests
    pick, drop = problem.place_of_visit[:n], problem.place_of_visit[n:]
    direct = problem.travel[:, pick, drop]
    locked = np.where(problem.locked_vehicle >= 0, 1, 0)
    linked = np.where(problem.linked_to >= 0, 1, 0)
    columns = [
        problem.earliest[:n], problem.latest[:n], problem.earliest[n:], problem.latest[n:], *problem.service[:, :n],
        *problem.service[:, n:], problem.max_ride, *problem.load.T, problem.mandatory, problem.penalty,
        problem.exclusive, problem.compatible.sum(axis=1), problem.link_stay, locked, linked, *direct,
        problem.cost[pick, drop], *_distances(problem)[:, pick], *_distances(problem)[:, drop], *_wish_keys(problem),
    ]  # fmt: skip
    return _stacked(columns)


def _vehicle_keys(problem: Problem) -> Int64:
    v = problem.n_vehicles
    away = _distances(problem)
    columns = [
        problem.class_of_vehicle, *problem.capacity.reshape(v, -1).T, problem.shift_earliest, problem.shift_latest,
        problem.max_duration, problem.vehicle_cost, *away[:, problem.start_place], *away[:, problem.end_place],
        problem.compatible.sum(axis=0), np.diff(problem.prefix_start), np.bincount(problem.break_vehicle, minlength=v),
        np.bincount(problem.reference_vehicle, minlength=v), _reference_times(problem),
    ]  # fmt: skip
    return _stacked(columns)


def _reference_times(problem: Problem) -> Int64:
    """(V,) sum of the pick-ups that each vehicle makes in the reference plan."""
    total = np.zeros(problem.n_vehicles, dtype=np.int64)
    np.add.at(total, problem.reference_vehicle, problem.reference_pickup)
    return total


def _distances(problem: Problem) -> Int64:
    """Sums that tell places apart: travel in every period and cost, to and from all places that visits use."""
    used = problem.place_of_visit
    matrices = (*problem.travel, problem.cost)
    return np.stack([sums for m in matrices for sums in (m[:, used].sum(axis=1), m[used].sum(axis=0))])


def _stacked(columns: list[NDArray[np.generic]]) -> Int64:
    return np.stack([np.asarray(column, dtype=np.int64) for column in columns])


def _sorted_rows(keys: Int64) -> Int64:
    """Order of the columns of ``keys`` by their first entry, then the second, and so on."""
    return np.lexsort(keys[::-1]).astype(np.int64)


def _inverse(order: Int64) -> Int64:
    at = np.empty_like(order)
    at[order] = np.arange(len(order))
    return at


def _mapped(rows: Int32, at: Int64) -> Int32:
    """``rows`` in new numbers; -1 stays."""
    return np.append(at, -1).astype(np.int32)[rows]


def _mapped_visits(problem: Problem, visits: tuple[int, ...], request_at: Int64) -> list[int]:
    n = problem.n_requests
    return [int(request_at[visit % n]) + visit // n * n for visit in visits]


def _renumbered(solution: Solution, *, requests: Int64, vehicles: Int64) -> Solution:
    """``requests`` maps old to new numbers; the route at ``vehicles[v]`` becomes that of ``v``."""
    n = len(requests)

    def visits(route: TimedRoute) -> tuple[int, ...]:
        return tuple(int(requests[visit % n]) + visit // n * n for visit in route.visits)

    return Solution(
        routes=tuple(replace(solution.routes[v], visits=visits(solution.routes[v])) for v in vehicles.tolist()),
        unserved=tuple(sorted(int(requests[request]) for request in solution.unserved)),
    )
