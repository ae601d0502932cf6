"""What a caller wants: the request, before anything is promised."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from dispatch.model.actor import Actor, Channel
from dispatch.model.party import Party
from dispatch.model.spot import Spot, SpotRef
from dispatch.model.times import LAST_SECOND_S, ServiceDay

NO_RIDER = ""  # the rider id of a guest
NO_ID = 0  # database ids start at 1
NO_STAY = -1  # a trip that is not asked for as "so long after arriving"


class TimeKind(StrEnum):
    DEPART_AFTER = "depart_after"
    ARRIVE_BY = "arrive_by"
    WILL_CALL = "will_call"  # when the rider calls; the time is the earliest at which that may be (decision 0014)


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
    series_id: int = NO_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class BackForm:
    """The way back of a pair, of the same people on the same day: ``stay_s`` after the outbound, or at a time.

    With a stay, ``time_kind`` and ``time_s`` do not count; else ``stay_s`` is ``NO_STAY``.
    """

    origin: SpotRef
    destination: SpotRef
    stay_s: int = NO_STAY
    time_kind: TimeKind = TimeKind.DEPART_AFTER
    time_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PairForm:
    """Outbound and return, asked for together."""

    outbound: WishForm
    back: BackForm

    @property
    def back_form(self) -> WishForm:
        """The way back as a form of its own. With a stay: as if the outbound took no time."""
        back, out = self.back, self.outbound
        stays = back.stay_s != NO_STAY
        return replace(
            out,
            origin=back.origin,
            destination=back.destination,
            time_kind=TimeKind.DEPART_AFTER if stays else back.time_kind,
            time_s=min(out.time_s + back.stay_s, LAST_SECOND_S) if stays else back.time_s,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One request as asked: from, to, *depart after* or *arrive by* ``time_s``, and the party.

    ``rider_id`` is ``NO_RIDER`` for a guest. ``linked_to`` is the reservation id of the outbound trip of a return,
    else ``NO_ID``; ``purpose`` a short code from the city's list (``medical``, ``shopping`` …) or empty.
    ``stay_s`` is how long after the latest end of the outbound a way back begins that was asked for together with it;
    its ``time_s`` is then only when that would be if the outbound took no time. ``NO_STAY`` for any other trip.
    ``series_id`` is the recurring trip of which it is one date, or ``NO_ID``.
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
    stay_s: int = NO_STAY
    series_id: int = NO_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A stored wish with its number, the moment it was made and what became of it."""

    id: int
    wish: Wish
    asked_at: datetime
    outcome: Outcome
    outcome_code: str = ""
