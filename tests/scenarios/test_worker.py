"""The worker: better plans between events, worth what they disturb, one worker for each day."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import pytest

from dispatch.model.reservation import Reservation
from dispatch.model.rules import PlanningRules
from dispatch.model.times import parse_clock, to_moment
from dispatch.planning.outcome import Iterations, Spare, Verdict
from dispatch.planning.worker import LEASE_S, ROUNDS, WORKER, Worker
from dispatch.store.memory import MemoryStore
from dispatch.store.memory_work import MemoryUnitOfWork
from tests.scenarios.meanwhile import Meanwhile
from tests.scenarios.reporting import alighted, arrived, at_clock, boarded, reported
from tests.scenarios.test_replan import crowd
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, TWO_TAXIS, Town, open_town, town_rules

ANY_GAIN = {"gain_min_m": 1, "gain_per_rider_m": 0, "gain_per_stop_m": 0}


@dataclass
class Day:
    """What happens while the worker waits: one act for each wait; the end comes when there is none left."""

    acts: list[Callable[[], object]] = field(default_factory=list)
    over: bool = False

    def is_set(self) -> bool:
        return self.over

    def wait(self, timeout: float) -> None:
        if self.acts:
            self.acts.pop(0)()
        else:
            self.over = True


def steps(searches: int, rules: PlanningRules) -> Iterations:
    return Iterations(value=60)


def worker_of(town: Town, *, owner: str = "first", day: Day | None = None) -> Worker:
    return Worker(town.desk.workplace, owner=owner, ending=day or Day(), lengths=steps, timer=lambda: 0.0)


def town_with(**stability: int) -> Town:
    return open_town(MemoryStore(), rules=town_rules(planning={"stability": ANY_GAIN | stability}))


def journalled(town: Town, kind: str) -> list[dict[str, object]]:
    entries = [json.loads(record.body) for record in town.store.journal(SERVICE, TUESDAY).records]
    return [dict(entry["ids"]) | {"actor": entry["actor"]["id"]} for entry in entries if entry["kind"] == kind]


def driven_m(town: Town) -> int:
    return sum(route.distance_m for route in town.desk.plan(service_id=SERVICE, day=TUESDAY).routes)


def test_between_events_the_plan_gets_shorter_and_the_journal_says_at_what_price() -> None:
    """Ten calls, then nobody calls: a shorter plan, every promise kept, gain and disturbance in the journal."""
    town = town_with()
    booked = crowd(town)
    before_m = driven_m(town)
    worker_of(town).run()
    assert driven_m(town) < before_m
    assert town.desk.day_state(service_id=SERVICE, day=TUESDAY).reservations == tuple(booked)
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
    rows = journalled(town, "replanned")
    assert sum(row["gain_m"] for row in rows) == before_m - driven_m(town)
    assert all(row["stops_changed"] > 0 and row["actor"] == WORKER.id for row in rows)


T = TypeVar("T")


class Aside(MemoryStore):
    """A store that notes whether anything was written while other work was done aside."""

    def __init__(self) -> None:
        super().__init__()
        self.searching = False
        self.written: set[bool] = set()
        self.searches = 0

    def run(self, work: Callable[[], T], /) -> T:
        self.searching, self.searches = True, self.searches + 1
        try:
            return work()
        finally:
            self.searching = False

    @contextmanager
    def writing(self, *, lasting: bool = True) -> Iterator[MemoryUnitOfWork]:
        self.written.add(self.searching)
        with super().writing(lasting=lasting) as work:
            yield work


def test_nothing_is_written_aside() -> None:
    """Where searches are of low priority, what is written is not: everybody else waits for it."""
    store = Aside()
    town = open_town(store, rules=town_rules(planning={"stability": ANY_GAIN}))
    crowd(town)
    Worker(town.desk.workplace, owner="first", ending=Day(), lengths=steps, timer=lambda: 0.0, aside=store.run).run()
    assert store.searches
    assert journalled(town, "replanned")
    assert store.written == {False}


@pytest.mark.parametrize("dear", ["gain_min_m", "gain_per_stop_m"])
def test_a_gain_that_is_not_worth_its_disturbance_is_not_published(dear: str) -> None:
    """The ten calls can be driven 25 km shorter, but a gain is only worth it from 100 km on: everything stays."""
    town = town_with(**{dear: 100_000})
    crowd(town)
    before = town.desk.plan(service_id=SERVICE, day=TUESDAY)
    effort = Spare(bound=Iterations(value=60), seed=1, wanted=lambda: False)
    outcome = town.desk.replan(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, effort=effort)
    assert (outcome.verdict, outcome.gain_m) == (Verdict.NOT_WORTH_IT, 0)
    assert outcome.disturbance.stops > 0
    worker_of(town).run()
    assert town.desk.plan(service_id=SERVICE, day=TUESDAY) == before


def test_by_hand_the_same_gain_is_published() -> None:
    """Whoever asks for a better plan gets it: the budget binds the worker only."""
    town = town_with(gain_min_m=100_000)
    crowd(town)
    outcome = town.desk.replan(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, effort=Iterations(value=60))
    assert outcome.verdict is Verdict.PUBLISHED
    assert outcome.disturbance.stops > 0


def test_a_day_that_moves_on_is_looked_at_again() -> None:
    """The worker rests once it finds nothing more. A cancellation wakes it: the next turn searches."""
    town = town_with()
    booked = crowd(town)
    worker = worker_of(town)
    while worker.turn():
        pass
    assert not worker.turn()
    town.desk.cancel(reservation_id=booked[0].id, actor=OPERATOR, reason="")
    assert worker.turn()


def test_a_day_without_success_rests_after_a_few_searches() -> None:
    """One trip alone cannot be planned better: `ROUNDS` searches, then none."""
    town = town_with()
    town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    worker = worker_of(town)
    assert [worker.turn() for _ in range(ROUNDS + 2)] == [True] * ROUNDS + [False] * 2


def test_two_workers_never_work_on_the_same_day() -> None:
    """While the first has the day, the second finds nothing to do; once it has ended, the second goes on."""
    town = town_with()
    crowd(town)
    first, second = worker_of(town), worker_of(town, owner="second")
    assert (first.turn(), second.turn()) == (True, False)
    ended = Day(over=True)
    ending = worker_of(town, day=ended)
    assert ending.turn()  # the first, started again under its own name, still has the day
    ending.run()
    town.clock.advance(seconds=int(LEASE_S / 4) + 1)
    assert second.turn()


def test_a_killed_worker_is_replaced_when_its_lease_has_run_out() -> None:
    """Nobody gives the lease back: until its end the second waits, a second later it takes over."""
    town = town_with()
    crowd(town)
    killed, heir = worker_of(town), worker_of(town, owner="heir")
    assert killed.turn()
    for _ in range(3):
        town.clock.advance(seconds=int(LEASE_S / 4))
        assert not heir.turn()
    town.clock.advance(seconds=int(LEASE_S / 4) + 1)
    assert heir.turn()
    assert not killed.turn(), "who comes back late finds the day taken"


def test_a_trip_taken_while_the_worker_publishes_is_kept() -> None:
    """Just before the worker writes its plan, somebody books: nothing is lost and the result is rebased."""
    store = Meanwhile()
    town = open_town(store, rules=town_rules(planning={"stability": ANY_GAIN}))
    crowd(town)
    worker = worker_of(town)
    store.acts.append(lambda: None)
    assert worker.turn()
    town.book(town.wish("R9", origin="home", destination="spa", after="14:00"))
    store.acts.append(lambda: town.book(town.wish("R0", origin="clinic", destination="school", after="14:00")))
    worker.run()
    assert len(town.desk.day_state(service_id=SERVICE, day=TUESDAY).reservations) == 12
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_what_is_soon_counts_more() -> None:
    """Shortly before eight the same change is dearer than the evening before: stops that are near count ten times."""
    prices = {"gain_per_stop_m": 1000, "near_min": 600, "near_factor": 10}
    town = town_with(**prices)
    crowd(town)
    evening = town.clock.now()
    effort = Spare(bound=Iterations(value=60), seed=1, wanted=lambda: False)
    verdicts = []
    for moment in (to_moment(TUESDAY, parse_clock("7:55")), evening):
        town.clock.set(moment)
        verdicts.append(town.desk.replan(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, effort=effort).verdict)
    assert verdicts == [Verdict.NOT_WORTH_IT, Verdict.PUBLISHED]


def test_a_delay_that_breaks_a_promise_is_declared_by_the_worker() -> None:
    """Still at the depot at 9:48 with somebody aboard, the next promised 9:45 at the clinic, eight minutes away.

    Nobody at the desk does anything: the worker's turn declares both breaches and publishes a plan again.
    """
    town = open_town(MemoryStore(), rules=town_rules(), layouts=TWO_TAXIS[:1])
    first = town.book(town.wish("R0", origin="depot", destination="clinic", after="9:00"))
    second = town.book(town.wish("R1", origin="clinic", destination="market", after="9:30"))
    at_clock(town, "9:48")
    reported(town, boarded(first, "9:48"))
    assert worker_of(town).turn()
    declared = [row for row in journalled(town, "breached") if row["cause"] == "delay"]
    assert {(row["reservation"], row["actor"]) for row in declared} == {(first.id, WORKER.id), (second.id, WORKER.id)}
    assert town.store.reservation(second.id).limits.pickup_latest_s == parse_clock("9:57")
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def behind_the_plan(town: Town) -> Reservation:
    """Depot 9:00 to the clinic, let out there at 9:10; the next boards at the clinic at 9:30. That one is returned."""
    first = town.book(town.wish("R0", origin="depot", destination="clinic", after="9:00"))
    second = town.book(town.wish("R1", origin="clinic", destination="market", after="9:30"))
    at_clock(town, "9:12")
    reported(town, boarded(first, "9:01"), alighted(first, "9:10"))
    return second


@pytest.mark.parametrize("tapped", [False, True])
def test_times_behind_what_was_reported_are_no_reason_for_another_plan(tapped: bool) -> None:
    """At 9:33, in the middle of a boarding planned at 9:30, tapped at 9:31 or not at all: driving on keeps everything.

    The planned times are past, and would be again a second after another plan: between events none is published.
    """
    town = open_town(MemoryStore(), rules=town_rules(planning={"stability": ANY_GAIN}), layouts=TWO_TAXIS[:1])
    waiting = behind_the_plan(town)
    at_clock(town, "9:33")
    reported(town, *[arrived(waiting, "9:31")] * tapped)
    before = town.desk.plan(service_id=SERVICE, day=TUESDAY)
    worker_of(town, day=Day(acts=[partial(town.clock.advance, seconds=1)] * 2)).run()
    assert town.desk.plan(service_id=SERVICE, day=TUESDAY) == before
    assert journalled(town, "replanned") == []


@pytest.mark.parametrize(("gain_min_m", "verdict"), [(100_000, Verdict.NOT_WORTH_IT), (1, Verdict.PUBLISHED)])
def test_a_plan_behind_its_times_gives_way_at_the_usual_price(gain_min_m: int, verdict: Verdict) -> None:
    """The ten calls can be driven much shorter. At 9:21 S2 has not said that it is at the door it was to reach at 9:20.

    That is neither a reason to publish what is not worth it, nor to keep what is.
    """
    town = town_with(gain_min_m=gain_min_m)
    booked = crowd(town)
    at_clock(town, "9:21")
    reported(town, boarded(booked[6], "9:11", shift="S2"))
    effort = Spare(bound=Iterations(value=60), seed=1, wanted=lambda: False)
    outcome = town.desk.replan(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, effort=effort)
    assert outcome.verdict is verdict
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
