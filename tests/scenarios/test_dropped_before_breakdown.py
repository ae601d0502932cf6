"""A vehicle that broke down reports late whom it had set down before: another need not fetch them any more."""

from __future__ import annotations

import pytest

from dispatch.model.plan import Task
from dispatch.model.promise import BreachCause, PromiseState
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.times import parse_clock
from dispatch.store.memory import MemoryStore
from tests.scenarios.reporting import alighted, at_clock, boarded, no_show, reported, undone, words
from tests.scenarios.test_outages import ALL, broken, carried, in_order, starts, withdrawn
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, open_town, town_rules


@pytest.fixture
def town() -> Town:
    return open_town(MemoryStore(), rules=town_rules())


def stranded_at_the_station(town: Town) -> tuple[Reservation, Reservation, str]:
    """Boarded at 9:03, broken down at the station at 9:10: the other taxi is to fetch R1 there. R2 rides at eleven."""
    aboard = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    later = town.book(town.wish("R2", origin="clinic", destination="market", after="11:00"))
    here = carried(town, aboard)
    at_clock(town, "9:10")
    reported(town, boarded(aboard, "9:03", shift=here))
    withdrawn(town, broken(here, at="station"), ALL)
    assert carried(town, aboard) != here
    return aboard, later, here


def replayed(town: Town) -> None:
    """Every plan version can be built again from what is stored."""
    assert all(one.equal for one in town.desk.replay_journal(service_id=SERVICE, day=TUESDAY))


def test_who_was_set_down_before_the_breakdown_leaves_the_rescuing_plan_at_once(town: Town) -> None:
    """R1 alighted at 9:09, which arrives at 9:12: one new version has the report, the state and the plan."""
    aboard, later, here = stranded_at_the_station(town)
    before = town.store.day_version(SERVICE, TUESDAY)
    at_clock(town, "9:12")
    assert words(town, alighted(aboard, "9:09", shift=here)) == ["recorded"]
    state = town.store.day_state(SERVICE, TUESDAY)
    assert (state.version, state.plan.version) == (before + 1, before + 1)
    done = town.store.reservation(aboard.id)
    assert (done.state, done.promise_state) == (ReservationState.EXECUTED, PromiseState.KEPT)
    assert (carried(town, aboard), starts(town)[aboard.id, Task.BOARD]) == (here, parse_clock("9:02"))
    assert carried(town, later) != here
    in_order(town)
    replayed(town)


def test_who_was_driven_all_the_way_without_a_connection_leaves_it_too(town: Town) -> None:
    """R1 is known to have been driven; R2 boarded at 9:22 and alighted at 9:35, of which nobody knew when the taxi
    broke down at 9:40: it was not among those aboard, but the taxi says that it had set it down."""
    first = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    second = town.book(town.wish("R2", origin="clinic", destination="market", after="9:20"))
    here = carried(town, first)
    assert carried(town, second) == here
    at_clock(town, "9:30")
    reported(town, boarded(first, "9:03", shift=here), alighted(first, "9:12", shift=here))
    outage = withdrawn(town, broken(here, at="market"), ALL).outage
    assert second.id not in outage.stranded
    late = (boarded(second, "9:22", shift=here), alighted(second, "9:29", shift=here))
    assert words(town, late[0]) == ["other_vehicle"]  # alone it would leave R2 aboard a taxi that has stopped
    assert words(town, late[1]) == ["recorded"]
    assert town.store.reservation(second.id).state is ReservationState.EXECUTED
    assert carried(town, second) == here
    in_order(town)
    replayed(town)


def test_who_gets_out_after_the_breakdown_is_fetched_all_the_same(town: Town) -> None:
    """Getting out of a taxi that has stopped on the road is not arriving: the tap of 9:11 is marked, R1 is fetched."""
    aboard, _, here = stranded_at_the_station(town)
    at_clock(town, "9:12")
    assert words(town, alighted(aboard, "9:11", shift=here)) == ["other_vehicle"]
    assert carried(town, aboard) != here
    assert town.store.reservation(aboard.id).state is ReservationState.BOOKED
    in_order(town)


def test_a_drop_taken_back_has_the_rider_fetched_again(town: Town) -> None:
    """It was another rider whom the driver meant: R1 waits at the station, and is on the rescuing plan again."""
    aboard, _, here = stranded_at_the_station(town)
    at_clock(town, "9:11")
    wrong = alighted(aboard, "9:09", shift=here)
    reported(town, wrong)
    reported(town, undone(wrong, "9:11"))
    assert carried(town, aboard) != here
    assert town.store.reservation(aboard.id).state is ReservationState.BOOKED
    in_order(town)
    replayed(town)


def test_a_no_show_taken_back_after_the_plan_has_moved_on_is_driven(town: Town) -> None:
    """R1 was given up at 9:05 and left the next plan; the driver took the wrong door, and says so at 9:07."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    here = carried(town, trip)
    at_clock(town, "9:07")
    given_up = no_show(trip, "9:05", shift=here)
    reported(town, given_up)
    town.book(town.wish("R2", origin="clinic", destination="market", after="11:00"))
    assert not any(number == trip.id for number, _ in starts(town))
    reported(town, undone(given_up, "9:07"))
    assert {(trip.id, Task.BOARD), (trip.id, Task.ALIGHT)} <= set(starts(town))
    in_order(town)


def test_a_report_is_taken_also_when_no_plan_keeps_every_promise(town: Town) -> None:
    """R1 was to arrive by 9:40 or so; that it was not driven is said at 10:30. The breach is declared by whoever
    declares breaches, not by the report."""
    aboard, _, here = stranded_at_the_station(town)
    at_clock(town, "10:30")
    wrong = alighted(aboard, "9:09", shift=here)
    reported(town, wrong)
    in_order(town)
    assert words(town, undone(wrong, "10:29")) == ["recorded"]
    town.desk.declare_breaches(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, cause=BreachCause.BREAKDOWN)
    assert carried(town, aboard) != here
    assert town.store.reservation(aboard.id).promise_state is PromiseState.BREACHED
    in_order(town)
