"""The answer to a request, with the request as it was stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from dispatch.model.offer import Offer, Refusal
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
