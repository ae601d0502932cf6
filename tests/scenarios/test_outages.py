"""A vehicle leaves the road: what it did stays, who was aboard is fetched where it stands, breaches are the least."""

from __future__ import annotations

import json

import pytest

from dispatch.model.catalog import Vehicle
from dispatch.model.errors import Conflict, InvalidInput, NotFound, RuleRefused
from dispatch.model.plan import Task
from dispatch.model.promise import BreachCause, PromiseState
from dispatch.model.reservation import NOT_MET, Reservation, ReservationState
from dispatch.model.spot import SpotKind, SpotRef
from dispatch.model.times import parse_clock
from dispatch.moves.withdrawal import Accepted, Instead, Trips, Withdrawal, WithdrawalTrial, WithdrawalVerdict
from dispatch.planning.outcome import Iterations
from dispatch.store.memory import MemoryStore
from tests.scenarios.reporting import alighted, at_clock, boarded, reported
from tests.scenarios.test_replan import shift_of
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, TWO_TAXIS, Town, open_town, town_rules

ALL = Accepted(breaches=True, undriven=True)
NOTHING = Accepted()


def broken(
    shift_id: str, *, at: str = "", instead: tuple[Instead, ...] = (), trips: Trips = Trips.REPLAN
) -> Withdrawal:
    stands = (SpotRef(kind=SpotKind.PLACE, id=at),) if at else ()
    return Withdrawal(shift_id=shift_id, cause=BreachCause.BREAKDOWN, at=stands, instead=instead, trips=trips)


def called_off(shift_id: str) -> Withdrawal:
    return Withdrawal(shift_id=shift_id, cause=BreachCause.SHIFT)


def tried(town: Town, asked: Withdrawal) -> WithdrawalTrial:
    return town.desk.try_withdrawal(service_id=SERVICE, day=TUESDAY, asked=asked, actor=OPERATOR)


def withdrawn(town: Town, asked: Withdrawal, accepted: Accepted = NOTHING) -> WithdrawalTrial:
    return town.desk.withdraw(service_id=SERVICE, day=TUESDAY, asked=asked, actor=OPERATOR, accepted=accepted)


def carried(town: Town, trip: Reservation) -> str:
    return shift_of(town.desk.plan(service_id=SERVICE, day=TUESDAY).routes, trip.id)


def starts(town: Town) -> dict[tuple[int, Task], int]:
    routes = town.desk.plan(service_id=SERVICE, day=TUESDAY).routes
    return {(visit.reservation_id, visit.task): visit.start_s for route in routes for visit in route.visits}


def in_order(town: Town) -> None:
    """The checker and the journal are silent."""
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
    assert town.desk.verify_journal(service_id=SERVICE, day=TUESDAY).flaws == ()


def third_vehicle(town: Town, *, seats: int = 4) -> Instead:
    """V9 waits at the depot, without a shift of its own."""
    with town.store.writing() as work:
        work.save(Vehicle(service_id=SERVICE, id="V9", name="V9", layouts=[[seats, 0]]))
    return Instead(vehicle_id="V9", place_id="depot", ready_s=0)


def test_a_shift_called_off_in_the_evening_leaves_its_trips_to_the_other(town: Town) -> None:
    """Trying changes nothing; then the other taxi drives the trip in time, and nothing is said to be breached."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    here = carried(town, trip)
    before = town.desk.day_state(service_id=SERVICE, day=TUESDAY)
    trial = tried(town, called_off(here))
    assert (trial.verdict, trial.late, trial.undriven) == (WithdrawalVerdict.POSSIBLE, (), ())
    assert [(one.reservation_id, one.shift_before == here) for one in trial.effects] == [(trip.id, True)]
    assert town.desk.day_state(service_id=SERVICE, day=TUESDAY) == before
    withdrawn(town, called_off(here))
    assert carried(town, trip) not in ("", here)
    assert town.store.reservation(trip.id) == trip
    in_order(town)


def test_a_shift_that_is_out_takes_no_more_trips(town: Town) -> None:
    """Six people need the six seats of the second taxi, and that is called off."""
    withdrawn(town, called_off("S2"))
    town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    state = town.desk.day_state(service_id=SERVICE, day=TUESDAY)
    assert {route.shift_id for route in state.plan.routes} == {"S1"}
    with pytest.raises(Conflict, match="shift_already_out"):
        tried(town, called_off("S2"))


def test_a_breakdown_on_the_way_has_its_riders_fetched_where_it_stands() -> None:
    """Boarded at the depot at 9:03, broken down at the station: the other taxi fetches them there.

    Depot to clinic is promised by 9:40 or so; the second taxi drives 2.83 km to the station (340 s), boards a
    minute, and 2.83 km to the clinic: in time from 9:06 on. What was promised for the pick-up was kept at the depot.
    """
    town = open_town(MemoryStore(), rules=town_rules(), layouts=TWO_TAXIS)
    aboard = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    later = town.book(town.wish("R2", origin="clinic", destination="market", after="11:00"))
    here = carried(town, aboard)
    at_clock(town, "9:06")
    reported(town, boarded(aboard, "9:03", shift=here))
    trial = withdrawn(town, broken(here, at="station"), ALL)
    assert trial.outage.stranded == (aboard.id,)
    stored = town.store.reservation(aboard.id)
    assert (stored.origin.id, stored.met_s, stored.promise) == ("station", parse_clock("9:02"), aboard.promise)
    assert carried(town, aboard) != here
    assert starts(town)[aboard.id, Task.BOARD] >= parse_clock("9:06") + 339
    assert later.id in {trip for trip, _ in starts(town)}
    in_order(town)
    other = carried(town, aboard)
    at_clock(town, "9:30")
    reported(town, boarded(aboard, "9:15", shift=other), alighted(aboard, "9:22", shift=other))
    driven = town.store.reservation(aboard.id)
    assert (driven.state, driven.promise_state) == (ReservationState.EXECUTED, PromiseState.KEPT)
    in_order(town)


def test_what_a_vehicle_has_done_stays_done(town: Town) -> None:
    """The trip of nine o'clock is over when the taxi breaks down: it stays on its route, with its actual times."""
    done = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    open_trip = town.book(town.wish("R2", origin="clinic", destination="market", after="11:00"))
    here = carried(town, done)
    at_clock(town, "9:30")
    reported(town, boarded(done, "9:03", shift=here), alighted(done, "9:12", shift=here))
    withdrawn(town, broken(here), ALL)
    assert carried(town, done) == here
    assert starts(town)[done.id, Task.BOARD] == parse_clock("9:02")
    assert carried(town, open_trip) not in ("", here)
    assert town.store.reservation(done.id).state is ReservationState.EXECUTED
    in_order(town)


def test_without_reports_the_clock_says_who_is_aboard(town: Town) -> None:
    """Planned to board at nine: at 9:05 the party is taken to be aboard, and is fetched where the taxi was last."""
    trip = town.book(town.wish("R1", origin="depot", destination="spa", after="9:00"))
    here = carried(town, trip)
    boards_s = starts(town)[trip.id, Task.BOARD]
    town.clock.advance(seconds=boards_s + 180 - town.desk.workplace.workday(SERVICE, TUESDAY).now_s)
    trial = withdrawn(town, broken(here), ALL)
    assert trial.outage.stranded == (trip.id,)
    assert town.store.reservation(trip.id).met_s == boards_s
    assert carried(town, trip) not in ("", here)
    in_order(town)


def test_breaches_are_named_first_and_the_least(town: Town) -> None:
    """Two trips at nine, 28 minutes apart, and one taxi left: one is late; without saying yes, nothing is changed."""
    east = town.book(town.wish("R0", origin="spa", destination="clinic", after="9:00"))
    north = town.book(town.wish("R1", origin="school", destination="clinic", after="9:00"))
    assert carried(town, east) != carried(town, north)
    asked = called_off(carried(town, east))
    trial = tried(town, asked)
    assert trial.verdict is WithdrawalVerdict.BREACHES
    assert {one.reservation_id for one in trial.late} in ({east.id}, {north.id})
    version = town.store.day_version(SERVICE, TUESDAY)
    with pytest.raises(RuleRefused, match="withdrawal_breaches"):
        withdrawn(town, asked)
    assert town.store.day_version(SERVICE, TUESDAY) == version
    withdrawn(town, asked, Accepted(breaches=True))
    states = [town.store.reservation(trip.id).promise_state for trip in (east, north)]
    assert sorted(states) == [PromiseState.BREACHED, PromiseState.OPEN]
    in_order(town)


def test_who_cannot_be_driven_at_all_is_named_and_given_up_only_when_accepted() -> None:
    """One taxi and no other: the trip is reported; accepted, it is breached and cancelled, never silently lost."""
    town = open_town(MemoryStore(), rules=town_rules(), layouts=TWO_TAXIS[:1])
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    trial = tried(town, called_off("S1"))
    assert (trial.verdict, trial.undriven) == (WithdrawalVerdict.UNDRIVEN, (trip.id,))
    with pytest.raises(RuleRefused, match="withdrawal_leaves_riders"):
        withdrawn(town, called_off("S1"), Accepted(breaches=True))
    withdrawn(town, called_off("S1"), ALL)
    stored = town.store.reservation(trip.id)
    assert (stored.state, stored.promise_state) == (ReservationState.CANCELLED, PromiseState.BREACHED)
    assert stored.breaches[-1].cause is BreachCause.SHIFT
    kinds = [json.loads(record.body)["kind"] for record in town.store.journal(SERVICE, TUESDAY).records]
    assert kinds[-2:] == ["given_up", "withdrawn"]
    in_order(town)


def test_a_replacing_vehicle_keeps_the_trips_in_their_order(town: Town) -> None:
    """V9 takes the place of the first taxi before it leaves: same trips, locked to it, every promise kept."""
    instead = third_vehicle(town)
    first = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    here = carried(town, first)
    trial = withdrawn(town, broken(here, instead=(instead,), trips=Trips.KEEP))
    (shift,) = trial.outage.instead
    assert (carried(town, first), shift.vehicle_id) == (shift.shift_id, "V9")
    assert town.store.reservation(first.id).vehicle_lock == shift.shift_id
    town.desk.replan(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, effort=Iterations(value=20))
    assert carried(town, first) == shift.shift_id
    in_order(town)


def test_a_replacing_vehicle_is_never_overfilled(town: Town) -> None:
    """Four people do not fit V9's two seats, whatever is accepted; over all vehicles they find room."""
    instead = third_vehicle(town, seats=1)
    first = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    second = town.book(town.wish("R2", origin="depot", destination="clinic", after="9:00"))
    here = carried(town, first)
    assert carried(town, second) == here
    asked = broken(here, instead=(instead,), trips=Trips.KEEP)
    assert tried(town, asked).verdict is WithdrawalVerdict.NOT_KEPT
    with pytest.raises(RuleRefused, match="trips_not_kept"):
        withdrawn(town, asked, ALL)
    withdrawn(town, broken(here, instead=(instead,)))
    assert {carried(town, first), carried(town, second)} <= {"S1", "S2", f"{here}-1"} - {here}
    in_order(town)


def test_lifting_an_outage_puts_the_vehicle_back(town: Town) -> None:
    """It was a mistake: who was aboard is so again, the vehicle drives on, and the journal knows both."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    here = carried(town, trip)
    at_clock(town, "9:06")
    reported(town, boarded(trip, "9:03", shift=here))
    number = withdrawn(town, broken(here, at="station"), ALL).outage.number
    town.desk.lift(service_id=SERVICE, day=TUESDAY, number=number, actor=OPERATOR)
    stored = town.store.reservation(trip.id)
    assert (stored.origin, stored.met_s) == (trip.origin, NOT_MET)
    assert carried(town, trip) == here
    assert starts(town)[trip.id, Task.BOARD] == parse_clock("9:02")
    with pytest.raises(Conflict, match="outage_already_lifted"):
        town.desk.lift(service_id=SERVICE, day=TUESDAY, number=number, actor=OPERATOR)
    in_order(town)


def test_an_outage_after_which_others_have_begun_stands(town: Town) -> None:
    """The second taxi has boarded the party at the station: that cannot be undone by lifting."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    here = carried(town, trip)
    at_clock(town, "9:06")
    reported(town, boarded(trip, "9:03", shift=here))
    number = withdrawn(town, broken(here, at="station"), ALL).outage.number
    at_clock(town, "9:20")
    reported(town, boarded(trip, "9:15", shift=carried(town, trip)))
    with pytest.raises(RuleRefused, match="outage_in_use"):
        town.desk.lift(service_id=SERVICE, day=TUESDAY, number=number, actor=OPERATOR)
    in_order(town)


def test_what_cannot_be_is_said(town: Town) -> None:
    """An unknown shift or vehicle, one with riders aboard called off, a vehicle on duty, a shift that is over."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    here, free = carried(town, trip), third_vehicle(town)
    other = "V2" if here == "S1" else "V1"
    at_clock(town, "9:06")
    reported(town, boarded(trip, "9:03", shift=here))
    late = Instead(vehicle_id="V9", place_id="depot", ready_s=parse_clock("23:00"))
    cases = (
        (broken("S9"), NotFound, "unknown_shift"),
        (called_off(here), RuleRefused, "riders_aboard"),
        (broken(here, instead=(Instead(vehicle_id=other, place_id="", ready_s=0),)), RuleRefused, "vehicle_on_duty"),
        (broken(here, instead=(Instead(vehicle_id="V8", place_id="", ready_s=0),)), NotFound, "unknown_vehicle"),
        (broken(here, instead=(late,)), InvalidInput, "replacement_too_late"),
        (broken(here, at="nowhere"), NotFound, "unknown_place"),
    )
    for asked, error, code in cases:
        with pytest.raises(error, match=code):
            tried(town, asked)
    with pytest.raises(NotFound, match="unknown_outage"):
        town.desk.lift(service_id=SERVICE, day=TUESDAY, number=7, actor=OPERATOR)
    assert free.vehicle_id == "V9"
    at_clock(town, "21:00")
    with pytest.raises(RuleRefused, match="shift_over"):
        tried(town, broken(here))
