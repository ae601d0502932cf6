"""A quick test of a changed route: push the times it had along the change and see whether waiting absorbs it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.kernels.hours import arrival
from solver.kernels.jit import bare_kernel, inlined
from solver.kernels.packed import (
    CLASS,
    DURATION,
    IDLE_LIMIT,
    PLACE,
    Packed,
)  # fmt: skip
from solver.kernels.timing import reached
from solver.kernels.tour import (
    ASK_DROP_EARLIEST,
    ASK_DROP_LATEST,
    ASK_DURATION,
    ASK_LENGTH,
    ASK_NOT_AFTER,
    ASK_NOT_BEFORE,
    ASK_PICK_EARLIEST,
    ASK_PICK_LATEST,
    ASK_REQUEST,
    ASK_RIDE,
    ASK_RULES,
    ASK_VEHICLE,
    FREE,
    HIGH,
    KEEP_IDLE,
    KEEP_RIDE,
    LIMIT,
    NODE,
    PARTNER,
    RIDERS,
    Work,
    X,
)  # fmt: skip


@inlined
def driven(pack: Packed, a: int, b: int, leave: int) -> int:
    """When node ``b`` is reached by who leaves node ``a`` at ``leave``."""
    leg = (pack.node[a, PLACE] * pack.cost.shape[0] + pack.node[b, PLACE]) * pack.start.shape[0]
    if pack.start.shape[0] == 1:
        reach: int = leave + pack.travel[leg]
    else:
        reach = arrival(pack.travel, leg, pack.start, leave)
    return reach


@bare_kernel
def absorbed(pack: Packed, work: Work, ask: NDArray[np.int64], i: int, j: int) -> bool:
    """A sufficient test: pushing the times in FREE later along the changed route breaks nothing.

    What is pushed stays where no limit is broken and ends where waiting absorbs it; then these times are a
    schedule. When a limit is broken, an earlier visit may have to start later, and only the full test knows.
    """
    base, pushed, n = work.base, work.trial[X], ask[ASK_LENGTH]
    pick, riders = ask[ASK_REQUEST], base[RIDERS, i]
    drop = pick + (pack.node.shape[0] - 2 * pack.vehicle.shape[0]) // 2
    before, at = base[NODE, i], base[FREE, i]
    reach = _reached(pack, ask, before, pick, at)
    picked = max(ask[ASK_PICK_EARLIEST], ask[ASK_NOT_BEFORE], reach)
    if picked > ask[ASK_PICK_LATEST] or (riders > 0 and _idles(pack, ask, picked - reach)):
        return False
    before, at, riders = pick, picked, riders + 1
    for k in range(i + 1, n):
        if k == j + 1:
            reach = _reached(pack, ask, before, drop, at)
            dropped = max(ask[ASK_DROP_EARLIEST], reach)
            if _drop_breaks(pack, ask, picked, dropped) or _idles(pack, ask, dropped - reach):
                return False
            before, at, riders = drop, dropped, riders - 1
        changed = k in (i + 1, j + 1)
        reach = _reached(pack, ask, before, base[NODE, k], at) if changed else reached(pack, base, k, at, 0)
        pushed[k] = max(base[FREE, k], reach)
        if pushed[k] > base[HIGH, k] or (riders > 0 and _idles(pack, ask, pushed[k] - reach)):
            return False
        if ask[ASK_RULES] & KEEP_RIDE and _rides_too_long(base, pushed, i, k):
            return False
        if k > j and pushed[k] == base[FREE, k]:
            return True
        before, at, riders = base[NODE, k], pushed[k], base[RIDERS, k] + (1 if k <= j else 0)
    duration: int = pack.vehicle[ask[ASK_VEHICLE], DURATION] + ask[ASK_DURATION]
    in_time: bool = at - base[FREE, 0] <= duration
    return in_time


@inlined
def _reached(pack: Packed, ask: NDArray[np.int64], a: int, b: int, at: int) -> int:
    """When node ``b`` is reached from a service at node ``a`` that starts at ``at``."""
    service = pack.service[pack.vehicle[ask[ASK_VEHICLE], CLASS], a]
    reach: int = driven(pack, a, b, at + service)
    return reach


@inlined
def _idles(pack: Packed, ask: NDArray[np.int64], ticks: int) -> bool:
    """Whether ``ticks`` are longer than riders aboard may wait."""
    too_long: bool = ask[ASK_RULES] & KEEP_IDLE != 0 and ticks > pack.vehicle[ask[ASK_VEHICLE], IDLE_LIMIT]
    return too_long


@bare_kernel
def _drop_breaks(pack: Packed, ask: NDArray[np.int64], picked: int, dropped: int) -> bool:
    """Whether the drop is after its window or the ride too long."""
    if dropped > min(ask[ASK_DROP_LATEST], ask[ASK_NOT_AFTER]):
        return True
    boarding = pack.service[pack.vehicle[ask[ASK_VEHICLE], CLASS], ask[ASK_REQUEST]]
    too_long: bool = dropped - picked > boarding + ask[ASK_RIDE]
    return too_long and ask[ASK_RULES] & KEEP_RIDE != 0


@bare_kernel
def _rides_too_long(base: NDArray[np.int64], pushed: NDArray[np.int64], i: int, k: int) -> bool:
    """Whether the rider dropped at position ``k`` rides too long in the pushed times."""
    partner = base[PARTNER, k]
    if partner == 0:
        return False
    boarded = pushed[partner] if partner > i else base[FREE, partner]
    too_long: bool = pushed[k] - boarded > base[LIMIT, k]
    return too_long
