"""The question whether a second trip at overlapping times is meant."""

from __future__ import annotations

from fastapi.responses import HTMLResponse

from api.lookup import reservation_of
from api.web.frame import DeskCall
from api.web.views import trip_line
from dispatch.model.errors import Conflict
from dispatch.model.wish import NO_ID

OVERLAP = "overlapping_reservation"


def ask_if_meant(
    desk_call: DeskCall,
    conflict: Conflict,
    *,
    offer_id: int = NO_ID,
    accept_at: str = "/reservations",
    ask_at: str = "",
) -> HTMLResponse:
    """Ask it; any other conflict is an error.

    ``accept_at`` is where the offer that waits for the answer is accepted. Without an offer the yes goes to ``ask_at``,
    or with the request form to where that was sent.
    """
    if conflict.code != OVERLAP:
        raise conflict
    other = reservation_of(desk_call.call, int(conflict.values["reservation_id"]))
    values = {"trip": trip_line(desk_call.call, other), "offer_id": offer_id, "accept_at": accept_at, "ask_at": ask_at}
    return desk_call.show("question.html", values)
