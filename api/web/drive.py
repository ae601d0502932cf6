"""The driver's page on a phone: the stops of one vehicle, big buttons, and a queue for when there is no connection.

A tap becomes a report with an id of its own, is kept in the browser until the server has answered, and is sent again
with the same id (`static/drive.js`). The page itself decides nothing: what counts is what the API says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.printed import sheet_of
from api.routes.days import VehicleId
from api.web.frame import DeskCall, DeskCallDep
from dispatch.model.happened import NOT_YET, Happened, Stage, happened
from dispatch.model.plan import Task
from dispatch.model.stop_event import EventKind, StopEvent
from dispatch.route_sheet.sheet import BreakRow, RouteSheet, SheetRun, SheetVisit, StopRow

router = APIRouter(include_in_schema=False)

OVER_AT_PICKUP = frozenset({Stage.ABOARD, Stage.AT_DROP, Stage.DONE, Stage.NO_SHOW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One thing to tap; ``main`` is the one that is expected next."""

    kind: EventKind
    text: str
    main: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveVisit:
    """One visit on the phone: what to tap, or when it was done and which report to take back."""

    visit: SheetVisit
    buttons: tuple[Button, ...]
    arrived: bool
    done_s: int
    outcome: str
    undoes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveStop:
    """One halt; ``over`` when nothing is left to do there."""

    stop: StopRow
    shift_id: str
    visits: tuple[DriveVisit, ...]

    @property
    def over(self) -> bool:
        return all(visit.done_s != NOT_YET for visit in self.visits)


@router.get("/drive/{service}/{date}/{vehicle_id}")
def drive_page(desk_call: DeskCallDep, vehicle_id: VehicleId) -> HTMLResponse:
    """The stops of one vehicle on one day."""
    return desk_call.show("drive.html", _page(desk_call, vehicle_id))


@router.get("/drive/{service}/{date}/{vehicle_id}/stops")
def drive_stops(desk_call: DeskCallDep, vehicle_id: VehicleId) -> HTMLResponse:
    """The same stops alone, as they are now: asked for once everything tapped has reached the server."""
    return desk_call.show("drive_stops.html", _page(desk_call, vehicle_id))


def _page(desk_call: DeskCall, vehicle_id: str) -> Mapping[str, object]:
    call, day = desk_call.call, desk_call.day
    sheet = sheet_of(call.desk, service=call.service, day=day, vehicle_id=vehicle_id, lang=call.lang)
    state = call.desk.day_state(service_id=call.service, day=day)
    reader = _Reader(facts=happened(state), events=state.events)
    return {"sheet": sheet, "stops": reader.stops(sheet), "breaks": _breaks(sheet)}


def _breaks(sheet: RouteSheet) -> tuple[BreakRow, ...]:
    return tuple(row for run in sheet.runs for row in run.rows if isinstance(row, BreakRow))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads what has been reported of each visit."""

    facts: Happened
    events: tuple[StopEvent, ...]

    def stops(self, sheet: RouteSheet) -> tuple[DriveStop, ...]:
        return tuple(self._stop(row, run) for run in sheet.runs for row in run.rows if isinstance(row, StopRow))

    def _stop(self, row: StopRow, run: SheetRun) -> DriveStop:
        return DriveStop(stop=row, shift_id=run.shift_id, visits=tuple(self._visit(visit) for visit in row.visits))

    def _visit(self, visit: SheetVisit) -> DriveVisit:
        fact = self.facts.trip(visit.reservation_id)
        boards = visit.task is Task.BOARD
        arrived = fact.stage is Stage.AT_DOOR if boards else fact.stage is Stage.AT_DROP
        if boards:
            over = fact.stage in OVER_AT_PICKUP
            done_s = max(fact.boarded_s, fact.no_show_s) if over else NOT_YET
            last = EventKind.NO_SHOW if fact.stage is Stage.NO_SHOW else EventKind.BOARDED
        else:
            over = fact.stage in (Stage.DONE, Stage.NO_SHOW)
            done_s = max(fact.alighted_s, fact.no_show_s) if over else NOT_YET
            last = EventKind.NO_SHOW if fact.stage is Stage.NO_SHOW else EventKind.ALIGHTED
        return DriveVisit(
            visit=visit,
            buttons=() if over else _buttons(boards=boards, arrived=arrived),
            arrived=arrived,
            done_s=done_s,
            outcome=last.value if over else "",
            undoes=self._last(visit.reservation_id, last, done_s)
            if over and (boards or last is not EventKind.NO_SHOW)
            else "",
        )

    def _last(self, reservation_id: int, kind: EventKind, tapped_s: int) -> str:
        """The report that says what is known of a visit: the one to take back."""
        said = (reservation_id, kind, tapped_s)
        return next((e.event_id for e in self.events if (e.reservation_id, e.kind, e.tapped_s) == said), "")


def _buttons(*, boards: bool, arrived: bool) -> tuple[Button, ...]:
    kinds = [EventKind.BOARDED, EventKind.NO_SHOW] if boards else [EventKind.ALIGHTED]
    if not arrived:
        kinds = [EventKind.ARRIVED, *kinds]
    return tuple(Button(kind=kind, text=f"drive.tap.{kind.value}", main=index == 0) for index, kind in enumerate(kinds))
