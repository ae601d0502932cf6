"""What the store keeps of a call: every request with its answer, each demand once.

A caller who is asked whether a second trip is meant leaves a request that counts as abandoned, with the code of the
question. When the same wish comes again, confirmed, that request goes on: its number and the moment at which it was
first asked stay, its outcome becomes that of the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dispatch.booking.objections import Objection
from dispatch.booking.overlap import OVERLAP
from dispatch.booking.proposal import Offered, Refused
from dispatch.model.journal import JournalEntry
from dispatch.model.offer import Offer, Refusal, VehicleRefusal
from dispatch.model.wish import NO_GUEST, NO_RIDER, Guest, Outcome, Request, Wish
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.protocol import UnitOfWork

CONFIRMED = "confirmed"
"""Kind of the journal's entry when a request goes on that had been asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A refusal that has no request yet."""

    code: str
    values: tuple[tuple[str, str], ...] = ()
    vehicles: tuple[VehicleRefusal, ...] = ()

    @classmethod
    def of(cls, objection: Objection) -> Reason:
        return cls(code=objection.code, values=objection.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One call that is about to be answered.

    ``version`` is the day's version on which the answer was found; ``confirmed`` whether the caller has been asked
    about a second trip and said that it is meant.
    """

    workplace: Workplace
    wish: Wish
    guest: Guest
    version: int
    confirmed: bool

    def offered(self, offers: Sequence[Offer]) -> Offered:
        """Store the request, open, with its offers. Raises Conflict ``day_changed``."""
        before = self.asked_before() if self.confirmed else ()
        with self.workplace.store.writing(lasting=False) as work:
            request = self.stored(work, before, outcome=Outcome.OPEN)
            stored = work.add_offers([replace(offer, request_id=request.id) for offer in offers])
        return Offered(request=request, offers=stored)

    def refused(self, reason: Reason) -> Refused:
        """Store the request as refused. Raises Conflict ``day_changed``."""
        before = self.asked_before() if self.confirmed else ()
        with self.workplace.store.writing(lasting=False) as work:
            request = self.stored(work, before, outcome=Outcome.REFUSED, code=reason.code)
            refusal = Refusal(request_id=request.id, code=reason.code, values=reason.values, vehicles=reason.vehicles)
            work.save_refusal(refusal)
        return Refused(request=request, refusal=refusal)

    def asked(self) -> None:
        """Store the request as abandoned for the question, unless it is stored so already."""
        if self.asked_before():
            return
        with self.workplace.store.writing(lasting=False) as work:
            self.stored(work, (), outcome=Outcome.ABANDONED, code=OVERLAP)

    def asked_before(self) -> tuple[Request, ...]:
        """The request of the same wish that still waits for the answer to the question, if there is one."""
        store, wish = self.workplace.store, self.wish
        if wish.rider_id == NO_RIDER:
            return ()
        asked = store.requests_of_rider(
            wish.service_id, wish.rider_id, wish.date, outcome=Outcome.ABANDONED, code=OVERLAP
        )
        return tuple(one for one in asked if one.wish == wish)[:1]

    def stored(self, work: UnitOfWork, before: tuple[Request, ...], *, outcome: Outcome, code: str = "") -> Request:
        """The request with its outcome, as part of ``work``: that of ``before`` goes on, if there is one."""
        for request in before:
            self._go_on(work, request, outcome=outcome, code=code)
            return replace(request, outcome=outcome, outcome_code=code)
        request = work.add_request(self.wish, asked_at=self.workplace.clock.now(), outcome=outcome, code=code)
        if self.guest != NO_GUEST:
            work.save_guest(request.id, self.guest)
        return request

    def _go_on(self, work: UnitOfWork, request: Request, *, outcome: Outcome, code: str) -> None:
        """Claims the day, so that a request confirmed twice at once is not opened again when it is booked."""
        wish, now = self.wish, self.workplace.clock.now()
        claimed = work.claim_day(wish.service_id, wish.date, expected_version=self.version)
        work.set_outcome(request.id, outcome=outcome, code=code, at=now)
        work.journal(
            JournalEntry(
                service_id=wish.service_id,
                date=wish.date,
                version=claimed,
                actor=wish.actor,
                kind=CONFIRMED,
                at=now,
                ids=(("request", request.id),),
            )
        )
