"""Places in a call: a listed place, a rider's own place, or a bare point."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from dispatch.model.spot import Spot, SpotKind, SpotRef
from maps.geo import LatLon

ID_MAX = 40


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PlaceRef(_Strict):
    """A place of the public list."""

    kind: Literal["place"]
    id: str = Field(min_length=1, max_length=ID_MAX, examples=["CL02"])

    def to_ref(self) -> SpotRef:
        return SpotRef(kind=SpotKind.PLACE, id=self.id)


class RiderPlaceRef(_Strict):
    """The rider's home or another place of their own."""

    kind: Literal["rider_place"]
    id: str = Field(min_length=1, max_length=ID_MAX, examples=["H0001"])

    def to_ref(self) -> SpotRef:
        return SpotRef(kind=SpotKind.RIDER_PLACE, id=self.id)


class PointRef(_Strict):
    """A bare point (WGS84 degrees)."""

    kind: Literal["point"]
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)

    def to_ref(self) -> SpotRef:
        return SpotRef(kind=SpotKind.POINT, at=LatLon(self.lat, self.lon))


SpotIn = Annotated[PlaceRef | RiderPlaceRef | PointRef, Field(discriminator="kind")]


class SpotOut(BaseModel):
    """A place as planned: kind, id and point."""

    kind: SpotKind
    id: str
    lat: float
    lon: float

    @classmethod
    def of(cls, spot: Spot) -> SpotOut:
        return cls(kind=spot.kind, id=spot.id, lat=spot.at.lat, lon=spot.at.lon)
