"""Why a vehicle has no place for a request, and the least single change that would make one.

`blocks` names for each vehicle the rule that leaves no place, and for every kind of change the least amount
that alone admits the request; `relaxed` applies such a change to a problem, so that an explanation can be
checked: the request then has a place at that vehicle, and with one tick (or seat) less it has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from solver.board import Board, Questions
from solver.kernels import insertion as places_kernel
from solver.kernels import tour as rows
from solver.problem import Problem, frozen
from solver.rules import Rule


class RelaxationKind(StrEnum):
    """One change of the request or of the vehicle; the comment gives what an amount is added to."""

    PICKUP_LATER = "pickup_later"  # latest pick-up, ticks
    PICKUP_EARLIER = "pickup_earlier"  # earliest pick-up, ticks towards the morning
    DROP_LATER = "drop_later"  # latest drop, ticks
    TRIP_LATER = "trip_later"  # latest pick-up and latest drop, ticks
    TRIP_EARLIER = "trip_earlier"  # earliest pick-up and earliest drop, ticks towards the morning
    RIDE_LONGER = "ride_longer"  # ride limit of this request, ticks
    MORE_SEATS = "more_seats"  # every kind of seat in every layout of the vehicle
    SHIFT_LATER = "shift_later"  # end of the shift, ticks
    SHIFT_EARLIER = "shift_earlier"  # beginning of the shift, ticks towards the morning
    ROUTE_LONGER = "route_longer"  # longest duration of the vehicle's route, ticks


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """The least amount of one kind of change that alone admits the request."""

    kind: RelaxationKind
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Why one vehicle has no place for a demand.

    Attributes
    ----------
    request
        The one of the demand's requests that rule and relaxations are about: the one that needs the least change;
        without relaxations, the one that keeps the most rules.
    rule
        Rules are added one by one in the order of `STAGES`; the first that leaves no place. COMPATIBLE,
        LOCKED and LINK (the outbound is on no route) come before any clock.
    relaxations
        Every kind of change that alone would admit the request, least amount each. Ticks first by amount,
        seats last. Empty when no single change helps, and in a `Ranking` that has candidates: explaining
        takes longer than ranking, `explain` does it on demand.
    """

    request: int
    vehicle: int
    rule: Rule
    relaxations: tuple[Relaxation, ...]


def blocks(board: Board, questions: Questions, *, with_relaxations: bool) -> tuple[Block, ...]:
    """One block for every vehicle that the last ``board.places_of_any(questions)`` found no place for."""
    found = np.stack([asks[:, rows.ASK_FOUND] for asks in questions.values()])
    missing = np.flatnonzero((found == 0).all(axis=0)).tolist()
    return tuple(
        min((_block(board, asks[vehicle], with_relaxations) for asks in questions.values()), key=_effort)
        for vehicle in missing
    )


def _effort(block: Block) -> tuple[bool, bool, int, int]:
    """What a block's request lacks for a place at the vehicle: the less, the better it explains the refusal."""
    kept = STAGES.index(block.rule) if block.rule in STAGES else -1
    if not block.relaxations:
        return True, True, 0, -kept
    least = block.relaxations[0]
    return False, least.kind in SEAT_KINDS, least.amount, -kept


def _block(board: Board, ask: NDArray[np.int64], with_relaxations: bool) -> Block:
    vehicle, request = int(ask[rows.ASK_VEHICLE]), int(ask[rows.ASK_REQUEST])
    if not ask[rows.ASK_ALLOWED]:
        rule = _refusal(board, request, vehicle)
        return Block(request=request, vehicle=vehicle, rule=rule, relaxations=())
    board.take_up(vehicle)
    failing = places_kernel.first_refusal(board.packed, board.work, _stages(ask))
    found = _relaxations(board, ask) if with_relaxations else ()
    return Block(request=request, vehicle=vehicle, rule=STAGES[failing], relaxations=found)


def _refusal(board: Board, request: int, vehicle: int) -> Rule:
    if board.outbound_missing(request):
        return Rule.LINK
    return Rule.LOCKED if board.problem.compatible[request, vehicle] else Rule.COMPATIBLE


def _stages(ask: NDArray[np.int64]) -> NDArray[np.int64]:
    """One ask per entry of `STAGES`, each keeping one rule more; the last is ``ask`` itself."""
    stages = np.tile(ask, (len(STAGES), 1))
    kept_from = {rule: row for row, rule in enumerate(STAGES)}
    lifts = (
        (Rule.LINK, rows.ASK_NOT_BEFORE, -rows.LIFTED),
        (Rule.LINK, rows.ASK_NOT_AFTER, rows.LIFTED),
        (Rule.SHIFT, rows.ASK_SHIFT_EARLIER, rows.LIFTED),
        (Rule.SHIFT, rows.ASK_SHIFT_LATER, rows.LIFTED),
        (Rule.SEATS, rows.ASK_SEATS, rows.LIFTED),
        (Rule.DURATION, rows.ASK_DURATION, 2 * rows.LIFTED),
    )
    for rule, column, lifted in lifts:
        stages[: kept_from[rule], column] = lifted
    bits = (
        (Rule.EXCLUSIVE, rows.KEEP_PRIVATE), (Rule.RIDE, rows.KEEP_RIDE),
        (Rule.IDLE, rows.KEEP_IDLE), (Rule.BREAK, rows.KEEP_BREAKS),
    )  # fmt: skip
    for rule, bit in bits:
        stages[: kept_from[rule], rows.ASK_RULES] -= bit
    return stages


def _relaxations(board: Board, ask: NDArray[np.int64]) -> tuple[Relaxation, ...]:
    problem, vehicle = board.problem, int(ask[rows.ASK_VEHICLE])
    times = (problem.latest, problem.shift_latest, problem.earliest, problem.shift_earliest)
    span = max(int(a.max()) for a in times) - min(int(a.min()) for a in times)
    everybody = int(problem.load.sum(axis=0).max(initial=0))
    amounts = np.array([everybody if kind in SEAT_KINDS else span for kind, _ in _DIRECTIONS], dtype=np.int64)
    directions = np.zeros((len(_DIRECTIONS), rows.ASK_SIZE), dtype=np.int64)
    for row, (_, columns) in enumerate(_DIRECTIONS):
        for column, sign in columns.items():
            directions[row, column] = sign
    board.take_up(vehicle)
    places_kernel.least_amounts(board.packed, board.work, ask, directions, amounts)
    found = [
        Relaxation(kind=kind, amount=amount)
        for (kind, _), amount in zip(_DIRECTIONS, amounts.tolist(), strict=True)
        if amount > 0
    ]
    return tuple(sorted(found, key=lambda r: (r.kind in SEAT_KINDS, r.amount)))


def relaxed(problem: Problem, request: int, vehicle: int, relaxation: Relaxation) -> Problem:
    """The problem with one change made, as the explanation proposes."""
    pick, drop, by = problem.pickup(request), problem.drop(request), relaxation.amount
    match relaxation.kind:
        case RelaxationKind.PICKUP_LATER:
            changed = problem._replace(latest=_plus(problem.latest, [pick], by))
        case RelaxationKind.PICKUP_EARLIER:
            changed = problem._replace(earliest=_plus(problem.earliest, [pick], -by))
        case RelaxationKind.DROP_LATER:
            changed = problem._replace(latest=_plus(problem.latest, [drop], by))
        case RelaxationKind.TRIP_LATER:
            changed = problem._replace(latest=_plus(problem.latest, [pick, drop], by))
        case RelaxationKind.TRIP_EARLIER:
            changed = problem._replace(earliest=_plus(problem.earliest, [pick, drop], -by))
        case RelaxationKind.RIDE_LONGER:
            changed = problem._replace(max_ride=_plus(problem.max_ride, [request], by))
        case _:
            changed = _with_vehicle(problem, vehicle, relaxation)
    return frozen(changed)


def _plus(array: NDArray[np.int64], where: list[int], by: int) -> NDArray[np.int64]:
    changed = array.copy()
    changed[where] += by
    return changed


def _with_vehicle(problem: Problem, vehicle: int, relaxation: Relaxation) -> Problem:
    by = relaxation.amount
    match relaxation.kind:
        case RelaxationKind.MORE_SEATS:
            capacity = problem.capacity.copy()
            capacity[vehicle] += by
            return problem._replace(capacity=capacity)
        case RelaxationKind.SHIFT_LATER:
            return problem._replace(shift_latest=_plus(problem.shift_latest, [vehicle], by))
        case RelaxationKind.SHIFT_EARLIER:
            return problem._replace(shift_earliest=_plus(problem.shift_earliest, [vehicle], -by))
        case _:
            return problem._replace(max_duration=_plus(problem.max_duration, [vehicle], by))


_DIRECTIONS: tuple[tuple[RelaxationKind, dict[int, int]], ...] = (
    (RelaxationKind.PICKUP_LATER, {rows.ASK_PICK_LATEST: 1}),
    (RelaxationKind.PICKUP_EARLIER, {rows.ASK_PICK_EARLIEST: -1}),
    (RelaxationKind.DROP_LATER, {rows.ASK_DROP_LATEST: 1}),
    (RelaxationKind.TRIP_LATER, {rows.ASK_PICK_LATEST: 1, rows.ASK_DROP_LATEST: 1}),
    (RelaxationKind.TRIP_EARLIER, {rows.ASK_PICK_EARLIEST: -1, rows.ASK_DROP_EARLIEST: -1}),
    (RelaxationKind.RIDE_LONGER, {rows.ASK_RIDE: 1}),
    (RelaxationKind.SHIFT_LATER, {rows.ASK_SHIFT_LATER: 1}),
    (RelaxationKind.SHIFT_EARLIER, {rows.ASK_SHIFT_EARLIER: 1}),
    (RelaxationKind.ROUTE_LONGER, {rows.ASK_DURATION: 1}),
    (RelaxationKind.MORE_SEATS, {rows.ASK_SEATS: 1}),
)

STAGES: tuple[Rule, ...] = (
    Rule.WINDOW, Rule.LINK, Rule.SHIFT, Rule.SEATS, Rule.EXCLUSIVE, Rule.RIDE, Rule.IDLE, Rule.DURATION, Rule.BREAK,
)  # fmt: skip

SEAT_KINDS = (RelaxationKind.MORE_SEATS,)
