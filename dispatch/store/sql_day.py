"""A day put together from its tables, in as few statements as the change since it was last read allows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import starmap
from typing import TypeVar

from sqlalchemy import Connection, Select
from sqlmodel import Session, col, select

from dispatch.model.catalog import Place, Shift, Vehicle
from dispatch.model.day_state import DayState
from dispatch.model.duty import ShiftOfDay
from dispatch.model.errors import NotFound
from dispatch.model.outage import Outage, under
from dispatch.model.plan import Plan, Route, empty_plan, route_digest
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.road import RoadChange
from dispatch.model.rules import ServiceRules
from dispatch.model.stop_event import StopEvent
from dispatch.store import codec
from dispatch.store import statements as sql
from dispatch.store.assemble import ACTIVE_STATES, in_order_of_receiving, runs_on, shifts_of_day
from dispatch.store.driver import selected, selected_each
from dispatch.store.stamp import UNKNOWN, DayStamp

NounT = TypeVar("NounT")


def stamp_of(connection: Connection, service_id: str, day: date) -> DayStamp:
    """Both numbers that a day depends on."""
    ((version, edition),) = selected(connection, sql.STAMP, service=service_id, on=day)
    return DayStamp(version=version, catalog_version=edition)


def since(service_id: str, day: date, *, known: DayStamp) -> dict[str, object]:
    """What `statements.WHOLE_DAY` asks for: a day, unless it is still at the stamp that is known."""
    return {
        "service": service_id,
        "on": day,
        "cancelled": ReservationState.CANCELLED.value,
        "known_version": known.version,
        "known_edition": known.catalog_version,
    }


def assembled(
    connection: Connection,
    service_id: str,
    day: date,
    *,
    stamp: DayStamp,
    known: DayStamp,
    before: Sequence[DayState],
) -> DayState:
    """The day at ``stamp``; ``known`` is the one that was kept when the stamp was asked for.

    ``before`` is the day as kept at another stamp, if it is: under the same version of the catalogue, rules and
    shifts are still what they were.
    """
    alike = [old for old in before if old.catalog_version == stamp.catalog_version]
    parts = _parts(connection, since(service_id, day, known=known if known != stamp else UNKNOWN))
    outages = _nouns(codec.OUTAGE, parts["outage"])
    same_shifts = [old.shifts for old in alike if old.outages == outages]
    booked = [codec.RESERVATION.numbered(number, body) for number, body in sorted(parts["reservation"])]
    return DayState(
        service_id=service_id,
        date=day,
        version=stamp.version,
        catalog_version=stamp.catalog_version,
        rules=alike[0].rules if alike else rules_of(connection, service_id, day),
        shifts=same_shifts[0] if same_shifts else under(_shifts(connection, service_id, day), outages),
        reservations=tuple(trip for trip in booked if trip.state in ACTIVE_STATES),
        waiting=tuple(trip for trip in booked if trip.state is ReservationState.WAITING),
        plan=_plan_in_force(connection, service_id, day, parts=parts, before=before),
        events=tuple(sorted(_nouns(codec.STOP_EVENT, parts["event"]), key=in_order_of_receiving)),
        holds=_nouns(codec.HOLD, parts["hold"]),
        outages=outages,
        roads=_nouns(codec.ROAD, parts["road"]),
    )


def rules_of(connection: Connection, service_id: str, day: date) -> ServiceRules:
    """The rules in force on a day. Raises NotFound ``no_rules``."""
    for (body,) in selected(connection, sql.RULES_IN_FORCE, service=service_id, on=day):
        return codec.RULES.read(body)
    raise NotFound("no_rules", service_id=service_id, date=day.isoformat())


def reservations_of(
    connection: Connection, statement: Select[int, str], service_id: str, day: date, **named: str
) -> tuple[Reservation, ...]:
    """The reservations of a day that ``statement`` selects."""
    found = selected(connection, statement, service=service_id, on=day, **named)
    return tuple(starmap(codec.RESERVATION.numbered, found))


def plan_of(connection: Connection, service_id: str, day: date, *, version: int) -> Plan:
    """A stored version of a day's plan, every route read.

    Raises
    ------
    NotFound
        ``unknown_plan``.
    """
    if version == 0:
        return empty_plan(service_id=service_id, day=day)
    for body, digests in selected(connection, sql.ONE_PLAN, service=service_id, on=day, version=version):
        plan = codec.PLAN.read(body)
        return replace(plan, routes=_routes(connection, service_id, day, digests=digests, known=()))
    raise _unknown_plan(service_id, day, version)


def _unknown_plan(service_id: str, day: date, version: int) -> NotFound:
    return NotFound("unknown_plan", service_id=service_id, date=day.isoformat(), version=version)


def _routes(
    connection: Connection, service_id: str, day: date, *, digests: str, known: Iterable[Route]
) -> tuple[Route, ...]:
    """The routes of a plan. ``known`` ones are not read again: a digest stands for the whole content."""
    listed, routes = digests.split(), {route_digest(route): route for route in known}
    missing = [digest for digest in listed if digest not in routes]
    each: list[dict[str, object]] = [{"service": service_id, "on": day, "digest": digest} for digest in missing]
    if each:
        for digest, found in zip(missing, selected_each(connection, sql.ONE_ROUTE, each), strict=True):
            for (body,) in found:
                routes[digest] = codec.ROUTE.read(body)
    return tuple([routes[digest] for digest in listed])


def outages_of(connection: Connection, service_id: str, day: date) -> tuple[Outage, ...]:
    """The outages of a day, the lifted ones included, by number."""
    return tuple(map(codec.OUTAGE.read, _bodies(connection, sql.OUTAGES, service_id, day)))


def roads_of(connection: Connection, service_id: str, day: date) -> tuple[RoadChange, ...]:
    """The changes of the roads of a day, the lifted ones included, by number."""
    return tuple(map(codec.ROAD.read, _bodies(connection, sql.ROADS, service_id, day)))


def events_of(connection: Connection, service_id: str, day: date) -> tuple[StopEvent, ...]:
    """The reports of a day in the order of receiving."""
    events = map(codec.STOP_EVENT.read, _bodies(connection, sql.EVENTS, service_id, day))
    return tuple(sorted(events, key=in_order_of_receiving))


def _bodies(connection: Connection, statement: Select[str], service_id: str, day: date) -> Iterable[str]:
    return (body for (body,) in selected(connection, statement, service=service_id, on=day))


def _parts(connection: Connection, named: dict[str, object]) -> dict[str, list[tuple[int, str]]]:
    """What `statements.WHOLE_DAY` selects: numbers and bodies, by the part of the day."""
    parts: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for part, number, body in selected(connection, sql.WHOLE_DAY, **named):
        parts[part].append((number, body))
    return parts


def _nouns(reading: codec.Codec[NounT], rows: list[tuple[int, str]]) -> tuple[NounT, ...]:
    return tuple([reading.read(body) for _, body in sorted(rows)])


def _plan_in_force(
    connection: Connection,
    service_id: str,
    day: date,
    *,
    parts: Mapping[str, list[tuple[int, str]]],
    before: Sequence[DayState],
) -> Plan:
    """The plan in force. Routes it shares with the day as known at another stamp are not read again."""
    if not any(version for version, _ in parts["version"]):
        return empty_plan(service_id=service_id, day=day)
    known = [route for state in before for route in state.plan.routes]
    for (_, body), (_, digests) in zip(parts["plan"], parts["routes"], strict=True):
        routes = _routes(connection, service_id, day, digests=digests, known=known)
        return replace(codec.PLAN.read(body), routes=routes)
    raise _unknown_plan(service_id, day, parts["version"][0][0])


def _shifts(connection: Connection, service_id: str, day: date) -> tuple[ShiftOfDay, ...]:
    """The shifts of the day with their vehicles and places, as the catalogue has them."""
    with Session(connection, autoflush=False) as session:
        own = session.exec(select(Shift).where(Shift.service_id == service_id))
        shifts = [shift for shift in own if runs_on(shift, day)]
        used = {shift.vehicle_id for shift in shifts}
        ends = {place_id for shift in shifts for place_id in (shift.start_place_id, shift.end_place_id)}
        vehicles = session.exec(select(Vehicle).where(Vehicle.service_id == service_id, col(Vehicle.id).in_(used)))
        places = session.exec(select(Place).where(Place.service_id == service_id, col(Place.id).in_(ends)))
        return shifts_of_day(shifts, vehicles={v.id: v for v in vehicles}, places={p.id: p for p in places})
