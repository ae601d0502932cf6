"""What `solver.solve.solve` answers: the plan, what it costs, how far the search came, who is left out and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from solver.incumbent import Improvement
from solver.insertion import Block
from solver.solution import Solution


class Outcome(StrEnum):
    """How much of the problem the plan serves."""

    COMPLETE = "complete"  # every request
    PARTIAL = "partial"  # every promised request, not every optional one
    PROMISES_UNPLACED = "promises_unplaced"  # no place was found for a promised request: not to be published as it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Unserved:
    """A request without a place in the final plan.

    Attributes
    ----------
    blocks
        Per vehicle, the rule in its way and what would help; empty beyond the first
        ``SolveParams.reasons_max`` requests (`solver.insertion.explain` answers for any of them).
    """

    request: int
    mandatory: bool
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveResult:
    """The best plan found and how it was found.

    Attributes
    ----------
    best
        The plan, its quality (with its cost), and when it was found.
    first
        The first plan that served every promised request.
    unserved
        Promised requests first.
    seconds, steps
        How far the whole search came, the explanations of ``unserved`` not counted.
    rejected
        Plans that the checker turned away before they could be kept; 0 unless an engine is at fault.
    """

    outcome: Outcome
    best: Improvement
    first: Improvement
    unserved: tuple[Unserved, ...]
    engine: str
    seed: int
    seconds: float
    steps: int
    rejected: int

    @property
    def solution(self) -> Solution:
        """The best plan."""
        return self.best.solution

    @property
    def cost(self) -> int:
        """Its cost in cost units, penalties of unserved requests included."""
        return self.best.quality.cost
