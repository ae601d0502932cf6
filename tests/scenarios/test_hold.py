"""Holding an offer: it keeps its place against everybody, for three minutes, and nobody has to end it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from dispatch.model.errors import Conflict, NotFound
from dispatch.model.offer import Offer
from dispatch.model.plan import PlanReason
from dispatch.model.wish import NO_ID, Outcome
from dispatch.planning.outcome import Iterations
from dispatch.solver_bridge.ride import ride_of
from dispatch.store.memory import MemoryStore
from tests.scenarios.meanwhile import Meanwhile
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, open_town, party_of, town_rules

CROWDED = (((4, 0),),)
NARROW = {"search_earlier_min": 0, "search_later_min": 0}


@pytest.fixture
def small() -> Town:
    """One taxi with four seats, and nobody is offered another time than the one asked for."""
    return open_town(MemoryStore(), rules=town_rules(promise=NARROW), layouts=CROWDED)


def to_spa(town: Town, rider: str) -> Offer:
    """Three people from the depot to the spa at nine: the only taxi is away for an hour."""
    return town.offered(town.wish(rider, origin="depot", destination="spa", after="9:00", party=party_of(3))).offers[0]


def to_clinic(town: Town, rider: str, *, after: str = "9:00") -> None:
    town.book(town.wish(rider, origin="depot", destination="clinic", after=after, party=party_of(3)))


def test_a_held_offer_is_kept_against_others(small: Town) -> None:
    """While R1 thinks, R2 is refused the seats; R1 accepts and is given what was offered."""
    offer = to_spa(small, "R1")
    held = small.desk.hold(offer_id=offer.id, actor=OPERATOR)
    assert (held.until - small.clock.now()).total_seconds() == 180
    refused = small.refused(small.wish("R2", origin="depot", destination="clinic", after="9:00", party=party_of(3)))
    assert refused.refusal.code == "no_vehicle"
    assert small.desk.accept(offer_id=offer.id, actor=OPERATOR).promise == offer.promise
    assert small.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_an_offer_made_before_cannot_be_accepted_over_a_hold(small: Town) -> None:
    """R2 was offered the taxi, too, but R1's offer is held: R2 comes too late, until R1's three minutes are over."""
    first, second = to_spa(small, "R1"), to_spa(small, "R2")
    small.desk.hold(offer_id=first.id, actor=OPERATOR)
    with pytest.raises(Conflict, match="offer_gone"):
        small.desk.accept(offer_id=second.id, actor=OPERATOR)
    small.clock.advance(seconds=181)
    assert small.desk.accept(offer_id=second.id, actor=OPERATOR).promise == second.promise
    with pytest.raises(Conflict, match="offer_gone"):
        small.desk.accept(offer_id=first.id, actor=OPERATOR)


def test_a_hold_lasts_to_its_last_second(small: Town) -> None:
    """At 180 s it still keeps the taxi; the next second others may have it. Nothing ran in between."""
    small.desk.hold(offer_id=to_spa(small, "R1").id, actor=OPERATOR)
    small.clock.advance(seconds=180)
    wish = small.wish("R2", origin="depot", destination="clinic", after="9:00", party=party_of(3))
    small.refused(wish)
    small.clock.advance(seconds=1)
    small.book(wish)
    assert small.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_nobody_is_driven_for_a_held_offer(town: Town) -> None:
    """The plan serves the booked trip alone, before, while and after another is held; its proof is the checker's."""
    town.book(town.wish("R2", origin="home", destination="clinic", after="9:00"))
    offer = town.offered(town.wish("R1", origin="home", destination="clinic", after="9:00")).offers[0]
    town.desk.hold(offer_id=offer.id, actor=OPERATOR)
    plan = town.desk.plan(service_id=SERVICE, day=TUESDAY)
    visited = {visit.reservation_id for route in plan.routes for visit in route.visits}
    assert plan.reason is PlanReason.HELD
    assert visited == {trip.id for trip in town.store.reservations(SERVICE, TUESDAY)}
    assert {visit.reservation_id for route in plan.held for visit in route.visits} == {*visited, -offer.id}
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_holding_again_does_not_prolong(town: Town) -> None:
    """Two minutes later the same hold is the answer, with the same end; one journal entry."""
    offer = town.offered(town.wish("R1", origin="home", destination="clinic", after="9:00")).offers[0]
    first = town.desk.hold(offer_id=offer.id, actor=OPERATOR)
    town.clock.advance(seconds=120)
    assert town.desk.hold(offer_id=offer.id, actor=OPERATOR) == first
    entries = [json.loads(record.body)["kind"] for record in town.store.journal(SERVICE, TUESDAY).records]
    assert entries == ["held"]


def test_a_request_holds_one_offer(small: Town) -> None:
    """Holding the second alternative gives the first one up: others may have that time."""
    wide = open_town(MemoryStore(), rules=town_rules(), layouts=CROWDED)
    offers = wide.offered(wide.wish("R1", origin="depot", destination="clinic", after="9:00", party=party_of(3))).offers
    wide.desk.hold(offer_id=offers[0].id, actor=OPERATOR)
    wide.desk.hold(offer_id=offers[-1].id, actor=OPERATOR)
    state = wide.store.day_state(SERVICE, TUESDAY)
    assert [hold.offer_id for hold in state.holds] == [offers[-1].id]


def test_a_call_holds_one_offer(small: Town) -> None:
    """The same call asks for another time: holding there releases what was held before in the call."""
    form = small.wish("R1", origin="depot", destination="spa", after="9:00", party=party_of(3))
    call = replace(form, call_id="call-7")
    first = small.offered(call).offers[0]
    second = small.offered(replace(call, time_s=call.time_s + 3600)).offers[0]
    small.desk.hold(offer_id=first.id, actor=OPERATOR)
    small.desk.hold(offer_id=second.id, actor=OPERATOR)
    assert [hold.offer_id for hold in small.store.day_state(SERVICE, TUESDAY).holds] == [second.id]
    to_clinic(small, "R2")


@pytest.mark.parametrize("ending", ["abandon", "release", "accept_other"])
def test_a_hold_ends_with_its_call(ending: str) -> None:
    """Abandoned, released, or another alternative accepted: nothing is held any more."""
    town = open_town(MemoryStore(), rules=town_rules(), layouts=CROWDED)
    wish = town.wish("R1", origin="depot", destination="clinic", after="9:00", party=party_of(3))
    offers = town.offered(wish).offers
    town.desk.hold(offer_id=offers[0].id, actor=OPERATOR)
    match ending:
        case "abandon":
            town.desk.abandon(request_id=offers[0].request_id, actor=OPERATOR)
        case "release":
            for _ in range(2):
                town.desk.release(offer_id=offers[0].id, actor=OPERATOR)
        case _:
            assert town.desk.accept(offer_id=offers[-1].id, actor=OPERATOR).promise == offers[-1].promise
    assert town.store.day_state(SERVICE, TUESDAY).holds == ()
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_a_held_offer_does_not_expire(town: Town) -> None:
    """Held in its tenth minute, it can be accepted in its twelfth, and its request is still open then."""
    offer = town.offered(town.wish("R1", origin="home", destination="clinic", after="9:00")).offers[0]
    town.clock.advance(seconds=10 * 60)
    town.desk.hold(offer_id=offer.id, actor=OPERATOR)
    town.clock.advance(seconds=2 * 60)
    assert town.desk.request(request_id=offer.request_id).outcome is Outcome.OPEN
    assert town.desk.accept(offer_id=offer.id, actor=OPERATOR).promise == offer.promise


def test_what_cannot_be_accepted_cannot_be_held(small: Town) -> None:
    """Unknown, taken, expired, gone: each with its code."""
    with pytest.raises(NotFound, match="unknown_offer"):
        small.desk.hold(offer_id=4711, actor=OPERATOR)
    late, gone = to_spa(small, "R1"), to_spa(small, "R2")
    small.clock.advance(seconds=60)
    to_clinic(small, "R3")
    with pytest.raises(Conflict, match="offer_gone"):
        small.desk.hold(offer_id=gone.id, actor=OPERATOR)
    small.clock.advance(seconds=11 * 60)
    with pytest.raises(Conflict, match="offer_expired"):
        small.desk.hold(offer_id=late.id, actor=OPERATOR)
    taken = small.offered(small.wish("R4", origin="depot", destination="clinic", after="14:00")).offers[0]
    small.desk.accept(offer_id=taken.id, actor=OPERATOR)
    with pytest.raises(Conflict, match="offer_taken"):
        small.desk.hold(offer_id=taken.id, actor=OPERATOR)


def test_a_trip_for_which_the_taxi_leaves_at_once_cannot_be_held() -> None:
    """Without a cut-off, at 8:50 for a pick-up at 9:00 eight minutes away: the taxi would have to leave meanwhile."""
    rules = town_rules(booking={"cutoff_min": 0}, promise=NARROW | {"pickup_window_min": 5})
    town = open_town(MemoryStore(), rules=rules, layouts=CROWDED)
    town.clock.advance(seconds=(14 * 60 + 50) * 60)
    offer = town.offered(town.wish("R1", origin="clinic", destination="market", after="8:55")).offers[0]
    with pytest.raises(Conflict, match="cannot_hold"):
        town.desk.hold(offer_id=offer.id, actor=OPERATOR)
    assert town.desk.accept(offer_id=offer.id, actor=OPERATOR).promise == offer.promise


def test_a_change_is_held_beside_the_trip_it_would_replace(small: Town) -> None:
    """The old promise at nine and the new one at two are both kept; accepted, only the new one is."""
    trip = small.book(small.wish("R1", origin="depot", destination="clinic", after="9:00", party=party_of(3)))
    form = small.wish("R1", origin="depot", destination="clinic", after="14:00", party=party_of(3))
    proposal = small.desk.propose_change(reservation_id=trip.id, form=form)
    offer = proposal.offers[0]
    small.desk.hold(offer_id=offer.id, actor=OPERATOR)
    for time in ("9:00", "14:00"):
        small.refused(small.wish("R2", origin="depot", destination="spa", after=time, party=party_of(3)))
    changed = small.desk.accept(offer_id=offer.id, actor=OPERATOR)
    assert (changed.id, changed.promise) == (trip.id, offer.promise)
    small.book(small.wish("R2", origin="depot", destination="spa", after="9:00", party=party_of(3)))
    assert small.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_a_hold_survives_a_new_plan(town: Town) -> None:
    """Others book and cancel, the day is re-planned; what was held is given as it was said."""
    others = [town.book(town.wish(f"R{n}", origin="home", destination="clinic", after="9:00")) for n in (2, 3)]
    offer = town.offered(town.wish("R1", origin="school", destination="clinic", after="9:00")).offers[0]
    town.desk.hold(offer_id=offer.id, actor=OPERATOR)
    town.desk.cancel(reservation_id=others[0].id, actor=OPERATOR, reason="")
    town.desk.replan(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, effort=Iterations(value=500))
    assert town.desk.accept(offer_id=offer.id, actor=OPERATOR).promise == offer.promise
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_a_hold_that_meets_a_booking_looks_again() -> None:
    """Somebody books between its reading and its writing: the hold is placed on the day as it is then."""
    store = Meanwhile()
    town = open_town(store, rules=town_rules(promise=NARROW), layouts=CROWDED)
    offer = to_spa(town, "R1")
    store.acts.append(lambda: to_clinic(town, "R2", after="14:00"))
    held = town.desk.hold(offer_id=offer.id, actor=OPERATOR)
    assert held.trip.promise == offer.promise
    assert len(town.store.reservations(SERVICE, TUESDAY)) == 1


def test_what_is_held_is_taken_up_where_it_stands(town: Town) -> None:
    """Accepting looks for no place: the trip is on its route already, at the times that were held."""
    offer = town.offered(town.wish("R1", origin="home", destination="clinic", after="9:00")).offers[0]
    held = town.desk.hold(offer_id=offer.id, actor=OPERATOR)
    ready = town.desk.workplace.workday(SERVICE, TUESDAY).taking_up(offer.id)
    day = ready.asking(ride_of(replace(held.trip, id=NO_ID)))
    assert day.solution.unserved == ()
    starts = [visit.start_s for route in town.desk.plan(service_id=SERVICE, day=TUESDAY).held for visit in route.visits]
    assert [start_s for route in day.solution.routes for start_s in route.starts] == starts


def test_an_offer_nobody_held_is_taken_up_on_the_day_as_it_is(town: Town) -> None:
    """Another's hold stays where it is: the very same day, whose numbers are known."""
    mine, other = (
        town.offered(town.wish(rider, origin="home", destination="clinic", after="9:00")).offers[0]
        for rider in ("R1", "R2")
    )
    town.desk.hold(offer_id=other.id, actor=OPERATOR)
    workday = town.desk.workplace.workday(SERVICE, TUESDAY)
    assert workday.taking_up(mine.id) is workday
    assert workday.taking_up(other.id).held == ()
