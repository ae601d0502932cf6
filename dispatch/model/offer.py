"""The answer to a request: offers, ranked, or a refusal that explains itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.model.promise import Promise
from dispatch.model.wish import NO_ID


class Rule(StrEnum):
    """Why a vehicle cannot take a trip, in the words of the service (keys of the wording catalogue)."""

    PICKUP_WINDOW = "pickup_window"
    ARRIVAL = "arrival"
    RIDE_TIME = "ride_time"
    SEATS = "seats"
    WHEELCHAIR_PLACES = "wheelchair_places"
    SHIFT = "shift"
    BREAK = "break"
    IDLE_ABOARD = "idle_aboard"
    OTHER_PROMISES = "other_promises"
    NOT_SUITABLE = "not_suitable"
    LOCKED = "locked"


class ReliefKind(StrEnum):
    """What would help: the cheapest change of the wish that would admit the trip."""

    NONE = "none"
    EARLIER = "earlier"  # ask for ``amount_s`` seconds earlier
    LATER = "later"  # ask for ``amount_s`` seconds later
    LONGER_RIDE = "longer_ride"  # accept ``amount_s`` seconds more aboard
    FEWER_SEATS = "fewer_seats"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    kind: ReliefKind
    amount_s: int = 0
    seats: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleRefusal:
    """The rule that blocks one vehicle and what would admit the trip there."""

    vehicle_id: str
    rule: Rule
    relief: Relief


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A typed "no". ``code`` is a code of the error table when the service's own rules say no before any vehicle is
    asked (cut-off, hours, area …), and ``no_vehicle`` when every vehicle is blocked; then ``vehicles`` says by what.
    """

    request_id: int
    code: str
    values: tuple[tuple[str, str], ...] = ()  # named values of the sentence in the catalogue
    vehicles: tuple[VehicleRefusal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A promise we could make now. It reserves nothing and expires at ``expires_at``.

    ``pickup_s`` and ``arrival_s`` are the scheduled times in the plan it was computed on (service-day seconds);
    ``ride_s`` is the scheduled time aboard; ``added_m`` and ``others_delay_s`` its cost to everybody else;
    ``shifted`` are the reservations whose scheduled times would change, inside their promises.
    ``change_of`` is the reservation it would replace, ``NO_ID`` for a new one; ``replaces`` what that stood by when the
    offer was made (`Reservation.stands_by`), empty for a new one.
    One leg of a pair names the request of the other leg (``paired_request``); the way back also names the offer of the
    way out that it goes with (``outbound_offer``), and is the number of the pair. Such legs are accepted together only.
    """

    id: int
    request_id: int
    rank: int
    promise: Promise
    vehicle_id: str
    shift_id: str
    pickup_s: int
    arrival_s: int
    ride_s: int
    direct_s: int
    fare_yen: int
    vouchers: int
    added_m: int
    others_delay_s: int
    expires_at: datetime
    day_version: int
    change_of: int = NO_ID
    replaces: tuple[int, ...] = ()
    shifted: tuple[int, ...] = ()
    paired_request: int = NO_ID
    outbound_offer: int = NO_ID


class Leg(StrEnum):
    OUTBOUND = "outbound"
    BACK = "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPair:
    """Outbound and return offered together: both can be kept in one plan, and they are accepted as one."""

    outbound: Offer
    back: Offer

    @property
    def id(self) -> int:
        """The number by which the pair is accepted: that of its way back."""
        return self.back.id
