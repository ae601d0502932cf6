"""Why a route has no place for a request, and the least single change that would make one.

A change has a direction, which is added to the ask once for every tick (or seat) of its amount; a larger amount
admits whatever a smaller one does. Places are looked at one by one, those nearest to the wished time first, each only
for amounts below the least found so far: what the bounds of `solver.kernels.insertion` rule out there needs no test.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.kernels.absorb import driven
from solver.kernels.insertion import Fleet, drops_within, label, ride_limit, search, splice, take_up
from solver.kernels.jit import bare_kernel, entry, inlined, number
from solver.kernels.packed import BREAK_END, BREAK_FIRST, CLASS, DURATION, EARLIEST, LATEST, LOAD, LOCKED, Packed
from solver.kernels.timing import feasible
from solver.kernels.tour import (
    ASK_ANY,
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
    ASK_SEATS,
    ASK_SHIFT_EARLIER,
    ASK_SHIFT_LATER,
    ASK_SIZE,
    ASK_VEHICLE,
    DROPS,
    HIGH,
    KEEP_BREAKS,
    KEEP_IDLE,
    KEEP_PRIVATE,
    KEEP_RIDE,
    LIFTED,
    LIMIT,
    LOW,
    NODE,
    PAUSE_A,
    PAUSE_B,
    SERVICE,
    Work,
    X,
    Y,
    lay_out,
)  # fmt: skip

# Rules in the order in which they are added one by one; windows, which come first, are always kept.
STAGE_WINDOW = 0
STAGE_LINK = 1
STAGE_SHIFT = 2
STAGE_SEATS = 3
STAGE_EXCLUSIVE = 4
STAGE_RIDE = 5
STAGE_IDLE = 6
STAGE_DURATION = 7
STAGE_BREAK = 8

ANSWER_STAGE = 0
"""Column of an answer; the amounts follow, one per direction."""

NOT_ASKED = -1
LEAST_ONLY = -2


class Changes(NamedTuple):
    """What is changed, and how far at most."""

    direction: NDArray[np.int64]  # (D, ASK_SIZE) added to an ask once for every tick or seat
    most: NDArray[np.int64]  # (D,) ticks or seats


@entry
def spread(node: NDArray[np.int64], vehicles: int, asks: NDArray[np.int64]) -> tuple[int, int]:
    """Ticks between the first and the last limit of a problem, and all seats of one kind that are asked for in it.

    ``node`` is that of its packed form; the requests of ``asks`` (n, ASK_SIZE) have the windows of their asks.
    """
    requests = node.shape[0] // 2 - vehicles
    first, last, seats = asks[0, ASK_PICK_EARLIEST], asks[0, ASK_PICK_LATEST], 0
    for k in range(asks.shape[0]):
        first = min(first, asks[k, ASK_PICK_EARLIEST], asks[k, ASK_DROP_EARLIEST])
        last = max(last, asks[k, ASK_PICK_LATEST], asks[k, ASK_DROP_LATEST])
    for at in range(node.shape[0]):
        asked = False
        for k in range(asks.shape[0]):
            asked = asked or at == asks[k, ASK_REQUEST] or at == asks[k, ASK_REQUEST] + requests
        if not asked:
            first, last = min(first, node[at, EARLIEST]), max(last, node[at, LATEST])
    for kind in range(LOAD, node.shape[1]):
        taken = 0
        for pick in range(requests):
            taken += node[pick, kind]
        seats = max(seats, taken)
    return last - first, seats


@entry
def refusals(
    pack: Packed,
    work: Work,
    fleet: Fleet,
    asks: NDArray[np.int64],
    changes: Changes,
    answers: NDArray[np.int64],
) -> None:
    """Fill ``answers`` (V, 1 + D) for the vehicles that have no place for the request of ``asks`` (V, ASK_SIZE).

    A row with NOT_ASKED in its first column stays. The others leave with the stage that is refused first, then the
    least amount of each change, 0 where none up to the most of it is enough. A row with LEAST_ONLY in its first column
    gets no stage, and brings ``changes.most`` below each amount that it finds: so what is looked for at the rows after
    it is only what is less.
    """
    directions, most = changes.direction, changes.most
    for v in range(asks.shape[0]):
        if answers[v, ANSWER_STAGE] == NOT_ASKED:
            continue
        take_up(work, fleet, v)
        least_only = answers[v, ANSWER_STAGE] == LEAST_ONLY
        if not least_only:
            answers[v, ANSWER_STAGE] = _first_refusal(pack, work, asks[v])
        labelled = False
        for d in range(directions.shape[0]):
            moves_shift = directions[d, ASK_SHIFT_EARLIER] or directions[d, ASK_SHIFT_LATER]
            _ease(asks[v], directions[d], most[d], work.ask)
            if moves_shift or not labelled:
                label(pack, work, work.ask)
            labelled = not moves_shift
            answers[v, 1 + d] = _least_amount(pack, work, asks[v], directions[d], most[d])
            if least_only and answers[v, 1 + d] > 0:
                most[d] = answers[v, 1 + d] - 1


@inlined
def _first_refusal(pack: Packed, work: Work, ask: NDArray[np.int64]) -> int:
    """The first stage that leaves no place in ``work.base``; the last one, with all rules, does not.

    Windows and travel alone refuse most, so they are tried before the stages are halved.
    """
    low, middle, high = -1, STAGE_WINDOW, STAGE_BREAK
    while high - low > 1:
        _lift(ask, number(middle), work.ask)
        if _admits(pack, work, work.ask):
            low = middle
        else:
            high = middle
        middle = (low + high) // 2
    return high


@inlined
def _admits(pack: Packed, work: Work, ask: NDArray[np.int64]) -> bool:
    """Whether the route in ``work.base`` has any place for the ask."""
    ask[ASK_ANY] = 1
    work.one[-1, 0] = 0
    label(pack, work, ask)
    search(pack, work, ask, work.one)
    found: bool = work.one[-1, 0] > 0
    return found


@bare_kernel
def _lift(ask: NDArray[np.int64], stage: int, lifted: NDArray[np.int64]) -> None:
    """Into ``lifted``: the ask without the rules that are added after ``stage``."""
    for column in range(ASK_SIZE):
        lifted[column] = ask[column]
    if stage < STAGE_LINK:
        lifted[ASK_NOT_BEFORE], lifted[ASK_NOT_AFTER] = -LIFTED, LIFTED
    if stage < STAGE_SHIFT:
        lifted[ASK_SHIFT_EARLIER], lifted[ASK_SHIFT_LATER] = LIFTED, LIFTED
    if stage < STAGE_SEATS:
        lifted[ASK_SEATS] = LIFTED
    if stage < STAGE_EXCLUSIVE:
        lifted[ASK_RULES] -= KEEP_PRIVATE
    if stage < STAGE_RIDE:
        lifted[ASK_RULES] -= KEEP_RIDE
    if stage < STAGE_IDLE:
        lifted[ASK_RULES] -= KEEP_IDLE
    if stage < STAGE_DURATION:
        lifted[ASK_DURATION] = 2 * LIFTED
    if stage < STAGE_BREAK:
        lifted[ASK_RULES] -= KEEP_BREAKS


@bare_kernel
def _ease(ask: NDArray[np.int64], direction: NDArray[np.int64], amount: int, eased: NDArray[np.int64]) -> None:
    """Into ``eased``: the ask changed by ``amount``."""
    for column in range(ASK_SIZE):
        eased[column] = ask[column] + amount * direction[column]


@inlined
def _least_amount(pack: Packed, work: Work, ask: NDArray[np.int64], direction: NDArray[np.int64], most: int) -> int:
    """Smallest amount in ``1..most`` that admits the request, which the ask does not; 0 if none does.

    ``work.ask`` holds the ask changed by ``most``, and ``work.base`` is labelled for that.
    """
    base, eased, high = work.base, work.ask, most + 1
    if most < 1:
        return 0
    first = pack.vehicle[ask[ASK_VEHICLE], LOCKED]
    end = first
    while end < ask[ASK_LENGTH] - 1 and base[X, end] <= base[HIGH, end]:
        end += 1
    middle = first
    while middle + 1 < end and base[X, middle + 1] + base[SERVICE, middle + 1] <= ask[ASK_PICK_LATEST]:
        middle += 1
    for k in range(end - first):
        i = middle - k if k <= middle - first else first + k
        if base[X, i] + base[SERVICE, i] > eased[ASK_PICK_LATEST]:
            break
        for drop in range(drops_within(pack, work, eased, i)):
            amount = _least_here(pack, work, ask, direction, (i, base[DROPS, drop], high))
            if amount < high:
                high = amount
                _ease(ask, direction, high - 1, eased)
            if high == 1:
                return high
    return high if high <= most else 0


@bare_kernel
def _least_here(
    pack: Packed, work: Work, ask: NDArray[np.int64], direction: NDArray[np.int64], place: tuple[int, int, int]
) -> int:
    """The least amount that makes a place of (pick-up after, drop after), ``bound`` when it is not below that.

    ``work.ask`` holds the ask changed by one less than the bound. A schedule found for one amount may do for less;
    the first guess is what the place lacks by the bounds on times, the second one less than what is known to do.
    """
    i, j, bound = place
    n = splice(pack, work, ask, i, j)
    lay_out(pack, n, work.ask, work.trial)
    if not feasible(pack, n, work.ask, work.trial):
        return bound
    low = min(bound - 1, max(1, _lacking(pack, work, ask, i, j)))
    high = max(low, min(bound - 1, _enough(pack, work, ask, direction, place)))
    guess = 0
    while low < high:
        amount = low if guess == 0 else (high - 1 if guess == 1 else (low + high) // 2)
        guess += 1
        _ease(ask, direction, amount, work.ask)
        _put_limits(pack, work, n, i, j)
        if feasible(pack, n, work.ask, work.trial):
            high = max(low, min(amount, _enough(pack, work, ask, direction, (i, j, amount + 1))))
        else:
            low = amount + 1
    return high


@bare_kernel
def _put_limits(pack: Packed, work: Work, n: int, i: int, j: int) -> None:
    """Bring the trial, which was laid out with the request at (i, j), in line with ``work.ask``."""
    ask, trial, pick, drop = work.ask, work.trial, i + 1, j + 2
    if pack.has_links:
        lay_out(pack, n, ask, trial)
        return
    trial[LOW, 0] = pack.node[trial[NODE, 0], EARLIEST] - ask[ASK_SHIFT_EARLIER]
    trial[HIGH, n - 1] = pack.node[trial[NODE, n - 1], LATEST] + ask[ASK_SHIFT_LATER]
    trial[LOW, pick] = max(ask[ASK_PICK_EARLIEST], ask[ASK_NOT_BEFORE])
    trial[HIGH, pick] = ask[ASK_PICK_LATEST]
    trial[LOW, drop] = ask[ASK_DROP_EARLIEST]
    trial[HIGH, drop] = min(ask[ASK_DROP_LATEST], ask[ASK_NOT_AFTER])
    trial[LIMIT, drop] = ask[ASK_RIDE] + trial[SERVICE, pick]
    for gap in range(n + 1):
        trial[PAUSE_A, gap], trial[PAUSE_B, gap] = 0, 0


@bare_kernel
def _enough(
    pack: Packed, work: Work, ask: NDArray[np.int64], direction: NDArray[np.int64], place: tuple[int, int, int]
) -> int:
    """An amount with which the times in the trial are a schedule; they are one with one less than the bound."""
    i, j, bound = place
    v, x, pick, drop, last = ask[ASK_VEHICLE], work.trial[X], i + 1, j + 2, ask[ASK_LENGTH] + 1
    pauses = ask[ASK_RULES] & KEEP_BREAKS and pack.vehicle[v, BREAK_FIRST] < pack.vehicle[v, BREAK_END]
    if pauses and (direction[ASK_SHIFT_EARLIER] or direction[ASK_SHIFT_LATER]):
        return bound - 1
    enough = 0
    if direction[ASK_PICK_EARLIEST]:
        enough = max(enough, ask[ASK_PICK_EARLIEST] - x[pick])
    if direction[ASK_PICK_LATEST]:
        enough = max(enough, x[pick] - ask[ASK_PICK_LATEST])
    if direction[ASK_DROP_EARLIEST]:
        enough = max(enough, ask[ASK_DROP_EARLIEST] - x[drop])
    if direction[ASK_DROP_LATEST]:
        enough = max(enough, x[drop] - ask[ASK_DROP_LATEST])
    if direction[ASK_RIDE]:
        enough = max(enough, x[drop] - x[pick] - work.trial[SERVICE, pick] - ask[ASK_RIDE])
    if direction[ASK_SHIFT_EARLIER]:
        enough = max(enough, pack.node[work.trial[NODE, 0], EARLIEST] - x[0])
    if direction[ASK_SHIFT_LATER]:
        enough = max(enough, x[last] - pack.node[work.trial[NODE, last], LATEST])
    if direction[ASK_DURATION]:
        enough = max(enough, x[last] - x[0] - pack.vehicle[v, DURATION])
    return enough


@bare_kernel
def _lacking(pack: Packed, work: Work, ask: NDArray[np.int64], i: int, j: int) -> int:
    """By how much the place breaks a bound under the ask as it is; no change of that amount less one can be enough.

    With one period, one tick more of any change moves every bound by at most one tick. With several that is not so,
    and seats alone are counted.
    """
    base, pick = work.base, ask[ASK_REQUEST]
    drop = pick + (pack.node.shape[0] - 2 * pack.vehicle.shape[0]) // 2
    lacking = _seats_lacking(pack, work, ask, i)
    for k in range(i + 1, j + 1):
        lacking = max(lacking, _seats_lacking(pack, work, ask, k))
    if pack.start.shape[0] > 1:
        return lacking
    service = pack.service[pack.vehicle[ask[ASK_VEHICLE], CLASS]]
    picked = driven(pack, base[NODE, i], pick, base[X, i] + base[SERVICE, i])
    picked = max(picked, ask[ASK_PICK_EARLIEST], ask[ASK_NOT_BEFORE])
    lacking = max(lacking, picked - ask[ASK_PICK_LATEST])
    before, clock = pick, picked + service[pick]
    for k in range(i + 1, j + 1):
        reach = max(base[LOW, k], driven(pack, before, base[NODE, k], clock))
        lacking = max(lacking, reach - base[HIGH, k])
        before, clock = base[NODE, k], reach + base[SERVICE, k]
    dropped = max(ask[ASK_DROP_EARLIEST], driven(pack, before, drop, clock))
    last = min(ask[ASK_DROP_LATEST], ask[ASK_NOT_AFTER], ask[ASK_PICK_LATEST] + service[pick] + ride_limit(ask))
    onward: int = driven(pack, drop, base[NODE, j + 1], dropped + service[drop]) - base[Y, j + 1]
    most: int = max(lacking, dropped - last, onward)
    return most


@bare_kernel
def _seats_lacking(pack: Packed, work: Work, ask: NDArray[np.int64], i: int) -> int:
    """Seats of every kind that the best layout lacks with the request aboard on leaving position ``i``."""
    layouts, pick = pack.capacity[ask[ASK_VEHICLE]], ask[ASK_REQUEST]
    least = LIFTED
    for a in range(layouts.shape[0]):
        most = 0
        for s in range(layouts.shape[1]):
            most = max(most, work.load[i, s] + pack.node[pick, LOAD + s] - layouts[a, s])
        least = min(least, most)
    return least
