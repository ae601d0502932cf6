"""The running day at the desk: the promises at risk, asked for again every few seconds."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.phones import phone_of
from api.schemas.progress import AlertOut
from api.web.frame import DeskCallDep
from api.web.views import today, vehicle_names

router = APIRouter(include_in_schema=False)


@router.get("/desk/{service}/{date}/alerts")
def alerts_part(desk_call: DeskCallDep) -> HTMLResponse:
    """The promises at risk now, the latest first, each with the phone to call; nothing on a day that is not running."""
    call, day = desk_call.call, desk_call.day
    found = call.desk.alerts(service_id=call.service, day=day) if day == today(call) else ()
    names = vehicle_names(call)
    lines = [
        (
            alert,
            AlertOut.of(alert, phone=phone_of(call, alert.entry.trip), lang=call.lang),
            names.get(alert.entry.vehicle_id, ""),
        )
        for alert in found
    ]
    return desk_call.show("alerts.html", {"lines": lines})
