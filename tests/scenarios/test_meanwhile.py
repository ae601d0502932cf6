"""What happens while something is under way: vehicles drive on during a search, a shift goes during an acceptance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from dispatch.desk import Desk
from dispatch.model.errors import Conflict
from dispatch.model.plan import Plan, Task
from dispatch.model.times import ManualClock, parse_clock, to_moment, to_second
from dispatch.planning.outcome import Effort, Iterations, Seconds
from tests.scenarios.meanwhile import Meanwhile
from tests.scenarios.test_replan import crowd
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, open_town, town_rules


@dataclass(slots=True)
class RunningClock(ManualClock):
    """A clock that is ``step_s`` later at every look: so much passes between reading the day and comparing."""

    step_s: int = 0

    def now(self) -> datetime:
        seen = self.moment
        self.advance(seconds=self.step_s)
        return seen


def running(town: Town, *, clock: str, step_s: int) -> Desk:
    running_clock = RunningClock(step_s=step_s)
    running_clock.set(to_moment(TUESDAY, parse_clock(clock)))
    return Desk(workplace=replace(town.desk.workplace, clock=running_clock))


def begun(plan: Plan, until_s: int) -> set[tuple[str, int, Task, int]]:
    visits = [(route.shift_id, visit) for route in plan.routes for visit in route.visits]
    return {(shift, v.reservation_id, v.task, v.start_s) for shift, v in visits if v.start_s <= until_s}


@pytest.mark.parametrize(
    ("effort", "step_s"), [(Iterations(value=60), 120), (Iterations(value=60), 900), (Seconds(value=0.2), 3)]
)
@pytest.mark.parametrize("clock", ["8:50", "8:59:58", "9:14", "9:40", "10:28"])
def test_what_begins_during_the_search_is_not_moved(town: Town, clock: str, effort: Effort, step_s: int) -> None:
    """Time passes while the planner searches: what began by its end stays, and the plan is as old as its comparison."""
    crowd(town)
    before = town.desk.plan(service_id=SERVICE, day=TUESDAY)
    desk = running(town, clock=clock, step_s=step_s)
    desk.replan(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, effort=effort)
    after = town.desk.plan(service_id=SERVICE, day=TUESDAY)
    ended_s = parse_clock(clock) + step_s
    assert begun(before, ended_s) == begun(after, ended_s)
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
    assert after == before or to_second(TUESDAY, after.made_at) == ended_s


def test_the_first_booking_of_a_day_notices_a_shift_that_has_gone() -> None:
    """The only shift is taken away while the first offer on it is accepted: nothing is stored on it."""
    store = Meanwhile()
    town = open_town(store, rules=town_rules(), layouts=(((4, 0),),))
    offer = town.offered(town.wish("R1", origin="home", destination="clinic", after="9:00")).offers[0]
    store.acts.append(lambda: town.desk.remove_shift(service_id=SERVICE, shift_id="S1", actor=OPERATOR))
    with pytest.raises(Conflict, match="offer_gone"):
        town.desk.accept(offer_id=offer.id, actor=OPERATOR)
    assert store.reservations(SERVICE, TUESDAY) == ()
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
