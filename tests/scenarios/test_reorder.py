"""One visit before or after another on its route: tried first, named in minutes, kept by planning, never too much."""

from __future__ import annotations

import pytest

from dispatch.model.errors import Conflict, InvalidInput, RuleRefused
from dispatch.model.plan import Task
from dispatch.model.reservation import Reservation, Side
from dispatch.model.times import parse_clock, to_moment
from dispatch.moves.move import Approval, Assign, MoveVerdict, Reorder, Unlock
from dispatch.store.memory import MemoryStore
from tests.scenarios.reporting import at_clock, boarded, reported
from tests.scenarios.test_moves import last_journalled, made, tried
from tests.scenarios.test_replan import improved
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, open_town, party_of, town_rules

ONE_TAXI = (((4, 0),),)
FORCE = Approval(force=True)


@pytest.fixture
def one_taxi() -> Town:
    return open_town(MemoryStore(), rules=town_rules(), layouts=ONE_TAXI)


def two_on_the_way(town: Town) -> tuple[Reservation, Reservation]:
    """R1 from the depot and R2 from the station, both to the clinic at nine: on one route, the depot first."""
    first = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    second = town.book(town.wish("R2", origin="station", destination="clinic", after="9:00"))
    assert order(town)[:2] == [(first.id, Task.BOARD), (second.id, Task.BOARD)]
    return first, second


def order(town: Town) -> list[tuple[int, Task]]:
    (route,) = town.desk.plan(service_id=SERVICE, day=TUESDAY).routes
    return [(visit.reservation_id, visit.task) for visit in route.visits]


def boards(trip: Reservation, side: Side, other: Reservation, task: Task = Task.BOARD) -> Reorder:
    return Reorder(reservation_id=trip.id, task=Task.BOARD, side=side, other_id=other.id, other_task=task)


def alights(trip: Reservation, side: Side, other: Reservation, task: Task = Task.ALIGHT) -> Reorder:
    return Reorder(reservation_id=trip.id, task=Task.ALIGHT, side=side, other_id=other.id, other_task=task)


def sound(town: Town) -> bool:
    verified = town.desk.verify_journal(service_id=SERVICE, day=TUESDAY)
    return town.desk.check(service_id=SERVICE, day=TUESDAY) == () and not verified.flaws


def test_a_pick_up_goes_before_another_and_no_promise_changes(one_taxi: Town) -> None:
    """Trying changes nothing. Made: the station first, then back to the depot; both are still fetched by 9:15."""
    first, second = two_on_the_way(one_taxi)
    before = one_taxi.desk.day_state(service_id=SERVICE, day=TUESDAY)
    move = boards(second, Side.BEFORE, first)
    trial = tried(one_taxi, move)
    assert (trial.verdict, trial.objections) == (MoveVerdict.POSSIBLE, ())
    assert {effect.reservation_id for effect in trial.effects} == {first.id, second.id}
    assert one_taxi.desk.day_state(service_id=SERVICE, day=TUESDAY) == before
    assert made(one_taxi, move) == trial
    assert order(one_taxi)[:2] == [(second.id, Task.BOARD), (first.id, Task.BOARD)]
    kept = one_taxi.store.reservation(second.id)
    assert (kept.vehicle_lock, kept.keeps, kept.promise) == ("S1", (move.order,), second.promise)
    said = {"kind": "reordered", "task": "board", "before": first.id, "other_task": "board", "forced": 0}
    assert last_journalled(one_taxi).items() >= said.items()
    assert sound(one_taxi)


def test_planning_leaves_the_order_alone_until_it_is_unlocked(one_taxi: Town) -> None:
    """The order costs 3 km and more: a search would undo it, and does so once the trip is unlocked, not before."""
    first, second = two_on_the_way(one_taxi)
    made(one_taxi, boards(second, Side.BEFORE, first))
    assert improved(one_taxi).after_m == improved(one_taxi).before_m
    one_taxi.book(one_taxi.wish("R3", origin="market", destination="school", after="9:45"))
    improved(one_taxi)
    assert order(one_taxi).index((second.id, Task.BOARD)) < order(one_taxi).index((first.id, Task.BOARD))
    made(one_taxi, Unlock(reservation_id=second.id))
    assert one_taxi.store.reservation(second.id).keeps == ()
    improved(one_taxi)
    assert order(one_taxi).index((second.id, Task.BOARD)) > order(one_taxi).index((first.id, Task.BOARD))
    assert sound(one_taxi)


def test_a_promise_that_would_break_is_named_with_minutes_and_never_forced(one_taxi: Town) -> None:
    """R1 promised 9:00 to 9:15 at the depot cannot be fetched after R3 has been dropped past half past ten."""
    first, _ = two_on_the_way(one_taxi)
    late = one_taxi.book(one_taxi.wish("R3", origin="school", destination="market", after="10:30"))
    move = boards(first, Side.AFTER, late, Task.ALIGHT)
    trial = tried(one_taxi, move)
    assert trial.verdict is MoveVerdict.IMPOSSIBLE
    assert [(one.rule, one.reservation_id) for one in trial.objections] == [("pairing", first.id)]
    move = alights(first, Side.AFTER, late)
    trial = tried(one_taxi, move)
    assert trial.verdict is MoveVerdict.IMPOSSIBLE
    (window,) = [one for one in trial.objections if one.rule == "window"]
    drop_s = next(
        visit.start_s
        for route in one_taxi.desk.plan(service_id=SERVICE, day=TUESDAY).routes
        for visit in route.visits
        if (visit.reservation_id, visit.task) == (late.id, Task.ALIGHT)
    )
    assert window.reservation_id == first.id
    assert window.amount > drop_s - first.promise.arrival_latest_s
    before = one_taxi.desk.day_state(service_id=SERVICE, day=TUESDAY)
    with pytest.raises(RuleRefused, match="move_breaks_promises"):
        made(one_taxi, move, FORCE)
    assert one_taxi.desk.day_state(service_id=SERVICE, day=TUESDAY) == before


def test_an_order_that_would_overfill_the_vehicle_is_refused_whatever_the_force(one_taxi: Town) -> None:
    """Three people, then three more, on four seats: the second party cannot board before the first has alighted."""
    first = one_taxi.book(one_taxi.wish("R1", origin="depot", destination="clinic", after="9:00", party=party_of(3)))
    second = one_taxi.book(one_taxi.wish("R2", origin="station", destination="market", after="9:30", party=party_of(3)))
    move = boards(second, Side.BEFORE, first, Task.ALIGHT)
    assert [one.rule for one in tried(one_taxi, move).objections] == ["seats"]
    with pytest.raises(RuleRefused, match="vehicle_overfull"):
        made(one_taxi, move, FORCE)
    assert sound(one_taxi)


def test_waiting_aboard_beyond_the_rules_is_asked_about_marked_and_journaled(one_taxi: Town) -> None:
    """R1 rides depot to clinic, where R2 boards from 9:35 on; the rules allow 5 minutes of waiting aboard.

    Fetched at 9:15 at the latest and boarded by 9:16, R1 is at the clinic 8 minutes later, at 9:24. To alight only
    when R2 has boarded is to wait there until 9:35 at least: 11 minutes, 6 more than allowed.
    """
    first = one_taxi.book(one_taxi.wish("R1", origin="depot", destination="clinic", after="9:00"))
    second = one_taxi.book(one_taxi.wish("R2", origin="clinic", destination="market", after="9:35"))
    move = alights(first, Side.AFTER, second, Task.BOARD)
    trial = tried(one_taxi, move)
    assert trial.verdict is MoveVerdict.NEEDS_FORCE
    ((rule, minutes),) = [(one.rule, one.amount // 60) for one in trial.objections]
    assert (rule, minutes) == ("idle", 6)
    with pytest.raises(RuleRefused, match="move_needs_force"):
        made(one_taxi, move)
    made(one_taxi, move, FORCE)
    plan = one_taxi.desk.plan(service_id=SERVICE, day=TUESDAY)
    assert plan.wait_over_s // 60 == 6
    assert last_journalled(one_taxi).items() >= {"forced": 1, "wait_over_s": plan.wait_over_s}.items()
    improved(one_taxi)
    assert order(one_taxi).index((first.id, Task.ALIGHT)) > order(one_taxi).index((second.id, Task.BOARD))
    assert sound(one_taxi)


def test_an_order_kept_by_hand_is_turned_round_by_force_only(one_taxi: Town) -> None:
    """The second dispatcher is told whose order it is; forced, that order is kept no longer."""
    first, second = two_on_the_way(one_taxi)
    made(one_taxi, boards(second, Side.BEFORE, first))
    back = boards(first, Side.BEFORE, second)
    trial = tried(one_taxi, back)
    assert trial.verdict is MoveVerdict.NEEDS_FORCE
    assert [(one.rule, one.reservation_id) for one in trial.objections] == [("kept_order", second.id)]
    with pytest.raises(RuleRefused, match="move_needs_force"):
        made(one_taxi, back)
    made(one_taxi, back, FORCE)
    assert order(one_taxi)[0] == (first.id, Task.BOARD)
    assert one_taxi.store.reservation(second.id).keeps == ()
    assert one_taxi.store.reservation(first.id).keeps == (back.order,)
    assert last_journalled(one_taxi)["forced"] == 1
    assert sound(one_taxi)


def test_what_stands_so_already_is_only_kept(one_taxi: Town) -> None:
    """The order as planned can be asked for: nothing moves, and a search may not undo it; twice changes nothing."""
    first, second = two_on_the_way(one_taxi)
    move = boards(first, Side.BEFORE, second)
    assert tried(one_taxi, move).effects == ()
    made(one_taxi, move)
    assert one_taxi.store.reservation(first.id).keeps == (move.order,)
    with pytest.raises(Conflict, match="move_changes_nothing"):
        made(one_taxi, move)


def test_a_trip_moved_to_another_vehicle_keeps_no_order(town: Town) -> None:
    """An order is one of a route: assigning the trip elsewhere ends it."""
    first = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    second = town.book(town.wish("R2", origin="depot", destination="clinic", after="9:00"))
    (here,) = {route.shift_id for route in town.desk.plan(service_id=SERVICE, day=TUESDAY).routes}
    made(town, boards(second, Side.BEFORE, first))
    made(town, Assign(reservation_id=second.id, shift_id="S2" if here == "S1" else "S1"), FORCE)
    assert town.store.reservation(second.id).keeps == ()


def test_what_has_begun_keeps_its_turn_and_who_is_aboard_may_alight_in_another(one_taxi: Town) -> None:
    """At 9:07 both are under way: boardings stand, nothing goes before them, the order of alighting may change."""
    first, second = two_on_the_way(one_taxi)
    late = one_taxi.book(one_taxi.wish("R3", origin="school", destination="market", after="10:30"))
    one_taxi.clock.set(to_moment(TUESDAY, parse_clock("9:07")))
    before = one_taxi.desk.day_state(service_id=SERVICE, day=TUESDAY)
    for move in (boards(second, Side.BEFORE, first), boards(late, Side.BEFORE, first)):
        with pytest.raises(RuleRefused, match="visit_begun"):
            made(one_taxi, move, FORCE)
    assert one_taxi.desk.day_state(service_id=SERVICE, day=TUESDAY) == before
    (last,) = [trip for trip in (first, second) if order(one_taxi)[3] == (trip.id, Task.ALIGHT)]
    other = second if last is first else first
    made(one_taxi, alights(last, Side.BEFORE, other))
    assert order(one_taxi)[2:4] == [(last.id, Task.ALIGHT), (other.id, Task.ALIGHT)]
    assert sound(one_taxi)


def test_what_cannot_be_put_in_order_is_said(town: Town) -> None:
    """A trip beside itself, beside one on another vehicle, beside one that is not there."""
    first = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    with pytest.raises(InvalidInput, match="visit_beside_itself"):
        tried(town, alights(first, Side.AFTER, first, Task.BOARD))
    second = town.book(town.wish("R2", origin="depot", destination="clinic", after="9:00"))
    gone = town.book(town.wish("R3", origin="depot", destination="clinic", after="9:00"))
    town.desk.cancel(reservation_id=gone.id, actor=OPERATOR, reason="")
    made(town, Assign(reservation_id=second.id, shift_id="S2"))
    for other in (second, gone):
        with pytest.raises(RuleRefused, match="visits_apart"):
            tried(town, boards(first, Side.AFTER, other))


def test_who_is_reported_aboard_may_alight_in_another_order(one_taxi: Town) -> None:
    """Three have boarded as reported. The taxi is driving to the station: that stands; the two after it may change."""
    trips = [
        one_taxi.book(one_taxi.wish(rider, origin="depot", destination=end, after="9:00"))
        for rider, end in (("R1", "station"), ("R2", "clinic"), ("R3", "clinic"))
    ]
    driving_to, first, second = [trip for trip, task in order(one_taxi) if task is Task.ALIGHT]
    assert driving_to == trips[0].id
    at_clock(one_taxi, "9:04")
    reported(one_taxi, *(boarded(trip, f"9:0{minute}") for minute, trip in enumerate(trips, start=2)))
    move = alights(one_taxi.store.reservation(second), Side.BEFORE, one_taxi.store.reservation(first))
    assert tried(one_taxi, move).verdict is MoveVerdict.POSSIBLE
    made(one_taxi, move)
    improved(one_taxi)
    assert [trip for trip, task in order(one_taxi) if task is Task.ALIGHT] == [driving_to, second, first]
    with pytest.raises(RuleRefused, match="visit_begun"):
        made(one_taxi, alights(one_taxi.store.reservation(first), Side.BEFORE, trips[0]), FORCE)
    assert sound(one_taxi)
