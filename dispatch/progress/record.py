"""Taking reports from the road: kept under their own id, the states that follow from them, and the journal, at once.

No report depends on what somebody saw, so there is nothing to compare and set: inside the one write transaction the day
is read as it is and moved on by one. When reports show that the plan in force has trips where they are not, the plan
that has them where they belong is published in the same transaction (`dispatch.progress.amending`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.model.actor import Actor
from dispatch.model.day_state import DayState
from dispatch.model.happened import Happened, happened
from dispatch.model.journal import JournalEntry
from dispatch.model.ledger import all_as_reported
from dispatch.model.stop_event import VISIT_KINDS, StopEvent, event_digest
from dispatch.model.times import to_second
from dispatch.progress.amending import NO_AMENDMENT, Amendment, Misplaced, amended, misplaced
from dispatch.progress.reports import (
    Batch,
    Contradicting,
    EventForm,
    NotTaken,
    Receipt,
    Recorded,
    incomplete,
    reused,
    unknown_shift,
    unknown_visit,
)
from dispatch.solver_bridge.restating import write_settled
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.protocol import Store, UnitOfWork

ATTEMPTS = 4
"""Times a plan is worked out for a day that others change meanwhile; then the reports are taken without one."""


class _PlanWanted(Exception):
    """Nothing has been written: the plan in force has trips where they are not."""

    def __init__(self, taken: _Taken) -> None:
        super().__init__()
        self.taken = taken


def record(workplace: Workplace, batch: Batch, *, actor: Actor) -> tuple[Receipt, ...]:
    """Take a batch of reports, each for itself; what became of each, in the order of the batch.

    Raises
    ------
    NotFound
        ``no_rules``.
    Conflict
        ``database_busy``.
    """
    ready: _Ready = {}
    for _ in range(ATTEMPTS):
        try:
            return _recorded(workplace, batch, ready, actor=actor)
        except _PlanWanted as wanted:  # worked out while nobody waits for this transaction
            state, wrong = wanted.taken.after, wanted.taken.wrong
            ready[_stamp(state)] = amended(workplace, state, wrong, now=workplace.clock.now())
    return _recorded(workplace, batch, ready, actor=actor, last=True)


_Stamp = tuple[int, int]
"""What a plan is worked out for: the version of the day, and that of the catalogue."""

_Ready = dict[_Stamp, Amendment]
"""The plans worked out so far."""


def _stamp(state: DayState) -> _Stamp:
    return state.version, state.catalog_version


def _recorded(
    workplace: Workplace, batch: Batch, ready: _Ready, *, actor: Actor, last: bool = False
) -> tuple[Receipt, ...]:
    """Take the batch, with the plan that it calls for, if any; the ``last`` time without one when none is ready.

    Raises
    ------
    _PlanWanted
        When none has been looked for yet.
    """
    store, now = workplace.store, workplace.clock.now()
    with store.writing() as work:
        taken = _taken(store, batch, actor=actor, now=now)
        if taken.wrong and taken.fresh and _stamp(taken.after) not in ready and not last:
            raise _PlanWanted(taken)
        if taken.fresh:
            amendment = ready.get(_stamp(taken.after), NO_AMENDMENT) if taken.wrong else NO_AMENDMENT
            _write(work, taken, amendment, now=now)
    return taken.receipts()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """A batch held against the day ``before``: what is new of it, the day ``after``, and what its plan has wrong."""

    before: DayState
    after: DayState
    facts: Happened
    fresh: tuple[StopEvent, ...]
    answers: tuple[StopEvent | NotTaken, ...]
    wrong: Misplaced

    def receipts(self) -> tuple[Receipt, ...]:
        return tuple(
            one if isinstance(one, NotTaken) else _receipt(one, self.facts, self.before) for one in self.answers
        )


def _taken(store: Store, batch: Batch, *, actor: Actor, now: datetime) -> _Taken:
    before = store.day_state(batch.service_id, batch.day)
    booked = frozenset(trip.id for trip in store.reservations(batch.service_id, batch.day))
    sorting = _Sorting(before, batch, booked=booked, actor=actor, now=now)
    answers = tuple(sorting.sorted(form) for form in batch.forms)
    after = replace(before, events=(*before.events, *sorting.fresh))
    facts = happened(after)
    after = replace(after, reservations=all_as_reported(after, facts))
    return _Taken(
        before=before,
        after=after,
        facts=facts,
        fresh=tuple(sorting.fresh),
        answers=answers,
        wrong=misplaced(after, facts),
    )


class _Sorting:
    """Holds a batch against what is known, one report after the other."""

    def __init__(self, state: DayState, batch: Batch, *, booked: frozenset[int], actor: Actor, now: datetime) -> None:
        self._state, self._batch, self._booked = state, batch, booked
        self._actor, self._now = actor, now
        self._known = {event.event_id: event for event in state.events}
        self._vehicle_of = {shift.shift_id: shift.vehicle_id for shift in state.shifts}
        self.fresh: list[StopEvent] = []

    def sorted(self, form: EventForm) -> StopEvent | NotTaken:
        """The report as it is kept, now or since before; or why it is not."""
        day = self._batch.day
        if not form.complete:
            return NotTaken(event_id=form.event_id, error=incomplete(form))
        if form.shift_id not in self._vehicle_of:
            return NotTaken(event_id=form.event_id, error=unknown_shift(form, day))
        if form.kind in VISIT_KINDS and form.reservation_id not in self._booked:
            return NotTaken(event_id=form.event_id, error=unknown_visit(form, day))
        event = self._event(form)
        before = self._known.get(form.event_id, event)
        if event_digest(before) != event_digest(event):
            return NotTaken(event_id=form.event_id, error=reused(form))
        if form.event_id not in self._known:
            self._known[form.event_id] = event
            self.fresh.append(event)
        return before

    def _event(self, form: EventForm) -> StopEvent:
        return StopEvent(
            event_id=form.event_id,
            service_id=self._batch.service_id,
            date=self._batch.day,
            kind=form.kind,
            shift_id=form.shift_id,
            vehicle_id=self._vehicle_of[form.shift_id],
            tapped_s=to_second(self._batch.day, form.tapped_at),
            received_at=self._now,
            actor=self._actor,
            reservation_id=form.reservation_id,
            task=form.task,
            clock_off_s=self._batch.clock_off_s,
            odometer_m=form.odometer_m,
            at=form.at,
            undoes=form.undoes,
        )


def _receipt(event: StopEvent, facts: Happened, before: DayState) -> Receipt:
    repeated = any(known.event_id == event.event_id for known in before.events)
    for one in facts.contradictions:
        if one.event.event_id == event.event_id:
            return Contradicting(event_id=event.event_id, repeated=repeated, fault=one.fault)
    return Recorded(event_id=event.event_id, repeated=repeated)


def _write(work: UnitOfWork, taken: _Taken, amendment: Amendment, *, now: datetime) -> None:
    after, facts, actor = taken.after, taken.facts, taken.fresh[0].actor
    version = amendment.claimed(work, after)
    work.add_events(taken.fresh)
    entry = JournalEntry(
        service_id=after.service_id,
        date=after.date,
        version=version,
        actor=actor,
        kind="reported",
        at=now,
        ids=(),
    )
    for event in taken.fresh:
        work.journal(replace(entry, ids=_said(event, facts)))
    write_settled(work, zip(taken.before.reservations, after.reservations, strict=True), facts, entry)
    amendment.written(work, version, actor=actor)


def _said(event: StopEvent, facts: Happened) -> tuple[tuple[str, int | str], ...]:
    """What the journal holds of a report."""
    return (
        ("event", event.event_id),
        ("event_digest", event_digest(event)),
        ("what", event.kind.value),
        ("shift", event.shift_id),
        ("about", event.reservation_id),
        ("contradicts", str(facts.fault_of(event.event_id))),
    )
