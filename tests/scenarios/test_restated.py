"""What another vehicle said of a trip counts as soon as the trip is that vehicle's: the states follow at once."""

from __future__ import annotations

import pytest

from dispatch.model.errors import RuleRefused
from dispatch.model.plan import Task
from dispatch.model.promise import PromiseState
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.moves.move import Assign, Grade
from dispatch.store.memory import MemoryStore
from tests.scenarios.reporting import alighted, at_clock, boarded, words
from tests.scenarios.test_moves import carried, made, other_than
from tests.scenarios.test_outages import ALL, broken, starts, withdrawn
from tests.scenarios.town import SERVICE, TUESDAY, Town, open_town, town_rules


@pytest.fixture
def town() -> Town:
    return open_town(MemoryStore(), rules=town_rules(), layouts=(((4, 1), (6, 0)),) * 3)


def driven_by_another(town: Town) -> tuple[Reservation, str]:
    """The drivers have agreed on the radio: the other taxi boards R1 at 9:03, which the plan does not know."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    other = other_than(carried(town, trip))
    at_clock(town, "9:04")
    assert words(town, boarded(trip, "9:03", shift=other)) == ["other_vehicle"]
    return trip, other


def whole(town: Town) -> None:
    """Journal and tables agree, and every version can be built again."""
    assert town.desk.verify_journal(service_id=SERVICE, day=TUESDAY).flaws == ()
    assert all(one.equal for one in town.desk.replay_journal(service_id=SERVICE, day=TUESDAY))
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_a_trip_that_another_vehicle_has_driven_is_done_once_it_is_given_to_it(town: Town) -> None:
    """Boarded and set down by the other taxi; the dispatcher puts the plan right, and the promise counts as kept."""
    trip, other = driven_by_another(town)
    at_clock(town, "9:13")
    assert words(town, alighted(trip, "9:12", shift=other)) == ["other_vehicle"]
    made(town, Assign(reservation_id=trip.id, shift_id=other, grade=Grade.RIDER_FIRST))
    stored = town.store.reservation(trip.id)
    assert (stored.state, stored.promise_state) == (ReservationState.EXECUTED, PromiseState.KEPT)
    assert carried(town, trip) == other
    whole(town)


def test_a_trip_that_another_vehicle_is_driving_can_be_given_to_it(town: Town) -> None:
    """Aboard the other taxi: from then on it is its trip, and its drop counts."""
    trip, other = driven_by_another(town)
    made(town, Assign(reservation_id=trip.id, shift_id=other))
    assert carried(town, trip) == other
    at_clock(town, "9:13")
    assert words(town, alighted(trip, "9:12", shift=other)) == ["recorded"]
    assert town.store.reservation(trip.id).state is ReservationState.EXECUTED
    whole(town)


def test_it_can_be_given_to_no_third_vehicle_meanwhile(town: Town) -> None:
    """Neither the taxi of the plan nor the one that says it has R1 aboard can hand R1 over to another."""
    trip, other = driven_by_another(town)
    third = ({"S1", "S2", "S3"} - {other, carried(town, trip)}).pop()
    with pytest.raises(RuleRefused) as refused:
        made(town, Assign(reservation_id=trip.id, shift_id=third))
    assert refused.value.code == "trip_under_way"


def test_nor_before_the_vehicle_of_the_plan_has_left(town: Town) -> None:
    """The other taxi was at the depot at 8:50 and took R1 along: the plan has nobody on the way yet."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    other = other_than(carried(town, trip))
    third = ({"S1", "S2", "S3"} - {other, carried(town, trip)}).pop()
    at_clock(town, "8:51")
    words(town, boarded(trip, "8:50", shift=other))
    with pytest.raises(RuleRefused) as refused:
        made(town, Assign(reservation_id=trip.id, shift_id=third))
    assert refused.value.code == "trip_under_way"
    made(town, Assign(reservation_id=trip.id, shift_id=other))
    assert carried(town, trip) == other
    whole(town)


def test_who_was_found_aboard_a_broken_vehicle_was_not_aboard_another_before(town: Town) -> None:
    """Another taxi said at 9:01 that it had R1, the one of the plan boarded R1 at 9:03 and broke down at 9:05: R1 waits
    there, and whoever fetches R1 boards R1 anew."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    here = carried(town, trip)
    at_clock(town, "9:05")
    others = sorted({"S1", "S2", "S3"} - {here})
    words(town, *(boarded(trip, "9:01", shift=other) for other in others), boarded(trip, "9:03", shift=here))
    withdrawn(town, broken(here, at="station"), ALL)
    assert carried(town, trip) in others
    assert {task for number, task in starts(town) if number == trip.id} == {Task.BOARD, Task.ALIGHT}
    whole(town)
