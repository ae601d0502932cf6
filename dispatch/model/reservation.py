"""An accepted offer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from dispatch.model.party import Party
from dispatch.model.plan import Task
from dispatch.model.promise import Breach, Consent, Promise, PromiseState
from dispatch.model.spot import Spot
from dispatch.model.times import ServiceDay
from dispatch.model.wish import NO_ID

NOT_MET = -1
"""The second at which nobody has been fetched."""


class ReservationState(StrEnum):
    WAITING = "waiting"  # for a call: no time yet, in no plan
    BOOKED = "booked"
    CANCELLED = "cancelled"
    EXECUTED = "executed"
    NO_SHOW = "no_show"


class Side(StrEnum):
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOrder:
    """A dispatcher's word on one route: visit ``task`` of the trip that keeps it stands before or after another's."""

    task: Task
    side: Side
    other_id: int
    other_task: Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What is booked, without a name. ``origin``/``destination`` are the planned places; ``wished_*`` what was asked.

    ``boarding_s`` and ``alighting_s`` were fixed at booking by the rules of that day; so were ``fare_yen`` and
    ``vouchers`` (number of free-ride vouchers used). ``vehicle_lock`` is a shift id or empty; ``keeps`` is the order
    with other trips that planning leaves as it is while they share a vehicle. ``breaches`` and
    ``consents`` are in the order in which they were declared and given. ``met_s`` is when the party was first fetched,
    service-day second, if it then had to leave a vehicle on the way; ``origin`` is where it was left.
    """

    id: int
    service_id: str
    date: ServiceDay
    request_id: int
    rider_id: str
    party: Party
    origin: Spot
    destination: Spot
    wished_origin: Spot
    wished_destination: Spot
    promise: Promise
    promise_state: PromiseState
    state: ReservationState
    boarding_s: int
    alighting_s: int
    fare_yen: int
    vouchers: int
    purpose: str = ""
    linked_to: int = NO_ID
    series_id: int = NO_ID
    vehicle_lock: str = ""
    breaches: tuple[Breach, ...] = ()
    consents: tuple[Consent, ...] = ()
    met_s: int = NOT_MET
    keeps: tuple[KeptOrder, ...] = ()

    @property
    def stands_by(self) -> tuple[int, int]:
        """The request it stands by and how many consents were given: another one with every change of the promise."""
        return self.request_id, len(self.consents)

    @property
    def over(self) -> bool:
        """Whether the party has been driven, or was waited for in vain."""
        return self.state in (ReservationState.EXECUTED, ReservationState.NO_SHOW)

    @property
    def limits(self) -> Promise:
        """What plans are held to: the promise, or the least lateness that its last breach allows.

        Of a party that was fetched once and is taken over by another vehicle, only the arrival is left to keep.
        """
        limits = self.promise
        for last in self.breaches[-1:]:
            limits = replace(
                limits,
                pickup_latest_s=last.pickup_latest_s,
                arrival_latest_s=last.arrival_latest_s,
                ride_max_s=last.ride_max_s,
            )
        return limits if self.met_s == NOT_MET else replace(limits, pickup_latest_s=limits.arrival_latest_s)
