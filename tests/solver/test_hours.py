"""Legs by time of day: the rule of `Problem` tabulated, in Python and compiled."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from solver.kernels.hours import arrival, in_step, latest_leave
from solver.legs import ENDLESS, Leg

DAY = 120


@st.composite
def legs(draw: st.DrawFn) -> Leg:
    """One to four periods within the day, each of 0 to 60 ticks."""
    starts = draw(st.sets(st.integers(-5, DAY), min_size=1, max_size=4))
    ticks = draw(st.lists(st.integers(0, 60), min_size=len(starts), max_size=len(starts)))
    return Leg(tuple(sorted(starts)), tuple(ticks))


def _arrivals(leg: Leg) -> list[int]:
    """For every tick from -80 on the best arrival of who drives off then or at any later tick."""
    times = range(-80, DAY + 260)
    at_once = [t + leg.ticks[max(0, sum(s <= t for s in leg.starts) - 1)] for t in times]
    return [min(at_once[t:]) for t in range(len(at_once))]


@given(leg=legs(), leave=st.integers(-80, DAY + 60), pause=st.integers(0, 30))
def test_arrival_is_the_best_of_leaving_now_and_later(leg: Leg, leave: int, pause: int) -> None:
    """Waiting at the kerb is allowed, overtaking by leaving later is impossible; breaks count the slower way."""
    table = _arrivals(leg)
    ticks, start = np.array(leg.ticks), np.array(leg.starts)
    assert leg.reached(leave) == table[leave + 80] == arrival(ticks, 0, start, leave)
    assert leg.reached(leave, pause) == max(table[leave + 80] + pause, table[leave + pause + 80])


@given(leg=legs(), reach=st.integers(0, DAY + 60), pause=st.integers(0, 30))
def test_latest_leave_is_the_last_tick_that_arrives_in_time(leg: Leg, reach: int, pause: int) -> None:
    """It arrives by the time asked for, and a tick later would not."""
    left = leg.left(reach, pause)
    assert leg.reached(left, pause) <= reach < leg.reached(left + 1, pause)
    assert leg.left(reach) == latest_leave(np.array(leg.ticks), 0, np.array(leg.starts), reach)


@given(leg=legs(), leave=st.integers(-80, DAY + 60))
def test_arrival_keeps_step_as_long_as_promised(leg: Leg, leave: int) -> None:
    """Up to the ticks told, leaving later means arriving as much later."""
    steady = leg.steady(leave)
    kernel = in_step(np.array(leg.ticks), 0, np.array(leg.starts), leave)
    assert min(steady, ENDLESS) == min(kernel, ENDLESS)
    for later in range(min(steady, 200)):
        assert leg.reached(leave + later) == leg.reached(leave) + later
