"""What has happened is fixed: which visits have begun by a given second, and what that means for the solver.

Of a vehicle that reports, it is what it reports (`dispatch.solver_bridge.reported`). Until it does, the plan in force
is taken as what it does. A visit has begun when the vehicle must have left for it; so has every visit of a trip
recorded as executed, and all before it. These visits keep their place and their time. A vehicle that stands idle after
its last one can only leave from now on, and one whose break is over, too: for the search, that break lasts until now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dispatch.model.day_state import DayState
from dispatch.model.duty import BreakRule, ShiftOfDay
from dispatch.model.happened import Happened, happened
from dispatch.model.plan import BreakSlot, Route, Task, Visit
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.solver_bridge.reported import Moving
from dispatch.solver_bridge.ride import Ride, visit_numbers
from dispatch.solver_bridge.timeline import timeline
from dispatch.solver_bridge.travel import SpotTable
from dispatch.solver_bridge.watched import StartWindow, UnderWay, VehicleUnderWay
from maps.geo import LatLon


def under_way(
    state: DayState, rides: tuple[Ride, ...], *, table: SpotTable, place: dict[LatLon, int], now_s: int, waited_s: int
) -> UnderWay:
    """What of the plan in force has begun by ``now_s``: as reported, or else as planned.

    A vehicle that reports has not gone on before ``waited_s`` from where it is.
    """
    facts = happened(state)
    routes = {route.shift_id: route for route in state.plan.routes}
    trips = {trip.id: trip for trip in state.reservations}
    watch = _Watch(trips=trips, numbers=visit_numbers(rides), table=table, place=place, now_s=now_s, waited_s=waited_s)
    return UnderWay(
        vehicles=tuple(
            watch.stopped(state, facts, shift, routes=routes)
            if shift.stopped
            else watch.reported(state, facts, shift, rides=rides).under_way(routes)
            if shift.shift_id in facts.vehicles
            else watch.followed(shift, _of_trips(routes[shift.shift_id], trips))
            if shift.shift_id in routes
            else watch.at_rest(shift)
            for shift in state.shifts
        )
    )


def _of_trips(route: Route, trips: dict[int, Reservation]) -> Route:
    """The route without visits that belong to no trip of the day; a plan that is in order has none."""
    return replace(route, visits=tuple(visit for visit in route.visits if visit.reservation_id in trips))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watch:
    """Looks at one route after the other at the same moment."""

    trips: dict[int, Reservation]
    numbers: dict[tuple[int, Task], int]
    table: SpotTable
    place: dict[LatLon, int]
    now_s: int
    waited_s: int

    def reported(self, state: DayState, facts: Happened, shift: ShiftOfDay, *, rides: tuple[Ride, ...]) -> Moving:
        """A vehicle that has said where it is does what it says."""
        now_s = max(self.now_s, self.waited_s)
        return Moving(
            shift=shift,
            line=timeline(state, facts, shift, drive=self.drive_s, now_s=now_s),
            facts=facts,
            rides=rides,
            place=self.place,
            now_s=now_s,
            idle_max_s=state.rules.promise.idle_aboard_min * 60,
        )

    def stopped(
        self, state: DayState, facts: Happened, shift: ShiftOfDay, *, routes: dict[str, Route]
    ) -> VehicleUnderWay:
        """A vehicle that left the road: what it did is fixed, at any moment one looks; then it stands."""
        if shift.shift_id in facts.vehicles:
            return self.reported(state, facts, shift, rides=()).at_the_end(routes)
        done = routes[shift.shift_id].visits if shift.shift_id in routes else ()
        fixed = [visit for visit in done if self._known(visit)]
        over_s = max([shift.start_s, *(visit.start_s + visit.service_s for visit in fixed)])
        end = self.place[shift.end_spot.at]
        home_s = [over_s + int(self.table.travel_s[self._place_of(visit), end]) for visit in fixed[-1:]]
        return VehicleUnderWay(
            visits=tuple(self.numbers[visit.reservation_id, visit.task] for visit in fixed),
            starts_s=tuple(visit.start_s for visit in fixed),
            stands_until_s=over_s,
            shift_earliest_s=shift.start_s,
            breaks=(),
            shift_latest_s=max([shift.end_s, *home_s]),
        )

    def drive_s(self, origin: LatLon, destination: LatLon) -> int:
        return int(self.table.travel_s[self.place[origin], self.place[destination]])

    def at_rest(self, shift: ShiftOfDay) -> VehicleUnderWay:
        """A vehicle without a route waits at its start place."""
        return VehicleUnderWay(
            visits=(),
            starts_s=(),
            stands_until_s=shift.start_s,
            shift_earliest_s=self._leaves_from(shift, taken_s=()),
            breaks=tuple(self._open_window(rule) for rule in shift.breaks),
            shift_latest_s=shift.end_s,
        )

    def followed(self, shift: ShiftOfDay, route: Route) -> VehicleUnderWay:
        """A vehicle with a route does what the route says, visits of trips left out of the problem included."""
        begun = route.visits[: self._begun(shift, route)]
        fixed = [visit for visit in begun if self._known(visit)]
        taken_s = tuple(slot.start_s for slot in route.breaks if slot.start_s <= self.now_s)
        stands_until_s, rests_until_s = self._idle_until_s(shift, begun, taken_s=taken_s)
        return VehicleUnderWay(
            visits=tuple(self.numbers[visit.reservation_id, visit.task] for visit in fixed),
            starts_s=tuple(visit.start_s for visit in fixed),
            stands_until_s=stands_until_s,
            shift_earliest_s=shift.start_s if fixed else self._leaves_from(shift, taken_s=taken_s),
            breaks=tuple(
                _taken(rule, start_s=taken_s[i], until_s=rests_until_s if i + 1 == len(taken_s) else taken_s[i])
                if i < len(taken_s)
                else self._open_window(rule)
                for i, rule in enumerate(shift.breaks)
            ),
            shift_latest_s=shift.end_s,
        )

    def _idle_until_s(
        self, shift: ShiftOfDay, begun: tuple[Visit, ...], *, taken_s: tuple[int, ...]
    ) -> tuple[int, int]:
        """Until when the vehicle stands at its last visit, and until when it stays where its last break was taken.

        Until now; but not so long that it cannot take the breaks that are left, and be home when the shift ends, if
        nothing more is asked of it. A vehicle on its way to a visit that has just been called off stands nowhere.
        """
        if not begun:
            return shift.start_s, self.now_s
        last = begun[-1]
        if not self._known(last):
            return shift.start_s, shift.start_s
        rested = [start_s for start_s in taken_s if start_s >= last.start_s + last.service_s]
        idle_until_s = min(self.now_s, self._leaves_by_s(shift, last, left=shift.breaks[len(taken_s) :]))
        return min([idle_until_s, *rested]), idle_until_s if rested else shift.start_s

    def _leaves_by_s(self, shift: ShiftOfDay, last: Visit, *, left: tuple[BreakRule, ...]) -> int:
        """When a vehicle must leave a visit to take its breaks on the way and be home in time."""
        home_s = int(self.table.travel_s[self._place_of(last), self.place[shift.end_spot.at]])
        by_s = shift.end_s
        for rule in reversed(left):
            by_s = min(rule.latest_s, by_s - rule.duration_s)
        return min(by_s, shift.end_s - home_s - sum(rule.duration_s for rule in left))

    def _open_window(self, rule: BreakRule) -> StartWindow:
        """From now on; a break that nobody has planned was taken at the end of its window."""
        if self.now_s > rule.latest_s:
            return _taken(rule, start_s=rule.latest_s, until_s=self.now_s)
        return StartWindow(
            earliest_s=max(rule.earliest_s, self.now_s),
            latest_s=rule.latest_s,
            lasts_s=rule.duration_s,
            owed_s=rule.duration_s,
        )

    def _leaves_from(self, shift: ShiftOfDay, *, taken_s: tuple[int, ...]) -> int:
        """A vehicle still at its start place leaves from now on, its breaks so far taken there."""
        passed_s = [rule.latest_s for rule in shift.breaks[len(taken_s) :] if rule.latest_s < self.now_s]
        return max(shift.start_s, min([self.now_s, *taken_s, *passed_s]))

    def _begun(self, shift: ShiftOfDay, route: Route) -> int:
        """How many leading visits are fixed. With somebody aboard, the next one is too: nobody stands and waits.

        A visit that is still to be made is left for by nobody, however slow the roads have become since it was planned.
        """
        at, free_s, aboard, fixed = self.place[shift.start_spot.at], route.depart_s, 0, 0
        executed = max((i for i, visit in enumerate(route.visits) if self._executed(visit)), default=-1)
        for i, visit in enumerate(route.visits):
            there = self._place_of(visit)
            free, drive_s = free_s <= self.now_s, int(self.table.travel_s[at, there])
            on_leg = [slot for slot in route.breaks if free_s <= slot.start_s < visit.start_s]
            gone = free and (aboard > 0 or self._has_left(visit, drive_s=drive_s, breaks=on_leg))
            if not (gone or i <= executed):
                break
            aboard += 1 if visit.task is Task.BOARD else -1
            at, free_s, fixed = there, visit.start_s + visit.service_s, i + 1
        return fixed

    def _has_left(self, visit: Visit, *, drive_s: int, breaks: list[BreakSlot]) -> bool:
        """Whether the vehicle must have left for a visit: a second later the drive would not fit around the breaks."""
        soon_s = self.now_s + 1
        rest_s = sum(max(0, slot.start_s + slot.duration_s - max(slot.start_s, soon_s)) for slot in breaks)
        return visit.start_s - soon_s - rest_s < drive_s

    def _known(self, visit: Visit) -> bool:
        return (visit.reservation_id, visit.task) in self.numbers

    def _executed(self, visit: Visit) -> bool:
        return self.trips[visit.reservation_id].state is ReservationState.EXECUTED

    def _place_of(self, visit: Visit) -> int:
        trip = self.trips[visit.reservation_id]
        return self.place[(trip.origin if visit.task is Task.BOARD else trip.destination).at]


def _taken(rule: BreakRule, *, start_s: int, until_s: int) -> StartWindow:
    """A break that is taken or over; the vehicle stays where it was until ``until_s``."""
    return StartWindow(
        earliest_s=start_s,
        latest_s=start_s,
        lasts_s=max(rule.duration_s, until_s - start_s),
        owed_s=rule.duration_s,
    )
