"""Everything the dispatch logic needs to know of one service day, frozen at one version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dispatch.model.hold import Hold
from dispatch.model.plan import Plan
from dispatch.model.reservation import Reservation
from dispatch.model.rules import ServiceRules
from dispatch.model.spot import Spot
from dispatch.model.stop_event import StopEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakRule:
    """A break of ``duration_s`` that starts inside ``[earliest_s, latest_s]``."""

    earliest_s: int
    latest_s: int
    duration_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftOfDay:
    """One vehicle on the road on this day: seats by layout (in the order of ``SEAT_KINDS``), hours, places, breaks."""

    shift_id: str
    vehicle_id: str
    layouts: tuple[tuple[int, ...], ...]
    start_s: int
    end_s: int
    start_spot: Spot
    end_spot: Spot
    breaks: tuple[BreakRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayState:
    """The service day at ``version`` (the compare-and-set number of every write).

    ``catalog_version`` is the number of the catalogue and rules it was put together from.
    ``reservations`` are the active ones (booked, executed or no-show; never the cancelled), ordered by id;
    ``shifts`` ordered by shift id; ``plan`` the current version (possibly the empty one); ``events`` everything that
    was reported, in the order of receiving (`dispatch.model.happened` says what it amounts to); ``holds`` the offers
    kept for callers who are thinking, the expired ones included: who knows the time tells them apart.
    """

    service_id: str
    date: date
    version: int
    catalog_version: int
    rules: ServiceRules
    shifts: tuple[ShiftOfDay, ...]
    reservations: tuple[Reservation, ...]
    plan: Plan
    events: tuple[StopEvent, ...] = ()
    holds: tuple[Hold, ...] = ()
