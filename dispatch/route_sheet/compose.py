"""From the plan of a day to the sheets of its drivers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from dispatch.model.day_state import DayState
from dispatch.model.duty import ShiftOfDay
from dispatch.model.errors import NotFound
from dispatch.model.party import SEAT_KINDS
from dispatch.model.plan import BreakSlot, Route, Task, Visit
from dispatch.model.reservation import Reservation
from dispatch.model.stop import Stop, spots_of, stops_of
from dispatch.model.wording import Lang, say
from dispatch.route_sheet.directory import Directory
from dispatch.route_sheet.sheet import (
    BreakRow,
    DepotRow,
    RouteSheet,
    SheetRow,
    SheetRun,
    SheetTotals,
    SheetVisit,
    StopRow,
)
from dispatch.route_sheet.words import (
    aid_texts,
    date_text,
    layout_for,
    made_at_text,
    party_text,
    payment_text,
    promised_text,
    seat_uses,
)
from dispatch.store.protocol import Store

NOTHING_BOOKED = SheetTotals(reservations=0, people=0, distance_m=0, fare_yen=0, vouchers=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    """What every row needs: the day's trips by id, its routes with trips by shift, and who is who."""

    trips: Mapping[int, Reservation]
    routes: Mapping[str, Route]
    directory: Directory
    lang: Lang


def route_sheets(store: Store, state: DayState, *, lang: Lang = Lang.JA) -> tuple[RouteSheet, ...]:
    """One sheet per vehicle on duty, ordered by vehicle id, also for one with nothing booked."""
    day = _Day(
        trips={trip.id: trip for trip in state.reservations},
        routes={route.shift_id: route for route in state.plan.routes if route.visits},
        directory=Directory(store=store, service_id=state.service_id, spots=spots_of(state), lang=lang),
        lang=lang,
    )
    duties = sorted(state.shifts, key=lambda shift: (shift.vehicle_id, shift.start_s, shift.shift_id))
    return tuple(_sheet(store, state, shifts=tuple(group), day=day) for _, group in groupby(duties, _vehicle_id))


def _vehicle_id(shift: ShiftOfDay) -> str:
    return shift.vehicle_id


def _sheet(store: Store, state: DayState, *, shifts: tuple[ShiftOfDay, ...], day: _Day) -> RouteSheet:
    service = store.service(state.service_id)
    vehicle_id = shifts[0].vehicle_id
    try:
        vehicle = store.vehicle(state.service_id, vehicle_id)
        name, plate = vehicle.name, vehicle.plate
    except NotFound:
        name, plate = vehicle_id, ""
    return RouteSheet(
        lang=day.lang,
        service_name=service.name_ja if day.lang is Lang.JA else service.name_en,
        service_phone=service.phone,
        vehicle_id=vehicle_id,
        vehicle=name,
        plate=plate,
        date=state.date,
        date_text=date_text(state.date, lang=day.lang),
        plan_version=state.plan.version,
        made_at=made_at_text(state.plan.made_at, lang=day.lang),
        runs=tuple(_run(store, state.service_id, shift=shift, day=day) for shift in shifts),
    )


def _run(store: Store, service_id: str, *, shift: ShiftOfDay, day: _Day) -> SheetRun:
    try:
        driver = store.shift(service_id, shift.shift_id).driver_name
    except NotFound:
        driver = ""
    route = day.routes.get(shift.shift_id)
    return SheetRun(
        shift_id=shift.shift_id,
        driver=driver or say("sheet.driver_unknown", day.lang),
        start_s=shift.start_s,
        end_s=shift.end_s,
        rows=_rows(route, shift=shift, day=day) if route else (),
        totals=_totals(route, day=day) if route else NOTHING_BOOKED,
    )


def _rows(route: Route, *, shift: ShiftOfDay, day: _Day) -> tuple[SheetRow, ...]:
    stops = stops_of(route)
    loads = _loads_after(stops, trips=day.trips)
    whole_run = layout_for(shift.layouts, loads=loads)
    breaks = sorted(route.breaks, key=lambda rest: (rest.after_visit, rest.start_s))
    rows: list[SheetRow] = _taken_before(route.depart_s, breaks)
    rows.append(_depot(shift.start_spot.key, at_s=route.depart_s, leaving=True, day=day))
    for number, (stop, load) in enumerate(zip(stops, loads, strict=True), start=1):
        while breaks and breaks[0].after_visit <= stop.first_visit:
            rows.append(_break(breaks.pop(0)))
        # one layout for the whole run where one holds it; else the seats are folded on the way
        layout = layout_for((whole_run, *shift.layouts), loads=(load,))
        rows.append(_stop_row(stop, number=number, load=load, layout=layout, day=day))
    rows += _taken_before(route.arrive_s, breaks)
    rows.append(_depot(shift.end_spot.key, at_s=route.arrive_s, leaving=False, day=day))
    return (*rows, *(_break(rest) for rest in breaks))


def _taken_before(moment_s: int, breaks: list[BreakSlot]) -> list[SheetRow]:
    """Rows of the first of ``breaks``, those that begin before a moment; they are taken off the list."""
    rows: list[SheetRow] = []
    while breaks and breaks[0].start_s < moment_s:
        rows.append(_break(breaks.pop(0)))
    return rows


def _break(rest: BreakSlot) -> BreakRow:
    return BreakRow(start_s=rest.start_s, end_s=rest.start_s + rest.duration_s)


def _loads_after(stops: Sequence[Stop], *, trips: Mapping[int, Reservation]) -> tuple[tuple[int, ...], ...]:
    """Places in use by kind when each stop is left."""
    aboard = [0] * len(SEAT_KINDS)
    loads: list[tuple[int, ...]] = []
    for stop in stops:
        for visit in stop.visits:
            sign = 1 if visit.task is Task.BOARD else -1
            aboard = [
                n + sign * seats for n, seats in zip(aboard, trips[visit.reservation_id].party.seats(), strict=True)
            ]
        loads.append(tuple(aboard))
    return tuple(loads)


def _depot(spot_key: str, *, at_s: int, leaving: bool, day: _Day) -> DepotRow:
    return DepotRow(at_s=at_s, place=day.directory.place(spot_key), leaving=leaving)


def _stop_row(stop: Stop, *, number: int, load: tuple[int, ...], layout: tuple[int, ...], day: _Day) -> StopRow:
    return StopRow(
        number=number,
        start_s=stop.start_s,
        leave_s=stop.leave_s,
        place=day.directory.place(stop.spot_key),
        visits=tuple(_visit(visit, day=day) for visit in stop.visits),
        aboard=seat_uses(load, layout=layout, lang=day.lang),
    )


def _visit(visit: Visit, *, day: _Day) -> SheetVisit:
    trip = day.trips[visit.reservation_id]
    person = day.directory.person(trip)
    boards = visit.task is Task.BOARD
    return SheetVisit(
        reservation_id=trip.id,
        task=visit.task,
        start_s=visit.start_s,
        promised=promised_text(trip.promise, task=visit.task, lang=day.lang),
        name=person.name,
        kana=person.kana,
        phone=person.phone,
        party=party_text(trip.party, lang=day.lang),
        aids=aid_texts(trip.party, lang=day.lang),
        payment=payment_text(fare_yen=trip.fare_yen, vouchers=trip.vouchers, lang=day.lang) if boards else "",
        notes=(person.notes,) if person.notes.strip() else (),
    )


def _totals(route: Route, *, day: _Day) -> SheetTotals:
    trips = [day.trips[visit.reservation_id] for visit in route.visits if visit.task is Task.BOARD]
    return SheetTotals(
        reservations=len(trips),
        people=sum(trip.party.size for trip in trips),
        distance_m=route.distance_m,
        fare_yen=sum(trip.fare_yen for trip in trips),
        vouchers=sum(trip.vouchers for trip in trips),
    )
