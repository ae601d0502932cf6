"""What a caller wants: the request, before anything is promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.model.actor import Actor, Channel
from dispatch.model.party import Party
from dispatch.model.spot import Spot, SpotRef
from dispatch.model.times import ServiceDay

NO_RIDER = ""  # the rider id of a guest
NO_ID = 0  # database ids start at 1


class TimeKind(StrEnum):
    DEPART_AFTER = "depart_after"
    ARRIVE_BY = "arrive_by"


class Outcome(StrEnum):
    """What became of a request. Every request ends in one of these, also when nothing comes of it."""

    OPEN = "open"  # offers made, the caller is thinking
    BOOKED = "booked"
    REFUSED = "refused"
    ABANDONED = "abandoned"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Who rides without being registered. Personal; kept apart from the request."""

    name: str
    kana: str
    phone: str


NO_GUEST = Guest(name="", kana="", phone="")


@dataclass(frozen=True, slots=True, kw_only=True)
class WishForm:
    """A request as the edges hand it in, places still unresolved and nothing checked.

    ``origin``/``destination`` carry kind and id (or a bare point, then ``at`` counts); ``guest`` is ``NO_GUEST`` for
    a registered rider. ``overlap_confirmed`` is the operator's answer that a second trip of the same rider at
    overlapping times is meant.
    """

    service_id: str
    date: ServiceDay
    rider_id: str
    guest: Guest
    origin: SpotRef
    destination: SpotRef
    time_kind: TimeKind
    time_s: int
    party: Party
    channel: Channel
    actor: Actor
    purpose: str = ""
    call_id: str = ""
    linked_to: int = NO_ID
    overlap_confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One request as asked: from, to, *depart after* or *arrive by* ``time_s``, and the party.

    ``rider_id`` is ``NO_RIDER`` for a guest. ``linked_to`` is the reservation id of the outbound trip of a return,
    else ``NO_ID``; ``purpose`` a short code from the city's list (``medical``, ``shopping`` …) or empty.
    """

    service_id: str
    date: ServiceDay
    rider_id: str
    origin: Spot
    destination: Spot
    time_kind: TimeKind
    time_s: int
    party: Party
    channel: Channel
    actor: Actor
    purpose: str = ""
    call_id: str = ""
    linked_to: int = NO_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A stored wish with its number, the moment it was made and what became of it."""

    id: int
    wish: Wish
    asked_at: datetime
    outcome: Outcome
    outcome_code: str = ""
