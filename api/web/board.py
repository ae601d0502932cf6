"""The board of a day: every vehicle with its stops, promised beside scheduled."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from api.context import Call
from dispatch.model.day_state import DayState
from dispatch.model.outage import Outage
from dispatch.model.promise import BreachCause
from dispatch.model.road import RoadChange
from dispatch.model.times import MINUTE_S
from dispatch.route_sheet import RouteSheet, route_sheets
from dispatch.route_sheet.sheet import BreakRow, SheetRow, StopRow


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One line of a vehicle's table; ``kind`` is ``stop``, ``break`` or ``depot``."""

    kind: str
    row: SheetRow


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardVehicle:
    """One vehicle on duty and what it does on the day."""

    sheet: RouteSheet
    rows: tuple[BoardRow, ...]
    reservations: int
    people: int
    distance_km: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardOutage:
    """A vehicle off the road: since when it is missing, service-day second, and why."""

    number: int
    shift_id: str
    since_s: int
    cause: BreachCause


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The day at one plan version. ``wait_over_min`` is how long somebody waits aboard beyond the rules, rounded up."""

    version: int
    reservations: int
    people: int
    distance_km: str
    wait_over_min: int
    vehicles: tuple[BoardVehicle, ...]
    outages: tuple[BoardOutage, ...]
    roads: tuple[RoadChange, ...]

    @property
    def stopped(self) -> frozenset[str]:
        """The shifts whose vehicle is off the road."""
        return frozenset(outage.shift_id for outage in self.outages)


def board(call: Call, day: date) -> Board:
    """The board in the language of the call."""
    state = call.desk.day_state(service_id=call.service, day=day)
    sheets = route_sheets(call.desk.store, state, lang=call.lang)
    return Board(
        version=state.plan.version,
        reservations=len(state.reservations),
        people=sum(trip.party.size for trip in state.reservations),
        distance_km=_km(sum(route.distance_m for route in state.plan.routes)),
        wait_over_min=math.ceil(state.plan.wait_over_s / MINUTE_S),
        vehicles=tuple(_vehicle(sheet) for sheet in sheets),
        roads=tuple(change for change in state.roads if not change.lifted),
        outages=tuple(_outage(outage, state) for outage in state.outages if not outage.lifted),
    )


def _outage(outage: Outage, state: DayState) -> BoardOutage:
    starts_s = [shift.start_s for shift in state.shifts if shift.shift_id == outage.shift_id]
    since_s = max([outage.from_s, *starts_s])
    return BoardOutage(number=outage.number, shift_id=outage.shift_id, since_s=since_s, cause=outage.cause)


def _vehicle(sheet: RouteSheet) -> BoardVehicle:
    return BoardVehicle(
        sheet=sheet,
        rows=tuple(BoardRow(kind=_kind(row), row=row) for run in sheet.runs for row in run.rows),
        reservations=sum(run.totals.reservations for run in sheet.runs),
        people=sum(run.totals.people for run in sheet.runs),
        distance_km=_km(sum(run.totals.distance_m for run in sheet.runs)),
    )


def _kind(row: SheetRow) -> str:
    if isinstance(row, StopRow):
        return "stop"
    return "break" if isinstance(row, BreakRow) else "depot"


def _km(distance_m: int) -> str:
    return f"{distance_m / 1000:.1f}"
