"""Rules of one route that need no clock: pairing, prefix, compatibility, seats, private rides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.errors import SolverInputError
from solver.problem import Problem
from solver.rules import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Infeasible:
    """Why a route cannot be driven: the first rule that fails, and by how much.

    Attributes
    ----------
    amount
        WINDOW, SHIFT, LINK: ticks by which the latest times would have to move. RIDE, IDLE, DURATION: the
        least number of ticks by which every limit of that rule on the route would have to grow, the rules
        before it (in this order) being kept and those after it ignored. BREAK: the least shortening of every
        break that lets the rest stand (a break shortened to nothing is dropped). SEATS, EXCLUSIVE: seats and
        riders too many. 0 where a rule is yes or no.
    visit
        The visit where it shows; ``None`` when it is the route as a whole.
    """

    rule: Rule
    amount: int
    visit: int | None


def clockless_fault(problem: Problem, vehicle: int, visits: tuple[int, ...]) -> Infeasible | None:
    """The first rule without a clock that the route breaks, or ``None``.

    Raises
    ------
    SolverInputError
        A visit that the problem does not have.
    """
    for visit in visits:
        if not 0 <= visit < 2 * problem.n_requests:
            raise SolverInputError(
                code="bad_index",
                item=f"visit {visit}",
                cause=f"The problem has visits 0..{2 * problem.n_requests - 1}.",
                action="Name visits of this problem.",
            )
    prefix = problem.prefix_of(vehicle)
    if visits[: len(prefix)] != prefix:
        return Infeasible(rule=Rule.PREFIX, amount=0, visit=None)
    return (
        _order_fault(problem, visits)
        or _allowed_fault(problem, vehicle, visits)
        or _aboard_fault(problem, vehicle, visits)
    )


def riders_after(problem: Problem, visits: tuple[int, ...]) -> list[int]:
    """How many requests are aboard after each visit."""
    steps = [1 if visit < problem.n_requests else -1 for visit in visits]
    return np.cumsum(steps, dtype=np.int64).tolist() if steps else []


def _order_fault(problem: Problem, visits: tuple[int, ...]) -> Infeasible | None:
    n, seen = problem.n_requests, set[int]()
    for visit in visits:
        if visit in seen:
            return Infeasible(rule=Rule.DUPLICATE, amount=0, visit=visit)
        if visit >= n and visit - n not in seen:
            return Infeasible(rule=Rule.PAIRING, amount=0, visit=visit)
        if visit < n and _outbound_pending(problem, visit, visits, seen):
            return Infeasible(rule=Rule.LINK, amount=0, visit=visit)
        seen.add(visit)
    for visit in visits:
        if visit < n and visit + n not in seen:
            return Infeasible(rule=Rule.PAIRING, amount=0, visit=visit)
    return None


def _outbound_pending(problem: Problem, request: int, visits: tuple[int, ...], seen: set[int]) -> bool:
    """The outbound of ``request`` is dropped on this route, but only after it."""
    outbound = int(problem.linked_to[request])
    drops = [problem.drop(option) for option in problem.options(outbound)] if outbound >= 0 else []
    return any(drop in visits and drop not in seen for drop in drops)


def _allowed_fault(problem: Problem, vehicle: int, visits: tuple[int, ...]) -> Infeasible | None:
    for visit in visits:
        request = visit % problem.n_requests
        if not problem.compatible[request, vehicle]:
            return Infeasible(rule=Rule.COMPATIBLE, amount=0, visit=visit)
        if problem.locked_vehicle[request] not in (-1, vehicle):
            return Infeasible(rule=Rule.LOCKED, amount=0, visit=visit)
    return None


def _aboard_fault(problem: Problem, vehicle: int, visits: tuple[int, ...]) -> Infeasible | None:
    n, layouts = problem.n_requests, problem.capacity[vehicle]
    load = np.zeros(problem.load.shape[1], dtype=np.int64)
    aboard: set[int] = set()
    for visit in visits:
        if visit >= n:
            aboard.discard(visit - n)
            load -= problem.load[visit - n]
            continue
        aboard.add(visit)
        load += problem.load[visit]
        lacking = int(np.maximum(load - layouts, 0).sum(axis=1).min())
        if lacking:
            return Infeasible(rule=Rule.SEATS, amount=lacking, visit=visit)
        if len(aboard) > 1 and problem.exclusive[list(aboard)].any():
            return Infeasible(rule=Rule.EXCLUSIVE, amount=len(aboard) - 1, visit=visit)
    return None
