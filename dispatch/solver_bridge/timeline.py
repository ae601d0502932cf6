"""Where a vehicle that reports is, and when it will be at each visit if it drives on in the order of its plan.

Estimated times, never promised or scheduled ones. The vehicle is taken to leave its last stop as planned or, when it is
late, as soon as it can; to be under way at least until now when it has not arrived; to wait for the planned start of a
boarding, but not of an alighting; and to take its breaks where the plan has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from dispatch.model.day_state import DayState
from dispatch.model.duty import ShiftOfDay
from dispatch.model.happened import NOT_YET, Happened, Stage, TripFact, VehicleFact
from dispatch.model.ledger import ready_s, stopped_s
from dispatch.model.plan import BreakSlot, Route, Task, Visit
from dispatch.model.reservation import Reservation, ReservationState
from maps.geo import LatLon, distance_matrix_m

Drive = Callable[[LatLon, LatLon], int]
"""Seconds from one known point to another."""

ABOARD = frozenset({Stage.ABOARD, Stage.AT_DROP})
OVER = frozenset({Stage.DONE, Stage.NO_SHOW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimated:
    """A visit still to come: ``start_s`` when it is expected to begin."""

    visit: Visit
    start_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """One vehicle that has reported.

    ``at`` is where it was last known to stand and ``free_s`` since when it could leave there; ``arrival_s`` when it is
    expected at ``ahead[0]`` (``free_s`` when there is none), ``drive_s`` away and not to begin before ``opens_s``.
    ``stands``: it has arrived there already; ``goes_on``: it has, or is on its way.
    ``past`` are the visits done, with the times at which they began, and ``past_at`` where; ``aboard`` holds the
    reservations under way;
    ``rested`` the first of the plan's breaks: those taken, and those begun, when they began; ``rest_s`` until when the
    last of them lasts;
    ``breaks_s`` when each of the others is expected; ``home_s`` when it is back.
    """

    at: LatLon
    free_s: int
    arrival_s: int
    drive_s: int
    opens_s: int
    stands: bool
    goes_on: bool
    past: tuple[Visit, ...]
    past_at: tuple[LatLon, ...]
    aboard: tuple[int, ...]
    ahead: tuple[Estimated, ...]
    rested: tuple[BreakSlot, ...]
    rest_s: int
    breaks_s: tuple[int, ...]
    home_s: int

    def expected_s(self, reservation_id: int, task: Task) -> int:
        """When a visit still to come is expected; ``NOT_YET`` for one that is not to come."""
        wanted = (reservation_id, task)
        return next((e.start_s for e in self.ahead if (e.visit.reservation_id, e.visit.task) == wanted), NOT_YET)


def timeline(state: DayState, facts: Happened, shift: ShiftOfDay, *, drive: Drive, now_s: int) -> Timeline:
    """The timeline of a vehicle that has reported, in the order of the plan in force."""
    nothing = Route(
        shift_id=shift.shift_id,
        vehicle_id=shift.vehicle_id,
        visits=(),
        depart_s=shift.start_s,
        arrive_s=shift.start_s,
        breaks=(),
        distance_m=0,
    )
    route = next((one for one in state.plan.routes if one.shift_id == shift.shift_id), nothing)
    return _Driver(
        trips={trip.id: trip for trip in state.reservations},
        facts=facts,
        shift=shift,
        route=route,
        drive=drive,
        now_s=now_s,
    ).timeline()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Driver:
    """Follows one route from what is known of it."""

    trips: Mapping[int, Reservation]
    facts: Happened
    shift: ShiftOfDay
    route: Route
    drive: Drive
    now_s: int

    @property
    def vehicle(self) -> VehicleFact:
        return self.facts.vehicles[self.shift.shift_id]

    def timeline(self) -> Timeline:
        (at, free_s), past = self._where(), self._past()
        ahead = self._ahead()
        rested, rest_s = self._rested(ahead)
        stands = bool(ahead) and self._halted_s(ahead[0]) != NOT_YET
        drive_s = self.drive(at, self._point(ahead[0])) if ahead else 0
        opens_s = self._opens_s(ahead[0]) if ahead else 0
        reached_s = self._reached_s(ahead[0], at=at, free_s=max(free_s, rest_s), drive_s=drive_s) if ahead else free_s
        goes_on = bool(ahead) and (stands or self._under_way(ahead[0], reached_s, drive_s))
        arrival_s = max(reached_s, self.now_s) if goes_on and not stands else reached_s
        estimated, breaks_s, home_s = self._driven(
            ahead, at=at, from_s=max(free_s, rest_s), arrival_s=arrival_s, rested=len(rested)
        )
        return Timeline(
            at=at,
            free_s=free_s,
            arrival_s=arrival_s,
            drive_s=drive_s,
            opens_s=opens_s,
            stands=stands,
            goes_on=goes_on,
            past=past,
            past_at=tuple(map(self._point, past)),
            aboard=self.vehicle.aboard,
            ahead=estimated,
            rested=rested,
            rest_s=rest_s,
            breaks_s=breaks_s,
            home_s=home_s,
        )

    def _driven(
        self, ahead: list[Visit], *, at: LatLon, from_s: int, arrival_s: int, rested: int
    ) -> tuple[tuple[Estimated, ...], tuple[int, ...], int]:
        """The visits to come with their times, the breaks to come, and when the vehicle is home."""
        slots = list(self.route.breaks[rested:])
        estimated: list[Estimated] = []
        breaks_s: list[int] = []
        place, time_s = at, from_s
        for visit in ahead:
            there, stands = self._point(visit), not estimated and self._halted_s(visit) != NOT_YET
            drive_s = self.drive(place, there)
            reached_s = time_s + drive_s if estimated else arrival_s
            for slot in self._before(visit, slots):
                breaks_s.append(max(slot.start_s, time_s))
                reached_s = max(reached_s, breaks_s[-1] + slot.duration_s + drive_s)
            waits_until_s = self._opens_s(visit) if stands else visit.start_s
            start_s = max(reached_s, waits_until_s) if visit.task is Task.BOARD else reached_s
            estimated.append(Estimated(visit=visit, start_s=start_s))
            place, time_s = there, start_s + visit.service_s
            if stands:
                time_s = max(time_s, self.now_s)
        left = slots[len(breaks_s) :]
        breaks_s += [max(slot.start_s, time_s) for slot in left]
        home_s = time_s + self.drive(place, self.shift.end_spot.at) + sum(slot.duration_s for slot in left)
        return tuple(estimated), tuple(breaks_s), home_s

    def _where(self) -> tuple[LatLon, int]:
        """Where the vehicle last stood, and since when it could leave."""
        vehicle = self.vehicle
        points = {spot.key: spot.at for trip in self.trips.values() for spot in (trip.origin, trip.destination)}
        if vehicle.spot_key not in points:
            return self.shift.start_spot.at, max(self.shift.start_s, vehicle.left_s)
        return points[vehicle.spot_key], max(vehicle.free_s, vehicle.left_s, vehicle.since_s)

    def _ahead(self) -> list[Visit]:
        """The visits still to come in the order of the plan; one at whose door the vehicle stands comes first."""
        ahead = [visit for visit in self.route.visits if self._pending(visit)]
        planned = {(visit.reservation_id, visit.task) for visit in ahead}
        missing = [number for number in self.vehicle.aboard if (number, Task.ALIGHT) not in planned]
        ahead += [self._drop(self.trips[number]) for number in missing]  # a drop is due, whatever the plan says
        return sorted(ahead, key=lambda visit: self._arrived_s(visit) == NOT_YET)

    def _pending(self, visit: Visit) -> bool:
        fact = self.facts.trip(visit.reservation_id)
        if visit.reservation_id not in self.trips or fact.stage in OVER:
            return False
        if self.trips[visit.reservation_id].state is ReservationState.NO_SHOW:
            return False
        return visit.task is Task.ALIGHT or fact.stage not in ABOARD

    def _arrived_s(self, visit: Visit) -> int:
        """When the vehicle stopped at a visit that is not over; ``NOT_YET`` before, or when it has left again."""
        fact = self.facts.trip(visit.reservation_id)
        if self.vehicle.spot_key != self._spot_key(visit) or self.vehicle.left_s != NOT_YET:
            return NOT_YET
        if visit.task is Task.BOARD and fact.stage is Stage.AT_DOOR:
            return fact.arrived_s
        return fact.stopped_s if visit.task is Task.ALIGHT and fact.stage is Stage.AT_DROP else NOT_YET

    def _halted_s(self, visit: Visit) -> int:
        """As `_arrived_s`, for the next visit: it may belong to the same halt as the last one, which nobody taps twice.

        Only with somebody aboard, who waits since then: nobody else is kept from going elsewhere meanwhile.
        """
        arrived_s, vehicle = self._arrived_s(visit), self.vehicle
        gone = vehicle.left_s != NOT_YET or vehicle.seen_s != NOT_YET
        if arrived_s != NOT_YET or gone or not vehicle.aboard or vehicle.spot_key != self._spot_key(visit):
            return arrived_s
        return max(vehicle.since_s, vehicle.free_s)

    def _reached_s(self, visit: Visit, *, at: LatLon, free_s: int, drive_s: int) -> int:
        """When the vehicle was at its next visit, or would be, driving on from where it was last seen."""
        halted_s = self._halted_s(visit)
        if halted_s != NOT_YET:
            return halted_s
        there = self._point(visit)
        vehicle = self.vehicle
        if vehicle.seen_s <= free_s:
            return free_s + drive_s
        whole_m, rest_m = distance_matrix_m(origins=[at, vehicle.seen_at], destinations=[there])[:, 0]
        share = min(1.0, float(rest_m / whole_m)) if whole_m > 0 else 0.0
        return vehicle.seen_s + round(drive_s * share)

    def _under_way(self, visit: Visit, reached_s: int, drive_s: int) -> bool:
        """Whether the vehicle drives to its next visit: it said so, somebody is aboard, or it must have left."""
        said = self.vehicle.left_s != NOT_YET or self.vehicle.seen_s != NOT_YET
        return said or bool(self.vehicle.aboard) or max(reached_s, visit.start_s) - drive_s <= self.now_s

    def _rested(self, ahead: list[Visit]) -> tuple[tuple[BreakSlot, ...], int]:
        """The breaks that lie behind the vehicle, or have begun while it had nothing to do; until when.

        One begins when the vehicle is done with its last visit, whatever it has said since then. What was reported has
        happened, from whatever moment one looks at the day.
        """
        rested, until_s = list[BreakSlot](), NOT_YET
        free_s, seen_s = max(self.shift.start_s, self.vehicle.free_s), max(self.now_s, self.vehicle.last_s)
        coming, gone_s = self._coming(ahead), self._gone_s()
        for slot in self.route.breaks:
            if slot.after_visit < coming or slot.start_s < gone_s:
                rested.append(slot)
                continue
            begun = replace(slot, start_s=max(slot.start_s, free_s))
            if slot.after_visit > coming or self.vehicle.aboard or begun.start_s > seen_s:
                break
            rested.append(begun)
            until_s = begun.start_s + slot.duration_s
        return tuple(rested), until_s

    def _gone_s(self) -> int:
        """When the driver last gave up waiting for somebody whom the plan no longer has; ``NOT_YET`` for never.

        Such a plan was made afterwards and plans nothing before that moment: a break that it has there is over. Its
        place among the visits does not say so, for the one that followed it is none any more.
        """
        planned = {visit.reservation_id for visit in self.route.visits}
        given_up = (fact for fact in self.facts.trips.values() if fact.shift_id == self.shift.shift_id)
        return max((fact.no_show_s for fact in given_up if fact.reservation_id not in planned), default=NOT_YET)

    def _coming(self, ahead: list[Visit]) -> int:
        """The position in the plan of the next visit; the number of visits when none of the plan is left."""
        planned = [index for index, visit in enumerate(self.route.visits) if visit in ahead]
        return min(planned, default=len(self.route.visits))

    def _before(self, visit: Visit, slots: list[BreakSlot]) -> list[BreakSlot]:
        """The breaks that the plan has on the leg to a visit."""
        return [slot for slot in slots if self.route.visits[slot.after_visit : slot.after_visit + 1] == (visit,)]

    def _past(self) -> tuple[Visit, ...]:
        """The visits that this vehicle has done, in the order in which they began."""
        done: list[tuple[int, int, Visit]] = []
        for fact in self.facts.trips.values():
            if fact.shift_id == self.shift.shift_id and fact.reservation_id in self.trips:
                trip = self.trips[fact.reservation_id]
                if fact.boarded_s != NOT_YET:
                    done.append((fact.boarded_s, 0, self._board(trip, fact)))
                if fact.alighted_s != NOT_YET:
                    done.append((fact.alighted_s, 1, self._drop(trip, start_s=stopped_s(trip, fact))))
        ordered = sorted(done, key=lambda one: (one[0], one[1], one[2].reservation_id))
        return tuple(visit for _, _, visit in ordered)

    def _board(self, trip: Reservation, fact: TripFact) -> Visit:
        start_s = max(ready_s(trip, fact), fact.boarded_s - trip.boarding_s)
        return Visit(
            reservation_id=trip.id,
            task=Task.BOARD,
            spot_key=trip.origin.key,
            start_s=start_s,
            service_s=trip.boarding_s,
        )

    def _drop(self, trip: Reservation, *, start_s: int = NOT_YET) -> Visit:
        return Visit(
            reservation_id=trip.id,
            task=Task.ALIGHT,
            spot_key=trip.destination.key,
            start_s=start_s,
            service_s=trip.alighting_s,
        )

    def _opens_s(self, visit: Visit) -> int:
        """When a boarding may begin: nobody is asked to be there before the promised window."""
        trip = self.trips[visit.reservation_id]
        return trip.promise.pickup_earliest_s if visit.task is Task.BOARD else 0

    def _spot_key(self, visit: Visit) -> str:
        trip = self.trips[visit.reservation_id]
        return (trip.origin if visit.task is Task.BOARD else trip.destination).key

    def _point(self, visit: Visit) -> LatLon:
        trip = self.trips[visit.reservation_id]
        return (trip.origin if visit.task is Task.BOARD else trip.destination).at
