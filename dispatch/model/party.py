"""Who rides: a party is a list of passengers, each with a seat, an aid and a fare class."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SeatKind(StrEnum):
    """Kinds of place in a vehicle. The order is the order of the ``S`` axis of ``solver.Problem``."""

    SEAT = "seat"
    WHEELCHAIR = "wheelchair"


SEAT_KINDS: tuple[SeatKind, ...] = tuple(SeatKind)


class Aid(StrEnum):
    """What makes boarding take longer. ``ServiceRules.boarding`` gives the seconds of each."""

    NONE = "none"
    SLOW = "slow"
    WALKER = "walker"
    FOLDING_WHEELCHAIR = "folding_wheelchair"
    RAMP_WHEELCHAIR = "ramp_wheelchair"


class FareClass(StrEnum):
    ADULT = "adult"
    PUPIL = "pupil"
    INFANT = "infant"
    DISABLED = "disabled"
    CARER = "carer"


ALONE = -1
"""Accompanies nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passenger:
    """One person. ``companion_of`` is the index in the party of whom they accompany, or ``ALONE``."""

    fare_class: FareClass = FareClass.ADULT
    aid: Aid = Aid.NONE
    companion_of: int = ALONE

    @property
    def seat_kind(self) -> SeatKind:
        """Who stays in the wheelchair rides on a wheelchair place; a folding one is stowed."""
        return SeatKind.WHEELCHAIR if self.aid is Aid.RAMP_WHEELCHAIR else SeatKind.SEAT


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """The passengers of one request, at least one. Who accompanies somebody accompanies another of the party."""

    passengers: tuple[Passenger, ...]

    def __post_init__(self) -> None:
        if not self.passengers:
            raise ValueError("a party has at least one passenger")
        for index, passenger in enumerate(self.passengers):
            if passenger.companion_of == index or not ALONE <= passenger.companion_of < len(self.passengers):
                raise ValueError(f"passenger {index} accompanies nobody of the party")

    @property
    def size(self) -> int:
        return len(self.passengers)

    def seats(self) -> tuple[int, ...]:
        """Places taken by kind, in the order of ``SEAT_KINDS``."""
        kinds = [p.seat_kind for p in self.passengers]
        return tuple(kinds.count(kind) for kind in SEAT_KINDS)
