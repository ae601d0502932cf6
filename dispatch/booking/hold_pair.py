"""A pair of offers is held as one: both legs keep their seat and time, end together, and are given up together.

The way out is placed on the day as it is, the way back on the day as it is then, as when the pair is accepted. What is
written are two holds of two requests that name the pair; whoever ends one ends the other in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dispatch.booking.giving import placed
from dispatch.booking.hold import until, without_holds
from dispatch.booking.pair_legs import Legs, legs_of
from dispatch.booking.terms import check_still_there, reservation_of, turn_of
from dispatch.model.actor import Actor
from dispatch.model.errors import Conflict, PlanRejected
from dispatch.model.hold import Hold, held_number
from dispatch.model.offer import Offer
from dispatch.model.plan import PlanReason
from dispatch.model.wish import Request
from dispatch.solver_bridge.retry import on_the_day_as_it_is
from dispatch.solver_bridge.routes import routes_of
from dispatch.solver_bridge.versions import Draft
from dispatch.solver_bridge.workplace import Workday, Workplace


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPair:
    """Both legs of a pair, held until the same moment."""

    outbound: Hold
    back: Hold

    @property
    def both(self) -> tuple[Hold, Hold]:
        return self.outbound, self.back


def hold_pair(workplace: Workplace, *, offer_id: int, actor: Actor) -> HeldPair:
    """Hold both legs of a pair for ``hold_s`` of the service rules. Again, it changes nothing, not even their end.

    Raises
    ------
    NotFound
        ``unknown_offer``.
    Conflict
        ``not_a_pair``; ``offer_expired``; ``offer_taken``; ``request_closed``; ``offer_gone`` when one of the promises
        can no longer be kept; ``cannot_hold`` when both could be given, but not kept waiting; ``day_busy``.
    """
    with turn_of(workplace, offer_id):
        return on_the_day_as_it_is(workplace, lambda: _held(workplace, legs_of(workplace, offer_id), actor))


def _held(workplace: Workplace, legs: Legs, actor: Actor) -> HeldPair:
    of_offer = {kept.offer_id: kept for kept in legs.held}
    if len(of_offer) == len(legs.both):
        return HeldPair(outbound=of_offer[legs.pair.outbound.id], back=of_offer[legs.pair.back.id])
    free = without_holds(legs.today, legs.others).settled()
    outbound, with_outbound = _holding(workplace, legs, free, (legs.pair.outbound, legs.outbound))
    linked = replace(legs.back, wish=legs.back_wish(linked_to=outbound.trip.id))
    back, whole = _holding(workplace, legs, with_outbound, (legs.pair.back, linked))
    held = HeldPair(outbound=outbound, back=back)
    _write(workplace, legs, held, draft=_draft(whole, legs), actor=actor)
    return held


def _holding(workplace: Workplace, legs: Legs, workday: Workday, leg: tuple[Offer, Request]) -> tuple[Hold, Workday]:
    """The hold of one leg, and the day with it on a route."""
    offer, request = leg
    check_still_there(offer, request.wish, workday, catalog=workplace.catalog(workday.state))
    hold = Hold(
        offer_id=offer.id,
        request_id=request.id,
        trip=replace(reservation_of(offer, request, workday, ()), id=held_number(offer.id)),
        until=until(workday),
        call_id=request.wish.call_id,
        pair=legs.pair.id,
    )
    standing = workday.with_hold(hold)
    day = standing.booked()
    placement = placed(day, day.request_of(hold.trip.id), offer_id=legs.pair.id)
    plan = replace(standing.state.plan, routes=routes_of(day, placement.solution))
    return hold, replace(standing, state=replace(standing.state, plan=plan))


def _draft(workday: Workday, legs: Legs) -> Draft:
    day = workday.booked()
    try:
        return workday.draft(day, day.solution, reason=PlanReason.HELD)
    except PlanRejected as error:
        raise Conflict("cannot_hold", offer_id=legs.pair.id) from error


def _write(workplace: Workplace, legs: Legs, held: HeldPair, *, draft: Draft, actor: Actor) -> None:
    with workplace.store.writing() as work:
        version = draft.claimed(work)
        work.sweep_holds(before=workplace.clock.now())
        for other in legs.others:
            work.remove_hold(other.request_id)
        for hold, (offer, _) in zip(held.both, legs.both, strict=True):
            work.save_hold(hold)
            work.replace_offer(replace(offer, expires_at=max(offer.expires_at, hold.until)))
        ids = (
            ("offer", held.back.offer_id),
            ("request", held.back.request_id),
            ("outbound_offer", held.outbound.offer_id),
            ("outbound_request", held.outbound.request_id),
        )
        draft.publish(work, version, actor=actor, kind=PlanReason.HELD.value, ids=ids)
