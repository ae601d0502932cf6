"""A hamlet to run random days in: places on a grid, riders at home around it, taxis that run every day of the year."""

from __future__ import annotations

from dispatch.model.catalog import Place, Rider, RiderPlace, Service, Shift, Vehicle
from dispatch.model.rules import ServiceRules
from dispatch.store.protocol import Store
from sample_data import tables

SERVICE = "hamlet"
LAT, LON = 36.38, 139.84
DEGREE_KM = 0.0090
"""About one kilometre, in degrees of latitude; a little less in longitude."""

GRID = 5
SPACING_KM = 1.6
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
BOUNDARY = [[[36.34, 139.80], [36.34, 139.95], [36.50, 139.95], [36.50, 139.80]]]
LAYOUTS = ([[4, 0]], [[4, 1], [6, 0]], [[3, 0]])
PLACES = tuple(f"P{number:02d}" for number in range(GRID * GRID))


def hamlet_rules() -> ServiceRules:
    """The sample city's rules, for a service that runs every day."""
    rules = tables.sample_rules()
    days = rules.service.model_copy(update={"weekdays": EVERY_DAY, "on_holidays": True, "closed_yearly": ()})
    return rules.model_copy(update={"service": days})


def found(store: Store, *, vehicles: int, riders: int) -> None:
    """Write the hamlet into an empty store."""
    with store.writing() as work:
        work.save(
            Service(
                id=SERVICE, name_ja="むら", name_en="Hamlet", municipality_code="09216", phone="", boundary=BOUNDARY
            )
        )
        work.save_rules(SERVICE, hamlet_rules())
        for number, place_id in enumerate(PLACES):
            lat, lon = _at(number % GRID, number // GRID)
            work.save(Place(service_id=SERVICE, id=place_id, name=place_id, lat=lat, lon=lon))
        for number in range(riders):
            work.save(Rider(service_id=SERVICE, id=f"R{number}", name=f"乗客{number}", birth_year=1940 + number % 40))
            work.save(_home(number))
        for number in range(vehicles):
            layouts = LAYOUTS[number % len(LAYOUTS)]
            work.save(Vehicle(service_id=SERVICE, id=f"V{number}", name=f"{number}号車", layouts=layouts))
            work.save(_shift(number))


def _at(east: float, north: float) -> tuple[float, float]:
    return LAT + north * SPACING_KM * DEGREE_KM, LON + east * SPACING_KM * DEGREE_KM


def _home(number: int) -> RiderPlace:
    lat, lon = _at(number % 9 * 0.45 + 0.2, number * 7 % 11 * 0.35 + 0.15)
    return RiderPlace(
        service_id=SERVICE,
        id=f"R{number}-home",
        rider_id=f"R{number}",
        label="自宅",
        address=f"むら{number}番地",
        lat=lat,
        lon=lon,
    )


def _shift(number: int) -> Shift:
    return Shift(
        service_id=SERVICE,
        id=f"S{number}",
        vehicle_id=f"V{number}",
        weekdays="0123456",
        start_s=8 * 3600,
        end_s=17 * 3600,
        break_earliest_s=11 * 3600 + 1800,
        break_latest_s=13 * 3600,
        break_duration_s=2700,
        start_place_id=PLACES[number % len(PLACES)],
        end_place_id=PLACES[number % len(PLACES)],
    )
