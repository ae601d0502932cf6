"""Where a visit happens, without saying whose home it is.

A ``Spot`` is what the dispatch logic, the maps and the solver bridge carry: a key and a point. The key of a
rider's private place names the rider by id only; names and labels are looked up by the projections.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    """``id`` is the Place's or RiderPlace's id, or ``lat,lon`` with five decimals for a bare point."""

    kind: SpotKind
    id: str
    at: LatLon

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.id}"
