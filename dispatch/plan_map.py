"""The plan of a day on a map, for the desk.

A projection, and one without personal data: riders are booking numbers, a home is "a private address". Colours and
patterns follow the vehicle's place in the city's catalogue, so a vehicle looks the same every day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from dispatch.model.catalog import Vehicle
from dispatch.model.day_state import DayState
from dispatch.model.duty import ShiftOfDay
from dispatch.model.errors import NotFound
from dispatch.model.plan import Route, Task, Visit
from dispatch.model.reservation import Reservation
from dispatch.model.spot import Spot, SpotKind
from dispatch.model.stop import Stop, spots_of, stops_of
from dispatch.model.times import clock_text
from dispatch.model.wording import Lang, say
from dispatch.store.protocol import Store
from maps.assets import INLINE, Inline, Served
from maps.drawing import render
from maps.geo import Boundary, LatLon
from maps.map_document import DepotMarker, MapDocument, MapWords, RouteLayer, StopMarker
from maps.travel_times.protocol import TravelTimes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    """What every layer needs."""

    store: Store
    state: DayState
    travel: TravelTimes
    trips: Mapping[int, Reservation]
    spots: Mapping[str, Spot]
    lang: Lang


def plan_map(
    store: Store, state: DayState, travel: TravelTimes, *, assets: Served | Inline = INLINE, lang: Lang = Lang.JA
) -> str:
    """The map as an HTML page; ``INLINE`` makes it one file that opens with no network.

    Raises
    ------
    MapsError
        When the way between two stops cannot be had, or the map library is not installed.
    """
    return render(plan_document(store, state, travel, lang=lang), assets=assets)


def plan_document(store: Store, state: DayState, travel: TravelTimes, *, lang: Lang = Lang.JA) -> MapDocument:
    """What is on the map: boundary, depots, and one layer per route with trips."""
    trips = {trip.id: trip for trip in state.reservations}
    day = _Day(store=store, state=state, travel=travel, trips=trips, spots=spots_of(state), lang=lang)
    service = store.service(state.service_id)
    name = service.name_ja if lang is Lang.JA else service.name_en
    return MapDocument(
        title=say("map.title", lang, service=name, date=_date_text(state.date, lang)),
        lang=lang,
        words=MapWords(**{word: say(f"map.page.{word}", lang) for word in MapWords.__dataclass_fields__}),
        boundary=_outer_ring(service.boundary),
        depots=_depots(day),
        routes=_layers(day),
        notes=(say("map.version", lang, version=state.plan.version),),
    )


def _date_text(day: date, lang: Lang) -> str:
    weekday = say(f"sheet.weekday.{day.weekday()}", lang)
    return say("sheet.date", lang, year=day.year, month=day.month, day=day.day, weekday=weekday)


def _outer_ring(rings: list[list[list[float]]]) -> Boundary:
    return tuple(LatLon(lat, lon) for lat, lon in rings[0]) if rings else ()


def _depots(day: _Day) -> tuple[DepotMarker, ...]:
    ends = {spot.key: spot for shift in day.state.shifts for spot in (shift.start_spot, shift.end_spot)}
    return tuple(DepotMarker(label=_place_name(ends[key], day=day), at=ends[key].at) for key in sorted(ends))


def _layers(day: _Day) -> tuple[RouteLayer, ...]:
    order = {row.id: index for index, row in enumerate(sorted(day.store.vehicles(day.state.service_id), key=_id))}
    names = {row.id: row.name for row in day.store.vehicles(day.state.service_id)}
    routes = {route.shift_id: route for route in day.state.plan.routes if route.visits}
    duties = [shift for shift in day.state.shifts if shift.shift_id in routes]
    return tuple(
        _layer(
            routes[shift.shift_id],
            shift=shift,
            vehicle=names.get(shift.vehicle_id, shift.vehicle_id),
            index=order.get(shift.vehicle_id, len(order)),
            day=day,
        )
        for shift in sorted(duties, key=lambda shift: (shift.vehicle_id, shift.start_s, shift.shift_id))
    )


def _layer(route: Route, *, shift: ShiftOfDay, vehicle: str, index: int, day: _Day) -> RouteLayer:
    stops = stops_of(route)
    label = say(
        "map.route",
        day.lang,
        vehicle=vehicle,
        start=clock_text(route.depart_s),
        end=clock_text(route.arrive_s),
        count=len(stops),
    )
    halts = [shift.start_spot.at, *(day.spots[stop.spot_key].at for stop in stops), shift.end_spot.at]
    markers = [_marker(stop, number=number, day=day) for number, stop in enumerate(stops, start=1)]
    return RouteLayer(label=label, index=index, path=_way(halts, travel=day.travel), stops=tuple(markers))


def _way(halts: list[LatLon], *, travel: TravelTimes) -> tuple[LatLon, ...]:
    """The line to drive from halt to halt; standing still adds nothing."""
    legs = [travel.path(origin=here, destination=there) for here, there in pairwise(halts) if here != there]
    points = [point for leg in legs for point in leg]
    return tuple(point for index, point in enumerate(points) if index == 0 or point != points[index - 1])


def _marker(stop: Stop, *, number: int, day: _Day) -> StopMarker:
    between = say("map.between", day.lang)
    start, leave = clock_text(stop.start_s), clock_text(stop.leave_s)
    return StopMarker(
        number=number,
        at=day.spots[stop.spot_key].at,
        title_lines=(
            _place_name(day.spots[stop.spot_key], day=day),
            *(_visit_text(visit, day=day) for visit in stop.visits),
        ),
        promised_text=between.join(_promised_text(visit, day=day) for visit in stop.visits),
        scheduled_text=say("map.scheduled", day.lang, start=start, leave=leave),
    )


def _visit_text(visit: Visit, *, day: _Day) -> str:
    people = day.trips[visit.reservation_id].party.size
    return say(f"map.{visit.task}", day.lang, id=visit.reservation_id, people=people)


def _promised_text(visit: Visit, *, day: _Day) -> str:
    promise = day.trips[visit.reservation_id].promise
    if visit.task is Task.ALIGHT:
        latest = clock_text(promise.arrival_latest_s)
        return say("map.promised_arrival", day.lang, id=visit.reservation_id, latest=latest)
    earliest, latest = clock_text(promise.pickup_earliest_s), clock_text(promise.pickup_latest_s)
    return say("map.promised_pickup", day.lang, id=visit.reservation_id, earliest=earliest, latest=latest)


def _place_name(spot: Spot, *, day: _Day) -> str:
    """The name of a public place; a private one is never named."""
    if spot.kind is SpotKind.RIDER_PLACE:
        return say("map.home", day.lang)
    if spot.kind is SpotKind.POINT:
        return say("map.point", day.lang)
    try:
        return day.store.place(day.state.service_id, spot.id).name
    except NotFound:
        return spot.id


def _id(row: Vehicle) -> str:
    return row.id
