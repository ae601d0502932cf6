"""Re-planning: better or nothing, never a promise, and what was booked meanwhile is carried along."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from dispatch.model.errors import InvalidInput
from dispatch.model.plan import PlanReason, Route, Task, plan_digest
from dispatch.model.reservation import Reservation
from dispatch.model.times import parse_clock, to_moment
from dispatch.planning.outcome import Iterations, PlanOutcome, Seconds, Verdict
from dispatch.store.memory import MemoryStore
from dispatch.store.memory_work import MemoryUnitOfWork
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, open_town, town_rules

CALLS = (
    ("R0", "depot", "school", "9:20"),
    ("R1", "clinic", "station", "10:40"),
    ("R2", "clinic", "depot", "9:30"),
    ("R3", "market", "station", "10:40"),
    ("R4", "station", "depot", "9:20"),
    ("R5", "market", "station", "10:30"),
    ("R6", "school", "clinic", "9:10"),
    ("R7", "clinic", "depot", "9:20"),
    ("R8", "clinic", "school", "10:40"),
    ("R9", "school", "clinic", "10:30"),
)
"""In this order, placing each call where it fits best leaves a plan that a search makes 25 km shorter."""


def crowd(town: Town) -> list[Reservation]:
    return [
        town.book(town.wish(rider, origin=origin, destination=destination, after=time))
        for rider, origin, destination, time in CALLS
    ]


def improved(town: Town, steps: int = 60) -> PlanOutcome:
    return town.desk.replan(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, effort=Iterations(value=steps))


def test_a_replan_keeps_every_promise_and_is_recorded(town: Town) -> None:
    """Ten trips: a shorter plan, the same promises, the checker silent, one journal row."""
    booked = crowd(town)
    before = town.desk.plan(service_id=SERVICE, day=TUESDAY)
    outcome = improved(town)
    assert (outcome.verdict, outcome.unserved) == (Verdict.PUBLISHED, ())
    assert outcome.before_m == sum(route.distance_m for route in before.routes)
    assert outcome.after_m == sum(route.distance_m for route in outcome.plan.routes) < outcome.before_m
    assert town.desk.day_state(service_id=SERVICE, day=TUESDAY).reservations == tuple(booked)
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
    kinds = [json.loads(record.body)["kind"] for record in town.store.journal(SERVICE, TUESDAY).records]
    assert kinds.count(PlanReason.REPLANNED) == 1


def test_bounded_by_steps_the_same_day_gives_the_same_plan() -> None:
    """Two towns, the same calls, the same bound: the same routes to the byte."""
    towns = [open_town(MemoryStore(), rules=town_rules()) for _ in range(2)]
    for town in towns:
        crowd(town)
    assert improved(towns[0]).plan.digest == improved(towns[1]).plan.digest


@pytest.mark.parametrize(("named", "recorded", "steps"), [("search", "lns", 60), ("routing_model", "routing", 20_000)])
def test_the_rules_choose_the_engine(named: str, recorded: str, steps: int) -> None:
    """Either engine shortens the ten trips under the same promises; the plan records which one it was."""
    town = open_town(MemoryStore(), rules=town_rules(planning={"engine": named}))
    booked = crowd(town)
    outcome = improved(town, steps)
    assert (outcome.verdict, outcome.plan.engine) == (Verdict.PUBLISHED, recorded)
    assert outcome.after_m < outcome.before_m
    assert town.desk.day_state(service_id=SERVICE, day=TUESDAY).reservations == tuple(booked)
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_nothing_better_is_no_new_version(town: Town) -> None:
    """One trip alone cannot be planned better: no new version, no journal row; also for a bound in seconds."""
    town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    for effort in (Iterations(value=30), Seconds(value=0.1)):
        outcome = town.desk.replan(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, effort=effort)
        assert (outcome.verdict, outcome.gain_m, outcome.plan.version) == (Verdict.NO_BETTER, 0, 1)


def test_an_empty_day_can_be_replanned(town: Town) -> None:
    """Nothing booked: the answer is the empty plan."""
    outcome = improved(town)
    assert (outcome.verdict, outcome.plan.routes) == (Verdict.NO_BETTER, ())


def test_a_day_without_vehicles_and_bookings_is_not_planned() -> None:
    """Nobody drives: said so, whoever asks, and no version is made."""
    town = open_town(MemoryStore(), rules=town_rules(), layouts=())
    with pytest.raises(InvalidInput, match="closed_day"):
        town.desk.replan(service_id=SERVICE, day=TUESDAY, actor=OPERATOR)
    assert town.desk.plan(service_id=SERVICE, day=TUESDAY).version == 0


def test_what_has_begun_is_not_moved(town: Town) -> None:
    """At 9:40 the day is planned again: every visit that started by then stays where and when it was."""
    crowd(town)
    town.clock.set(to_moment(TUESDAY, parse_clock("9:40")))
    before = town.desk.plan(service_id=SERVICE, day=TUESDAY)
    improved(town)
    after = town.desk.plan(service_id=SERVICE, day=TUESDAY)
    assert begun(before.routes, "9:40") == begun(after.routes, "9:40")
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def begun(routes: tuple[Route, ...], clock: str) -> set[tuple[str, int, Task, int]]:
    limit_s = parse_clock(clock)
    visits = [(route.shift_id, visit) for route in routes for visit in route.visits]
    return {(shift, v.reservation_id, v.task, v.start_s) for shift, v in visits if v.start_s <= limit_s}


def test_a_locked_trip_stays_with_its_shift(town: Town) -> None:
    """R4's trip is locked to the shift it is on: re-planning leaves it there."""
    booked = crowd(town)
    plan = town.desk.plan(service_id=SERVICE, day=TUESDAY)
    locked = replace(booked[4], vehicle_lock=shift_of(plan.routes, booked[4].id))
    with town.store.writing() as work:
        work.claim_day(SERVICE, TUESDAY, expected_version=plan.version)
        work.replace_reservation(locked)
    improved(town)
    assert shift_of(town.desk.plan(service_id=SERVICE, day=TUESDAY).routes, locked.id) == locked.vehicle_lock


def shift_of(routes: tuple[Route, ...], reservation_id: int) -> str:
    return next(r.shift_id for r in routes if any(v.reservation_id == reservation_id for v in r.visits))


class Interrupted(MemoryStore):
    """A store in which somebody else acts just before a re-plan writes its result, once."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: list[Callable[[], object]] = []

    @contextmanager
    def writing(self, *, lasting: bool = True) -> Iterator[MemoryUnitOfWork]:
        while self.meanwhile:
            self.meanwhile.pop()()
        with super().writing(lasting=lasting) as work:
            yield work


def test_a_booking_made_during_the_search_is_carried_along() -> None:
    """While the planner searches, R0 books another trip and R1 cancels: the result is rebased onto that day."""
    store = Interrupted()
    town = open_town(store, rules=town_rules())
    booked = crowd(town)

    def somebody_else_acts() -> None:
        town.book(town.wish("R0", origin="clinic", destination="school", after="14:00"))
        town.desk.cancel(reservation_id=booked[1].id, actor=OPERATOR, reason="")

    before = town.desk.plan(service_id=SERVICE, day=TUESDAY).version
    store.meanwhile.append(somebody_else_acts)
    outcome = improved(town)
    assert outcome.verdict is Verdict.PUBLISHED
    state = town.desk.day_state(service_id=SERVICE, day=TUESDAY)
    assert state.version == before + 3, "both writes of the others, then the plan"
    assert len(state.reservations) == len(booked)
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_the_judge_finds_what_has_been_tampered_with(town: Town) -> None:
    """A plan whose rows differ from what was promised is found out: place, kerb time, distance, digest, a lost trip."""
    crowd(town)
    plan = town.desk.plan(service_id=SERVICE, day=TUESDAY)
    first, *others = plan.routes
    visit = first.visits[0]
    tampered = {
        "visit_differs": replace(first, visits=(replace(visit, spot_key="place:moon"), *first.visits[1:])),
        "window": replace(first, visits=(replace(visit, start_s=visit.start_s - 3600), *first.visits[1:])),
        "distance": replace(first, distance_m=first.distance_m - 1),
        "visit_count": replace(first, visits=first.visits[1:]),
        "not_booked": replace(first, visits=(replace(visit, reservation_id=99), *first.visits[1:])),
        "unknown_shift": replace(first, vehicle_id="V9"),
    }
    for rule, route in tampered.items():
        assert rule in findings_with(town, (route, *others)), rule


def findings_with(town: Town, routes: tuple[Route, ...]) -> set[str]:
    """What the judge finds when ``routes`` are stored as if they had been proven."""
    state = town.desk.day_state(service_id=SERVICE, day=TUESDAY)
    with town.store.writing() as work:
        version = work.claim_day(SERVICE, TUESDAY, expected_version=state.version)
        work.publish_plan(replace(state.plan, version=version, routes=routes, digest=plan_digest(routes)))
    return {finding.rule for finding in town.desk.check(service_id=SERVICE, day=TUESDAY)}
