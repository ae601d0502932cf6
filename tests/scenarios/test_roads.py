"""Roads closed or slow for a day: stored with it, the plan re-timed at once, breaches the least, undone again."""

from __future__ import annotations

import json

import pytest

from dispatch.model.errors import Conflict, InvalidInput, NotFound, RuleRefused
from dispatch.model.plan import Task
from dispatch.model.promise import BreachCause, PromiseState
from dispatch.model.reservation import ReservationState
from dispatch.model.spot import SpotKind, SpotRef
from dispatch.model.times import LAST_SECOND_S, parse_clock
from dispatch.moves.road_works import Closing, RoadTrial, RoadWork
from dispatch.moves.withdrawal import Accepted
from dispatch.store.memory import MemoryStore
from maps.geo import LatLon
from tests.scenarios.reporting import at_clock
from tests.scenarios.town import (
    LAT_PER_KM,
    LON_PER_KM,
    OPERATOR,
    SERVICE,
    TUESDAY,
    TWO_TAXIS,
    Town,
    open_town,
    town_rules,
)

YES = Accepted(breaches=True)


@pytest.fixture
def town() -> Town:
    """One taxi, so that every trip is on shift S1."""
    return open_town(MemoryStore(), rules=town_rules(), layouts=TWO_TAXIS[:1])


def around(place: str, *, detour_min: int, radius_m: int = 500) -> Closing:
    centre = SpotRef(kind=SpotKind.PLACE, id=place)
    return Closing(centre=centre, radius_m=radius_m, detour_s=detour_min * 60)


def slow(percent: int, *, since: str, until: str) -> RoadWork:
    return RoadWork(from_s=parse_clock(since), until_s=parse_clock(until), percent=percent)


def made(town: Town, asked: RoadWork, accepted: Accepted = YES) -> RoadTrial:
    return town.desk.make_road_work(service_id=SERVICE, day=TUESDAY, asked=asked, actor=OPERATOR, accepted=accepted)


def ride_s(town: Town, reservation_id: int) -> int:
    """From the end of boarding to the stop at the drop, in the plan in force."""
    (route,) = town.desk.plan(service_id=SERVICE, day=TUESDAY).routes
    visits = {visit.task: visit for visit in route.visits if visit.reservation_id == reservation_id}
    return visits[Task.ALIGHT].start_s - visits[Task.BOARD].start_s - visits[Task.BOARD].service_s


def in_order(town: Town) -> None:
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
    assert town.desk.verify_journal(service_id=SERVICE, day=TUESDAY).flaws == ()


def test_a_slow_hour_takes_longer_and_other_hours_do_not(town: Town) -> None:
    """4 km take 8 minutes; at half speed between eight and ten, sixteen; in the afternoon eight as ever."""
    morning = town.book(town.wish("R0", origin="depot", destination="clinic", after="9:00"))
    later = town.book(town.wish("R1", origin="clinic", destination="depot", after="14:00"))
    usual_s = ride_s(town, morning.id), ride_s(town, later.id)
    trial = made(town, slow(200, since="8:00", until="10:00"), Accepted())
    assert trial.late == ()
    assert ride_s(town, morning.id) >= 2 * usual_s[0] - 1
    assert ride_s(town, later.id) == usual_s[1]
    in_order(town)


def test_a_closed_road_is_driven_around(town: Town) -> None:
    """The station lies on the way from the depot to the market, 2 km off the way to the clinic."""
    through = town.book(town.wish("R0", origin="depot", destination="market", after="9:00"))
    past = town.book(town.wish("R1", origin="depot", destination="clinic", after="14:00"))
    usual_s = ride_s(town, through.id), ride_s(town, past.id)
    made(town, RoadWork(closed=(around("station", detour_min=5),)), Accepted())
    assert ride_s(town, through.id) > usual_s[0]
    assert ride_s(town, past.id) == usual_s[1]
    in_order(town)


def test_what_was_driven_before_keeps_its_times(town: Town) -> None:
    """At ten o'clock the morning's trip is over by the clock; from then on roads are slow: the day stays in order."""
    morning = town.book(town.wish("R0", origin="depot", destination="clinic", after="9:00"))
    later = town.book(town.wish("R1", origin="clinic", destination="depot", after="14:00"))
    usual_s = ride_s(town, morning.id), ride_s(town, later.id)
    at_clock(town, "10:00")
    made(town, slow(150, since="0:00", until="20:00"), Accepted())
    assert ride_s(town, morning.id) == usual_s[0]
    assert ride_s(town, later.id) >= usual_s[1] * 3 // 2
    in_order(town)


def test_nobody_leaves_for_a_visit_before_the_one_that_comes_first(town: Town) -> None:
    """At 9:04 the taxi drives to the clinic, there at 9:09; at 9:25 it is due at the school, 12.8 minutes away.

    At half speed these are 25.6: from 9:04 it would have to leave for the school now, but somebody is aboard. It is
    there at 9:36, before the window ends.
    """
    town.book(town.wish("R0", origin="depot", destination="clinic", after="9:00"))
    town.book(town.wish("R1", origin="school", destination="depot", after="9:25"))
    at_clock(town, "9:04")
    assert made(town, slow(200, since="9:00", until="12:00"), Accepted()).late == ()
    in_order(town)


def test_whom_nobody_can_drive_is_named_and_given_up_on_a_yes(town: Town) -> None:
    """At half speed the last trip, 16:35 from the station by a closed road, ends after the shift: it finds no place.

    While a place is sought, whoever is late is left out, and then the rider aboard since 9:00 would wait too long for
    the one at the clinic: a plan that no search may begin with.
    """
    town.book(town.wish("R0", origin="depot", destination="market", after="9:00"))
    town.book(town.wish("R1", origin="station", destination="clinic", after="9:10"))
    town.book(town.wish("R2", origin="clinic", destination="market", after="9:20"))
    last = town.book(town.wish("R3", origin="station", destination="clinic", after="16:35"))
    at_clock(town, "9:02")
    between = SpotRef(kind=SpotKind.POINT, at=LatLon(36.38 + LAT_PER_KM, 139.84 + 3 * LON_PER_KM))
    asked = RoadWork(percent=200, closed=(Closing(centre=between, radius_m=300, detour_s=3600),))
    with pytest.raises(RuleRefused, match="road_leaves_riders"):
        made(town, asked)
    assert town.store.day_state(SERVICE, TUESDAY).roads == ()
    assert made(town, asked, Accepted(breaches=True, undriven=True)).undriven == (last.id,)
    given_up = town.store.reservation(last.id)
    assert (given_up.state, given_up.promise_state) == (ReservationState.CANCELLED, PromiseState.BREACHED)
    assert [breach.cause for breach in given_up.breaches] == [BreachCause.ROAD]
    assert last.id not in {trip.id for trip in town.store.day_state(SERVICE, TUESDAY).reservations}
    in_order(town)


def test_breaches_are_the_least_and_take_a_yes(town: Town) -> None:
    """To the spa: 16.97 km, 2037 s, promised by 10:05; at twice the time 4074 s: 9:01 + 67.9 min is 10:09."""
    to_spa = town.book(town.wish("R0", origin="depot", destination="spa", after="9:00"))
    asked = slow(200, since="8:00", until="12:00")
    trial = town.desk.try_road_work(service_id=SERVICE, day=TUESDAY, asked=asked, actor=OPERATOR)
    assert [(one.reservation_id, one.arrival_s // 60) for one in trial.late] == [(to_spa.id, 4)]
    with pytest.raises(RuleRefused, match="road_breaches"):
        made(town, asked, Accepted())
    made(town, asked)
    stored = town.store.reservation(to_spa.id)
    assert (stored.promise_state, stored.breaches[-1].cause) == (PromiseState.BREACHED, BreachCause.ROAD)
    in_order(town)


def test_opened_again_drives_take_their_usual_time(town: Town) -> None:
    """Lifting is journaled, and the plan is as short as before."""
    trip = town.book(town.wish("R0", origin="depot", destination="clinic", after="9:00"))
    usual_s = ride_s(town, trip.id)
    number = made(town, slow(200, since="8:00", until="10:00")).change.number
    lifted = town.desk.lift_road_work(service_id=SERVICE, day=TUESDAY, number=number, actor=OPERATOR)
    assert (lifted.lifted, ride_s(town, trip.id)) == (True, usual_s)
    kinds = [json.loads(record.body)["kind"] for record in town.store.journal(SERVICE, TUESDAY).records]
    assert kinds[-2:] == ["road_changed", "road_opened"]
    with pytest.raises(Conflict, match="road_already_open"):
        town.desk.lift_road_work(service_id=SERVICE, day=TUESDAY, number=number, actor=OPERATOR)
    in_order(town)


def test_offers_know_the_slow_hour(town: Town) -> None:
    """An offer made while roads are slow is planned with them: half an hour at the usual speed takes twice that."""
    made(town, slow(200, since="8:00", until="12:00"))
    trip = town.book(town.wish("R0", origin="depot", destination="clinic", after="9:00"))
    assert ride_s(town, trip.id) >= 2 * 8 * 60 - 10
    in_order(town)


def test_what_cannot_be_is_said(town: Town) -> None:
    """Nothing asked, a place or a number unknown, times in the wrong order, more than five times as slow."""
    at_clock(town, "10:00")
    cases = (
        (RoadWork(), InvalidInput, "road_change_empty"),
        (slow(150, since="8:00", until="9:00"), InvalidInput, "road_change_bounds"),
        (slow(501, since="11:00", until="12:00"), InvalidInput, "road_change_bounds"),
        (RoadWork(closed=(around("station", detour_min=0),)), InvalidInput, "road_change_bounds"),
        (RoadWork(closed=(around("nowhere", detour_min=5),)), NotFound, "unknown_place"),
    )
    for asked, error, code in cases:
        with pytest.raises(error, match=code):
            made(town, asked)
    with pytest.raises(NotFound, match="unknown_road_change"):
        town.desk.lift_road_work(service_id=SERVICE, day=TUESDAY, number=3, actor=OPERATOR)
    assert made(town, RoadWork(closed=(around("station", detour_min=5),))).change.until_s == LAST_SECOND_S
