"""Who does not come leaves the plan: breaks that were taken stay taken, and everybody else is driven as promised."""

from __future__ import annotations

import pytest

from dispatch.model.plan import Route, Task
from dispatch.model.promise import BreachCause
from dispatch.model.reservation import Reservation
from dispatch.model.rules import PlanningRules
from dispatch.model.stop_event import EventKind
from dispatch.model.times import parse_clock
from dispatch.planning.outcome import Seconds
from dispatch.planning.worker import Worker
from dispatch.store.memory import MemoryStore
from tests.scenarios.reporting import alighted, arrived, at_clock, boarded, no_show, reported, tap
from tests.scenarios.test_worker import Day
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, TWO_TAXIS, Town, open_town, party_of, town_rules

BREAK = (parse_clock("12:20") + 26, 2)
"""When it starts and how many visits come first: R0 boards at 11:45 in a minute, rides 2036 s and alights in 30."""


@pytest.fixture
def town() -> Town:
    """One taxi, so that every trip is on shift S1. Its break of an hour begins from 11:30 to 13:00."""
    return open_town(MemoryStore(), rules=town_rules(), layouts=TWO_TAXIS[:1])


def to_the_spa(town: Town) -> Reservation:
    """Depot 11:45 to the spa, where the driver rests afterwards."""
    return town.book(town.wish("R0", origin="depot", destination="spa", after="11:45"))


def driven_to_the_spa(town: Town, trip: Reservation) -> None:
    """At 12:20, as planned."""
    at_clock(town, "12:20")
    reported(town, boarded(trip, "11:46"), alighted(trip, "12:20"))


def route(town: Town) -> Route:
    (only,) = town.desk.plan(service_id=SERVICE, day=TUESDAY).routes
    return only


def breaks(town: Town) -> list[tuple[int, int]]:
    return [(slot.start_s, slot.after_visit) for slot in route(town).breaks]


def boards_s(town: Town, trip: Reservation) -> int:
    return next(v.start_s for v in route(town).visits if (v.reservation_id, v.task) == (trip.id, Task.BOARD))


def planned_anew(town: Town) -> Reservation:
    """One more caller, late in the day: a new version of the plan, whatever it is worth."""
    return town.book(town.wish("R9", origin="depot", destination="clinic", after="16:20"))


def wrong(town: Town) -> list[str]:
    """What the judge finds, and who would be late from the present moment on."""
    late = town.desk.declare_breaches(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, cause=BreachCause.DELAY)
    findings = town.desk.check(service_id=SERVICE, day=TUESDAY)
    return [f"{one.reservation_id} is late" for one in late] + [finding.text for finding in findings]


def test_a_break_before_a_no_show_is_not_taken_again(town: Town) -> None:
    """Rested from 12:20 to 13:20, waited in vain until 14:40: the next boards at the same door by 15:00, and an hour of
    rest from 14:40 on would make her wait until 15:40. The break stays where it was."""
    first = to_the_spa(town)
    gone = town.book(town.wish("R1", origin="spa", destination="depot", after="14:30"))
    following = town.book(town.wish("R2", origin="spa", destination="market", after="14:45"))
    assert breaks(town) == [BREAK]
    driven_to_the_spa(town, first)
    at_clock(town, "14:40")
    reported(town, no_show(gone, "14:40"))
    assert wrong(town) == []
    planned_anew(town)
    assert wrong(town) == []
    assert breaks(town) == [BREAK]
    assert boards_s(town, following) == parse_clock("14:45")


@pytest.mark.parametrize("waited_until", ["12:30", "12:41", "12:50", "13:00"])
def test_a_no_show_before_the_break_or_while_it_was_planned_leaves_it_due(town: Town, waited_until: str) -> None:
    """R1 was to be driven from the spa to the market before the break, which the plan has at 12:43. Whenever the driver
    gives up, before that or in the middle of it, an hour of rest follows."""
    first = to_the_spa(town)
    gone = town.book(town.wish("R1", origin="spa", destination="market", after="12:20"))
    town.book(town.wish("R2", origin="spa", destination="depot", after="15:00"))
    driven_to_the_spa(town, first)
    at_clock(town, waited_until)
    reported(town, arrived(gone, "12:21"), no_show(gone, waited_until))
    planned_anew(town)
    assert wrong(town) == []
    ((start_s, before),) = breaks(town)
    assert parse_clock(waited_until) <= start_s <= parse_clock("13:00")
    assert before == 2


def test_a_break_keeps_its_place_when_a_no_show_before_it_leaves_the_plan_late(town: Town) -> None:
    """R1 does not come to the spa at 12:30, the driver rests at 12:43 as planned, drives R2, and only then somebody
    plans again. Of the four visits that were before the break, two were made."""
    first = to_the_spa(town)
    gone = town.book(town.wish("R1", origin="spa", destination="market", after="12:20"))
    last = town.book(town.wish("R2", origin="spa", destination="depot", after="15:00"))
    ((start_s, before),) = breaks(town)
    assert before == 4
    driven_to_the_spa(town, first)
    at_clock(town, "15:05")
    reported(town, no_show(gone, "12:30"), boarded(last, "15:03"))
    planned_anew(town)
    assert breaks(town) == [(start_s, 2)]
    assert wrong(town) == []


@pytest.mark.parametrize("said", [EventKind.DEPARTED, EventKind.ARRIVED])
def test_a_driver_who_goes_on_after_the_break_does_not_begin_it_again(town: Town, said: EventKind) -> None:
    """The break ended at 13:20. R1 is promised 14:00 to 14:15 at the market, 1275 s away: whoever leaves at 13:35, or
    is there at 13:57, is in time, and would not be after another hour."""
    first = to_the_spa(town)
    second = town.book(town.wish("R1", origin="market", destination="depot", after="14:00"))
    assert breaks(town) == [BREAK]
    driven_to_the_spa(town, first)
    at_clock(town, "13:57")
    reported(town, tap(said, second, "13:35" if said is EventKind.DEPARTED else "13:57"))
    assert wrong(town) == []
    planned_anew(town)
    assert wrong(town) == []
    assert breaks(town) == [BREAK]


def test_the_first_rider_of_the_day_does_not_come(town: Town) -> None:
    """Nobody has been driven when the driver gives up at 11:55: the break is still to come."""
    gone = to_the_spa(town)
    second = town.book(town.wish("R1", origin="market", destination="depot", after="14:00"))
    at_clock(town, "11:55")
    reported(town, no_show(gone, "11:55"))
    planned_anew(town)
    assert wrong(town) == []
    ((start_s, before),) = breaks(town)
    assert parse_clock("11:55") <= start_s <= parse_clock("13:00")
    assert before == 0
    assert boards_s(town, second) >= parse_clock("14:00")


def test_somebody_aboard_while_another_does_not_come(town: Town) -> None:
    """R0 sits in the taxi at the clinic, where two do not come until 9:25, and is driven on to the market in time."""
    aboard = town.book(town.wish("R0", origin="depot", destination="market", after="9:00"))
    gone = town.book(town.wish("R1", origin="clinic", destination="market", after="9:10", party=party_of(2)))
    later = town.book(town.wish("R2", origin="market", destination="depot", after="10:00"))
    at_clock(town, "9:25")
    reported(town, boarded(aboard, "9:05"), arrived(gone, "9:14"), no_show(gone, "9:25"))
    assert wrong(town) == []
    last = planned_anew(town)
    assert wrong(town) == []
    assert {visit.reservation_id for visit in route(town).visits} == {aboard.id, later.id, last.id}


def waited_in_vain(town: Town) -> Reservation:
    """Whose promise only the other taxi can keep, and only if it leaves at once.

    R1 does not come to the market until 9:37. R0, aboard, is let out at the clinic, 495 s from there, where R2 is
    promised 9:45. The other taxi stands at the depot, 480 s away.
    """
    aboard = town.book(town.wish("R0", origin="station", destination="clinic", after="9:20"))
    gone = town.book(town.wish("R1", origin="market", destination="clinic", after="9:25"))
    promised = town.book(town.wish("R2", origin="clinic", destination="station", after="9:30"))
    (all_three,) = town.desk.plan(service_id=SERVICE, day=TUESDAY).routes
    shift = all_three.shift_id
    at_clock(town, "9:37")
    reported(town, boarded(aboard, "9:21", shift=shift), no_show(gone, "9:37", shift=shift))
    assert promised.promise.pickup_latest_s == parse_clock("9:45")
    return promised


def in_time_on_the_other(town: Town, promised: Reservation) -> bool:
    """Whether the taxi that carries nobody else is there at the last second of the promise."""
    carried = [
        {visit.reservation_id: visit.start_s for visit in reversed(route.visits)}
        for route in town.desk.plan(service_id=SERVICE, day=TUESDAY).routes
    ]
    return {promised.id: parse_clock("9:45")} in carried


def briefly(searches: int, rules: PlanningRules) -> Seconds:
    return Seconds(value=0.05)


def test_the_worker_publishes_a_plan_that_must_be_begun_before_a_search_would_end() -> None:
    """When the search ends, the other taxi could not be there in time any more: its plan is published without one."""
    town = open_town(MemoryStore(), rules=town_rules())
    promised = waited_in_vain(town)
    assert Worker(town.desk.workplace, owner="first", ending=Day(), lengths=briefly, timer=lambda: 0.0).turn()
    assert in_time_on_the_other(town, promised)
    assert wrong(town) == []


def test_looking_for_breaches_publishes_the_plan_that_has_none() -> None:
    """Nobody need be late, but not with the plan in force: the desk gets the one it was told about."""
    town = open_town(MemoryStore(), rules=town_rules())
    promised = waited_in_vain(town)
    assert wrong(town) == []
    assert in_time_on_the_other(town, promised)
    assert town.store.reservation(promised.id).breaches == ()
