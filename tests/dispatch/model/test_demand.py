"""Historical requests as lines of a file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.model.actor import Channel
from dispatch.model.columns import ColumnFault, Fault, RowInvalid
from dispatch.model.demand import COLUMNS, Fate, HistoricalRequest, format_historical, parse_historical
from dispatch.model.party import Aid, FareClass, Party, Passenger
from dispatch.model.past_wish import spot_ref
from dispatch.model.spot import SpotKind
from dispatch.model.wish import TimeKind
from maps.geo import LatLon

ONE_LINE = {
    "request_no": "7", "day_offset": "3", "asked_day_offset": "-1", "asked_time": "8:05", "channel": "phone",
    "rider_id": "R0001", "origin_kind": "rider_place", "origin_id": "R0001-home", "destination_kind": "place",
    "destination_id": "P001", "time_kind": "arrive_by", "time": "9:30", "party": "adult:slow;carer:none:0",
    "purpose": "medical", "linked_no": "", "fate": "kept",
}  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> HistoricalRequest:
    day, number = draw(st.integers(0, 400)), draw(st.integers(1, 10**6))
    size = draw(st.integers(1, 4))
    passengers = [
        st.builds(
            Passenger,
            fare_class=st.sampled_from(FareClass),
            aid=st.sampled_from(Aid),
            companion_of=st.sampled_from([other for other in range(-1, size) if other != index]),
        )
        for index in range(size)
    ]
    ids = st.text("PR0123456789-_", min_size=1, max_size=9)
    minutes = st.integers(0, 30 * 60)
    origin_kind, destination_kind = draw(st.sampled_from(SpotKind)), draw(st.sampled_from(SpotKind))
    point = st.just("36.38712,139.84250")
    return HistoricalRequest(
        request_no=number,
        day_offset=day,
        asked_day_offset=draw(st.integers(day - 30, day)),
        asked_time_s=60 * draw(minutes),
        channel=draw(st.sampled_from(Channel)),
        rider_id=draw(ids),
        origin_kind=origin_kind,
        origin_id=draw(point if origin_kind is SpotKind.POINT else ids),
        destination_kind=destination_kind,
        destination_id=draw(point if destination_kind is SpotKind.POINT else ids),
        time_kind=draw(st.sampled_from((TimeKind.DEPART_AFTER, TimeKind.ARRIVE_BY))),
        time_s=60 * draw(minutes),
        party=Party(passengers=draw(st.tuples(*passengers))),
        purpose=draw(st.sampled_from(["", "medical"])),
        linked_no=draw(st.sampled_from([0, number + 1])),
        fate=draw(st.sampled_from(Fate)),
    )


@given(histories())
def test_a_line_written_is_read_back_the_same(request_made: HistoricalRequest) -> None:
    """format then parse is the identity for every request in whole minutes, and the columns are the header's."""
    cells = format_historical(request_made)
    assert tuple(cells) == COLUMNS
    assert parse_historical(cells) == request_made


def test_the_documented_line_means_what_it_says() -> None:
    """8:05 the day before day 0 is 29,100 s of day -1; the carer accompanies passenger 0."""
    made = parse_historical(ONE_LINE)
    assert (made.asked_day_offset, made.asked_time_s, made.time_s) == (-1, 29_100, 34_200)
    assert made.party.passengers[1] == Passenger(fare_class=FareClass.CARER, companion_of=0)
    assert made.linked_no == 0


@pytest.mark.parametrize(
    ("column", "cell", "fault"),
    [
        ("request_no", "", Fault.MISSING),
        ("request_no", "x7", Fault.NOT_A_NUMBER),
        ("request_no", "0", Fault.OUT_OF_BOUNDS),
        ("asked_day_offset", "4", Fault.ORDER),
        ("time", "9時", Fault.NOT_A_TIME),
        ("channel", "fax", Fault.UNKNOWN_WORD),
        ("party", "adult", Fault.BAD_FORMAT),
        ("party", "adult:none:1", Fault.OUT_OF_BOUNDS),
        ("linked_no", "7", Fault.OUT_OF_BOUNDS),
        ("destination_id", " ", Fault.MISSING),
    ],
)
def test_a_bad_cell_is_named_with_its_fault(column: str, cell: str, fault: Fault) -> None:
    """One wrong cell in a good line is the only fault reported."""
    with pytest.raises(RowInvalid) as caught:
        parse_historical(ONE_LINE | {column: cell})
    assert caught.value.faults == (ColumnFault(column=column, fault=fault),)


def test_all_bad_cells_of_a_line_are_named_at_once() -> None:
    """Nobody has to repair a file cell by cell."""
    with pytest.raises(RowInvalid) as caught:
        parse_historical(ONE_LINE | {"time": "x", "fate": "lost", "origin_id": ""})
    assert {fault.column for fault in caught.value.faults} == {"time", "fate", "origin_id"}


def test_a_bare_point_is_two_numbers() -> None:
    """``lat,lon`` is a point; a name in its place is a fault of that cell."""
    point = ONE_LINE | {"origin_kind": "point", "origin_id": "36.38712,139.84250"}
    asked = spot_ref(SpotKind.POINT, parse_historical(point).origin_id)
    assert asked.at == LatLon(36.38712, 139.8425)
    with pytest.raises(RowInvalid) as raised:
        parse_historical(point | {"origin_id": "clinic"})
    assert raised.value.faults == (ColumnFault(column="origin_id", fault=Fault.BAD_FORMAT),)
