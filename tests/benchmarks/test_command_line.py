"""``python -m benchmarks``: what is written and printed, and what is said when the input is at fault."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from benchmarks.__main__ import COMMANDS, main
from benchmarks.instances import read_instance
from benchmarks.options import seeds
from benchmarks.score import judge

README = Path(__file__).resolve().parents[2] / "benchmarks" / "README.md"


def test_the_page_names_every_command() -> None:
    """The first table of the page has one row per command, and no other."""
    first_table = README.read_text(encoding="utf-8").split("| command | measures |", 1)[1].split("\n\n", 1)[0]
    rows = re.findall(r"^\| `(\w+)", first_table, re.MULTILINE)
    assert sorted(rows) == sorted(command.__name__.rsplit(".", 1)[-1] for command in COMMANDS)


@pytest.fixture
def generated(tmp_path: Path) -> Path:
    """A generated instance of eight requests."""
    path = tmp_path / "instances" / "eight.txt"
    assert main(["generate", "--requests", "8", "--seed", "3", "--out", str(path), "--json"]) == 0
    return path


def _solved(instance: Path, out: Path, *words: str) -> int:
    return main(["solve", str(instance), "--out", str(out), "--engine", "routing", *words])


def test_solve_writes_routes_and_prints_the_rest(
    generated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file holds routes and what the judge says of them; the line printed is the file less the routes."""
    capsys.readouterr()
    assert _solved(generated, tmp_path / "out.json", "--iterations", "500") == 0
    line = capsys.readouterr().out
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    verdict = judge(read_instance(generated), [tuple(route) for route in written["routes"]])
    assert (written["cost"], written["vehicles"], written["feasible"]) == (verdict.cost, verdict.vehicles, True)
    del written["routes"]
    assert json.loads(line) == written
    assert line.count("\n") == 1
    assert (tmp_path / "out.json").stat().st_mode & 0o777 == 0o600


def test_equal_searches_give_equal_bytes(generated: Path, tmp_path: Path) -> None:
    """Bounded by iterations, two runs write the same file."""
    for name in ("a.json", "b.json"):
        _solved(generated, tmp_path / name, "--iterations", "800", "--seed", "5")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_an_impossible_request_is_reported_and_the_rest_solved(
    generated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A request whose drop closes before it can be reached is named with its reason; seven others are served."""
    lines = generated.read_text(encoding="utf-8").splitlines()
    pick, drop = lines[2].split(), lines[10].split()
    lines[2], lines[10] = " ".join([*pick[:5], "700", "710"]), " ".join([*drop[:5], "100", "110"])
    generated.write_text("\n".join(lines) + "\n", encoding="utf-8")
    capsys.readouterr()
    assert _solved(generated, tmp_path / "out.json", "--iterations", "500") == 3
    told = json.loads(capsys.readouterr().out)
    assert told["feasible"] is False
    assert [(one["pickup"], one["drop"]) for one in told["unserved"]] == [(1, 9)]
    assert "exclude each other" in told["unserved"][0]["reason"]
    assert len(told["faults"]) == 2


def test_damaged_input_is_told_in_one_line(generated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """File, line and cause on standard error, nothing on standard output, no file written, exit code 2."""
    generated.write_text(generated.read_text(encoding="utf-8")[:-200], encoding="utf-8")
    capsys.readouterr()
    assert _solved(generated, tmp_path / "out.json", "--seconds", "1") == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert f"{generated}:" in told.err
    assert told.err.count("\n") == 1
    assert not (tmp_path / "out.json").exists()


def test_a_solution_that_could_not_be_written_is_not_searched_for(
    generated: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The place is looked at first: without a bound on it the search would last for years."""
    capsys.readouterr()
    assert _solved(generated, generated.parent, "--iterations", str(10**15), "--json") == 2
    assert json.loads(capsys.readouterr().err)["error"]["code"] == "not_writable"


def test_a_baseline_that_could_not_be_stored_is_not_measured(
    generated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The place is looked at before the first run."""
    (tmp_path / "best.json").write_text('{"own": {"eight": {"vehicles": null, "cost": 100.0}}}', encoding="utf-8")
    capsys.readouterr()
    words = ["gap", str(generated), "--best-known", str(tmp_path / "best.json"), "--state", str(tmp_path / "state")]
    assert main([*words, "--save", str(tmp_path)]) == 2
    assert "Nothing can be written there" in capsys.readouterr().err
    assert not (tmp_path / "state").exists()


def test_finished_cells_need_a_folder(generated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file in place of the folder is named in one line."""
    (tmp_path / "best.json").write_text('{"own": {"eight": {"vehicles": null, "cost": 100.0}}}', encoding="utf-8")
    capsys.readouterr()
    assert main(["gap", str(generated), "--best-known", str(tmp_path / "best.json"), "--state", str(generated)]) == 2
    assert capsys.readouterr().err.startswith(f"{generated}: Nothing can be written there")


@pytest.mark.parametrize("vehicles", ['"two"', "-1", "2.5", "true", "[2]"])
def test_vehicles_of_best_known_values_are_whole_numbers(
    vehicles: str, generated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Anything else is refused before the first run."""
    (tmp_path / "best.json").write_text(
        f'{{"s": {{"eight": {{"vehicles": {vehicles}, "cost": 9}}}}}}', encoding="utf-8"
    )
    capsys.readouterr()
    assert main(["gap", str(generated), "--best-known", str(tmp_path / "best.json"), "--json"]) == 2
    assert json.loads(capsys.readouterr().err)["error"]["code"] == "best_known_unreadable"


def test_seeds_are_taken_once_and_in_order() -> None:
    """Lists and ranges may be mixed; what is named twice counts once."""
    assert seeds("3,1-2,2") == (3, 1, 2)


def test_errors_are_json_when_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With ``--json`` an error carries code, item, cause and action."""
    assert main(["gap", str(tmp_path), "--best-known", str(tmp_path / "none.json"), "--json"]) == 2
    error = json.loads(capsys.readouterr().err)["error"]
    assert error["code"] == "best_known_unreadable"
    assert all(error[part] for part in ("item", "cause", "action"))


def test_gap_resumes_and_compares(generated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second run over the same folder finds its cells and reports no change against the first."""
    (tmp_path / "best.json").write_text('{"own": {"eight": {"vehicles": null, "cost": 100.0}}}', encoding="utf-8")
    words = ["gap", str(generated.parent), "--best-known", str(tmp_path / "best.json"), "--seconds", "0.1"]
    words += ["--seeds", "1-2", "--state", str(tmp_path / "state"), "--engine", "routing", "--json"]
    main([*words, "--save", str(tmp_path / "base.json")])
    capsys.readouterr()
    assert main([*words, "--baseline", str(tmp_path / "base.json")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["changes"] == ["+0.00 %"]
    assert told["summary"]["runs"] == 2
    assert len((tmp_path / "state" / "cells.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def test_every_caller_is_counted_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Callers with and without a place add up to all; each group has ascending figures."""
    assert main(["insert", "--trips", "6", "--vehicles", "1", "--asking", "8", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    groups = [told[name] for name in ("placed", "refused") if name in told]
    assert told["count"] == 8 == sum(group["count"] for group in groups)
    assert all(0 < group["p50_ms"] <= group["p99_ms"] <= group["max_ms"] for group in [told, *groups])


def test_offers_are_measured_on_the_sample_day(capsys: pytest.CaptureFixture[str]) -> None:
    """Every call of the demo day but the first is timed as a proposal, and each accepted one as a promise."""
    assert main(["offers", "--store", "memory", "--rounds", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["first propose"]["count"] == 1
    assert 0 < told["accept"]["count"] <= told["propose"]["count"] + 1


@pytest.mark.parametrize(
    "words",
    [
        ["solve", "x", "--out", "y", "--seconds", "0"],
        ["solve", "x", "--out", "y", "--seed", "-1"],
        ["solve", "x", "--out", "y", "--seconds", "1", "--iterations", "5"],
        ["insert", "--trips", "0"],
        ["gap", "x", "--best-known", "y", "--seeds", "2-1"],
        ["gap", "x", "--best-known", "y", "--seeds", "1-2-3"],
        ["gap", "x", "--best-known", "y", "--seeds", "1-"],
        ["gap", "x", "--best-known", "y", "--seeds", "0-2000000000"],
    ],
)
def test_options_out_of_bounds_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A number beyond its bounds, or two limits at once, ends with a usage message and exit code 2."""
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err
