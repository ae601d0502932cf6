"""What the Create schemas of the catalogue refuse."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from dispatch.model.catalog import PlaceCreate, ServiceBase, ShiftCreate, VehicleCreate

SHIFT = {"vehicle_id": "V1", "start_s": 28_800, "end_s": 61_200, "start_place_id": "P1", "end_place_id": "P1"}


@pytest.mark.parametrize("row_id", ["", "P 1", "P/1", "駅", "P" * 41])
def test_an_id_is_a_short_code(row_id: str) -> None:
    """Letters, digits, hyphen and underscore, 1 to 40 of them: ids go into paths and file names."""
    with pytest.raises(ValidationError):
        PlaceCreate(id=row_id, name="駅", lat=36.4, lon=139.8)
    assert PlaceCreate(id="P-1_a", name="駅", lat=36.4, lon=139.8).id == "P-1_a"


@pytest.mark.parametrize("weekdays", ["", "7", "Mon", "0 1"])
def test_weekdays_are_digits_from_0_to_6(weekdays: str) -> None:
    """0 is Monday; there is no day 7."""
    with pytest.raises(ValidationError):
        ShiftCreate.model_validate({"id": "S1", "weekdays": weekdays, **SHIFT})
    assert ShiftCreate.model_validate({"id": "S1", "weekdays": "056", **SHIFT}).weekdays == "056"


@pytest.mark.parametrize("code", ["", "9216", "092161", "O9216"])
def test_a_municipality_has_five_digits(code: str) -> None:
    """As in the national list of local governments, without the check digit."""
    with pytest.raises(ValidationError):
        ServiceBase(name_ja="市", name_en="City", municipality_code=code, boundary=[])


@pytest.mark.parametrize("layouts", [[], [[4]], [[0, 0]], [[-1, 2]], [[61, 0]], [[4, 0, 1]]])
def test_a_layout_has_seats_and_wheelchair_places(layouts: list[list[int]]) -> None:
    """Two numbers from 0 to 60, not both 0; at least one layout."""
    with pytest.raises(ValidationError):
        VehicleCreate(id="V1", name="1号車", layouts=layouts)
