"""What is personal goes when its retention is over; what is counted and proven stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from struct import pack

import pytest

from dispatch.model.catalog import RiderCreate
from dispatch.model.errors import NotFound
from dispatch.model.party import FareClass
from dispatch.model.plan import plan_digest
from dispatch.model.reservation import Reservation
from dispatch.model.spot import SpotKind, SpotRef
from dispatch.model.times import parse_clock, to_moment
from dispatch.model.wish import NO_RIDER, Guest, WishForm
from dispatch.model.wording import say
from dispatch.plan_map import plan_map
from dispatch.privacy import Erased
from dispatch.route_sheet import render_sheet_html, route_sheets
from dispatch.store.engine import open_engine
from dispatch.store.journal import entry_of, verify_chain
from dispatch.store.memory import MemoryStore
from dispatch.store.migrate import upgrade
from dispatch.store.sql import SqlStore
from maps.geo import LatLon
from tests.scenarios.town import OPERATOR, PLACES, SERVICE, TUESDAY, Town, open_town, town_rules

KEPT_DAYS = 400
FIELD = LatLon(36.39123, 139.85432)
VISITOR = Guest(name="来訪 花子", kana="ライホウ ハナコ", phone="0285-77-1234")
PUBLIC = {LatLon(place.lat, place.lon) for place in PLACES}


@pytest.fixture(params=["memory", "sqlite"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """The town, guests welcome, retention 400 days."""
    rules = town_rules(booking={"guests_allowed": True})
    if request.param == "memory":
        yield open_town(MemoryStore(), rules=rules)
        return
    engine = open_engine(f"sqlite:///{tmp_path / 'town.db'}")
    upgrade(engine)
    yield open_town(SqlStore(engine), rules=rules)
    engine.dispose()


def visit(town: Town, *, after: str) -> WishForm:
    """A visitor without registration, from a field to the clinic."""
    form = town.wish("R1", origin="home", destination="clinic", after=after)
    return replace(
        form, rider_id=NO_RIDER, guest=VISITOR, origin=SpotRef(kind=SpotKind.POINT, at=FIELD), call_id="0285771234"
    )


def busy_tuesday(town: Town) -> tuple[Reservation, Reservation]:
    """R1 and a visitor ride; a third trip was cancelled, for a reason."""
    rider = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    visitor = town.book(visit(town, after="10:00"))
    dropped = town.book(town.wish("R2", origin="home", destination="market", after="11:00"))
    town.desk.cancel(reservation_id=dropped.id, actor=OPERATOR, reason="入院のため")
    return rider, visitor


def erase_at(town: Town, day: date) -> Erased:
    town.clock.set(to_moment(day, parse_clock("3:00")))
    return town.desk.erase_expired(service_id=SERVICE, actor=OPERATOR)


def leave(town: Town, rider_id: str) -> None:
    """The rider gives up the registration."""
    one = town.store.rider(SERVICE, rider_id)
    town.desk.save_rider(
        service_id=SERVICE,
        actor=OPERATOR,
        rider=RiderCreate(
            id=one.id, name=one.name, phone="0285-55-4321", birth_year=one.birth_year, active=False,
            fare_class=FareClass.DISABLED, notes="心臓が弱い",
        ),
    )  # fmt: skip


def test_what_is_personal_goes_after_the_retention(town: Town) -> None:
    """401 days later: the visitor's contact, call id and field, the homes and the reason of cancelling are gone."""
    rider, visitor = busy_tuesday(town)
    done = erase_at(town, TUESDAY + timedelta(days=KEPT_DAYS + 1))
    assert done == Erased(
        before=TUESDAY + timedelta(days=1), days=1, requests=3, reservations=3, guests=1, riders=0, rider_places=0
    )
    with pytest.raises(NotFound):
        town.store.guest(visitor.request_id)
    requests = town.store.requests(SERVICE, TUESDAY)
    assert {(one.outcome_code, one.wish.call_id) for one in requests} == {("", "")}
    for trip in (*town.store.reservations(SERVICE, TUESDAY), *(one.wish for one in requests)):
        assert trip.origin.erased
        assert trip.origin.at in PUBLIC
    kept = town.store.reservation(rider.id)
    assert (kept.rider_id, kept.promise, kept.origin.key) == ("R1", rider.promise, rider.origin.key)
    assert town.store.rider(SERVICE, "R1").name == "乗客1"


def test_plans_and_journal_verify_as_before(town: Town) -> None:
    """Every plan version still has its digest, the chain is whole and says who erased, and the check is silent."""
    busy_tuesday(town)
    before = [town.store.plan(SERVICE, TUESDAY, version) for version in range(1, 5)]
    erase_at(town, TUESDAY + timedelta(days=KEPT_DAYS + 1))
    after = [town.store.plan(SERVICE, TUESDAY, version) for version in range(1, 5)]
    assert after == before
    assert all(plan_digest(plan.routes) == plan.digest for plan in after)
    journal = town.store.journal(SERVICE, TUESDAY)
    assert verify_chain(journal) == ()
    last = entry_of(journal.records[-1])
    assert (last.kind, last.actor, last.ids[:3]) == (
        "erased", OPERATOR, (("requests", 3), ("reservations", 3), ("guests", 1)),
    )  # fmt: skip
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_sheet_and_map_of_an_erased_day_still_open(town: Town) -> None:
    """They name nobody's door: neither the field nor the home occurs, the visitor is a booking number."""
    rider, _ = busy_tuesday(town)
    erase_at(town, TUESDAY + timedelta(days=KEPT_DAYS + 1))
    state = town.desk.day_state(service_id=SERVICE, day=TUESDAY)
    drawn = plan_map(town.store, state, town.desk.travel_times(service_id=SERVICE, day=TUESDAY))
    sheets = "".join(render_sheet_html(sheet) for sheet in route_sheets(town.store, state))
    for text in (drawn, sheets):
        assert VISITOR.name not in text
        for point in (FIELD, rider.origin.at):
            assert f"{point.lat:.5f}" not in text
    assert say("sheet.place.own_erased") in sheets


def test_the_last_day_of_the_retention_is_kept(town: Town) -> None:
    """400 days later nothing is due; on the next day it is, once: doing it again changes nothing."""
    busy_tuesday(town)
    assert erase_at(town, TUESDAY + timedelta(days=KEPT_DAYS)).days == 0
    assert erase_at(town, TUESDAY + timedelta(days=KEPT_DAYS + 1)).days == 1
    version = town.store.day_version(SERVICE, TUESDAY)
    assert erase_at(town, TUESDAY + timedelta(days=KEPT_DAYS + 2)).days == 0
    assert town.store.day_version(SERVICE, TUESDAY) == version


def test_riders_who_have_left_become_nobody(town: Town) -> None:
    """R1 (last trip long ago) and R5 (never one) left: only their ids stay. R2 left lately, R3 is still with us."""
    town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    town.clock.set(to_moment(TUESDAY + timedelta(days=KEPT_DAYS - 2), parse_clock("18:00")))
    later = TUESDAY + timedelta(days=KEPT_DAYS - 1)
    town.book(town.wish("R2", origin="home", destination="clinic", after="9:00", day=later))
    for rider_id in ("R1", "R2", "R5"):
        leave(town, rider_id)
    done = erase_at(town, TUESDAY + timedelta(days=KEPT_DAYS + 1))
    assert (done.riders, done.rider_places) == (2, 2)
    for rider_id in ("R1", "R5"):
        row = town.store.rider(SERVICE, rider_id)
        assert (row.name, row.kana, row.phone, row.notes, row.birth_year) == ("（消去済み）", "", "", "", 1900)
        assert (row.fare_class, row.active) == (FareClass.ADULT, False)
        assert town.store.rider_places(SERVICE, rider_id) == ()
    assert town.store.rider(SERVICE, "R2").phone == "0285-55-4321"
    assert len(town.store.rider_places(SERVICE, "R2")) == len(town.store.rider_places(SERVICE, "R3")) == 1
    assert erase_at(town, TUESDAY + timedelta(days=KEPT_DAYS + 1)).riders == 0


def test_nothing_is_left_in_the_file(tmp_path: Path) -> None:
    """The bytes of the database hold the visitor, the reason and both homes before, and none of them after."""
    path = tmp_path / "town.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    town = open_town(SqlStore(engine), rules=town_rules(booking={"guests_allowed": True}))
    rider, _ = busy_tuesday(town)
    leave(town, "R1")
    home = rider.origin.at
    said = ("入院のため", "心臓が弱い", "36.39123", "まち1丁目1")
    texts = (VISITOR.name, VISITOR.phone, "0285771234", "0285-55-4321", *said)
    secrets = [*(text.encode() for text in texts), str(home.lat).encode(), pack(">dd", home.lat, home.lon)]
    engine.dispose()
    assert [secret for secret in secrets if secret not in path.read_bytes()] == []
    erase_at(town, TUESDAY + timedelta(days=KEPT_DAYS + 1))
    engine.dispose()
    assert [secret for secret in secrets if secret in path.read_bytes()] == []
