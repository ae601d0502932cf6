"""Recurring trips: weekly templates whose dates become reservations when the booking horizon reaches them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.context import Call, CallDep
from api.routes.documented import problems
from api.schemas.moments import DayPath
from api.schemas.series import SeriesBookedOut, SeriesDateOut, SeriesIn, SeriesOut
from api.schemas.spots import ID_MAX
from api.schemas.wishes import DATABASE_ID_MAX
from dispatch.model.errors import NotFound
from dispatch.model.series import Series

router = APIRouter(tags=["recurring trips"])

OfRider = Annotated[str, Query(max_length=ID_MAX, examples=["R0001"])]
SeriesId = Annotated[int, Path(ge=1, le=DATABASE_ID_MAX, examples=[3])]


def series_of(call: Call, series_id: int) -> Series:
    """The series, if it is one of the service called."""
    series = call.desk.store.series(series_id)
    if series.service_id != call.service:
        raise NotFound("unknown_series", series_id=series_id)
    return series


@router.post("/series", status_code=201, summary="Add a recurring trip", responses=problems(409))
def add_series(call: CallDep, template: SeriesIn) -> SeriesOut:
    """Keep the template. Nothing is booked yet: `POST series-bookings` does it, and the server by itself."""
    return SeriesOut.of(call.desk.add_series(series=template.to_series(service_id=call.service), actor=call.actor))


@router.get("/series", summary="Recurring trips", responses=problems())
def list_series(call: CallDep, rider_id: OfRider = "") -> list[SeriesOut]:
    """All templates, or those of one rider."""
    found = call.desk.store.all_series(call.service)
    return [SeriesOut.of(one) for one in found if rider_id in {"", one.rider_id}]


@router.get("/series/{series_id}", summary="One recurring trip", responses=problems())
def read_series(call: CallDep, series_id: SeriesId) -> SeriesOut:
    return SeriesOut.of(series_of(call, series_id))


@router.put("/series/{series_id}", summary="Change a recurring trip", responses=problems(409))
def change_series(call: CallDep, series_id: SeriesId, template: SeriesIn) -> SeriesOut:
    """Put another template in its place, with its exceptions. What is booked already stays booked."""
    series = series_of(call, series_id)
    changed = template.to_series(service_id=call.service, series_id=series.id)
    return SeriesOut.of(call.desk.change_series(series=changed, actor=call.actor))


@router.post("/series-bookings", summary="Book what the horizon has reached", responses=problems(409))
def book_series(call: CallDep) -> SeriesBookedOut:
    """Book every date that can be booked by now. Again does nothing twice, nor asks for what was refused."""
    return SeriesBookedOut.of(call.desk.book_series(service_id=call.service, actor=call.actor), call.lang)


@router.get("/days/{date}/series", summary="Recurring trips of a day", responses=problems())
def list_series_dates(call: CallDep, day: DayPath) -> list[SeriesDateOut]:
    """What became of the recurring trips of a day, and why some could not be booked."""
    return [SeriesDateOut.of(one, call.lang) for one in call.desk.store.series_dates(call.service, day)]


@router.post("/days/{date}/series/{series_id}", summary="Book one date again", responses=problems(409))
def book_date(call: CallDep, day: DayPath, series_id: SeriesId) -> SeriesDateOut:
    """Ask again for a date that was refused. One that is booked stays as it is."""
    series = series_of(call, series_id)
    return SeriesDateOut.of(call.desk.book_date(series_id=series.id, day=day, actor=call.actor), call.lang)
