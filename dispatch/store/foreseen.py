"""What a piece of work is about to read, said beforehand: a store on a server then answers it in one journey."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeAlias

from dispatch.model.catalog import Place, Rider, RiderPlace
from dispatch.model.wish import NO_ID, NO_RIDER, Outcome

SeenNoun: TypeAlias = type[Place] | type[Rider] | type[RiderPlace]


class AskedFor(NamedTuple):
    """Requests of the rider that came to an outcome, as `Store.requests_of_rider` finds them."""

    outcome: Outcome
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """Reads about a day of a service; what is not named is not foreseen.

    ``rows`` of the catalogue, by noun and id; ``balance`` says whether the rider's vouchers will be counted, and
    ``asked_for`` what of the rider's requests will be looked for, if anything.
    """

    service_id: str
    date: date
    rider_id: str = NO_RIDER
    rows: tuple[tuple[SeenNoun, str], ...] = ()
    balance: bool = False
    asked_for: tuple[AskedFor, ...] = ()
    offer_id: int = NO_ID
    request_id: int = NO_ID
    reservation_id: int = NO_ID
