"""Both legs of a pair of offers, read beside the day on which they are to be kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dispatch.booking.hold import own_holds
from dispatch.booking.terms import check_waiting
from dispatch.model.errors import Conflict
from dispatch.model.hold import Hold
from dispatch.model.offer import Offer, OfferPair
from dispatch.model.wish import NO_ID, Request, Wish
from dispatch.solver_bridge.workplace import Workday, Workplace


@dataclass(frozen=True, slots=True, kw_only=True)
class Legs:
    """The offers of a pair, their requests, and the day as it is.

    ``held`` are the holds of this pair, both or none; ``others`` what else is held for the same caller.
    """

    pair: OfferPair
    outbound: Request
    back: Request
    today: Workday
    held: tuple[Hold, ...]
    others: tuple[Hold, ...]

    @property
    def both(self) -> tuple[tuple[Offer, Request], tuple[Offer, Request]]:
        return (self.pair.outbound, self.outbound), (self.pair.back, self.back)

    def back_wish(self, *, linked_to: int) -> Wish:
        """The wish for the way back once its way out stands on the day as trip ``linked_to``."""
        return replace(self.back.wish, linked_to=linked_to)


def pair_of(workplace: Workplace, offer_id: int) -> OfferPair:
    """The pair with this number. Raises NotFound ``unknown_offer``, Conflict ``not_a_pair``."""
    back = workplace.store.offer(offer_id)
    if back.outbound_offer == NO_ID:
        raise Conflict("not_a_pair", offer_id=offer_id)
    return OfferPair(outbound=workplace.store.offer(back.outbound_offer), back=back)


def legs_of(workplace: Workplace, offer_id: int) -> Legs:
    """The legs of a pair that waits for an answer.

    Raises
    ------
    NotFound, Conflict
        As `pair_of`; as `dispatch.booking.terms.check_waiting` for either leg.
    """
    store, pair = workplace.store, pair_of(workplace, offer_id)
    wish = store.request(pair.outbound.request_id).wish
    today = workplace.workday(wish.service_id, wish.date)
    outbound, back = (store.request(offer.request_id) for offer in (pair.outbound, pair.back))  # read after the day
    for offer, request in ((pair.outbound, outbound), (pair.back, back)):
        check_waiting(workplace, offer, request)
    own = {kept.offer_id: kept for one in (outbound, back) for kept in own_holds(one.id, one.wish, today)}
    return Legs(
        pair=pair,
        outbound=outbound,
        back=back,
        today=today,
        held=tuple(kept for kept in own.values() if kept.pair == pair.id),
        others=tuple(kept for kept in own.values() if kept.pair != pair.id),
    )
