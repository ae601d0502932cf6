"""Loading the sample city, and the wishes for its demo day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dispatch.model.catalog import Place
from dispatch.model.party import FareClass
from dispatch.model.rules_math import bookable_from, runs_on
from dispatch.model.times import ManualClock, local_date
from dispatch.store.memory import MemoryStore
from sample_data import tables
from sample_data.city import load_city
from sample_data.demo import demo_day, demo_wishes
from sample_data.tables import SERVICE_ID

MONDAY_NOON = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)
RULES = tables.sample_rules()
MOMENTS = st.datetimes(
    min_value=datetime.fromisoformat("2024-01-01"),
    max_value=datetime.fromisoformat("2032-12-31"),
    timezones=st.just(UTC),
)


def loaded() -> MemoryStore:
    store = MemoryStore()
    assert load_city(store, clock=ManualClock(MONDAY_NOON))
    return store


def test_the_whole_city_is_in_the_store() -> None:
    """Every row of the tables is stored, and the rules are those of the file."""
    store = loaded()
    assert len(store.places(SERVICE_ID)) == len(tables.places())
    assert len(store.riders(SERVICE_ID)) == len(tables.riders())
    assert len(store.vehicles(SERVICE_ID)) == len(store.shifts(SERVICE_ID)) == 4
    assert store.rules(SERVICE_ID, date(2026, 11, 17)) == RULES
    homes = store.rider_places(SERVICE_ID, "R0001")
    assert [place.label for place in homes if not place.place_id] == ["自宅"]


def test_vouchers_are_granted_by_age() -> None:
    """Riders who turn 75 this year or have turned it hold ten vouchers, younger ones none."""
    store = loaded()
    for rider in tables.riders()[:100]:
        assert store.voucher_balance(SERVICE_ID, rider.id) == (10 if 2026 - rider.birth_year >= 75 else 0)


def test_a_second_load_changes_nothing() -> None:
    """What people have edited or removed since stays so, and vouchers are not granted twice."""
    store = loaded()
    station = store.place(SERVICE_ID, "ST01")
    with store.writing() as work:
        work.save(Place(**{**station.model_dump(), "name": "小金井駅 西口"}))
    version = store.catalog_version(SERVICE_ID)
    oldest = next(rider for rider in tables.riders() if rider.fare_class is FareClass.ADULT and rider.birth_year < 1940)
    assert not load_city(store, clock=ManualClock(MONDAY_NOON))
    assert store.catalog_version(SERVICE_ID) == version
    assert store.place(SERVICE_ID, "ST01").name == "小金井駅 西口"
    assert store.voucher_balance(SERVICE_ID, oldest.id) == 10


def test_changed_rules_are_taken_over() -> None:
    """Rules in the store that differ from the file are replaced by those of the file."""
    store = loaded()
    longer = RULES.model_copy(update={"booking": RULES.booking.model_copy(update={"cutoff_min": 60})})
    with store.writing() as work:
        work.save_rules(SERVICE_ID, longer)
    assert load_city(store, clock=ManualClock(MONDAY_NOON))
    assert store.rules(SERVICE_ID, date(2026, 11, 17)).booking.cutoff_min == 30


def test_a_load_that_fails_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The city comes in one transaction: a broken table in the middle leaves the store empty."""
    store = MemoryStore()

    def broken() -> Iterator[None]:
        raise ValueError("a broken table")

    monkeypatch.setattr(tables, "rider_places", broken)
    with pytest.raises(ValueError, match="broken"):
        load_city(store, clock=ManualClock(MONDAY_NOON))
    assert store.services() == ()


@given(MOMENTS)
def test_every_call_for_the_demo_day_is_possible(now: datetime) -> None:
    """Whenever the city is loaded, the day comes next, and calls lie between the start of booking and now, in order.

    When booking has not opened yet (the long New Year closing), all are made at its opening.
    """
    clock = ManualClock(now)
    day = demo_day(RULES, clock)
    assert day > local_date(now)
    assert runs_on(RULES, day)
    wishes = demo_wishes(day, rules=RULES, clock=clock)
    asked = [wish.asked_at for wish in wishes]
    assert len(wishes) == len(tables.demo_requests())
    assert asked == sorted(asked)
    assert bookable_from(RULES, day) <= asked[0]
    assert asked[-1] <= max(now, bookable_from(RULES, day))


@given(MOMENTS)
@example(datetime(2026, 12, 29, 23, 30, tzinfo=UTC))  # both calls of a pair are moved to the same moment
def test_a_return_is_asked_for_after_its_outbound_ride(now: datetime) -> None:
    """Links name a wish that stands earlier in the order, whenever the city is loaded."""
    clock = ManualClock(now)
    seen: set[str] = set()
    for wish in demo_wishes(demo_day(RULES, clock), rules=RULES, clock=clock):
        assert not wish.linked_call_id or wish.linked_call_id in seen
        seen.add(wish.form.call_id)


def test_the_tables_are_found_without_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are resources of the package: the working directory does not matter."""
    monkeypatch.chdir(tmp_path)
    assert len(tables.places()) == 192
