"""The catalogue can be edited, but not so that a promise already given breaks."""

from __future__ import annotations

import pytest

from dispatch.model.catalog import (
    PlaceCreate,
    RiderCreate,
    RiderPlaceCreate,
    Shift,
    ShiftCreate,
    Vehicle,
    VehicleCreate,
)
from dispatch.model.errors import InvalidInput, NotFound, RuleRefused
from dispatch.model.times import parse_clock, to_moment
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, party_of


def vehicle_with(vehicle: Vehicle, layouts: list[list[int]]) -> VehicleCreate:
    return VehicleCreate(id=vehicle.id, name=vehicle.name, layouts=layouts)


def shift_with(shift: Shift, **changes: int | str) -> ShiftCreate:
    return ShiftCreate.model_validate(shift.model_dump(exclude={"service_id"}) | changes)


def on_duty(town: Town) -> str:
    """The vehicle of the only route."""
    return town.desk.plan(service_id=SERVICE, day=TUESDAY).routes[0].vehicle_id


def test_a_shift_with_promised_trips_cannot_be_removed(town: Town) -> None:
    """R1 is promised on one vehicle: its shift stays, the other one can go; after the day is over both can."""
    town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    used = f"S{on_duty(town)[1:]}"
    free = "S2" if used == "S1" else "S1"
    with pytest.raises(RuleRefused, match="edit_breaks_promises"):
        town.desk.remove_shift(service_id=SERVICE, actor=OPERATOR, shift_id=used)
    town.desk.remove_shift(service_id=SERVICE, actor=OPERATOR, shift_id=free)
    town.clock.set(to_moment(TUESDAY, parse_clock("30:00")))
    town.desk.remove_shift(service_id=SERVICE, actor=OPERATOR, shift_id=used)
    assert town.store.shifts(SERVICE) == ()


def test_after_midnight_the_day_still_counts(town: Town) -> None:
    """A service day runs until 30:00: at 24:30 its shift and its rider's home still stay."""
    town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    town.clock.set(to_moment(TUESDAY, parse_clock("24:30")))
    with pytest.raises(RuleRefused, match="edit_breaks_promises"):
        town.desk.remove_shift(service_id=SERVICE, actor=OPERATOR, shift_id=f"S{on_duty(town)[1:]}")
    with pytest.raises(RuleRefused, match="rider_place_in_use"):
        town.desk.remove_rider_place(service_id=SERVICE, actor=OPERATOR, rider_place_id="R1-home")


def test_a_vehicle_cannot_shrink_below_its_promises(town: Town) -> None:
    """Four people are promised: the vehicle cannot become one of three seats, but one of five."""
    town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00", party=party_of(4)))
    vehicle = town.store.vehicle(SERVICE, on_duty(town))
    with pytest.raises(RuleRefused, match="edit_breaks_promises"):
        town.desk.save_vehicle(service_id=SERVICE, actor=OPERATOR, vehicle=vehicle_with(vehicle, [[3, 0]]))
    town.desk.save_vehicle(service_id=SERVICE, actor=OPERATOR, vehicle=vehicle_with(vehicle, [[5, 0]]))
    assert town.store.vehicle(SERVICE, vehicle.id).layouts == [[5, 0]]
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_an_edit_moves_the_days_it_touches(town: Town) -> None:
    """Whoever is accepting under the old catalogue must look again: the planned day has a new version."""
    town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    before = town.store.day_version(SERVICE, TUESDAY)
    town.desk.save_shift(
        service_id=SERVICE, actor=OPERATOR, shift=shift_with(town.store.shift(SERVICE, "S1"), end_s=18 * 3600)
    )
    assert town.store.day_version(SERVICE, TUESDAY) == before + 1
    town.book(town.wish("R2", origin="home", destination="clinic", after="9:00"))
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"start_s": 17 * 3600, "end_s": 8 * 3600},
        {"break_earliest_s": 13 * 3600, "break_latest_s": 12 * 3600},
        {"break_latest_s": 17 * 3600},
    ],
)
def test_a_shift_makes_sense(town: Town, changes: dict[str, int]) -> None:
    """It ends after it begins, and its break begins and ends inside."""
    with pytest.raises(InvalidInput, match="shift_times"):
        town.desk.save_shift(
            service_id=SERVICE, actor=OPERATOR, shift=shift_with(town.store.shift(SERVICE, "S1"), **changes)
        )


def test_a_shift_names_known_vehicles_and_places(town: Town) -> None:
    """Neither a vehicle nor a place that nobody knows."""
    shift = town.store.shift(SERVICE, "S1")
    with pytest.raises(NotFound, match="unknown_vehicle"):
        town.desk.save_shift(service_id=SERVICE, actor=OPERATOR, shift=shift_with(shift, vehicle_id="V9"))
    with pytest.raises(NotFound, match="unknown_place"):
        town.desk.save_shift(service_id=SERVICE, actor=OPERATOR, shift=shift_with(shift, start_place_id="moon"))


def test_what_is_in_use_is_not_removed(town: Town) -> None:
    """A booked place, the depot, a vehicle with a shift, a rider with a trip and the home it starts from."""
    town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    desk = town.desk
    for place_id in ("clinic", "depot"):
        with pytest.raises(RuleRefused, match="place_in_use"):
            desk.remove_place(service_id=SERVICE, actor=OPERATOR, place_id=place_id)
    with pytest.raises(RuleRefused, match="vehicle_in_use"):
        desk.remove_vehicle(service_id=SERVICE, actor=OPERATOR, vehicle_id="V1")
    with pytest.raises(RuleRefused, match="rider_in_use"):
        desk.remove_rider(service_id=SERVICE, actor=OPERATOR, rider_id="R1")
    with pytest.raises(RuleRefused, match="rider_place_in_use"):
        desk.remove_rider_place(service_id=SERVICE, actor=OPERATOR, rider_place_id="R1-home")


def test_what_nobody_uses_can_go_and_new_things_can_come(town: Town) -> None:
    """A rider goes together with the home; a new place, rider, usual place, vehicle are there at once."""
    desk = town.desk
    desk.remove_rider(service_id=SERVICE, actor=OPERATOR, rider_id="R2")
    with pytest.raises(NotFound, match="unknown_rider_place"):
        town.store.rider_place(SERVICE, "R2-home")
    desk.remove_place(service_id=SERVICE, actor=OPERATOR, place_id="market")
    desk.save_place(
        service_id=SERVICE, actor=OPERATOR, place=PlaceCreate(id="library", name="図書館", lat=36.4, lon=139.87)
    )
    desk.save_rider(service_id=SERVICE, actor=OPERATOR, rider=RiderCreate(id="R20", name="新人", birth_year=1950))
    usual = RiderPlaceCreate(id="R20-library", rider_id="R20", label="図書館", place_id="library", lat=36.4, lon=139.87)
    desk.save_rider_place(service_id=SERVICE, actor=OPERATOR, rider_place=usual)
    desk.remove_rider_place(service_id=SERVICE, actor=OPERATOR, rider_place_id="R20-library")
    desk.save_vehicle(
        service_id=SERVICE, actor=OPERATOR, vehicle=VehicleCreate(id="V3", name="3号車", layouts=[[4, 0]])
    )
    desk.remove_vehicle(service_id=SERVICE, actor=OPERATOR, vehicle_id="V3")
    assert town.offered(town.wish("R20", origin="library", destination="clinic", after="9:00")).offers
