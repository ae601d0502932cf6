"""The running day at the desk: the promises at risk, asked for again every few seconds."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.phones import phone_of
from api.schemas.progress import AlertOut
from api.web.frame import DeskCall, DeskCallDep
from api.web.views import today, vehicle_names
from dispatch.model.promise import BreachCause
from dispatch.model.times import first_day_not_over
from dispatch.model.wording import say

BOARD_CHANGED = {"hx-trigger": "board-changed"}

router = APIRouter(include_in_schema=False)


@router.get("/desk/{service}/{date}/alerts")
def alerts_part(desk_call: DeskCallDep) -> HTMLResponse:
    """The promises at risk now, the latest first, each with the phone to call; nothing on a day that is not running.

    A service day runs on after midnight.
    """
    return _alerts(desk_call, message="")


@router.post("/desk/{service}/{date}/breaches")
def declare_breaches(desk_call: DeskCallDep) -> HTMLResponse:
    """Declare what a delay has made impossible; the list says how many, and the board is asked for anew."""
    call = desk_call.call
    late = call.desk.declare_breaches(
        service_id=call.service, day=desk_call.day, actor=call.actor, cause=BreachCause.DELAY
    )
    message = (
        say("desk.alerts.declared", call.lang, count=len(late)) if late else say("desk.alerts.possible", call.lang)
    )
    answer = _alerts(desk_call, message=message)
    answer.headers.update(BOARD_CHANGED)
    return answer


def _alerts(desk_call: DeskCall, *, message: str) -> HTMLResponse:
    call, day = desk_call.call, desk_call.day
    running = first_day_not_over(call.desk.clock.now()) <= day <= today(call)
    found = call.desk.alerts(service_id=call.service, day=day) if running else ()
    names = vehicle_names(call)
    lines = [
        (
            alert,
            AlertOut.of(alert, phone=phone_of(call, alert.entry.trip), lang=call.lang),
            names.get(alert.entry.vehicle_id, ""),
        )
        for alert in found
    ]
    return desk_call.show("alerts.html", {"lines": lines, "message": message})
