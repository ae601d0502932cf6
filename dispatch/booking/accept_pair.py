"""A pair of offers becomes two reservations, in one transaction: both or neither.

The way out is placed on the day as it is now, the way back on the day as it is then; one plan with both is judged and
published. If either has no place any more, nothing is written. A pair that is held stands on its routes already.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dispatch.booking.giving import drafted, placed
from dispatch.booking.hold import without_holds
from dispatch.booking.overlap import check_overlap
from dispatch.booking.pair_legs import Legs, legs_of
from dispatch.booking.proposal import BookedPair
from dispatch.booking.recall import pair_written_before
from dispatch.booking.terms import check_once, check_still_there, reservation_of, turn_of
from dispatch.model.actor import Actor
from dispatch.model.hold import Hold
from dispatch.model.journal import JournalEntry
from dispatch.model.offer import OfferPair
from dispatch.model.plan import PlanReason
from dispatch.model.reservation import Reservation
from dispatch.model.wish import NO_ID, Outcome
from dispatch.solver_bridge.retry import on_the_day_as_it_is
from dispatch.solver_bridge.ride import ride_of
from dispatch.solver_bridge.versions import SUPPOSED, Draft
from dispatch.solver_bridge.workplace import Workday, Workplace
from dispatch.store.protocol import UnitOfWork
from dispatch.store.vouchers import move_vouchers_of

ACCEPTED = PlanReason.ACCEPTED.value


def accept_pair(workplace: Workplace, *, offer_id: int, actor: Actor, overlap_confirmed: bool) -> BookedPair:
    """Give both promises of a pair, if both can still be kept; ``offer_id`` is its number.

    Raises
    ------
    NotFound
        ``unknown_offer``.
    Conflict
        ``not_a_pair``; ``offer_expired``; ``offer_taken``; ``request_closed``; ``offer_gone`` when one of the promises
        can no longer be kept; ``vouchers_changed``; ``overlapping_reservation`` until it is confirmed; ``day_busy``.
    PlanRejected
        As `dispatch.booking.accept.accept`.
    """
    for pair in pair_written_before(workplace):
        return pair
    with turn_of(workplace, offer_id):
        return on_the_day_as_it_is(
            workplace, lambda: _written(workplace, _checked(workplace, offer_id, overlap_confirmed), actor)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Acceptance:
    """Everything that will be written; in ``draft`` the way out is `SUPPOSED`, the way back has no number yet."""

    pair: OfferPair
    outbound: Reservation
    back: Reservation
    draft: Draft
    given_up: tuple[Hold, ...]


def _checked(workplace: Workplace, offer_id: int, overlap_confirmed: bool) -> _Acceptance:
    legs = legs_of(workplace, offer_id)
    if not overlap_confirmed:
        for offer, request in legs.both:
            check_overlap(offer.promise, request.wish, store=workplace.store, changing=NO_ID)
    check_once(legs.outbound.wish, legs.today)
    workday, catalog = without_holds(legs.today, legs.others).settled(), workplace.catalog(legs.today.state)
    check_still_there(legs.pair.outbound, legs.outbound.wish, workday, catalog=catalog)
    outbound = reservation_of(legs.pair.outbound, legs.outbound, workday, ())
    supposed = _supposed(workday, outbound, legs)
    linked = replace(legs.back, wish=legs.back_wish(linked_to=SUPPOSED))
    check_still_there(legs.pair.back, linked.wish, supposed, catalog=catalog)
    back = reservation_of(legs.pair.back, linked, supposed, ())
    draft = _draft(supposed, back, legs.pair)
    return _Acceptance(pair=legs.pair, outbound=outbound, back=back, draft=draft, given_up=legs.others)


def _supposed(workday: Workday, outbound: Reservation, legs: Legs) -> Workday:
    """The day as if the way out were booked; with a pair that is held, the way back stands on its route already."""
    trip, pair = replace(outbound, id=SUPPOSED), legs.pair
    if legs.held:
        ready = workday.taking_up(pair.outbound.id, as_trip=SUPPOSED).taking_up(pair.back.id)
        return replace(ready, state=replace(ready.state, reservations=(*ready.state.reservations, trip)))
    day = workday.asking(ride_of(outbound))
    return workday.supposing(trip, day, placed(day, len(day.rides) - 1, offer_id=pair.id).solution)


def _draft(supposed: Workday, back: Reservation, pair: OfferPair) -> Draft:
    day = supposed.asking(ride_of(back))
    request = len(day.rides) - 1
    if request not in day.solution.unserved:
        return supposed.draft(day, day.solution, reason=PlanReason.ACCEPTED)
    placement = placed(day, request, offer_id=pair.id)
    return drafted(supposed, day, placement.solution, PlanReason.ACCEPTED, offer_id=pair.id)


def _written(workplace: Workplace, accepted: _Acceptance, actor: Actor) -> BookedPair:
    pair, at = accepted.pair, accepted.draft.proof.checked_at
    with workplace.store.writing() as work:
        version = accepted.draft.claimed(work)
        outbound = work.add_reservation(accepted.outbound, offer_id=pair.outbound.id)
        back = work.add_reservation(replace(accepted.back, linked_to=outbound.id), offer_id=pair.back.id)
        _publish(work, accepted.draft, version, BookedPair(outbound=outbound, back=back), actor)
        asked = workplace.store.request(back.request_id)
        work.replace_request(replace(asked, wish=replace(asked.wish, linked_to=outbound.id)))
        requests = (pair.outbound.request_id, pair.back.request_id)
        for request_id in (*requests, *(kept.request_id for kept in accepted.given_up)):
            work.remove_hold(request_id)
        for request_id in requests:
            work.set_outcome(request_id, outcome=Outcome.BOOKED, at=at)
        for trip in (outbound, back):
            move_vouchers_of(work, trip, change=-trip.vouchers, at=at)
    return BookedPair(outbound=outbound, back=back)


def _publish(work: UnitOfWork, draft: Draft, version: int, booked: BookedPair, actor: Actor) -> None:
    """One plan with both trips, and an entry of the journal for each of them; the second names the plan."""
    outbound, back = booked.outbound, booked.back
    work.journal(
        JournalEntry(
            service_id=outbound.service_id,
            date=outbound.date,
            version=version,
            actor=actor,
            kind=ACCEPTED,
            at=draft.proof.checked_at,
            ids=(("reservation", outbound.id), ("request", outbound.request_id), ("back", back.id)),
        )
    )
    ids = (("reservation", back.id), ("request", back.request_id), ("outbound", outbound.id))
    numbered = draft.renumbered(old=SUPPOSED, new=outbound.id)
    numbered.publish(work, version, actor=actor, kind=ACCEPTED, ids=ids, reservation_id=back.id)
