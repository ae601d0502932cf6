"""Every feasible place of one request: pick-up after position ``i``, drop after position ``j >= i`` of a route.

Cheap necessary tests come first, from bounds that use windows and travel only, so they stay valid for
matrices without the triangle inequality; what is left is laid out and scheduled exactly.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.kernels.absorb import absorbed, driven
from solver.kernels.jit import bare_kernel, entry, inlined
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
from solver.kernels.timing import best_schedule, departure, feasible, greatest, reached, settle
from solver.kernels.tour import (
    ASK_ALLOWED,
    ASK_ANY,
    ASK_DEARER,
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
    DROPS,
    FREE,
    HIGH,
    KEEP_BREAKS,
    KEEP_PRIVATE,
    KEEP_RIDE,
    LEAVES,
    LIFTED,
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

UNKNOWN = 2
"""Row QUICK of a route that has been labelled only."""


class Fleet(NamedTuple):
    """All routes: row ``v`` holds the nodes of vehicle ``v``, both places included."""

    stops: NDArray[np.int64]  # (V, L)
    length: NDArray[np.int64]  # (V,)


@entry
def put_routes(
    fleet: Fleet,
    vehicles: NDArray[np.int64],
    visits: NDArray[np.int64],
    start: NDArray[np.int64],
    driver: NDArray[np.int64],
) -> None:
    """Give vehicles their routes: rows of ``fleet``, and of each visit when it starts and who drives it.

    ``vehicles`` (2, n): the vehicle, and how many visits it has; ``visits`` (2, m): the visits of all of them, one
    after the other, and their starts of service. ``start`` and ``driver`` (2R,) are by visit.
    """
    cars, first, at = fleet.stops.shape[0], start.shape[0], 0
    for k in range(vehicles.shape[1]):
        v, count = vehicles[0, k], vehicles[1, k]
        for i in range(count):
            visit = visits[0, at + i]
            fleet.stops[v, i + 1], start[visit], driver[visit] = visit, visits[1, at + i], v
        fleet.stops[v, 0], fleet.stops[v, count + 1], fleet.length[v] = first + v, first + cars + v, count + 2
        at += count


@entry
def best_places(pack: Packed, work: Work, fleet: Fleet, asks: NDArray[np.int64], places: NDArray[np.int64]) -> None:
    """The cheapest places over all vehicles, into ``places`` (limit + 1, 4), cheapest first.

    ``asks`` (V, ASK_SIZE) holds one ask per vehicle; ASK_FOUND is set in place for every vehicle that has a
    place, kept or not. Ties go to the lower vehicle, then the earlier pick-up and drop.
    """
    places[-1, 0] = 0
    for v in range(asks.shape[0]):
        asks[v, ASK_FOUND], asks[v, ASK_DEARER], asks[v, ASK_ANY] = 0, 0, 0
        if asks[v, ASK_ALLOWED] == 0:
            continue
        take_up(work, fleet, v)
        label(pack, work, asks[v])
        search(pack, work, asks[v], places)
        if asks[v, ASK_FOUND] == 0 and asks[v, ASK_DEARER]:
            work.one[-1, 0] = 0
            asks[v, ASK_ANY] = 1
            search(pack, work, asks[v], work.one)


@entry
def timed_places(
    pack: Packed,
    work: Work,
    fleet: Fleet,
    asks: NDArray[np.int64],
    places: NDArray[np.int64],
    trials: NDArray[np.int64],
) -> None:
    """Into ``trials`` (n, ROWS, L): the routes with the requests of ``asks`` (n, ASK_SIZE) at ``places`` (n, 4).

    Each is laid out and scheduled by itself, with row LEAVES; the nodes of the last one stay in the trial.
    """
    for row in range(asks.shape[0]):
        take_up(work, fleet, asks[row, ASK_VEHICLE])
        n = splice(pack, work, asks[row], places[row, PLACE_PICK], places[row, PLACE_DROP])
        for i in range(n):
            trials[row, NODE, i] = work.trial[NODE, i]
        lay_out(pack, n, asks[row], trials[row])
        best_schedule(pack, n, asks[row], trials[row])
        trials[row, LEAVES, 0] = departure(pack, trials[row])


@bare_kernel
def take_up(work: Work, fleet: Fleet, v: int) -> None:
    """Make the route of vehicle ``v`` the base."""
    for i in range(fleet.length[v]):
        work.base[NODE, i] = fleet.stops[v, i]


@bare_kernel
def label(pack: Packed, work: Work, ask: NDArray[np.int64]) -> None:
    """Everything that bounds the places in the route whose nodes stand in ``work.base``.

    The labels depend on the vehicle and its limits in the ask, not on the request, which the route does not
    serve: they stay good for other requests until the route changes. Row FREE is found when it is first needed.
    """
    base, n = work.base, ask[ASK_LENGTH]
    lay_out(pack, n, ask, base)
    greatest(pack, n, base)
    base[QUICK, 0] = UNKNOWN
    base[X, 0] = base[LOW, 0]
    for i in range(1, n):
        base[X, i] = max(base[LOW, i], reached(pack, base, i, base[X, i - 1], 0))
    _loads(pack, n, base, work.load)


@bare_kernel
def search(pack: Packed, work: Work, ask: NDArray[np.int64], places: NDArray[np.int64]) -> None:
    """Merge the feasible places of the labelled route into ``places``, cheapest first.

    Places that would not be kept are not tested, which ASK_DEARER then says; with ASK_ANY the search ends at the
    first place.
    """
    base, n = work.base, ask[ASK_LENGTH]
    for i in range(pack.vehicle[ask[ASK_VEHICLE], LOCKED], n - 1):
        if base[X, i] > base[HIGH, i] or base[X, i] + base[SERVICE, i] > ask[ASK_PICK_LATEST]:
            return
        for k in range(drops_within(pack, work, ask, i)):
            _consider(pack, work, ask, places, i, base[DROPS, k])
            if ask[ASK_ANY] and places[-1, 0] > 0:
                return


@bare_kernel
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


@bare_kernel
def drops_within(pack: Packed, work: Work, ask: NDArray[np.int64], i: int) -> int:
    """Row DROPS: where the drop may follow a pick-up after ``i`` by loads and bounds on times; how many there are.

    ``clock``: a lower bound on leaving the position before; ``ridden``: one on the ride until then, without waiting,
    with one period of travel times; ``last``: an upper bound on the drop. What needs no travel time is tested first.
    """
    base, n, pick = work.base, ask[ASK_LENGTH], ask[ASK_REQUEST]
    drop = pick + (pack.node.shape[0] - 2 * pack.vehicle.shape[0]) // 2
    vehicle_class = pack.vehicle[ask[ASK_VEHICLE], CLASS]
    boarding, alighting = pack.service[vehicle_class, pick], pack.service[vehicle_class, drop]
    ready, leave = max(ask[ASK_PICK_EARLIEST], ask[ASK_NOT_BEFORE]), base[X, i] + base[SERVICE, i]
    if max(ready, leave) + boarding > base[HIGH, i + 1] or not _room(pack, work, ask, i):
        return 0
    private = pack.node[pick, PRIVATE] * (ask[ASK_RULES] & KEEP_PRIVATE)
    picked = max(ready, driven(pack, base[NODE, i], pick, leave))
    if picked > ask[ASK_PICK_LATEST] or (private and base[RIDERS, i] > 0):
        return 0
    limit = ride_limit(ask)
    last = min(ask[ASK_DROP_LATEST], ask[ASK_NOT_AFTER], ask[ASK_PICK_LATEST] + boarding + limit)
    steady = pack.start.shape[0] == 1
    before, clock, count, ridden = pick, picked + boarding, 0, 0
    for j in range(i, n - 1):
        if clock > last or ridden > limit:
            break
        reach = driven(pack, before, drop, clock)
        dropped = max(ask[ASK_DROP_EARLIEST], reach)
        onward = driven(pack, drop, base[NODE, j + 1], dropped + alighting)
        if dropped <= last and onward <= base[Y, j + 1] and (not steady or ridden + reach - clock <= limit):
            base[DROPS, count] = j
            count += 1
        if private or j + 1 == n - 1 or not _room(pack, work, ask, j + 1):
            break
        reach = driven(pack, before, base[NODE, j + 1], clock)
        if steady:
            ridden += reach - clock + base[SERVICE, j + 1]
        reach = max(base[LOW, j + 1], reach)
        if reach > base[HIGH, j + 1]:
            break
        if j == i:
            last = min(last, base[HIGH, i + 1] + limit)
        before, clock = base[NODE, j + 1], reach + base[SERVICE, j + 1]
    return count


@inlined
def ride_limit(ask: NDArray[np.int64]) -> int:
    """Ticks of the ride at most."""
    ticks: int = ask[ASK_RIDE] if ask[ASK_RULES] & KEEP_RIDE else LIFTED
    return ticks


@inlined
def _cost(pack: Packed, a: int, b: int) -> int:
    units: int = pack.cost[pack.node[a, PLACE], pack.node[b, PLACE]]
    return units


@bare_kernel
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


@inlined
def _consider(pack: Packed, work: Work, ask: NDArray[np.int64], places: NDArray[np.int64], i: int, j: int) -> None:
    """Keep the place when it is cheap enough and the route with it has a schedule."""
    delta = added_cost(pack, work.base, ask, i, j)
    limit, count = places.shape[0] - 1, places[-1, 0]
    if count == limit and delta >= places[limit - 1, PLACE_DELTA]:
        ask[ASK_DEARER] = 1
        return
    if work.base[QUICK, 0] == UNKNOWN:
        _find_free(pack, work, ask)
    if not (work.base[QUICK, 0] and absorbed(pack, work, ask, i, j)):
        n = splice(pack, work, ask, i, j)
        lay_out(pack, n, ask, work.trial)
        if not feasible(pack, n, ask, work.trial):
            return
    ask[ASK_FOUND] = 1
    row = min(count, limit - 1)
    while row > 0 and places[row - 1, PLACE_DELTA] > delta:
        for column in range(places.shape[1]):
            places[row, column] = places[row - 1, column]
        row -= 1
    places[row, PLACE_DELTA] = delta
    places[row, PLACE_VEHICLE] = ask[ASK_VEHICLE]
    places[row, PLACE_PICK] = i
    places[row, PLACE_DROP] = j
    places[-1, 0] = min(count + 1, limit)


@bare_kernel
def _find_free(pack: Packed, work: Work, ask: NDArray[np.int64]) -> None:
    """Row FREE and whether it helps, for the labelled route; the other labels stay."""
    base, n, v = work.base, ask[ASK_LENGTH], ask[ASK_VEHICLE]
    base[QUICK, 0] = 0
    pauses = ask[ASK_RULES] & KEEP_BREAKS and pack.vehicle[v, BREAK_FIRST] < pack.vehicle[v, BREAK_END]
    if pauses or pack.has_links:
        return
    for i in range(n):
        base[FREE, i] = base[X, i]
    if settle(pack, n, ask, base):
        base[QUICK, 0] = 1
    for i in range(n):
        base[FREE, i], base[X, i] = base[X, i], base[FREE, i]


@bare_kernel
def splice(pack: Packed, work: Work, ask: NDArray[np.int64], i: int, j: int) -> int:
    """NODE row of the trial: the base with pick-up after ``i`` and drop after ``j``; its length."""
    n: int = ask[ASK_LENGTH]
    base, trial, pick = work.base, work.trial, ask[ASK_REQUEST]
    for k in range(n):
        trial[NODE, k if k <= i else (k + 1 if k <= j else k + 2)] = base[NODE, k]
    trial[NODE, i + 1] = pick
    trial[NODE, j + 2] = pick + (pack.node.shape[0] - 2 * pack.vehicle.shape[0]) // 2
    return n + 2
