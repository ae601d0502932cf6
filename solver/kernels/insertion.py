"""Every feasible place of one request: pick-up after position ``i``, drop after position ``j >= i`` of a route.

Cheap necessary tests come first, from bounds that use windows and travel only, so they stay valid for
matrices without the triangle inequality; what is left is laid out and scheduled exactly.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.kernels.absorb import absorbed, driven
from solver.kernels.jit import inlined, kernel
from solver.kernels.packed import (
    BREAK_END,
    BREAK_FIRST,
    CLASS,
    LOAD,
    LOCKED,
    PLACE,
    PRIVATE,
    USE_COST,
    Packed,
)  # fmt: skip
from solver.kernels.timing import best_schedule, feasible, greatest, reached, settle
from solver.kernels.tour import (
    ASK_ALLOWED,
    ASK_ANY,
    ASK_DROP_EARLIEST,
    ASK_DROP_LATEST,
    ASK_FOUND,
    ASK_LENGTH,
    ASK_NOT_AFTER,
    ASK_NOT_BEFORE,
    ASK_PICK_EARLIEST,
    ASK_PICK_LATEST,
    ASK_REQUEST,
    ASK_RIDE,
    ASK_RULES,
    ASK_SEATS,
    ASK_VEHICLE,
    FREE,
    HIGH,
    KEEP_BREAKS,
    KEEP_PRIVATE,
    KEEP_RIDE,
    LOW,
    NODE,
    PRIVATES,
    QUICK,
    RIDERS,
    SERVICE,
    Work,
    X,
    Y,
    lay_out,
)  # fmt: skip

# Columns of a place. The last row of an array of places holds in column 0 how many rows are filled.
PLACE_DELTA = 0
PLACE_VEHICLE = 1
PLACE_PICK = 2
PLACE_DROP = 3


class Fleet(NamedTuple):
    """All routes: row ``v`` holds the nodes of vehicle ``v``, both places included."""

    stops: NDArray[np.int64]  # (V, L)
    length: NDArray[np.int64]  # (V,)


@kernel
def best_places(pack: Packed, work: Work, fleet: Fleet, asks: NDArray[np.int64], places: NDArray[np.int64]) -> None:
    """The cheapest places over all vehicles, into ``places`` (limit + 1, 4), cheapest first.

    ``asks`` (V, ASK_SIZE) holds one ask per vehicle; ASK_FOUND is set in place for every vehicle that has a
    place, kept or not. Ties go to the lower vehicle, then the earlier pick-up and drop.
    """
    places[-1, 0] = 0
    for v in range(asks.shape[0]):
        asks[v, ASK_FOUND] = 0
        if asks[v, ASK_ALLOWED] == 0:
            continue
        work.base[NODE, : fleet.length[v]] = fleet.stops[v, : fleet.length[v]]
        asks[v, ASK_ANY] = 0
        label(pack, work, asks[v])
        search(pack, work, asks[v], places)
        if asks[v, ASK_FOUND] == 0:
            work.one[-1, 0] = 0
            asks[v, ASK_ANY] = 1
            search(pack, work, asks[v], work.one)


@kernel
def admits(pack: Packed, work: Work, ask: NDArray[np.int64]) -> bool:
    """Whether the route in ``work.base`` has any place for the ask."""
    ask[ASK_ANY] = 1
    work.one[-1, 0] = 0
    label(pack, work, ask)
    search(pack, work, ask, work.one)
    found: bool = work.one[-1, 0] > 0
    return found


@kernel
def least_amounts(
    pack: Packed, work: Work, ask: NDArray[np.int64], directions: NDArray[np.int64], amounts: NDArray[np.int64]
) -> None:
    """For each row of ``directions``, replace the upper bound in ``amounts`` by the least amount that admits."""
    for row in range(directions.shape[0]):
        amounts[row] = least_amount(pack, work, ask, directions[row], amounts[row])


@kernel
def first_refusal(pack: Packed, work: Work, stages: NDArray[np.int64]) -> int:
    """Index of the first of ``stages`` (ever stricter asks, the last of them refused) that is refused."""
    high: int = stages.shape[0] - 1
    low = -1
    while high - low > 1:
        middle = (low + high) // 2
        if admits(pack, work, stages[middle]):
            low = middle
        else:
            high = middle
    return high


@kernel
def timed_place(pack: Packed, work: Work, ask: NDArray[np.int64], i: int, j: int) -> bool:
    """Lay out and schedule the route with the request at (i, j) in ``work.trial``; False when it has no times."""
    n = splice(pack, work, ask, i, j)
    lay_out(pack, n, ask, work.trial)
    return best_schedule(pack, n, ask, work.trial)


@kernel
def least_amount(pack: Packed, work: Work, ask: NDArray[np.int64], direction: NDArray[np.int64], most: int) -> int:
    """Smallest ``a`` in ``1..most`` for which ``ask + a * direction`` is admitted, by bisection; 0 if none is."""
    low, high = 0, most
    work.ask[:] = ask + most * direction
    if not admits(pack, work, work.ask):
        return 0
    while high - low > 1:
        middle = (low + high) // 2
        work.ask[:] = ask + middle * direction
        if admits(pack, work, work.ask):
            high = middle
        else:
            low = middle
    return high


@kernel
def label(pack: Packed, work: Work, ask: NDArray[np.int64]) -> None:
    """Everything `search` reads about the route whose nodes stand in ``work.base``.

    The labels depend on the vehicle and its limits in the ask, not on the request, which the route does not
    serve: they stay good for other requests until the route changes.
    """
    base, n, v = work.base, ask[ASK_LENGTH], ask[ASK_VEHICLE]
    lay_out(pack, n, ask, base)
    greatest(pack, n, base)
    pauses = ask[ASK_RULES] & KEEP_BREAKS and pack.vehicle[v, BREAK_FIRST] < pack.vehicle[v, BREAK_END]
    base[QUICK, 0] = 0
    if not pauses and not pack.has_links and settle(pack, n, ask, base):
        base[QUICK, 0] = 1
        base[FREE, :n] = base[X, :n]
    base[X, 0] = base[LOW, 0]
    for i in range(1, n):
        base[X, i] = max(base[LOW, i], reached(pack, base, i, base[X, i - 1], 0))
    _loads(pack, n, base, work.load)


@kernel
def search(pack: Packed, work: Work, ask: NDArray[np.int64], places: NDArray[np.int64]) -> None:
    """Merge the feasible places of the labelled route into ``places``, cheapest first.

    Places that would not be kept are not tested; with ASK_ANY the search ends at the first place.
    """
    base, n = work.base, ask[ASK_LENGTH]
    private = pack.node[ask[ASK_REQUEST], PRIVATE] * (ask[ASK_RULES] & KEEP_PRIVATE)
    for i in range(pack.vehicle[ask[ASK_VEHICLE], LOCKED], n - 1):
        if base[X, i] > base[HIGH, i] or base[X, i] + base[SERVICE, i] > ask[ASK_PICK_LATEST]:
            return
        if private and base[RIDERS, i] > 0:
            continue
        if _room(pack, work, ask, i):
            _drops(pack, work, ask, places, i)
        if ask[ASK_ANY] and places[-1, 0] > 0:
            return


@kernel
def _loads(pack: Packed, n: int, tour: NDArray[np.int64], load: NDArray[np.int64]) -> None:
    for s in range(load.shape[1]):
        load[0, s] = 0
        for i in range(1, n):
            load[i, s] = load[i - 1, s] + pack.node[tour[NODE, i], LOAD + s]


@inlined
def _room(pack: Packed, work: Work, ask: NDArray[np.int64], i: int) -> bool:
    """Whether the request may be aboard when the vehicle leaves position ``i``: seats and private rides."""
    if ask[ASK_RULES] & KEEP_PRIVATE and work.base[PRIVATES, i] > 0:
        return False
    layouts = pack.capacity[ask[ASK_VEHICLE]]
    for a in range(layouts.shape[0]):
        fits = True
        for s in range(layouts.shape[1]):
            if work.load[i, s] + pack.node[ask[ASK_REQUEST], LOAD + s] > layouts[a, s] + ask[ASK_SEATS]:
                fits = False
        if fits:
            return True
    return False


@inlined
def _drops(pack: Packed, work: Work, ask: NDArray[np.int64], places: NDArray[np.int64], i: int) -> None:
    """All drop positions for a pick-up after ``i``. ``clock``: a lower bound on leaving the position before."""
    base, n, pick = work.base, ask[ASK_LENGTH], ask[ASK_REQUEST]
    drop = pick + (pack.node.shape[0] - 2 * pack.vehicle.shape[0]) // 2
    vehicle_class = pack.vehicle[ask[ASK_VEHICLE], CLASS]
    boarding, alighting = pack.service[vehicle_class, pick], pack.service[vehicle_class, drop]
    picked = driven(pack, base[NODE, i], pick, base[X, i] + base[SERVICE, i])
    picked = max(picked, ask[ASK_PICK_EARLIEST], ask[ASK_NOT_BEFORE])
    if picked > ask[ASK_PICK_LATEST]:
        return
    last = min(ask[ASK_DROP_LATEST], ask[ASK_NOT_AFTER])
    if ask[ASK_RULES] & KEEP_RIDE:
        last = min(last, ask[ASK_PICK_LATEST] + boarding + ask[ASK_RIDE])
    before, clock = pick, picked + boarding
    for j in range(i, n - 1):
        if clock > last:
            return
        dropped = max(ask[ASK_DROP_EARLIEST], driven(pack, before, drop, clock))
        onward = driven(pack, drop, base[NODE, j + 1], dropped + alighting)
        if dropped <= last and onward <= base[Y, j + 1]:
            _consider(pack, work, ask, places, i, j)
            if ask[ASK_ANY] and places[-1, 0] > 0:
                return
        if j + 1 == n - 1 or not _room(pack, work, ask, j + 1):
            return
        if pack.node[pick, PRIVATE] * (ask[ASK_RULES] & KEEP_PRIVATE):
            return
        reach = max(base[LOW, j + 1], driven(pack, before, base[NODE, j + 1], clock))
        if reach > base[HIGH, j + 1]:
            return
        before, clock = base[NODE, j + 1], reach + base[SERVICE, j + 1]


@inlined
def _cost(pack: Packed, a: int, b: int) -> int:
    units: int = pack.cost[pack.node[a, PLACE], pack.node[b, PLACE]]
    return units


@kernel
def added_cost(pack: Packed, tour: NDArray[np.int64], ask: NDArray[np.int64], i: int, j: int) -> int:
    """Cost of the route with the request minus its cost without; an unused vehicle costs nothing."""
    pick = ask[ASK_REQUEST]
    drop = pick + (pack.node.shape[0] - 2 * pack.vehicle.shape[0]) // 2
    a, b = tour[NODE, i], tour[NODE, i + 1]
    c, d = tour[NODE, j], tour[NODE, j + 1]
    added: int
    if i == j:
        added = _cost(pack, a, pick) + _cost(pack, pick, drop) + _cost(pack, drop, b)
    else:
        added = _cost(pack, a, pick) + _cost(pack, pick, b) + _cost(pack, c, drop) + _cost(pack, drop, d)
    if ask[ASK_LENGTH] == 2:
        added += pack.vehicle[ask[ASK_VEHICLE], USE_COST]
        return added
    return added - _cost(pack, a, b) - (0 if i == j else _cost(pack, c, d))


@kernel
def _consider(pack: Packed, work: Work, ask: NDArray[np.int64], places: NDArray[np.int64], i: int, j: int) -> None:
    """Keep the place when it is cheap enough and the route with it has a schedule."""
    delta = added_cost(pack, work.base, ask, i, j)
    limit, count = places.shape[0] - 1, places[-1, 0]
    if count == limit and delta >= places[limit - 1, PLACE_DELTA]:
        return
    if not (work.base[QUICK, 0] and absorbed(pack, work, ask, i, j)):
        n = splice(pack, work, ask, i, j)
        lay_out(pack, n, ask, work.trial)
        if not feasible(pack, n, ask, work.trial):
            return
    ask[ASK_FOUND] = 1
    row = min(count, limit - 1)
    while row > 0 and places[row - 1, PLACE_DELTA] > delta:
        places[row] = places[row - 1]
        row -= 1
    places[row, PLACE_DELTA] = delta
    places[row, PLACE_VEHICLE] = ask[ASK_VEHICLE]
    places[row, PLACE_PICK] = i
    places[row, PLACE_DROP] = j
    places[-1, 0] = min(count + 1, limit)


@kernel
def splice(pack: Packed, work: Work, ask: NDArray[np.int64], i: int, j: int) -> int:
    """NODE row of the trial: the base with pick-up after ``i`` and drop after ``j``; its length."""
    n: int = ask[ASK_LENGTH]
    base, trial, pick = work.base, work.trial, ask[ASK_REQUEST]
    trial[NODE, : i + 1] = base[NODE, : i + 1]
    trial[NODE, i + 1] = pick
    trial[NODE, i + 2 : j + 2] = base[NODE, i + 1 : j + 1]
    trial[NODE, j + 2] = pick + (pack.node.shape[0] - 2 * pack.vehicle.shape[0]) // 2
    trial[NODE, j + 3 : n + 2] = base[NODE, j + 1 : n]
    return n + 2
