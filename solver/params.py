"""What can be tuned in a search, validated. Rules of the service are not here: they are in the problem."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from solver.errors import SolverInputError


class Engine(StrEnum):
    """What improves the first plan."""

    ROUTING = "routing"  # OR-Tools RoutingModel, the reference
    LNS = "lns"  # ruin and recreate over our own kernels


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveParams:
    """Settings of `solver.solve.solve`.

    Attributes
    ----------
    engine
        What improves the first plan.
    threads
        Threads of the LNS engine, 1 or 2; with a limit of steps alone the plan is the same.
    seed
        Start of the random numbers of the LNS engine, 0 to 2**31 - 1. The ROUTING engine draws none: guided local
        search goes the same way whatever the seed.
    guidance
        Weight of the penalties with which guided local search leaves a local optimum, above 0, at most 1.
        Voudouris & Tsang (1999), https://doi.org/10.1016/S0377-2217(98)00099-X, section 3.
    reasons_max
        Unserved requests that are explained in the result, at least 0 (each takes some milliseconds).

    Raises
    ------
    SolverInputError
        A value is out of bounds.
    """

    engine: Engine = Engine.LNS
    threads: int = 2
    seed: int = 0
    guidance: float = 0.1
    reasons_max: int = 50

    def __post_init__(self) -> None:
        if not 0 <= self.seed < 2**31:
            raise _out_of_bounds("seed", f"{self.seed} is not within 0 to {2**31 - 1}.")
        if self.threads not in (1, 2):
            raise _out_of_bounds("threads", f"{self.threads} is neither 1 nor 2.")
        if not 0 < self.guidance <= 1:
            raise _out_of_bounds("guidance", f"{self.guidance} is not above 0 and at most 1.")
        if self.reasons_max < 0:
            raise _out_of_bounds("reasons_max", f"{self.reasons_max} is below 0.")


def _out_of_bounds(item: str, cause: str) -> SolverInputError:
    return SolverInputError(code="parameter_out_of_bounds", item=item, cause=cause, action="Choose a value within.")
