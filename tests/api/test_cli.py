"""The command line on a database of its own."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import COMMANDS, app, main
from api.commands.fleet import sizes_of
from api.commands.frame import EXIT_FINDING, EXIT_WRONG
from api.commands.speech import terminal_lang
from api.error_page import raised_in
from api.schemas.figures import DayFigures
from api.server import listen, port_from
from dispatch.model.errors import InvalidInput
from dispatch.model.offer import Rule
from dispatch.model.times import SystemClock, local_date, to_moment
from dispatch.model.wording import Lang, keys
from dispatch.store.engine import open_engine
from dispatch.store.migrate import upgrade
from dispatch.store.sql import SqlStore
from dispatch.study.replay import OUTBOUND_REFUSED
from tests.scenarios.town import SERVICE, Town, open_town, town_rules

ROOT = Path(__file__).resolve().parents[2]
ANY_DAY = {"weekdays": (0, 1, 2, 3, 4, 5, 6), "on_holidays": True}


class Terminal:
    """A terminal in a folder of its own, in Japanese, with the town's database."""

    def __init__(self, folder: Path, town: Town) -> None:
        self.folder, self.town = folder, town
        self.day = local_date(SystemClock().now()) + timedelta(days=2)
        self._runner = CliRunner(
            env={"ODEKAKE_VAR": str(folder), "ODEKAKE_OUT": str(folder / "out"), "ODEKAKE_LANG": "ja", "COLUMNS": "200"}
        )

    def run(self, *arguments: str) -> Result:
        return self._runner.invoke(app, list(arguments))

    def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def book(self, rider: str, *, after: str) -> None:
        self.town.clock.set(to_moment(self.day - timedelta(days=1), 12 * 3600))
        self.town.book(self.town.wish(rider, origin="home", destination="clinic", after=after, day=self.day))


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    engine = open_engine(f"sqlite:///{tmp_path / 'odekake.db'}")
    upgrade(engine)
    yield Terminal(tmp_path, open_town(SqlStore(engine), rules=town_rules(service=ANY_DAY)))
    engine.dispose()


def test_help_names_every_command(terminal: Terminal) -> None:
    """The overview lists what the specification asks for, in both languages, and the exit codes."""
    text = terminal.run("--help").output
    for command in ("serve", "plan", "sheets", "map", "check", "import", "export", "backup", "restore", "summary"):
        assert f" {command} " in text
    assert "終了コード" in text
    assert "Exit codes" in text


def test_a_wrong_date_ends_with_code_cause_and_action(terminal: Terminal) -> None:
    """Exit 2; the code, then both languages, on the error stream."""
    result = terminal.run("check", "--date", "tomorrow")
    assert result.exit_code == EXIT_WRONG
    assert result.stderr.splitlines()[0] == "bad_date"
    assert "日付ではありません" in result.stderr
    assert "is not a date" in result.stderr


def test_a_kept_plan_is_clean(terminal: Terminal) -> None:
    """Exit 0 and no finding, in words and as JSON."""
    terminal.book("R1", after="9:00")
    assert terminal.run("check", "--date", str(terminal.day)).exit_code == 0
    found = json.loads(terminal.run("check", "--date", str(terminal.day), "--json").stdout)
    assert found == {
        "date": str(terminal.day),
        "version": 1,
        "stops": 2,
        "promises": 1,
        "violations": 0,
        "findings": [],
    }


def test_a_check_says_what_was_checked(terminal: Terminal) -> None:
    """A day nobody booked has nothing to check, and that is said; else version, stops and promises are named."""
    empty = terminal.run("check", "--date", str(terminal.day))
    assert (empty.exit_code, "計画はまだありません" in empty.stdout) == (0, True)
    terminal.book("R1", after="9:00")
    assert "お約束 1 件" in terminal.run("check", "--date", str(terminal.day)).stdout


def test_a_closed_day_is_not_planned(terminal: Terminal) -> None:
    """The service runs on the next weekday only: planning says so instead of praising an empty plan."""
    with terminal.town.store.writing() as work:
        work.save_rules(
            SERVICE, town_rules(service={"weekdays": ((terminal.day.weekday() + 1) % 7,), "on_holidays": False})
        )
    answer = terminal.run("plan", "--date", str(terminal.day))
    assert (answer.exit_code, answer.stderr.splitlines()[0]) == (EXIT_WRONG, "closed_day")


def test_every_reason_of_a_study_has_its_words() -> None:
    """Whatever blocks a vehicle and whatever the service refuses is told in words, not by its code."""
    refused = {found.code for found in raised_in(ROOT) if found.kind in ("Refusal", "Objection")}
    reasons = {rule.value for rule in Rule} | refused | {OUTBOUND_REFUSED}
    assert {reason for reason in reasons if f"fleet.reason.{reason}" not in keys()} == set()


def test_a_broken_plan_is_listed(terminal: Terminal) -> None:
    """A vehicle made to run in the evening only breaks its stored route: exit 1 and a list of findings."""
    terminal.book("R1", after="9:00")
    store = terminal.town.store
    for shift in store.shifts(SERVICE):
        late = type(shift).model_validate({**shift.model_dump(), "start_s": 20 * 3600, "end_s": 22 * 3600})
        with store.writing() as work:
            work.save(late)
    result = terminal.run("check", "--date", str(terminal.day), "--json")
    assert result.exit_code == EXIT_FINDING
    assert json.loads(result.stdout)["violations"] > 0
    assert terminal.run("check", "--date", str(terminal.day)).exit_code == EXIT_FINDING


def test_a_day_is_planned_and_summed_up(terminal: Terminal) -> None:
    """``plan`` never drives further than before; ``summary`` counts the trips."""
    for rider, after in (("R1", "9:00"), ("R2", "9:30")):
        terminal.book(rider, after=after)
    planned = json.loads(terminal.run("plan", "--date", str(terminal.day), "--seconds", "0.2", "--json").stdout)
    assert planned["after_m"] <= planned["before_m"]
    summary = json.loads(terminal.run("summary", "--date", str(terminal.day), "--json").stdout)
    assert (summary["rides"], summary["promises_broken"]) == (2, 0)
    assert summary["plan_version"] == planned["version"]
    assert list(summary) == list(DayFigures.model_fields), "the figures of the API, by the same names"
    assert "走行距離" in terminal.run("summary", "--date", str(terminal.day)).stdout


def test_sheets_and_map_are_written_for_their_owner_only(terminal: Terminal) -> None:
    """Two vehicles make four sheets; files are 0600 in a folder 0700 named by the date."""
    terminal.book("R1", after="9:00")
    out = terminal.folder / "paper"
    sheets = terminal.run("sheets", "--date", str(terminal.day), "--out", str(out))
    folder = out / str(terminal.day)
    assert sheets.stdout.count("書き出しました") == 4
    assert not (folder / "map.html").exists()
    terminal.run("map", "--date", str(terminal.day), "--out", str(out))
    assert len(list(folder.iterdir())) == 6
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("command", ["sheets", "map"])
def test_a_day_without_a_plan_gives_no_files(terminal: Terminal, command: str) -> None:
    """Nobody has booked: it is said with a code, and no empty sheet lies about."""
    answer = terminal.run(command, "--date", str(terminal.day))
    assert (answer.exit_code, answer.stderr.splitlines()[0]) == (EXIT_WRONG, "no_plan")
    assert not (terminal.folder / "out").exists()


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["check"], "usage_missing", "「--date」の指定が足りません。"),
        (["bake"], "usage_unknown", "「bake」というコマンドや指定はありません。"),
        (["check", "--nope"], "usage_unknown", "「--nope」というコマンドや指定はありません。"),
        (["plan", "--date", "x", "--seconds", "-1"], "usage_value", "「--seconds」に指定した値は使えません。"),
    ],
)
def test_a_mistyped_command_is_told_in_japanese(
    words: list[str], code: str, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is missing, unknown or out of bounds is named in a sentence of ours."""
    monkeypatch.setattr("sys.argv", ["odekake", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == EXIT_WRONG
    assert capsys.readouterr().err.splitlines()[:2] == [code, f"  {sentence}"]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_no_line_of_the_help_is_cut_off(command: str) -> None:
    """On a terminal of 80 columns no sentence ends in an ellipsis, in neither language."""
    shown = CliRunner(env={"COLUMNS": "80", "TERMINAL_WIDTH": "80"}).invoke(app, [*command.split(), "--help"])
    assert shown.exit_code == 0
    assert "…" not in shown.stdout


def test_files_go_where_the_installation_says(terminal: Terminal) -> None:
    """Without --out it is ODEKAKE_OUT; the map alone brings no sheet."""
    terminal.book("R1", after="9:00")
    drawn = terminal.run("map", "--date", str(terminal.day))
    folder = terminal.folder / "out" / str(terminal.day)
    assert str(folder / "map.html") in drawn.stdout.replace("\n", "")
    assert {path.name for path in folder.iterdir()} == {"plan.json", "map.html"}


@pytest.mark.parametrize("kind", ["riders", "places", "vehicles", "shifts", "rider_places"])
def test_what_is_exported_can_be_imported(terminal: Terminal, kind: str) -> None:
    """An export is private and is taken back row by row."""
    file = terminal.folder / f"{kind}.csv"
    assert terminal.run("export", kind, str(file)).exit_code == 0
    rows = len(file.read_text(encoding="utf-8-sig").splitlines()) - 1
    report = json.loads(terminal.run("import", kind, str(file), "--json").stdout)
    assert (report["taken"], report["skipped"]) == (rows, 0)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_would_break_a_promise_is_not_taken(terminal: Terminal) -> None:
    """R1 is promised; a file that takes every vehicle off the road is refused, and the day stays clean."""
    terminal.book("R1", after="9:00")
    parked = "id,name,layouts,active\nV1,1号車,4+0,false\nV2,2号車,4+1,false\n"
    refused = terminal.run("import", "vehicles", terminal.file("vehicles.csv", parked))
    assert (refused.exit_code, "edit_breaks_promises" in refused.stderr) == (EXIT_WRONG, True)
    assert all(vehicle.active for vehicle in terminal.town.store.vehicles(SERVICE))
    assert terminal.run("check", "--date", str(terminal.day)).exit_code == 0


def test_a_bad_row_is_named_and_nothing_is_taken(terminal: Terminal) -> None:
    """Line, column and reason; with --skip-bad the good row is taken and the bad one reported."""
    file = terminal.file("riders.csv", "id,name,birth_year\nR70,良い 行,1950\nR71,悪い 行,そのうち\n")
    refused = terminal.run("import", "riders", file)
    assert refused.exit_code == EXIT_WRONG
    assert "import_bad_rows" in refused.stderr
    assert "3 行目、birth_year「そのうち」" in refused.stderr
    assert "R70" not in {rider.id for rider in terminal.town.store.riders(SERVICE)}
    report = json.loads(terminal.run("import", "riders", file, "--skip-bad", "--json").stdout)
    assert (report["taken"], report["skipped"], report["bad_cells"][0]["line"]) == (1, 1, 3)


HEADER = (
    "request_no,day_offset,asked_day_offset,asked_time,channel,rider_id,origin_kind,origin_id,"
    "destination_kind,destination_id,time_kind,time,party,purpose,linked_no,fate\n"
)
OUT = "1,0,-1,10:00,phone,R1,rider_place,R1-home,place,clinic,depart_after,9:00,adult:none,medical,,kept\n"
BACK = "2,0,-1,10:01,phone,R1,place,clinic,rider_place,R1-home,depart_after,14:00,adult:none,medical,1,kept\n"


def test_requests_are_booked_once(terminal: Terminal) -> None:
    """A file of requests is booked like calls, the return linked; the same file again books nothing more."""
    file = terminal.file("requests.csv", HEADER + OUT + BACK)
    arguments = ("import", "requests", file, "--date", str(terminal.day), "--json")
    first, second = (json.loads(terminal.run(*arguments).stdout) for _ in range(2))
    assert (first["booked"], first["repeated"]) == (2, 0)
    assert (second["booked"], second["repeated"]) == (0, 2)
    outbound, back = terminal.town.store.reservations(SERVICE, terminal.day)
    assert back.linked_to == outbound.id


def test_requests_of_strangers_are_refused_whole(terminal: Terminal) -> None:
    """One unknown rider: nothing of the file is taken, unless bad rows are skipped; then each is listed."""
    file = terminal.file(
        "requests.csv", HEADER + OUT + BACK.replace("R1,place", "R99,place").replace(",1,kept", ",,kept")
    )
    arguments = ("import", "requests", file, "--date", str(terminal.day))
    refused = terminal.run(*arguments)
    assert refused.exit_code == EXIT_WRONG
    assert "import_bad_rows" in refused.stderr
    assert "3 行目、rider_id「R99」：登録のない番号です。" in refused.stderr
    assert terminal.town.store.requests(SERVICE, terminal.day) == ()
    taken = json.loads(terminal.run(*arguments, "--skip-bad", "--json").stdout)
    assert (taken["booked"], taken["skipped"]) == (1, 1)
    assert {"line": 3, "column": "rider_id", "fault": "unknown_reference"} in taken["bad_cells"]


def test_refused_requests_are_listed_with_their_reasons(terminal: Terminal) -> None:
    """A trip outside the hours is named with its line, in words for people and by its code for programs."""
    file = terminal.file("requests.csv", HEADER + OUT.replace("9:00", "5:00"))
    arguments = ("import", "requests", file, "--date", str(terminal.day))
    said = terminal.run(*arguments)
    assert "2 行目：お受けできませんでした。運行は8:00から17:00までです。" in said.stderr
    assert "お断り 1" in said.stdout
    other = terminal.file("others.csv", HEADER + OUT.replace("9:00", "5:30"))
    told = json.loads(terminal.run("import", "requests", other, "--date", str(terminal.day), "--json").stdout)
    assert told["refused_rows"] == [{"line": 2, "code": "outside_hours"}]


def test_fleets_are_compared(terminal: Terminal) -> None:
    """Two wishes replayed with one and with two vehicles: figures for each, a table and a picture, the same again."""
    file = terminal.file("demand.csv", HEADER + OUT + BACK)
    arguments = ("fleet", "--demand", file, "--vehicles", "1-2", "--days", "1", "--out", str(terminal.folder / "study"))
    first, second = (json.loads(terminal.run(*arguments, "--json").stdout) for _ in range(2))
    assert [(one["vehicles"], one["requests"], one["served_share"]) for one in first] == [(1, 2, 1.0), (2, 2, 1.0)]
    assert first == second
    assert {path.suffix for path in (terminal.folder / "study").iterdir()} == {".csv", ".png"}
    assert "割合" in terminal.run(*arguments).stdout


@pytest.mark.parametrize("text", ["0-3", "6-2", "two", "1-100", "", "-3", "２-３"])
def test_a_range_of_fleets_goes_up_within_bounds(text: str) -> None:
    """From 1 to 99, the smaller first; a single number is a range of one."""
    with pytest.raises(InvalidInput, match="bad_vehicle_range"):
        sizes_of(text)
    assert sizes_of("2-4") == (2, 3, 4)
    assert sizes_of(" 5 ") == (5,)


def test_a_backup_brings_back_what_was_there(terminal: Terminal) -> None:
    """A trip booked after the copy is gone after restoring; the database before is kept."""
    copy = str(terminal.folder / "copy.db")
    assert terminal.run("backup", copy).exit_code == 0
    terminal.book("R1", after="9:00")
    restored = json.loads(terminal.run("restore", copy, "--json").stdout)
    assert restored["rows_reservation"] == 0
    assert restored["kept"]
    assert terminal.run("backup", copy).stderr.splitlines()[0] == "backup_exists"


def test_a_mistake_in_the_rules_is_named(terminal: Terminal) -> None:
    """A missing file and a typo end with exit 2; the key is named."""
    broken = terminal.file("rules.toml", "effective_from = 2021-04-01\n[booking]\nhorizont_days = 7\n")
    assert terminal.run("rules", "check", str(terminal.folder / "none.toml")).stderr.startswith("file_missing")
    result = terminal.run("rules", "check", broken)
    assert (result.exit_code, "horizont_days" in result.stderr) == (EXIT_WRONG, True)


def test_a_busy_port_is_said_at_once(terminal: Terminal) -> None:
    """The port is tried before anything is started."""
    with closing(socket.create_server(("127.0.0.1", 0))) as busy:
        port = str(busy.getsockname()[1])
        result = terminal.run("serve", "--port", port)
    assert (result.exit_code, result.stderr.splitlines()[0]) == (EXIT_WRONG, "port_in_use")
    assert port in result.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.20", "::", "example.org"])
def test_other_machines_are_not_served(terminal: Terminal, host: str) -> None:
    """Without access control only loopback addresses are taken."""
    result = terminal.run("serve", "--host", host)
    assert (result.exit_code, result.stderr.splitlines()[0]) == (EXIT_WRONG, "not_loopback")


def test_an_empty_installation_says_what_to_do(tmp_path: Path) -> None:
    """No service yet: the database is made, and the error names the way to load one."""
    runner = CliRunner(env={"ODEKAKE_VAR": str(tmp_path)})
    result = runner.invoke(app, ["summary", "--date", "2026-11-24"])
    assert (result.exit_code, result.stderr.splitlines()[0]) == (EXIT_WRONG, "no_service")


@pytest.mark.parametrize(
    ("environ", "lang"),
    [
        ({}, Lang.JA),
        ({"LANG": "C.UTF-8"}, Lang.JA),
        ({"LANG": "en_GB.UTF-8"}, Lang.EN),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "ja_JP.UTF-8"}, Lang.JA),
        ({"LANG": "ja_JP.UTF-8", "ODEKAKE_LANG": "en"}, Lang.EN),
    ],
)
def test_the_terminal_chooses_the_language(environ: dict[str, str], lang: Lang) -> None:
    """English for an English locale, Japanese for any other; our own variable goes first."""
    assert terminal_lang(environ) is lang


def test_answers_are_not_held_back() -> None:
    """The socket names its protocol: only then does the server send small answers at once."""
    with closing(listen(host="127.0.0.1", port=0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", "８０００", "8000.0"])
def test_a_port_is_a_number_in_bounds(text: str) -> None:
    """Anything but 1 to 65535 in plain digits is named as wrong; nothing given means 8000."""
    with pytest.raises(InvalidInput, match="bad_port"):
        port_from({"ODEKAKE_PORT": text})
    assert port_from({}) == port_from({"ODEKAKE_PORT": " "}) == 8000
