"""The city of a study: a service's places, riders and rules, with a fleet of any size. Ids only matter, names do not.

How a fleet of ``n`` is made from the vehicles of the service: they are taken in the order of their ids and, when they
run out, from the first again. The ``i``-th vehicle of the fleet (``F1`` …) is a copy of seats and of every shift, with
hours, break and places, of the vehicle it is taken from. So 2 of 4 vehicles are the first two, 6 are all four and a
second one of the first two.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from dispatch.model.catalog import Place, Rider, RiderPlace, Service, Shift, Vehicle
from dispatch.model.errors import NotFound
from dispatch.model.rules import ServiceRules
from dispatch.store.memory import MemoryStore
from dispatch.store.protocol import Store

DAY_ZERO = date(2001, 1, 1)
"""The Monday that day 0 of a history is replayed on; far from any date that somebody may take for a real one."""

ERASED = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """Rows of a service's catalogue without anything personal, and rules that hold on every day of a history."""

    service: Service
    rules: ServiceRules
    places: tuple[Place, ...]
    riders: tuple[Rider, ...]
    rider_places: tuple[RiderPlace, ...]
    vehicles: tuple[Vehicle, ...]
    shifts: tuple[Shift, ...]

    def known_to(self, rider_ids: frozenset[str]) -> City:
        """The same city with these riders only: a job of a few days need not carry everybody."""
        return replace(
            self,
            riders=tuple(rider for rider in self.riders if rider.id in rider_ids),
            rider_places=tuple(home for home in self.rider_places if home.rider_id in rider_ids),
        )


def city_of(store: Store, service_id: str, day: date) -> City:
    """The city as it is in the catalogue, under the rules in force on ``day``.

    The rules keep their weekdays, but no date is closed: a history has rows for the days that were open and for no
    other, and holidays of the replayed dates mean nothing. Names, phones and notes are left behind.
    """
    rules = store.rules(service_id, day)
    days = rules.service.model_copy(update={"on_holidays": True, "closed_dates": (), "closed_yearly": ()})
    riders = [rider for rider in store.riders(service_id) if rider.active]
    active = {rider.id for rider in riders}
    homes = [home for home in store.all_rider_places(service_id) if home.rider_id in active]
    return City(
        service=store.service(service_id),
        rules=rules.model_copy(update={"service": days, "effective_from": DAY_ZERO}),
        places=store.places(service_id),
        riders=tuple(_nameless(rider) for rider in riders),
        rider_places=tuple(_unlabelled(home) for home in homes),
        vehicles=tuple(vehicle for vehicle in store.vehicles(service_id) if vehicle.active),
        shifts=store.shifts(service_id),
    )


def _nameless(rider: Rider) -> Rider:
    kept = rider.model_dump(include={"service_id", "id", "birth_year", "fare_class", "aid"})
    return Rider(**kept, name=ERASED)


def _unlabelled(home: RiderPlace) -> RiderPlace:
    kept = home.model_dump(include={"service_id", "id", "rider_id", "place_id", "lat", "lon"})
    return RiderPlace(**kept, label=ERASED)


def settle_city(city: City, *, fleet: int) -> MemoryStore:
    """A store in memory that holds the city with ``fleet`` vehicles.

    Raises
    ------
    NotFound
        ``no_vehicles`` when the service has no vehicle to copy.
    """
    if not city.vehicles:
        raise NotFound("no_vehicles", service_id=city.service.id)
    store = MemoryStore()
    with store.writing() as work:
        work.save(city.service)
        work.save_rules(city.service.id, city.rules)
        for rows in (city.places, city.riders, city.rider_places):
            for row in rows:
                work.save(row)
        for vehicle, shifts in _fleet(city, fleet):
            work.save(vehicle)
            for shift in shifts:
                work.save(shift)
    return store


def _fleet(city: City, size: int) -> list[tuple[Vehicle, list[Shift]]]:
    by_id = sorted(city.vehicles, key=lambda vehicle: vehicle.id)
    return [_copy(city, by_id[index % len(by_id)], f"F{index + 1}") for index in range(size)]


def _copy(city: City, original: Vehicle, vehicle_id: str) -> tuple[Vehicle, list[Shift]]:
    vehicle = Vehicle(**(original.model_dump() | {"id": vehicle_id}))
    always = {"valid_from": date.min, "valid_until": date.max, "vehicle_id": vehicle_id}
    shifts = [
        Shift(**(shift.model_dump() | always | {"id": f"{vehicle_id}-{shift.id}", "driver_name": ERASED}))
        for shift in city.shifts
        if shift.vehicle_id == original.id
    ]
    return vehicle, shifts
