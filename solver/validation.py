"""Is a problem well formed, and can each request be served at all?

`validated` is the gate: everything behind it may index without looking. Structure comes first (shapes,
signs, indices, prefixes), then sense. A mandatory demand that no vehicle could ever meet is an error; an
optional one is left in and reported by `impossible_requests`, so that the rest is still solved.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.errors import SolverInputError
from solver.options import check_options
from solver.problem import INT64_FIELDS, Problem, frozen
from solver.rules import Rule
from solver.units import LARGEST_TICK
from solver.wishes import check_wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class Impossible:
    """A request that no vehicle could carry even alone, and the first rule that says so."""

    request: int
    rule: Rule
    cause: str


def validated(problem: Problem) -> Problem:
    """The problem frozen and proven well formed.

    Raises
    ------
    SolverInputError
        Names the array and index, the cause and what to do, for the first fault found.
    """
    if not 0 < problem.tick_s < math.inf:
        raise _error("tick_not_positive", "tick_s", f"A tick of {problem.tick_s} s is not positive and finite.")
    checked = frozen(problem)
    _check_shapes(checked)
    _check_signs(checked)
    _check_indices(checked)
    _check_bounds_order(checked)
    check_options(checked)
    _check_links(checked)
    _check_prefixes(checked)
    check_wishes(checked)
    _check_promises(checked)
    return checked


def _check_promises(problem: Problem) -> None:
    """Raise for a mandatory demand that cannot be met by any of its requests."""
    hopeless = {one.request: one for one in impossible_requests(problem)}
    for request, reason in hopeless.items():
        if problem.mandatory[request] and all(option in hopeless for option in problem.options(request)):
            raise _error(f"impossible_{reason.rule}", f"request {request}", reason.cause)


def impossible_requests(problem: Problem) -> tuple[Impossible, ...]:
    """Requests that cannot be served by any vehicle, each with its first reason, in request order.

    The test looks at each request alone (windows, direct ride, seats, compatibility, shifts); it ignores
    breaks and durations, so it never names a request that could be served. Requests whose pick-up lies in a
    prefix are under way and are not tested.
    """
    reasons = _reasons_before_vehicles(problem)
    carried = _carriers(problem)
    under_way = set(problem.prefix_visit.tolist())
    found = []
    for request in range(problem.n_requests):
        if request in under_way:
            continue
        if request in reasons:
            found.append(reasons[request])
        elif not carried[request]:
            found.append(Impossible(request=request, rule=Rule.SHIFT, cause=_NO_SHIFT))
    return tuple(found)


_NO_SHIFT = "No vehicle that may carry it can reach it and return within its shift and the windows."


def _reasons_before_vehicles(problem: Problem) -> dict[int, Impossible]:
    n = problem.n_requests
    pick, drop = problem.earliest[:n], problem.latest[n:]
    direct = _direct(problem)
    soonest = pick + problem.service[:, :n].min(axis=0, initial=LARGEST_TICK) + direct
    may = _may_carry(problem)
    fits = _seats_fit(problem)
    closed: NDArray[np.bool_] = np.logical_or.reduce((problem.earliest > problem.latest).reshape(2, n), axis=0)
    unfit: NDArray[np.bool_] = ~np.logical_or.reduce(fits & may, axis=1)
    refused: NDArray[np.bool_] = ~np.logical_or.reduce(may, axis=1)
    tests: tuple[tuple[NDArray[np.bool_], Rule, str], ...] = (
        (closed, Rule.WINDOW, "A window ends before it starts."),
        (problem.max_ride < direct, Rule.RIDE, "The ride limit is below the direct travel time."),
        (soonest > drop, Rule.WINDOW, "The windows exclude each other: the drop closes before it can be reached."),
        (refused, Rule.COMPATIBLE, "No vehicle may carry it."),
        (unfit, Rule.SEATS, "Its load is above every vehicle that may carry it."),
    )
    reasons: dict[int, Impossible] = {}
    for failed, rule, cause in tests:
        for request in np.flatnonzero(failed).tolist():
            reasons.setdefault(request, Impossible(request=request, rule=rule, cause=cause))
    return reasons


def _direct(problem: Problem) -> NDArray[np.int64]:
    """(R,) ticks from pick-up to drop at the fastest period."""
    n = problem.n_requests
    places = problem.place_of_visit
    fastest: NDArray[np.int64] = problem.travel[:, places[:n], places[n:]].min(axis=0)
    return fastest


def _may_carry(problem: Problem) -> NDArray[np.bool_]:
    """(R, V) compatible and not locked to another vehicle."""
    free = problem.locked_vehicle[:, None] < 0
    own = problem.locked_vehicle[:, None] == np.arange(problem.n_vehicles)[None, :]
    may: NDArray[np.bool_] = problem.compatible & (free | own)
    return may


def _seats_fit(problem: Problem) -> NDArray[np.bool_]:
    """(R, V) the load alone fits a layout."""
    fits = np.zeros((problem.n_requests, problem.n_vehicles), dtype=np.bool_)
    for vehicle in range(problem.n_vehicles):
        layouts = problem.capacity[vehicle]
        fits[:, vehicle] = (problem.load[:, None, :] <= layouts[None, :, :]).all(axis=2).any(axis=1)
    return fits


def _carriers(problem: Problem) -> NDArray[np.bool_]:
    """(R,) some vehicle may carry it, has the seats, and can drive out, ride and return in time."""
    n, places = problem.n_requests, problem.place_of_visit
    allowed = _may_carry(problem) & _seats_fit(problem)
    found = np.zeros(n, dtype=np.bool_)
    fastest = problem.travel.min(axis=0)
    direct = _direct(problem)
    for vehicle in range(problem.n_vehicles):
        service = problem.service[problem.class_of_vehicle[vehicle]]
        out = fastest[problem.start_place[vehicle], places[:n]]
        back = fastest[places[n:], problem.end_place[vehicle]]
        pick = np.maximum(problem.earliest[:n], problem.shift_earliest[vehicle] + out)
        drop = np.maximum(problem.earliest[n:], pick + service[:n] + direct)
        pick = np.maximum(pick, drop - problem.max_ride - service[:n])
        in_time = (pick <= problem.latest[:n]) & (drop <= problem.latest[n:])
        home = drop + service[n:] + back <= problem.shift_latest[vehicle]
        found |= allowed[:, vehicle] & in_time & home
    return found


def _check_shapes(problem: Problem) -> None:
    n, v = len(problem.max_ride), len(problem.start_place)
    shapes = problem.travel.shape, problem.capacity.shape, problem.load.shape, problem.service.shape
    if tuple(len(shape) for shape in shapes) != (3, 3, 2, 2):
        raise _error("wrong_shape", "travel, capacity, load, service", f"Shapes {shapes} need 3, 3, 2 and 2 axes.")
    k, p, _ = problem.travel.shape
    b, seats = len(problem.break_vehicle), problem.load.shape[1]
    expected: dict[str, tuple[int, ...]] = {
        "travel": (k, p, p), "period_start": (k,), "cost": (p, p), "place_of_visit": (2 * n,), "earliest": (2 * n,),
        "latest": (2 * n,), "service": (problem.service.shape[0], 2 * n), "max_ride": (n,), "load": (n, seats),
        "mandatory": (n,), "penalty": (n,), "exclusive": (n,), "compatible": (n, v), "locked_vehicle": (n,),
        "linked_to": (n,), "link_stay": (n,), "class_of_vehicle": (v,),
        "capacity": (v, problem.capacity.shape[1], seats), "start_place": (v,), "end_place": (v,),
        "shift_earliest": (v,), "shift_latest": (v,), "max_duration": (v,), "vehicle_cost": (v,),
        "break_vehicle": (b,), "break_earliest": (b,), "break_latest": (b,), "break_duration": (b,),
        "prefix_start": (v + 1,), "prefix_visit": (len(problem.prefix_visit),),
        **_sparse_shapes(problem),
    }  # fmt: skip
    for name, shape in expected.items():
        actual = getattr(problem, name).shape
        if actual != shape:
            cause = f"Its shape is {actual}, but the other arrays ask for {shape}."
            raise _error("matrix_not_square" if name in ("travel", "cost") else "wrong_shape", name, cause)
    if k < 1 or (v and problem.capacity.shape[1] < 1):
        raise _error("wrong_shape", "travel, capacity", "At least one period and one layout are needed.")


def _sparse_shapes(problem: Problem) -> dict[str, tuple[int]]:
    q, m, o = len(problem.soft_visit), len(problem.reference_request), len(problem.option_request)
    names = ("reference_request", "reference_vehicle", "reference_pickup", "reference_drop")
    options = ("option_request", "option_of", "option_cost")
    soft = dict.fromkeys(("soft_visit", "soft_latest"), (q,))
    return soft | dict.fromkeys(names, (m,)) | dict.fromkeys(options, (o,))


def _check_signs(problem: Problem) -> None:
    names = (
        "travel", "cost", "service", "max_ride", "load", "penalty", "link_stay", "capacity", "max_duration",
        "vehicle_cost", "break_duration", "option_cost",
    )  # fmt: skip
    for name in names:
        _reject(problem, name, "negative", getattr(problem, name) < 0, "The entry is negative.")
    limit = problem.idle_aboard_limit
    if limit != limit // 1:
        raise _error("not_whole_number", "idle_aboard_limit", f"{limit} is not a whole number of ticks.")
    if limit < 0:
        raise _error("negative", "idle_aboard_limit", "The limit is negative.")
    if limit > LARGEST_TICK:
        raise _error("too_large", "idle_aboard_limit", f"The limit is beyond {LARGEST_TICK}.")
    for name in INT64_FIELDS:
        array = getattr(problem, name)
        beyond = (array > LARGEST_TICK) | (array < -LARGEST_TICK)  # the least of all has no absolute value
        _reject(problem, name, "too_large", beyond, f"The entry is beyond {LARGEST_TICK}.")


def _check_indices(problem: Problem) -> None:
    n, v, p = problem.n_requests, problem.n_vehicles, problem.travel.shape[1]
    ranges = (
        ("place_of_visit", 0, p), ("start_place", 0, p), ("end_place", 0, p), ("locked_vehicle", -1, v),
        ("linked_to", -1, n), ("class_of_vehicle", 0, problem.service.shape[0]), ("break_vehicle", 0, v),
        ("prefix_visit", 0, 2 * n), ("prefix_start", 0, len(problem.prefix_visit) + 1), ("soft_visit", 0, 2 * n),
        ("reference_request", 0, n), ("reference_vehicle", 0, v), ("option_request", 0, n), ("option_of", 0, n),
    )  # fmt: skip
    for name, low, end in ranges:
        array = getattr(problem, name)
        _reject(problem, name, "bad_index", (array < low) | (array >= end), f"The index is outside {low}..{end - 1}.")


def _check_bounds_order(problem: Problem) -> None:
    window = "A window ends before it starts."
    closed = (problem.earliest > problem.latest).reshape(2, problem.n_requests)
    _reject(problem, "earliest", "window_closed", (closed & problem.mandatory).reshape(-1), window)
    _reject(problem, "shift_earliest", "window_closed", problem.shift_earliest > problem.shift_latest, window)
    _reject(problem, "break_earliest", "window_closed", problem.break_earliest > problem.break_latest, window)
    not_later = np.diff(problem.period_start, prepend=problem.period_start[:1] - 1) <= 0
    _reject(problem, "period_start", "periods_not_increasing", not_later, "It does not start after the one before.")


def _check_links(problem: Problem) -> None:
    for request in np.flatnonzero(problem.linked_to >= 0).tolist():
        seen, at = {request}, int(problem.linked_to[request])
        while at >= 0 and at not in seen:
            seen.add(at)
            at = int(problem.linked_to[at])
        if at >= 0:
            raise _error("link_circular", f"request {request}", "Following its links leads back to a request.")


def _check_prefixes(problem: Problem) -> None:
    n, bounds = problem.n_requests, problem.prefix_start
    if bounds[0] != 0 or bounds[-1] != len(problem.prefix_visit) or (np.diff(bounds) < 0).any():
        raise _error("prefix_bounds", "prefix_start", "It must rise from 0 to the number of prefix visits.")
    visits = problem.prefix_visit.tolist()
    if len(set(visits)) != len(visits):
        raise _error("prefix_duplicate", "prefix_visit", "A visit occurs twice.")
    may = _may_carry(problem)
    for vehicle in range(problem.n_vehicles):
        boarded: set[int] = set()
        for visit in problem.prefix_of(vehicle):
            request = visit % n
            if visit >= n and request not in boarded:
                raise _error("prefix_order", f"visit {visit}", f"Vehicle {vehicle} drops it without a pick-up before.")
            if not may[request, vehicle]:
                raise _error("prefix_vehicle", f"request {request}", f"It may not ride in vehicle {vehicle}.")
            boarded.add(request)


def _reject(problem: Problem, name: str, code: str, bad: NDArray[np.bool_], cause: str) -> None:
    """Raise for the first true entry of ``bad``, an array parallel to field ``name``."""
    where = np.argwhere(bad)
    if where.size:
        index = where[0].tolist()
        value = getattr(problem, name)[tuple(index)]
        raise _error(code, f"{name}{index}", f"{cause} (value {value})")


def _error(code: str, item: str, cause: str) -> SolverInputError:
    return SolverInputError(code=code, item=item, cause=cause, action="Correct the input and try again.")
