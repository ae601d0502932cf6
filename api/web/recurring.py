"""Recurring trips at the desk: kept from the request form; from the card, one date skipped or given another time, or
the whole ended; and what was missed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse
from pydantic import Field

from api.routes.series import SeriesId, series_of
from api.schemas.moments import ServiceDay
from api.web.forms import WishFields
from api.web.frame import DAY_CHANGED, DeskCall, DeskCallDep
from api.web.series_lines import date_line, missed_lines, time_text, weekdays_text
from api.web.typed import typed_clock
from api.web.views import book_for, day_text, rider_card, today
from dispatch.model.series import Series
from dispatch.model.wish import NO_ID, BackForm
from dispatch.model.wording import say

router = APIRouter(prefix="/desk/{service}/{date}", include_in_schema=False)

MONDAY, SUNDAY = 0, 6
Weekday = Annotated[int, Field(ge=MONDAY, le=SUNDAY)]


class SeriesFields(WishFields):
    """The request form with what makes it a weekly template."""

    weekdays: list[Weekday] = Field(default_factory=list)
    until: ServiceDay

    def to_series(self, desk_call: DeskCall) -> Series:
        """The template, from the day shown on. Raises InvalidInput, NotFound."""
        call = desk_call.call
        book = book_for(call, call.desk.store.rider_places(call.service, self.rider_id))
        wish = self.to_form(call, day=desk_call.day, book=book)
        back: tuple[BackForm, ...] = (self.back_of(wish),) if self.both else ()
        return Series(
            id=NO_ID,
            service_id=call.service,
            rider_id=self.rider_id,
            weekdays=tuple(sorted(set(self.weekdays))),
            first=desk_call.day,
            last=self.until,
            origin=wish.origin,
            destination=wish.destination,
            time_kind=wish.time_kind,
            time_s=wish.time_s,
            party=wish.party,
            purpose=wish.purpose,
            back=back,
        )


@router.post("/series")
def add(desk_call: DeskCallDep, fields: Annotated[SeriesFields, Form()]) -> HTMLResponse:
    """Keep the template and book at once what can be booked by now: the caller is told what became of each date."""
    call = desk_call.call
    kept = call.desk.add_series(series=fields.to_series(desk_call), actor=call.actor)
    made = call.desk.book_series(service_id=call.service, actor=call.actor)
    own = [one for one in (*made.booked, *made.refused) if one.series_id == kept.id]
    said = say("desk.series.added_say", call.lang, weekdays=weekdays_text(kept, call.lang))
    lines = [date_line(one, call.lang) for one in sorted(own, key=lambda one: one.date)]
    return _done(desk_call, kept, title=say("desk.series.added", call.lang), said=said, lines=lines, renewed=True)


@router.post("/series/{series_id}/skip")
def skip(desk_call: DeskCallDep, series_id: SeriesId) -> HTMLResponse:
    """Nothing is wanted on the day shown."""
    call, series = desk_call.call, series_of(desk_call.call, series_id)
    skipped = tuple(sorted({*series.skipped, desk_call.day}))
    changed = call.desk.change_series(series=replace(series, skipped=skipped), actor=call.actor)
    said = say("desk.series.skipped", call.lang, day=day_text(desk_call.day, call.lang))
    return _done(desk_call, changed, title=say("desk.series.title", call.lang), said=said, lines=[])


@router.post("/series/{series_id}/retime")
def retime(
    desk_call: DeskCallDep, series_id: SeriesId, time: Annotated[str, Form(min_length=1, max_length=20)]
) -> HTMLResponse:
    """On the day shown, it is wanted at another time."""
    return _retimed(desk_call, series_id, typed_clock(time))


@router.post("/series/{series_id}/usual")
def usual(desk_call: DeskCallDep, series_id: SeriesId) -> HTMLResponse:
    """On the day shown, it is wanted at its usual time after all."""
    return _retimed(desk_call, series_id)


def _retimed(desk_call: DeskCall, series_id: int, *times_s: int) -> HTMLResponse:
    """The trip at another time on the day shown, or, without one, at its usual time."""
    call, series, day = desk_call.call, series_of(desk_call.call, series_id), desk_call.day
    changed = call.desk.change_series(series=series.retimed_on(day, *times_s), actor=call.actor)
    values = {"day": day_text(day, call.lang), "time": time_text(changed, changed.time_on(day), call.lang)}
    said = say("desk.series.retimed", call.lang, **values)
    return _done(desk_call, changed, title=say("desk.series.title", call.lang), said=said, lines=[])


@router.post("/series/{series_id}/end")
def end(desk_call: DeskCallDep, series_id: SeriesId) -> HTMLResponse:
    """Nothing more is booked."""
    call, series = desk_call.call, series_of(desk_call.call, series_id)
    begun = any(made.series_id == series.id for made in call.desk.store.series_dates(call.service, series.first))
    changed = call.desk.change_series(series=_ended(series, today(call), begun=begun), actor=call.actor)
    said = say("desk.series.ended", call.lang)
    return _done(desk_call, changed, title=say("desk.series.title", call.lang), said=said, lines=[])


def _ended(series: Series, day: date, *, begun: bool) -> Series:
    """The template without any date from ``day`` on; its first date is kept, and skipped when it is still to come.

    ``begun`` says that something has become of its first date.
    """
    last = min(series.last, max(series.first, day - timedelta(days=1)))
    skipped = series.skipped if begun or series.first < day else (*series.skipped, series.first)
    retimed = tuple(one for one in series.retimed if one.date <= last)
    return replace(series, last=last, skipped=skipped, retimed=retimed)


@router.get("/series")
def missed(desk_call: DeskCallDep) -> HTMLResponse:
    """The recurring trips of the day that could not be booked; nothing when there are none."""
    return desk_call.show("series_missed.html", {"lines": missed_lines(desk_call.call, desk_call.day)})


@router.post("/series/{series_id}/again")
def again(desk_call: DeskCallDep, series_id: SeriesId) -> HTMLResponse:
    """Ask for the date again, and show what is still missing."""
    call, series = desk_call.call, series_of(desk_call.call, series_id)
    call.desk.book_date(series_id=series.id, day=desk_call.day, actor=call.actor)
    lines = missed_lines(call, desk_call.day)
    return desk_call.show("series_missed.html", {"lines": lines}, headers=DAY_CHANGED)


def _done(
    desk_call: DeskCall, series: Series, *, title: str, said: str, lines: list[str], renewed: bool = False
) -> HTMLResponse:
    """What was done. A button of the card stays until it is answered: then the card is not ``renewed`` under it."""
    call = desk_call.call
    card = rider_card(call, call.desk.store.rider(call.service, series.rider_id), day=desk_call.day)
    standing = {"card": card, "trips": card.trips, "rider_id": series.rider_id}
    values = {"title": title, "said": said, "lines": lines, "renewed": renewed, **standing}
    return desk_call.show("series_done.html", values, headers=DAY_CHANGED)
