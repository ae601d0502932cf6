"""Holding outbound and return as one: both are kept, end together, and are accepted or given up together."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from dispatch.model.errors import Conflict
from dispatch.model.offer import OfferPair
from dispatch.model.plan import PlanReason
from dispatch.model.wish import Outcome
from dispatch.planning.outcome import Iterations
from dispatch.store.memory import MemoryStore
from tests.scenarios.test_pairs import both_ways, offered
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, open_town, party_of, town_rules

NARROW = {"search_earlier_min": 0, "search_later_min": 0}


@pytest.fixture
def small() -> Town:
    """One taxi with four seats, and nobody is offered another time than the one asked for."""
    return open_town(MemoryStore(), rules=town_rules(promise=NARROW), layouts=(((4, 0),),))


def asked(town: Town, rider: str = "R1", *, people: int = 3) -> OfferPair:
    """The first pair from the depot to the clinic and back: there from nine on, back an hour after."""
    return offered(town, both_ways(town, rider, people=people)).pairs[0]


def held_offers(town: Town) -> set[int]:
    now, holds = town.clock.now(), town.store.day_state(SERVICE, TUESDAY).holds
    return {hold.offer_id for hold in holds if hold.live(now)}


def alone(town: Town, rider: str, *, origin: str, destination: str, after: str) -> int:
    """The number of the first offer for three people one way."""
    wish = town.wish(rider, origin=origin, destination=destination, after=after, party=party_of(3))
    return town.offered(wish).offers[0].id


def test_both_ways_are_kept_against_others_and_accepted_as_one(small: Town) -> None:
    """While R1 thinks, R2 is refused the seats there as well as back; then R1 is given both as they were said."""
    pair = asked(small)
    held = small.desk.hold_pair(offer_id=pair.id, actor=OPERATOR)
    assert held.outbound.until == held.back.until
    assert (held.back.until - small.clock.now()).total_seconds() == 180
    back_at = pair.back.promise.pickup_earliest_s
    for origin, destination, after in (
        ("depot", "spa", "9:00"),
        ("clinic", "spa", f"{back_at // 3600}:{back_at % 3600 // 60:02}"),
    ):
        small.refused(small.wish("R2", origin=origin, destination=destination, after=after, party=party_of(3)))
    booked = small.desk.accept_pair(offer_id=pair.id, actor=OPERATOR)
    assert (booked.outbound.promise, booked.back.promise) == (pair.outbound.promise, pair.back.promise)
    assert booked.back.linked_to == booked.outbound.id
    assert small.store.day_state(SERVICE, TUESDAY).holds == ()
    assert small.desk.check(service_id=SERVICE, day=TUESDAY) == ()
    assert small.desk.verify_journal(service_id=SERVICE, day=TUESDAY).flaws == ()


def test_neither_is_held_when_one_cannot_be_had(small: Town) -> None:
    """Somebody has booked the time of the way back meanwhile: the pair is gone, and its way out is free for others."""
    pair = asked(small)
    taken = alone(small, "R2", origin="clinic", destination="spa", after="10:25")
    small.desk.accept(offer_id=taken, actor=OPERATOR)
    with pytest.raises(Conflict, match="offer_gone"):
        small.desk.hold_pair(offer_id=pair.id, actor=OPERATOR)
    assert small.store.day_state(SERVICE, TUESDAY).holds == ()
    small.book(small.wish("R3", origin="depot", destination="clinic", after="9:00", party=party_of(3)))


def test_both_end_at_the_same_second(small: Town) -> None:
    """At 180 s both stand in the way; the next second neither does. Nothing ran in between."""
    small.desk.hold_pair(offer_id=asked(small).id, actor=OPERATOR)
    small.clock.advance(seconds=180)
    assert len(held_offers(small)) == 2
    small.clock.advance(seconds=1)
    assert held_offers(small) == set()
    small.book(small.wish("R2", origin="depot", destination="spa", after="9:00", party=party_of(3)))
    assert small.desk.check(service_id=SERVICE, day=TUESDAY) == ()


@pytest.mark.parametrize("leg", ["outbound", "back"])
def test_giving_one_up_gives_up_both(town: Town, leg: str) -> None:
    """Released by the number of either leg, under one version of the day; the pair itself can still be accepted."""
    pair = asked(town)
    town.desk.hold_pair(offer_id=pair.id, actor=OPERATOR)
    town.desk.release(offer_id=getattr(pair, leg).id, actor=OPERATOR)
    assert town.store.day_state(SERVICE, TUESDAY).holds == ()
    entries = [json.loads(record.body) for record in town.store.journal(SERVICE, TUESDAY).records[-2:]]
    assert [entry["kind"] for entry in entries] == ["hold_released"] * 2
    assert len({entry["version"] for entry in entries}) == 1
    town.desk.release(offer_id=pair.id, actor=OPERATOR)
    assert town.desk.accept_pair(offer_id=pair.id, actor=OPERATOR).back.promise == pair.back.promise


def test_holding_again_changes_nothing_and_another_pair_replaces_it(town: Town) -> None:
    """One hold for a caller: the same pair keeps its end, another pair of the same call takes its place whole."""
    pairs = offered(town, both_ways(town)).pairs
    first = town.desk.hold_pair(offer_id=pairs[0].id, actor=OPERATOR)
    town.clock.advance(seconds=60)
    assert town.desk.hold_pair(offer_id=pairs[0].id, actor=OPERATOR) == first
    town.desk.hold_pair(offer_id=pairs[1].id, actor=OPERATOR)
    assert held_offers(town) == {pairs[1].outbound.id, pairs[1].back.id}


def test_one_call_holds_one_thing(town: Town) -> None:
    """A single trip of the same call that is held gives the pair up whole; the pair, held again, gives that up."""
    form = both_ways(town)
    called = replace(form, outbound=replace(form.outbound, call_id="C1"))
    pair = offered(town, called).pairs[0]
    single = town.offered(replace(town.wish("R1", origin="home", destination="market", after="14:00"), call_id="C1"))
    town.desk.hold_pair(offer_id=pair.id, actor=OPERATOR)
    town.desk.hold(offer_id=single.offers[0].id, actor=OPERATOR)
    assert held_offers(town) == {single.offers[0].id}
    town.desk.hold_pair(offer_id=pair.id, actor=OPERATOR)
    assert held_offers(town) == {pair.outbound.id, pair.back.id}


def test_nobody_is_driven_for_a_held_pair_and_planning_leaves_it_possible(town: Town) -> None:
    """The plan serves booked trips only, also after a search; then the pair is accepted as it was said."""
    for number, after in enumerate(("9:00", "10:00", "10:30"), start=2):
        town.book(town.wish(f"R{number}", origin="home", destination="clinic", after=after))
    pair = asked(town, people=1)
    town.desk.hold_pair(offer_id=pair.id, actor=OPERATOR)
    plan = town.desk.plan(service_id=SERVICE, day=TUESDAY)
    booked = {trip.id for trip in town.store.reservations(SERVICE, TUESDAY)}
    assert plan.reason is PlanReason.HELD
    assert {visit.reservation_id for route in plan.routes for visit in route.visits} == booked
    beside = {visit.reservation_id for route in plan.held for visit in route.visits}
    assert beside == {*booked, -pair.outbound.id, -pair.back.id}
    town.desk.replan(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, effort=Iterations(value=30))
    given = town.desk.accept_pair(offer_id=pair.id, actor=OPERATOR)
    assert (given.outbound.promise, given.back.promise) == (pair.outbound.promise, pair.back.promise)
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
    assert town.desk.verify_journal(service_id=SERVICE, day=TUESDAY).flaws == ()


def test_a_caller_who_wants_neither_frees_both(town: Town) -> None:
    """Abandoning either request closes both and ends both holds."""
    answer = offered(town, both_ways(town))
    town.desk.hold_pair(offer_id=answer.pairs[0].id, actor=OPERATOR)
    town.desk.abandon(request_id=answer.back.id, actor=OPERATOR)
    assert town.store.day_state(SERVICE, TUESDAY).holds == ()
    assert {town.store.request(one.id).outcome for one in (answer.outbound, answer.back)} == {Outcome.ABANDONED}


def test_a_held_pair_lives_as_long_as_its_hold(town: Town) -> None:
    """Held in the last minute of its ten, a pair is still accepted when these are over; what is no pair is not held."""
    pair = asked(town)
    town.clock.advance(seconds=9 * 60)
    town.desk.hold_pair(offer_id=pair.id, actor=OPERATOR)
    town.clock.advance(seconds=2 * 60)
    assert town.desk.accept_pair(offer_id=pair.id, actor=OPERATOR).outbound.promise == pair.outbound.promise
    for number in (pair.outbound.id, alone(town, "R3", origin="depot", destination="market", after="9:00")):
        with pytest.raises(Conflict, match="not_a_pair"):
            town.desk.hold_pair(offer_id=number, actor=OPERATOR)
