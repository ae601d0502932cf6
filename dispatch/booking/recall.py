"""What an earlier attempt of the same call has done already, found again instead of being done twice.

A keyed call whose process was killed after the commit and before the answer names what it wrote
(`dispatch.model.errand.Claim.made`). Whatever is not listed here may simply be done again: abandoning, expiring and
asking about a second trip change nothing the second time.
"""

from __future__ import annotations

from collections.abc import Iterator

from dispatch.booking.overlap import OVERLAP
from dispatch.booking.proposal import Offered, Proposal, Refused
from dispatch.model.reservation import Reservation
from dispatch.model.wish import Outcome, Request
from dispatch.solver_bridge.workplace import Workplace


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


def _is_question(request: Request) -> bool:
    """Whether the attempt had only asked about a second trip, which it does again in the same words."""
    return (request.outcome, request.outcome_code) == (Outcome.ABANDONED, OVERLAP)


def written_before(workplace: Workplace) -> Iterator[Reservation]:
    """The reservation that an earlier attempt of this call booked, changed or cancelled, if it came to that."""
    for reservation_id in workplace.claim.ids("reservation"):
        yield workplace.store.reservation(int(reservation_id))
