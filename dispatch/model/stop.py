"""A stop: one halt of a vehicle with one or more visits, as a driver sees it.

A plan stores visits; consecutive visits at one spot are one halt. What the projections share about that is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dispatch.model.day_state import DayState
from dispatch.model.plan import Route, Visit
from dispatch.model.spot import Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """At least one visit, all at ``spot_key``. ``first_visit`` is the index of the first of them in its route."""

    spot_key: str
    first_visit: int
    visits: tuple[Visit, ...]

    @property
    def start_s(self) -> int:
        """When the first party boards or alights."""
        return self.visits[0].start_s

    @property
    def leave_s(self) -> int:
        """When the last party has boarded or alighted."""
        return max(visit.start_s + visit.service_s for visit in self.visits)


def stops_of(route: Route) -> tuple[Stop, ...]:
    """The halts of a route in order. A break between two visits at one spot makes two halts of them."""
    broken_before = {slot.after_visit for slot in route.breaks}
    stops: list[Stop] = []
    for index, visit in enumerate(route.visits):
        last = stops[-1] if stops else None
        if last is not None and last.spot_key == visit.spot_key and index not in broken_before:
            visits = (*last.visits, visit)
            stops[-1] = Stop(spot_key=last.spot_key, first_visit=last.first_visit, visits=visits)
        else:
            stops.append(Stop(spot_key=visit.spot_key, first_visit=index, visits=(visit,)))
    return tuple(stops)


def spots_of(state: DayState) -> Mapping[str, Spot]:
    """Every spot that the plan of the day can mention, by its key: ends of trips and of shifts."""
    trip_ends = [spot for trip in state.reservations for spot in (trip.origin, trip.destination)]
    shift_ends = [spot for shift in state.shifts for spot in (shift.start_spot, shift.end_spot)]
    return MappingProxyType({spot.key: spot for spot in (*shift_ends, *trip_ends)})
