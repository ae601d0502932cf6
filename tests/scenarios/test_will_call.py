"""Returns without a time: they wait for a call, promise nothing meanwhile, and are given a promise from now on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dispatch.booking.proposal import Offered, Refused
from dispatch.booking.will_call import Call
from dispatch.model.actor import Channel
from dispatch.model.errors import Conflict, RuleRefused
from dispatch.model.promise import NO_PROMISE_YET, PromiseState
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.times import parse_clock, to_moment
from dispatch.model.wish import NO_ID, NO_RIDER, Guest, Outcome, TimeKind
from dispatch.store.memory import MemoryStore
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, open_town, party_of, town_rules


def waiting(town: Town, rider: str = "R1", *, linked_to: int = NO_ID) -> Reservation:
    """Home from the clinic, when the doctor is done."""
    form = town.wish(rider, origin="clinic", destination="home", after="0:00", linked_to=linked_to)
    booked = town.desk.await_call(form=form)
    assert isinstance(booked, Reservation), booked
    return booked


def at(town: Town, clock: str) -> None:
    town.clock.set(to_moment(TUESDAY, parse_clock(clock)))


def called(town: Town, trip: Reservation) -> Offered:
    answer = town.desk.activate(call=Call(reservation_id=trip.id, actor=OPERATOR, channel=Channel.PHONE))
    assert isinstance(answer, Offered), answer
    return answer


def sound(town: Town) -> bool:
    verified = town.desk.verify_journal(service_id=SERVICE, day=TUESDAY)
    return not verified.flaws and not town.desk.check(service_id=SERVICE, day=TUESDAY)


def test_it_waits_in_no_plan(town: Town) -> None:
    """Booked as demand, linked to its outbound, seen as waiting; the plan and the day's promises know nothing of it."""
    out = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    back = waiting(town, linked_to=out.id)
    state = town.store.day_state(SERVICE, TUESDAY)
    assert (back.state, back.promise, back.linked_to) == (ReservationState.WAITING, NO_PROMISE_YET, out.id)
    assert (state.reservations, state.waiting) == ((out,), (back,))
    assert [entry.trip.id for entry in town.desk.promises(service_id=SERVICE, day=TUESDAY)] == [out.id]
    request = town.store.request(back.request_id)
    assert (request.outcome, request.wish.time_kind) == (Outcome.BOOKED, TimeKind.WILL_CALL)
    assert request.wish.time_s == out.promise.arrival_latest_s + out.alighting_s
    assert sound(town)


def test_nobody_waits_or_calls_on_a_day_that_is_over(town: Town) -> None:
    """On the Wednesday at nine, Tuesday has passed: said so both times, instead of naming the opening hours."""
    back = waiting(town)
    town.clock.set(to_moment(TUESDAY, parse_clock("30:00") + 3 * 3600))
    call = Call(reservation_id=back.id, actor=OPERATOR, channel=Channel.PHONE)
    form = town.wish("R2", origin="clinic", destination="home", after="0:00")
    for answer in (town.desk.activate(call=call), town.desk.await_call(form=form)):
        assert isinstance(answer, Refused), answer
        assert answer.refusal.code == "in_the_past"
    assert town.store.reservation(back.id).state is ReservationState.WAITING


def test_the_call_gives_a_promise_from_now_on(town: Town) -> None:
    """At 11:02 the first window starts at 11:05, not half an hour later: the cut-off is for who has not booked yet."""
    out = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    back = waiting(town, linked_to=out.id)
    at(town, "11:02")
    best = called(town, back).offers[0]
    assert best.promise.pickup_earliest_s == parse_clock("11:05")
    booked = town.desk.accept(offer_id=best.id, actor=OPERATOR)
    assert (booked.id, booked.state, booked.promise) == (back.id, ReservationState.BOOKED, best.promise)
    assert (booked.linked_to, booked.promise_state, booked.consents) == (out.id, PromiseState.OPEN, ())
    assert town.store.day_state(SERVICE, TUESDAY).waiting == ()
    assert sound(town)


def test_who_is_done_before_the_outbound_must_have_ended_is_offered_what_follows_it(town: Town) -> None:
    """Called at 9:20, when the way out may still be under way: offers begin after its latest end."""
    out = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    back = waiting(town, linked_to=out.id)
    at(town, "9:20")
    for offer in called(town, back).offers:
        assert offer.promise.pickup_earliest_s >= out.promise.arrival_latest_s


def test_no_room_now_and_it_goes_on_waiting() -> None:
    """One small taxi, taken for the hour: the call is refused with its reason; an hour later it is served."""
    rules = town_rules(promise={"search_earlier_min": 0, "search_later_min": 15})
    town = open_town(MemoryStore(), rules=rules, layouts=(((1, 0),),))
    back = waiting(town)
    town.book(town.wish("R2", origin="market", destination="spa", after="9:00"))
    at(town, "8:58")
    answer = town.desk.activate(call=Call(reservation_id=back.id, actor=OPERATOR, channel=Channel.PHONE))
    assert isinstance(answer, Refused)
    assert town.store.reservation(back.id) == back
    at(town, "10:30")
    town.desk.accept(offer_id=called(town, back).offers[0].id, actor=OPERATOR)
    assert sound(town)


def test_who_hesitates_is_offered_what_is_left(town: Town) -> None:
    """Eleven minutes after the call the offers have expired: fresh ones start from then."""
    back = waiting(town)
    at(town, "9:02")
    late = called(town, back).offers[0]
    at(town, "9:13")
    with pytest.raises(Conflict, match="offer_expired"):
        town.desk.accept(offer_id=late.id, actor=OPERATOR)
    fresh = town.desk.offers_again(offer_id=late.id, actor=OPERATOR)
    assert fresh[0].promise.pickup_earliest_s == parse_clock("9:15")
    town.desk.accept(offer_id=fresh[0].id, actor=OPERATOR)
    assert sound(town)


def test_it_is_cancelled_while_it_waits(town: Town) -> None:
    """It stood in no plan, so no plan is made; calling it then is a conflict."""
    back = waiting(town)
    before = town.desk.plan(service_id=SERVICE, day=TUESDAY)
    gone = town.desk.cancel(reservation_id=back.id, actor=OPERATOR, reason="")
    assert (gone.state, town.desk.plan(service_id=SERVICE, day=TUESDAY)) == (ReservationState.CANCELLED, before)
    with pytest.raises(Conflict, match="not_waiting"):
        called(town, back)
    assert sound(town)


def test_it_is_called_once(town: Town) -> None:
    """Two desks answer the same call: the trip is booked once, and the later yes is told of the first."""
    back = waiting(town)
    at(town, "7:00")
    first, second = called(town, back).offers[0], called(town, back).offers[1]
    town.desk.accept(offer_id=first.id, actor=OPERATOR)
    with pytest.raises(Conflict, match="not_waiting"):
        called(town, back)
    with pytest.raises(Conflict, match="reservation_changed"):
        town.desk.accept(offer_id=second.id, actor=OPERATOR)
    assert [trip.promise for trip in town.store.reservations(SERVICE, TUESDAY)] == [first.promise]
    assert sound(town)


def test_its_outbound_does_not_leave_it_behind(town: Town) -> None:
    """While it waits, the way out does not move to another day alone."""
    out = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    waiting(town, linked_to=out.id)
    form = town.wish("R1", origin="home", destination="clinic", after="9:00", day=date(2026, 11, 25))
    with pytest.raises(RuleRefused, match="linked_day"):
        town.desk.propose_change(reservation_id=out.id, form=form)


def test_what_the_rules_refuse_is_refused_at_once(town: Town) -> None:
    """A Saturday, and nine people: answers with their reasons, counted as refused."""
    form = town.wish("R1", origin="clinic", destination="home", after="0:00")
    for wrong, code in (
        (replace(form, date=date(2026, 11, 28)), "not_service_day"),
        (replace(form, party=party_of(9)), "party_over_limit"),
    ):
        answer = town.desk.await_call(form=wrong)
        assert isinstance(answer, Refused)
        assert (answer.refusal.code, answer.request.outcome) == (code, Outcome.REFUSED)


def test_its_voucher_is_taken_at_booking_and_given_back(town: Town) -> None:
    with town.store.writing() as work:
        work.move_vouchers(service_id=SERVICE, rider_id="R1", change=1, reservation_id=NO_ID, at=town.clock.now())
    back = waiting(town)
    assert (back.vouchers, town.store.voucher_balance(SERVICE, "R1")) == (1, 0)
    at(town, "7:00")
    booked = town.desk.accept(offer_id=called(town, back).offers[0].id, actor=OPERATOR)
    assert (booked.vouchers, town.store.voucher_balance(SERVICE, "R1")) == (1, 0)
    town.desk.cancel(reservation_id=back.id, actor=OPERATOR, reason="")
    assert town.store.voucher_balance(SERVICE, "R1") == 1


def test_a_guest_calls_by_name() -> None:
    """The contact kept with the booking is that of the call."""
    town = open_town(MemoryStore(), rules=town_rules(booking={"guests_allowed": True}))
    form = replace(
        town.wish(NO_RIDER, origin="clinic", destination="depot", after="0:00"),
        guest=Guest(name="来訪 花子", kana="ライホウ ハナコ", phone="0285-00-0003"),
    )
    back = town.desk.await_call(form=form)
    assert isinstance(back, Reservation)
    at(town, "9:00")
    booked = town.desk.accept(offer_id=called(town, back).offers[0].id, actor=OPERATOR)
    assert town.store.guest(booked.request_id).name == "来訪 花子"
