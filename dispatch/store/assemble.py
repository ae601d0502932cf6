"""What both stores do alike: putting a day together, and judging what may be stored. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from dispatch.model.catalog import Place, Rider, RiderPlace, Service, Shift, Vehicle
from dispatch.model.duty import BreakRule, ShiftOfDay
from dispatch.model.errand import Made
from dispatch.model.errors import Conflict, NotFound, PlanRejected
from dispatch.model.plan import Plan, plan_digest
from dispatch.model.reservation import ReservationState
from dispatch.model.spot import Spot
from dispatch.model.stop_event import StopEvent
from dispatch.store.protocol import CatalogRow

ACTIVE_STATES = frozenset(ReservationState) - {ReservationState.CANCELLED, ReservationState.WAITING}
"""The states of a reservation that a day state carries among those to be driven."""

_NOUNS: Mapping[type[CatalogRow], str] = {
    Service: "service",
    Place: "place",
    Rider: "rider",
    RiderPlace: "rider_place",
    Vehicle: "vehicle",
    Shift: "shift",
}

UNCLAIMED = 0
"""No version: version 0 is that of a day nobody has touched, so it is never claimed."""


def unknown(noun: type[CatalogRow], row_id: str) -> NotFound:
    """The error for a catalogue row that does not exist, e.g. ``unknown_place``."""
    values: dict[str, str | int] = {f"{_NOUNS[noun]}_id": row_id}
    return NotFound(f"unknown_{_NOUNS[noun]}", **values)


def made_of(row: CatalogRow) -> Made:
    """What a unit of work says of a catalogue row it has written."""
    return Made(noun=_NOUNS[type(row)], id=row.id)


def runs_on(shift: Shift, day: date) -> bool:
    """Whether the shift's weekdays and dates include ``day``. Holidays are the rules' affair, not the shift's."""
    return str(day.weekday()) in shift.weekdays and shift.valid_from <= day <= shift.valid_until


def in_order_of_receiving(event: StopEvent) -> tuple[datetime, str]:
    """The key by which a day lists its reports."""
    return event.received_at, event.event_id


def shifts_of_day(
    shifts: Iterable[Shift], *, vehicles: Mapping[str, Vehicle], places: Mapping[str, Place]
) -> tuple[ShiftOfDay, ...]:
    """The shifts of active vehicles with their places resolved, ordered by shift id.

    Raises
    ------
    NotFound
        ``unknown_vehicle`` or ``unknown_place`` when a shift names one that is missing.
    """
    ordered = sorted(shifts, key=lambda shift: shift.id)
    for shift in ordered:
        if shift.vehicle_id not in vehicles:
            raise unknown(Vehicle, shift.vehicle_id)
    return tuple(
        _shift_of_day(shift, vehicle=vehicles[shift.vehicle_id], places=places)
        for shift in ordered
        if vehicles[shift.vehicle_id].active
    )


def check_storable(plan: Plan, *, claimed_version: int) -> None:
    """Refuse a plan that is not proven, not the claimed version, or not what its digest says.

    Raises
    ------
    PlanRejected
        ``plan_violations``, ``plan_not_claimed``, ``plan_digest_wrong``.
    """
    named: dict[str, str | int] = {
        "service_id": plan.service_id,
        "date": plan.date.isoformat(),
        "version": plan.version,
    }
    if plan.proof.violations:
        raise PlanRejected("plan_violations", count=len(plan.proof.violations), **named)
    if claimed_version == UNCLAIMED or claimed_version != plan.version:
        raise PlanRejected("plan_not_claimed", **named)
    if plan.digest != plan_digest(plan.routes):
        raise PlanRejected("plan_digest_wrong", **named)


def check_affordable(balance: int, *, change: int, rider_id: str) -> None:
    """Refuse to use more vouchers than there are.

    Raises
    ------
    Conflict
        ``vouchers_changed``.
    """
    if balance + change < 0:
        raise Conflict("vouchers_changed", rider_id=rider_id)


def _shift_of_day(shift: Shift, *, vehicle: Vehicle, places: Mapping[str, Place]) -> ShiftOfDay:
    rest = BreakRule(
        earliest_s=shift.break_earliest_s, latest_s=shift.break_latest_s, duration_s=shift.break_duration_s
    )
    return ShiftOfDay(
        shift_id=shift.id,
        vehicle_id=shift.vehicle_id,
        layouts=tuple(tuple(layout) for layout in vehicle.layouts),
        start_s=shift.start_s,
        end_s=shift.end_s,
        start_spot=_spot(shift.start_place_id, places=places),
        end_spot=_spot(shift.end_place_id, places=places),
        breaks=(rest,) if rest.duration_s else (),
    )


def _spot(place_id: str, *, places: Mapping[str, Place]) -> Spot:
    if place_id not in places:
        raise unknown(Place, place_id)
    return places[place_id].spot
