"""An offer is held while the caller thinks: it keeps its seat and its time against everybody else, for a few minutes.

Each request has one hold at most, and so has each call; holding another offer gives the first one up. A hold needs
nobody to end it: once it has expired, whoever looks at the day no longer sees it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dispatch.booking.foreseeing import to_give
from dispatch.booking.terms import check_open, check_still_there, check_unchanged, reservation_of, turn_of
from dispatch.model.actor import Actor
from dispatch.model.errors import Conflict, PlanRejected
from dispatch.model.hold import Hold, held_number
from dispatch.model.journal import JournalEntry
from dispatch.model.offer import Offer
from dispatch.model.plan import PlanReason
from dispatch.model.wish import NO_ID, Request, Wish
from dispatch.solver_bridge.placing import NoPlace, place
from dispatch.solver_bridge.retry import on_the_day_as_it_is
from dispatch.solver_bridge.versions import Draft
from dispatch.solver_bridge.workplace import Workday, Workplace

RELEASED = "hold_released"
"""Kind of the journal's entry when a hold is given up before it has expired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Holding:
    """Everything that will be written: the hold, the plan that keeps room for it, and the holds it replaces."""

    hold: Hold
    offer: Offer
    draft: Draft
    given_up: tuple[Hold, ...]


def hold(workplace: Workplace, *, offer_id: int, actor: Actor) -> Hold:
    """Hold an offer for ``hold_s`` of the service rules. Holding it again changes nothing, not even its end.

    Raises
    ------
    NotFound
        ``unknown_offer``.
    Conflict
        ``offer_expired``; ``offer_taken``; ``request_closed``; ``offer_gone`` when the promise can no longer be
        kept; ``cannot_hold`` when it could be given, but not kept waiting; ``reservation_changed``; ``day_busy``.
    """
    with turn_of(workplace, offer_id) as asked:
        return on_the_day_as_it_is(workplace, lambda: _held(workplace, asked, offer_id, actor))


def _held(workplace: Workplace, asked: Request, offer_id: int, actor: Actor) -> Hold:
    workplace.store.foresee(to_give(asked, offer_id=offer_id))
    offer = workplace.store.offer(offer_id)
    wish = workplace.store.request(offer.request_id).wish
    workday = workplace.workday(wish.service_id, wish.date)
    request = workplace.store.request(offer.request_id)  # read after the day: a later change moves its version on
    check_open(workplace, offer, request)
    for present in workday.held:
        if present.offer_id == offer.id:
            return present
    holding = _prepared(workplace, offer, request, workday)
    _write(workplace, holding, actor)
    return holding.hold


def _prepared(workplace: Workplace, offer: Offer, request: Request, workday: Workday) -> _Holding:
    given_up = own_holds(request.id, request.wish, workday)
    free = without_holds(workday, given_up).settled()
    if offer.change_of != NO_ID:
        check_unchanged(offer, workplace.store.reservation(offer.change_of))
    check_still_there(offer, request.wish, free, catalog=workplace.catalog(free.state))
    trip = replace(reservation_of(offer, request, free, ()), id=held_number(offer.id))
    kept = Hold(
        offer_id=offer.id,
        request_id=request.id,
        trip=trip,
        until=until(workday),
        change_of=offer.change_of,
        call_id=request.wish.call_id,
    )
    return _Holding(hold=kept, offer=offer, draft=_draft(free.with_hold(kept), offer), given_up=given_up)


def _draft(workday: Workday, offer: Offer) -> Draft:
    day = workday.booked()
    placement = place(day, day.request_of(held_number(offer.id)))
    if isinstance(placement, NoPlace):
        raise Conflict("offer_gone", offer_id=offer.id)
    try:
        return workday.draft(day, placement.solution, reason=PlanReason.HELD)
    except PlanRejected as error:
        raise Conflict("cannot_hold", offer_id=offer.id) from error


def _write(workplace: Workplace, holding: _Holding, actor: Actor) -> None:
    kept, now = holding.hold, workplace.clock.now()
    with workplace.store.writing() as work:
        version = holding.draft.claimed(work)
        work.sweep_holds(before=now)
        for other in holding.given_up:
            work.remove_hold(other.request_id)
        work.save_hold(kept)
        work.replace_offer(replace(holding.offer, expires_at=max(holding.offer.expires_at, kept.until)))
        ids = (("offer", kept.offer_id), ("request", kept.request_id))
        holding.draft.publish(work, version, actor=actor, kind=PlanReason.HELD.value, ids=ids)


def release(workplace: Workplace, *, offer_id: int, actor: Actor) -> None:
    """Give a hold up before it expires, of a pair both. That the offer is not held (any more) is no error.

    Raises
    ------
    NotFound
        ``unknown_offer``.
    Conflict
        ``day_busy``.
    """
    on_the_day_as_it_is(workplace, lambda: _released(workplace, offer_id, actor))


def _released(workplace: Workplace, offer_id: int, actor: Actor) -> None:
    wish = workplace.store.request(workplace.store.offer(offer_id).request_id).wish
    state, now = workplace.store.day_state(wish.service_id, wish.date), workplace.clock.now()
    live = [kept for kept in state.holds if kept.live(now)]
    given_up = {kept.together for kept in live if kept.offer_id == offer_id}
    if not given_up:
        return
    with workplace.store.writing() as work:
        version = work.claim_day(wish.service_id, wish.date, expected_version=state.version)
        for kept in live:
            if kept.together in given_up:
                work.remove_hold(kept.request_id)
                work.journal(
                    JournalEntry(
                        service_id=wish.service_id,
                        date=wish.date,
                        version=version,
                        actor=actor,
                        kind=RELEASED,
                        at=now,
                        ids=(("offer", kept.offer_id), ("request", kept.request_id)),
                    )
                )


def until(workday: Workday) -> datetime:
    """When a hold ends that begins now."""
    return workday.now + timedelta(seconds=workday.state.rules.booking.hold_s)


def own_holds(request_id: int, wish: Wish, workday: Workday) -> tuple[Hold, ...]:
    """The live holds of the caller of a request: those of the request, and of the same call if it has an id.

    With one leg of a pair comes the other.
    """
    own = {
        kept.together
        for kept in workday.held
        if kept.request_id == request_id or (wish.call_id and kept.call_id == wish.call_id)
    }
    return tuple(kept for kept in workday.held if kept.together in own)


def without_holds(workday: Workday, holds: tuple[Hold, ...]) -> Workday:
    """The day as if ``holds`` had never been."""
    for kept in holds:
        workday = workday.without_hold(kept)
    return workday
