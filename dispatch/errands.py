"""Calls that may arrive twice: taken up once, carried out once, answered the same each time.

The life of a keyed call: `begin` claims the errand in a transaction of its own; the work runs on a store that is on
that errand (`dispatch.store.protocol.Store.on_errand`), so whatever it commits is written into the errand in the same
transaction; `conclude` keeps the answer. A process that is killed in between leaves one of two things: nothing done,
then the repetition does the work; or work that names what it made, then the repetition finds that and answers with
it (`dispatch.booking.recall`). While an attempt lasts it renews its claim; one that has stopped doing so is dead, and
its unit of work, should it still come, is rolled back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dispatch.model.errand import Answer, Claim, Errand, ErrandKey
from dispatch.model.errors import Conflict, InvalidInput
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.protocol import UnitOfWork

LEASE = timedelta(seconds=20)
"""How long an attempt is believed to be at work without renewing its claim."""

KEPT = timedelta(hours=24)
"""How long an answer is given again; an answer may hold a name, so it is kept no longer than a retry may need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errands:
    """The errands of one installation."""

    workplace: Workplace

    def begin(self, key: ErrandKey, *, fingerprint: str) -> Claim | Answer:
        """Take a call up, or say what it was answered before.

        Raises
        ------
        Conflict
            ``call_in_progress`` while an earlier arrival of the same call is at work; ``database_busy``.
        InvalidInput
            ``key_reused`` when something else was sent under the key before.
        """
        now = self._now()
        with self.workplace.store.writing(lasting=False) as work:
            work.sweep_errands(before=now)
            known = work.errand(key)
            for errand in known:
                if errand.fingerprint != fingerprint:
                    raise InvalidInput("key_reused")
                for answer in errand.answers:
                    return answer
                if now < errand.running_until:
                    raise Conflict("call_in_progress")
            return _taken_up(work, known, _new(key, fingerprint, now), now=now)

    def renew(self, claim: Claim) -> None:
        """Say that the attempt is still at work."""
        until = self._now() + LEASE
        with self.workplace.store.writing(lasting=False) as work:
            for errand in _own(work, claim):
                work.save_errand(replace(errand, running_until=until))

    def conclude(self, claim: Claim, answer: Answer) -> None:
        """Keep the answer: it is given to every repetition from now on."""
        with self.workplace.store.writing(lasting=False) as work:
            for errand in _own(work, claim):
                work.save_errand(replace(errand, answers=(answer,)))

    def give_up(self, claim: Claim) -> None:
        """The attempt has ended without an answer worth keeping: the next one may begin at once."""
        now = self._now()
        with self.workplace.store.writing(lasting=False) as work:
            for errand in _own(work, claim):
                work.save_errand(replace(errand, running_until=now))

    def _now(self) -> datetime:
        return self.workplace.clock.now()


def _new(key: ErrandKey, fingerprint: str, now: datetime) -> Errand:
    return Errand(key=key, fingerprint=fingerprint, attempt=0, running_until=now, kept_until=now + KEPT)


def _taken_up(work: UnitOfWork, known: tuple[Errand, ...], new: Errand, *, now: datetime) -> Claim:
    errand = next(iter((*known, new)))
    taken = replace(errand, attempt=errand.attempt + 1, running_until=now + LEASE)
    work.save_errand(taken)
    return Claim(key=taken.key, attempt=taken.attempt, made=taken.made)


def _own(work: UnitOfWork, claim: Claim) -> Iterator[Errand]:
    """The errand, as long as ``claim`` is its latest attempt."""
    return (errand for errand in work.errand(claim.key) if errand.attempt == claim.attempt)
