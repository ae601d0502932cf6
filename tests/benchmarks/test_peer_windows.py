"""What engines without a ride limit are given in its place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.engines.engine import NOTHING, Run, Task
from benchmarks.engines.peer_numbers import peer_numbers
from benchmarks.engines.registry import installed_peers
from benchmarks.engines.ride_aware import RideAware, tightened
from benchmarks.errors import SettingsError
from benchmarks.generate import Recipe, generate_cordeau
from benchmarks.instances import Instance
from benchmarks.instances.read import parse_instance
from benchmarks.score import TimeRules, has_times, judge
from solver.stop import StepLimit, TimeLimit
from tests.benchmarks.instance_cases import FILE, Case, cases, instance_of, routes
from tests.benchmarks.test_score import LINE, ONE_BY_ONE

WITHOUT_RIDES = TimeRules.WINDOWS | TimeRules.DURATION
TASK = Task(bound=TimeLimit(1.0), seed=1, threads=1)


@settings(max_examples=200)
@given(case=cases(), route=routes(requests=3))
def test_windows_narrowed_without_cutting_lose_nothing(case: Case, route: tuple[int, ...]) -> None:
    """A route has times under the narrowed windows exactly when it has them under the original ones."""
    instance = instance_of(case)
    narrowed = tightened(instance, np.zeros(instance.n_requests, np.bool_))
    assert has_times(narrowed, route, tolerance=1e-7) or not has_times(instance, route)
    assert has_times(instance, route, tolerance=1e-7) or not has_times(narrowed, route)


@settings(max_examples=200)
@given(case=cases(), route=routes(requests=3))
def test_cut_windows_keep_every_ride_limit(case: Case, route: tuple[int, ...]) -> None:
    """With all requests cut, times that keep windows and duration alone keep the ride limits too."""
    instance = instance_of(case)
    cut = tightened(instance, np.ones(instance.n_requests, np.bool_))
    if has_times(cut, route, rules=WITHOUT_RIDES):
        assert has_times(instance, route, tolerance=1e-7)


@given(case=cases(), seed=st.integers(0, 10))
def test_shifts_bound_the_length_of_a_route(case: Case, seed: int) -> None:
    """Every shift is at most as long as a route may be and lies within the depot's window."""
    instance = instance_of(replace(case, max_duration=40 + seed))
    numbers = peer_numbers(instance)
    longest = numbers.scale * (40 + seed)
    assert len(numbers.shifts) == numbers.vehicles
    assert all(end - begin <= longest for begin, end in numbers.shifts)
    assert all(begin >= 0 for begin, _ in numbers.shifts)


@dataclass
class ForgetfulEngine:
    """Proposes to keep rider 1 aboard while rider 2 is fetched, until the windows of request 1 forbid it."""

    name: str = "forgetful"
    version: str = "1"
    asked: list[Instance] = field(default_factory=list)

    def run(self, instance: Instance, task: Task) -> Run:
        self.asked.append(instance)
        route = (1, 2, 4, 3)
        kept = has_times(instance, route, rules=WITHOUT_RIDES)
        return replace(NOTHING, routes=(route if kept else ONE_BY_ONE,), wall_s=0.01)


def test_only_rides_that_came_out_too_long_are_cut() -> None:
    """Rider 1 (10 units direct, 25 allowed) would ride 33; with its windows cut the engine finds another way.

    Rider 2, whose ride was short, keeps its windows.
    """
    text = LINE.replace("1 2 100 1 30", "1 2 400 2 25").replace("3 20 0 1 -1 0 500", "3 20 0 1 -1 100 200")
    instance = parse_instance(text, FILE)
    inner = ForgetfulEngine()
    run = RideAware(inner=inner).run(instance, TASK)
    assert judge(instance, run.routes).feasible
    first, last = inner.asked[0], inner.asked[-1]
    width = [(asked.latest - asked.earliest)[[1, 3]].min() for asked in (first, last)]
    assert width[1] < width[0]
    assert (first.latest - first.earliest)[[2, 4]].tolist() == (last.latest - last.earliest)[[2, 4]].tolist()


def test_steps_cannot_be_shared_out() -> None:
    """An engine asked in rounds needs a limit of time."""
    with pytest.raises(SettingsError, match="no_step_limit"):
        RideAware(inner=ForgetfulEngine()).run(parse_instance(LINE, FILE), replace(TASK, bound=StepLimit(5)))


def test_installed_peers_solve_an_easy_instance() -> None:
    """Each peer that is installed here finds a feasible plan for six requests; absent ones are named instead."""
    text = generate_cordeau(recipe=Recipe.A_2003, requests=6, rng=np.random.default_rng(3))
    instance = parse_instance(text, FILE)
    present, absent = installed_peers()
    assert len(present) + len(absent) == 2
    for peer in present:
        assert judge(instance, peer.run(instance, TASK).routes).feasible
