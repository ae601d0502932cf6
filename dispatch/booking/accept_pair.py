"""A pair of offers becomes two reservations, in one transaction: both or neither.

The way out is placed on the day as it is now, the way back on the day as it is then; one plan with both is judged and
published. If either has no place any more, nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dispatch.booking.giving import drafted, placed
from dispatch.booking.hold import own_holds, without_holds
from dispatch.booking.overlap import check_overlap
from dispatch.booking.proposal import BookedPair
from dispatch.booking.recall import pair_written_before
from dispatch.booking.terms import check_once, check_still_there, check_waiting, reservation_of
from dispatch.model.actor import Actor
from dispatch.model.errors import Conflict
from dispatch.model.hold import Hold
from dispatch.model.journal import JournalEntry
from dispatch.model.offer import OfferPair
from dispatch.model.plan import PlanReason
from dispatch.model.reservation import Reservation
from dispatch.model.wish import NO_ID, Outcome, Request
from dispatch.solver_bridge.day_problem import DayProblem
from dispatch.solver_bridge.placing import Placement
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


def pair_of(workplace: Workplace, offer_id: int) -> OfferPair:
    """The pair with this number. Raises NotFound ``unknown_offer``, Conflict ``not_a_pair``."""
    back = workplace.store.offer(offer_id)
    if back.outbound_offer == NO_ID:
        raise Conflict("not_a_pair", offer_id=offer_id)
    return OfferPair(outbound=workplace.store.offer(back.outbound_offer), back=back)


def _checked(workplace: Workplace, offer_id: int, overlap_confirmed: bool) -> _Acceptance:
    store, pair = workplace.store, pair_of(workplace, offer_id)
    wish = store.request(pair.outbound.request_id).wish
    today = workplace.workday(wish.service_id, wish.date)
    legs = [(offer, store.request(offer.request_id)) for offer in (pair.outbound, pair.back)]  # read after the day
    for offer, request in legs:
        check_waiting(workplace, offer, request)
        if not overlap_confirmed:
            check_overlap(offer.promise, request.wish, store=store, changing=NO_ID)
    check_once(wish, today)
    given_up = tuple({kept.offer_id: kept for _, one in legs for kept in own_holds(one.id, one.wish, today)}.values())
    workday, catalog = without_holds(today, given_up).settled(), workplace.catalog(today.state)
    (_, out_request), (_, back_request) = legs
    check_still_there(pair.outbound, wish, workday, catalog=catalog)
    outbound = reservation_of(pair.outbound, out_request, workday, ())
    day, placement = _placed(workday, outbound, pair)
    supposed = workday.supposing(replace(outbound, id=SUPPOSED), day, placement.solution)
    linked = _linked(back_request)
    check_still_there(pair.back, linked.wish, supposed, catalog=catalog)
    back = reservation_of(pair.back, linked, supposed, ())
    draft = _draft(supposed, back, pair)
    return _Acceptance(pair=pair, outbound=outbound, back=back, draft=draft, given_up=given_up)


def _linked(request: Request) -> Request:
    return replace(request, wish=replace(request.wish, linked_to=SUPPOSED))


def _placed(workday: Workday, trip: Reservation, pair: OfferPair) -> tuple[DayProblem, Placement]:
    day = workday.asking(ride_of(trip))
    return day, placed(day, len(day.rides) - 1, offer_id=pair.id)


def _draft(supposed: Workday, back: Reservation, pair: OfferPair) -> Draft:
    day, placement = _placed(supposed, back, pair)
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
