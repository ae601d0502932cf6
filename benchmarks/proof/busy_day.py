"""A busy day: operators who ask once a second, accept every fifth time and cancel so that the day stays as full."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from benchmarks.measure.latency import Stopwatch
from benchmarks.proof.caller import Caller, Timings
from benchmarks.proof.chaos import books
from benchmarks.proof.hamlet import SERVICE
from benchmarks.proof.line import Unanswered
from benchmarks.proof.served import Served, database, day_ahead, free_port
from benchmarks.proof.told import Told
from dispatch.planning.worker import WORKER
from dispatch.store.journal import entry_of

VEHICLES, RIDERS = 8, 400
TARGET, SLACK = 200, 20
"""The day is held at so many reservations, more or less."""

ACCEPT_EVERY = 5
FILLING_S = 600.0
"""Longest time for the calls that fill the day beforehand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How many operators for how long, on how many server processes."""

    operators: int
    seconds: float
    processes: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BusyDay:
    """Waiting times while the load was on, the least and most reservations meanwhile, and what was wrong."""

    offers_ms: list[float]
    accepts_ms: list[float]
    least: int
    most: int
    replans: int
    faults: tuple[str, ...]


@dataclass(slots=True)
class _Shift:
    """What the operators share."""

    told: Told = field(default_factory=Told)
    timings: Timings = field(default_factory=lambda: Timings(offers=Stopwatch(), accepts=Stopwatch()))
    sizes: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


def busy_day(folder: Path, load: Load, *, database_url: str) -> BusyDay:
    """Fill the day, put the load on, then check the books."""
    day, shift = day_ahead(), _Shift()
    with ExitStack() as opened:
        store, environment = opened.enter_context(database(folder, url=database_url, vehicles=VEHICLES, riders=RIDERS))
        servers = [Served(environment, free_port()) for _ in range(load.processes)]
        for server in servers:
            server.start()
            opened.callback(server.stop)

        def caller(number: int, timings: Timings) -> Caller:
            dice = Random(load.seed * 1000 + number)
            return Caller(day=day, riders=RIDERS, dice=dice, told=shift.told, heard=_nothing, timings=timings)

        _fill(caller(0, Timings(offers=Stopwatch(), accepts=Stopwatch())), servers[0].url, shift)
        operators = [
            threading.Thread(
                target=_work,
                args=(caller(number, shift.timings), servers[number % len(servers)].url, shift),
                kwargs={"number": number, "of": load.operators, "dice": Random(load.seed * 1000 + 500 + number)},
            )
            for number in range(1, load.operators + 1)
        ]
        for operator in operators:
            operator.start()
        shift.over.wait(load.seconds)
        shift.over.set()
        for operator in operators:
            operator.join()
        entries = [entry_of(record) for record in store.journal(SERVICE, day).records]
        return BusyDay(
            offers_ms=shift.timings.offers.measured_ms,
            accepts_ms=shift.timings.accepts.measured_ms,
            least=min(shift.sizes, default=0),
            most=max(shift.sizes, default=0),
            replans=sum(entry.actor == WORKER for entry in entries),
            faults=(*shift.errors, *books(store, day, shift.told)),
        )


def _nothing() -> None:
    """Nobody waits for single answers."""


def _fill(caller: Caller, url: str, shift: _Shift) -> None:
    """Book up to the target, one call after another; fewer when the vehicles cannot take as many in time."""
    began = time.monotonic()
    while len(shift.told.standing()) < TARGET and time.monotonic() - began < FILLING_S:
        for offer_id in caller.ask(url)[:1]:
            caller.accept(url, offer_id)
    caller.close()


def _work(caller: Caller, url: str, shift: _Shift, *, number: int, of: int, dice: Random) -> None:
    """One operator: a call each second, whose answer may take as long as it does.

    The operators begin one after the other within a second, and a fifth of them accepts in each second.
    """
    try:
        _each_second(
            lambda turn: _turn(caller, url, shift, turn=turn + number, dice=dice), shift.over, starts_s=number / of
        )
    except Unanswered as silence:
        shift.errors.append(f"a call was not answered: {silence.__cause__}")
    except Exception as error:
        shift.errors.append(f"{type(error).__name__}: {error}")
    finally:
        caller.close()


def _each_second(act: Callable[[int], None], over: threading.Event, *, starts_s: float) -> None:
    next_s, turn = time.monotonic() + starts_s, 0
    while not over.wait(max(0.0, next_s - time.monotonic())):
        act(turn)
        next_s, turn = max(next_s + 1.0, time.monotonic()), turn + 1


def _turn(caller: Caller, url: str, shift: _Shift, *, turn: int, dice: Random) -> None:
    offers = caller.ask(url)
    if turn % ACCEPT_EVERY == 0:
        for offer_id in offers[:1]:
            caller.accept(url, offer_id)
    standing = shift.told.standing()
    shift.sizes.append(len(standing))
    if len(standing) > TARGET + SLACK // 2:
        caller.cancel(url, dice.choice(standing))
