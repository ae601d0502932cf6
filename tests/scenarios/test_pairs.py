"""Outbound and return in one call: offered together, accepted as one, both or neither."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dispatch.booking.proposal import PairOffered, PairRefused
from dispatch.model.errors import Conflict, InvalidInput
from dispatch.model.offer import Leg
from dispatch.model.reservation import ReservationState
from dispatch.model.times import MINUTE_S, parse_clock
from dispatch.model.wish import NO_ID, NO_STAY, BackForm, Outcome, PairForm, TimeKind
from dispatch.store.memory import MemoryStore
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, open_town, party_of, town_rules

HOUR_S = 3600


def both_ways(
    town: Town,
    rider: str = "R1",
    *,
    after: str = "9:00",
    stay_min: int = 60,
    back: str = "",
    by: str = "",
    people: int = 1,
) -> PairForm:
    """From the depot to the clinic and back: ``stay_min`` after the way out, or leaving at ``back``."""
    party = party_of(people)
    out = town.wish(rider, origin="depot", destination="clinic", after="" if by else after, by=by, party=party)
    stay_s = NO_STAY if back else stay_min * MINUTE_S
    back_s = parse_clock(back) if back else 0
    home = BackForm(origin=out.destination, destination=out.origin, stay_s=stay_s, time_s=back_s)
    return PairForm(outbound=out, back=home)


def offered(town: Town, form: PairForm) -> PairOffered:
    proposal = town.desk.propose_pair(form=form)
    assert isinstance(proposal, PairOffered), proposal
    return proposal


def refused(town: Town, form: PairForm) -> PairRefused:
    proposal = town.desk.propose_pair(form=form)
    assert isinstance(proposal, PairRefused), proposal
    return proposal


def test_every_pair_fits_together(town: Town) -> None:
    """Each way back begins an hour or more after the latest end of its own way out; the first pair is as wished."""
    pairs = offered(town, both_ways(town)).pairs
    assert 1 < len(pairs) <= 5
    for pair in pairs:
        alighted_s = pair.outbound.promise.arrival_latest_s + 30  # 60 s to board, half of it to alight
        assert pair.back.promise.pickup_earliest_s >= alighted_s + HOUR_S
    assert pairs[0].outbound.promise.pickup_earliest_s == parse_clock("9:00")
    assert [pair.outbound.rank for pair in pairs] == list(range(1, len(pairs) + 1))


def test_a_pair_is_booked_as_one(town: Town) -> None:
    """Two reservations, the second linked to the first, both in one plan that the checker passes; both journaled."""
    answer = offered(town, both_ways(town))
    booked = town.desk.accept_pair(offer_id=answer.pairs[0].id, actor=OPERATOR)
    assert (booked.outbound.linked_to, booked.back.linked_to) == (NO_ID, booked.outbound.id)
    assert booked.outbound.promise == answer.pairs[0].outbound.promise
    assert booked.back.promise == answer.pairs[0].back.promise
    assert town.desk.day_state(service_id=SERVICE, day=TUESDAY).reservations == (booked.outbound, booked.back)
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
    assert town.desk.verify_journal(service_id=SERVICE, day=TUESDAY).flaws == ()
    outcomes = {town.store.request(one.id).outcome for one in (answer.outbound, answer.back)}
    assert outcomes == {Outcome.BOOKED}


def test_a_time_for_the_way_back(town: Town) -> None:
    """Leaving the clinic at 14:00 or later; at 9:05, before the way out has ended, no pair is made."""
    pair = offered(town, both_ways(town, back="14:00")).pairs[0]
    assert pair.back.promise.pickup_earliest_s == parse_clock("14:00")
    no = refused(town, both_ways(town, "R2", back="9:05"))
    assert (no.leg, no.refusal.code) == (Leg.BACK, "return_before_outbound")


def test_arriving_by_a_time_both_ways(town: Town) -> None:
    """At the clinic by 10:00, home by 13:00."""
    form = both_ways(town, by="10:00", back="13:00")
    form = replace(form, back=replace(form.back, time_kind=TimeKind.ARRIVE_BY))
    pair = offered(town, form).pairs[0]
    assert pair.outbound.promise.arrival_latest_s <= parse_clock("10:00")
    assert pair.back.promise.arrival_latest_s <= parse_clock("13:00")


def test_no_leg_is_accepted_or_held_alone(town: Town) -> None:
    """Either offer alone is turned away, also for holding; a single offer is no pair."""
    pair = offered(town, both_ways(town)).pairs[0]
    for leg in (pair.outbound, pair.back):
        with pytest.raises(Conflict, match="offer_of_pair"):
            town.desk.accept(offer_id=leg.id, actor=OPERATOR)
        with pytest.raises(Conflict, match="offer_of_pair"):
            town.desk.hold(offer_id=leg.id, actor=OPERATOR)
    alone = town.offered(town.wish("R3", origin="depot", destination="market", after="9:00")).offers[0]
    for number in (pair.outbound.id, alone.id):
        with pytest.raises(Conflict, match="not_a_pair"):
            town.desk.accept_pair(offer_id=number, actor=OPERATOR)
    assert town.store.reservations(SERVICE, TUESDAY) == ()


def crowded() -> Town:
    """One taxi of three seats and promises within a quarter of an hour of the wish."""
    rules = town_rules(promise={"search_earlier_min": 15, "search_later_min": 15})
    return open_town(MemoryStore(), rules=rules, layouts=(((3, 0),),))


def test_when_the_way_back_is_gone_nothing_is_booked() -> None:
    """Somebody takes the taxi for the hour of the way back: neither leg is booked, and there are fresh pairs."""
    town = crowded()
    answer = offered(town, both_ways(town, back="14:00", people=3))
    town.book(town.wish("R2", origin="market", destination="depot", after="14:00", party=party_of(3)))
    taken = town.store.reservations(SERVICE, TUESDAY)
    gone = answer.pairs[0]
    with pytest.raises(Conflict, match="offer_gone"):
        town.desk.accept_pair(offer_id=gone.id, actor=OPERATOR)
    assert town.store.reservations(SERVICE, TUESDAY) == taken
    fresh = town.desk.pairs_again(offer_id=gone.id, actor=OPERATOR)
    assert fresh
    assert gone.back.promise not in {pair.back.promise for pair in fresh}
    booked = town.desk.accept_pair(offer_id=fresh[0].id, actor=OPERATOR)
    assert booked.back.linked_to == booked.outbound.id


def test_expired_pairs_are_made_anew(town: Town) -> None:
    """Eleven minutes later the pair has expired; the same two requests are open again with fresh pairs."""
    answer = offered(town, both_ways(town))
    town.clock.advance(seconds=660)
    with pytest.raises(Conflict, match="offer_expired"):
        town.desk.accept_pair(offer_id=answer.pairs[0].id, actor=OPERATOR)
    fresh = town.desk.pairs_again(offer_id=answer.pairs[0].id, actor=OPERATOR)
    assert {pair.back.request_id for pair in fresh} == {answer.back.id}
    town.desk.accept_pair(offer_id=fresh[0].id, actor=OPERATOR)
    assert len(town.store.requests(SERVICE, TUESDAY)) == 2
    assert town.desk.verify_journal(service_id=SERVICE, day=TUESDAY).flaws == ()


def test_a_pair_is_taken_once(town: Town) -> None:
    """Two pairs of one call: the first yes closes both requests."""
    first, second, *_ = offered(town, both_ways(town)).pairs
    town.desk.accept_pair(offer_id=first.id, actor=OPERATOR)
    for pair in (first, second):
        with pytest.raises(Conflict, match="offer_taken"):
            town.desk.accept_pair(offer_id=pair.id, actor=OPERATOR)
    assert len(town.store.reservations(SERVICE, TUESDAY)) == 2


def test_a_refused_way_back_leaves_the_way_out_to_be_asked_alone(town: Town) -> None:
    """A way back after closing time is refused with its reason; the way out counts as abandoned and can be had."""
    no = refused(town, both_ways(town, stay_min=9 * 60))
    assert (no.leg, no.refusal.code, no.request.outcome) == (Leg.BACK, "outside_hours", Outcome.REFUSED)
    assert (no.outbound.outcome, no.outbound.outcome_code) == (Outcome.ABANDONED, "back_refused")
    town.book(both_ways(town).outbound)


def test_a_refused_way_out_refuses_both(town: Town) -> None:
    """At 6:00 nothing runs: the way out is refused with its reason, the way back because of it."""
    no = refused(town, both_ways(town, after="6:00", back="14:00"))
    assert (no.leg, no.refusal.code) == (Leg.OUTBOUND, "outside_hours")
    assert (no.back.outcome, no.back.outcome_code) == (Outcome.REFUSED, "outbound_refused")


def test_wanting_none_of_the_pairs_closes_both(town: Town) -> None:
    answer = offered(town, both_ways(town))
    town.desk.abandon(request_id=answer.outbound.id, actor=OPERATOR)
    assert {one.outcome for one in town.store.requests(SERVICE, TUESDAY)} == {Outcome.ABANDONED}


def test_a_second_trip_at_the_time_of_either_leg_is_asked_about(town: Town) -> None:
    """The rider is promised a trip at 14:00 already: meant or not? Once confirmed, the first request goes on."""
    town.book(town.wish("R1", origin="station", destination="market", after="14:00"))
    form = both_ways(town, back="14:00")
    with pytest.raises(Conflict, match="overlapping_reservation"):
        town.desk.propose_pair(form=form)
    meant = replace(form, outbound=replace(form.outbound, overlap_confirmed=True))
    answer = offered(town, meant)
    with pytest.raises(Conflict, match="overlapping_reservation"):
        town.desk.accept_pair(offer_id=answer.pairs[0].id, actor=OPERATOR)
    town.desk.accept_pair(offer_id=answer.pairs[0].id, actor=OPERATOR, overlap_confirmed=True)
    assert len(town.store.requests(SERVICE, TUESDAY)) == 3


def test_vouchers_are_used_one_leg_after_the_other(town: Town) -> None:
    """One voucher left: it pays the way out, the way back costs 300 yen."""
    with town.store.writing() as work:
        work.move_vouchers(service_id=SERVICE, rider_id="R1", change=1, reservation_id=NO_ID, at=town.clock.now())
    pair = offered(town, both_ways(town)).pairs[0]
    assert [(leg.vouchers, leg.fare_yen) for leg in (pair.outbound, pair.back)] == [(1, 0), (0, 300)]
    town.desk.accept_pair(offer_id=pair.id, actor=OPERATOR)
    assert town.store.voucher_balance(SERVICE, "R1") == 0


def test_cancelling_one_leg_leaves_the_other(town: Town) -> None:
    """What is called off deliberately is one leg; the other stays booked."""
    booked = town.desk.accept_pair(offer_id=offered(town, both_ways(town)).pairs[0].id, actor=OPERATOR)
    town.desk.cancel(reservation_id=booked.outbound.id, actor=OPERATOR, reason="")
    states = [trip.state for trip in town.store.reservations(SERVICE, TUESDAY)]
    assert states == [ReservationState.CANCELLED, ReservationState.BOOKED]


def test_a_way_out_that_is_a_return_itself_is_no_pair(town: Town) -> None:
    out = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    form = both_ways(town, after="12:00")
    with pytest.raises(InvalidInput, match="link_invalid"):
        town.desk.propose_pair(form=replace(form, outbound=replace(form.outbound, linked_to=out.id)))
