"""A place from or to which a trip is promised stays where it is; what it is called may change."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dispatch.model.catalog import PlaceCreate, RiderPlaceCreate
from dispatch.model.errors import Conflict, RuleRefused
from dispatch.model.times import parse_clock, to_moment
from dispatch.store.csv_io import CsvKind
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town


def save_clinic(town: Town, **changes: float | str) -> None:
    stored = town.store.place(SERVICE, "clinic").model_dump(exclude={"service_id"})
    town.desk.save_place(service_id=SERVICE, place=PlaceCreate.model_validate(stored | changes), actor=OPERATOR)


def save_home(town: Town, **changes: float | str) -> None:
    stored = town.store.rider_place(SERVICE, "R1-home").model_dump(exclude={"service_id"})
    home = RiderPlaceCreate.model_validate(stored | changes)
    town.desk.save_rider_place(service_id=SERVICE, rider_place=home, actor=OPERATOR)


@pytest.fixture
def booked(town: Town) -> Town:
    """R1 rides from home to the clinic and back, R2 from the station to the clinic."""
    out = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    town.book(town.wish("R1", origin="clinic", destination="home", after="11:00", linked_to=out.id))
    town.book(town.wish("R2", origin="station", destination="clinic", after="9:00"))
    return town


def test_a_place_with_promised_trips_does_not_move(booked: Town) -> None:
    """Clinic and home: refused with the number of trips, also after midnight; free once the day is over."""
    for moment in ("8:00", "24:30"):
        booked.clock.set(to_moment(TUESDAY, parse_clock(moment)))
        with pytest.raises(RuleRefused) as caught:
            save_clinic(booked, lat=36.41)
        assert (caught.value.code, caught.value.values) == ("place_has_trips", {"place_id": "clinic", "count": 3})
        with pytest.raises(RuleRefused) as caught:
            save_home(booked, lon=139.87)
        assert (caught.value.code, caught.value.values) == ("place_has_trips", {"place_id": "R1-home", "count": 2})
    assert booked.desk.check(service_id=SERVICE, day=TUESDAY) == ()
    booked.clock.set(to_moment(TUESDAY, parse_clock("30:00")))
    save_clinic(booked, lat=36.41)
    save_home(booked, lon=139.87)
    assert booked.store.place(SERVICE, "clinic").lat == 36.41


def test_its_names_may_change_and_unused_places_may_move(booked: Town) -> None:
    """Name, kana and address of the clinic, address of the home; the market, where nobody goes, moves."""
    save_clinic(booked, name="新しい医院", kana="あたらしいいいん", address="まち1丁目")
    save_home(booked, address="まち9丁目9")
    market = booked.store.place(SERVICE, "market").model_dump(exclude={"service_id"}) | {"lat": 36.4}
    booked.desk.save_place(service_id=SERVICE, place=PlaceCreate.model_validate(market), actor=OPERATOR)
    assert booked.store.place(SERVICE, "clinic").name == "新しい医院"
    assert booked.store.rider_place(SERVICE, "R1-home").address == "まち9丁目9"
    assert booked.store.place(SERVICE, "market").lat == 36.4


def test_a_file_does_not_move_it_either(booked: Town) -> None:
    """The clinic on another street in a file of places: the file is refused whole."""
    data = b"id,name,lat,lon\nmarket,market,36.4,139.9\nclinic,clinic,36.41,139.88\n"
    before = booked.desk.export_csv(service_id=SERVICE, kind=CsvKind.PLACES)
    with pytest.raises(RuleRefused, match="place_has_trips"):
        booked.desk.import_csv(service_id=SERVICE, kind=CsvKind.PLACES, data=data, skip_bad=False, actor=OPERATOR)
    assert booked.desk.export_csv(service_id=SERVICE, kind=CsvKind.PLACES) == before


@pytest.mark.parametrize("save", [save_clinic, save_home])
def test_an_offer_to_where_a_place_was_is_gone(town: Town, save: Callable[..., None]) -> None:
    """Nobody had booked yet, so clinic and home may move; the offer made before is not accepted, a new one is."""
    wish = town.wish("R1", origin="home", destination="clinic", after="9:00")
    old = town.offered(wish).offers[0]
    save(town, lat=36.41)
    with pytest.raises(Conflict, match="offer_gone"):
        town.desk.accept(offer_id=old.id, actor=OPERATOR)
    town.book(wish)
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
