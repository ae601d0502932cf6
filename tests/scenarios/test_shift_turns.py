"""One vehicle, one shift at a time: by hand and by file."""

from __future__ import annotations

from datetime import date

import pytest

from dispatch.model.catalog import ShiftCreate
from dispatch.model.columns import Fault
from dispatch.model.errors import InvalidInput
from dispatch.store.csv_io import BadRow, BadRows, CsvKind, ImportReport
from tests.scenarios.town import OPERATOR, SERVICE, Town

HEADER = "id,vehicle_id,weekdays,start,end,start_place_id,end_place_id\n"
HOUR_S = 3600


def second_shift(town: Town, **changes: object) -> None:
    """Save S3 of V1 beside S1, which runs every day from 8:00 to 17:00."""
    plain = {"id": "S3", "vehicle_id": "V1", "weekdays": "1", "start_s": 16 * HOUR_S, "end_s": 20 * HOUR_S}
    places = {"start_place_id": "depot", "end_place_id": "depot"}
    shift = ShiftCreate.model_validate(plain | places | changes)
    town.desk.save_shift(service_id=SERVICE, shift=shift, actor=OPERATOR)


def take_in(town: Town, rows: str, *, skip_bad: bool = False) -> ImportReport:
    data = (HEADER + rows).encode()
    return town.desk.import_csv(service_id=SERVICE, kind=CsvKind.SHIFTS, data=data, skip_bad=skip_bad, actor=OPERATOR)


@pytest.mark.parametrize("changes", [{}, {"weekdays": "6"}, {"valid_until": "2026-11-24", "valid_from": "2026-11-24"}])
def test_two_shifts_of_a_vehicle_do_not_overlap(town: Town, changes: dict[str, object]) -> None:
    """By an hour: every Tuesday, every Sunday, on one Tuesday only."""
    with pytest.raises(InvalidInput, match="shift_overlaps"):
        second_shift(town, **changes)
    assert {shift.id for shift in town.store.shifts(SERVICE)} == {"S1", "S2"}


def test_shifts_do_not_overlap_over_midnight(town: Town) -> None:
    """On Monday until 28:00 overlaps Tuesday from 2:00, whichever of them is saved last; until 26:00 does not."""
    monday = {"id": "S4", "weekdays": "0", "start_s": 20 * HOUR_S}
    tuesday = {"id": "S5", "weekdays": "1", "start_s": 2 * HOUR_S, "end_s": 7 * HOUR_S}
    second_shift(town, **tuesday)
    with pytest.raises(InvalidInput, match="shift_overlaps"):
        second_shift(town, **monday, end_s=28 * HOUR_S)
    second_shift(town, **monday, end_s=26 * HOUR_S)
    with pytest.raises(InvalidInput, match="shift_overlaps"):
        second_shift(town, **tuesday | {"start_s": 1 * HOUR_S})


@pytest.mark.parametrize(
    "changes",
    [
        {"start_s": 17 * HOUR_S},
        {"start_s": 20 * HOUR_S, "end_s": 30 * HOUR_S},
        {"id": "S1"},
        {"vehicle_id": "V2", "id": "S2"},
        {"valid_from": date(2999, 12, 31), "weekdays": "0"},
    ],
)
def test_shifts_in_turn_are_saved(town: Town, changes: dict[str, object]) -> None:
    """One after the other, until the small hours, in place of itself, on a date that is none of its weekdays."""
    second_shift(town, **changes)
    assert changes.get("id", "S3") in {shift.id for shift in town.store.shifts(SERVICE)}


def test_a_file_names_the_line_that_overlaps(town: Town) -> None:
    """Line 3 overlaps line 2, line 4 the stored S2: bad rows, and the good one is taken when they are skipped."""
    rows = "S7,V1,1,18:00,20:00,depot,depot\nS8,V1,123,19:00,21:00,depot,depot\nS9,V2,1,16:00,20:00,depot,depot\n"
    with pytest.raises(BadRows) as refused:
        take_in(town, rows)
    overlaps = tuple(BadRow(line=line, column="start", fault=Fault.SHIFT_OVERLAPS) for line in (3, 4))
    assert refused.value.bad_rows == overlaps
    assert take_in(town, rows, skip_bad=True) == ImportReport(taken=1, skipped=overlaps)


def test_a_file_may_swap_two_vehicles(town: Town) -> None:
    """S1 takes V2 and S2 takes V1 in one file; only one of them would overlap what the file does not replace."""
    assert take_in(town, "S1,V2,1,8:00,17:00,depot,depot\nS2,V1,1,8:00,17:00,depot,depot\n").taken == 2
    with pytest.raises(BadRows):
        take_in(town, "S1,V1,1,8:00,17:00,depot,depot\n")
