"""Least and greatest times of a laid-out route, and places for its breaks.

The compiled twin of `solver.schedule` (which explains the method): a forward pass raises times along
travel, links and breaks, a backward pass along ride limits, idling and duration, until nothing moves.
With one period a leg is a step (rows LAG and IDLE), with several it is looked up by time of day (row LEG).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.kernels.hours import arrival, in_step, latest_leave
from solver.kernels.jit import bare_inlined, bare_kernel, number
from solver.kernels.packed import BREAK_END, BREAK_FIRST, DURATION, PAUSE_EARLIEST, PAUSE_LATEST, PAUSE_LENGTH, Packed
from solver.kernels.tour import (
    ASK_DURATION,
    ASK_RULES,
    ASK_VEHICLE,
    BEFORE,
    BEST,
    CHOICE,
    FREE,
    GAP,
    HIGH,
    IDLE,
    KEEP_BREAKS,
    KEEP_IDLE,
    KEEP_RIDE,
    LAG,
    LEG,
    LIFTED,
    LIMIT,
    LINK,
    LINK_LAG,
    LOW,
    PARTNER,
    PAUSE_A,
    PAUSE_B,
    RIDERS,
    SERVICE,
    X,
    Y,
)  # fmt: skip


@bare_kernel
def settle(pack: Packed, n: int, ask: NDArray[np.int64], tour: NDArray[np.int64]) -> bool:
    """Row X becomes the least times with the breaks where PAUSE_A and PAUSE_B say.

    At most one round per position: later movement would mean a cycle of constraints that never ends
    (Bellman-Ford), so the route has no schedule. X is undefined when the answer is False. With several periods
    only rounds count in which all that moves has reached the last one.
    """
    duration = pack.vehicle[ask[ASK_VEHICLE], DURATION] + ask[ASK_DURATION]
    for i in range(n):
        tour[X, i] = tour[LOW, i]
    if pack.start.shape[0] > 1:
        return _settle_by_hour(pack, n, ask[ASK_RULES], duration, tour)
    for _ in range(n + 1):
        if not _push_forward(pack, n, tour):
            return False
        if not _pull_back(n, ask[ASK_RULES], duration, tour):
            return True
    return False


@bare_kernel
def _settle_by_hour(pack: Packed, n: int, rules: int, duration: int, tour: NDArray[np.int64]) -> bool:
    rounds, steady_rounds = 0, 0
    while steady_rounds <= n:
        if rounds > n:
            for i in range(n):
                tour[BEFORE, i] = tour[X, i]
        if not _push_forward(pack, n, tour):
            return False
        if not _pull_back_by_hour(pack, n, rules, duration, tour):
            return True
        if rounds > n:
            steady_rounds = steady_rounds + 1 if _first_moved(n, tour) >= pack.start[-1] else 0
        rounds += 1
    return False


@bare_kernel
def _first_moved(n: int, tour: NDArray[np.int64]) -> int:
    """The least tick in X that is not what BEFORE says."""
    first = LIFTED
    for i in range(n):
        if tour[X, i] > tour[BEFORE, i]:
            first = min(first, tour[X, i])
    return first


@bare_inlined
def reached(pack: Packed, tour: NDArray[np.int64], i: int, x: int, rest: int) -> int:
    """When position ``i`` is reached from a service that starts at ``x``, with ``rest`` ticks of breaks on the leg."""
    if pack.start.shape[0] == 1:
        reach: int = x + tour[LAG, i] + rest
    else:
        leave = x + tour[SERVICE, i - 1]
        reach = arrival(pack.travel, tour[LEG, i], pack.start, leave) + rest
        if rest > 0:
            reach = max(reach, arrival(pack.travel, tour[LEG, i], pack.start, leave + rest))
    return reach


@bare_kernel
def _push_forward(pack: Packed, n: int, tour: NDArray[np.int64]) -> bool:
    clock = _pauses(pack, tour, number(0), tour[LOW, 0])
    if clock < tour[LOW, 0]:
        return False
    tour[X, 0] = max(tour[X, 0], clock)
    if tour[X, 0] > tour[HIGH, 0]:
        return False
    for i in range(1, n):
        if tour[PAUSE_A, i] < tour[PAUSE_B, i]:
            ended = tour[X, i - 1] + tour[SERVICE, i - 1]
            clock = _pauses(pack, tour, i, ended)
            if clock < ended:
                return False
            reach = max(reached(pack, tour, i, tour[X, i - 1], time_of_breaks(pack, tour, i)), clock)
        else:
            reach = reached(pack, tour, i, tour[X, i - 1], 0)
        if tour[LINK, i] > 0:
            reach = max(reach, tour[X, tour[LINK, i]] + tour[LINK_LAG, i])
        if reach > tour[X, i]:
            tour[X, i] = reach
        if tour[X, i] > tour[HIGH, i]:
            return False
    clock = _pauses(pack, tour, n, tour[X, n - 1])
    in_time: bool = tour[X, n - 1] <= clock <= tour[HIGH, n - 1]
    return in_time


@bare_kernel
def time_of_breaks(pack: Packed, tour: NDArray[np.int64], gap: int) -> int:
    """Ticks of the breaks in ``gap``."""
    ticks = 0
    for b in range(tour[PAUSE_A, gap], tour[PAUSE_B, gap]):
        ticks += pack.pause[b, PAUSE_LENGTH]
    return ticks


@bare_kernel
def departure(pack: Packed, tour: NDArray[np.int64]) -> int:
    """The latest tick at which the vehicle may leave for the times in row X."""
    rest = time_of_breaks(pack, tour, number(1))
    if pack.start.shape[0] == 1:
        latest: int = tour[X, 1] - tour[LAG, 1] - rest
    else:
        latest = latest_leave(pack.travel, tour[LEG, 1], pack.start, tour[X, 1]) - rest
        latest = min(latest, latest_leave(pack.travel, tour[LEG, 1], pack.start, tour[X, 1] - rest))
    if tour[PAUSE_A, 1] < tour[PAUSE_B, 1]:
        latest = min(latest, max(tour[X, 0], pack.pause[tour[PAUSE_A, 1], PAUSE_EARLIEST]))
    return latest


@bare_kernel
def _pauses(pack: Packed, tour: NDArray[np.int64], gap: int, clock: int) -> int:
    """When the breaks in ``gap``, begun from ``clock`` on, have ended; ``clock - 1`` if one is too late."""
    free = clock
    for b in range(tour[PAUSE_A, gap], tour[PAUSE_B, gap]):
        start = max(free, pack.pause[b, PAUSE_EARLIEST])
        if start > pack.pause[b, PAUSE_LATEST]:
            return clock - 1
        free = start + pack.pause[b, PAUSE_LENGTH]
    return free


@bare_kernel
def _pull_back(n: int, rules: int, duration: int, tour: NDArray[np.int64]) -> bool:
    """Raise X so that nobody lags by more than a limit; whether anything moved."""
    moved = False
    if tour[X, n - 1] - duration > tour[X, 0]:
        tour[X, 0] = tour[X, n - 1] - duration
        moved = True
    for i in range(n - 2, 0, -1):
        if rules & KEEP_IDLE and tour[RIDERS, i] > 0 and tour[X, i + 1] - tour[IDLE, i] > tour[X, i]:
            tour[X, i] = tour[X, i + 1] - tour[IDLE, i]
            moved = True
        k = tour[PARTNER, i]
        if rules & KEEP_RIDE and k > 0 and tour[X, i] - tour[LIMIT, i] > tour[X, k]:
            tour[X, k] = tour[X, i] - tour[LIMIT, i]
            moved = True
    return moved


@bare_kernel
def _pull_back_by_hour(pack: Packed, n: int, rules: int, duration: int, tour: NDArray[np.int64]) -> bool:
    """As `_pull_back`; what is pulled rises at once by as much as would not help."""
    moved = False
    if tour[X, n - 1] - duration > tour[X, 0]:
        _pull(pack, tour, number(0), n - 1, duration)
        moved = True
    for i in range(n - 2, 0, -1):
        if rules & KEEP_IDLE and tour[RIDERS, i] > 0:
            too_early = latest_leave(pack.travel, tour[LEG, i + 1], pack.start, tour[X, i + 1] - tour[IDLE, i] - 1)
            if too_early + 1 - tour[SERVICE, i] > tour[X, i]:
                tour[X, i] = too_early + 1 - tour[SERVICE, i]
                moved = True
        k = tour[PARTNER, i]
        if rules & KEEP_RIDE and k > 0 and tour[X, i] - tour[LIMIT, i] > tour[X, k]:
            _pull(pack, tour, k, i, tour[LIMIT, i])
            moved = True
    return moved


@bare_kernel
def _pull(pack: Packed, tour: NDArray[np.int64], at: int, later: int, limit: int) -> None:
    """Raise X at ``at``, behind which ``later`` is further than ``limit``, until it is not or may not be."""
    least = tour[X, later] - limit
    room = 4 * LIFTED
    for i in range(at + 1, later + 1):
        rest = time_of_breaks(pack, tour, i)
        if reached(pack, tour, i, tour[X, i - 1], rest) != tour[X, i]:
            room = 0
            break
        leave = tour[X, i - 1] + tour[SERVICE, i - 1]
        room = min(room, in_step(pack.travel, tour[LEG, i], pack.start, leave))
        room = min(room, in_step(pack.travel, tour[LEG, i], pack.start, leave + rest))
    tour[X, at] = max(least, tour[X, at] + room)


@bare_kernel
def greatest(pack: Packed, n: int, tour: NDArray[np.int64]) -> None:
    """Row Y becomes the latest times that windows and travel behind each position allow."""
    tour[Y, n - 1] = tour[HIGH, n - 1]
    for i in range(n - 2, -1, -1):
        if pack.start.shape[0] == 1:
            latest = tour[Y, i + 1] - tour[LAG, i + 1]
        else:
            latest = latest_leave(pack.travel, tour[LEG, i + 1], pack.start, tour[Y, i + 1]) - tour[SERVICE, i]
        tour[Y, i] = min(tour[HIGH, i], latest)


@bare_inlined
def feasible(pack: Packed, n: int, ask: NDArray[np.int64], tour: NDArray[np.int64]) -> bool:
    """Whether the laid-out route has a schedule; the breaks lie in the first gaps found, X has its times."""
    return _scheduled(pack, n, ask, tour, number(0))


@bare_inlined
def best_schedule(pack: Packed, n: int, ask: NDArray[np.int64], tour: NDArray[np.int64]) -> bool:
    """As `feasible`, but the breaks lie where the sum of times at the visits is least, then the time away."""
    return _scheduled(pack, n, ask, tour, number(1))


@bare_kernel
def _scheduled(pack: Packed, n: int, ask: NDArray[np.int64], tour: NDArray[np.int64], best: int) -> bool:
    v = ask[ASK_VEHICLE]
    if not settle(pack, n, ask, tour):
        return False
    pauses = pack.vehicle[v, BREAK_END] - pack.vehicle[v, BREAK_FIRST]
    if not ask[ASK_RULES] & KEEP_BREAKS or pauses == 0:
        return True
    greatest(pack, n, tour)
    copy_row(tour, X, FREE, n)
    gaps = list_gaps(n, tour)
    first_choice(pauses, tour)
    least, briefest, found = 0, 0, False
    while True:
        if worth_trying(pack, n, ask, tour):
            assign_gaps(pack, n, ask, tour)
            if settle(pack, n, ask, tour):
                if best == 0:
                    return True
                total = sum_of_starts(n, tour)
                away = tour[X, n - 1] - departure(pack, tour)
                if not found or total < least or (total == least and away < briefest):
                    found, least, briefest = True, total, away
                    copy_row(tour, CHOICE, BEST, pauses)
        if not next_choice(gaps, pauses, tour):
            break
    if found:
        copy_row(tour, BEST, CHOICE, pauses)
        assign_gaps(pack, n, ask, tour)
        settle(pack, n, ask, tour)
    return found


@bare_inlined
def copy_row(tour: NDArray[np.int64], source: int, target: int, count: int) -> None:
    """Entry by entry: an assignment of slices brings the text of its error along, into every kernel above."""
    for k in range(count):
        tour[target, k] = tour[source, k]


@bare_inlined
def sum_of_starts(n: int, tour: NDArray[np.int64]) -> int:
    """The sum of row X over the visits."""
    total = 0
    for i in range(1, n - 1):
        total += tour[X, i]
    return total


@bare_kernel
def list_gaps(n: int, tour: NDArray[np.int64]) -> int:
    """Row GAP: the gaps with nobody aboard, coded as in row PAUSE_A; how many there are."""
    tour[GAP, 0] = 0
    count = 1
    for i in range(1, n):
        if tour[RIDERS, i - 1] == 0:
            tour[GAP, count] = i
            count += 1
    tour[GAP, count] = n
    return count + 1


@bare_inlined
def first_choice(pauses: int, tour: NDArray[np.int64]) -> None:
    """Row CHOICE becomes the first of the sequences that `next_choice` goes through: all breaks in the first gap."""
    for k in range(pauses):
        tour[CHOICE, k] = 0


@bare_kernel
def next_choice(gaps: int, pauses: int, tour: NDArray[np.int64]) -> bool:
    """Row CHOICE becomes the next non-decreasing sequence in lexicographic order; False after the last."""
    k = pauses - 1
    while k >= 0 and tour[CHOICE, k] == gaps - 1:
        k -= 1
    if k < 0:
        return False
    gap = tour[CHOICE, k] + 1
    for following in range(k, pauses):
        tour[CHOICE, following] = gap
    return True


@bare_kernel
def worth_trying(pack: Packed, n: int, ask: NDArray[np.int64], tour: NDArray[np.int64]) -> bool:
    """A necessary test of CHOICE: each break alone fits between the least and the greatest times."""
    first = pack.vehicle[ask[ASK_VEHICLE], BREAK_FIRST]
    for b in range(first, pack.vehicle[ask[ASK_VEHICLE], BREAK_END]):
        g, length = tour[GAP, tour[CHOICE, b - first]], pack.pause[b, PAUSE_LENGTH]
        ended = tour[LOW, 0] if g == 0 else tour[FREE, g - 1] + tour[SERVICE, g - 1]
        start = max(ended, pack.pause[b, PAUSE_EARLIEST])
        if start > pack.pause[b, PAUSE_LATEST]:
            return False
        if g == 0:
            latest = tour[Y, 0]
        elif g == n:
            latest = tour[HIGH, n - 1]
        else:
            latest = tour[Y, g]
            if reached(pack, tour, g, tour[FREE, g - 1], length) > latest:
                return False
        if start + length > latest:
            return False
    return True


@bare_kernel
def assign_gaps(pack: Packed, n: int, ask: NDArray[np.int64], tour: NDArray[np.int64]) -> None:
    """Rows PAUSE_A and PAUSE_B become what CHOICE says."""
    for gap in range(n + 1):
        tour[PAUSE_A, gap] = 0
        tour[PAUSE_B, gap] = 0
    first = pack.vehicle[ask[ASK_VEHICLE], BREAK_FIRST]
    for b in range(first, pack.vehicle[ask[ASK_VEHICLE], BREAK_END]):
        g = tour[GAP, tour[CHOICE, b - first]]
        if tour[PAUSE_A, g] == tour[PAUSE_B, g]:
            tour[PAUSE_A, g] = b
        tour[PAUSE_B, g] = b + 1
