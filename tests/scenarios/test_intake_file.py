"""A file of requests is taken whole, or not at all, or without the rows that are named."""

from __future__ import annotations

from datetime import date

import pytest

from dispatch.booking.intake_file import CallFile, CallsTaken, RefusedCall
from dispatch.model.catalog import Rider
from dispatch.model.columns import Fault
from dispatch.model.demand import COLUMNS
from dispatch.model.wish import Outcome
from dispatch.model.wording import Lang, say
from dispatch.store.csv_io import BadRows
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town

GOOD = {
    "request_no": "1", "day_offset": "0", "asked_day_offset": "-1", "asked_time": "10:00", "channel": "phone",
    "rider_id": "R1", "origin_kind": "place", "origin_id": "depot", "destination_kind": "place",
    "destination_id": "clinic", "time_kind": "depart_after", "time": "9:00", "party": "adult:none", "purpose": "",
    "linked_no": "", "fate": "kept",
}  # fmt: skip
BACK = {"request_no": "2", "asked_time": "10:01", "time": "14:00", "origin_id": "clinic", "destination_id": "depot"}


def file_of(*rows: dict[str, str], skip_bad: bool = False, first_day: date = TUESDAY) -> CallFile:
    """Rows that differ from ``GOOD`` as named, in this order."""
    lines = [",".join(f'"{(GOOD | row)[column]}"' for column in COLUMNS) for row in rows]
    data = "\n".join([",".join(COLUMNS), *lines]).encode()
    return CallFile(service_id=SERVICE, first_day=first_day, data=data, actor=OPERATOR, skip_bad=skip_bad)


def taken(town: Town, file: CallFile) -> CallsTaken:
    steps: list[tuple[int, int]] = []
    report = town.desk.take_requests(file=file, after_each=lambda done, total: steps.append((done, total)))
    assert steps == [(done, len(steps)) for done in range(1, len(steps) + 1)], "the progress bar ends full"
    return report


@pytest.mark.parametrize(
    ("column", "fault", "row"),
    [
        ("rider_id", Fault.GUEST, {"rider_id": ""}),
        ("rider_id", Fault.UNKNOWN_REFERENCE, {"rider_id": "R99"}),
        ("destination_id", Fault.UNKNOWN_REFERENCE, {"destination_id": "moon"}),
        ("origin_id", Fault.UNKNOWN_REFERENCE, {"origin_kind": "rider_place", "origin_id": "R2-home"}),
        ("destination_id", Fault.SAME_PLACE, {"destination_id": "depot"}),
        ("origin_id", Fault.BAD_FORMAT, {"origin_kind": "point", "origin_id": "here"}),
        ("origin_id", Fault.OUT_OF_BOUNDS, {"origin_kind": "point", "origin_id": "95.0,139.8"}),
        ("linked_no", Fault.UNKNOWN_REFERENCE, {"linked_no": "9"}),
        ("linked_no", Fault.NOT_THE_OUTBOUND, {"linked_no": "1", "rider_id": "R2", "asked_time": "11:00"}),
        ("linked_no", Fault.ORDER, {"linked_no": "1", "asked_time": "9:00"}),
    ],
)
def test_a_bad_row_stops_the_file_or_is_skipped(town: Town, column: str, fault: Fault, row: dict[str, str]) -> None:
    """Line 3 is wrong: nothing is booked; asked to skip it, line 2 is booked and line 3 named with its column."""
    rows = (GOOD, {"request_no": "2", "time": "14:00"} | row)
    with pytest.raises(BadRows) as refused:
        taken(town, file_of(*rows))
    assert [(bad.line, bad.column, bad.fault) for bad in refused.value.bad_rows] == [(3, column, fault)]
    assert town.store.requests(SERVICE, TUESDAY) == ()
    report = taken(town, file_of(*rows, skip_bad=True))
    assert (report.booked, report.refused, report.skipped) == (1, (), refused.value.bad_rows)


def test_a_day_before_the_first_rules_is_a_bad_row(town: Town) -> None:
    """The town's rules begin in 2021: a file for 2020 cannot be asked at all."""
    with pytest.raises(BadRows) as refused:
        taken(town, file_of(GOOD, first_day=date(2020, 11, 24)))
    assert [(bad.column, bad.fault) for bad in refused.value.bad_rows] == [("day_offset", Fault.OUT_OF_BOUNDS)]


def test_the_return_of_a_skipped_row_is_skipped_too(town: Town) -> None:
    """Of a chain whose first link is bad, no later one is booked as if it stood alone."""
    chain = ({"rider_id": "R99"}, BACK | {"linked_no": "1"}, BACK | {"request_no": "3", "linked_no": "2"})
    report = taken(town, file_of(*chain, skip_bad=True))
    assert (report.booked, [bad.line for bad in report.skipped]) == (0, [2, 3, 4])
    assert town.store.requests(SERVICE, TUESDAY) == ()


def test_what_the_rules_refuse_is_a_demand_and_no_bad_row(town: Town) -> None:
    """A trip at 7:00 and one of a rider who has left are refused and kept; the return of the first is not asked."""
    gone = town.store.rider(SERVICE, "R2")
    with town.store.writing() as work:
        work.save(Rider(**(gone.model_dump() | {"active": False})))
    rows = ({"time": "7:00"}, BACK | {"linked_no": "1"}, {"request_no": "3", "rider_id": "R2"})
    report = taken(town, file_of(*rows))
    assert {row.line: row.code for row in report.refused} == {
        2: "outside_hours",
        3: "outbound_refused",
        4: "rider_inactive",
    }
    outcomes = [(one.outcome, one.outcome_code) for one in town.store.requests(SERVICE, TUESDAY)]
    assert sorted(outcomes) == [(Outcome.REFUSED, "outside_hours"), (Outcome.REFUSED, "rider_inactive")]


def test_the_order_is_that_of_the_calls(town: Town) -> None:
    """The last line was asked first, so it has the first number."""
    taken(town, file_of({"asked_time": "12:00"}, {"request_no": "2", "rider_id": "R2", "asked_time": "8:00"}))
    assert [one.rider_id for one in town.store.reservations(SERVICE, TUESDAY)] == ["R2", "R1"]


def test_an_interrupted_file_is_taken_to_its_end(town: Town) -> None:
    """Broken off after the outbound, the same file books the return only, linked with the outbound that stands."""
    file = file_of(GOOD, BACK | {"linked_no": "1"})

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt(f"{done}/{total}")

    with pytest.raises(KeyboardInterrupt):
        town.desk.take_requests(file=file, after_each=stop)
    assert taken(town, file) == CallsTaken(booked=1, repeated=1, refused=(), skipped=())
    outbound, back = town.store.reservations(SERVICE, TUESDAY)
    assert back.linked_to == outbound.id
    assert taken(town, file) == CallsTaken(booked=0, repeated=2, refused=(), skipped=())


def test_a_refusal_names_what_its_sentence_needs(town: Town) -> None:
    """Outside the hours: the values of the sentence come with the row."""
    report = taken(town, file_of({"time": "7:00"}))
    assert report.refused == (RefusedCall(line=2, code="outside_hours", values=(("open", "8:00"), ("close", "17:00"))),)


def test_every_fault_has_a_sentence() -> None:
    """Whatever can be wrong with a cell is said in both languages."""
    assert all(say(f"import.fault.{fault}", lang).strip() for fault in Fault for lang in Lang)
