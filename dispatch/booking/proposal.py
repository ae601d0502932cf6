"""The answer to a request, with the request as it was stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from dispatch.model.offer import Leg, Offer, OfferPair, Refusal
from dispatch.model.reservation import Reservation
from dispatch.model.wish import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """``offers``, best first, at least one; ``request`` is open until one is accepted or all have expired."""

    request: Request
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The service says no, and why. ``request`` is stored with outcome ``refused``."""

    request: Request
    refusal: Refusal


Proposal: TypeAlias = Offered | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class PairOffered:
    """``pairs``, best first, at least one; both requests are open until one pair is accepted or all have expired."""

    outbound: Request
    back: Request
    pairs: tuple[OfferPair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRefused:
    """No pair, because ``leg`` cannot be had: its request is stored as refused, with ``refusal``.

    Without a way out, the way back counts as refused, too. Without a way back, the way out counts as abandoned: it
    could be had, and whoever still wants it asks for it alone.
    """

    outbound: Request
    back: Request
    leg: Leg
    refusal: Refusal

    @property
    def request(self) -> Request:
        """The request that was refused."""
        return self.outbound if self.leg is Leg.OUTBOUND else self.back


PairProposal: TypeAlias = PairOffered | PairRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedPair:
    """Both reservations of a pair that was accepted; ``back`` is linked to ``outbound``."""

    outbound: Reservation
    back: Reservation
