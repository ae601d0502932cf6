"""The main flow: a call becomes offers, an offer becomes a promise, and the plan keeps it."""

from __future__ import annotations

import json
from itertools import pairwise

from dispatch.model.plan import PlanReason, Task
from dispatch.model.times import clock_text, parse_clock
from dispatch.model.wish import Outcome
from tests.scenarios.town import SERVICE, TUESDAY, Town


def test_a_call_becomes_a_promise_that_the_plan_keeps(town: Town) -> None:
    """R1 asks for the clinic after nine: the first offer is 9:00 to 9:15, and the plan boards inside that window."""
    reservation = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    assert clock_text(reservation.promise.pickup_earliest_s) == "9:00"
    assert clock_text(reservation.promise.pickup_latest_s) == "9:15"
    plan = town.desk.plan(service_id=SERVICE, day=TUESDAY)
    visits = [visit for route in plan.routes for visit in route.visits]
    assert [(visit.reservation_id, visit.task) for visit in visits] == [
        (reservation.id, Task.BOARD),
        (reservation.id, Task.ALIGHT),
    ]
    assert reservation.promise.pickup_earliest_s <= visits[0].start_s <= reservation.promise.pickup_latest_s
    assert visits[1].start_s <= reservation.promise.arrival_latest_s


def test_the_latest_arrival_follows_from_the_longest_ride(town: Town) -> None:
    """Depot to clinic is 4 km, 480 s: longest ride 480 × 1.5 + 600 = 1,320 s, so from 9:15 + 60 s boarding: 9:38.

    It is said as 9:40, the next multiple of five minutes; the longest ride itself stays as it is.
    """
    promise = town.offered(town.wish("R1", origin="depot", destination="clinic", after="9:00")).offers[0].promise
    assert abs(promise.ride_max_s - 1320) <= 15, "the grid is straight to within 1 %"
    assert promise.arrival_latest_s == parse_clock("9:40")


def test_arrive_by_is_a_promise_to_be_there_by_then(town: Town) -> None:
    """R1 must be at the clinic by 10:00; the first offer promises it, with room for the longest ride."""
    offer = town.offered(town.wish("R1", origin="depot", destination="clinic", by="10:00")).offers[0]
    assert offer.promise.arrival_latest_s <= parse_clock("10:00")
    assert offer.promise.pickup_latest_s + 60 + offer.promise.ride_max_s <= parse_clock("10:00")


def test_offers_respect_the_wish_first_then_come_by_closeness_and_do_not_overlap(town: Town) -> None:
    """With an empty day the offers around 10:00 are 10:00, then 15 minutes later and 15 minutes later again.

    9:45 is as close to ten as 10:15, but nobody who cannot leave before ten is asked to while later ones are free.
    """
    offers = town.offered(town.wish("R1", origin="depot", destination="clinic", after="10:00")).offers
    assert [clock_text(offer.promise.pickup_earliest_s) for offer in offers] == ["10:00", "10:15", "10:30"]
    assert [offer.rank for offer in offers] == [1, 2, 3]
    for one, other in pairwise(sorted(offers, key=lambda offer: offer.promise.pickup_earliest_s)):
        assert one.promise.pickup_latest_s <= other.promise.pickup_earliest_s


def test_windows_start_on_multiples_of_the_rounding(town: Town) -> None:
    """A wish for 10:02 is offered from 10:05 on: nobody promises 10:02 on the telephone."""
    offer = town.offered(town.wish("R1", origin="depot", destination="clinic", after="10:02")).offers[0]
    assert clock_text(offer.promise.pickup_earliest_s) == "10:05"


def test_an_offer_reserves_nothing(town: Town) -> None:
    """Asking leaves the request and its offers behind; the day and its plan stay as they were."""
    proposal = town.offered(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    assert proposal.request.outcome is Outcome.OPEN
    assert town.store.offers(proposal.request.id) == proposal.offers
    assert town.desk.day_state(service_id=SERVICE, day=TUESDAY).version == 0


def test_what_is_accepted_is_in_the_plan_the_journal_and_the_request(town: Town) -> None:
    """One transaction: plan version 1 with its proof, one journal row, and the request booked."""
    reservation = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    plan = town.desk.plan(service_id=SERVICE, day=TUESDAY)
    assert (plan.version, plan.reason, plan.proof.visits_checked) == (1, PlanReason.ACCEPTED, 2)
    entries = [json.loads(record.body) for record in town.store.journal(SERVICE, TUESDAY).records]
    assert [(entry["kind"], entry["version"]) for entry in entries] == [("accepted", 1)]
    assert town.store.request(reservation.request_id).outcome is Outcome.BOOKED


def test_two_riders_share_a_ride_when_it_fits(town: Town) -> None:
    """Three riders from the station to the clinic around the same time: one taxi of four seats carries them all."""
    for rider in ("R1", "R2", "R3"):
        town.book(town.wish(rider, origin="station", destination="clinic", after="9:00"))
    plan = town.desk.plan(service_id=SERVICE, day=TUESDAY)
    assert len(plan.routes) == 1
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_vouchers_are_used_at_booking(town: Town) -> None:
    """A rider with one voucher left rides free and has none afterwards; the next trip costs 300 yen."""
    with town.store.writing() as work:
        work.move_vouchers(service_id=SERVICE, rider_id="R1", change=1, reservation_id=0, at=town.clock.now())
    first = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    second = town.book(town.wish("R1", origin="clinic", destination="home", after="14:00"))
    assert [(trip.fare_yen, trip.vouchers) for trip in (first, second)] == [(0, 1), (300, 0)]
    assert town.store.voucher_balance(SERVICE, "R1") == 0
