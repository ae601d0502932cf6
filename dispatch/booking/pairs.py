"""Outbound and return asked for together: paired offers, or why there is none. Both demands are stored.

Two demands are two requests (decision 0025), written in one transaction; their offers name each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dispatch.booking.inquiry import Inquiry, NoneFound
from dispatch.booking.intake import wish_of
from dispatch.booking.objections import Objection, barred, objections
from dispatch.booking.overlap import overlapping, question
from dispatch.booking.pair_search import FoundPair, NoBack, search_pairs
from dispatch.booking.proposal import PairOffered, PairProposal, PairRefused
from dispatch.booking.propose import balance_of, inquiry_on, no_vehicle, offer_made, trip_on
from dispatch.booking.recall import pair_answered_before
from dispatch.booking.record import Reason, Record
from dispatch.model.errors import InvalidInput
from dispatch.model.offer import Leg, Offer, OfferPair, Refusal
from dispatch.model.promise import Promise
from dispatch.model.rules_math import Fare, fare
from dispatch.model.wish import NO_GUEST, NO_ID, Outcome, PairForm, Wish
from dispatch.solver_bridge.retry import on_the_day_as_it_is
from dispatch.solver_bridge.versions import SUPPOSED
from dispatch.solver_bridge.workplace import Workday, Workplace
from dispatch.store.protocol import UnitOfWork

OUTBOUND_REFUSED = "outbound_refused"
"""Why a way back is refused whose way out is."""

BACK_REFUSED = "back_refused"
"""Why a way out is abandoned that could be had, but not with its way back."""


def propose_pair(workplace: Workplace, form: PairForm) -> PairProposal:
    """Answer a request for both ways.

    Raises
    ------
    NotFound, InvalidInput, Conflict
        As `dispatch.booking.propose.propose`; ``link_invalid`` when the way out is itself the return of another trip.
    """
    for proposal in pair_answered_before(workplace):
        return proposal
    return on_the_day_as_it_is(workplace, lambda: _answer(workplace, form))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Both wishes before the day; ``record`` is that of the way out."""

    workplace: Workplace
    workday: Workday
    record: Record
    back: Wish

    @property
    def outbound(self) -> Wish:
        return self.record.wish


def _answer(workplace: Workplace, form: PairForm) -> PairProposal:
    asked = _asked(workplace, form)
    wish, workday, rules = asked.outbound, asked.workday, asked.workday.state.rules
    for one, leg in ((wish, Leg.OUTBOUND), (asked.back, Leg.BACK)):
        for objection in barred(one, catalog=workplace.store, rules=rules):
            nameless = replace(asked, record=replace(asked.record, guest=NO_GUEST))
            return _refused(nameless, leg, Reason.of(objection))
    trip, service = trip_on(wish, workday, changing=NO_ID), workplace.store.service(wish.service_id)
    for objection in objections(trip, workday.state, service=service, now=workday.now):
        return _refused(asked, Leg.OUTBOUND, Reason.of(objection))
    inquiry = inquiry_on(trip, workday)
    _check_overlap(asked, inquiry.around[0].promise)
    found = search_pairs(inquiry, asked.back, service=service)
    match found:
        case tuple():
            return _offered(asked, pairs_made(workplace, inquiry, found))
        case NoneFound():
            return _refused(asked, Leg.OUTBOUND, no_vehicle(inquiry, found))
        case NoBack():
            return _refused(asked, Leg.BACK, no_vehicle(found.inquiry, found.failure))
        case Objection():
            return _refused(asked, Leg.BACK, Reason.of(found))


def _asked(workplace: Workplace, form: PairForm) -> _Asked:
    out = form.outbound
    if out.linked_to != NO_ID:
        raise InvalidInput("link_invalid", reservation_id=out.linked_to)
    workday, store = workplace.workday(out.service_id, out.date), workplace.store
    rules, version = workday.state.rules, workday.state.version
    wish = wish_of(out, catalog=store, rules=rules)
    back = replace(wish_of(form.back_form, catalog=store, rules=rules), stay_s=form.back.stay_s)
    confirmed = out.overlap_confirmed
    record = Record(workplace=workplace, wish=wish, guest=out.guest, version=version, confirmed=confirmed)
    return _Asked(workplace=workplace, workday=workday, record=record, back=back)


def _check_overlap(asked: _Asked, wanted: Promise) -> None:
    """Ask whether a second trip is meant beside another at the time of the way out."""
    if asked.record.confirmed:
        return
    for other in overlapping(wanted, asked.outbound, store=asked.workplace.store, changing=NO_ID):
        asked.record.asked()
        raise question(other)


def _refused(asked: _Asked, leg: Leg, reason: Reason) -> PairRefused:
    """Store both requests; the one of ``leg`` is refused for ``reason``."""
    record, store, now = asked.record, asked.workplace.store, asked.workplace.clock.now()
    before = record.asked_before() if record.confirmed else ()
    with store.writing() as work:
        if leg is Leg.OUTBOUND:
            out = record.stored(work, before, outcome=Outcome.REFUSED, code=reason.code)
            code = OUTBOUND_REFUSED
        else:
            out = record.stored(work, before, outcome=Outcome.ABANDONED, code=BACK_REFUSED)
            code = reason.code
        back = work.add_request(asked.back, asked_at=now, outcome=Outcome.REFUSED, code=code)
        at_leg = out if leg is Leg.OUTBOUND else back
        refusal = Refusal(request_id=at_leg.id, code=reason.code, values=reason.values, vehicles=reason.vehicles)
        work.save_refusal(refusal)
        if leg is Leg.OUTBOUND:
            work.save_refusal(Refusal(request_id=back.id, code=OUTBOUND_REFUSED))
    return PairRefused(outbound=out, back=back, leg=leg, refusal=refusal)


def _offered(asked: _Asked, pairs: Sequence[OfferPair]) -> PairOffered:
    """Store both requests, open, with their offers."""
    record, now = asked.record, asked.workplace.clock.now()
    if not record.confirmed:
        for other in overlapping(pairs[0].back.promise, asked.back, store=asked.workplace.store, changing=NO_ID):
            record.asked()
            raise question(other)
    before = record.asked_before() if record.confirmed else ()
    with asked.workplace.store.writing() as work:
        out = record.stored(work, before, outcome=Outcome.OPEN)
        back = work.add_request(asked.back, asked_at=now, outcome=Outcome.OPEN)
        if record.guest != NO_GUEST:
            work.save_guest(back.id, record.guest)
        stored = pairs_stored(work, pairs, outbound=out.id, back=back.id)
    return PairOffered(outbound=out, back=back, pairs=stored)


def pairs_stored(work: UnitOfWork, pairs: Sequence[OfferPair], *, outbound: int, back: int) -> tuple[OfferPair, ...]:
    """Store the offers of ``pairs`` for these two requests, each leg naming the other."""
    ways_out = work.add_offers([replace(one.outbound, request_id=outbound, paired_request=back) for one in pairs])
    ways_back = [
        replace(one.back, request_id=back, paired_request=outbound, outbound_offer=out.id)
        for one, out in zip(pairs, ways_out, strict=True)
    ]
    numbered = zip(ways_out, work.add_offers(ways_back), strict=True)
    return tuple(OfferPair(outbound=out, back=home) for out, home in numbered)


def pairs_made(workplace: Workplace, inquiry: Inquiry, found: Sequence[FoundPair]) -> tuple[OfferPair, ...]:
    """The pairs that were found as offers without their numbers; the way out is the first to use a voucher."""
    wish, rules = inquiry.trip.wish, inquiry.rules
    balance = balance_of(wish, workplace)
    paid = fare(rules, wish.party, voucher_balance=balance)
    then = fare(rules, wish.party, voucher_balance=balance - paid.vouchers)
    return tuple(
        OfferPair(
            outbound=offer_made(inquiry, one.outbound, rank=rank, paid=paid),
            back=_back_offer(one, rank=rank, paid=then),
        )
        for rank, one in enumerate(found, start=1)
    )


def _back_offer(pair: FoundPair, *, rank: int, paid: Fare) -> Offer:
    made = offer_made(pair.back_inquiry, pair.back, rank=rank, paid=paid)
    return replace(made, shifted=tuple(number for number in made.shifted if number != SUPPOSED))
