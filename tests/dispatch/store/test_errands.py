"""Calls that may arrive twice, on every store: claimed once, fenced, answered again, found again after a crash."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from dispatch.booking.proposal import Offered, Refused
from dispatch.catalogue import IfTaken
from dispatch.desk import Desk
from dispatch.errands import KEPT, LEASE
from dispatch.model.catalog import PlaceCreate
from dispatch.model.errand import Answer, Claim, ErrandKey
from dispatch.model.errors import Conflict, InvalidInput
from dispatch.store.protocol import Store
from dispatch.store.sql import SqlStore
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, open_town, party_of, town_rules

KEY = ErrandKey(service_id=SERVICE, actor_id="operator", path="/api/v1/town/offers", key="k-1")
CREATED = Answer(status=201, headers=(("content-type", "application/json"),), body='{"id": 12}')


@pytest.fixture
def town(empty_store: Store) -> Town:
    return open_town(empty_store, rules=town_rules())


def begun(town: Town, key: ErrandKey = KEY, *, sent: str = "a") -> Claim:
    claim = town.desk.errands.begin(key, fingerprint=sent)
    assert isinstance(claim, Claim), claim
    return claim


def taken_up_again(town: Town, key: ErrandKey = KEY) -> Desk:
    """The desk of whoever repeats the call once the first process is known to be gone."""
    town.clock.advance(seconds=int(LEASE.total_seconds()))
    return town.desk.on_errand(begun(town, key))


def test_an_answer_is_given_again(town: Town) -> None:
    """Before the answer the call is in progress, after it the same answer comes back word for word."""
    claim = begun(town)
    with pytest.raises(Conflict, match="call_in_progress"):
        town.desk.errands.begin(KEY, fingerprint="a")
    town.desk.errands.conclude(claim, CREATED)
    assert town.desk.errands.begin(KEY, fingerprint="a") == CREATED


def test_another_content_under_the_same_key_is_refused(town: Town) -> None:
    """Also while the first is at work; another address, actor or service has its own keys."""
    begun(town)
    with pytest.raises(InvalidInput, match="key_reused"):
        town.desk.errands.begin(KEY, fingerprint="b")
    for other in (
        replace(KEY, path="/api/v1/town/reservations"),
        replace(KEY, actor_id="other"),
        replace(KEY, service_id="village"),
        replace(KEY, key="k-2"),
    ):
        assert begun(town, other, sent="b").attempt == 1


def test_an_answer_is_kept_for_a_day(town: Town) -> None:
    """24 hours later it is given for the last time; a second after that the key is as good as new."""
    town.desk.errands.conclude(begun(town), CREATED)
    town.clock.advance(seconds=int(KEPT.total_seconds()))
    assert town.desk.errands.begin(KEY, fingerprint="a") == CREATED
    town.clock.advance(seconds=1)
    assert begun(town, sent="b").attempt == 1


def test_a_call_that_was_given_up_begins_again_at_once(town: Town) -> None:
    """No answer worth keeping: the next arrival is the second attempt."""
    town.desk.errands.give_up(begun(town))
    assert begun(town).attempt == 2


def test_a_renewed_claim_lasts(town: Town) -> None:
    """Nineteen seconds, renewed, and nineteen more: still in progress; a second on, it is taken up anew."""
    claim = begun(town)
    town.clock.advance(seconds=19)
    town.desk.errands.renew(claim)
    town.clock.advance(seconds=19)
    with pytest.raises(Conflict, match="call_in_progress"):
        town.desk.errands.begin(KEY, fingerprint="a")
    town.clock.advance(seconds=1)
    assert begun(town).attempt == 2


def test_an_attempt_that_was_overtaken_writes_nothing(town: Town) -> None:
    """The first attempt comes back to life after the second has begun: its booking is rolled back whole."""
    slow = town.desk.on_errand(begun(town))
    again = taken_up_again(town)
    form = town.wish("R1", origin="home", destination="clinic", after="9:00")
    with pytest.raises(Conflict, match="call_overtaken"):
        slow.propose(form=form)
    assert town.store.requests(SERVICE, TUESDAY) == ()
    again.propose(form=form)
    assert len(town.store.requests(SERVICE, TUESDAY)) == 1


def test_offers_of_a_killed_process_are_found_again(town: Town) -> None:
    """The request and its offers were committed, the answer was not: the repetition answers with just these."""
    form = town.wish("R1", origin="home", destination="clinic", after="9:00")
    first = town.desk.on_errand(begun(town)).propose(form=form)
    again = taken_up_again(town).propose(form=form)
    assert isinstance(again, Offered)
    assert again == first
    assert len(town.store.requests(SERVICE, TUESDAY)) == 1


def test_a_refusal_of_a_killed_process_is_found_again(town: Town) -> None:
    """Word for word, with the rule that blocked each vehicle; the demand counts once."""
    form = town.wish("R1", origin="home", destination="clinic", after="9:00", party=party_of(5))
    first = town.desk.on_errand(begun(town)).propose(form=form)
    town.book(town.wish("R2", origin="home", destination="clinic", after="9:00", party=party_of(4)))
    again = taken_up_again(town).propose(form=form)
    assert isinstance(again, Refused) == isinstance(first, Refused)
    assert again == first
    assert len(town.store.requests(SERVICE, TUESDAY)) == 2


def test_a_booking_of_a_killed_process_is_found_again(town: Town) -> None:
    """Accepted, killed, repeated: the same reservation, booked once; the same for its cancellation."""
    offer = town.offered(town.wish("R1", origin="home", destination="clinic", after="9:00")).offers[0]
    booked = town.desk.on_errand(begun(town)).accept(offer_id=offer.id, actor=OPERATOR)
    assert taken_up_again(town).accept(offer_id=offer.id, actor=OPERATOR) == booked
    other = replace(KEY, path=f"/desk/town/2026-11-24/reservations/{booked.id}/cancel")
    cancelled = town.desk.on_errand(begun(town, other)).cancel(reservation_id=booked.id, actor=OPERATOR, reason="")
    again = taken_up_again(town, other).cancel(reservation_id=booked.id, actor=OPERATOR, reason="")
    assert again == cancelled
    assert town.store.reservations(SERVICE, TUESDAY) == (cancelled,)


def test_a_row_of_a_killed_process_is_found_again(town: Town) -> None:
    """A place inserted under a free id: the repetition is told what the first was, not that the id is in use."""
    hall = PlaceCreate(id="hall", name="公民館", lat=36.39, lon=139.85)

    def insert(desk: Desk) -> str:
        return desk.save_place(service_id=SERVICE, place=hall, actor=OPERATOR, if_taken=IfTaken.REFUSED).id

    assert insert(town.desk.on_errand(begun(town))) == insert(taken_up_again(town)) == "hall"
    with pytest.raises(Conflict, match="already_exists"):
        insert(town.desk)


def test_one_of_many_arrivals_does_the_work(open_sql: Callable[[], Engine]) -> None:
    """The same call eight times at once through two processes: one request is stored, everybody else waits or hears."""
    rules = town_rules()
    towns = [open_town(SqlStore(open_sql()), rules=rules) for _ in range(2)]

    def arrive(number: int) -> str:
        town = towns[number % 2]
        try:
            claim = town.desk.errands.begin(KEY, fingerprint="a")
        except Conflict as conflict:
            return conflict.code
        if isinstance(claim, Answer):
            return "repeated"
        town.desk.on_errand(claim).propose(form=town.wish("R1", origin="home", destination="clinic", after="9:00"))
        town.desk.errands.conclude(claim, CREATED)
        return "done"

    with ThreadPoolExecutor(max_workers=8) as clients:
        heard = sorted(clients.map(arrive, range(8)))
    assert heard.count("done") == 1
    assert set(heard) <= {"done", "repeated", "call_in_progress"}
    assert len(towns[0].store.requests(SERVICE, TUESDAY)) == 1
