"""Accepting: once, in time, only while the promise can be kept, and never over somebody else's head."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dispatch.bootstrap import bootstrap
from dispatch.installation import Settings
from dispatch.model.errors import Conflict, NotFound
from dispatch.model.times import ManualClock
from dispatch.model.wish import Outcome
from dispatch.store.memory import MemoryStore
from tests.scenarios.town import (
    EVENING_BEFORE,
    OPERATOR,
    SERVICE,
    TUESDAY,
    Town,
    furnish,
    open_town,
    party_of,
    town_rules,
)

CROWDED = (((4, 0),),)


def test_an_unknown_offer_is_not_found(town: Town) -> None:
    """Offer 4711 has never been made."""
    with pytest.raises(NotFound, match="unknown_offer"):
        town.desk.accept(offer_id=4711, actor=OPERATOR)


def test_an_offer_is_accepted_once(town: Town) -> None:
    """Accepting it again, or another offer of the same request, is a conflict; one reservation exists."""
    offers = town.offered(town.wish("R1", origin="home", destination="clinic", after="9:00")).offers
    town.desk.accept(offer_id=offers[0].id, actor=OPERATOR)
    for offer in offers:
        with pytest.raises(Conflict, match="offer_taken"):
            town.desk.accept(offer_id=offer.id, actor=OPERATOR, overlap_confirmed=True)
    assert len(town.store.reservations(SERVICE, TUESDAY)) == 1


def test_an_offer_expires(town: Town) -> None:
    """Offers stand for ten minutes: at eleven the answer is "expired", and the request is closed as expired."""
    proposal = town.offered(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    town.clock.advance(seconds=11 * 60)
    with pytest.raises(Conflict, match="offer_expired"):
        town.desk.accept(offer_id=proposal.offers[0].id, actor=OPERATOR)
    assert town.store.request(proposal.request.id).outcome is Outcome.EXPIRED


def test_a_forgotten_request_reads_as_expired(town: Town) -> None:
    """Of three requests one is booked, one is fresh and one reads as expired; reading writes nothing."""
    forgotten = town.offered(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    booked = town.book(town.wish("R2", origin="home", destination="clinic", after="10:00"))
    town.clock.advance(seconds=9 * 60)
    fresh = town.offered(town.wish("R3", origin="home", destination="clinic", after="11:00"))
    town.clock.advance(seconds=2 * 60)
    version = town.store.day_version(SERVICE, TUESDAY)
    outcomes = {one.id: one.outcome for one in town.desk.requests(service_id=SERVICE, day=TUESDAY)}
    assert outcomes == {
        forgotten.request.id: Outcome.EXPIRED,
        booked.request_id: Outcome.BOOKED,
        fresh.request.id: Outcome.OPEN,
    }
    assert town.desk.request(request_id=forgotten.request.id).outcome is Outcome.EXPIRED
    assert town.store.day_version(SERVICE, TUESDAY) == version


def test_an_abandoned_request_is_closed(town: Town) -> None:
    """The caller wants none: the outcome says so, twice changes nothing, and its offers cannot be accepted."""
    proposal = town.offered(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    for _ in range(2):
        closed = town.desk.abandon(request_id=proposal.request.id, actor=OPERATOR)
        assert closed.outcome is Outcome.ABANDONED
    with pytest.raises(Conflict, match="request_closed"):
        town.desk.accept(offer_id=proposal.offers[0].id, actor=OPERATOR)
    booked = town.book(town.wish("R2", origin="home", destination="clinic", after="9:00"))
    with pytest.raises(Conflict, match="request_closed"):
        town.desk.abandon(request_id=booked.request_id, actor=OPERATOR)
    entries = [json.loads(record.body) for record in town.store.journal(SERVICE, TUESDAY).records]
    assert [entry["kind"] for entry in entries] == ["abandoned", "accepted"]


def test_a_promise_that_can_no_longer_be_kept_is_not_given() -> None:
    """One taxi with four seats is offered to two parties of three, both from the depot between 9:00 and 9:15.

    The one to the clinic is back at 9:17 at the soonest (8 minutes each way), the one to the spa is away for an hour:
    whoever accepts second comes too late.
    """
    town = open_town(MemoryStore(), rules=town_rules(), layouts=CROWDED)
    slow = town.offered(town.wish("R1", origin="depot", destination="spa", after="9:00", party=party_of(3)))
    town.book(town.wish("R2", origin="depot", destination="clinic", after="9:00", party=party_of(3)))
    with pytest.raises(Conflict, match="offer_gone"):
        town.desk.accept(offer_id=slow.offers[0].id, actor=OPERATOR)
    assert town.store.request(slow.request.id).outcome is Outcome.OPEN, "the caller may take another offer"


def test_an_offer_survives_other_bookings_while_it_can_be_kept(town: Town) -> None:
    """R1's offer was made on version 0; two other bookings later its promise is still given as it was said."""
    offer = town.offered(town.wish("R1", origin="home", destination="clinic", after="9:00")).offers[0]
    town.book(town.wish("R2", origin="home", destination="station", after="10:00"))
    town.book(town.wish("R3", origin="school", destination="clinic", after="13:30"))
    reservation = town.desk.accept(offer_id=offer.id, actor=OPERATOR)
    assert reservation.promise == offer.promise
    assert town.desk.plan(service_id=SERVICE, day=TUESDAY).version == 3


def test_overlap_is_asked_again_when_the_other_trip_came_between(town: Town) -> None:
    """Two offers for R1 at the same time, both open: the second acceptance asks, and goes through once confirmed."""
    first = town.offered(town.wish("R1", origin="home", destination="clinic", after="9:00")).offers[0]
    second = town.offered(town.wish("R1", origin="home", destination="market", after="9:00")).offers[0]
    town.desk.accept(offer_id=first.id, actor=OPERATOR)
    with pytest.raises(Conflict, match="overlapping_reservation"):
        town.desk.accept(offer_id=second.id, actor=OPERATOR)
    assert town.desk.accept(offer_id=second.id, actor=OPERATOR, overlap_confirmed=True).id


@pytest.fixture
def on_disk(tmp_path: Path) -> Town:
    """The same town on a database file, wired by bootstrap."""
    clock = ManualClock()
    clock.set(EVENING_BEFORE)
    desk = bootstrap(Settings(database_url=f"sqlite:///{tmp_path / 'town.db'}", var_dir=tmp_path), clock=clock)
    furnish(desk.store, rules=town_rules())
    return Town(desk=desk, clock=clock)


def test_operators_at_once_never_overwrite_each_other(on_disk: Town) -> None:
    """Eight operators accept at the same moment on SQLite: eight reservations, eight plan versions, nothing broken."""
    offers = [
        on_disk.offered(on_disk.wish(f"R{n}", origin="home", destination="clinic", after=f"{9 + n // 2}:00")).offers[0]
        for n in range(8)
    ]
    with ThreadPoolExecutor(max_workers=8) as operators:
        given = operators.map(lambda offer: on_disk.desk.accept(offer_id=offer.id, actor=OPERATOR), offers)
        promised = {reservation.id: reservation.promise for reservation in given}
    state = on_disk.desk.day_state(service_id=SERVICE, day=TUESDAY)
    assert {trip.id: trip.promise for trip in state.reservations} == promised
    assert (len(promised), state.version, state.plan.version) == (8, 8, 8)
    assert on_disk.desk.check(service_id=SERVICE, day=TUESDAY) == ()
