"""What a dispatcher does by hand: tried first, every broken rule named, promises never broken, force journaled."""

from __future__ import annotations

import json

import pytest

from dispatch.model.errors import Conflict, NotFound, RuleRefused
from dispatch.model.plan import Task
from dispatch.model.reservation import Reservation, Side
from dispatch.model.times import parse_clock, to_moment
from dispatch.moves.move import NO_APPROVAL, Approval, Assign, Grade, Lock, Move, MoveVerdict, Reorder, Trial, Unlock
from dispatch.store.memory import MemoryStore
from tests.scenarios.test_replan import improved, shift_of
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, open_town, party_of, town_rules

FORCE = Approval(force=True, consent="rider")
ONE_PLACE_EACH = (((1, 0),), ((1, 0),))


def tried(town: Town, move: Move) -> Trial:
    return town.desk.try_move(service_id=SERVICE, day=TUESDAY, move=move)


def made(town: Town, move: Move, approval: Approval = NO_APPROVAL) -> Trial:
    return town.desk.make_move(service_id=SERVICE, day=TUESDAY, move=move, actor=OPERATOR, approval=approval)


def carried(town: Town, trip: Reservation) -> str:
    return shift_of(town.desk.plan(service_id=SERVICE, day=TUESDAY).routes, trip.id)


def other_than(shift_id: str) -> str:
    return "S2" if shift_id == "S1" else "S1"


def last_journalled(town: Town) -> dict[str, object]:
    entry = json.loads(town.store.journal(SERVICE, TUESDAY).records[-1].body)
    return dict(entry["ids"]) | {"kind": entry["kind"], "actor": entry["actor"]["id"]}


def test_a_trip_goes_to_the_vehicle_named_and_stays_there(town: Town) -> None:
    """Trying changes nothing; making moves the trip, locks it, keeps its promise and says so in the journal."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    goal = other_than(carried(town, trip))
    before = town.desk.day_state(service_id=SERVICE, day=TUESDAY)
    trial = tried(town, Assign(reservation_id=trip.id, shift_id=goal))
    assert (trial.verdict, trial.objections) == (MoveVerdict.POSSIBLE, ())
    assert [(one.reservation_id, one.shift_after) for one in trial.effects] == [(trip.id, goal)]
    assert town.desk.day_state(service_id=SERVICE, day=TUESDAY) == before
    assert made(town, Assign(reservation_id=trip.id, shift_id=goal)) == trial
    assert (carried(town, trip), town.store.reservation(trip.id).promise) == (goal, trip.promise)
    improved(town)
    assert carried(town, trip) == goal
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
    assert last_journalled(town).items() >= {"kind": "assigned", "shift": goal, "forced": 0}.items()


def test_a_promise_that_would_break_is_named_with_its_minutes_and_never_forced() -> None:
    """Two taxis of one seat, two trips at the same time far apart: neither fits on the other's vehicle.

    R1 rides depot to clinic (8 min), R2 school to market (10 min), both to be fetched 9:00 to 9:15. On one vehicle the
    second is reached after 9:00 + 60 s boarding + 480 s + 30 s alighting + 12 min and more of driving: too late.
    """
    town = open_town(MemoryStore(), rules=town_rules(), layouts=ONE_PLACE_EACH)
    trips = [
        town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00")),
        town.book(town.wish("R2", origin="school", destination="market", after="9:00")),
    ]
    assert len({carried(town, trip) for trip in trips}) == 2
    move = Assign(reservation_id=trips[0].id, shift_id=carried(town, trips[1]))
    trial = tried(town, move)
    assert trial.verdict is MoveVerdict.IMPOSSIBLE
    assert {one.rule for one in trial.objections} == {"window"}
    assert {one.reservation_id for one in trial.objections} <= {trip.id for trip in trips}
    assert all(one.amount > 0 for one in trial.objections)
    with pytest.raises(RuleRefused, match="move_breaks_promises"):
        made(town, move, FORCE)
    assert [carried(town, trip) for trip in trips] == [carried(town, trip) for trip in trips]
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_a_vehicle_is_never_overfilled_whatever_the_force(town: Town) -> None:
    """Six people need the six seats of the second taxi; the first has four."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00", party=party_of(6)))
    move = Assign(reservation_id=trip.id, shift_id="S1")
    assert [one.rule for one in tried(town, move).objections] == ["seats"]
    for approval in (Approval(), FORCE):
        with pytest.raises(RuleRefused, match="vehicle_overfull"):
            made(town, move, approval)
    assert carried(town, trip) == "S2"


def test_a_rider_who_may_shift_is_asked_first(town: Town) -> None:
    """The vehicle is taken at nine by a full taxi: this rider could have another time there, with consent only."""
    town = open_town(MemoryStore(), rules=town_rules(), layouts=ONE_PLACE_EACH)
    first = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    second = town.book(town.wish("R2", origin="school", destination="market", after="9:00"))
    move = Assign(reservation_id=first.id, shift_id=carried(town, second), grade=Grade.RIDER_MAY_SHIFT)
    trial = tried(town, move)
    assert trial.verdict is MoveVerdict.NEEDS_CONSENT
    with pytest.raises(RuleRefused, match="move_needs_consent"):
        made(town, move)
    made(town, move, Approval(consent="family"))
    assert (town.store.reservation(first.id).promise,) == trial.promise != (first.promise,)
    assert town.store.reservation(second.id) == second
    (consent,) = town.store.reservation(first.id).consents
    assert (consent.given_by, consent.replaced) == ("family", first.promise)
    assert last_journalled(town)["consent"] == "family"
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_a_rider_who_comes_first_displaces_others_to_other_vehicles() -> None:
    """The same two trips: with this rider first, the other one is carried by the vehicle that has become free."""
    town = open_town(MemoryStore(), rules=town_rules(), layouts=ONE_PLACE_EACH)
    first = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    second = town.book(town.wish("R2", origin="school", destination="market", after="9:00"))
    were = carried(town, first), carried(town, second)
    made(town, Assign(reservation_id=first.id, shift_id=were[1], grade=Grade.RIDER_FIRST))
    assert (carried(town, first), carried(town, second)) == (were[1], were[0])
    promised = [town.store.reservation(trip.id).promise for trip in (first, second)]
    assert promised == [first.promise, second.promise]
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_moving_against_a_lock_takes_force_and_the_journal_says_so(town: Town) -> None:
    """A locked trip is moved only when forced; unlocking first needs none."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    here = carried(town, trip)
    made(town, Lock(reservation_id=trip.id))
    assert town.store.reservation(trip.id).vehicle_lock == here
    move = Assign(reservation_id=trip.id, shift_id=other_than(here))
    assert tried(town, move).verdict is MoveVerdict.NEEDS_FORCE
    with pytest.raises(RuleRefused, match="move_needs_force"):
        made(town, move)
    made(town, move, Approval(force=True))
    assert last_journalled(town)["forced"] == 1
    made(town, Unlock(reservation_id=trip.id))
    assert tried(town, Assign(reservation_id=trip.id, shift_id=here)).verdict is MoveVerdict.POSSIBLE


def test_what_cannot_be_moved_is_said(town: Town) -> None:
    """Unknown trip or shift, another day, a trip where it already is, one under way, cancelled, waiting for a call."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    gone = town.book(town.wish("R2", origin="depot", destination="clinic", after="11:00"))
    town.desk.cancel(reservation_id=gone.id, actor=OPERATOR, reason="")
    back = town.desk.await_call(form=town.wish("R1", origin="clinic", destination="depot", after="0:00"))
    assert isinstance(back, Reservation)
    here = carried(town, trip)
    beside = Reorder(reservation_id=back.id, task=Task.BOARD, side=Side.AFTER, other_id=trip.id, other_task=Task.ALIGHT)
    cases = (
        (Assign(reservation_id=999, shift_id="S1"), NotFound, "unknown_reservation"),
        (Assign(reservation_id=trip.id, shift_id="S9"), NotFound, "unknown_shift"),
        (Assign(reservation_id=trip.id, shift_id=here), Conflict, "move_changes_nothing"),
        (Unlock(reservation_id=trip.id), Conflict, "move_changes_nothing"),
        (Lock(reservation_id=gone.id), Conflict, "already_cancelled"),
        (Lock(reservation_id=back.id), RuleRefused, "trip_has_no_vehicle"),
        (Assign(reservation_id=back.id, shift_id=here), RuleRefused, "trip_has_no_vehicle"),
        (beside, RuleRefused, "trip_has_no_vehicle"),
    )
    for move, error, code in cases:
        with pytest.raises(error, match=code):
            tried(town, move)
    with pytest.raises(NotFound, match="unknown_reservation"):
        town.desk.try_move(service_id=SERVICE, day=TUESDAY.replace(day=25), move=Unlock(reservation_id=trip.id))
    town.clock.set(to_moment(TUESDAY, parse_clock("9:30")))
    with pytest.raises(RuleRefused, match="trip_under_way"):
        made(town, Assign(reservation_id=trip.id, shift_id=other_than(here)), FORCE)
