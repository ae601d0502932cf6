"""From a problem to the `Field` the search works on.

Nothing is lost on the way but one freedom: a linked pair whose windows overlap is given a moment that parts
them (the outbound is done before, the return begins after), so that routes can be judged one by one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from solver.kernels import field as columns
from solver.kernels.field import Field
from solver.kernels.packed import BREAK_END, BREAK_FIRST, CLASS, DURATION, LOCKED, USE_COST, Packed, pack, read_only
from solver.problem import Int32, Int64, Problem, frozen
from solver.solution import Solution
from solver.terms import terms_of
from solver.units import LARGEST_ARC

WORD_BITS = 62
"""Bits of a load word that fields may fill."""

MOST_NEIGHBOURS = 300
"""Neighbours listed per request."""

ROWS_BY_COLUMNS = 200_000
"""Pairs of requests that are compared at once: some megabytes of numbers at a time."""

MOST_PLACES_FOR_CLOSURE = 450
"""Up to so many places shortest paths are computed; beyond, costs are taken to keep the triangle inequality."""

FAR = 2**40
"""Distance of two requests that no vehicle can serve one after the other."""

HASH_SEED = 20_260_401


def fits_search(problem: Problem) -> bool:
    """Whether the search can take the problem, priced: its loads fit one word, what an arc costs and takes half one.

    The kernels are compiled for tables of half words only: they are read at random, and twice as many of them fit
    the memory that is near.
    """
    widest = max(int(problem.travel.max(initial=0)), int(problem.cost.max(initial=0)))
    return int(_field_bits(problem).sum()) <= WORD_BITS and widest <= LARGEST_ARC


def search_field(problem: Problem, *, parting: Int64) -> Field:
    """Return the field of ``problem``.

    Parameters
    ----------
    parting
        (R,) ticks; a return is not picked up before, its outbound is done by then. See `parting_of`.
    """
    tight = tightened(parted(problem, parting))
    packed = pack(tight)
    shift, guard = _shifts(tight)
    arc, arc_to = _arcs(tight, np.arange(2)), _arcs(tight, np.array([1, 0]))
    return Field(
        node=read_only(_nodes(tight, packed, shift)),
        service=packed.service,
        arc=arc,
        arc_to=arc if np.array_equal(arc, arc_to) else arc_to,
        vehicle=read_only(_vehicles(tight, packed)),
        layout=read_only(_layouts(tight, shift, guard)),
        allowed=_frozen_bool(_allowed(tight)),
        near=_frozen_int32(_neighbours(tight)),
        soon=_frozen_int32(_soon(tight)),
        order=read_only(_orders(tight)),
        figure=read_only(_figures(tight, guard)),
        packed=packed,
        terms=terms_of(tight),
    )


def parted(problem: Problem, parting: Int64) -> Problem:
    """The problem with every linked pair kept apart by its moment: a plan for it is a plan for ``problem``."""
    earliest, latest = problem.earliest.copy(), problem.latest.copy()
    for request in np.flatnonzero(problem.linked_to >= 0).tolist():
        earliest[request] = max(earliest[request], parting[request])
        for outbound in problem.options(int(problem.linked_to[request])):
            drop = problem.drop(outbound)
            gap = max(1, int(problem.service[:, drop].max()) + int(problem.link_stay[request]))
            latest[drop] = min(latest[drop], int(parting[request]) - gap)
    return frozen(problem._replace(earliest=earliest, latest=latest))


def parting_of(problem: Problem, solution: Solution) -> Int64:
    """(R,) for each return the moment that parts it from its outbound.

    Where ``solution`` serves it, that is when it begins there; elsewhere the middle of the times that are possible.
    All options of a demand part at the same moment, but for what their ``link_stay`` differs.
    """
    moment: Int64 = problem.earliest[: problem.n_requests].copy()
    start = {visit: at for route in solution.routes for visit, at in zip(route.visits, route.starts, strict=True)}
    for request in np.flatnonzero(problem.linked_to >= 0).tolist():
        outbound = problem.drop(int(problem.linked_to[request]))
        gap = max(1, int(problem.service[:, outbound].max()) + int(problem.link_stay[request]))
        low = max(int(problem.earliest[outbound]) + gap, int(moment[request]))
        high = max(low, min(int(problem.latest[outbound]) + gap, int(problem.latest[request])))
        moment[request] = start.get(request, (low + high) // 2)
    for head in np.unique(problem.option_of).tolist():
        options = list(problem.options(head))
        served = next((request for request in options if request in start), head)
        if problem.linked_to[head] >= 0:
            moment[options] = moment[served] + problem.link_stay[options] - problem.link_stay[served]
    return moment


def tightened(problem: Problem) -> Problem:
    """The problem with windows cut to what the ride and its limit leave; it has the same plans."""
    n = problem.n_requests
    first, last = problem.earliest.copy(), problem.latest.copy()
    quick, slow = problem.service.min(axis=0), problem.service.max(axis=0)
    if problem.travel.shape[1] <= MOST_PLACES_FOR_CLOSURE:
        ride = closure(problem.travel.min(axis=0))[problem.place_of_visit[:n], problem.place_of_visit[n:]]
    else:
        ride = np.zeros(n, dtype=np.int64)
    first[n:] = np.maximum(first[n:], first[:n] + quick[:n] + ride)
    last[:n] = np.minimum(last[:n], last[n:] - quick[:n] - ride)
    last[n:] = np.minimum(last[n:], last[:n] + slow[:n] + problem.max_ride)
    first[:n] = np.maximum(first[:n], first[n:] - slow[:n] - problem.max_ride)
    return frozen(problem._replace(earliest=first, latest=last))


def closure(lengths: Int64) -> Int64:
    """Least total length between any two places over any others (Floyd and Warshall)."""
    least: Int64 = lengths.copy()
    for k in range(len(least)):
        np.minimum(least, least[:, k, None] + least[None, k, :], out=least)
    return least


def _arcs(problem: Problem, ends: Int64) -> Int32:
    """Fastest travel and cost of every pair of places, and its travel times by period where there are several.

    ``ends`` orders the two places of a pair.
    """
    several = problem.travel if len(problem.travel) > 1 else problem.travel[:0]
    tables = [table.transpose(ends) for table in (problem.travel.min(axis=0), problem.cost, *several)]
    return _frozen_int32(np.stack(tables, axis=2, dtype=np.int32, casting="same_kind").reshape(-1))


def _numbers_per_arc(problem: Problem) -> int:
    periods = len(problem.travel)
    return 2 if periods == 1 else 2 + periods


def _nodes(problem: Problem, packed: Packed, shift: Int64) -> Int64:
    n, v = problem.n_requests, problem.n_vehicles
    node = np.zeros((2 * n + 2 * v, columns.NODE_COLUMNS), dtype=np.int64)
    node[:, columns.NODE_EARLIEST] = np.concatenate([problem.earliest, problem.shift_earliest, problem.shift_earliest])
    node[:, columns.NODE_LATEST] = np.concatenate([problem.latest, problem.shift_latest, problem.shift_latest])
    places = np.concatenate([problem.place_of_visit, problem.start_place, problem.end_place])
    node[:, columns.NODE_PLACE] = _numbers_per_arc(problem) * places
    word = (_kinds(problem) << shift).sum(axis=1)
    node[:n, columns.NODE_LOAD] = word
    node[n : 2 * n, columns.NODE_LOAD] = -word
    node[: 2 * n, columns.NODE_RIDE] = np.tile(problem.max_ride, 2)
    marks = np.random.default_rng(HASH_SEED).integers(1, 2**63 - 1, 2 * n + v)
    node[: 2 * n, columns.NODE_HASH] = marks[: 2 * n]
    node[2 * n : 2 * n + v, columns.NODE_HASH] = marks[2 * n :][vehicle_kinds(problem)]
    node[2 * n + v :, columns.NODE_HASH] = 1  # legs multiply: with 0 all empty vehicles would be alike
    node[_staying(problem), columns.NODE_FIXED] = 1
    node[:n, columns.NODE_OUTBOUND] = problem.linked_to
    node[:n, columns.NODE_BACK] = -1
    for request in np.flatnonzero(problem.linked_to >= 0).tolist():
        node[list(problem.options(int(problem.linked_to[request]))), columns.NODE_BACK] = request
    node[:n, columns.NODE_NEXT_OPTION] = _rings(problem)
    node[n : 2 * n, columns.NODE_OPTION_COST] = problem.option_costs()
    worth = 10 * int(problem.cost.max(initial=1)) + int(problem.vehicle_cost.max(initial=0)) + _term_worth(problem)
    worth += int(problem.option_cost.max(initial=0))
    node[:n, columns.NODE_WEIGHT] = problem.penalty + worth * np.where(problem.mandatory, 4, 1)
    node[:n, columns.NODE_MANDATORY] = problem.mandatory
    return node


def _rings(problem: Problem) -> Int64:
    """(R,) for each request the next one that meets the same demand, in a ring; itself when it is the only one."""
    following = np.arange(problem.n_requests, dtype=np.int64)
    for head in np.unique(problem.option_of).tolist():
        options = problem.options(head)
        following[list(options)] = [*options[1:], head]
    return following


def _term_worth(problem: Problem) -> int:
    """What the terms of one request come to at most, roughly: ten long legs that everything waits for."""
    weights = problem.objective
    per_tick = weights.working_time + weights.excess_ride + weights.lateness + weights.retimed + weights.unevenness
    return 10 * per_tick * int(problem.travel.max(initial=1)) + weights.moved if not weights.plain else 0


def _staying(problem: Problem) -> list[int]:
    """Requests that are under way, and the outbounds of those: where they are served, they stay on their routes."""
    staying = [visit for visit in problem.prefix_visit.tolist() if visit < problem.n_requests]
    at = 0
    while at < len(staying):
        outbound = int(problem.linked_to[staying[at]])
        staying += problem.options(outbound) if outbound >= 0 else ()
        at += 1
    return staying


def _kinds(problem: Problem) -> Int64:
    """(R, S + 1) loads; the last kind makes a private ride fill the vehicle."""
    alone = np.where(problem.exclusive, problem.n_requests, 1)
    return np.concatenate([np.minimum(problem.load, _most(problem) + 1), alone[:, None]], axis=1).astype(np.int64)


def _most(problem: Problem) -> Int64:
    """(S,) the most seats of each kind that any layout has."""
    kinds = problem.load.shape[1]
    most: Int64 = problem.capacity.reshape(-1, kinds).max(axis=0, initial=0).astype(np.int64)
    return most


def _field_bits(problem: Problem) -> Int64:
    """(S + 1,) bits per kind: the load aboard plus one request, and the guard bit."""
    most = np.append(2 * _most(problem) + 1, 2 * problem.n_requests)
    return np.array([int(value).bit_length() + 1 for value in most], dtype=np.int64)


def _shifts(problem: Problem) -> tuple[Int64, int]:
    bits = _field_bits(problem)
    shift = np.cumsum(bits) - bits
    return shift, int((1 << (shift + bits - 1)).sum())


def _layouts(problem: Problem, shift: Int64, guard: int) -> Int64:
    room = np.full((*problem.capacity.shape[:2], 1), problem.n_requests)
    words: Int64 = np.concatenate([problem.capacity, room], axis=2).astype(np.int64) << shift
    summed: Int64 = np.ascontiguousarray(words.sum(axis=2) + guard)
    return summed


def vehicle_kinds(problem: Problem) -> Int64:
    """(V,) vehicles with the same number are interchangeable while they are empty; a prefix makes one unique."""
    own = np.arange(problem.n_vehicles)
    busy = np.diff(problem.prefix_start) > 0
    locked = np.isin(own, problem.locked_vehicle)
    pauses = np.isin(own, problem.break_vehicle)
    kept = np.isin(own, problem.reference_vehicle) & (problem.objective.moved > 0)
    unique = np.where(busy | locked | pauses | kept, own + 1, 0)
    rows = np.concatenate(
        [
            np.stack(
                [
                    unique, problem.class_of_vehicle, problem.start_place, problem.end_place, problem.shift_earliest,
                    problem.shift_latest, problem.max_duration, problem.vehicle_cost,
                ],
                axis=1,
            ),
            problem.capacity.reshape(problem.n_vehicles, -1),
            problem.compatible.T,
        ],
        axis=1,
    )  # fmt: skip
    _, first, kind = np.unique(rows.astype(np.int64), axis=0, return_index=True, return_inverse=True)
    return np.asarray(first[kind.reshape(-1)], dtype=np.int64)


def _vehicles(problem: Problem, packed: Packed) -> Int64:
    vehicle = np.zeros((problem.n_vehicles, columns.VEHICLE_COLUMNS), dtype=np.int64)
    vehicle[:, columns.VEHICLE_CLASS] = packed.vehicle[:, CLASS]
    vehicle[:, columns.VEHICLE_DURATION] = packed.vehicle[:, DURATION]
    vehicle[:, columns.VEHICLE_COST] = packed.vehicle[:, USE_COST]
    vehicle[:, columns.VEHICLE_LOCKED] = packed.vehicle[:, LOCKED]
    pauses = packed.vehicle[:, BREAK_END] > packed.vehicle[:, BREAK_FIRST]
    vehicle[:, columns.VEHICLE_GENERAL] = pauses | _may_idle_too_long(problem)
    vehicle[:, columns.VEHICLE_KIND] = vehicle_kinds(problem)
    return vehicle


def _may_idle_too_long(problem: Problem) -> bool:
    """Whether the idle limit can bind."""
    span = int(problem.latest.max(initial=0)) - int(problem.earliest.min(initial=0))
    return problem.idle_aboard_limit < span


def _allowed(problem: Problem) -> NDArray[np.bool_]:
    locked = problem.locked_vehicle[:, None]
    return np.asarray(problem.compatible & ((locked < 0) | (locked == np.arange(problem.n_vehicles))))


def _neighbours(problem: Problem) -> NDArray[np.int32]:
    """For each request the others by how well one vehicle can serve both: travel plus half the wait it forces."""
    travel = problem.travel.min(axis=0)

    def apart(requests: Int64) -> NDArray[np.float64]:
        best = _apart(problem, travel, requests).astype(np.float64)
        return best + 0.001 * _ends_apart(problem, travel, requests)

    return _closest(problem.n_requests, apart)


def _soon(problem: Problem) -> NDArray[np.int32]:
    """For each request the others by how far the middles of their pick-up windows lie apart."""
    n = problem.n_requests
    middle = (problem.earliest[:n] + problem.latest[:n]).astype(np.float64)
    return _closest(n, lambda requests: np.abs(middle - middle[requests][:, None]))


def _closest(n: int, apart: Callable[[Int64], NDArray[np.float64]]) -> NDArray[np.int32]:
    """For each of ``n`` requests the others, the least ``apart`` first: of some requests, it gives the rows."""
    keep = max(min(n - 1, MOST_NEIGHBOURS), 0)
    closest = np.empty((n, keep), dtype=np.int32)
    at_once = max(1, ROWS_BY_COLUMNS // max(n, 1))
    for begin in range(0, n, at_once):
        requests = np.arange(begin, min(begin + at_once, n))
        away = apart(requests)
        away[np.arange(len(requests)), requests] = np.inf
        closest[requests] = np.argsort(away, axis=1, kind="stable")[:, :keep]
    return closest


def _apart(problem: Problem, travel: Int64, requests: Int64) -> Int64:
    """The way between an end of a request (rows) and an end of another (columns), whichever two ends are closest."""
    n, place = problem.n_requests, problem.place_of_visit
    here, there = np.concatenate((requests, n + requests))[:, None], np.arange(2 * n)[None, :]
    onwards = _one_way(problem, here, there, travel[place[here], place[there]])
    back = _one_way(problem, there, here, travel[place[there], place[here]])
    closest: Int64 = np.minimum(onwards, back).reshape(2, len(requests), 2, n).min(axis=(0, 2))
    return closest


def _one_way(problem: Problem, a: Int64, b: Int64, travel: Int64) -> Int64:
    ready = problem.service[0, a] + travel
    wait = np.maximum(problem.earliest[b] - problem.latest[a] - ready, 0)
    return np.where(problem.earliest[a] + ready <= problem.latest[b], travel + wait // 2, FAR)


def _ends_apart(problem: Problem, travel: Int64, requests: Int64) -> Int64:
    n, place = problem.n_requests, problem.place_of_visit
    pickups: Int64 = travel[place[requests][:, None], place[:n]]
    return pickups + travel[place[n + requests][:, None], place[n:]]


def _orders(problem: Problem) -> Int64:
    """Far, near, narrow window, early, late drop and long trip first."""
    n = problem.n_requests
    pick, drop = problem.place_of_visit[:n], problem.place_of_visit[n:]
    out = problem.cost[problem.start_place][:, pick].min(axis=0, initial=FAR)
    width = np.minimum(problem.latest[:n] - problem.earliest[:n], problem.latest[n:] - problem.earliest[n:])
    keys = [-out, out, width, problem.earliest[:n], -problem.latest[n:], -problem.travel.min(axis=0)[pick, drop]]
    order: Int64 = np.stack(keys).astype(np.int64)
    return np.ascontiguousarray(order)


def _figures(problem: Problem, guard: int) -> Int64:
    figure = np.zeros(columns.FIGURES, dtype=np.int64)
    figure[columns.FIGURE_PLACES] = problem.cost.shape[0]
    figure[columns.FIGURE_GUARD] = guard
    if problem.cost.shape[0] <= MOST_PLACES_FOR_CLOSURE:
        figure[columns.FIGURE_SLACK] = int((problem.cost - closure(problem.cost)).max(initial=0))
    figure[columns.FIGURE_TERMS] = not problem.objective.plain
    figure[columns.FIGURE_LINKS] = bool((problem.linked_to >= 0).any())
    figure[columns.FIGURE_OPTIONS] = len(problem.option_request) > 0
    figure[columns.FIGURE_DEMANDS] = problem.n_requests - len(problem.option_request)
    figure[columns.FIGURE_FEWER] = problem.n_vehicles > 1 and problem.vehicle_cost.min() > 2 * problem.cost.max()
    return figure


def _frozen_bool(array: NDArray[np.bool_]) -> NDArray[np.bool_]:
    array = np.ascontiguousarray(array)
    array.setflags(write=False)
    return array


def _frozen_int32(array: NDArray[np.int32]) -> NDArray[np.int32]:
    array.setflags(write=False)
    return array
