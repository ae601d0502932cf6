"""What is printed or looked at: route sheets and the map of a day, through the projections."""

from __future__ import annotations

from datetime import date

from dispatch.desk import Desk
from dispatch.model.errors import NotFound
from dispatch.model.wording import Lang
from dispatch.route_sheet import RouteSheet, route_sheets


def sheet_of(desk: Desk, *, service: str, day: date, vehicle_id: str, lang: Lang) -> RouteSheet:
    """The route sheet of one vehicle on one day.

    Raises
    ------
    NotFound
        ``no_sheet`` when the vehicle does not run on that day.
    """
    vehicle = desk.store.vehicle(service, vehicle_id)
    sheets = route_sheets(desk.store, desk.day_state(service_id=service, day=day), lang=lang)
    for sheet in sheets:
        if sheet.vehicle_id == vehicle.id:
            return sheet
    raise NotFound("no_sheet", vehicle_id=vehicle.id, date=day.isoformat())


def map_of(desk: Desk, *, service: str, day: date, lang: Lang) -> str:
    """The map of the plan of one day as one self-contained page."""
    # Drawing maps takes a while to import; the desk opens sooner without.
    from dispatch.plan_map import plan_map

    state = desk.day_state(service_id=service, day=day)
    return plan_map(desk.store, state, desk.travel_times(service_id=service, day=day), lang=lang)
