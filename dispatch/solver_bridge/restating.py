"""What the reports amount to is written for the trips whose states it changes, with the journal's entries.

Whether a report counts depends on the plan in force and on the outages, too: what a vehicle said of a trip that another
was to drive begins to count when the trip is given to it, or when it leaves the road. So whoever publishes a plan
restates the day in the same unit of work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from dispatch.model.actor import Actor
from dispatch.model.day_state import DayState
from dispatch.model.happened import Happened, happened
from dispatch.model.journal import JournalEntry
from dispatch.model.ledger import all_as_reported, late_s
from dispatch.model.plan import carriers
from dispatch.model.promise import BreachCause, PromiseState
from dispatch.model.reservation import Reservation
from dispatch.store.protocol import UnitOfWork

SETTLED, BREACHED = "settled", "breached"
"""Kinds of the journal's entries for a trip whose state has changed by reports, and for a breach that is declared."""


def restate(work: UnitOfWork, before: DayState, after: DayState, *, actor: Actor) -> None:
    """Write the trips of ``after``, the day with its new plan, that its reports have otherwise."""
    was, now = carriers(before.plan.routes), carriers(after.plan.routes)
    moved = any(was.get(number) != now.get(number) for number in after.told_of)
    if not moved and before.outages == after.outages:
        return  # nothing a report depends on has changed: so no booking waits until all reports are gone through
    facts = happened(after)
    trips = all_as_reported(after, facts)
    entry = JournalEntry(
        service_id=after.service_id,
        date=after.date,
        version=after.plan.version,
        actor=actor,
        kind=SETTLED,
        at=after.plan.made_at,
        ids=(),
    )
    write_settled(work, zip(after.reservations, trips, strict=True), facts, entry)


def write_settled(
    work: UnitOfWork, trips: Iterable[tuple[Reservation, Reservation]], facts: Happened, entry: JournalEntry
) -> None:
    """Write those of ``trips``, as they were and are by ``facts``, that differ; ``entry`` is filled in for each."""
    for before, after in trips:
        if after != before:
            work.replace_reservation(after)
            for kind, ids in _lines(after, facts, before=before):
                work.journal(replace(entry, kind=kind, ids=ids))


_Line = tuple[str, tuple[tuple[str, int | str], ...]]
"""Kind and ids of a journal entry."""


def _lines(trip: Reservation, facts: Happened, *, before: Reservation) -> Iterator[_Line]:
    """What the reports have made of a trip; a breach that they show is declared with its cause."""
    yield (
        SETTLED,
        (
            ("reservation", trip.id),
            ("state", trip.state.value),
            ("promise", trip.promise_state.value),
        ),
    )
    if trip.promise_state is PromiseState.BREACHED is not before.promise_state:
        pickup_s, arrival_s = late_s(trip, facts.trip(trip.id))
        yield (
            BREACHED,
            (
                ("reservation", trip.id),
                ("cause", BreachCause.DRIVEN.value),
                ("pickup_late_s", pickup_s),
                ("arrival_late_s", arrival_s),
            ),
        )
