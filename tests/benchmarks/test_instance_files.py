"""Reading instances: what is written is what is read, and what is damaged is refused by line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.errors import InstanceError
from benchmarks.instances import Family, Instance, Objective, read_instance
from benchmarks.instances.read import parse_instance
from tests.benchmarks.instance_cases import FILE, Case, CaseNode, cases, cordeau_text, li_lim_text, sartori_text

ON_A_LINE = Case(
    nodes=(
        CaseNode(0, 0, 0, 0, 10_000, 0),
        CaseNode(3000, 4000, 2, 0, 5000, 10),
        CaseNode(6000, 8000, 1, 0, 5000, 10),
        CaseNode(9000, 12_000, -2, 100, 6000, 20),
        CaseNode(-3000, -4000, -1, 0, 6000, 20),
    ),
    vehicles=2,
    capacity=3,
    max_ride=30,
    max_duration=100,
)
FIVE_APART = [[0 if a == b else 5 for b in range(5)] for a in range(5)]
CORDEAU = cordeau_text(ON_A_LINE, last_depot=True, count_of_visits=False)
LI_LIM = li_lim_text(ON_A_LINE)
SARTORI = sartori_text(ON_A_LINE, FIVE_APART)


def _assert_holds(instance: Instance, case: Case) -> None:
    nodes, n = case.nodes, case.requests
    assert instance.earliest[: len(nodes)].tolist() == [node.earliest_tenths / 10 for node in nodes]
    assert instance.latest[: len(nodes)].tolist() == [node.latest_tenths / 10 for node in nodes]
    assert instance.service[: len(nodes)].tolist() == [node.service_tenths / 10 for node in nodes]
    assert instance.load[: len(nodes)].tolist() == [node.load for node in nodes]
    assert instance.pickup.tolist() == list(range(1, n + 1))
    assert instance.drop.tolist() == list(range(n + 1, 2 * n + 1))
    assert instance.capacity == case.capacity


@given(case=cases(), last_depot=st.booleans(), count_of_visits=st.booleans())
def test_cordeau_round_trip(case: Case, *, last_depot: bool, count_of_visits: bool) -> None:
    """Every reading of the header, with and without a last depot line, gives the numbers that were written."""
    instance = parse_instance(cordeau_text(case, last_depot=last_depot, count_of_visits=count_of_visits), FILE)
    _assert_holds(instance, case)
    assert (instance.family, instance.objective) == (Family.CORDEAU, Objective.DISTANCE)
    assert (instance.vehicles_max, instance.max_ride, instance.max_duration) == (
        case.vehicles, case.max_ride, case.max_duration,
    )  # fmt: skip
    assert (instance.start, instance.end) == (0, 2 * case.requests + 1 if last_depot else 0)


@given(case=cases())
def test_li_lim_round_trip(case: Case) -> None:
    """A file of Li & Lim gives the numbers that were written, and no limit but the windows."""
    instance = parse_instance(li_lim_text(case), FILE)
    _assert_holds(instance, case)
    assert (instance.family, instance.objective) == (Family.LI_LIM, Objective.FLEET_THEN_DISTANCE)
    assert instance.vehicles_max == case.vehicles
    assert not instance.limits_rides
    assert not instance.limits_durations


@given(case=cases(), seed=st.integers(0, 1000))
def test_sartori_buriol_round_trip(case: Case, seed: int) -> None:
    """A file of Sartori & Buriol gives the numbers and the travel times that were written, and any number of cars."""
    minutes = np.random.default_rng(seed).integers(0, 60, (len(case.nodes), len(case.nodes))).tolist()
    instance = parse_instance(sartori_text(case, minutes), FILE)
    _assert_holds(instance, case)
    assert instance.family is Family.SARTORI_BURIOL
    assert instance.travel.tolist() == instance.cost.tolist() == minutes
    assert instance.vehicles_max == case.requests


def test_distances_are_euclidean() -> None:
    """From (0, 0) to (3, 4) it is 5 units, from (3, 4) to (-3, -4) it is 10."""
    instance = parse_instance(CORDEAU, FILE)
    assert instance.travel[0, 1] == 5.0
    assert instance.cost[1, 4] == 10.0


def test_the_speed_of_li_lim_is_not_used() -> None:
    """Files whose header says speed 0 are read like those that say 1."""
    assert parse_instance(LI_LIM.replace("2 3 1\n", "2 3 0\n"), FILE).travel[0, 1] == 5.0


DAMAGE = [
    (CORDEAU, "2 2 100 3 30", "2 2 100 3", "unknown_format", 1),
    (CORDEAU, "2 2 100 3 30", "0 2 100 3 30", "not_a_whole_number", 1),
    (CORDEAU, "2 2 100 3 30", "2 7 100 3 30", "wrong_number_of_lines", 7),
    (CORDEAU, "2 2 100 3 30", "2 2 100 3 -30", "negative_limit", 1),
    (CORDEAU, "2 2 100 3 30", "2 2 100 1 30", "load_above_capacity", 3),
    (CORDEAU, "2 6.0 8.0", "3 6.0 8.0", "wrong_node_id", 4),
    (CORDEAU, "2 6.0 8.0", "2 6.0 eight", "not_a_number", 4),
    (CORDEAU, "2 6.0 8.0", "2 6.0 nan", "not_a_number", 4),
    (CORDEAU, "-2 10.0 600.0", "-1 10.0 600.0", "wrong_load", 5),
    (CORDEAU, "-2 10.0 600.0", "-2 601 600.0", "window_closed", 5),
    (CORDEAU, "-2 10.0 600.0", "-2 10.0", "row_too_short", 5),
    (CORDEAU, "9.0 12.0 2.0", "9.0 12.0 -2.0", "negative_service", 5),
    (CORDEAU, "5 0.0 0.0 0.0 0 0.0 1000.0", "5 0.0 0.0 0.0 0 0.0 999", "depots_differ", 7),
    (CORDEAU, "2 6.0 8.0", "2 6.0 1e308", "number_too_large", 4),
    (CORDEAU, "2 2 100 3 30", "2 2 100 1e300 30", "number_too_large", 1),
    (CORDEAU, "2 2 100 3 30", "2 2 100 4294967297 30", "number_too_large", 1),
    (LI_LIM, "1.0 0 3", "1.0 0 9", "partner_missing", 3),
    (LI_LIM, "1.0 0 3", "1.0 0 4", "wrong_partner", 3),
    (LI_LIM, "1.0 0 3", "1.0 0 0", "wrong_partner", 3),
    (LI_LIM, "1.0 0 3", "1.0 0 3.5", "not_a_whole_number", 3),
    (LI_LIM, "2 3 1\n", "2 3 fast\n", "not_a_number", 1),
    (SARTORI, "CAPACITY: 3\n", "", "key_missing", 1),
    (SARTORI, "SIZE: 5", "SIZE: 6", "wrong_number_of_lines", 11),
    (SARTORI, "5 0 5 5 5", "5 0 5 5", "matrix_not_square", 13),
    (SARTORI, "5 0 5 5 5", "5 0 5 5 -5", "not_a_whole_number", 13),
    (SARTORI, "5 0 5 5 5", "5 0 5 5 5.5", "not_a_whole_number", 13),
    (SARTORI, "EOF\n", "", "section_missing", 16),
]


@pytest.mark.parametrize(("text", "old", "new", "code", "line"), DAMAGE)
def test_damage_is_named_by_line(text: str, old: str, new: str, code: str, line: int) -> None:
    """One changed word is refused with the line it stands on and a code that says what is wrong."""
    damaged = text.replace(old, new, 1)
    assert damaged != text
    with pytest.raises(InstanceError) as caught:
        parse_instance(damaged, FILE)
    assert (caught.value.code, caught.value.line) == (code, line)
    assert f"{FILE}:{line}" in str(caught.value)


@pytest.mark.parametrize("text", [CORDEAU, LI_LIM, SARTORI])
def test_a_file_cut_off_after_any_line_is_refused(text: str) -> None:
    """However many lines survive, the instance is refused (a last depot line may be missing: some files have none)."""
    lines = text.splitlines(keepends=True)
    optional = 1 if text == CORDEAU else 0
    for kept in range(len(lines) - optional):
        with pytest.raises(InstanceError):
            parse_instance("".join(lines[:kept]), FILE)


def test_requests_of_a_cut_file_are_not_taken_for_a_smaller_one() -> None:
    """Cut where the count of lines fits half as many requests, a file of Cordeau is refused by its loads."""
    doubled = replace(ON_A_LINE, nodes=(*ON_A_LINE.nodes[:3], *ON_A_LINE.nodes[1:3], *ON_A_LINE.nodes[3:] * 2))
    lines = cordeau_text(doubled, last_depot=True, count_of_visits=False).splitlines()
    with pytest.raises(InstanceError) as caught:
        parse_instance("\n".join(lines[:6]), FILE)
    assert (caught.value.code, caught.value.line) == ("wrong_load", 5)


def test_unreadable_files_are_named(tmp_path: Path) -> None:
    """A missing file and a file of bytes that are no text are refused as such."""
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe\x00")
    for name in ("missing.txt", "bytes.txt"):
        with pytest.raises(InstanceError) as caught:
            read_instance(tmp_path / name)
        assert caught.value.code == "unreadable"


@pytest.mark.parametrize("text", [CORDEAU, LI_LIM, SARTORI])
def test_a_byte_order_mark_and_other_line_ends_change_nothing(text: str, tmp_path: Path) -> None:
    """As editors on Windows write them."""
    (tmp_path / "file.txt").write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert read_instance(tmp_path / "file.txt").digest == parse_instance(text, FILE).digest


def test_the_cause_of_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    """In words, not by the name of an exception."""
    (tmp_path / "latin.txt").write_bytes("São Paulo".encode("latin-1"))
    causes = {"none.txt": "There is no such file.", ".": "It is a folder", "latin.txt": "It is no text in UTF-8."}
    for name, cause in causes.items():
        with pytest.raises(InstanceError) as caught:
            read_instance(tmp_path / name)
        assert caught.value.cause.startswith(cause)


def test_the_digest_names_the_text(tmp_path: Path) -> None:
    """The same text under two names has one digest, another text another."""
    for name, text in (("a", CORDEAU), ("b", CORDEAU), ("c", LI_LIM)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    a, b, c = (read_instance(tmp_path / name).digest for name in "abc")
    assert a == b
    assert a != c
