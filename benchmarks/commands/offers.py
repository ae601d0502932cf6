"""``offers``: how long a caller waits for offers and for the promise, on the demo day of the sample city."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.files import Json, pages
from benchmarks.measure.latency import COLUMNS, Latency, Stopwatch
from benchmarks.options import add_json, count
from benchmarks.table import markdown
from dispatch.booking.proposal import Proposal
from dispatch.desk import Desk
from dispatch.installation import Settings, open_store
from dispatch.model.actor import Actor
from dispatch.model.reservation import Reservation
from dispatch.model.times import ManualClock
from dispatch.model.wish import WishForm
from dispatch.solver_bridge.travel import TravelBooks, straight_times
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.memory import MemoryStore
from dispatch.store.protocol import Store
from sample_data import tables
from sample_data.city import load_city
from sample_data.demo import demo_day, demo_wishes
from sample_data.demo_calls import CallTaker
from solver.insertion import warm_up

MEMORY, SQLITE = "memory", "sqlite"
MORNING = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
"""The moment at which every round begins; the demo day is the next service day after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedDesk(Desk):
    """A desk that notes how long proposing and accepting took."""

    proposing: Stopwatch = field(default_factory=Stopwatch)
    accepting: Stopwatch = field(default_factory=Stopwatch)

    def propose(self, *, form: WishForm) -> Proposal:
        with self.proposing.lap():
            return Desk.propose(self, form=form)

    def accept(self, *, offer_id: int, actor: Actor, overlap_confirmed: bool = False) -> Reservation:
        with self.accepting.lap():
            return Desk.accept(self, offer_id=offer_id, actor=actor, overlap_confirmed=overlap_confirmed)


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("offers", help="latency of offers and promises on the sample day")
    parser.add_argument("--store", choices=[MEMORY, SQLITE], default=SQLITE)
    parser.add_argument("--rounds", type=count, default=3, help="the day is booked so many times, each from empty")
    add_json(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Take the calls of the demo day ``rounds`` times, each on a fresh store.

    The first call of a round also pays for the table of travel times between all places, so it is shown by itself.
    """
    warm_up()
    desks = [_booked_day(options.store) for _ in range(options.rounds)]
    latencies = {
        "first propose": Latency.of([desk.proposing.measured_ms[0] for desk in desks]),
        "propose": Latency.of([ms for desk in desks for ms in desk.proposing.measured_ms[1:]]),
        "accept": Latency.of([ms for desk in desks for ms in desk.accepting.measured_ms]),
    }
    figures: dict[str, Json] = {name: latency.as_json() for name, latency in latencies.items()}
    rows = [[f"{name} ({options.store})", *latency.cells()] for name, latency in latencies.items()]
    shown = pages({"store": options.store, **figures}) if options.json else markdown(["call", *COLUMNS], rows)
    sys.stdout.write(shown)
    return 0


def _booked_day(kind: str) -> TimedDesk:
    with _store(kind) as store:
        clock, rules = ManualClock(MORNING), tables.sample_rules()
        load_city(store, clock=clock)
        desk = TimedDesk(workplace=Workplace(store=store, clock=clock, travel=TravelBooks(straight_times)))
        day = demo_day(rules, clock)
        CallTaker(desk, clock, day=day).take(demo_wishes(day, rules=rules, clock=clock), after_each=_pass_over)
        return desk


@contextmanager
def _store(kind: str) -> Iterator[Store]:
    if kind == MEMORY:
        yield MemoryStore()
        return
    with TemporaryDirectory(prefix="odekake-benchmark-") as folder:
        yield open_store(Settings(database_url=f"sqlite:///{Path(folder) / 'day.db'}"))


def _pass_over() -> None:
    """Nobody looks at the progress: it would be measured too."""
