"""The fleet study: the same calls for every size of fleet, through the same code, with figures that can be added up."""

from __future__ import annotations

import csv
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from dispatch.model.actor import Channel
from dispatch.model.demand import Fate, HistoricalRequest
from dispatch.model.errors import InvalidInput
from dispatch.model.spot import SpotKind
from dispatch.model.times import parse_clock
from dispatch.model.wish import NO_ID, TimeKind
from dispatch.model.wording import Lang
from dispatch.store.memory import MemoryStore
from dispatch.study.city import City, city_of
from dispatch.study.fleet import FleetFigures, InThisProcess, Sweep, sweep
from dispatch.study.fleet_report import fleet_csv, fleet_png, write_fleet_report
from dispatch.study.replay import OUTBOUND_REFUSED
from tests.scenarios.town import ONE_ADULT, SERVICE, TUESDAY, furnish, party_of, town_rules

NOBODY_WAITS = {"search_earlier_min": 0, "search_later_min": 0}


def call(
    number: int, time: str, *, day: int = 0, people: int = 1, linked_no: int = NO_ID, fate: Fate = Fate.KEPT
) -> HistoricalRequest:
    """From the depot to the spa (34 minutes), or back for a return, asked for the afternoon before."""
    ends = ("depot", "spa") if linked_no == NO_ID else ("spa", "depot")
    return HistoricalRequest(
        request_no=number,
        day_offset=day,
        asked_day_offset=day - 1,
        asked_time_s=parse_clock("13:00") + number * 60,
        channel=Channel.PHONE,
        rider_id=f"R{number % 10}",
        origin_kind=SpotKind.PLACE,
        origin_id=ends[0],
        destination_kind=SpotKind.PLACE,
        destination_id=ends[1],
        time_kind=TimeKind.DEPART_AFTER,
        time_s=parse_clock(time),
        party=party_of(people) if people > 1 else ONE_ADULT,
        purpose="",
        linked_no=linked_no,
        fate=fate,
    )


@pytest.fixture
def city() -> City:
    """The town with one taxi of four seats, whose offers do not move away from the wish."""
    store = MemoryStore()
    furnish(store, rules=town_rules(promise=NOBODY_WAITS), layouts=(((4, 0),),))
    return city_of(store, SERVICE, TUESDAY)


def figures(city: City, *demand: HistoricalRequest, sizes: tuple[int, ...] = (1, 2)) -> tuple[FleetFigures, ...]:
    question = Sweep(city=city, demand=demand, sizes=sizes, days=10, seed=1)
    return sweep(question, executor=InThisProcess(), on_day=lambda days: None)


def test_a_second_vehicle_serves_whom_one_must_refuse(city: City) -> None:
    """Two parties of four to the spa at nine: one taxi takes the first who called, two take both.

    Each trip is 17 km out and 17 km home: 34 km with one taxi, 68 with two, give or take the grid's 1 %.
    """
    alone, pair = figures(city, call(1, "9:00", people=4), call(2, "9:00", people=4))
    assert (alone.served, pair.served) == (1, 2)
    assert alone.refused == (("seats", 1),)
    assert pair.refused == ()
    assert alone.distance_m == pytest.approx(34_000, rel=0.02)
    assert pair.distance_m == 2 * alone.distance_m
    assert (alone.ride_over_direct, pair.ride_over_direct) == (1.0, 1.0)


def test_a_fleet_is_made_by_going_through_the_vehicles_again(city: City) -> None:
    """Three of one vehicle are three copies of it: three parties of four are served."""
    (three,) = figures(city, *(call(number, "9:00", people=4) for number in (1, 2, 3)), sizes=(3,))
    assert three.served == 3


def test_calls_are_answered_in_the_order_in_which_they_were_made(city: City) -> None:
    """The later number called first: with one taxi it is the one that rides."""
    first_caller = replace(call(2, "9:00", people=4), asked_time_s=parse_clock("9:00"))
    second_caller = call(1, "9:00", people=3)
    (alone,) = figures(city, second_caller, first_caller, sizes=(1,))
    assert (alone.served, alone.rides) == (1, 1)
    assert alone.ride_s == alone.direct_s


def test_a_return_is_not_asked_for_when_the_outbound_was_refused(city: City) -> None:
    """The second party is refused out, so its return is counted with its own reason."""
    demand = (call(1, "9:00", people=4), call(2, "9:00", people=4), call(3, "14:00", linked_no=2))
    (alone,) = figures(city, *demand, sizes=(1,))
    assert dict(alone.refused) == {"seats": 1, OUTBOUND_REFUSED: 1}
    assert alone.served + sum(count for _, count in alone.refused) == alone.requests == 3


def test_trips_taken_back_are_served_but_not_driven(city: City) -> None:
    """A trip cancelled in reality was promised (it counts as served) and is not driven (no ride, no metre)."""
    (alone,) = figures(city, call(1, "9:00", fate=Fate.CANCELLED), sizes=(1,))
    assert (alone.served, alone.rides, alone.distance_m) == (1, 0, 0)


def test_days_are_independent_and_any_executor_gives_the_same_figures(city: City) -> None:
    """Five days of three calls, in one process or on two threads, told in blocks that sum up to the days."""
    demand = tuple(
        call(3 * day + n, time, day=day)
        for day in range(5)
        for n, time in enumerate(("9:00", "9:10", "14:00"), start=1)
    )
    question = Sweep(city=city, demand=demand, sizes=(1, 2), days=10, seed=1)
    told: list[int] = []
    with ThreadPoolExecutor(max_workers=2) as threads:
        on_threads = sweep(question, executor=threads, on_day=told.append)
    assert on_threads == sweep(question, executor=InThisProcess(), on_day=lambda days: None)
    assert sum(told) == 2 * 5


def test_days_limit_the_history(city: City) -> None:
    """Of three days only the first two are replayed."""
    question = Sweep(
        city=city, demand=(call(1, "9:00"), call(2, "9:00", day=1), call(3, "9:00", day=2)), sizes=(1,), days=2, seed=1
    )
    (alone,) = sweep(question, executor=InThisProcess(), on_day=lambda days: None)
    assert (alone.days, alone.requests) == (2, 2)


@pytest.mark.parametrize("sizes", [(), (0,), (201,)])
def test_impossible_sizes_and_no_demand_are_named(city: City, sizes: tuple[int, ...]) -> None:
    """No size, none below 1, none above 200; and a history without rows is no history."""
    with pytest.raises(InvalidInput, match="fleet_sizes"):
        figures(city, call(1, "9:00"), sizes=sizes)
    with pytest.raises(InvalidInput, match="no_demand"):
        figures(city)


def test_the_city_of_a_study_knows_no_names(city: City) -> None:
    """Riders and homes keep their ids and points; the names stay behind."""
    assert {rider.name for rider in city.riders} == {"-"}
    assert {home.label for home in city.rider_places} == {"-"}


def test_the_report_is_private_complete_and_repeatable(city: City, tmp_path: Path) -> None:
    """CSV and PNG are readable by their owner only; the table adds up; the same figures give the same bytes."""
    found = figures(city, call(1, "9:00", people=4), call(2, "9:00", people=4))
    table, picture = write_fleet_report(found, tmp_path / "study")
    assert {stat.S_IMODE(path.stat().st_mode) for path in (table, picture)} == {0o600}
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    assert [(row["vehicles"], row["served"], row["refused_seats"]) for row in rows] == [
        ("1", "1", "1"),
        ("2", "2", "0"),
    ]
    assert table.read_text(encoding="utf-8") == fleet_csv(found)
    assert picture.read_bytes() == fleet_png(found, lang=Lang.JA)
    assert picture.read_bytes() != fleet_png(found, lang=Lang.EN)
