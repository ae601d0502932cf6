"""Everything the dispatch logic needs to know of one service day, frozen at one version."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from dispatch.model.duty import ShiftOfDay
from dispatch.model.hold import Hold
from dispatch.model.outage import Outage
from dispatch.model.plan import Plan, Route
from dispatch.model.reservation import Reservation
from dispatch.model.road import RoadChange
from dispatch.model.rules import ServiceRules
from dispatch.model.stop_event import StopEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class DayState:
    """The service day at ``version`` (the compare-and-set number of every write).

    ``catalog_version`` is the number of the catalogue and rules it was put together from.
    ``reservations`` are the active ones (booked, executed or no-show; never the cancelled), ordered by id;
    ``waiting`` those without a time yet, which stand in no plan;
    ``shifts`` ordered by shift id; ``plan`` the current version (possibly the empty one); ``events`` everything that
    was reported, in the order of receiving (`dispatch.model.happened` says what it amounts to); ``holds`` the offers
    kept for callers who are thinking, the expired ones included: who knows the time tells them apart. ``outages`` are
    vehicles that left the road, ``roads`` changes of the roads, each by number, the lifted ones included; ``shifts``
    are as they run under the outages.
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
    outages: tuple[Outage, ...] = ()
    roads: tuple[RoadChange, ...] = ()
    waiting: tuple[Reservation, ...] = ()

    @property
    def told_of(self) -> frozenset[int]:
        """The trips that reports name, whether these count or not."""
        return frozenset(event.reservation_id for event in self.events)

    def off_the_routes(self, trips: Collection[int]) -> DayState:
        """The same day with ``trips`` on no route of the plan."""

        def less(route: Route) -> Route:
            return replace(route, visits=tuple(one for one in route.visits if one.reservation_id not in trips))

        routes = tuple(route for route in map(less, self.plan.routes) if route.visits)
        return replace(self, plan=replace(self.plan, routes=routes))
