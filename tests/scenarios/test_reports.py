"""Reports from the road: what counts, what contradicts, what is refused, and what becomes of the promise."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from dispatch.model.errors import RuleRefused
from dispatch.model.plan import Task
from dispatch.model.promise import ConsentReason, PromiseState
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.stop_event import EventKind
from dispatch.model.times import parse_clock, to_moment
from dispatch.moves.move import Lock
from dispatch.progress.promises import Standing, Why
from dispatch.progress.reports import EventForm, Recorded
from dispatch.store.memory import MemoryStore
from tests.scenarios.reporting import (
    alighted,
    arrived,
    at_clock,
    boarded,
    no_show,
    reported,
    tap,
    undone,
    words,
)
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, TWO_TAXIS, Town, open_town, town_rules


@pytest.fixture
def town() -> Town:
    """One taxi, so that every trip is on shift S1."""
    return open_town(MemoryStore(), rules=town_rules(), layouts=TWO_TAXIS[:1])


@pytest.fixture
def trip(town: Town) -> Reservation:
    """Depot to the clinic (4 km, 8 min), promised 9:00 to 9:15, arriving by 9:40; the clock stands at 10:00."""
    booked = town.book(town.wish("R0", origin="depot", destination="clinic", after="9:00"))
    at_clock(town, "10:00")
    return booked


def stored(town: Town, trip: Reservation) -> tuple[ReservationState, PromiseState]:
    now = town.store.reservation(trip.id)
    return now.state, now.promise_state


def test_a_trip_in_time_is_executed_and_kept(town: Town, trip: Reservation) -> None:
    """At the door 9:10, at the drop 9:20: both inside the promise."""
    taps = (
        arrived(trip, "9:10"),
        boarded(trip, "9:11"),
        arrived(trip, "9:20", task=Task.ALIGHT),
        alighted(trip, "9:21"),
    )
    assert words(town, *taps) == ["recorded"] * 4
    assert stored(town, trip) == (ReservationState.EXECUTED, PromiseState.KEPT)


def test_a_promise_whose_time_is_over_is_not_on_course(town: Town, trip: Reservation) -> None:
    """Until 9:40 the plan is taken as what happens; after that nobody knows, and the ledger says so until told."""
    for clock, standing, why in (
        ("9:40", Standing.OPEN, Why.ON_COURSE),
        ("9:41", Standing.UNREPORTED, Why.UNREPORTED),
    ):
        at_clock(town, clock)
        (entry,) = town.desk.promises(service_id=SERVICE, day=TUESDAY)
        assert (entry.standing, entry.why) == (standing, why)
    reported(town, boarded(trip, "9:05"), alighted(trip, "9:15"))
    (entry,) = town.desk.promises(service_id=SERVICE, day=TUESDAY)
    assert (entry.standing, entry.why) == (Standing.KEPT, Why.IN_TIME)


def test_when_the_day_is_over_nothing_is_at_risk_any_more(town: Town, trip: Reservation) -> None:
    """The taxi reported another trip, and never this one: late as long as the day runs, then it is not known."""
    other = town.book(town.wish("R1", origin="station", destination="market", after="14:00"))
    reported(town, tap(EventKind.DEPARTED, trip, "8:50"))
    for clock, standing in (("16:00", Standing.AT_RISK), ("30:00", Standing.UNREPORTED)):
        at_clock(town, clock)
        ledger = town.desk.promises(service_id=SERVICE, day=TUESDAY)
        assert {one.trip.id: one.standing for one in ledger} == {trip.id: standing, other.id: standing}


def test_at_the_door_too_late_is_a_breach_declared_at_once(town: Town, trip: Reservation) -> None:
    """At the door at 9:17, two minutes after the window: breached by what was driven, with the seconds."""
    reported(town, arrived(trip, "9:17"))
    assert stored(town, trip) == (ReservationState.BOOKED, PromiseState.BREACHED)
    last = json.loads(town.store.journal(SERVICE, TUESDAY).records[-1].body)
    ids = dict(last["ids"])
    assert (last["kind"], ids["cause"], ids["pickup_late_s"], ids["arrival_late_s"]) == ("breached", "driven", 120, 0)


def test_a_late_drop_is_a_breach_though_the_pick_up_was_in_time(town: Town, trip: Reservation) -> None:
    """Stopped at the drop one second after the latest arrival."""
    late = to_moment(TUESDAY, trip.promise.arrival_latest_s + 1)
    stop = EventForm(
        event_id="late",
        kind=EventKind.ARRIVED,
        shift_id="S1",
        tapped_at=late,
        reservation_id=trip.id,
        task=Task.ALIGHT,
    )
    assert words(town, boarded(trip, "9:10"), stop, alighted(trip, "9:50")) == ["recorded"] * 3
    assert stored(town, trip) == (ReservationState.EXECUTED, PromiseState.BREACHED)


def test_a_no_show_releases_the_promise_and_the_seat(town: Town, trip: Reservation) -> None:
    """The vehicle was there in time, nobody came: the trip needs no vehicle any more."""
    reported(town, arrived(trip, "9:05"), no_show(trip, "9:16"))
    assert stored(town, trip) == (ReservationState.NO_SHOW, PromiseState.RELEASED)
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_a_no_show_at_a_door_reached_too_late_is_our_breach(town: Town, trip: Reservation) -> None:
    """The rider had gone by 9:20; the window ended at 9:15."""
    reported(town, arrived(trip, "9:20"), no_show(trip, "9:21"))
    assert stored(town, trip) == (ReservationState.NO_SHOW, PromiseState.BREACHED)


def test_a_no_show_before_the_window_counts_for_nothing(town: Town, trip: Reservation) -> None:
    """Nobody has to be at the door before 9:00."""
    assert words(town, no_show(trip, "8:58")) == ["too_early"]
    assert stored(town, trip) == (ReservationState.BOOKED, PromiseState.OPEN)


def test_alighted_before_boarded_is_kept_marked_and_harmless(town: Town, trip: Reservation) -> None:
    """It stays in the list and in the journal, and changes nothing; it counts once the boarding is known."""
    drop = alighted(trip, "9:21")
    assert words(town, drop) == ["not_boarded"]
    assert stored(town, trip) == (ReservationState.BOOKED, PromiseState.OPEN)
    last = json.loads(town.store.journal(SERVICE, TUESDAY).records[-1].body)
    assert (last["kind"], dict(last["ids"])["contradicts"]) == ("reported", "not_boarded")
    assert words(town, boarded(trip, "9:11")) == ["recorded"]
    assert stored(town, trip) == (ReservationState.EXECUTED, PromiseState.KEPT)


def test_a_tap_in_the_future_counts_for_nothing(town: Town, trip: Reservation) -> None:
    """It is 10:00; two minutes ahead are forgiven, three are not."""
    assert words(town, boarded(trip, "10:03")) == ["future"]
    assert words(town, boarded(trip, "10:02")) == ["recorded"]


def test_a_tap_on_another_day_counts_for_nothing(town: Town, trip: Reservation) -> None:
    """The driver taps on the page of tomorrow, or of yesterday: nobody has been driven, and the promise stands."""
    at_clock(town, "10:00")
    evening_before = to_moment(TUESDAY, -3600)
    early = [replace(form, tapped_at=evening_before) for form in (boarded(trip, "9:05"), alighted(trip, "9:15"))]
    assert words(town, *early) == ["other_day", "other_day"]
    assert stored(town, trip) == (ReservationState.BOOKED, PromiseState.OPEN)
    town.clock.set(to_moment(TUESDAY, parse_clock("30:00") + 3600))
    late = replace(boarded(trip, "9:05"), tapped_at=town.clock.now())
    assert words(town, late) == ["other_day"]
    assert stored(town, trip) == (ReservationState.BOOKED, PromiseState.OPEN)


def test_a_clock_that_is_wrong_by_hours_counts_for_nothing(town: Town, trip: Reservation) -> None:
    """The phone says 7:00 when it is 10:00; nine minutes are forgiven."""
    assert words(town, boarded(trip, "9:10"), clock_off_s=3 * 3600) == ["clock_off"]
    assert stored(town, trip) == (ReservationState.BOOKED, PromiseState.OPEN)
    assert words(town, boarded(trip, "9:11"), clock_off_s=9 * 60) == ["recorded"]


def test_a_visit_of_another_vehicle_counts_for_nothing() -> None:
    """Two taxis; the trip is on one of them, the other one reports it."""
    town = open_town(MemoryStore(), rules=town_rules())
    booked = town.book(town.wish("R0", origin="depot", destination="clinic", after="9:00"))
    at_clock(town, "10:00")
    (route,) = town.desk.plan(service_id=SERVICE, day=TUESDAY).routes
    other = {"S1": "S2", "S2": "S1"}[route.shift_id]
    assert words(town, boarded(booked, "9:10", shift=other)) == ["other_vehicle"]
    assert words(town, boarded(booked, "9:10", shift=route.shift_id)) == ["recorded"]


def test_a_trip_that_was_called_off_counts_for_nothing(town: Town) -> None:
    """Cancelled in the evening; the driver's old sheet still had it."""
    booked = town.book(town.wish("R0", origin="depot", destination="clinic", after="9:00"))
    town.desk.cancel(reservation_id=booked.id, actor=OPERATOR, reason="")
    at_clock(town, "10:00")
    assert words(town, boarded(booked, "9:10")) == ["called_off"]


def test_what_is_unknown_is_refused_and_the_rest_of_the_batch_is_taken(town: Town, trip: Reservation) -> None:
    """One wrong number does not hold up the others; nothing of it is kept."""
    wrong = EventForm(
        event_id="x",
        kind=EventKind.BOARDED,
        shift_id="S1",
        tapped_at=to_moment(TUESDAY, parse_clock("9:10")),
        reservation_id=999,
    )
    assert words(town, wrong, boarded(trip, "9:10")) == ["unknown_visit", "recorded"]
    assert words(town, boarded(trip, "9:10", shift="S9")) == ["shift_not_on_duty"]
    state = town.desk.day_state(service_id=SERVICE, day=TUESDAY)
    assert [event.reservation_id for event in state.events] == [trip.id]


def test_a_report_without_what_it_is_about_is_refused(town: Town, trip: Reservation) -> None:
    """A position without coordinates, an odometer without metres."""
    at = to_moment(TUESDAY, parse_clock("9:10"))
    for kind in (EventKind.POSITION, EventKind.ODOMETER, EventKind.UNDONE, EventKind.BOARDED):
        assert words(town, EventForm(event_id="x", kind=kind, shift_id="S1", tapped_at=at)) == ["event_incomplete"]


def test_a_repeated_report_is_answered_alike_and_does_nothing(town: Town, trip: Reservation) -> None:
    """The same id again: the same answer, no new version, no new line in the journal."""
    tapped = boarded(trip, "9:10")
    reported(town, tapped)
    before = town.store.journal(SERVICE, TUESDAY)
    assert reported(town, tapped) == (Recorded(event_id=tapped.event_id, repeated=True),)
    assert town.store.journal(SERVICE, TUESDAY) == before
    assert words(town, boarded(trip, "9:12", event_id=tapped.event_id)) == ["event_id_reused"]


def test_a_mistake_is_taken_back_by_another_report(town: Town, trip: Reservation) -> None:
    """No-show tapped by mistake: taken back, the trip stands again, and it can be boarded."""
    mistake = no_show(trip, "9:05")
    reported(town, mistake)
    assert stored(town, trip)[0] is ReservationState.NO_SHOW
    assert words(town, undone(mistake, "9:06")) == ["recorded"]
    assert stored(town, trip) == (ReservationState.BOOKED, PromiseState.OPEN)
    assert words(town, boarded(trip, "9:07")) == ["recorded"]


def test_taking_back_what_was_never_reported_counts_for_nothing(town: Town, trip: Reservation) -> None:
    """The id is kept: should the report still arrive, it is taken back then."""
    tapped = boarded(trip, "9:10")
    assert words(town, undone(tapped, "9:11")) == ["nothing_to_undo"]
    reported(town, tapped)
    assert stored(town, trip) == (ReservationState.BOOKED, PromiseState.OPEN)
    assert town.desk.day_state(service_id=SERVICE, day=TUESDAY).events[0].event_id == tapped.event_id


def test_what_was_taken_back_stays_so(town: Town, trip: Reservation) -> None:
    """Taking the taking back back is said to be impossible: nothing will come of it later."""
    tapped = boarded(trip, "9:05")
    gone = undone(tapped, "9:06")
    assert words(town, tapped, gone, undone(gone, "9:07")) == ["recorded", "recorded", "undoes_undone"]
    assert stored(town, trip) == (ReservationState.BOOKED, PromiseState.OPEN)


def test_boarding_twice_and_arriving_after_boarding_change_nothing(town: Town, trip: Reservation) -> None:
    """The first report of a thing counts; what comes after it in time has been overtaken."""
    taps = (boarded(trip, "9:10"), boarded(trip, "9:12"), arrived(trip, "9:13"), no_show(trip, "9:14"))
    assert words(town, *taps) == ["recorded", "already", "already", "already"]


@pytest.mark.parametrize(
    ("taps", "code"),
    [
        ([EventKind.BOARDED], "trip_under_way"),
        ([EventKind.BOARDED, EventKind.ALIGHTED], "trip_over"),
        ([EventKind.NO_SHOW], "trip_over"),
    ],
)
def test_what_has_begun_cannot_be_cancelled_or_moved(
    town: Town, trip: Reservation, taps: list[EventKind], code: str
) -> None:
    """Aboard, driven, or given up: the desk is told which, and nothing changes."""
    reported(town, *(tap(kind, trip, f"9:1{minute}") for minute, kind in enumerate(taps)))
    before = town.store.reservation(trip.id)
    with pytest.raises(RuleRefused, match=code):
        town.desk.cancel(reservation_id=trip.id, actor=OPERATOR, reason="")
    with pytest.raises(RuleRefused, match=code):
        town.desk.try_move(service_id=SERVICE, day=TUESDAY, move=Lock(reservation_id=trip.id))
    assert town.store.reservation(trip.id) == before


def test_an_odometer_never_goes_back(town: Town, trip: Reservation) -> None:
    """12,000 km, then 11,000 km: the second reading counts for nothing."""
    at = to_moment(TUESDAY, parse_clock("9:10"))
    readings = [
        EventForm(event_id=f"o{n}", kind=EventKind.ODOMETER, shift_id="S1", tapped_at=at, odometer_m=km * 1000)
        for n, km in enumerate((12_000, 11_000))
    ]
    assert words(town, *readings) == ["recorded", "odometer_back"]


def test_another_promise_carries_the_riders_consent(town: Town) -> None:
    """Who said yes, when, why, and to what instead of what: on the reservation and, by code, in the journal."""
    old = town.book(town.wish("R0", origin="depot", destination="clinic", after="9:00"))
    form = town.wish("R0", origin="depot", destination="clinic", after="11:00")
    offer = town.desk.propose_change(reservation_id=old.id, form=form).offers[0]
    town.desk.accept(offer_id=offer.id, actor=replace(OPERATOR, on_behalf_of="family"))
    (given,) = town.store.reservation(old.id).consents
    assert (given.given_by, given.given_at, given.reason) == ("family", town.clock.now(), ConsentReason.WISH)
    assert given.replaced == old.promise
    last = json.loads(town.store.journal(SERVICE, TUESDAY).records[-1].body)
    assert (last["kind"], dict(last["ids"])["consent"]) == ("changed", "family")
