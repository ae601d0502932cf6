"""What a driver's route sheet says, before it is drawn as a page.

Times are seconds of the service day; every other field is text ready to be read, in the language of the sheet.
A sheet holds personal data: it is built when it is printed, handed to the driver and never stored in the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from dispatch.model.plan import Task
from dispatch.model.wording import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPlace:
    """Where to halt. ``details``: address (of a private point without one, its coordinates), how to reach the door."""

    name: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetVisit:
    """One party boards or alights.

    ``kana``, ``phone`` and ``payment`` are empty when there is none: the fare is named where the party boards, so
    that nobody is asked twice. ``aids`` and ``notes`` are what the driver must know before opening the door.
    """

    reservation_id: int
    task: Task
    start_s: int
    promised: str
    name: str
    kana: str
    phone: str
    party: str
    aids: tuple[str, ...]
    payment: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatUse:
    """How many places of one kind are taken when the vehicle leaves, of how many in the layout it then needs."""

    kind: str
    used: int
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRow:
    """One halt. ``number`` counts from 1 in the run."""

    number: int
    start_s: int
    leave_s: int
    place: SheetPlace
    visits: tuple[SheetVisit, ...]
    aboard: tuple[SeatUse, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakRow:
    """The driver rests."""

    start_s: int
    end_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DepotRow:
    """The vehicle leaves (``leaving``) or comes back."""

    at_s: int
    place: SheetPlace
    leaving: bool


SheetRow: TypeAlias = StopRow | BreakRow | DepotRow


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTotals:
    """What the run should come to: parties, people, metres, cash in yen, free-ride vouchers."""

    reservations: int
    people: int
    distance_m: int
    fare_yen: int
    vouchers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRun:
    """One shift of the vehicle. ``rows`` is empty when nothing is booked."""

    shift_id: str
    driver: str
    start_s: int
    end_s: int
    rows: tuple[SheetRow, ...]
    totals: SheetTotals


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSheet:
    """All runs of one vehicle on one day, in order of time."""

    lang: Lang
    service_name: str
    service_phone: str
    vehicle_id: str
    vehicle: str
    plate: str
    date: date
    date_text: str
    plan_version: int
    made_at: str
    runs: tuple[SheetRun, ...]
