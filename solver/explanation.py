"""Why a vehicle has no place for a request, and the least single change that would make one.

`blocks` names for each vehicle the rule that leaves no place, and for every kind of change the least amount
that alone admits the request; `relaxed` applies such a change to a problem, so that an explanation can be
checked: the request then has a place at that vehicle, and with one tick (or seat) less it has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.board import Board, Questions
from solver.kernels import refusal
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
        Every kind of change that was looked for and alone would admit the request, least amount each. Ticks first by
        amount, seats last. Empty when no single change helps, and in a `Ranking` that has candidates: explaining
        takes longer than ranking, `explain` does it on demand.
    """

    request: int
    vehicle: int
    rule: Rule
    relaxations: tuple[Relaxation, ...]


def blocks(board: Board, questions: Questions, *, kinds: tuple[RelaxationKind, ...]) -> tuple[Block, ...]:
    """One block for every vehicle that the last ``board.places_of_any(questions)`` found no place for.

    Of the relaxations those of ``kinds`` are looked for.
    """
    missing = _missing(board, questions)
    if not missing.any():
        return ()
    changes = _changes(board, questions, kinds)
    told = [_blocks_of(board, asks, missing, changes) for asks in questions.values()]
    return tuple(told[0]) if len(told) == 1 else tuple(min(same, key=_effort) for same in zip(*told, strict=True))


def least_changes(
    board: Board, questions: Questions, *, kinds: tuple[RelaxationKind, ...], most: int
) -> dict[RelaxationKind, int]:
    """Of each of ``kinds`` the least amount up to ``most`` that alone makes a place anywhere, where there is one.

    The same vehicles are asked as in `blocks`, in a part of the time: no rule is told, and each is asked about less
    only than what is enough for those before it.
    """
    changes = _changes(board, questions, kinds)
    found = changes.of.most
    np.minimum(found, most, out=found)
    before, missing = found.tolist(), _missing(board, questions)
    for asks in questions.values():
        _answers(board, asks, changes, np.where(missing, refusal.LEAST_ONLY, refusal.NOT_ASKED))
    return {kind: below + 1 for kind, at, below in zip(kinds, before, found.tolist(), strict=True) if below < at}


def _missing(board: Board, questions: Questions) -> NDArray[np.bool_]:
    """(V,) the vehicles that were found to have no place for any of the questions."""
    missing = np.ones(board.problem.n_vehicles, np.bool_)
    for asks in questions.values():
        missing &= asks[:, rows.ASK_FOUND] == 0
    return missing


def _effort(block: Block) -> tuple[bool, bool, int, int]:
    """What a block's request lacks for a place at the vehicle: the less, the better it explains the refusal."""
    kept = STAGES.index(block.rule) if block.rule in STAGES else -1
    if not block.relaxations:
        return True, True, 0, -kept
    least = block.relaxations[0]
    return False, least.kind in SEAT_KINDS, least.amount, -kept


def _blocks_of(board: Board, asks: NDArray[np.int64], missing: NDArray[np.bool_], changes: _Changes) -> list[Block]:
    """The block of each vehicle that is ``missing``, for one request."""
    answers = _answers(board, asks, changes, np.where(missing, 0, refusal.NOT_ASKED))
    request, answered = int(asks[0, rows.ASK_REQUEST]), answers.tolist()
    found = []
    for vehicle in np.flatnonzero(missing).tolist():
        stage, *amounts = answered[vehicle]
        asked = stage != refusal.NOT_ASKED
        rule = STAGES[stage] if asked else _refusal(board, request, vehicle)
        found.append(
            Block(
                request=request,
                vehicle=vehicle,
                rule=rule,
                relaxations=_relaxations(changes.kinds, amounts) if asked else (),
            )
        )
    return found


def _answers(board: Board, asks: NDArray[np.int64], changes: _Changes, told: NDArray[np.int64]) -> NDArray[np.int64]:
    """(V, 1 + D) the answers of the kernel to ``told`` (V,) in the first column; of no matter is who may not drive."""
    answers = np.empty((len(asks), 1 + len(changes.kinds)), dtype=np.int64)
    answers[:, refusal.ANSWER_STAGE] = told
    answers[asks[:, rows.ASK_ALLOWED] == 0, refusal.ANSWER_STAGE] = refusal.NOT_ASKED
    refusal.refusals(board.packed, board.work, board.fleet, asks, changes.of, answers)
    return answers


def _refusal(board: Board, request: int, vehicle: int) -> Rule:
    if board.outbound_missing(request):
        return Rule.LINK
    return Rule.LOCKED if board.problem.compatible[request, vehicle] else Rule.COMPATIBLE


class _Changes(NamedTuple):
    """Kinds of change, and what they are to the kernel."""

    kinds: tuple[RelaxationKind, ...]
    of: refusal.Changes


def _changes(board: Board, questions: Questions, kinds: tuple[RelaxationKind, ...]) -> _Changes:
    """``kinds`` with the most of each: all seats, and all the day from the first to the last tick of any limit."""
    most = np.zeros(len(kinds), dtype=np.int64)
    if kinds:
        asked = np.array([asks[0] for asks in questions.values()])
        span, everybody = refusal.spread(board.untied.node, board.problem.n_vehicles, asked)
        most[:] = [everybody if kind in SEAT_KINDS else span for kind in kinds]
    return _Changes(kinds=kinds, of=refusal.Changes(direction=_directions(kinds), most=most))


def _relaxations(kinds: tuple[RelaxationKind, ...], amounts: list[int]) -> tuple[Relaxation, ...]:
    found = [Relaxation(kind=kind, amount=amount) for kind, amount in zip(kinds, amounts, strict=True) if amount > 0]
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


_CHANGES: dict[RelaxationKind, dict[int, int]] = {
    RelaxationKind.PICKUP_LATER: {rows.ASK_PICK_LATEST: 1},
    RelaxationKind.PICKUP_EARLIER: {rows.ASK_PICK_EARLIEST: -1},
    RelaxationKind.DROP_LATER: {rows.ASK_DROP_LATEST: 1},
    RelaxationKind.TRIP_LATER: {rows.ASK_PICK_LATEST: 1, rows.ASK_DROP_LATEST: 1},
    RelaxationKind.TRIP_EARLIER: {rows.ASK_PICK_EARLIEST: -1, rows.ASK_DROP_EARLIEST: -1},
    RelaxationKind.RIDE_LONGER: {rows.ASK_RIDE: 1},
    RelaxationKind.SHIFT_LATER: {rows.ASK_SHIFT_LATER: 1},
    RelaxationKind.SHIFT_EARLIER: {rows.ASK_SHIFT_EARLIER: 1},
    RelaxationKind.ROUTE_LONGER: {rows.ASK_DURATION: 1},
    RelaxationKind.MORE_SEATS: {rows.ASK_SEATS: 1},
}


ALL_KINDS = tuple(_CHANGES)
"""Every kind of change; of those that need as many ticks, the earlier one here is named first."""


@cache
def _directions(kinds: tuple[RelaxationKind, ...]) -> NDArray[np.int64]:
    """(D, ASK_SIZE) what one tick or seat of every kind of change adds to an ask."""
    directions = np.zeros((len(kinds), rows.ASK_SIZE), dtype=np.int64)
    for row, kind in enumerate(kinds):
        for column, sign in _CHANGES[kind].items():
            directions[row, column] = sign
    return directions


# As the stages of `solver.kernels.refusal`.
STAGES: tuple[Rule, ...] = (
    Rule.WINDOW, Rule.LINK, Rule.SHIFT, Rule.SEATS, Rule.EXCLUSIVE, Rule.RIDE, Rule.IDLE, Rule.DURATION, Rule.BREAK,
)  # fmt: skip

SEAT_KINDS = (RelaxationKind.MORE_SEATS,)
