"""The committed tables are what the generator writes, and they fit together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import phonenumbers
import pytest

from dispatch.model.demand import HistoricalRequest
from dispatch.model.party import Aid
from dispatch.model.rules_math import bookable_from, first_pickup_s, runs_on
from dispatch.model.spot import SpotKind
from dispatch.model.times import to_moment
from dispatch.model.wish import NO_ID, TimeKind
from maps.geo import LatLon, contains
from sample_data import tables
from sample_data.generate import main, table_texts
from sample_data.names import is_rare
from sample_data.seasons import HISTORY_START
from tests.sample_data.kept import demo, history, places, rider_places, riders

RULES = tables.sample_rules()


def test_generating_again_gives_the_same_bytes(tmp_path: Path) -> None:
    """``--seed 1`` writes the committed files byte for byte, in UTF-8 with LF."""
    assert main(["--seed", "1", "--out", str(tmp_path)]) == 0
    for name in ("riders.csv", "rider_places.csv", "requests.csv", "demo_requests.csv"):
        assert (tmp_path / name).read_bytes() == tables.text_of(name).encode(), name


def test_another_seed_gives_another_city() -> None:
    """The seed is used for all four tables."""
    other = table_texts(seed=2)
    assert len(other) == 4
    assert all(text != tables.text_of(name) for name, text in other.items())


def test_the_city_is_large_enough() -> None:
    """At least 60 real destinations with kana, all 81 town centres, 600 riders, 4 vehicles of different layouts."""
    real = [place for place in places().values() if not place.assumed]
    assert len(real) >= 60
    assert sum(place.category == "town" for place in places().values()) == 81
    assert all(place.kana for place in places().values())
    assert len(riders()) >= 600
    assert len({str(vehicle.layouts) for vehicle in tables.vehicles()}) == 4


def test_made_up_shops_say_so() -> None:
    """Every assumed destination carries 想定 in its name and the mark in its row; no real one does."""
    for place in places().values():
        if place.category != "town":
            assert place.assumed is ("（想定）" in place.name), place.name


def test_homes_lie_in_the_city_and_usual_places_are_public() -> None:
    """A rider's own place is a home inside the boundary, or a listed place at the same point."""
    boundary = tables.boundary()
    for place in rider_places().values():
        if place.place_id:
            listed = places()[place.place_id]
            assert (place.lat, place.lon) == (listed.lat, listed.lon)
        else:
            assert contains(boundary, point=LatLon(place.lat, place.lon))
    homes = Counter(place.rider_id for place in rider_places().values() if not place.place_id)
    assert homes == Counter(riders().keys())


def test_addresses_of_homes_say_that_they_are_made_up() -> None:
    """Every home has an address of a real town of the city with numbers marked as a sample; usual places have none."""
    towns = {place.address for place in places().values() if place.category == "town"}
    for place in rider_places().values():
        town, mark, numbers = place.address.partition("（見本）")
        if place.place_id:
            assert place.address == ""
        else:
            assert (town in towns, mark) == (True, "（見本）")
            assert re.fullmatch(r"[1-9]\d*-[1-9]\d*", numbers)


def test_towns_lie_in_the_simplified_boundary() -> None:
    """Simplifying the boundary has cut off no town centre, and left the neighbours' stations outside."""
    boundary = tables.boundary()
    inside = {place.id: contains(boundary, point=LatLon(place.lat, place.lon)) for place in places().values()}
    outside = {"HO05", "HO06", "ST04", "ST05", "ST06", "ST07"}
    assert {place_id for place_id, within in inside.items() if not within} == outside


def test_shifts_use_known_vehicles_and_places() -> None:
    """Every vehicle has one shift; its break can be taken inside the shift."""
    shifts = tables.shifts()
    assert sorted(shift.vehicle_id for shift in shifts) == sorted(vehicle.id for vehicle in tables.vehicles())
    for shift in shifts:
        assert {shift.start_place_id, shift.end_place_id} <= places().keys()
        assert shift.start_s <= shift.break_earliest_s <= shift.break_latest_s
        assert shift.break_latest_s + shift.break_duration_s <= shift.end_s


def test_phones_are_possible_and_belong_to_nobody() -> None:
    """Valid in format, different, and all with a local exchange beginning with 0, which is never assigned."""
    phones = [rider.phone for rider in riders().values()]
    assert len(set(phones)) == len(phones)
    for phone in phones:
        assert phone.startswith("0285-00-")
        assert phonenumbers.is_valid_number(phonenumbers.parse(phone, "JP"))


def test_names_that_try_the_fonts() -> None:
    """Riders named 𠮷田 and 髙﨑 exist, ride on the demo day, and every rider has a reading in hiragana."""
    of_demo = {riders()[request.rider_id].name.split()[0] for request in demo()}
    assert {"𠮷田", "髙﨑"} <= of_demo
    assert sum(map(is_rare, range(1, len(riders()) + 1))) >= 8
    assert all("ぁ" <= letter <= "ー" for rider in riders().values() for letter in rider.kana if letter != " ")


def test_requests_name_what_exists() -> None:
    """Origins, destinations and riders are in the tables; a rider leaves from or returns to their own home."""
    for request in (*history(), *demo()):
        ends = {request.origin_kind: request.origin_id, request.destination_kind: request.destination_id}
        assert ends[SpotKind.PLACE] in places()
        assert rider_places()[ends[SpotKind.RIDER_PLACE]].rider_id == request.rider_id
        first = request.party.passengers[0]
        assert (first.aid, first.fare_class) == (riders()[request.rider_id].aid, riders()[request.rider_id].fare_class)


@pytest.mark.parametrize("table", [history, demo], ids=["history", "demo"])
def test_requests_stand_in_the_order_in_which_they_were_made(
    table: Callable[[], tuple[HistoricalRequest, ...]],
) -> None:
    """Numbers run from 1 with the moment of the call; a return comes after its outbound ride, mirrored, and later."""
    rows = table()
    assert [row.request_no for row in rows] == list(range(1, len(rows) + 1))
    asked = [(row.asked_day_offset, row.asked_time_s) for row in rows]
    assert asked == sorted(asked)
    for row in rows:
        if row.linked_no != NO_ID:
            out = rows[row.linked_no - 1]
            assert out.request_no < row.request_no
            assert (out.origin_id, out.destination_id) == (row.destination_id, row.origin_id)
            assert (out.rider_id, out.day_offset) == (row.rider_id, row.day_offset)
            assert out.time_s < row.time_s


def test_every_request_could_be_booked() -> None:
    """The service runs on the day, and the call falls between the opening of the horizon and the cut-off."""
    for request in history():
        day = HISTORY_START + timedelta(days=request.day_offset)
        asked = to_moment(HISTORY_START + timedelta(days=request.asked_day_offset), request.asked_time_s)
        assert runs_on(RULES, day)
        assert bookable_from(RULES, day) <= asked
        if request.time_kind is TimeKind.DEPART_AFTER:
            assert first_pickup_s(RULES, day, now=asked) <= request.time_s


def test_the_demo_day_was_booked_before_it_began() -> None:
    """All calls were made on one of the seven days before, and aids of different kinds occur."""
    assert all(-7 <= request.asked_day_offset <= -1 for request in demo())
    assert {request.day_offset for request in demo()} == {0}
    assert 50 <= len(demo()) <= 60
    aids = {passenger.aid for request in demo() for passenger in request.party.passengers}
    assert {Aid.NONE, Aid.SLOW, Aid.WALKER, Aid.RAMP_WHEELCHAIR} <= aids
