"""Requests of which nothing came: the caller wanted none of the offers, or let them all expire.

Whoever reads a request is told that it has expired from the moment on when its last offer has; reading writes nothing.
It is closed for good when somebody tries to accept an offer that is too old.

Closing claims the day like a booking does, so that a request that is just being accepted is never closed over it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from dispatch.model.actor import SYSTEM_ACTOR, Actor
from dispatch.model.errors import Conflict
from dispatch.model.journal import JournalEntry
from dispatch.model.wish import NO_ID, Outcome, Request
from dispatch.solver_bridge.retry import on_the_day_as_it_is
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.protocol import Store


def abandon(workplace: Workplace, *, request_id: int, actor: Actor) -> Request:
    """Close an open request whose offers nobody wants; of a pair, both. Saying so twice changes nothing.

    Raises
    ------
    NotFound
        ``unknown_request``.
    Conflict
        ``request_closed`` with the outcome it already has; ``day_busy``.
    """
    return on_the_day_as_it_is(workplace, lambda: _abandoned(workplace, request_id, actor))


def _abandoned(workplace: Workplace, request_id: int, actor: Actor) -> Request:
    wish = workplace.store.request(request_id).wish
    version = workplace.store.day_version(wish.service_id, wish.date)
    request = workplace.store.request(request_id)  # read after the version: a later change moves the version on
    if request.outcome is Outcome.ABANDONED:
        return request
    if request.outcome is not Outcome.OPEN:
        raise Conflict("request_closed", request_id=request_id, outcome=request.outcome.value)
    both = (request, *_other_leg(workplace.store, request))
    _close(workplace, both, Outcome.ABANDONED, version=version, actor=actor)
    return replace(request, outcome=Outcome.ABANDONED)


def _other_leg(store: Store, request: Request) -> Iterator[Request]:
    """The request that was offered together with this one as a pair, while it is open."""
    for other_id in {offer.paired_request for offer in store.offers(request.id)} - {NO_ID}:
        other = store.request(other_id)
        if other.outcome is Outcome.OPEN:
            yield other


def request_now(workplace: Workplace, request_id: int) -> Request:
    """A request with the outcome it has at this moment. Raises NotFound ``unknown_request``."""
    store = workplace.store
    until = [offer.expires_at for offer in store.offers(request_id)]
    offered_until = {request_id: max(until)} if until else {}
    return _as_it_stands(store.request(request_id), workplace.clock.now(), offered_until)


def requests_now(workplace: Workplace, service_id: str, day: date) -> tuple[Request, ...]:
    """Everything asked for a day, with the outcomes of this moment."""
    now, until = workplace.clock.now(), workplace.store.offered_until(service_id, day)
    return tuple(_as_it_stands(one, now, until) for one in workplace.store.requests(service_id, day))


def _as_it_stands(request: Request, now: datetime, offered_until: Mapping[int, datetime]) -> Request:
    return replace(request, outcome=Outcome.EXPIRED) if _is_stale(request, now, offered_until) else request


def expire_stale(workplace: Workplace, service_id: str, day: date) -> int:
    """Close the open requests of a day whose offers have all expired; the number of them."""
    return on_the_day_as_it_is(workplace, lambda: _expired(workplace, service_id, day))


def _expired(workplace: Workplace, service_id: str, day: date) -> int:
    version, now = workplace.store.day_version(service_id, day), workplace.clock.now()
    until = workplace.store.offered_until(service_id, day)
    stale = [one for one in workplace.store.requests(service_id, day) if _is_stale(one, now, until)]
    if stale:
        _close(workplace, stale, Outcome.EXPIRED, version=version, actor=SYSTEM_ACTOR)
    return len(stale)


def _is_stale(request: Request, now: datetime, offered_until: Mapping[int, datetime]) -> bool:
    """Whether an open request has no offer left that holds; ``offered_until`` as `Store.offered_until`."""
    offered = request.id in offered_until and offered_until[request.id] >= now
    return request.outcome is Outcome.OPEN and not offered


def _close(workplace: Workplace, requests: Sequence[Request], outcome: Outcome, *, version: int, actor: Actor) -> None:
    wish, now = requests[0].wish, workplace.clock.now()
    with workplace.store.writing() as work:
        claimed = work.claim_day(wish.service_id, wish.date, expected_version=version)
        for request in requests:
            work.set_outcome(request.id, outcome=outcome, at=now)
            work.remove_hold(request.id)
            work.journal(
                JournalEntry(
                    service_id=wish.service_id,
                    date=wish.date,
                    version=claimed,
                    actor=actor,
                    kind=outcome.value,
                    at=now,
                    ids=(("request", request.id),),
                )
            )
