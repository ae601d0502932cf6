"""The history check: silent on what really happened, and not to be deceived by what did not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.proof.hamlet import SERVICE
from benchmarks.proof.history import history_faults
from benchmarks.proof.random_day import DAY, RandomDay
from dispatch.model.promise import Promise, PromiseState
from dispatch.model.reservation import ReservationState

SEEDS = range(101, 107)


@pytest.fixture(scope="module")
def lived() -> RandomDay:
    """A random day that ended well, with trips booked and one cancelled."""
    return _eventful_day()


def _eventful_day() -> RandomDay:
    days = (RandomDay(seed=seed) for seed in range(201, 300))
    return next(day for day in days if _eventful(day))


def _eventful(day: RandomDay) -> bool:
    return day.run() == () and len(day.booked) > 1 and bool(day.told.cancelled)


def faults(day: RandomDay, **told: object) -> tuple[str, ...]:
    """What the check says when callers had been told something else."""
    return history_faults(day.desk.store, SERVICE, DAY, replace(day.told, **told))


@pytest.mark.parametrize("seed", SEEDS)
def test_on_random_days_nothing_is_lost_doubled_broken_or_overfilled(seed: int) -> None:
    """The short profile of ``make soak``: the checker is silent after every act, and the history holds at the end."""
    assert RandomDay(seed=seed).run() == ()


def test_a_promise_that_was_told_and_is_lost_is_found(lived: RandomDay) -> None:
    """A reservation number that nobody finds in the books."""
    promise = next(iter(lived.told.promised.values()))
    assert any("is lost" in one for one in faults(lived, promised=lived.told.promised | {9999: promise}))


def test_another_promise_than_was_told_is_found(lived: RandomDay) -> None:
    """Told five minutes earlier than what is kept in the books."""
    number = lived.booked[0]
    kept = lived.told.promised[number]
    told: Promise = replace(kept, arrival_latest_s=kept.arrival_latest_s - 300)
    assert any("another promise" in one for one in faults(lived, promised=lived.told.promised | {number: told}))


def test_a_reservation_nobody_was_told_of_is_found_unless_an_answer_was_lost(lived: RandomDay) -> None:
    """One told less; with one acceptance whose answer never came, that may be it."""
    left = dict(list(lived.told.promised.items())[1:])
    assert any("nobody was told" in one for one in faults(lived, promised=left))
    assert faults(lived, promised=left, silent_offers={1}) == ()


def test_a_cancellation_that_did_not_last_is_found(lived: RandomDay) -> None:
    """Told to be cancelled, and still booked."""
    assert any("told otherwise" in one for one in faults(lived, cancelled={*lived.told.cancelled, lived.booked[0]}))


def test_a_booking_written_behind_the_journals_back_is_found() -> None:
    """A reservation set to cancelled without a word in the journal: the books contradict it."""
    day = _eventful_day()
    trip = day.desk.store.reservation(day.booked[0])
    with day.desk.store.writing() as work:
        work.replace_reservation(replace(trip, state=ReservationState.CANCELLED, promise_state=PromiseState.RELEASED))
    assert any("was cancelled 0 times" in one for one in history_faults(day.desk.store, SERVICE, DAY, day.told))


def test_a_soak_goes_on_where_it_ended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two days, then three with the same file: only the third is lived through."""
    kept = tmp_path / "soak.txt"
    assert main(["soak", "--days", "2", "--seed", "101", "--resume", str(kept)]) == 0
    assert main(["soak", "--days", "3", "--seed", "101", "--resume", str(kept)]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("1 days,")


@pytest.mark.parametrize("content", ["{}", "1\n\xff", "one"])
def test_soak_does_not_go_on_with_another_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    """It says so before the first day, and leaves the file as it is; likewise of a place that is a folder."""
    other = tmp_path / "notes.txt"
    other.write_bytes(content.encode("latin-1"))
    assert main(["soak", "--days", "1", "--resume", str(other)]) == 2
    assert main(["soak", "--days", "1", "--resume", str(tmp_path)]) == 2
    assert other.read_bytes() == content.encode("latin-1")
    assert capsys.readouterr().err.count("\n") == 2
