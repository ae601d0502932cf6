"""An offer that was read aloud is gone, or has expired: the same request is answered anew, at once.

One demand stays one request (decision 0013): the fresh offers belong to the request of the old one, which is open
again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dispatch.booking.inquiry import NoneFound, search
from dispatch.booking.objections import barred, objections
from dispatch.booking.propose import balance_of, inquiry_on, offer_made, trip_on
from dispatch.model.actor import Actor
from dispatch.model.errors import OdekakeError
from dispatch.model.journal import JournalEntry
from dispatch.model.offer import Offer
from dispatch.model.rules_math import fare
from dispatch.model.wish import NO_ID, Outcome, Request
from dispatch.solver_bridge.retry import on_the_day_as_it_is
from dispatch.solver_bridge.workplace import Workday, Workplace

WORTH_ASKING_AGAIN = frozenset({"offer_gone", "offer_expired"})
"""Codes of an acceptance after which fresh offers help."""

REOPENED = "reopened"
"""Kind of the journal's entry when an expired request is answered anew."""

WAITING = frozenset({Outcome.OPEN, Outcome.EXPIRED})


def offers_again(workplace: Workplace, *, offer_id: int, actor: Actor) -> tuple[Offer, ...]:
    """Fresh offers for the request of an offer; none when it is closed, or nothing can be offered any more.

    Raises
    ------
    NotFound
        ``unknown_offer``.
    Conflict
        ``day_busy``.
    """
    return on_the_day_as_it_is(workplace, lambda: _answered_anew(workplace, offer_id, actor))


def _answered_anew(workplace: Workplace, offer_id: int, actor: Actor) -> tuple[Offer, ...]:
    gone = workplace.store.offer(offer_id)
    wish = workplace.store.request(gone.request_id).wish
    today = workplace.workday(wish.service_id, wish.date)
    request = workplace.store.request(gone.request_id)  # read after the day: a later change moves its version on
    if request.outcome not in WAITING:
        return ()
    found = tuple(_found(workplace, gone, request, today))
    return _stored(workplace, request, found, today, actor) if found else ()


def _found(workplace: Workplace, gone: Offer, request: Request, today: Workday) -> Iterator[Offer]:
    wish, store, rules = request.wish, workplace.store, today.state.rules
    freed = sum(trip.vouchers for trip in today.state.reservations if trip.id == gone.change_of)
    try:
        workday = today.without(gone.change_of)
    except OdekakeError:  # the trip that would be changed is no longer free to go
        return
    if any(barred(wish, store=store, rules=rules)):
        return
    trip, service = trip_on(wish, workday, changing=gone.change_of), store.service(wish.service_id)
    if any(objections(trip, workday.state, service=service, now=workday.now)):
        return
    inquiry = inquiry_on(trip, workday)
    result = search(inquiry)
    if isinstance(result, NoneFound):
        return
    paid = fare(rules, wish.party, voucher_balance=balance_of(wish, workplace) + freed)
    for rank, one in enumerate(result, start=1):
        made = offer_made(inquiry, one, rank=rank, paid=paid, changing=gone.change_of)
        yield replace(made, id=NO_ID, request_id=request.id)


def _stored(
    workplace: Workplace, request: Request, found: tuple[Offer, ...], today: Workday, actor: Actor
) -> tuple[Offer, ...]:
    wish = request.wish
    with workplace.store.writing() as work:
        if request.outcome is Outcome.EXPIRED:
            version = work.claim_day(wish.service_id, wish.date, expected_version=today.state.version)
            work.set_outcome(request.id, outcome=Outcome.OPEN, at=today.now)
            work.journal(
                JournalEntry(
                    service_id=wish.service_id,
                    date=wish.date,
                    version=version,
                    actor=actor,
                    kind=REOPENED,
                    at=today.now,
                    ids=(("request", request.id),),
                )
            )
        return work.add_offers(found)
