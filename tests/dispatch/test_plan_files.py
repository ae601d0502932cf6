"""The files of a planned day."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from dispatch.model.day_state import DayState
from dispatch.model.errors import SetupError
from dispatch.plan_files import Part, write_day_files
from dispatch.plan_json import plan_json
from dispatch.store.protocol import Store
from maps.travel_times.great_circle import GreatCircleTimes, SpeedPeriod

TRAVEL = GreatCircleTimes(detour_factor=1.3, speed_by_period=(SpeedPeriod(start_s=0, kmh=30.0),))
FILES = {"plan.json", "map.html", "V1.pdf", "V1.html", "V2.pdf", "V2.html"}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_one_folder_per_date_with_all_files(store: Store, state: DayState, tmp_path: Path) -> None:
    """Plan, map and two sheets per vehicle on duty; nothing else, neither in ``out`` nor in the day's folder."""
    out = tmp_path / "out"
    paths = write_day_files(store, state, TRAVEL, out)
    assert names(out) == {"2026-11-24"}
    assert names(out / "2026-11-24") == FILES == {path.name for path in paths}
    assert (out / "2026-11-24" / "V1.pdf").read_bytes().startswith(b"%PDF-")


def test_only_the_owner_can_read(store: Store, state: DayState, tmp_path: Path) -> None:
    """Files are 0600 and folders 0700, also where a folder stood open before."""
    out = tmp_path / "out"
    (out / "2026-11-24").mkdir(parents=True, mode=0o755)
    paths = write_day_files(store, state, TRAVEL, out)
    assert {mode(path) for path in paths} == {0o600}
    assert mode(out / "2026-11-24") == 0o700
    write_day_files(store, state, TRAVEL, tmp_path / "new")
    assert mode(tmp_path / "new") == 0o700


def test_a_folder_of_the_user_keeps_its_mode(store: Store, state: DayState, tmp_path: Path) -> None:
    """Writing into a folder that exists does not lock others out of it."""
    tmp_path.chmod(0o755)
    write_day_files(store, state, TRAVEL, tmp_path)
    assert mode(tmp_path) == 0o755


def test_a_vehicle_off_duty_leaves_no_sheet(store: Store, state: DayState, tmp_path: Path) -> None:
    """Sheets of an earlier version whose vehicle no longer runs are removed; foreign files stay."""
    write_day_files(store, state, TRAVEL, tmp_path)
    folder = tmp_path / "2026-11-24"
    (folder / "notes.txt").write_text("by hand")
    write_day_files(store, replace(state, shifts=state.shifts[:1]), TRAVEL, tmp_path)
    assert names(folder) == (FILES - {"V2.pdf", "V2.html"}) | {"notes.txt"}


def test_who_asks_for_the_map_gets_no_names(store: Store, state: DayState, tmp_path: Path) -> None:
    """The map alone, the sheets alone; each leaves the other of the same version as it is."""
    folder = tmp_path / "2026-11-24"
    write_day_files(store, state, TRAVEL, tmp_path, parts=frozenset({Part.MAP}))
    assert names(folder) == {"plan.json", "map.html"}
    (folder / "map.html").write_text("drawn before")
    write_day_files(store, state, TRAVEL, tmp_path, parts=frozenset({Part.SHEETS}))
    assert names(folder) == FILES
    assert (folder / "map.html").read_text() == "drawn before"


def test_a_folder_never_mixes_versions(store: Store, state: DayState, tmp_path: Path) -> None:
    """Sheets asked for after a new plan: the map of the plan before is drawn anew as well."""
    folder = tmp_path / "2026-11-24"
    write_day_files(store, state, TRAVEL, tmp_path, parts=frozenset({Part.MAP}))
    (folder / "map.html").write_text("drawn before")
    newer = replace(state, plan=replace(state.plan, version=state.plan.version + 1))
    write_day_files(store, newer, TRAVEL, tmp_path, parts=frozenset({Part.SHEETS}))
    assert (folder / "map.html").read_text().startswith("<!")


def test_the_folder_of_another_service_is_left_alone(store: Store, state: DayState, tmp_path: Path) -> None:
    """Two services, one folder: the second is told so, and every file of the first stays as it is."""
    written = write_day_files(store, state, TRAVEL, tmp_path)
    before = {path: path.read_bytes() for path in written}
    with pytest.raises(SetupError, match="out_of_another_service") as caught:
        write_day_files(store, replace(state, service_id="village"), TRAVEL, tmp_path)
    assert caught.value.values == {"folder": str(tmp_path / "2026-11-24"), "service_id": state.service_id}
    assert {path: path.read_bytes() for path in (tmp_path / "2026-11-24").iterdir()} == before


def test_writing_twice_gives_the_same_bytes(store: Store, state: DayState, tmp_path: Path) -> None:
    """The same state gives the same files."""
    first = [path.read_bytes() for path in write_day_files(store, state, TRAVEL, tmp_path / "a")]
    assert [path.read_bytes() for path in write_day_files(store, state, TRAVEL, tmp_path / "b")] == first


@pytest.mark.parametrize("vehicle_id", ["../../evil", "map", ".."])
def test_an_id_is_never_a_path(store: Store, state: DayState, tmp_path: Path, vehicle_id: str) -> None:
    """Whatever an id holds, its sheets stay in the folder of the day and do not overwrite the map."""
    odd = replace(state, shifts=(replace(state.shifts[1], vehicle_id=vehicle_id),))
    odd = replace(odd, plan=replace(state.plan, routes=()))
    paths = write_day_files(store, odd, TRAVEL, tmp_path / "out")
    assert {path.resolve().parent for path in paths} == {(tmp_path / "out" / "2026-11-24").resolve()}
    assert len({path.name.lower() for path in paths}) == 4
    assert names(tmp_path) == {"out"}


def test_a_folder_that_cannot_be_written_is_a_clear_error(store: Store, state: DayState, tmp_path: Path) -> None:
    """A file in the place of the folder is reported with its path."""
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(SetupError) as caught:
        write_day_files(store, state, TRAVEL, tmp_path / "out")
    assert caught.value.code == "out_not_writable"
    assert caught.value.values["folder"] == str(tmp_path / "out")


def test_plan_json_has_version_digest_and_times_with_offset(state: DayState) -> None:
    """The document names its schema; times are those of the plan, in Japan."""
    document = json.loads(plan_json(state))
    assert document["schema"] == "odekake.plan/1.1"
    assert (document["version"], document["digest"]) == (7, "d" * 64)
    route = document["routes"][0]
    assert route["depart"] == "2026-11-24T08:50:00+09:00"
    assert route["visits"][0]["scheduled"] == "2026-11-24T09:05:00+09:00"
    assert route["visits"][0]["promised"] == {
        "earliest": "2026-11-24T09:00:00+09:00",
        "latest": "2026-11-24T09:20:00+09:00",
    }
    assert route["visits"][2]["promised"] == {"latest": "2026-11-24T10:10:00+09:00"}
    assert route["breaks"] == [{"start": "2026-11-24T12:00:00+09:00", "duration_s": 3600, "after_visit": 4}]


def test_plan_json_after_midnight_moves_to_the_next_date(state: DayState) -> None:
    """Second 90,000 of the service day is 1:00 of the next calendar day."""
    late = replace(state.plan.routes[0], arrive_s=90_000)
    document = json.loads(plan_json(replace(state, plan=replace(state.plan, routes=(late,)))))
    assert datetime.fromisoformat(document["routes"][0]["arrive"]).date() == date(2026, 11, 25)


def test_plan_json_names_who_is_unserved(state: DayState) -> None:
    """Bookings without a place in the plan are listed by id."""
    empty = replace(state, plan=replace(state.plan, routes=()))
    assert json.loads(plan_json(empty))["unserved_reservation_ids"] == [1, 2, 3]
    assert json.loads(plan_json(state))["unserved_reservation_ids"] == []


@pytest.mark.parametrize("file", ["plan.json", "map.html"])
def test_plan_and_map_hold_nothing_personal(store: Store, state: DayState, tmp_path: Path, file: str) -> None:
    """No name, kana, phone or note of a rider or guest, and not how to reach a home."""
    write_day_files(store, state, TRAVEL, tmp_path)
    text = (tmp_path / "2026-11-24" / file).read_text(encoding="utf-8")
    personal = (
        "吉田",
        "𠮷田",
        "はな",
        "ヨシダ",
        "髙﨑",
        "来訪",
        "ライホウ",
        "0285-00-0001",
        "耳が遠い",
        "門の前",
    )
    assert not [word for word in personal if word in text]
