"""A file of requests, taken like calls: judged as a whole first, then each is asked and its best offer accepted.

Whatever `dispatch.booking.intake` would raise is found before anything is booked, so a file is taken whole or not at
all unless bad rows are skipped. What the rules or the vehicles refuse is no bad row: it is a demand, kept like any.
Each request is known by a call id made of the file's digest and its number, so a file taken twice books nothing twice
and an interrupted one can be taken again. What it became in the past (``fate``) is not looked at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from dispatch.booking.accept import accept
from dispatch.booking.file_faults import checked_file, day_of, in_order_asked
from dispatch.booking.proposal import Refused
from dispatch.booking.propose import propose
from dispatch.model.actor import Actor
from dispatch.model.demand import HistoricalRequest
from dispatch.model.errors import Conflict
from dispatch.model.past_wish import wish_form
from dispatch.model.wish import NO_ID, Outcome, Request
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.csv_io.reading import BadRow, Numbered

UNSETTLED = frozenset({Outcome.OPEN, Outcome.EXPIRED})
"""A request that an interrupted taking left so is asked again."""

OVERTAKEN = frozenset({"offer_gone", "vouchers_changed"})
"""Why an offer may fail to become a reservation: somebody else was faster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFile:
    """A file of requests as it is handed in; day 0 of the file is ``first_day``."""

    service_id: str
    first_day: date
    data: bytes
    actor: Actor
    skip_bad: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedCall:
    """A good row that got no promise: its line, the code of the refusal and the values its sentence names."""

    line: int
    code: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsTaken:
    """What became of a file. ``repeated`` requests had been answered when the file was taken before."""

    booked: int
    repeated: int
    refused: tuple[RefusedCall, ...]
    skipped: tuple[BadRow, ...]


def take_file(workplace: Workplace, file: CallFile, *, after_each: Callable[[int, int], None]) -> CallsTaken:
    """Take the good rows in the order in which they were asked; ``after_each`` gets how many of how many are done.

    Raises
    ------
    ImportInvalid
        ``import_bad_rows`` (`dispatch.store.csv_io.BadRows`) unless bad rows are skipped; what
        `dispatch.store.csv_io.reading.read_file` raises. Nothing is taken then.
    """
    read = checked_file(workplace.store, file.data, service_id=file.service_id, first_day=file.first_day)
    read.good_or_refuse(skip_bad=file.skip_bad)
    rows = in_order_asked(read.rows)
    calls = _Calls.of(workplace, file, rows)
    for done, row in enumerate(rows, start=1):
        calls.take(row)
        after_each(done, len(rows))
    return CallsTaken(booked=calls.booked, repeated=calls.repeated, refused=tuple(calls.refused), skipped=read.bad)


@dataclass(slots=True, kw_only=True)
class _Calls:
    """The taking of one file. ``made`` are reservations by request number, ``answered`` call ids of an earlier time."""

    workplace: Workplace
    file: CallFile
    prefix: str
    made: dict[int, int]
    answered: frozenset[str]
    booked: int = 0
    repeated: int = 0
    refused: list[RefusedCall] = field(default_factory=list)

    @classmethod
    def of(cls, workplace: Workplace, file: CallFile, rows: tuple[Numbered[HistoricalRequest], ...]) -> _Calls:
        prefix = f"csv-{hashlib.sha256(file.data).hexdigest()[:12]}-"
        days = sorted({day_of(row.record, first_day=file.first_day) for row in rows})
        earlier = [request for day in days for request in _answered(workplace, file.service_id, day, prefix)]
        reserved = partial(workplace.store.reservations, file.service_id)
        by_request = {one.request_id: one.id for day in days for one in reserved(day)}
        made = {
            int(request.wish.call_id.removeprefix(prefix)): by_request[request.id]
            for request in earlier
            if request.id in by_request
        }
        answered = frozenset(request.wish.call_id for request in earlier)
        return cls(workplace=workplace, file=file, prefix=prefix, made=made, answered=answered)

    def take(self, row: Numbered[HistoricalRequest]) -> None:
        """Ask for one trip and accept the best offer, unless that has been done before."""
        request, call_id = row.record, f"{self.prefix}{row.record.request_no}"
        if call_id in self.answered:
            self.repeated += 1
        elif request.linked_no != NO_ID and request.linked_no not in self.made:
            self.refused.append(RefusedCall(line=row.line, code="outbound_refused"))
        else:
            self._ask(row, call_id)

    def _ask(self, row: Numbered[HistoricalRequest], call_id: str) -> None:
        form = wish_form(
            row.record,
            service_id=self.file.service_id,
            day=day_of(row.record, first_day=self.file.first_day),
            actor=self.file.actor,
            call_id=call_id,
            linked_to=self.made.get(row.record.linked_no, NO_ID),
        )
        answer = propose(self.workplace, form)
        if isinstance(answer, Refused):
            refusal = answer.refusal
            self.refused.append(RefusedCall(line=row.line, code=refusal.code, values=refusal.values))
            return
        try:
            best = answer.offers[0]
            made = accept(self.workplace, offer_id=best.id, actor=self.file.actor, overlap_confirmed=True)
        except Conflict as conflict:
            if conflict.code not in OVERTAKEN:
                raise
            values = tuple((name, str(value)) for name, value in conflict.values.items())
            self.refused.append(RefusedCall(line=row.line, code=conflict.code, values=values))
            return
        self.made[row.record.request_no] = made.id
        self.booked += 1


def _answered(workplace: Workplace, service_id: str, day: date, prefix: str) -> Iterator[Request]:
    for request in workplace.store.requests(service_id, day):
        if request.wish.call_id.startswith(prefix) and request.outcome not in UNSETTLED:
            yield request
