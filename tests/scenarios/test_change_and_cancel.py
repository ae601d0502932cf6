"""A reservation is changed or cancelled: the old promise holds until the new one is given, then it is gone."""

from __future__ import annotations

import json
from datetime import date

import pytest

from dispatch.booking.proposal import Offered, Refused
from dispatch.model.errors import Conflict, InvalidInput, NotFound, RuleRefused
from dispatch.model.promise import PromiseState
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.times import parse_clock, to_moment
from dispatch.model.wish import Outcome, WishForm
from dispatch.planning.outcome import Iterations, Verdict
from dispatch.store.memory import MemoryStore
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, furnish, open_town, party_of, town_rules

WEDNESDAY = date(2026, 11, 25)


def changed(town: Town, reservation: Reservation, form: WishForm) -> Reservation:
    return town.desk.accept(offer_id=offered(town, reservation, form).offers[0].id, actor=OPERATOR)


def offered(town: Town, reservation: Reservation, form: WishForm) -> Offered:
    answer = town.desk.propose_change(reservation_id=reservation.id, form=form)
    assert isinstance(answer, Offered)
    return answer


def visits_of(town: Town, day: date) -> set[int]:
    plan = town.desk.plan(service_id=SERVICE, day=day)
    return {visit.reservation_id for route in plan.routes for visit in route.visits}


def test_a_cancelled_trip_leaves_plan_and_promise(town: Town) -> None:
    """R1 cancels: the visits are gone, the promise is released, R2 keeps theirs, and the reason stays out of the
    journal."""
    gone = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    kept = town.book(town.wish("R2", origin="home", destination="clinic", after="9:00"))
    cancelled = town.desk.cancel(reservation_id=gone.id, actor=OPERATOR, reason="caller feels better")
    assert (cancelled.state, cancelled.promise_state) == (ReservationState.CANCELLED, PromiseState.RELEASED)
    assert town.store.reservation(gone.id) == cancelled
    assert visits_of(town, TUESDAY) == {kept.id}
    assert town.store.request(gone.request_id).outcome_code == "caller feels better"
    entries = [json.loads(record.body) for record in town.store.journal(SERVICE, TUESDAY).records]
    assert [entry["kind"] for entry in entries] == ["accepted", "accepted", "cancelled"]
    assert all("better" not in json.dumps(entry) for entry in entries)
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_a_change_is_not_replaced_by_another_unseen(town: Town) -> None:
    """Two operators change one trip: the later yes, or the later hold, is told that the trip is another by now, and has
    no fresh offers before somebody has looked at it; who asks again is served."""
    trip = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    first = offered(town, trip, town.wish("R1", origin="home", destination="clinic", after="10:00"))
    second = offered(town, trip, town.wish("R1", origin="home", destination="market", after="11:00"))
    given = town.desk.accept(offer_id=first.offers[0].id, actor=OPERATOR)
    late = second.offers[0]
    for answered in (town.desk.accept, town.desk.hold):
        with pytest.raises(Conflict, match="reservation_changed"):
            answered(offer_id=late.id, actor=OPERATOR)
    assert town.desk.offers_again(offer_id=late.id, actor=OPERATOR) == ()
    assert town.store.reservation(trip.id) == given
    assert changed(town, given, town.wish("R1", origin="home", destination="market", after="11:00")).id == trip.id
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_a_change_held_by_two_goes_to_the_first_yes(town: Town) -> None:
    """Both hold another time for the same trip: one change is given, the other is told of it."""
    trip = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    offers = [
        offered(town, trip, town.wish("R1", origin="home", destination="clinic", after=after)).offers[0]
        for after in ("10:00", "11:00")
    ]
    for offer in offers:
        town.desk.hold(offer_id=offer.id, actor=OPERATOR)
    given = town.desk.accept(offer_id=offers[1].id, actor=OPERATOR)
    with pytest.raises(Conflict, match="reservation_changed"):
        town.desk.accept(offer_id=offers[0].id, actor=OPERATOR)
    assert town.store.reservation(trip.id) == given
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_cancelling_gives_the_voucher_back(town: Town) -> None:
    """The only voucher of R1 is used at booking and is there again after cancelling."""
    with town.store.writing() as work:
        work.move_vouchers(service_id=SERVICE, rider_id="R1", change=1, reservation_id=0, at=town.clock.now())
    trip = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    assert town.store.voucher_balance(SERVICE, "R1") == 0
    town.desk.cancel(reservation_id=trip.id, actor=OPERATOR, reason="")
    assert town.store.voucher_balance(SERVICE, "R1") == 1


def test_cancelling_twice_is_a_conflict_and_unknown_is_not_found(town: Town) -> None:
    """The second cancellation changes nothing and says so; number 99 was never booked."""
    trip = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    town.desk.cancel(reservation_id=trip.id, actor=OPERATOR, reason="")
    with pytest.raises(Conflict, match="already_cancelled"):
        town.desk.cancel(reservation_id=trip.id, actor=OPERATOR, reason="")
    with pytest.raises(NotFound, match="unknown_reservation"):
        town.desk.cancel(reservation_id=99, actor=OPERATOR, reason="")


def test_a_trip_under_way_cannot_be_cancelled(town: Town) -> None:
    """At 9:20 the pick-up of 9:00 has been made; what is aboard stays aboard."""
    trip = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    town.clock.set(to_moment(TUESDAY, parse_clock("9:20")))
    with pytest.raises(RuleRefused, match="trip_under_way"):
        town.desk.cancel(reservation_id=trip.id, actor=OPERATOR, reason="")


def test_a_trip_of_yesterday_is_over_and_not_under_way(town: Town) -> None:
    """Nobody reported it; on Wednesday at nine no driver needs to be called about it."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    town.clock.set(to_moment(WEDNESDAY, parse_clock("9:00")))
    with pytest.raises(RuleRefused, match="trip_over"):
        town.desk.cancel(reservation_id=trip.id, actor=OPERATOR, reason="")


def bound_by_a_stop(*, idle_min: int) -> tuple[Town, tuple[Reservation, ...]]:
    """One taxi to the spa: R1 boards at the depot by 9:15 and R3 at the clinic, 8 minutes on, from 9:30; R2's stop
    fills the time between. Without it R1 waits aboard for 6 minutes; there is no time to drive either of them first.
    """
    rules = town_rules(promise={"ride_max_min": 60, "idle_aboard_min": idle_min})
    shared = open_town(MemoryStore(), rules=rules, layouts=(((4, 0),),))
    trips = tuple(
        shared.book(shared.wish(rider, origin=origin, destination="spa", after=time))
        for rider, origin, time in (("R1", "depot", "9:00"), ("R2", "station", "9:15"), ("R3", "clinic", "9:30"))
    )
    assert [trip.promise.pickup_earliest_s for trip in trips] == [32_400, 33_300, 34_200]
    return shared, trips


@pytest.mark.parametrize(("idle_min", "wait_over_s"), [(10, 0), (5, 60), (4, 120)])
def test_whoever_cancels_can_though_another_then_waits_aboard(idle_min: int, wait_over_s: int) -> None:
    """The 6 minutes of R1 are within 10; 1 minute over the 5, 2 over the 4 of the rules: so long and no longer. The
    promises of R1 and R3 are kept, the plan and the journal say by how much, and the judge is silent.
    """
    town, (first, second, third) = bound_by_a_stop(idle_min=idle_min)
    assert town.desk.cancel(reservation_id=second.id, actor=OPERATOR, reason="").state is ReservationState.CANCELLED
    plan = town.desk.plan(service_id=SERVICE, day=TUESDAY)
    assert plan.wait_over_s == wait_over_s
    assert visits_of(town, TUESDAY) == {first.id, third.id}
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
    *_, last = (json.loads(record.body) for record in town.store.journal(SERVICE, TUESDAY).records)
    told = [[["wait_over_s", wait_over_s]], []][wait_over_s == 0]
    assert [pair for pair in last["ids"] if pair[0] == "wait_over_s"] == told


def test_a_wait_beyond_the_rules_ends_with_what_made_it() -> None:
    """R3 cancels too: R1 waits for nobody any more, and the plan is within the rules again."""
    town, (_, second, third) = bound_by_a_stop(idle_min=5)
    for trip in (second, third):
        town.desk.cancel(reservation_id=trip.id, actor=OPERATOR, reason="")
    assert town.desk.plan(service_id=SERVICE, day=TUESDAY).wait_over_s == 0
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_a_change_away_from_such_a_stop_is_possible_too() -> None:
    """R2 rides an hour later instead: the old place is given up as by a cancellation."""
    town, (_, second, _) = bound_by_a_stop(idle_min=5)
    form = town.wish("R2", origin="station", destination="spa", after="10:45")
    assert changed(town, second, form).promise.pickup_earliest_s >= parse_clock("10:45")
    assert town.desk.plan(service_id=SERVICE, day=TUESDAY).wait_over_s == 60
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_re_planning_brings_the_wait_back_within_the_rules() -> None:
    """A second taxi comes on duty: the re-plan takes it, though it drives further, and nobody waits too long."""
    town, (_, second, _) = bound_by_a_stop(idle_min=5)
    town.desk.cancel(reservation_id=second.id, actor=OPERATOR, reason="")
    furnish(town.store, rules=town.store.rules(SERVICE, TUESDAY), layouts=(((4, 0),), ((4, 0),)))
    outcome = town.desk.replan(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, effort=Iterations(value=200))
    assert (outcome.verdict, outcome.plan.wait_over_s) == (Verdict.PUBLISHED, 0)
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_a_change_keeps_the_number_and_swaps_the_promise(town: Town) -> None:
    """From 9:00 to 10:30, the same reservation: until the new offer is accepted, the old promise stands."""
    trip = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    form = town.wish("R1", origin="home", destination="market", after="10:30")
    answer = town.desk.propose_change(reservation_id=trip.id, form=form)
    assert isinstance(answer, Offered)
    assert town.store.reservation(trip.id) == trip
    new = town.desk.accept(offer_id=answer.offers[0].id, actor=OPERATOR)
    assert (new.id, new.promise) == (trip.id, answer.offers[0].promise)
    assert new.destination.id == "market"
    assert town.store.reservations(SERVICE, TUESDAY) == (new,)
    assert town.store.request(new.request_id).outcome is Outcome.BOOKED
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_a_change_may_use_the_seats_it_gives_up() -> None:
    """One taxi, four seats, all booked by R1's party: a later arrival on the same ride is no conflict with itself."""
    town = open_town(MemoryStore(), rules=town_rules(), layouts=(((4, 0),),))
    trip = town.book(town.wish("R1", origin="depot", destination="spa", after="9:00", party=party_of(4)))
    form = town.wish("R1", origin="depot", destination="spa", after="9:05", party=party_of(4))
    assert changed(town, trip, form).promise.pickup_earliest_s == parse_clock("9:05")


def test_a_refused_change_leaves_the_old_promise(town: Town) -> None:
    """R1 asks for 7:00, outside the hours: refused, and the trip at 9:00 is as it was."""
    trip = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    form = town.wish("R1", origin="home", destination="clinic", after="7:00")
    assert isinstance(town.desk.propose_change(reservation_id=trip.id, form=form), Refused)
    assert town.store.reservation(trip.id) == trip


def test_a_change_to_another_day_moves_the_trip(town: Town) -> None:
    """From Tuesday to Wednesday: gone from Tuesday's plan, in Wednesday's, both plans valid, one reservation."""
    trip = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    stays = town.book(town.wish("R2", origin="home", destination="clinic", after="9:00"))
    moved = changed(town, trip, town.wish("R1", origin="home", destination="clinic", after="9:00", day=WEDNESDAY))
    assert (moved.id, moved.date) == (trip.id, WEDNESDAY)
    assert (visits_of(town, TUESDAY), visits_of(town, WEDNESDAY)) == ({stays.id}, {trip.id})
    for day in (TUESDAY, WEDNESDAY):
        assert town.desk.check(service_id=SERVICE, day=day) == ()


def test_a_trip_is_changed_by_its_own_rider(town: Town) -> None:
    """R2 cannot take over R1's reservation."""
    trip = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    with pytest.raises(InvalidInput, match="change_of_rider"):
        town.desk.propose_change(
            reservation_id=trip.id, form=town.wish("R2", origin="home", destination="clinic", after="9:00")
        )


def test_a_return_is_promised_after_its_outbound(town: Town) -> None:
    """The outbound of 9:00 has arrived by 9:40 at the latest and then takes 30 s to alight: no return before that.

    Asked for 9:30 it is refused with the time from which it is possible; the first possible window starts later.
    """
    outbound = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    ends_s = outbound.promise.arrival_latest_s + outbound.alighting_s
    too_early = town.wish(
        "R1", origin="clinic", destination="depot", after="9:30", linked_to=outbound.id, overlap_confirmed=True
    )
    assert town.refused(too_early).refusal.code == "return_before_outbound"
    back = town.book(town.wish("R1", origin="clinic", destination="depot", after="9:45", linked_to=outbound.id))
    assert back.linked_to == outbound.id
    assert back.promise.pickup_earliest_s >= ends_s


def test_an_outbound_cannot_be_changed_past_its_return(town: Town) -> None:
    """The return starts at 10:30: every offer to change the outbound ends before that."""
    outbound = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    back = town.book(town.wish("R1", origin="clinic", destination="depot", after="10:30", linked_to=outbound.id))
    form = town.wish("R1", origin="depot", destination="clinic", after="10:00")
    answer = town.desk.propose_change(reservation_id=outbound.id, form=form)
    assert isinstance(answer, Offered)
    for offer in answer.offers:
        assert offer.promise.arrival_latest_s + outbound.alighting_s <= back.promise.pickup_earliest_s
