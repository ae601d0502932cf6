"""Whatever vehicles leave the road and come back, whenever: the checker and the journal stay silent, nobody is lost."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import event, given, settings

from dispatch.model.errors import Conflict, InvalidInput, PlanRejected, RuleRefused
from dispatch.model.promise import BreachCause, PromiseState
from dispatch.model.reservation import ReservationState
from dispatch.moves.withdrawal import Accepted, Instead, Trips, Withdrawal
from tests.properties.test_moves_keep_promises import crowded
from tests.scenarios.reporting import boarded, reported
from tests.scenarios.test_replan import shift_of
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town

REPLACED = st.one_of(
    st.just(()),
    st.builds(lambda v: (Instead(vehicle_id=v, place_id="depot", ready_s=0),), st.sampled_from(["V1", "V3"])),
)
WITHDRAWALS = st.builds(
    Withdrawal,
    shift_id=st.sampled_from(["S1", "S2", "S3", "S1-1", "S2-1"]),
    cause=st.sampled_from([BreachCause.BREAKDOWN, BreachCause.SHIFT]),
    instead=REPLACED,
    trips=st.sampled_from(Trips),
)
STEPS = st.lists(
    st.tuples(st.integers(min_value=0, max_value=180), st.one_of(WITHDRAWALS, st.integers(1, 3))), max_size=5
)


@given(steps=STEPS, start_min=st.integers(min_value=0, max_value=16 * 60), tapping=st.booleans())
@settings(max_examples=20)
def test_any_outages_keep_the_rest(steps: list[tuple[int, Withdrawal | int]], start_min: int, tapping: bool) -> None:
    """Promised times never change; who is not driven any more is breached and cancelled; a refusal changes nothing."""
    town, booked = crowded()
    promised = {number: town.store.reservation(number).promise for number in booked}
    town.clock.advance(seconds=start_min * 60)
    for minutes, step in steps:
        town.clock.advance(seconds=minutes * 60)
        if tapping:
            tap_what_is_due(town)
        before = town.desk.day_state(service_id=SERVICE, day=TUESDAY)
        try:
            taken(town, step)
        except (Conflict, RuleRefused, InvalidInput, PlanRejected) as refused:
            event(refused.code)
            assert town.desk.day_state(service_id=SERVICE, day=TUESDAY) == before
            continue
        except LookupError:
            continue
        event(type(step).__name__)
        assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
        assert town.desk.verify_journal(service_id=SERVICE, day=TUESDAY).flaws == ()
        assert_nobody_is_lost(town, booked)
    assert {number: town.store.reservation(number).promise for number in booked} == promised


def taken(town: Town, step: Withdrawal | int) -> None:
    """Take a vehicle off the road, or put one back; whoever is unknown counts as not asked for."""
    shifts = {shift.shift_id for shift in town.desk.day_state(service_id=SERVICE, day=TUESDAY).shifts}
    if isinstance(step, Withdrawal):
        if step.shift_id not in shifts:
            raise LookupError(step.shift_id)
        accepted = Accepted(breaches=True, undriven=True)
        town.desk.withdraw(service_id=SERVICE, day=TUESDAY, asked=step, actor=OPERATOR, accepted=accepted)
        return
    if step > len(town.store.outages(SERVICE, TUESDAY)):
        raise LookupError(str(step))
    town.desk.lift(service_id=SERVICE, day=TUESDAY, number=step, actor=OPERATOR)


def tap_what_is_due(town: Town) -> None:
    """Every driver reports the boardings that should have happened by now."""
    workday = town.desk.workplace.workday(SERVICE, TUESDAY)
    routes = workday.state.plan.routes
    for route in routes:
        for visit in route.visits:
            trip = town.store.reservation(visit.reservation_id)
            over_s = visit.start_s + visit.service_s
            if visit.task.value == "board" and over_s <= workday.now_s and shift_of(routes, trip.id) == route.shift_id:
                clock = f"{over_s // 3600}:{over_s % 3600 // 60:02d}"
                reported(town, boarded(trip, clock, shift=route.shift_id))


def assert_nobody_is_lost(town: Town, booked: list[int]) -> None:
    planned = {v.reservation_id for r in town.desk.plan(service_id=SERVICE, day=TUESDAY).routes for v in r.visits}
    for number in booked:
        trip = town.store.reservation(number)
        if trip.state is ReservationState.CANCELLED:
            assert trip.promise_state is PromiseState.BREACHED
        else:
            assert number in planned
