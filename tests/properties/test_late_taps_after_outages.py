"""Taps that arrive only after the vehicle has left the road: plan, states and journal agree at every moment."""

from __future__ import annotations

from random import Random

import hypothesis.strategies as st
import pytest
from hypothesis import event, given, settings

from dispatch.model.errors import Conflict, PlanRejected, RuleRefused
from dispatch.model.happened import Stage, happened
from dispatch.model.plan import Task, carrier_of
from dispatch.model.promise import BreachCause
from dispatch.model.stop_event import EventKind
from dispatch.model.times import to_moment
from dispatch.moves.withdrawal import Accepted, Withdrawal
from dispatch.progress.reports import EventForm
from tests.properties.test_moves_keep_promises import crowded
from tests.properties.test_outages_keep_the_rest import assert_nobody_is_lost
from tests.scenarios.reporting import reported, words
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town

OF_TIME = frozenset({"window", "ride", "idle", "travel", "shift", "duration", "break"})
"""What a vehicle that is late, as far as one knows, may break until somebody plans again."""

STEPS = st.lists(
    st.tuples(
        st.integers(min_value=5, max_value=90),
        st.sampled_from(["send", "break S1", "break S2", "break S3", "take back"]),
        st.integers(min_value=0, max_value=9),
    ),
    min_size=2,
    max_size=7,
)


@given(steps=STEPS)
@settings(max_examples=12)
def test_late_taps_after_outages_keep_the_day_whole(steps: list[tuple[int, str, int]]) -> None:
    """Who has been driven is on the route of who drove them, and everybody else on one of a vehicle that drives."""
    town, booked = crowded()
    phones = Phones(town)
    town.clock.set(to_moment(TUESDAY, 9 * 3600))
    for minutes, step, seed in steps:
        town.clock.advance(seconds=minutes * 60)
        phones.tap_what_was_driven()
        if step == "send":
            phones.send(Random(seed))
        elif step == "take back":
            phones.take_back(Random(seed))
        else:
            broken_down(town, step.removeprefix("break "))
        assert town.desk.verify_journal(service_id=SERVICE, day=TUESDAY).flaws == ()
        assert_driven_or_known_not_to_be(town)
        assert_nobody_is_lost(town, booked)
        assert_where_they_belong(town)


class Phones:
    """Drivers tap what they have driven as planned; their phones send it when they find a connection, in any order."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._tapped: set[tuple[int, Task, str]] = set()
        self._waiting: list[EventForm] = []
        self._sent: list[EventForm] = []

    def tap_what_was_driven(self) -> None:
        workday = self._town.desk.workplace.workday(SERVICE, TUESDAY)
        for route in workday.state.plan.routes:
            for visit in route.visits:
                over_s, key = visit.start_s + visit.service_s, (visit.reservation_id, visit.task, route.shift_id)
                if over_s <= workday.now_s and key not in self._tapped:
                    self._tapped.add(key)
                    self._waiting.append(
                        EventForm(
                            event_id=f"{route.shift_id}-{visit.reservation_id}-{visit.task}",
                            kind=EventKind.BOARDED if visit.task is Task.BOARD else EventKind.ALIGHTED,
                            shift_id=route.shift_id,
                            tapped_at=to_moment(TUESDAY, over_s),
                            reservation_id=visit.reservation_id,
                            task=visit.task,
                        )
                    )

    def send(self, dice: Random) -> None:
        dice.shuffle(self._waiting)
        for word in words(self._town, *self._waiting):
            event(word)
        self._sent += self._waiting
        self._waiting = []

    def take_back(self, dice: Random) -> None:
        """A driver whose vehicle has stopped meant somebody else. (One who drives on would have too many aboard.)"""
        state = self._town.store.day_state(SERVICE, TUESDAY)
        stopped = {shift.shift_id for shift in state.shifts if shift.stopped}
        drops = [form for form in self._sent if form.kind is EventKind.ALIGHTED and form.shift_id in stopped]
        if drops:
            wrong = dice.choice(drops)
            reported(
                self._town,
                EventForm(
                    event_id=f"no-{wrong.event_id}",
                    kind=EventKind.UNDONE,
                    shift_id=wrong.shift_id,
                    tapped_at=self._town.clock.now(),
                    undoes=wrong.event_id,
                ),
            )


def broken_down(town: Town, shift_id: str) -> None:
    asked = Withdrawal(shift_id=shift_id, cause=BreachCause.BREAKDOWN)
    accepted = Accepted(breaches=True, undriven=True)
    try:
        town.desk.withdraw(service_id=SERVICE, day=TUESDAY, asked=asked, actor=OPERATOR, accepted=accepted)
    except (Conflict, RuleRefused, PlanRejected) as refused:
        event(refused.code)


def assert_driven_or_known_not_to_be(town: Town) -> None:
    """But for the times, a fault is found with riders alone whom nobody can drive any more, and the desk is told."""
    found = [one for one in town.desk.check(service_id=SERVICE, day=TUESDAY) if one.rule not in OF_TIME]
    left = {one.reservation_id for one in found}
    assert {one.rule for one in found} <= {"compatible"}
    assert left <= {alert.entry.trip.id for alert in town.desk.alerts(service_id=SERVICE, day=TUESDAY)}
    if left:
        event("somebody whose drop was taken back finds no vehicle")
        with pytest.raises(PlanRejected):
            town.desk.declare_breaches(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, cause=BreachCause.DELAY)


def assert_where_they_belong(town: Town) -> None:
    state = town.store.day_state(SERVICE, TUESDAY)
    facts, routes = happened(state), state.plan.routes
    for trip in state.reservations:
        fact = facts.trip(trip.id)
        if fact.stage is Stage.DONE:
            assert carrier_of(routes, trip.id) == fact.shift_id
