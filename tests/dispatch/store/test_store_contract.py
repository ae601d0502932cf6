"""What every store keeps, SQL or memory: one suite, run on both."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dispatch.model.errors import Conflict, NotFound, PlanRejected
from dispatch.model.plan import Plan, empty_plan
from dispatch.model.promise import PromiseState
from dispatch.model.reservation import ReservationState
from dispatch.model.wish import NO_RIDER, Guest, Outcome
from dispatch.store.journal import entry_of, verify_chain
from dispatch.store.protocol import Store, UnitOfWork
from tests.dispatch.store.example_city import CITY, TUESDAY, Example

SUNDAY = date(2026, 11, 29)


class Stopped(Exception):
    """Raised by a test in the middle of a unit of work."""


def test_a_day_nobody_touched_is_version_0_with_the_empty_plan(store: Store, example: Example) -> None:
    """Version 0, no reservations, the empty plan, and the weekday's shift with its places resolved."""
    state = store.day_state(CITY, TUESDAY)
    assert (state.version, state.reservations) == (0, ())
    assert state.plan == empty_plan(service_id=CITY, day=TUESDAY)
    assert state.rules == example.rules
    (shift,) = state.shifts
    assert (shift.shift_id, shift.vehicle_id, shift.layouts) == ("S1", "V1", ((4, 0), (2, 1)))
    assert (shift.start_spot.id, shift.start_spot.at.lat) == ("P002", 36.38)
    assert [(rest.earliest_s, rest.latest_s, rest.duration_s) for rest in shift.breaks] == [(41_400, 46_800, 3_600)]


def test_accepting_writes_state_plan_outcome_and_journal_together(store: Store, example: Example) -> None:
    """After one unit of work the reservation, the plan that serves it, the outcome and the journal row are there."""
    booked = example.book(store, expected_version=0)
    state = store.day_state(CITY, TUESDAY)
    assert state.version == store.day_version(CITY, TUESDAY) == 1
    assert state.reservations == (booked,) == (store.reservation(booked.id),)
    assert {visit.reservation_id for route in state.plan.routes for visit in route.visits} == {booked.id}
    assert store.plan(CITY, TUESDAY, 1) == state.plan
    assert store.request(booked.request_id).outcome is Outcome.BOOKED
    (record,) = store.journal(CITY, TUESDAY).records
    assert dict(entry_of(record).ids)["reservation_id"] == booked.id


def test_a_day_is_claimed_from_its_present_version_only(store: Store, example: Example) -> None:
    """Who has seen version 0 cannot write after somebody else has moved the day to 1, nor from a future version."""
    example.book(store, expected_version=0)
    for stale in (0, 2):
        with pytest.raises(Conflict) as caught:
            example.book(store, expected_version=stale)
        assert caught.value.code == "day_changed"
    assert store.day_version(CITY, TUESDAY) == 1
    assert len(store.requests(CITY, TUESDAY)) == 1


def test_a_plan_is_not_stored_over_a_catalogue_that_has_changed(store: Store, example: Example) -> None:
    """The number of the day state holds until anything is edited; what the same unit of work edits does not count."""
    seen = store.day_state(CITY, TUESDAY).catalog_version
    place = example.place("P009", name="駅", lat=36.3, lon=139.8)
    with store.writing() as work:
        first = work.claim_day(CITY, TUESDAY, expected_version=0, catalog_version=seen)
        work.save(place)
        work.claim_day(CITY, TUESDAY, expected_version=first, catalog_version=seen)
    assert store.day_state(CITY, TUESDAY).catalog_version == store.stamp(CITY, TUESDAY).catalog_version == seen + 1
    for stale in (seen, seen + 2):
        with pytest.raises(Conflict, match="day_changed"), store.writing() as work:
            work.claim_day(CITY, TUESDAY, expected_version=2, catalog_version=stale)


def test_a_day_is_leased_to_one_until_the_lease_has_run_out(store: Store) -> None:
    """Whoever has it may renew it; another gets it a second after its end, or as soon as it is given back."""
    start, end = datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 9, 1, tzinfo=UTC)

    def takes(owner: str, *, now: datetime, day: date = TUESDAY) -> bool:
        with store.writing() as work:
            return work.take_lease(CITY, day, owner=owner, now=now, until=now + timedelta(minutes=1))

    assert takes("first", now=start)
    assert not takes("second", now=start)
    assert takes("second", now=start, day=TUESDAY + timedelta(days=1)), "another day is another lease"
    assert takes("first", now=start)
    assert not takes("second", now=end)
    assert takes("second", now=end + timedelta(seconds=1))
    with store.writing() as work:
        work.give_back_lease(CITY, TUESDAY, owner="first")
    assert not takes("first", now=end + timedelta(seconds=2)), "only its owner gives a lease back"
    with store.writing() as work:
        work.give_back_lease(CITY, TUESDAY, owner="second")
    assert takes("first", now=end + timedelta(seconds=2))


def test_the_days_anybody_has_touched_come_with_their_versions(store: Store, example: Example) -> None:
    """A day at version 0 is not told of, nor one before the first asked for."""
    assert store.day_versions(CITY, since=TUESDAY) == ()
    example.book(store, expected_version=0)
    with store.writing() as work:
        work.claim_day(CITY, SUNDAY, expected_version=0)
    assert store.day_versions(CITY, since=TUESDAY) == ((TUESDAY, 1), (SUNDAY, 1))
    assert store.day_versions(CITY, since=SUNDAY) == ((SUNDAY, 1),)


def test_one_unit_of_work_may_claim_twice_and_other_days_stay_put(store: Store) -> None:
    """0 → 1 → 2 on Tuesday; Wednesday stays at 0."""
    with store.writing() as work:
        first = work.claim_day(CITY, TUESDAY, expected_version=0)
        assert work.claim_day(CITY, TUESDAY, expected_version=first) == 2
    assert store.day_version(CITY, TUESDAY) == 2
    assert store.day_version(CITY, TUESDAY + timedelta(days=1)) == 0


def test_an_offer_becomes_one_reservation(store: Store, example: Example) -> None:
    """The second acceptance of the same offer is a conflict and leaves nothing."""
    with store.writing() as work:
        request = example.request(work)
        (offer,) = work.add_offers([example.offer(request)])
        booked = work.add_reservation(example.reservation(request), offer_id=offer.id)
    with pytest.raises(Conflict) as caught, store.writing() as work:
        work.add_reservation(example.reservation(request), offer_id=offer.id)
    assert caught.value.code == "offer_taken"
    assert store.reservations(CITY, TUESDAY) == (booked,)


def test_a_change_takes_its_offer_too(store: Store, example: Example) -> None:
    """Replacing a reservation with an offer's promise uses the offer up; the reservation keeps its number."""
    booked = example.book(store, expected_version=0)
    later = replace(example.promise, pickup_earliest_s=32_700)
    with store.writing() as work:
        request = example.request(work)
        (offer,) = work.add_offers([replace(example.offer(request), promise=later, change_of=booked.id)])
        work.replace_reservation(replace(booked, promise=later), offer_id=offer.id)
    assert store.offer(offer.id).change_of == booked.id
    assert store.reservations(CITY, TUESDAY) == (replace(booked, promise=later),)
    with pytest.raises(Conflict), store.writing() as work:
        work.replace_reservation(booked, offer_id=offer.id)
    assert store.reservation(booked.id).promise == later


def test_a_unit_of_work_that_fails_leaves_nothing(store: Store, example: Example) -> None:
    """Version, requests, offers, reservations, plan, journal, catalogue and rules are all as before."""
    booked = example.book(store, expected_version=0)
    before = (store.day_state(CITY, TUESDAY), store.journal(CITY, TUESDAY), store.requests(CITY, TUESDAY))
    rider = store.rider(CITY, "R0001")

    def write_everything_then_stop(work: UnitOfWork) -> None:
        request = example.request(work)
        (offer,) = work.add_offers([example.offer(request)])
        version = work.claim_day(CITY, TUESDAY, expected_version=1)
        work.add_reservation(example.reservation(request), offer_id=offer.id)
        work.replace_reservation(replace(booked, state=ReservationState.CANCELLED))
        work.publish_plan(example.plan(version))
        work.journal(example.entry(version=version, kind="accepted"))
        work.save_guest(request.id, Guest(name="客", kana="きゃく", phone="090"))
        work.move_vouchers(service_id=CITY, rider_id="R0001", change=9, reservation_id=0, at=example.moment)
        work.save(example.place("P009", name="駅", lat=36.3, lon=139.8))
        work.remove(rider)
        raise Stopped(request.id)

    with pytest.raises(Stopped) as stopped, store.writing() as work:
        write_everything_then_stop(work)
    (request_id,) = stopped.value.args
    assert before == (store.day_state(CITY, TUESDAY), store.journal(CITY, TUESDAY), store.requests(CITY, TUESDAY))
    assert store.offers(request_id) == ()
    assert store.voucher_balance(CITY, "R0001") == 0
    assert [place.id for place in store.places(CITY)] == ["P001", "P002"]
    assert store.rider(CITY, "R0001").kana == "たかさき はなこ"
    with pytest.raises(NotFound):
        store.guest(request_id)


def test_reading_sees_committed_states_only(store: Store, example: Example) -> None:
    """Inside an open unit of work every reading still shows the state before it, on both stores alike."""
    with store.writing() as work:
        work.claim_day(CITY, TUESDAY, expected_version=0)
        request = example.request(work)
        assert store.day_version(CITY, TUESDAY) == 0
        assert store.requests(CITY, TUESDAY) == ()
        with pytest.raises(NotFound):
            store.request(request.id)
    assert store.day_version(CITY, TUESDAY) == 1
    assert store.request(request.id) == request


def test_a_plan_is_stored_only_with_a_clean_proof(store: Store, example: Example) -> None:
    """Violations, a version not claimed here, or a digest of other routes: refused, nothing stored."""
    honest = example.plan(1, example.route(1))

    def claim_and_publish(work: UnitOfWork, plan: Plan) -> None:
        work.claim_day(CITY, TUESDAY, expected_version=0)
        work.publish_plan(plan)

    cases = (
        (example.plan(1, violations=("ride 3 min over",)), "plan_violations"),
        (example.plan(2), "plan_not_claimed"),
        (replace(honest, digest=example.plan(1).digest), "plan_digest_wrong"),
    )
    for plan, code in cases:
        with pytest.raises(PlanRejected) as caught, store.writing() as work:
            claim_and_publish(work, plan)
        assert caught.value.code == code
    with pytest.raises(PlanRejected), store.writing() as work:
        work.publish_plan(example.plan(0))
    assert store.day_state(CITY, TUESDAY).plan == empty_plan(service_id=CITY, day=TUESDAY)
    with pytest.raises(NotFound):
        store.plan(CITY, TUESDAY, 1)


def test_every_plan_version_stays_readable(store: Store, example: Example) -> None:
    """Versions share equal routes and come back exactly as published; a version without a plan keeps the last one."""
    shared, other = example.route(1), replace(example.route(2), shift_id="S2")
    first, second = example.plan(1, shared), example.plan(2, shared, other)
    for plan in (first, second):
        with store.writing() as work:
            work.claim_day(CITY, TUESDAY, expected_version=plan.version - 1)
            work.publish_plan(plan)
    with store.writing() as work:
        work.claim_day(CITY, TUESDAY, expected_version=2)
    assert store.plan(CITY, TUESDAY, 1) == first
    assert store.day_state(CITY, TUESDAY).plan == second


def test_cancelled_reservations_leave_the_day_state_only(store: Store, example: Example) -> None:
    """The day state shows booked, executed and no-show; the full list also the cancelled and those that wait."""
    ids = [example.book(store, expected_version=version).id for version in range(len(ReservationState))]
    for number, reached in zip(ids, ReservationState, strict=True):
        with store.writing() as work:
            work.claim_day(CITY, TUESDAY, expected_version=store.day_version(CITY, TUESDAY))
            work.replace_reservation(
                replace(store.reservation(number), state=reached, promise_state=PromiseState.RELEASED)
            )
    assert [r.id for r in store.reservations(CITY, TUESDAY)] == ids
    assert store.reservations_of_rider(CITY, "R0001", TUESDAY) == store.reservations(CITY, TUESDAY)
    shown = {r.state for r in store.day_state(CITY, TUESDAY).reservations}
    assert shown == set(ReservationState) - {ReservationState.CANCELLED, ReservationState.WAITING}


def test_the_journal_is_one_chain_a_day(store: Store, example: Example) -> None:
    """Entries of two days interleave in time, yet each day's chain is whole and starts at 1."""
    other = TUESDAY + timedelta(days=1)
    for version in (1, 2, 3):
        with store.writing() as work:
            work.journal(example.entry(version=version, kind="accepted", reservation_id=version))
            work.journal(example.entry(version=version, kind="replanned", day=other))
    for day in (TUESDAY, other):
        chain = store.journal(CITY, day)
        assert [record.seq for record in chain.records] == [1, 2, 3]
        assert verify_chain(chain) == ()
    assert verify_chain(store.journal(CITY, SUNDAY)) == ()


def test_outcomes_of_requests_are_kept_also_of_those_refused(store: Store, example: Example) -> None:
    """Open becomes abandoned with its code; a refused one is stored with its code at once."""
    with store.writing() as work:
        opened = example.request(work)
        refused = work.add_request(example.wish(), asked_at=example.moment, outcome=Outcome.REFUSED, code="no_vehicle")
    with store.writing() as work:
        work.set_outcome(opened.id, outcome=Outcome.ABANDONED, code="caller_hung_up", at=example.moment)
    kept = {(r.id, r.outcome, r.outcome_code) for r in store.requests(CITY, TUESDAY)}
    assert kept == {
        (opened.id, Outcome.ABANDONED, "caller_hung_up"),
        (refused.id, Outcome.REFUSED, "no_vehicle"),
    }
    assert store.request(refused.id) == refused


def test_offers_come_back_by_rank_with_their_numbers(store: Store, example: Example) -> None:
    """Stored in any order, read by rank; each by its own number too."""
    with store.writing() as work:
        request = example.request(work)
        third, first, second = work.add_offers([example.offer(request, rank=rank) for rank in (3, 1, 2)])
    assert len({third.id, first.id, second.id}) == 3
    assert store.offers(request.id) == (first, second, third)
    assert store.offer(second.id) == second


def test_what_was_asked_and_offered_is_found_by_rider_and_day(store: Store, example: Example) -> None:
    """Requests of one rider on one day by what became of them; the last expiry of each request's offers, if any."""
    with store.writing() as work:
        first, second, bare = (example.request(work) for _ in range(3))
        later = example.moment + timedelta(minutes=10)
        work.add_offers([example.offer(first), replace(example.offer(first, rank=2), expires_at=later)])
        work.add_offers([example.offer(second)])
    rider = first.wish.rider_id
    assert store.requests_of_rider(CITY, rider, TUESDAY, outcome=Outcome.OPEN, code="") == (first, second, bare)
    assert store.requests_of_rider(CITY, rider, TUESDAY, outcome=Outcome.OPEN, code="other") == ()
    assert store.requests_of_rider(CITY, rider, TUESDAY, outcome=Outcome.ABANDONED, code="") == ()
    assert store.requests_of_rider(CITY, NO_RIDER, TUESDAY, outcome=Outcome.OPEN, code="") == ()
    assert store.requests_of_rider(CITY, rider, SUNDAY, outcome=Outcome.OPEN, code="") == ()
    assert store.offered_until(CITY, TUESDAY) == {first.id: later, second.id: example.moment}
    assert store.offered_until(CITY, SUNDAY) == {}


def test_a_guest_is_kept_apart_from_the_request(store: Store, example: Example) -> None:
    """Name and phone are found by the request's number; a request without a guest has none."""
    guest = Guest(name="𠮷田 太郎", kana="よしだ たろう", phone="090-1111-2222")
    with store.writing() as work:
        asked, other = example.request(work), example.request(work)
        work.save_guest(asked.id, guest)
    assert store.guest(asked.id) == guest
    with pytest.raises(NotFound) as caught:
        store.guest(other.id)
    assert caught.value.code == "unknown_guest"


def test_what_a_request_says_can_be_erased(store: Store, example: Example) -> None:
    """Wish and code are overwritten, the guest is forgotten once; all else stays, and so do other requests."""
    with store.writing() as work:
        asked, other = (
            work.add_request(example.wish(), asked_at=example.moment, outcome=Outcome.BOOKED, code="入院のため")
            for _ in range(2)
        )
        for request in (asked, other):
            work.save_guest(request.id, Guest(name="客", kana="きゃく", phone="090"))
    with store.writing() as work:
        work.replace_request(replace(asked, wish=replace(asked.wish, call_id="gone"), outcome_code=""))
        assert [work.forget_guest(asked.id) for _ in range(2)] == [True, False]
    assert store.request(asked.id) == replace(asked, wish=replace(asked.wish, call_id="gone"), outcome_code="")
    assert (store.request(other.id), store.guest(other.id).phone) == (other, "090")
    with pytest.raises(NotFound) as caught:
        store.guest(asked.id)
    assert caught.value.code == "unknown_guest"
    with pytest.raises(NotFound) as caught, store.writing() as work:
        work.replace_request(replace(asked, id=99_999))
    assert caught.value.code == "unknown_request"


def test_days_and_riders_are_found_by_what_was_asked(store: Store, example: Example) -> None:
    """Days before a date in order, each once; riders from a date on, without guests; nothing of other services."""
    monday, wednesday = TUESDAY - timedelta(days=1), TUESDAY + timedelta(days=1)
    asked = ((wednesday, "R3"), (monday, "R1"), (TUESDAY, "R2"), (TUESDAY, "R2"), (TUESDAY, NO_RIDER))
    with store.writing() as work:
        for day, rider_id in asked:
            wish = replace(example.wish(), date=day, rider_id=rider_id)
            work.add_request(wish, asked_at=example.moment, outcome=Outcome.REFUSED)
    assert store.days_asked_for(CITY, before=wednesday) == (monday, TUESDAY)
    assert store.days_asked_for(CITY, before=monday) == store.days_asked_for("elsewhere", before=wednesday) == ()
    assert store.riders_since(CITY, TUESDAY) == {"R2", "R3"}
    assert store.riders_since("elsewhere", monday) == frozenset()


def test_vouchers_are_a_ledger(store: Store, example: Example) -> None:
    """12 given, 2 used, 1 returned: 11; other riders have none."""
    for change in (12, -2, 1):
        with store.writing() as work:
            work.move_vouchers(service_id=CITY, rider_id="R0001", change=change, reservation_id=0, at=example.moment)
    assert store.voucher_balance(CITY, "R0001") == 11
    assert store.voucher_balance(CITY, "R0002") == 0
    assert store.voucher_balance("elsewhere", "R0001") == 0


def test_vouchers_never_fall_below_zero(store: Store, example: Example) -> None:
    """Of two given, three cannot be used, at once or one by one in one unit of work; giving back is always taken."""

    def move(work: UnitOfWork, *changes: int) -> None:
        for change in changes:
            work.move_vouchers(service_id=CITY, rider_id="R0001", change=change, reservation_id=0, at=example.moment)

    for changes in ((-1,), (2, -3), (2, -1, -1, -1)):
        with pytest.raises(Conflict) as caught, store.writing() as work:
            move(work, *changes)
        assert caught.value.code == "vouchers_changed"
        assert store.voucher_balance(CITY, "R0001") == 0
    with store.writing() as work:
        move(work, 2, -2, 1)
    assert store.voucher_balance(CITY, "R0001") == 1


def test_the_same_state_is_returned_until_something_changes(store: Store, example: Example) -> None:
    """Equal stamps give the very same object; a booking, a catalogue edit or new rules give a new one."""
    first = store.day_state(CITY, TUESDAY)
    assert store.day_state(CITY, TUESDAY) is first
    example.book(store, expected_version=0)
    second = store.day_state(CITY, TUESDAY)
    assert second.version == 1
    with store.writing() as work:
        work.save(example.shift("S2"))
    assert [shift.shift_id for shift in store.day_state(CITY, TUESDAY).shifts] == ["S1", "S2"]
    edition = store.catalog_version(CITY)
    with store.writing() as work:
        work.save_rules(CITY, example.rules.model_copy(update={"effective_from": date(2026, 11, 1)}))
    assert store.catalog_version(CITY) == store.stamp(CITY, TUESDAY).catalog_version == edition + 1
    assert store.day_state(CITY, TUESDAY).rules.effective_from == date(2026, 11, 1)


def test_what_does_not_exist_is_named(store: Store, example: Example) -> None:
    """Every reading or writing by an unknown number raises NotFound with the noun in its code."""
    readings = (
        (lambda: store.request(99), "unknown_request"),
        (lambda: store.offer(99), "unknown_offer"),
        (lambda: store.reservation(99), "unknown_reservation"),
        (lambda: store.plan(CITY, TUESDAY, 99), "unknown_plan"),
        (lambda: store.service("elsewhere"), "unknown_service"),
    )
    for read, code in readings:
        with pytest.raises(NotFound) as caught:
            read()
        assert caught.value.code == code
    booked = example.book(store, expected_version=0)
    request = store.request(booked.request_id)
    writings = (
        (lambda work: work.set_outcome(99, outcome=Outcome.EXPIRED, at=example.moment), "unknown_request"),
        (lambda work: work.add_offers([replace(example.offer(request), request_id=99)]), "unknown_request"),
        (lambda work: work.save_guest(99, Guest(name="", kana="", phone="")), "unknown_request"),
        (lambda work: work.add_reservation(booked, offer_id=99), "unknown_offer"),
        (lambda work: work.replace_reservation(replace(booked, id=99)), "unknown_reservation"),
    )
    for write, code in writings:
        with pytest.raises(NotFound) as caught, store.writing() as work:
            write(work)
        assert caught.value.code == code
