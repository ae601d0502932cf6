"""The page of a service day: its frame, its board, its map, re-planning."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.context import Call, CallDep, context_of
from api.language import COOKIE, lang_of
from api.web.board import Board, board
from api.web.frame import DeskCall, DeskCallDep, desk_path
from api.web.hand import shift_names
from api.web.rendering import page
from api.web.views import day_text, spot_label, today
from dispatch.model.errors import NotFound
from dispatch.model.reservation import ReservationState
from dispatch.model.rules import ServiceRules
from dispatch.model.rules_math import next_service_day, runs_on
from dispatch.model.times import first_day_not_over, to_second
from dispatch.model.wording import Lang, say
from dispatch.planning.outcome import Verdict

router = APIRouter(include_in_schema=False)

View = Literal["table", "map"]
YEAR_S = 365 * 86_400
ONE_DAY = timedelta(days=1)


@router.get("/")
@router.get("/desk")
def entrance(request: Request) -> Response:
    """The only service at once; a list when there are several or none."""
    services = context_of(request).desk.store.services()
    if len(services) == 1:
        return RedirectResponse(f"/desk/{services[0].id}", status_code=303)
    return page("services.html", lang_of(request), {"services": services})


@router.get("/desk/{service}")
def landing(call: CallDep) -> RedirectResponse:
    """The next day with bookings, from today on; else the next day the service runs."""
    return RedirectResponse(desk_path(service=call.service, day=_next_day(call)), status_code=303)


@router.get("/desk/{service}/{date}")
def day_page(request: Request, desk_call: DeskCallDep, view: View = "table") -> HTMLResponse:
    """The whole page."""
    call, day = desk_call.call, desk_call.day
    service = call.desk.store.service(call.service)
    rules, day_board = call.desk.store.rules(call.service, day), board(call, day)
    answer = desk_call.show(
        "day.html",
        {
            "service_name": service.name_ja if call.lang is Lang.JA else service.name_en,
            "day_text": day_text(day, call.lang),
            "day_before": desk_path(service=call.service, day=day - ONE_DAY),
            "day_after": desk_path(service=call.service, day=day + ONE_DAY),
            "day_today": desk_path(service=call.service, day=today(call)),
            "runs": runs_on(rules, day),
            "guests_allowed": rules.booking.guests_allowed,
            "board": day_board,
            "names": shift_names(desk_call),
            "spot_name": partial(spot_label, call),
            "open": _is_open(day_board, rules, day),
            "view": view,
            "message": "",
        },
    )
    if request.query_params.get("lang", ""):
        answer.set_cookie(COOKIE, call.lang.value, max_age=YEAR_S, httponly=True, samesite="strict")
    return answer


@router.get("/desk/{service}/{date}/board")
def board_part(desk_call: DeskCallDep, view: View = "table") -> HTMLResponse:
    """The board as it is now: the table of all vehicles, or the map."""
    return _board(desk_call, view=view, message="")


@router.post("/desk/{service}/{date}/plan")
def replan(desk_call: DeskCallDep) -> HTMLResponse:
    """Look for a better plan; the board says what came of it."""
    call = desk_call.call
    outcome = call.desk.replan(service_id=call.service, day=desk_call.day, actor=call.actor)
    published = outcome.verdict is Verdict.PUBLISHED
    message = (
        say("desk.plan.less_waiting", call.lang)
        if published and outcome.gain_m <= 0
        else say(f"desk.plan.{outcome.verdict}", call.lang, gain_km=f"{outcome.gain_m / 1000:.1f}")
    )
    return _board(desk_call, view="table", message=message)


def _board(desk_call: DeskCall, *, view: View, message: str) -> HTMLResponse:
    call, day = desk_call.call, desk_call.day
    shown, rules = board(call, day), call.desk.store.rules(call.service, day)
    values = {
        "board": shown,
        "names": shift_names(desk_call),
        "spot_name": partial(spot_label, call),
        "view": view,
        "message": message,
        "open": _is_open(shown, rules, day),
    }
    return desk_call.show("board.html", values)


def _is_open(shown: Board, rules: ServiceRules, day: date) -> bool:
    """Whether there is anything to plan or to draw: the service runs, or trips were booked before it was closed."""
    return runs_on(rules, day) or shown.reservations > 0


def _next_day(call: Call) -> date:
    """The day to look at first: last night's while its trips go on, else the first one ahead with bookings."""
    for night in _still_driven(call):
        return night
    first = today(call)
    rules = call.desk.store.rules(call.service, first)
    ahead = [first + timedelta(days=days) for days in range(rules.booking.horizon_days + 1)]
    for day in ahead:
        if call.desk.day_state(service_id=call.service, day=day).reservations:
            return day
    return first if runs_on(rules, first) else next_service_day(rules, first)


def _still_driven(call: Call) -> Iterator[date]:
    """Yesterday, after midnight, while somebody has still to be driven as promised."""
    now = call.desk.clock.now()
    night = first_day_not_over(now)
    if night < today(call):
        with suppress(NotFound):  # the service began today
            trips, now_s = call.desk.day_state(service_id=call.service, day=night).reservations, to_second(night, now)
            if any(trip.state is ReservationState.BOOKED and trip.limits.arrival_latest_s >= now_s for trip in trips):
                yield night
