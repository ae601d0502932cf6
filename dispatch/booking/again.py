"""An offer that was read aloud is gone, or has expired: the same request is answered anew, at once.

One demand stays one request (decision 0013): the fresh offers belong to the request of the old one, which is open
again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dispatch.booking.inquiry import NoneFound, search
from dispatch.booking.objections import barred, objections
from dispatch.booking.pair_legs import pair_of
from dispatch.booking.pair_search import search_pairs
from dispatch.booking.pairs import pairs_made, pairs_stored
from dispatch.booking.propose import balance_of, inquiry_on, offer_made, trip_on
from dispatch.booking.terms import check_unchanged
from dispatch.model.actor import Actor
from dispatch.model.errors import OdekakeError
from dispatch.model.journal import JournalEntry
from dispatch.model.offer import Offer, OfferPair
from dispatch.model.rules_math import fare
from dispatch.model.wish import NO_ID, Outcome, Request, Wish
from dispatch.solver_bridge.retry import on_the_day_as_it_is
from dispatch.solver_bridge.workplace import Workday, Workplace
from dispatch.store.protocol import UnitOfWork

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
    wish, store, rules = _from_now(request.wish, gone, today), workplace.store, today.state.rules
    replaced = (store.reservation(gone.change_of),) if gone.change_of != NO_ID else ()
    try:
        for old in replaced:
            check_unchanged(gone, old)
        workday = today.without(gone.change_of)
    except OdekakeError:  # the trip that would be changed is no longer free to go, or no longer what it was
        return
    if any(barred(wish, catalog=store, rules=rules)):
        return
    trip, service = trip_on(wish, workday, changing=gone.change_of), store.service(wish.service_id)
    if any(objections(trip, workday.state, service=service, now=workday.now)):
        return
    inquiry = inquiry_on(trip, workday)
    result = search(inquiry, most=inquiry.rules.booking.offers_max)
    if isinstance(result, NoneFound):
        return
    paid = fare(rules, wish.party, voucher_balance=balance_of(wish, workplace) + sum(old.vouchers for old in replaced))
    for rank, one in enumerate(result, start=1):
        made = offer_made(inquiry, one, rank=rank, paid=paid, replaced=replaced)
        yield replace(made, id=NO_ID, request_id=request.id)


def _from_now(wish: Wish, gone: Offer, today: Workday) -> Wish:
    """The wish of who has been waiting for their call meanwhile is for now, not for when they called."""
    if any(trip.id == gone.change_of for trip in today.state.waiting):
        return replace(wish, time_s=max(wish.time_s, today.now_s))
    return wish


def _stored(
    workplace: Workplace, request: Request, found: tuple[Offer, ...], today: Workday, actor: Actor
) -> tuple[Offer, ...]:
    with workplace.store.writing() as work:
        _reopen(work, (request,), today, actor)
        return work.add_offers(found)


def _reopen(work: UnitOfWork, requests: tuple[Request, ...], today: Workday, actor: Actor) -> None:
    """Open those of the requests again that have expired."""
    expired = [request for request in requests if request.outcome is Outcome.EXPIRED]
    if not expired:
        return
    state, now = today.state, today.now
    version = work.claim_day(state.service_id, state.date, expected_version=state.version)
    for request in expired:
        work.set_outcome(request.id, outcome=Outcome.OPEN, at=now)
        work.journal(
            JournalEntry(
                service_id=state.service_id,
                date=state.date,
                version=version,
                actor=actor,
                kind=REOPENED,
                at=now,
                ids=(("request", request.id),),
            )
        )


def pairs_again(workplace: Workplace, *, offer_id: int, actor: Actor) -> tuple[OfferPair, ...]:
    """Fresh pairs for the two requests of a pair; none when they are closed, or no pair can be offered any more.

    Raises
    ------
    NotFound
        ``unknown_offer``.
    Conflict
        ``not_a_pair``, ``day_busy``.
    """
    return on_the_day_as_it_is(workplace, lambda: _pairs_anew(workplace, pair_of(workplace, offer_id), actor))


def _pairs_anew(workplace: Workplace, gone: OfferPair, actor: Actor) -> tuple[OfferPair, ...]:
    store, numbers = workplace.store, (gone.outbound.request_id, gone.back.request_id)
    wish = store.request(numbers[0]).wish
    today = workplace.workday(wish.service_id, wish.date)
    outbound, back = (store.request(number) for number in numbers)  # read after the day
    rules, service = today.state.rules, store.service(wish.service_id)
    wishes = (outbound.wish, back.wish)
    if not {outbound.outcome, back.outcome} <= WAITING or any(
        objection for one in wishes for objection in barred(one, catalog=store, rules=rules)
    ):
        return ()
    trip = trip_on(wish, today, changing=NO_ID)
    if any(objections(trip, today.state, service=service, now=today.now)):
        return ()
    inquiry = inquiry_on(trip, today)
    found = search_pairs(inquiry, back.wish, service=service)
    if not isinstance(found, tuple):
        return ()
    pairs = pairs_made(workplace, inquiry, found)
    with store.writing() as work:
        _reopen(work, (outbound, back), today, actor)
        return pairs_stored(work, pairs, outbound=outbound.id, back=back.id)
