"""Sample days at the desk, both ways: the same calls, promises kept, hindsight never worse, arithmetic in the open."""

from __future__ import annotations

import math

import pytest

from benchmarks.online.days import SampleDay, sample_day
from benchmarks.online.figures import Comparison, Interval, PairedDay, WayFigures, paired_day
from benchmarks.online.hindsight import hindsight
from benchmarks.online.lived import InsertionDesk, lived
from dispatch.model.actor import Actor, Role
from dispatch.model.demand import Fate
from dispatch.planning.outcome import Verdict
from dispatch.study.city import DAY_ZERO
from sample_data.tables import SERVICE_ID

RIDES, VEHICLES, STEPS = 14, 1, 100
"""One vehicle cannot serve everybody who calls on such a day."""


@pytest.fixture(scope="module")
def day() -> SampleDay:
    return sample_day(1, rides=RIDES)


def test_a_sample_day_is_drawn_from_its_number(day: SampleDay) -> None:
    """Calls in the order of their moments, nobody cancels, the city knows exactly the riders who call."""
    assert day.calls == sample_day(1, rides=RIDES).calls != sample_day(2, rides=RIDES).calls
    moments = [(call.asked_day_offset, call.asked_time_s) for call in day.calls]
    assert moments == sorted(moments)
    assert {call.fate for call in day.calls} == {Fate.KEPT}
    assert {rider.id for rider in day.city.riders} == {call.rider_id for call in day.calls}


def test_sample_days_have_about_as_many_rides_as_asked_for() -> None:
    """Over ten days of 55 rides: within a tenth in the mean."""
    calls = [len(sample_day(number, rides=55).calls) for number in range(1, 11)]
    assert 50 <= sum(calls) / len(calls) <= 60


@pytest.mark.parametrize("steps", [0, STEPS])
def test_promises_of_a_lived_day_are_kept(day: SampleDay, steps: int) -> None:
    """The judge of the product finds nothing; some are served, and not everybody."""
    over = lived(day, vehicles=VEHICLES, steps=steps)
    assert over.broken == ()
    assert 0 < over.figures.served < len(day.calls)
    assert over.figures.served + len(over.figures.refused) == over.figures.requests == len(day.calls)


def test_insertion_alone_never_plans_again(day: SampleDay) -> None:
    """Asked to, the desk says that nothing is better and leaves the version of the day as it is."""
    over = lived(day, vehicles=VEHICLES, steps=0)
    assert isinstance(over.desk, InsertionDesk)
    before = over.desk.day_state(service_id=SERVICE_ID, day=DAY_ZERO)
    somebody = Actor(id="test", role=Role.SYSTEM)
    outcome = over.desk.replan(service_id=SERVICE_ID, day=DAY_ZERO, actor=somebody)
    assert (outcome.verdict, outcome.plan) == (Verdict.NO_BETTER, before.plan)
    assert over.desk.day_state(service_id=SERVICE_ID, day=DAY_ZERO).version == before.version


def test_hindsight_serves_as_many_and_the_bound_holds(day: SampleDay) -> None:
    """It begins with the plan that was driven; serving as many, it drives no further."""
    over = lived(day, vehicles=VEHICLES, steps=STEPS)
    back = hindsight(over.desk, calls=len(day.calls), steps=400, seed=1)
    assert over.figures.served <= back.served <= back.at_most <= len(day.calls)
    assert back.served > over.figures.served or back.driven_m <= over.figures.distance_m


def test_a_paired_day_survives_being_kept() -> None:
    paired = paired_day(2, rides=6, vehicles=2, steps=50)
    assert PairedDay.kept(paired.as_json()) == paired
    assert (paired.insertion.broken, paired.search.broken) == ((), ())


def test_the_interval_is_students() -> None:
    """1, 2, 3: mean 2, deviation 1, t of two degrees of freedom 4.302653: 2 ± 4.302653 / √3. One value says nothing."""
    interval = Interval.of([1.0, 2.0, 3.0])
    assert interval.mean == 2.0
    assert interval.high - 2.0 == pytest.approx(4.302653 / math.sqrt(3), abs=1e-6)
    assert 2.0 - interval.low == pytest.approx(4.302653 / math.sqrt(3), abs=1e-6)
    assert Interval.of([5.0]) == Interval(mean=5.0, low=-math.inf, high=math.inf)


def _way(served: int, km: int) -> WayFigures:
    return WayFigures(served=served, driven_m=1000 * km, broken=())


def test_days_are_compared_ride_by_ride() -> None:
    """Day 1: 8 km a ride become 6, a quarter less; day 2: 10 become 9, a tenth less; the mean is 17.5 %."""
    first = PairedDay(
        number=1, calls=10, insertion=_way(5, 40), search=_way(10, 60), hindsight=_way(10, 50), at_most=10
    )
    second = PairedDay(number=2, calls=10, insertion=_way(8, 80), search=_way(8, 72), hindsight=_way(9, 72), at_most=10)
    both = Comparison(days=(first, second))
    assert both.saved.mean == pytest.approx(0.175)
    assert both.served_more.mean == pytest.approx(0.25)
    assert (both.share("insertion"), both.share("search"), both.share("hindsight")) == (0.65, 0.9, 0.95)
    assert both.km_a_ride("search") == pytest.approx(132 / 18)
    assert (both.share_at_most, both.broken) == (1.0, 0)
