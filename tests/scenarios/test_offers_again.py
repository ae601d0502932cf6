"""An offer that is gone is answered with fresh offers for the same request; an offer says whom it shifts."""

from __future__ import annotations

import pytest

from dispatch.model.errors import Conflict
from dispatch.model.plan import Visit
from dispatch.model.wish import Outcome
from dispatch.store.memory import MemoryStore
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, open_town, party_of, town_rules

CROWDED = (((4, 0),),)


@pytest.fixture
def small() -> Town:
    """One taxi with four seats."""
    return open_town(MemoryStore(), rules=town_rules(), layouts=CROWDED)


def test_what_is_offered_instead_can_be_accepted(small: Town) -> None:
    """The spa at nine is gone since R2 goes to the clinic: a later time is offered for the same request, and taken."""
    slow = small.offered(small.wish("R1", origin="depot", destination="spa", after="9:00", party=party_of(3)))
    small.book(small.wish("R2", origin="depot", destination="clinic", after="9:00", party=party_of(3)))
    gone = slow.offers[0]
    with pytest.raises(Conflict, match="offer_gone"):
        small.desk.accept(offer_id=gone.id, actor=OPERATOR)
    fresh = small.desk.offers_again(offer_id=gone.id, actor=OPERATOR)
    assert {offer.request_id for offer in fresh} == {slow.request.id}
    assert gone.promise not in [offer.promise for offer in fresh]
    trip = small.desk.accept(offer_id=fresh[0].id, actor=OPERATOR)
    assert (trip.promise, trip.request_id) == (fresh[0].promise, slow.request.id)
    assert len(small.store.requests(SERVICE, TUESDAY)) == 2


def test_an_expired_request_is_open_again(town: Town) -> None:
    """Eleven minutes later the offer has expired; the fresh ones stand, and the demand is still one."""
    old = town.offered(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    town.clock.advance(seconds=11 * 60)
    with pytest.raises(Conflict, match="offer_expired"):
        town.desk.accept(offer_id=old.offers[0].id, actor=OPERATOR)
    fresh = town.desk.offers_again(offer_id=old.offers[0].id, actor=OPERATOR)
    assert [offer.promise for offer in fresh] == [offer.promise for offer in old.offers]
    assert town.desk.request(request_id=old.request.id).outcome is Outcome.OPEN
    assert town.desk.verify_journal(service_id=SERVICE, day=TUESDAY).flaws == ()
    town.desk.accept(offer_id=fresh[0].id, actor=OPERATOR)
    (request,) = town.store.requests(SERVICE, TUESDAY)
    assert request.outcome is Outcome.BOOKED


def test_a_closed_request_has_no_fresh_offers(town: Town) -> None:
    """Booked or abandoned: nothing more is offered for it."""
    for rider in ("R1", "R2"):
        proposal = town.offered(town.wish(rider, origin="home", destination="clinic", after="9:00"))
        if rider == "R1":
            town.desk.accept(offer_id=proposal.offers[0].id, actor=OPERATOR)
        else:
            town.desk.abandon(request_id=proposal.request.id, actor=OPERATOR)
        assert town.desk.offers_again(offer_id=proposal.offers[0].id, actor=OPERATOR) == ()


def test_nothing_is_offered_when_the_time_is_over(town: Town) -> None:
    """At ten, the trip wished at nine is in the past: no fresh offers, and no error."""
    offer = town.offered(town.wish("R1", origin="home", destination="clinic", after="9:00")).offers[0]
    town.clock.advance(seconds=16 * 3600)
    with pytest.raises(Conflict, match="offer_expired"):
        town.desk.accept(offer_id=offer.id, actor=OPERATOR)
    assert town.desk.offers_again(offer_id=offer.id, actor=OPERATOR) == ()


def test_an_offer_says_whom_it_shifts(small: Town) -> None:
    """Every offer names just the reservations whose visits are at other times once it is accepted."""
    small.book(small.wish("R2", origin="depot", destination="spa", after="9:00"))
    small.book(small.wish("R3", origin="market", destination="clinic", after="11:00"))
    before = visits(small)
    offer = small.offered(small.wish("R4", origin="station", destination="spa", after="9:00")).offers[0]
    trip = small.desk.accept(offer_id=offer.id, actor=OPERATOR)
    moved = {
        visit.reservation_id
        for key, visit in visits(small).items()
        if visit.reservation_id != trip.id and visit.start_s != before[key].start_s
    }
    assert set(offer.shifted) == moved
    assert moved


def visits(town: Town) -> dict[tuple[int, str], Visit]:
    plan = town.desk.plan(service_id=SERVICE, day=TUESDAY)
    return {(visit.reservation_id, visit.task): visit for route in plan.routes for visit in route.visits}
