"""Requests of which nothing came: the caller wanted none of the offers, or let them all expire."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from dispatch.model.actor import Actor
from dispatch.model.errors import Conflict
from dispatch.model.journal import JournalEntry
from dispatch.model.wish import Outcome, Request
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.protocol import Store


def abandon(workplace: Workplace, *, request_id: int, actor: Actor) -> Request:
    """Close an open request whose offers nobody wants. Saying so twice changes nothing.

    Raises
    ------
    NotFound
        ``unknown_request``.
    Conflict
        ``request_closed`` with the outcome it already has.
    """
    request = workplace.store.request(request_id)
    if request.outcome is Outcome.ABANDONED:
        return request
    if request.outcome is not Outcome.OPEN:
        raise Conflict("request_closed", request_id=request_id, outcome=request.outcome.value)
    wish, now = request.wish, workplace.clock.now()
    version = workplace.store.day_version(wish.service_id, wish.date)
    with workplace.store.writing() as work:
        work.set_outcome(request_id, outcome=Outcome.ABANDONED, at=now)
        work.journal(
            JournalEntry(
                service_id=wish.service_id,
                date=wish.date,
                version=version,
                actor=actor,
                kind="abandoned",
                at=now,
                ids=(("request", request_id),),
            )
        )
    return replace(request, outcome=Outcome.ABANDONED)


def expire_stale(workplace: Workplace, service_id: str, day: date) -> int:
    """Close the open requests of a day whose offers have all expired; the number of them."""
    now = workplace.clock.now()
    stale = [one for one in workplace.store.requests(service_id, day) if is_stale(workplace.store, one, now=now)]
    if stale:
        with workplace.store.writing() as work:
            for request in stale:
                work.set_outcome(request.id, outcome=Outcome.EXPIRED, at=now)
    return len(stale)


def is_stale(store: Store, request: Request, *, now: datetime) -> bool:
    """Whether an open request has no offer left that holds."""
    if request.outcome is not Outcome.OPEN:
        return False
    return all(offer.expires_at < now for offer in store.offers(request.id))
