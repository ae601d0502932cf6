"""The hand-written and generated tables become a service in the store."""

from __future__ import annotations

from dispatch.model.catalog import Service
from dispatch.model.rules import ServiceRules
from dispatch.model.rules_file import rules_digest
from dispatch.model.rules_math import vouchers_granted
from dispatch.model.times import Clock, local_date
from dispatch.model.wish import NO_ID
from dispatch.store.protocol import CatalogRow, Store, UnitOfWork
from sample_data import tables
from sample_data.tables import SERVICE_ID


def load_city(store: Store, *, clock: Clock) -> bool:
    """Load service ``shimotsuke`` with its catalogue and rules, all or nothing; say whether anything was new.

    A city that is there already is left as people have edited it; only rules that were changed in the rules file
    since are taken over.
    """
    rules = tables.sample_rules()
    if is_loaded(store):
        return _take_over_rules(store, rules, clock=clock)
    with store.writing() as work:
        work.save(_service())
        work.save_rules(SERVICE_ID, rules)
        _save_catalogue(work)
        _grant_vouchers(work, rules, clock=clock)
    return True


def is_loaded(store: Store) -> bool:
    return any(service.id == SERVICE_ID for service in store.services())


def rules_are_current(store: Store, rules: ServiceRules, *, clock: Clock) -> bool:
    """Say whether the rules in force (or coming first) in the store are those of the rules file."""
    in_force = store.rules(SERVICE_ID, max(local_date(clock.now()), rules.effective_from))
    return rules_digest(in_force) == rules_digest(rules)


def _take_over_rules(store: Store, rules: ServiceRules, *, clock: Clock) -> bool:
    if rules_are_current(store, rules, clock=clock):
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
    rows: tuple[CatalogRow, ...] = (
        *tables.places(),
        *tables.vehicles(),
        *tables.shifts(),
        *tables.riders(),
        *tables.rider_places(),
    )
    for row in rows:
        work.save(row)


def _grant_vouchers(work: UnitOfWork, rules: ServiceRules, *, clock: Clock) -> None:
    now = clock.now()
    for rider in tables.riders():
        granted = vouchers_granted(rules, age=local_date(now).year - rider.birth_year)
        if granted > 0:
            work.move_vouchers(service_id=SERVICE_ID, rider_id=rider.id, change=granted, reservation_id=NO_ID, at=now)
