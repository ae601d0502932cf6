"""Trying again when somebody was faster: a growing random pause in between, an end to it, nothing else caught."""

from __future__ import annotations

import random

import pytest

from dispatch.model.errors import Conflict
from dispatch.model.times import ManualClock
from dispatch.solver_bridge.pause import FIRST_S, LONGEST_S, RandomPause
from dispatch.solver_bridge.retry import ATTEMPTS, on_the_day_as_it_is
from dispatch.solver_bridge.travel import TravelBooks, straight_times
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.memory import MemoryStore


class Attempt:
    """Meets ``code`` the first ``failures`` times, then succeeds."""

    def __init__(self, *, failures: int, code: str = "day_changed") -> None:
        self.failures, self.code, self.made = failures, code, 0

    def __call__(self) -> int:
        self.made += 1
        if self.made <= self.failures:
            raise Conflict(self.code)
        return self.made


def workplace(slept: list[float], *, seed: int = 1) -> Workplace:
    pause = RandomPause(dice=random.Random(seed), sleep=slept.append)
    return Workplace(store=MemoryStore(), clock=ManualClock(), travel=TravelBooks(straight_times), pause=pause)


@pytest.mark.parametrize("failures", range(ATTEMPTS))
def test_it_pauses_once_after_each_failure_and_then_succeeds(failures: int) -> None:
    """Each pause lies between nothing and 10 ms doubled by every failure, capped; none after the success."""
    slept: list[float] = []
    attempt = Attempt(failures=failures)
    assert on_the_day_as_it_is(workplace(slept), attempt) == failures + 1
    assert len(slept) == failures
    assert all(0 <= pause <= min(FIRST_S * 2**n, LONGEST_S) for n, pause in enumerate(slept))


def test_two_who_meet_pause_differently() -> None:
    """Two generators, two rows of pauses: they do not meet again and again."""
    rows: list[list[float]] = [[], []]
    for seed, slept in enumerate(rows):
        with pytest.raises(Conflict, match="day_busy"):
            on_the_day_as_it_is(workplace(slept, seed=seed), Attempt(failures=ATTEMPTS))
    assert [len(slept) for slept in rows] == [ATTEMPTS - 1, ATTEMPTS - 1], "no pause when nothing follows it"
    assert not set(rows[0]) & set(rows[1])


def test_another_conflict_is_not_tried_again() -> None:
    """An offer that is gone is gone."""
    attempt = Attempt(failures=1, code="offer_gone")
    with pytest.raises(Conflict, match="offer_gone"):
        on_the_day_as_it_is(workplace([]), attempt)
    assert attempt.made == 1
