"""Killing the server in the middle of its work, again and again, and looking at the books after each start."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

from benchmarks.measure.latency import Stopwatch
from benchmarks.proof.caller import Caller, Timings
from benchmarks.proof.hamlet import SERVICE
from benchmarks.proof.history import history_faults
from benchmarks.proof.line import Unanswered
from benchmarks.proof.served import Served, database, day_ahead, free_port
from benchmarks.proof.told import Told
from dispatch.desk import Desk
from dispatch.model.times import SystemClock
from dispatch.solver_bridge.travel import TravelBooks, straight_times
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.sql import SqlStore

VEHICLES, RIDERS, CALLERS = 6, 60, 4
CROWDED = 40
"""From so many trips on, callers rather cancel: the day stays busy and never fills up."""

ANSWERS_MAX = 12
"""A server is killed after 1 to so many acknowledged answers."""

PAUSE_MAX_S = 0.15
"""... and up to so long after the last of them, so that any step of a call may be the one cut short."""

PATIENCE_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Survived:
    """What was found after so many kills. ``unanswered`` calls were cut off; their outcome is in the books."""

    kills: int
    promised: int
    cancelled: int
    unanswered: int
    faults: tuple[str, ...]


@dataclass(slots=True)
class _Traffic:
    """What callers and the one who kills share: whether the server is up, and how many answers have come."""

    up: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    heard: threading.Condition = field(default_factory=threading.Condition)
    answers: int = 0
    errors: list[str] = field(default_factory=list)

    def count(self) -> None:
        with self.heard:
            self.answers += 1
            self.heard.notify_all()

    def await_answers(self, number: int) -> None:
        """Wait until ``number`` more answers have come."""
        with self.heard:
            goal = self.answers + number
            if not self.heard.wait_for(lambda: self.answers >= goal or self.errors, PATIENCE_S):
                self.errors.append(f"no {number} answers within {PATIENCE_S:.0f} s")


def chaos(folder: Path, *, kills: int, seed: int, pause_max_s: float = PAUSE_MAX_S, worker: bool = True) -> Survived:
    """Kill the server ``kills`` times under load; after each start, and at the end, the books are checked."""
    dice, told, traffic, day = Random(seed), Told(), _Traffic(), day_ahead()
    faults: list[str] = []
    with database(folder, vehicles=VEHICLES, riders=RIDERS) as (store, environment):
        server = Served(environment, free_port(), worker)
        crowd = [
            threading.Thread(target=_call, args=(server, told, traffic, day, Random(seed * 1000 + number)))
            for number in range(CALLERS)
        ]
        server.start()
        try:
            traffic.up.set()
            for caller in crowd:
                caller.start()
            for kill in range(1, kills + 1):
                traffic.await_answers(dice.randint(1, ANSWERS_MAX))
                traffic.over.wait(dice.uniform(0.0, pause_max_s))
                traffic.up.clear()
                server.kill()
                faults += [f"after kill {kill}: {fault}" for fault in _promises(store, day, told)]
                server.start()
                traffic.up.set()
                if faults or traffic.errors:
                    break
        finally:
            traffic.over.set()
            traffic.up.set()
            for caller in crowd:
                caller.join()
            server.stop()
        faults += [*traffic.errors, *books(store, day, told)]
        return Survived(
            kills=kills,
            promised=len(told.promised),
            cancelled=len(told.cancelled),
            unanswered=len(told.silent_offers) + len(told.silent_cancels),
            faults=tuple(faults),
        )


def books(store: SqlStore, day: date, told: Told) -> Sequence[str]:
    """All that is wrong once nobody calls any more: the history, and the plan in force by its judge."""
    desk = Desk(workplace=Workplace(store=store, clock=SystemClock(), travel=TravelBooks(straight_times)))
    findings = [finding.text for finding in desk.check(service_id=SERVICE, day=day)]
    return [*history_faults(store, SERVICE, day, told), *findings]


def _promises(store: SqlStore, day: date, told: Told) -> Sequence[str]:
    """After a kill, callers may just be hearing: only what they had been told by then is looked for."""
    known = set(told.standing())
    stored = {trip.id for trip in store.day_state(SERVICE, day).reservations}
    lost = sorted(number for number in known - stored if number not in told.silent_cancels | told.cancelled)
    return [f"reservation {number} was promised and is lost" for number in lost]


def _call(server: Served, told: Told, traffic: _Traffic, day: date, dice: Random) -> None:
    """One caller after another at one telephone, until it is over."""
    timings = Timings(offers=Stopwatch(), accepts=Stopwatch())
    caller = Caller(day=day, riders=RIDERS, dice=dice, told=told, heard=traffic.count, timings=timings)
    try:
        while not traffic.over.is_set():
            traffic.up.wait()
            with suppress(Unanswered):
                _one_call(caller, server, told, dice)
    except Exception as error:
        traffic.errors.append(f"{type(error).__name__}: {error}")
        traffic.count()
        raise
    finally:
        caller.close()


def _one_call(caller: Caller, server: Served, told: Told, dice: Random) -> None:
    standing = told.standing()
    if standing and dice.random() < (0.7 if len(standing) > CROWDED else 0.15):
        caller.cancel(server.url, dice.choice(standing))
        return
    for offer_id in caller.ask(server.url)[:1]:
        caller.accept(server.url, offer_id)
