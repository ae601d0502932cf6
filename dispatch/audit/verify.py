"""Does the journal of a day hold together, and do the tables say what it says?

The chain is replayed; what it says of each plan version, reservation, report and request is compared with the rows as
they are. A byte changed in any of them is a finding that names the row. Private points are under no digest, so that a
day that was erased verifies as before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from dispatch.audit.evidence import Evidence, evidence
from dispatch.model.errors import NotFound
from dispatch.model.happened import happened
from dispatch.model.ledger import all_as_reported, reservation_digest
from dispatch.model.outage import outage_digest
from dispatch.model.plan import plan_digest
from dispatch.model.road import road_digest
from dispatch.model.stop_event import event_digest
from dispatch.store.journal import entry_of, verify_chain
from dispatch.store.protocol import Store
from dispatch.store.written import MOVED

Look = Callable[[], Iterator["Flaw"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing that does not agree. ``what`` is a key of ``flaw`` in the catalogue, ``where`` names the row."""

    what: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was looked at, and every flaw; none when journal and tables agree."""

    entries: int
    plans: int
    reservations: int
    events: int
    flaws: tuple[Flaw, ...]


def verify(store: Store, *, service_id: str, day: date) -> Verified:
    """Hold a day's tables against its journal.

    Raises
    ------
    NotFound
        ``no_rules``.
    """
    chain = store.journal(service_id, day)
    broken = verify_chain(chain)
    if broken:
        flaws = tuple(Flaw(what=f"chain_{one.fault}", where=str(one.seq)) for one in broken)
        return Verified(entries=len(chain.records), plans=0, reservations=0, events=0, flaws=flaws)
    said = evidence(entry_of(record) for record in chain.records)
    look = _Look(store=store, service_id=service_id, day=day, said=said)
    return Verified(
        entries=len(chain.records),
        plans=len(said.plans),
        reservations=len(said.reservations),
        events=len(said.events),
        flaws=tuple(look.flaws()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    store: Store
    service_id: str
    day: date
    said: Evidence

    def flaws(self) -> Iterator[Flaw]:
        """Everything, table by table; a row that cannot be read any more ends the look at what needs it."""
        yield from self._plans()
        yield from self._read("reservation", self._reservations)
        yield from self._read("request", self._requests)
        yield from self._read("day", self._state)

    def _read(self, table: str, look: Look) -> Iterator[Flaw]:
        try:
            yield from look()
        except (ValueError, KeyError):
            yield Flaw(what="unreadable", where=table)

    def _plans(self) -> Iterator[Flaw]:
        stored = self.store.plan_versions(self.service_id, self.day)
        for version in sorted({*stored, *self.said.plans}):
            where = f"plan {version}"
            if version not in self.said.plans:
                yield Flaw(what="not_journaled", where=where)
            elif version not in stored:
                yield Flaw(what="missing", where=where)
            else:
                yield from self._read(where, partial(self._plan, version))

    def _plan(self, version: int) -> Iterator[Flaw]:
        plan = self.store.plan(self.service_id, self.day, version)
        digests = {plan.digest, plan_digest(plan.routes), self.said.plans[version]}
        if len(digests) != 1 or (plan.version, plan.date) != (version, self.day):
            yield Flaw(what="differs", where=f"plan {version}")

    def _reservations(self) -> Iterator[Flaw]:
        stored = {trip.id: trip for trip in self.store.reservations(self.service_id, self.day)}
        standing = {number for number, digest in self.said.reservations.items() if digest != MOVED}
        for number in sorted(standing | set(stored)):
            where = f"reservation {number}"
            if number not in standing:
                yield Flaw(what="not_journaled", where=where)
            elif number not in stored:
                yield Flaw(what="missing", where=where)
            elif reservation_digest(stored[number]) != self.said.reservations[number]:
                yield Flaw(what="differs", where=where)

    def _requests(self) -> Iterator[Flaw]:
        for number, outcome in sorted(self.said.outcomes.items()):
            try:
                stored = self.store.request(number)
            except NotFound:
                yield Flaw(what="missing", where=f"request {number}")
                continue
            if stored.outcome is not outcome:
                yield Flaw(what="differs", where=f"request {number}")

    def _state(self) -> Iterator[Flaw]:
        """The day as it is put together: its version, the plan in force, the reports and what follows from them."""
        state = self.store.day_state(self.service_id, self.day)
        if state.version < self.said.version:
            yield Flaw(what="behind_journal", where=f"day {self.day.isoformat()}")
        if state.plan.version != max(self.said.plans, default=0):
            yield Flaw(what="not_in_force", where=f"plan {state.plan.version}")
        events = {event.event_id: event_digest(event) for event in state.events}
        yield from _held_against("event", events, self.said.events)
        outages = {str(one.number): outage_digest(one) for one in state.outages}
        yield from _held_against("outage", outages, {str(n): digest for n, digest in self.said.outages.items()})
        roads = {str(one.number): road_digest(one) for one in state.roads}
        yield from _held_against("road", roads, {str(n): digest for n, digest in self.said.roads.items()})
        for trip, reported in zip(state.reservations, all_as_reported(state, happened(state)), strict=True):
            if reported != trip:
                yield Flaw(what="not_as_reported", where=f"reservation {trip.id}")


def _held_against(noun: str, stored: Mapping[str, str], said: Mapping[str, str]) -> Iterator[Flaw]:
    """Rows by their number, with their digests as they are and as the journal has them."""
    for number in sorted({*stored, *said}):
        if number not in said:
            yield Flaw(what="not_journaled", where=f"{noun} {number}")
        elif number not in stored:
            yield Flaw(what="missing", where=f"{noun} {number}")
        elif stored[number] != said[number]:
            yield Flaw(what="differs", where=f"{noun} {number}")
