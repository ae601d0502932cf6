"""Reports from the road in every store: kept once, part of the day, positions erasable."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.model.errors import Conflict
from dispatch.model.plan import Task
from dispatch.model.spot import NOWHERE
from dispatch.model.stop_event import EventKind, StopEvent, event_digest
from dispatch.store.protocol import Store
from maps.geo import LatLon
from tests.dispatch.store.example_city import CITY, TUESDAY, Example


@pytest.fixture
def event(example: Example) -> StopEvent:
    return StopEvent(
        event_id="e1",
        service_id=CITY,
        date=TUESDAY,
        kind=EventKind.ARRIVED,
        shift_id="S1",
        vehicle_id="V1",
        tapped_s=33_000,
        received_at=example.moment,
        actor=example.actor,
        reservation_id=7,
        task=Task.ALIGHT,
        at=LatLon(36.4, 139.85),
    )


def report(store: Store, *events: StopEvent) -> None:
    with store.writing() as work:
        work.claim_day(CITY, TUESDAY, expected_version=store.day_version(CITY, TUESDAY))
        work.add_events(events)


def test_reports_are_part_of_the_day_in_the_order_of_receiving(store: Store, event: StopEvent) -> None:
    """Received a minute later, though tapped earlier: second."""
    later = replace(event, event_id="e0", tapped_s=32_000, received_at=event.received_at + timedelta(minutes=1))
    report(store, later, event)
    assert store.day_state(CITY, TUESDAY).events == (event, later)


def test_an_id_is_used_once_a_day(store: Store, event: StopEvent) -> None:
    """The same id again is refused, and nothing of that unit of work is kept."""
    report(store, event)
    with pytest.raises(Conflict) as caught:
        report(store, replace(event, event_id="e2"), event)
    assert caught.value.code == "event_repeated"
    assert [one.event_id for one in store.day_state(CITY, TUESDAY).events] == ["e1"]


def test_positions_are_erased_and_the_digest_stays(store: Store, event: StopEvent) -> None:
    """Where it was tapped is gone; the digest never covered it. Doing it again finds nothing."""
    report(store, event)
    for erased in (1, 0):
        with store.writing() as work:
            work.claim_day(CITY, TUESDAY, expected_version=store.day_version(CITY, TUESDAY))
            assert work.erase_positions(CITY, TUESDAY) == erased
    (kept,) = store.day_state(CITY, TUESDAY).events
    assert kept.at == NOWHERE
    assert event_digest(kept) == event_digest(event)
