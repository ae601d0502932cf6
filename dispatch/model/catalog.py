"""The city's catalogue: places, riders, vehicles and shifts. Persisted, edited by people.

Each noun has a shared Base, a table, a Create schema (validates) and a Public schema. Ids are the city's own
short codes (``P001``, ``R0001``, ``V1``), unique within a service.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypeAlias

from pydantic import StringConstraints, field_validator
from sqlmodel import JSON, Column, Field

from dispatch.model.party import Aid, FareClass
from dispatch.model.spot import Spot, SpotKind
from dispatch.model.table import Stored, word_column
from dispatch.model.times import DAY_S, LAST_SECOND_S
from maps.geo import LatLon

# SQLModel's Field takes ``regex`` but does not check it, so patterns are constraints of the type.
Code: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_\-]+$")]
MunicipalityCode: TypeAlias = Annotated[str, StringConstraints(pattern=r"^\d{5}$")]
Weekdays: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-6]{1,7}$")]


class ServiceBase(Stored):
    """One service of one municipality on this installation."""

    name_ja: str = Field(min_length=1, max_length=80)
    name_en: str = Field(min_length=1, max_length=80)
    municipality_code: MunicipalityCode
    phone: str = ""
    boundary: list[list[list[float]]] = Field(sa_column=Column(JSON, nullable=False))  # rings of [lat, lon]


class Service(ServiceBase, table=True):
    id: str = Field(primary_key=True)


class PlaceBase(Stored):
    """A named public point where people board or alight. ``assumed`` marks facts that are our assumption."""

    name: str = Field(min_length=1, max_length=80)
    kana: str = Field(default="", max_length=120)
    category: str = Field(default="other", max_length=30)
    address: str = Field(default="", max_length=120)
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    assumed: bool = False
    active: bool = True


class Place(PlaceBase, table=True):
    service_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)

    @property
    def spot(self) -> Spot:
        """Where visits at this place happen."""
        return Spot(kind=SpotKind.PLACE, id=self.id, at=LatLon(self.lat, self.lon))


class PlaceCreate(PlaceBase):
    id: Code


class PlacePublic(PlaceBase):
    id: str


class RiderBase(Stored):
    """A registered resident. Personal: name, kana, phone, notes; erased after the retention period."""

    name: str = Field(min_length=1, max_length=60)
    kana: str = Field(default="", max_length=80)
    phone: str = Field(default="", max_length=20)
    birth_year: int = Field(ge=1900, le=2100)
    home_municipality: str = Field(default="", max_length=5)
    fare_class: FareClass = Field(default=FareClass.ADULT, sa_column=word_column(FareClass))
    aid: Aid = Field(default=Aid.NONE, sa_column=word_column(Aid))
    notes: str = Field(default="", max_length=200)
    active: bool = True


class Rider(RiderBase, table=True):
    service_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)


class RiderCreate(RiderBase):
    id: Code


class RiderPublic(RiderBase):
    id: str


class RiderPlaceBase(Stored):
    """A rider's own place: home, or a usual destination.

    ``place_id`` names a public Place when the usual place is one; else it is empty and ``lat``/``lon`` hold a
    private point (home), never part of the public gazetteer, its map or exports. ``address`` is how a driver finds
    that home; it is as private as the point, and goes with it.
    """

    rider_id: str
    label: str = Field(min_length=1, max_length=40)
    place_id: str = ""
    address: str = Field(default="", max_length=120)
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    access_note: str = Field(default="", max_length=200)


class RiderPlace(RiderPlaceBase, table=True):
    __tablename__ = "rider_place"
    service_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)


class RiderPlaceCreate(RiderPlaceBase):
    id: Code


class RiderPlacePublic(RiderPlaceBase):
    id: str


class VehicleBase(Stored):
    """``layouts``: alternative seatings, each ``[seats, wheelchair places]``, in the order of ``SEAT_KINDS``."""

    name: str = Field(min_length=1, max_length=40)
    plate: str = Field(default="", max_length=20)
    layouts: list[list[int]] = Field(sa_column=Column(JSON, nullable=False))
    active: bool = True

    @field_validator("layouts")
    @classmethod
    def _layouts(cls, value: list[list[int]]) -> list[list[int]]:
        if not value or any(len(row) != 2 or min(row) < 0 or sum(row) < 1 or max(row) > 60 for row in value):
            raise ValueError("each layout is [seats, wheelchair places], 0 to 60, at least one place")
        return value


class Vehicle(VehicleBase, table=True):
    service_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)


class VehicleCreate(VehicleBase):
    id: Code


class VehiclePublic(VehicleBase):
    id: str


class ShiftBase(Stored):
    """When and from where a vehicle runs, on the given weekdays (0 = Monday) of the dates it is valid.

    A break starts inside ``[break_earliest_s, break_latest_s]``; ``break_duration_s`` 0 means no break.
    ``start_place_id``/``end_place_id`` are public places.
    """

    vehicle_id: str
    driver_name: str = Field(default="", max_length=60)
    weekdays: Weekdays = "01234"
    valid_from: date = date(2000, 1, 1)
    valid_until: date = date(2999, 12, 31)
    start_s: int = Field(ge=0, le=LAST_SECOND_S)
    end_s: int = Field(ge=0, le=LAST_SECOND_S)
    break_earliest_s: int = Field(default=0, ge=0, le=LAST_SECOND_S)
    break_latest_s: int = Field(default=0, ge=0, le=LAST_SECOND_S)
    break_duration_s: int = Field(default=0, ge=0, le=4 * 3600)
    start_place_id: str
    end_place_id: str


class Shift(ShiftBase, table=True):
    service_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)


class ShiftCreate(ShiftBase):
    id: Code


class ShiftPublic(ShiftBase):
    id: str


def shift_times_fit(shift: ShiftBase) -> bool:
    """Whether a shift ends after it begins, and its break, however late it starts, begins and ends inside."""
    if shift.start_s >= shift.end_s:
        return False
    latest_s = shift.end_s - shift.break_duration_s
    in_order = shift.start_s <= shift.break_earliest_s <= shift.break_latest_s <= latest_s
    return in_order or not shift.break_duration_s


def shifts_overlap(one: ShiftBase, other: ShiftBase) -> bool:
    """Whether two shifts would need one vehicle at the same time, on one service day or over a midnight."""
    return one.vehicle_id == other.vehicle_id and any(_meet(one, other, days_later=days) for days in (-1, 0, 1))


def _meet(one: ShiftBase, other: ShiftBase, *, days_later: int) -> bool:
    """Whether ``one`` on some day overlaps ``other`` on the day ``days_later`` days after it."""
    later_s = days_later * DAY_S
    if one.start_s >= other.end_s + later_s or other.start_s + later_s >= one.end_s:
        return False
    first = max(one.valid_from.toordinal(), other.valid_from.toordinal() - days_later)
    last = min(one.valid_until.toordinal(), other.valid_until.toordinal() - days_later)
    week = range(first, min(last, first + 6) + 1)
    return any(_weekday(day) in one.weekdays and _weekday(day + days_later) in other.weekdays for day in week)


def _weekday(ordinal: int) -> str:
    """``0`` for a Monday, as day 1 of the calendar was one."""
    return str((ordinal - 1) % 7)
