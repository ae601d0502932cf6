"""Rules of one route that need no clock: pairing, prefix, compatibility, seats, private rides."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

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
    n_visits = 2 * problem.n_requests
    for visit in visits:
        if not 0 <= visit < n_visits:
            raise SolverInputError(
                code="bad_index",
                item=f"visit {visit}",
                cause=f"The problem has visits 0..{n_visits - 1}.",
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
    n = problem.n_requests
    return list(accumulate([1 if visit < n else -1 for visit in visits]))


def _order_fault(problem: Problem, visits: tuple[int, ...]) -> Infeasible | None:
    n, linked, seen = problem.n_requests, problem.linked_to.tolist(), set[int]()
    for visit in visits:
        if visit in seen:
            return Infeasible(rule=Rule.DUPLICATE, amount=0, visit=visit)
        if visit >= n and visit - n not in seen:
            return Infeasible(rule=Rule.PAIRING, amount=0, visit=visit)
        if visit < n and linked[visit] >= 0 and _pending(problem, linked[visit], visits, seen):
            return Infeasible(rule=Rule.LINK, amount=0, visit=visit)
        seen.add(visit)
    for visit in visits:
        if visit < n and visit + n not in seen:
            return Infeasible(rule=Rule.PAIRING, amount=0, visit=visit)
    return None


def _pending(problem: Problem, outbound: int, visits: tuple[int, ...], seen: set[int]) -> bool:
    """The demand of ``outbound`` is dropped on this route, but only after what has been ``seen``."""
    drops = [problem.drop(option) for option in problem.options(outbound)]
    return any(drop in visits and drop not in seen for drop in drops)


def _allowed_fault(problem: Problem, vehicle: int, visits: tuple[int, ...]) -> Infeasible | None:
    requests = np.array(visits, np.int64) % problem.n_requests
    compatible = problem.compatible[requests, vehicle].tolist()
    locked = problem.locked_vehicle[requests].tolist()
    for visit, may_carry, owner in zip(visits, compatible, locked, strict=True):
        if not may_carry:
            return Infeasible(rule=Rule.COMPATIBLE, amount=0, visit=visit)
        if owner not in (-1, vehicle):
            return Infeasible(rule=Rule.LOCKED, amount=0, visit=visit)
    return None


def _aboard_fault(problem: Problem, vehicle: int, visits: tuple[int, ...]) -> Infeasible | None:
    """Of a route in order: the first visit after which somebody has no seat, or shares a private ride."""
    n, numbers = problem.n_requests, np.array(visits, np.int64)
    change = np.where(numbers < n, 1, -1)
    load = np.cumsum(problem.load[numbers % n] * change[:, None], axis=0)
    over = np.maximum(load[:, None, :] - problem.capacity[vehicle], 0)  # (visits, A, S)
    private = set(np.flatnonzero(problem.exclusive).tolist())
    aboard: set[int] = set()
    for visit, lacking in zip(visits, over.sum(axis=2).min(axis=1).tolist(), strict=True):
        if lacking:
            return Infeasible(rule=Rule.SEATS, amount=lacking, visit=visit)
        aboard ^= {visit % n}
        if visit < n and len(aboard) > 1 and not private.isdisjoint(aboard):
            return Infeasible(rule=Rule.EXCLUSIVE, amount=len(aboard) - 1, visit=visit)
    return None
