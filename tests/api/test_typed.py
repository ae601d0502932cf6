"""What operators type is read kindly, and never wrongly."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.typed import place_book, typed_clock
from dispatch.model.catalog import Place, RiderPlace
from dispatch.model.errors import InvalidInput
from dispatch.model.spot import Spot, SpotKind, SpotRef
from dispatch.model.times import LAST_SECOND_S
from maps.geo import LatLon


def place(place_id: str, name: str, kana: str, *, active: bool = True) -> Place:
    return Place(service_id="town", id=place_id, name=name, kana=kana, lat=36.38, lon=139.84, active=active)


PLACES = [
    place("P1", "石橋駅", "いしばしえき"),
    place("P2", "石橋総合病院", "いしばしそうごうびょういん"),
    place("P3", "公民館", "こうみんかん"),
    place("P4", "公民館", "こうみんかん"),
    place("P5", "閉店した店", "へいてん", active=False),
]
HOME = RiderPlace(service_id="town", id="H1", rider_id="R1", label="自宅", lat=36.4, lon=139.8)
CLINIC = RiderPlace(service_id="town", id="K1", rider_id="R1", label="かかりつけ", place_id="P2", lat=36.4, lon=139.8)
BOOK = place_book(places=PLACES, own=[CLINIC, HOME])


def public(place_id: str) -> SpotRef:
    return SpotRef(kind=SpotKind.PLACE, id=place_id)


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("9:30", 9, 30),
        ("930", 9, 30),
        ("0930", 9, 30),
        (" 9:30 ", 9, 30),
        ("９：３０", 9, 30),
        ("９３０", 9, 30),
        ("9時半", 9, 30),
        ("9時30分", 9, 30),
        ("9時5分", 9, 5),
        ("9時", 9, 0),
        ("2510", 25, 10),
    ],
)
def test_times_are_read_as_people_write_them(text: str, hour: int, minute: int) -> None:
    """Digits alone, a colon, full width and the words of a clock all mean the same moment."""
    assert typed_clock(text) == hour * 3600 + minute * 60


@given(st.integers(0, 29), st.integers(0, 59))
def test_digits_and_colon_agree(hour: int, minute: int) -> None:
    """For every minute of a service day, ``HMM`` reads as ``H:MM``."""
    assert typed_clock(f"{hour}{minute:02d}") == typed_clock(f"{hour}:{minute:02d}") == hour * 3600 + minute * 60


@given(st.text(max_size=12))
def test_anything_else_is_refused_with_a_sentence(text: str) -> None:
    """Any text is a second of the service day or an ``InvalidInput``; nothing else happens."""
    with suppress(InvalidInput):
        assert 0 <= typed_clock(text) <= LAST_SECOND_S


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("自宅", SpotRef(kind=SpotKind.RIDER_PLACE, id="H1")),
        ("石橋駅", public("P1")),
        (" 石橋駅 ", public("P1")),
        ("いしばしえき", public("P1")),
        ("イシバシソウゴウビョウイン", public("P2")),
        ("公民館（P4）", public("P4")),
        ("36.39, 139.85", SpotRef(kind=SpotKind.POINT, at=LatLon(36.39, 139.85))),
    ],
)
def test_a_place_is_found_by_label_name_reading_or_coordinates(typed: str, meant: SpotRef) -> None:
    """Each way of naming a place leads to the same one."""
    assert BOOK.find(typed) == meant


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("いしばし", "place_unclear"),
        ("公民館", "place_unclear"),
        ("月", "place_not_found"),
        ("閉店した店", "place_not_found"),
    ],
)
def test_an_unclear_place_is_asked_about(typed: str, code: str) -> None:
    """Several that fit, and none at all, are different questions; a closed place is none."""
    with pytest.raises(InvalidInput) as caught:
        BOOK.find(typed)
    assert caught.value.code == code


def test_labels_are_unique_and_lead_back() -> None:
    """Every label finds its own place, though two places share a name and a usual place is public."""
    assert len({one.label for one in BOOK.choices}) == len(BOOK.choices) == 5
    assert [BOOK.find(one.label) for one in BOOK.choices] == [one.ref for one in BOOK.choices]


def test_home_comes_first() -> None:
    """The first of a rider's own places is their home, whatever the order of ids."""
    assert [one.label for one in BOOK.own] == ["自宅", "石橋総合病院"]


def test_a_spot_has_the_label_it_is_found_by() -> None:
    """What a reservation holds can be typed again: a home by its label, a point by its coordinates."""
    home = Spot(kind=SpotKind.RIDER_PLACE, id="H1", at=LatLon(36.4, 139.8))
    point = Spot(kind=SpotKind.POINT, id="12-to", at=LatLon(36.39, 139.85))
    assert BOOK.find(BOOK.label_of(home)).id == "H1"
    assert BOOK.find(BOOK.label_of(point)).at == point.at
