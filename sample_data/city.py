"""The hand-written and generated tables become a service in the store."""

from __future__ import annotations

from dispatch.model.catalog import Place, Rider, RiderPlace, Service, Shift, Vehicle
from dispatch.model.rules import ServiceRules
from dispatch.model.rules_file import rules_digest
from dispatch.model.rules_math import vouchers_granted
from dispatch.model.times import Clock, local_date
from dispatch.model.wish import NO_ID
from dispatch.store.protocol import Store, UnitOfWork
from sample_data import tables

SERVICE_ID = "shimotsuke"


def load_city(store: Store, *, clock: Clock) -> bool:
    """Load service ``shimotsuke`` with its catalogue and rules, all or nothing; say whether anything was new.

    A city that is there already is left as people have edited it; only rules that were changed in the rules file
    since are taken over.
    """
    rules = tables.sample_rules()
    if any(service.id == SERVICE_ID for service in store.services()):
        return _take_over_rules(store, rules, clock=clock)
    with store.writing() as work:
        work.save(_service())
        work.save_rules(SERVICE_ID, rules)
        _save_catalogue(work)
        _grant_vouchers(work, rules, clock=clock)
    return True


def _take_over_rules(store: Store, rules: ServiceRules, *, clock: Clock) -> bool:
    in_force = store.rules(SERVICE_ID, max(local_date(clock.now()), rules.effective_from))
    if rules_digest(in_force) == rules_digest(rules):
        return False
    with store.writing() as work:
        work.save_rules(SERVICE_ID, rules)
    return True


def _service() -> Service:
    return Service(
        id=SERVICE_ID,
        name_ja="下野市デマンドタクシー（見本）",
        name_en="Shimotsuke demand taxi (sample)",
        municipality_code="09216",
        phone="0285-00-0000",
        boundary=tables.boundary_rings(),
    )


def _save_catalogue(work: UnitOfWork) -> None:
    for place in tables.places():
        work.save(Place(service_id=SERVICE_ID, **place.model_dump()))
    for vehicle in tables.vehicles():
        work.save(Vehicle(service_id=SERVICE_ID, **vehicle.model_dump()))
    for shift in tables.shifts():
        work.save(Shift(service_id=SERVICE_ID, **shift.model_dump()))
    for rider in tables.riders():
        work.save(Rider(service_id=SERVICE_ID, **rider.model_dump()))
    for rider_place in tables.rider_places():
        work.save(RiderPlace(service_id=SERVICE_ID, **rider_place.model_dump()))


def _grant_vouchers(work: UnitOfWork, rules: ServiceRules, *, clock: Clock) -> None:
    now = clock.now()
    for rider in tables.riders():
        granted = vouchers_granted(rules, age=local_date(now).year - rider.birth_year)
        if granted > 0:
            work.move_vouchers(service_id=SERVICE_ID, rider_id=rider.id, change=granted, reservation_id=NO_ID, at=now)
