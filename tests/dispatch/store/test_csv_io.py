"""Files in and out."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.model.catalog import Place
from dispatch.model.columns import Fault
from dispatch.model.demand import Fate
from dispatch.model.errors import ImportInvalid
from dispatch.model.reservation import ReservationState
from dispatch.model.spot import Spot, SpotKind
from dispatch.model.wish import Outcome
from dispatch.model.wording import Lang
from dispatch.store.csv_io import (
    BadRow,
    BadRows,
    CsvKind,
    ImportReport,
    bad_row_text,
    export_csv,
    read_catalog,
    read_requests,
    stored_requests,
    write_private,
    write_requests,
)
from dispatch.store.memory import MemoryStore
from dispatch.store.protocol import Store
from maps.geo import LatLon
from tests.dispatch.store.example_city import CITY, TUESDAY, Example

PLACES = "id,name,lat,lon,assumed\nP1,中央医院,36.38,139.84,false\nP2,髙﨑商店,36.39,139.85,true\n"


def take_in(store: Store, kind: CsvKind, data: bytes, *, skip_bad: bool = False) -> ImportReport:
    """Read a file and write its rows as they are, unjudged."""
    read = read_catalog(store, service_id=CITY, kind=kind, data=data)
    rows = read.good_or_refuse(skip_bad=skip_bad)
    with store.writing() as work:
        for row in rows:
            work.save(row)
    return ImportReport(taken=len(rows), skipped=read.bad)


@pytest.mark.parametrize("kind", CsvKind)
def test_an_export_is_read_back_the_same(store: Store, example: Example, kind: CsvKind) -> None:
    """Every kind: exported, imported into a store that lacks the newest rows, exported again: the same text."""
    with store.writing() as work:
        work.save(example.rider("R0002", name='𠮷田 "一郎", 様', kana="よしだ", phone="0285-43-5678"))
        work.save(example.place("P003", name="駅", lat=1 / 3, lon=2 / 3))
        shift = example.shift("S2")
        shift.start_s += 61
        work.save(shift)
    other = MemoryStore()
    with other.writing() as work:
        example.fill(work)
    text = export_csv(store, service_id=CITY, kind=kind)
    take_in(other, kind, text.encode(), skip_bad=False)
    assert export_csv(other, service_id=CITY, kind=kind) == text
    assert text.count("\r\n") >= 2


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=20), st.floats(-90, 90))
def test_any_name_and_point_survive(name: str, lat: float) -> None:
    """Quotes, commas, emoji, leading signs, any double: written and read back equal."""
    here, there = MemoryStore(), MemoryStore()
    with here.writing() as work:
        work.save(Place(service_id=CITY, id="P1", name=name, lat=lat, lon=0.0))
    text = export_csv(here, service_id=CITY, kind=CsvKind.PLACES)
    take_in(there, CsvKind.PLACES, text.encode(), skip_bad=False)
    assert there.place(CITY, "P1").model_dump() == here.place(CITY, "P1").model_dump()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_files_of_excel_and_of_everybody_else_are_read(encoding: str) -> None:
    """UTF-8 with and without a mark, and Shift_JIS, give the same names, 髙 and 﨑 included."""
    store = MemoryStore()
    report = take_in(store, CsvKind.PLACES, PLACES.encode(encoding), skip_bad=False)
    assert (report.taken, report.skipped) == (2, ())
    assert [(place.name, place.assumed) for place in store.places(CITY)] == [("中央医院", False), ("髙﨑商店", True)]


BAD = (
    "id,name,lat,lon,assumed\n"
    "P1,医院,36.38,139.84,false\n"
    ",医院,36.38,139.84,false\n"  # line 3: no id
    "P3,医院,北,239.84,maybe\n"  # line 4: three bad cells
    "\n"
    '"P5","two\nlines",36.38,139.84,false\n'  # lines 6 and 7: one good row
    "P1,again,36.38,139.84,false\n"  # line 8: the id of line 2
    "P 6,医院,36.38,139.84,false\n"  # line 9: a space in the id
    "P7,医院,36.38\n"  # line 10: too short
    "P8,医院,36.38,139.84,false,x\n"  # line 11: too long
)
BAD_ROWS = (
    BadRow(line=3, column="id", fault=Fault.MISSING),
    BadRow(line=4, column="lat", fault=Fault.NOT_A_NUMBER),
    BadRow(line=4, column="lon", fault=Fault.OUT_OF_BOUNDS),
    BadRow(line=4, column="assumed", fault=Fault.NOT_YES_OR_NO),
    BadRow(line=8, column="id", fault=Fault.DUPLICATE),
    BadRow(line=9, column="id", fault=Fault.BAD_FORMAT),
    BadRow(line=10, column="lon", fault=Fault.TOO_FEW_CELLS),
    BadRow(line=11, column="assumed", fault=Fault.TOO_MANY_CELLS),
)


def test_every_bad_cell_is_named_and_nothing_is_taken() -> None:
    """Eight cells on six lines, all at once; the store stays empty."""
    store = MemoryStore()
    with pytest.raises(BadRows) as caught:
        take_in(store, CsvKind.PLACES, BAD.encode(), skip_bad=False)
    assert set(caught.value.bad_rows) == set(BAD_ROWS)
    assert [row.line for row in caught.value.bad_rows] == [3, 4, 4, 4, 8, 9, 10, 11]
    assert (caught.value.code, caught.value.values) == ("import_bad_rows", {"count": 6, "line": 3, "column": "id"})
    assert store.places(CITY) == ()
    assert store.catalog_version(CITY) == 0


def test_bad_rows_are_skipped_when_asked_and_reported() -> None:
    """The two good rows are taken; the report names what was left out."""
    store = MemoryStore()
    report = take_in(store, CsvKind.PLACES, BAD.encode(), skip_bad=True)
    assert report.taken == 2
    assert set(report.skipped) == set(BAD_ROWS)
    assert [(place.id, place.name) for place in store.places(CITY)] == [("P1", "医院"), ("P5", "two\nlines")]


def test_what_stands_there_and_what_may_stand_there_is_told() -> None:
    """The value as found, cut when long, without control characters; bounds, words or form where there are any. What
    was found may be a name: it is in the sentence only, never where a log could show it.
    """
    with pytest.raises(BadRows) as caught:
        take_in(MemoryStore(), CsvKind.PLACES, BAD.encode(), skip_bad=False)
    texts = {(bad.line, bad.column): bad_row_text(bad, Lang.JA) for bad in caught.value.bad_rows}
    assert texts[4, "lat"] == "4 行目、lat「北」：数字ではありません。"
    assert texts[4, "lon"] == "4 行目、lon「239.84」：決められた範囲の外です。書けるもの：≤ 180"
    assert texts[8, "id"] == "8 行目、id「P1」：前の行と同じ番号です。"
    long = BadRow(line=2, column="name", fault=Fault.OUT_OF_BOUNDS, allowed="≤ 60", found="山\x1b[2J" + "田" * 60)
    assert bad_row_text(long, Lang.EN) == f'line 2, name "山 [2J{"田" * 35}…": it is out of bounds (allowed: ≤ 60)'
    assert "田" not in repr(long)
    assert "北" not in repr(caught.value) + repr(caught.value.bad_rows)


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_its_sentence(fault: Fault) -> None:
    """In both languages, with line and column."""
    for lang in Lang:
        sentence = bad_row_text(BadRow(line=12, column="lat", fault=fault), lang)
        assert "12" in sentence
        assert "lat" in sentence


@pytest.mark.parametrize(
    ("data", "code", "columns"),
    [
        (b"", "import_empty", ""),
        (b"\n\n", "import_empty", ""),
        (b"id,name\n\x81\x20\xff", "import_encoding", ""),
        (b"id,name,lat,lon,colour,size\n", "import_unknown_columns", "colour, size"),
        (b"id,kana,lat\n", "import_missing_columns", "name, lon"),
        (b"id,name,lat,lon,name\n", "import_repeated_columns", "name"),
        (b'id,name,lat,lon\nP1,"open,1,2\n', "import_not_csv", ""),
    ],
)
def test_a_file_that_is_none_is_told(data: bytes, code: str, columns: str) -> None:
    """Whatever is wrong with the file as a whole is named before any row is read."""
    with pytest.raises(ImportInvalid) as caught:
        take_in(MemoryStore(), CsvKind.PLACES, data, skip_bad=True)
    assert caught.value.code == code
    assert caught.value.values.get("columns", "") == columns


def test_rows_that_name_nothing_are_bad(store: Store) -> None:
    """A shift of an unknown vehicle from an unknown place; a usual place of an unknown rider."""
    shifts = "id,vehicle_id,start,end,start_place_id,end_place_id\nS9,V9,8:00,17:00,P9,P001\n"
    with pytest.raises(BadRows) as caught:
        take_in(store, CsvKind.SHIFTS, shifts.encode(), skip_bad=False)
    assert [(row.column, row.fault) for row in caught.value.bad_rows] == [
        ("vehicle_id", Fault.UNKNOWN_REFERENCE),
        ("start_place_id", Fault.UNKNOWN_REFERENCE),
    ]
    homes = "id,rider_id,label,place_id,lat,lon\nH9,R9999,自宅,,36.4,139.8\nH8,R0001,医院,P001,36.4,139.8\n"
    report = take_in(store, CsvKind.RIDER_PLACES, homes.encode(), skip_bad=True)
    assert (report.taken, report.skipped[0].line, report.skipped[0].column) == (1, 2, "rider_id")


@pytest.mark.parametrize(
    ("times", "column"),
    [
        ("17:00,8:00,,,0", "end"),
        ("8:00,17:00,13:00,12:00,3600", "break_earliest"),
        ("8:00,17:00,12:00,16:30,3600", "break_earliest"),
    ],
)
def test_a_shift_that_cannot_be_run_is_a_bad_row(store: Store, times: str, column: str) -> None:
    """It ends before it begins, or its break does not fit inside: named by line, and the good row may be taken."""
    header = "id,vehicle_id,start_place_id,end_place_id,start,end,break_earliest,break_latest,break_duration_s\n"
    data = f"{header}S8,V1,P001,P001,{times}\nS9,V1,P001,P001,8:00,17:00,12:00,13:00,3600\n".encode()
    report = take_in(store, CsvKind.SHIFTS, data, skip_bad=True)
    assert report.skipped == (BadRow(line=2, column=column, fault=Fault.OUT_OF_BOUNDS),)
    assert store.shift(CITY, "S9").break_duration_s == 3600


def test_times_and_layouts_are_written_as_people_write_them(store: Store) -> None:
    """8:30 for 30,600 s and 4+0;2+1 for the two seatings; nonsense is a bad cell."""
    vehicles = 'id,name,layouts\nV2,2号車,4+0;2+1\nV3,3号車,4\nV4,4号車,"four+1"\n'
    report = take_in(store, CsvKind.VEHICLES, vehicles.encode(), skip_bad=True)
    assert store.vehicle(CITY, "V2").layouts == [[4, 0], [2, 1]]
    assert {(row.line, row.fault) for row in report.skipped} == {(3, Fault.OUT_OF_BOUNDS), (4, Fault.NOT_A_NUMBER)}
    shifts = "id,vehicle_id,start,end,start_place_id,end_place_id\nS9,V1,8:30,26:00,P001,P002\n"
    take_in(store, CsvKind.SHIFTS, shifts.encode(), skip_bad=False)
    assert (store.shift(CITY, "S9").start_s, store.shift(CITY, "S9").end_s) == (30_600, 93_600)


def test_riders_own_places_stay_out_of_the_public_export(store: Store) -> None:
    """The export of places knows neither the home's id nor its point."""
    text = export_csv(store, service_id=CITY, kind=CsvKind.PLACES)
    assert "R0001" not in text
    assert "139.85" not in text


def test_exports_are_private_files(tmp_path: Path) -> None:
    """Mode 0600, replaced whole, with the mark that lets Excel read UTF-8."""
    path = tmp_path / "places.csv"
    write_private(path, "old")
    write_private(path, PLACES)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == b"\xef\xbb\xbf" + PLACES.encode()
    assert [file.name for file in tmp_path.iterdir()] == ["places.csv"]


def test_stored_requests_become_a_history_that_reads_back(store: Store, example: Example) -> None:
    """Three requests (a kept one, a cancelled one linked to it, one refused): numbers, links, fates; file and back."""
    outbound = example.book(store, expected_version=0)
    with store.writing() as work:
        request = work.add_request(
            replace(example.wish(), linked_to=outbound.id), asked_at=example.moment, outcome=Outcome.REFUSED
        )
        (offer,) = work.add_offers([example.offer(request)])
        back = work.add_reservation(example.reservation(request), offer_id=offer.id)
        work.replace_reservation(replace(back, state=ReservationState.CANCELLED))
        alone = work.add_request(example.wish(), asked_at=example.moment, outcome=Outcome.REFUSED)
    history = stored_requests(store, CITY, first_day=TUESDAY - timedelta(days=2), last_day=TUESDAY)
    assert [(h.request_no, h.linked_no, h.fate) for h in history] == [
        (outbound.request_id, 0, Fate.KEPT),
        (back.request_id, outbound.request_id, Fate.CANCELLED),
        (alone.id, 0, Fate.KEPT),
    ]
    assert {(h.day_offset, h.asked_day_offset, h.asked_time_s) for h in history} == {(2, 1, 34_200)}
    assert read_requests(write_requests(history).encode(), skip_bad=False).requests == history


def test_a_bare_point_is_written_as_its_coordinates(store: Store, example: Example) -> None:
    """Its key says nothing of where it is; a history for studies has to."""
    field = Spot(kind=SpotKind.POINT, id="", at=LatLon(36.391234, 139.85))
    with store.writing() as work:
        work.add_request(replace(example.wish(), origin=field), asked_at=example.moment, outcome=Outcome.REFUSED)
    (asked,) = stored_requests(store, CITY, first_day=TUESDAY, last_day=TUESDAY)
    assert (asked.origin_kind, asked.origin_id) == (SpotKind.POINT, "36.39123,139.85000")


def test_a_return_needs_its_outbound_in_the_file(store: Store, example: Example) -> None:
    """A link to a number that no good row has is a bad cell; the other rows may be taken."""
    example.book(store, expected_version=0)
    (good,) = stored_requests(store, CITY, first_day=TUESDAY, last_day=TUESDAY)
    text = write_requests([good, replace(good, request_no=good.request_no + 1, linked_no=77)])
    read = read_requests(text.encode(), skip_bad=True)
    assert read.requests == (good,)
    assert read.skipped == (BadRow(line=3, column="linked_no", fault=Fault.UNKNOWN_REFERENCE),)
