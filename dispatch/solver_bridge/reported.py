"""A vehicle that has reported, in numbers: planning starts from where it is.

* Trips that are over leave the problem; their visits stand before the route that is found (`watched.Behind`).
* Who is aboard boards again, in the numbers, where the vehicle stands, in no time, at the moment it can leave; their
  promised arrival holds, and nobody is kept aboard longer than the longest ride, unless the present order does so.
* The vehicle goes on to the visit it stands at or drives to; what follows is free.
* Rules that the delay has already broken (the end of the shift, the last moment for a break) are moved to what driving
  on in the order of the plan leads to. Promises are not moved: see `dispatch.solver_bridge.lateness`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dispatch.model.duty import ShiftOfDay
from dispatch.model.happened import Happened
from dispatch.model.plan import BreakSlot, Route, Task
from dispatch.solver_bridge.ride import Ride
from dispatch.solver_bridge.timeline import Timeline
from dispatch.solver_bridge.watched import Behind, PinnedRide, StartWindow, VehicleUnderWay
from maps.geo import LatLon


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """A vehicle on the ``line`` of what it has reported and has still to do; looked at at ``now_s``."""

    shift: ShiftOfDay
    line: Timeline
    facts: Happened
    rides: tuple[Ride, ...]
    place: dict[LatLon, int]
    now_s: int
    idle_max_s: int

    def under_way(self, routes: dict[str, Route]) -> VehicleUnderWay:
        """The vehicle in the problem of its day; ``routes`` are those of the plan in force, by shift."""
        ready_s, committed, line = self.ready_s(), self.committed(), self.line
        departs_s = [routes[self.shift.shift_id].depart_s] if self.shift.shift_id in routes else []
        return VehicleUnderWay(
            visits=(*self.aboard, *committed),
            starts_s=(*(ready_s for _ in self.aboard), *self.arrived_start_s(committed)),
            stands_until_s=ready_s,
            shift_earliest_s=ready_s,
            breaks=self.breaks(ready_s),
            shift_latest_s=max(self.shift.end_s, line.home_s),
            start_at=(line.at,),
            aboard=tuple(self.pinned(one, ready_s=ready_s) for one in self.aboard),
            kerb_s=self.kerb_s(committed),
            behind=Behind(
                visits=line.past,
                breaks=self.rested(routes[self.shift.shift_id]) if self.shift.shift_id in routes else (),
                depart_s=min([ready_s, *departs_s, *(visit.start_s for visit in line.past[:1])]),
                leading=len(self.aboard),
                reported=True,
                places=tuple(self.place[at] for at in (self.shift.start_spot.at, *line.past_at)),
            ),
        )

    def at_the_end(self, routes: dict[str, Route]) -> VehicleUnderWay:
        """A vehicle that has left the road: it stands where its route ends, with nobody aboard and nothing to do."""
        line, end = self.line, self.shift.end_spot.at
        departs_s = [routes[self.shift.shift_id].depart_s] if self.shift.shift_id in routes else []
        stands_s = max(line.free_s, self.shift.start_s)
        return VehicleUnderWay(
            visits=(),
            starts_s=(),
            stands_until_s=stands_s,
            shift_earliest_s=stands_s,
            breaks=(),
            shift_latest_s=max(self.shift.end_s, stands_s),
            start_at=(end,),
            behind=Behind(
                visits=line.past,
                depart_s=min([stands_s, *departs_s, *(visit.start_s for visit in line.past[:1])]),
                reported=True,
                places=tuple(self.place[at] for at in (self.shift.start_spot.at, *line.past_at)),
            ),
        )

    def rested(self, route: Route) -> tuple[BreakSlot, ...]:
        """The breaks that are over or have begun, behind those visits done that ``route`` has before them.

        Whoever did not come leaves the route, so their places in it may change.
        """
        done = [(visit.reservation_id, visit.task) for visit in self.line.past]
        slots: list[BreakSlot] = []
        for slot in self.line.rested:
            before = {(visit.reservation_id, visit.task) for visit in route.visits[: slot.after_visit]}
            last = max((index for index, visit in enumerate(done) if visit in before), default=-1)
            slots.append(replace(slot, after_visit=last + 1))
        return tuple(slots)

    @property
    def aboard(self) -> tuple[int, ...]:
        """The requests under way, in the order of boarding; who boards is visit and request in one."""
        number = {ride.reservation_id: r for r, ride in enumerate(self.rides)}
        return tuple(number[one] for one in self.line.aboard if one in number)

    def ready_s(self) -> int:
        """From when the vehicle can leave where it stands, so that it is at its next visit when it is expected there.

        With somebody aboard it stays where it is rather than wait at the next door for longer than the rules allow.
        """
        line = self.line
        free_s = max(line.free_s, line.rest_s)
        if not line.goes_on:
            return max(free_s, self.now_s)
        if line.stands:
            return line.arrival_s
        waits_s = line.opens_s - line.arrival_s - self.idle_max_s if self.aboard else 0
        return max(free_s, line.arrival_s - line.drive_s) + max(0, waits_s)

    def committed(self) -> tuple[int, ...]:
        """The visit that the vehicle stands at or drives to, if any: at most one."""
        if not self.line.goes_on:
            return ()
        first = self.line.ahead[0].visit
        numbers = [r for r, ride in enumerate(self.rides) if ride.reservation_id == first.reservation_id]
        return tuple(r if first.task is Task.BOARD else len(self.rides) + r for r in numbers)

    def arrived_start_s(self, committed: tuple[int, ...]) -> tuple[int, ...]:
        """When a visit begins at which the vehicle stands: that is a fact. Of one it drives to, nothing is fixed."""
        return (self.line.ahead[0].start_s,) if committed and self.line.stands else ()

    def kerb_s(self, committed: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
        """Seconds at the kerb that differ from those booked: none for who is aboard, until now where it stands."""
        kerb = [(one, 0) for one in self.aboard]
        if committed and self.line.stands:
            first = self.line.ahead[0]
            kerb.append((committed[0], max(first.visit.service_s, self.now_s - first.start_s)))
        return tuple(kerb)

    def pinned(self, request: int, *, ready_s: int) -> PinnedRide:
        """A ride under way: how long it may still last."""
        ride = self.rides[request]
        boarded_s = self.facts.trip(ride.reservation_id).boarded_s
        by_rule_s = boarded_s + ride.promise.ride_max_s
        by_order_s = self.line.expected_s(ride.reservation_id, Task.ALIGHT)
        return PinnedRide(request=request, ride_max_s=max(0, by_rule_s - ready_s, by_order_s - ready_s))

    def breaks(self, ready_s: int) -> tuple[StartWindow, ...]:
        """Breaks that are over take no more time; the others may be as late as the delay makes them."""
        windows: list[StartWindow] = []
        expected = iter(self.line.breaks_s)
        for index, rule in enumerate(self.shift.breaks):
            if index < len(self.line.rested):
                windows.append(StartWindow(earliest_s=ready_s, latest_s=ready_s, lasts_s=0, owed_s=0))
                continue
            earliest_s = max(rule.earliest_s, ready_s)
            latest_s = max(rule.latest_s, earliest_s, next(expected, 0))
            lasts_s = rule.duration_s
            windows.append(StartWindow(earliest_s=earliest_s, latest_s=latest_s, lasts_s=lasts_s, owed_s=lasts_s))
        return tuple(windows)
