"""The catalogue, the rules and the search of riders: what every store keeps, SQL or memory."""

from __future__ import annotations

from datetime import date

import pytest

from dispatch.model.catalog import Vehicle
from dispatch.model.errors import NotFound
from dispatch.store.protocol import Store
from tests.dispatch.store.example_city import CITY, TUESDAY, Example

SUNDAY = date(2026, 11, 29)


def test_rules_are_those_in_force_on_the_day(store: Store, example: Example) -> None:
    """The latest effective date not after the day wins; the same date is overwritten; before the first: none."""
    spring = example.rules.model_copy(update={"effective_from": date(2027, 4, 1)})
    cheaper = spring.model_copy(update={"booking": spring.booking.model_copy(update={"horizon_days": 3})})
    for rules in (spring, cheaper):
        with store.writing() as work:
            work.save_rules(CITY, rules)
    assert store.rules(CITY, date(2027, 3, 31)) == example.rules
    assert store.rules(CITY, date(2027, 4, 1)) == cheaper
    for service, day in ((CITY, date(2026, 3, 31)), ("elsewhere", TUESDAY)):
        with pytest.raises(NotFound) as caught:
            store.rules(service, day)
        assert caught.value.code == "no_rules"


def test_rows_are_those_of_their_version_of_the_catalogue(store: Store, example: Example) -> None:
    """A renamed place has its new name at the new version; what is missing is named, and found once made."""
    before = store.catalog_at(CITY, version=store.catalog_version(CITY))
    assert before.place(CITY, "P002") == store.place(CITY, "P002")
    with pytest.raises(NotFound):
        before.place(CITY, "P777")
    with store.writing() as work:
        for place_id in ("P002", "P777"):
            work.save(example.place(place_id, name="あたらしい駅", lat=36.38, lon=139.84))
    after = store.catalog_at(CITY, version=store.catalog_version(CITY))
    assert {after.place(CITY, place_id).name for place_id in ("P002", "P777")} == {"あたらしい駅"}


def test_shifts_of_the_day_follow_weekday_dates_and_active_vehicles(store: Store, example: Example) -> None:
    """No shift on Sunday, before the first or after the last date, or for a vehicle taken out of service."""
    for day, expected in ((TUESDAY, 1), (SUNDAY, 0), (date(2026, 4, 1), 1), (date(2027, 4, 1), 0)):
        assert len(store.day_state(CITY, day).shifts) == expected, day
    with store.writing() as work:
        work.save(Vehicle(service_id=CITY, id="V1", name="1号車", layouts=[[4, 0]], active=False))
    assert store.day_state(CITY, TUESDAY).shifts == ()


@pytest.mark.parametrize(
    ("vehicle", "start", "code"), [("V9", "P002", "unknown_vehicle"), ("V1", "P9", "unknown_place")]
)
def test_a_shift_that_names_nothing_is_told(
    store: Store, example: Example, vehicle: str, start: str, code: str
) -> None:
    """A shift of a vehicle or from a place that does not exist stops the day with the name of what is missing."""
    with store.writing() as work:
        work.save(example.shift("S2", vehicle_id=vehicle, start=start))
    with pytest.raises(NotFound) as caught:
        store.day_state(CITY, TUESDAY)
    assert caught.value.code == code


def test_catalogue_rows_are_copies(store: Store, example: Example) -> None:
    """Changing what one holds, before or after saving, changes nothing stored."""
    taro = example.rider("R0002", name="太郎", kana="たろう", phone="0285-44-0002")
    with store.writing() as work:
        work.save(taro)
    taro.name = "次郎"
    store.rider(CITY, "R0002").name = "三郎"
    assert store.rider(CITY, "R0002").name == "太郎"


def test_catalogue_rows_are_overwritten_listed_and_removed(store: Store, example: Example) -> None:
    """Saving the same id replaces; lists are by id and by service; the removed are unknown; removing twice is fine."""
    with store.writing() as work:
        work.save(example.place("P000", name="駅", lat=36.3, lon=139.8))
        work.save(example.place("P001", name="新しい医院", lat=36.3, lon=139.8))
    assert [(p.id, p.name) for p in store.places(CITY)] == [("P000", "駅"), ("P001", "新しい医院"), ("P002", "車庫")]
    assert store.places("elsewhere") == ()
    assert [service.id for service in store.services()] == [CITY] == [store.service(CITY).id]
    assert [place.label for place in store.rider_places(CITY, "R0001")] == ["自宅"]
    gone = (
        store.place(CITY, "P000"),
        store.rider(CITY, "R0001"),
        store.rider_place(CITY, "R0001-home"),
        store.vehicle(CITY, "V1"),
        store.shift(CITY, "S1"),
    )
    for _ in range(2):
        with store.writing() as work:
            for row in gone:
                work.remove(row)
    for read, row_id, noun in (
        (store.place, "P000", "place"),
        (store.rider, "R0001", "rider"),
        (store.rider_place, "R0001-home", "rider_place"),
        (store.vehicle, "V1", "vehicle"),
        (store.shift, "S1", "shift"),
    ):
        with pytest.raises(NotFound) as caught:
            read(CITY, row_id)
        assert caught.value.code == f"unknown_{noun}"
        assert caught.value.values == {f"{noun}_id": row_id}
    assert store.search_riders(CITY, "たかさき", limit=5) == ()


def test_every_riders_own_places_come_in_one_read(store: Store, example: Example) -> None:
    """They are those read rider by rider, of this service only, by rider and id in the order of code points."""
    own = {"RC": ("x",), "Rb": ("b", "B", "a"), "RA": ("y", "X")}
    with store.writing() as work:
        for rider_id, ids in own.items():
            work.save(example.rider(rider_id, name="田中", kana="たなか", phone=""))
            for home_id in ids:
                work.save(example.home().model_copy(update={"id": home_id, "rider_id": rider_id}))
        work.save(example.home().model_copy(update={"service_id": "elsewhere"}))
    one_by_one = [home for rider in store.riders(CITY) for home in store.rider_places(CITY, rider.id)]
    assert list(store.all_rider_places(CITY)) == one_by_one
    assert [home.id for home in one_by_one] == ["R0001-home", "X", "y", "x", "B", "a", "b"]
    assert store.all_rider_places("nowhere") == ()


def test_lists_are_ordered_by_code_point(store: Store, example: Example) -> None:
    """Capitals before small letters, wherever the database would put them: every store lists alike."""
    with store.writing() as work:
        for place_id in ("b", "A", "a", "B", "_"):
            work.save(example.place(place_id, name="駅", lat=36.3, lon=139.8))
        for rider_id, kana in (("Rb", "あい"), ("RA", "アイ"), ("RC", "か ー"), ("Rc", "かあ")):
            work.save(example.rider(rider_id, name="田中", kana=kana, phone=""))
    assert [place.id for place in store.places(CITY)] == ["A", "B", "P001", "P002", "_", "a", "b"]
    assert [rider.id for rider in store.search_riders(CITY, "田中", limit=9)] == ["RA", "Rb", "RC", "Rc"]


@pytest.mark.parametrize(
    ("heard", "found"),
    [
        ("1234", ["R0001"]),  # last digits
        ("0285", ["R0001", "R0002"]),  # area code
        ("０２８５-４４", ["R0001"]),  # full width, hyphen
        ("8544", []),  # the middle of a number is not what people say
        ("34", []),  # too few digits
        ("たかさき", ["R0001"]),
        ("ハナコ", ["R0001"]),  # second word
        ("ﾊﾅ", ["R0001"]),  # half width, start of a word
        ("なこ", []),  # not the start of a word
        ("髙﨑", ["R0001"]),
        ("髙﨑花子", ["R0001"]),  # without the space
        ("𠮷", ["R0002"]),
        ("maria", ["R0003"]),
        ("%", []),  # no wildcard
        ("_", []),
        ("", []),
        ("  ", []),
    ],
)
def test_riders_are_found_as_they_are_heard(store: Store, example: Example, heard: str, found: list[str]) -> None:
    """By either end of the phone, by kana in any script from the start of a word, by any part of an active name."""
    with store.writing() as work:
        work.save(example.rider("R0002", name="𠮷田 一郎", kana="よしだ いちろう", phone="(0285) 43-5678"))
        work.save(example.rider("R0003", name="Maria Silva", kana="マリア シルバ", phone="080-1234-0003"))
        gone = example.rider("R0004", name="髙﨑 去", kana="たかさき", phone="1234")
        gone.active = False
        work.save(gone)
    assert [rider.id for rider in store.search_riders(CITY, heard, limit=10)] == found
    assert store.search_riders("elsewhere", heard, limit=10) == ()


def test_a_search_is_limited_and_ordered_by_kana(store: Store, example: Example) -> None:
    """The first two of three Tanakas by reading, then by id."""
    with store.writing() as work:
        for rider_id, kana in (("R9", "たなか あい"), ("R7", "たなか ゆう"), ("R8", "タナカ アイ")):
            work.save(example.rider(rider_id, name="田中", kana=kana, phone=""))
    assert [rider.id for rider in store.search_riders(CITY, "田中", limit=2)] == ["R8", "R9"]
