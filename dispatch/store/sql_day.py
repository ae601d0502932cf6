"""A day put together from its tables, in as few statements as the change since it was last read allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import starmap

from sqlalchemy import Connection, Select
from sqlmodel import Session, col, select

from dispatch.model.catalog import Place, Shift, Vehicle
from dispatch.model.day_state import DayState
from dispatch.model.duty import ShiftOfDay
from dispatch.model.errors import NotFound
from dispatch.model.hold import Hold
from dispatch.model.outage import Outage, under
from dispatch.model.plan import Plan, Route, empty_plan, route_digest
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.road import RoadChange
from dispatch.model.rules import ServiceRules
from dispatch.model.stop_event import StopEvent
from dispatch.store import codec
from dispatch.store import statements as sql
from dispatch.store.assemble import ACTIVE_STATES, in_order_of_receiving, runs_on, shifts_of_day
from dispatch.store.driver import number_or_zero, selected
from dispatch.store.protocol import DayStamp


def stamp_of(connection: Connection, service_id: str, day: date) -> DayStamp:
    """Both numbers that a day depends on."""
    ((version, edition),) = selected(connection, sql.STAMP, service=service_id, on=day)
    return DayStamp(version=version, catalog_version=edition)


def assembled(
    connection: Connection, service_id: str, day: date, *, stamp: DayStamp, before: Sequence[DayState]
) -> DayState:
    """The day at ``stamp``. ``before`` is the day as known at another stamp, if it is: under the same version of the
    catalogue, rules and shifts are still what they were."""
    known = [old for old in before if old.catalog_version == stamp.catalog_version]
    outages = outages_of(connection, service_id, day)
    alike = [old.shifts for old in known if old.outages == outages]
    booked = reservations_of(connection, sql.STANDING, service_id, day, cancelled=ReservationState.CANCELLED.value)
    return DayState(
        service_id=service_id,
        date=day,
        version=stamp.version,
        catalog_version=stamp.catalog_version,
        rules=known[0].rules if known else rules_of(connection, service_id, day),
        shifts=alike[0] if alike else under(_shifts(connection, service_id, day), outages),
        reservations=tuple(trip for trip in booked if trip.state in ACTIVE_STATES),
        waiting=tuple(trip for trip in booked if trip.state is ReservationState.WAITING),
        plan=_plan_in_force(connection, service_id, day, before=before),
        events=events_of(connection, service_id, day),
        holds=holds_of(connection, service_id, day),
        outages=outages,
        roads=roads_of(connection, service_id, day),
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


def plan_of(connection: Connection, service_id: str, day: date, *, version: int, known: Iterable[Route] = ()) -> Plan:
    """A stored version of a day's plan. ``known`` routes are not read again: a digest stands for the whole content.

    Raises
    ------
    NotFound
        ``unknown_plan``.
    """
    if version == 0:
        return empty_plan(service_id=service_id, day=day)
    for body, listed in selected(connection, sql.ONE_PLAN, service=service_id, on=day, version=version):
        digests, routes = listed.split(), {route_digest(route): route for route in known}
        missing = [digest for digest in digests if digest not in routes]
        if missing:
            found = connection.execute(sql.ROUTES, {"service": service_id, "on": day, "digests": missing})
            routes |= {digest: codec.ROUTE.read(text) for digest, text in found}
        return replace(codec.PLAN.read(body), routes=tuple(routes[digest] for digest in digests))
    raise NotFound("unknown_plan", service_id=service_id, date=day.isoformat(), version=version)


def outages_of(connection: Connection, service_id: str, day: date) -> tuple[Outage, ...]:
    """The outages of a day, the lifted ones included, by number."""
    return tuple(map(codec.OUTAGE.read, _bodies(connection, sql.OUTAGES, service_id, day)))


def roads_of(connection: Connection, service_id: str, day: date) -> tuple[RoadChange, ...]:
    """The changes of the roads of a day, the lifted ones included, by number."""
    return tuple(map(codec.ROAD.read, _bodies(connection, sql.ROADS, service_id, day)))


def holds_of(connection: Connection, service_id: str, day: date) -> tuple[Hold, ...]:
    """The offers held on a day, the expired ones included, by request."""
    return tuple(map(codec.HOLD.read, _bodies(connection, sql.HOLDS, service_id, day)))


def events_of(connection: Connection, service_id: str, day: date) -> tuple[StopEvent, ...]:
    """The reports of a day in the order of receiving."""
    events = map(codec.STOP_EVENT.read, _bodies(connection, sql.EVENTS, service_id, day))
    return tuple(sorted(events, key=in_order_of_receiving))


def _bodies(connection: Connection, statement: Select[str], service_id: str, day: date) -> Iterable[str]:
    return (body for (body,) in selected(connection, statement, service=service_id, on=day))


def _plan_in_force(connection: Connection, service_id: str, day: date, *, before: Sequence[DayState]) -> Plan:
    known = [route for state in before for route in state.plan.routes]
    version = number_or_zero(connection, sql.PLAN_VERSION, service=service_id, on=day)
    return plan_of(connection, service_id, day, version=version, known=known)


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
