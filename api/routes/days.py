"""A service day: its reservations, its plan, its map and its route sheets."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from fastapi.responses import HTMLResponse

from api.context import CallDep
from api.printed import map_of, sheet_of
from api.routes.documented import problems
from api.schemas.figures import DayFigures
from api.schemas.moments import DayPath
from api.schemas.moves import MoveIn, MoveOut
from api.schemas.plans import PlanOut, ReplanIn, ReplanOut
from api.schemas.reservations import ReservationOut
from api.schemas.wishes import RequestOut
from dispatch.planning.outcome import BY_RULES, Seconds
from dispatch.report import day_summary
from dispatch.route_sheet import render_sheet_html

router = APIRouter(prefix="/days/{date}", tags=["days"])

VehicleId = Annotated[str, Path(min_length=1, max_length=40, examples=["V1"])]
PRINTED = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:"}
# The map page carries its own script and styles, so that it also opens from a disk; it may load nothing at all, and
# the sandbox keeps it away from the pages around it.
MAPPED = {
    "content-security-policy": "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; frame-ancestors 'self'; sandbox allow-scripts allow-modals"
}


@router.get("", summary="A day in figures", responses=problems())
def read_day(call: CallDep, day: DayPath) -> DayFigures:
    """Rides, vehicles, kilometres, waits: the figures of the plan in force."""
    state = call.desk.day_state(service_id=call.service, day=day)
    summary = day_summary(state, call.desk.travel_times(service_id=call.service, day=day))
    return DayFigures.of(state, summary)


@router.get("/reservations", summary="Reservations of a day", responses=problems())
def list_reservations(call: CallDep, day: DayPath) -> list[ReservationOut]:
    """All of the day in the order of their numbers, also the cancelled."""
    plan = call.desk.plan(service_id=call.service, day=day)
    return [ReservationOut.of(one, plan) for one in call.desk.store.reservations(call.service, day)]


@router.get("/requests", summary="Requests for a day", responses=problems())
def list_requests(call: CallDep, day: DayPath) -> list[RequestOut]:
    """Everything that was asked for this day and what became of it, also the refused and the abandoned."""
    return [RequestOut.of(one) for one in call.desk.requests(service_id=call.service, day=day)]


@router.get("/plan", summary="The plan in force", responses=problems())
def read_plan(call: CallDep, day: DayPath) -> PlanOut:
    """The current version; version 0 is the empty plan of a day nobody has planned."""
    return PlanOut.of(call.desk.plan(service_id=call.service, day=day))


@router.post("/plan", summary="Re-plan", responses=problems(409))
def replan(call: CallDep, day: DayPath, wanted: ReplanIn) -> ReplanOut:
    """Look for a better plan under all promises, and publish it if it is better and the checker finds nothing."""
    effort = BY_RULES if wanted.seconds is None else Seconds(value=wanted.seconds)
    return ReplanOut.of(call.desk.replan(service_id=call.service, day=day, actor=call.actor, effort=effort))


@router.post("/moves", summary="Move by hand", responses=problems(409))
def move(call: CallDep, day: DayPath, wanted: MoveIn) -> MoveOut:
    """Try a move (``dry_run``): every rule it would break, with minutes, and whom it touches. Or make it.

    ``assign`` to another shift, ``lock``, ``unlock``, or ``reorder``: a visit before or after another of its route.
    A move that breaks a promise or overfills a vehicle is refused whatever the force; a forced one is journaled so.
    """
    if wanted.dry_run:
        trial = call.desk.try_move(service_id=call.service, day=day, move=wanted.move)
    else:
        trial = call.desk.make_move(
            service_id=call.service, day=day, move=wanted.move, actor=call.actor, approval=wanted.approval
        )
    return MoveOut.of(trial, day, made=not wanted.dry_run, lang=call.lang)


@router.get("/map", summary="The map of the plan", response_class=HTMLResponse, responses=problems())
def read_map(call: CallDep, day: DayPath) -> HTMLResponse:
    """One page that loads nothing from anywhere. Ids and times only, no names."""
    page = map_of(call.desk, service=call.service, day=day, lang=call.lang)
    return HTMLResponse(page, headers=MAPPED)


@router.get("/vehicles/{vehicle_id}/sheet", summary="Route sheet", response_class=HTMLResponse, responses=problems())
def read_sheet(call: CallDep, day: DayPath, vehicle_id: VehicleId) -> HTMLResponse:
    """The driver's sheet as a page to print."""
    sheet = sheet_of(call.desk, service=call.service, day=day, vehicle_id=vehicle_id, lang=call.lang)
    return HTMLResponse(render_sheet_html(sheet), headers=PRINTED)


@router.get(
    "/vehicles/{vehicle_id}/sheet.pdf",
    summary="Route sheet as PDF",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}, "description": "A4, page x / y."}, **problems()},
)
def read_sheet_pdf(call: CallDep, day: DayPath, vehicle_id: VehicleId) -> Response:
    """The driver's sheet as a PDF file."""
    # Composing PDF takes a while to import; the desk opens sooner without.
    from dispatch.route_sheet.pdf import render_sheet_pdf

    sheet = sheet_of(call.desk, service=call.service, day=day, vehicle_id=vehicle_id, lang=call.lang)
    name = f"{day.isoformat()}-{sheet.vehicle_id}.pdf"
    headers = {"content-disposition": f'inline; filename="{name}"'}
    return Response(render_sheet_pdf(sheet), media_type="application/pdf", headers=headers)
