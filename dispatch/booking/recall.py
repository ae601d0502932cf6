"""What an earlier attempt of the same call has done already, found again instead of being done twice.

A keyed call whose process was killed after the commit and before the answer names what it wrote
(`dispatch.model.errand.Claim.made`). Whatever is not listed here may simply be done again: abandoning, expiring and
asking about a second trip change nothing the second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dispatch.booking.overlap import OVERLAP
from dispatch.booking.proposal import BookedPair, Offered, PairOffered, PairProposal, PairRefused, Proposal, Refused
from dispatch.model.offer import Leg, Offer, OfferPair
from dispatch.model.reservation import Reservation
from dispatch.model.wish import Outcome, Request
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.protocol import Store


def answered_before(workplace: Workplace) -> Iterator[Proposal]:
    """The answer of an earlier attempt to this request, if it stored one."""
    store = workplace.store
    for request_id in workplace.claim.ids("request"):
        request = store.request(int(request_id))
        if _is_question(request):
            continue
        for refusal in store.refusal(request.id):
            yield Refused(request=request, refusal=refusal)
        offers = store.offers(request.id)
        if offers:
            yield Offered(request=request, offers=offers)


def pair_answered_before(workplace: Workplace) -> Iterator[PairProposal]:
    """The answer of an earlier attempt to a request for both ways, if it stored one."""
    store = workplace.store
    requests = [store.request(int(request_id)) for request_id in workplace.claim.ids("request")]
    asked = [request for request in requests if not _is_question(request)]
    if len(asked) < len(Leg):
        return
    outbound, back = asked[-2:]
    for leg, request in ((Leg.OUTBOUND, outbound), (Leg.BACK, back)):
        for refusal in store.refusal(request.id):
            yield PairRefused(outbound=outbound, back=back, leg=leg, refusal=refusal)
    pairs = pairs_of(store, store.offers(back.id))
    if pairs:
        yield PairOffered(outbound=outbound, back=back, pairs=pairs)


def pairs_of(store: Store, backs: Iterable[Offer]) -> tuple[OfferPair, ...]:
    """The pairs to which these ways back belong."""
    return tuple(OfferPair(outbound=store.offer(back.outbound_offer), back=back) for back in backs)


def _is_question(request: Request) -> bool:
    """Whether the attempt had only asked about a second trip, which it does again in the same words."""
    return (request.outcome, request.outcome_code) == (Outcome.ABANDONED, OVERLAP)


def written_before(workplace: Workplace) -> Iterator[Reservation]:
    """The reservation that an earlier attempt of this call booked, changed or cancelled, if it came to that."""
    for reservation_id in workplace.claim.ids("reservation"):
        yield workplace.store.reservation(int(reservation_id))


def pair_written_before(workplace: Workplace) -> Iterator[BookedPair]:
    """The pair that an earlier attempt of this call booked, if it came to that."""
    made = [workplace.store.reservation(int(number)) for number in workplace.claim.ids("reservation")]
    if made:
        outbound, back = made
        yield BookedPair(outbound=outbound, back=back)
