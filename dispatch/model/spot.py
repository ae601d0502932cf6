"""Where a visit happens, without saying whose home it is.

A ``Spot`` is what the dispatch logic, the maps and the solver bridge carry: a key and a point. Keys stand in plans
for ever, under digests that the journal chains; points of private places can be erased. So a key says nothing of a
point: that of a rider's place names the rider by id only, that of a bare point the reservation it was made for.
Names and labels are looked up by the projections.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from maps.geo import LatLon

NOWHERE = LatLon(0.0, 0.0)  # the point of a reference that names a place instead


class SpotKind(StrEnum):
    PLACE = "place"  # a public Place
    RIDER_PLACE = "rider_place"  # a private RiderPlace (home)
    POINT = "point"  # a bare point, e.g. a guest's


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotRef:
    """How a client names a spot: kind and id; ``at`` is read for a bare point only."""

    kind: SpotKind
    id: str = ""
    at: LatLon = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """``id`` is the Place's or RiderPlace's id. A bare point has none until it belongs to a reservation.

    ``erased``: the private point is gone (retention is over), and ``at`` is a public place near it.
    """

    kind: SpotKind
    id: str
    at: LatLon
    erased: bool = False

    @property
    def key(self) -> str:
        """What plans, digests and the journal know of the spot: never where it is."""
        return f"{self.kind}:{self.id}"

    @property
    def private(self) -> bool:
        """Whether the point says where somebody lives or was."""
        return self.kind is not SpotKind.PLACE

    def owned_by(self, owner: str) -> Spot:
        """The same spot; a bare point takes the name of ``owner``, which must be the only one to have it."""
        return replace(self, id=owner) if self.kind is SpotKind.POINT else self

    def coordinates(self) -> str:
        """``lat,lon`` with five decimals (about a metre), as people and files write a bare point."""
        return f"{self.at.lat:.5f},{self.at.lon:.5f}"
