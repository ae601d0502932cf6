"""Limits of a search, with a timer that the test moves."""

from __future__ import annotations

import pytest

from solver.errors import SolverInputError
from solver.params import SolveParams
from solver.stop import Interrupt, StepLimit, Stop, TimeLimit


class _Timer:
    """A timer that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_time_limit_counts_from_the_beginning_of_each_search() -> None:
    """With 2 s: not over after 1.9 s, over after 2 s; a second search begins anew."""
    timer = _Timer()
    stop = Stop((TimeLimit(2.0),), timer=timer)
    first = stop.begin()
    timer.now += 1.9
    assert not first.over(10**9)
    timer.now += 0.1
    assert first.over(0)
    assert first.seconds() == pytest.approx(2.0)
    assert not stop.begin().over(0)


def test_step_limit_looks_at_no_clock() -> None:
    """With 5 steps: over at the fifth, whatever the time."""
    timer = _Timer()
    watch = Stop((StepLimit(5),), timer=timer).begin()
    timer.now += 10**6
    assert [watch.over(steps) for steps in (0, 4, 5, 6)] == [False, False, True, True]


def test_the_first_limit_met_ends_the_search() -> None:
    """Time and steps are both far; the interrupt ends it."""
    asked = [False]
    watch = Stop((TimeLimit(60.0), StepLimit(60), Interrupt(lambda: asked[0])), timer=_Timer()).begin()
    assert not watch.over(1)
    asked[0] = True
    assert watch.over(1)


def test_limits_without_sense_are_refused() -> None:
    """No limit at all, and limits that are not positive, are named by code."""
    with pytest.raises(SolverInputError, match="no_limit"):
        Stop(())
    with pytest.raises(SolverInputError, match="limit_not_positive"):
        TimeLimit(0.0)
    with pytest.raises(SolverInputError, match="limit_not_positive"):
        TimeLimit(float("nan"))
    with pytest.raises(SolverInputError, match="limit_not_positive"):
        StepLimit(-1)


@pytest.mark.parametrize(("seed", "guidance"), [(-1, 0.1), (2**31, 0.1), (0, 0.0), (0, 1.5)])
def test_parameters_out_of_bounds_are_refused(seed: int, guidance: float) -> None:
    """The error names the parameter."""
    with pytest.raises(SolverInputError, match="parameter_out_of_bounds"):
        SolveParams(seed=seed, guidance=guidance)
