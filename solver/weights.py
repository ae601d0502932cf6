"""What makes one plan better than another, in weights; zero weights cost nothing.

Every weight is a whole number of cost units per unit of its amount, so that plans compare without rounding. Finer
proportions are had by raising all weights together (``driving=10``: a tenth of a unit of driving is one unit).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from solver.errors import SolverInputError

LARGEST_WEIGHT = 2**30
"""Bound on every weight; `solver.validation` bounds its product with the amounts of a problem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """Weights of a plan's cost; `solver.objective` has the formula. The defaults are driving, vehicles, penalties.

    Attributes
    ----------
    driving, vehicles, unserved
        Factors of ``Problem.cost``, ``Problem.vehicle_cost`` and ``Problem.penalty`` (the priority of a request).
    options
        Factor of ``Problem.option_cost``.
    working_time
        Per tick between departure and arrival of a used route.
    excess_ride
        Per tick that a rider is aboard beyond the direct travel time.
    lateness
        Per tick that a visit starts after its soft latest time (``Problem.soft_latest``).
    moved
        Per request of the reference plan whose demand is met by another vehicle, or by another request, than there.
    retimed
        Per tick that a visit starts further than ``retimed_tolerance`` from its time in the reference plan.
    retimed_tolerance
        Ticks by which a visit may move for nothing.
    unevenness
        Per tick of mean deviation of the working times of all vehicles, times their number.
    fewest_vehicles
        Fewer used vehicles come before any cost.

    Raises
    ------
    SolverInputError
        A weight is no whole number, negative or above `LARGEST_WEIGHT`; the error names it.
    """

    driving: int = 1
    vehicles: int = 1
    unserved: int = 1
    options: int = 1
    working_time: int = 0
    excess_ride: int = 0
    lateness: int = 0
    moved: int = 0
    retimed: int = 0
    retimed_tolerance: int = 0
    unevenness: int = 0
    fewest_vehicles: bool = False

    def __post_init__(self) -> None:
        for name in WEIGHTS:
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int):
                raise _bad("weight_not_whole_number", name, f"{value!r} is not a whole number.")
            if value < 0:
                raise _bad("weight_negative", name, f"{value} is below 0.")
            if value > LARGEST_WEIGHT:
                raise _bad("weight_too_large", name, f"{value} is above {LARGEST_WEIGHT}.")

    @property
    def chooses_times(self) -> bool:
        """Whether anything depends on when a route is driven, not only on its order."""
        return bool(self.working_time or self.excess_ride or self.lateness or self.retimed)

    @property
    def plain(self) -> bool:
        """Whether a plan costs its driving, vehicles, options and penalties and nothing else."""
        return not (self.chooses_times or self.moved or self.unevenness)


WEIGHTS = tuple(field.name for field in fields(Objective) if field.name != "fewest_vehicles")


def _bad(code: str, name: str, cause: str) -> SolverInputError:
    return SolverInputError(
        code=code, item=f"objective.{name}", cause=cause, action="Give a whole number from 0 to the bound."
    )


PLAIN = Objective()
"""Driving, vehicles and penalties as the problem states them."""

DARP = Objective(vehicles=0)
"""Distance only, as the dial-a-ride benchmarks count it."""

PDPTW = Objective(fewest_vehicles=True, vehicles=0)
"""Fewer vehicles first, then distance, as the pick-up and delivery benchmarks count it."""

SERVICE = Objective(
    working_time=2, excess_ride=2, lateness=10, moved=500, retimed=2, retimed_tolerance=300, unevenness=1
)
"""A day of shared taxis in metres and seconds: a minute of a driver or of a rider's detour is worth 120 m of road,
a minute beyond the wished time 600 m; a trip changes its vehicle for 500 m and moves 5 minutes for nothing."""
