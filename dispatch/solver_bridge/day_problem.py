"""A service day in numbers: ``DayState`` (and perhaps one wish) becomes ``solver.Problem`` and its current solution.

* Vehicles are the day's shifts, in their order; requests are the rides, in theirs. One tick is one second, one cost
  unit one metre; one period, the slowest, or as many as the roads change on that day (`dispatch.model.road`).
* The promise gives the windows: pick-up inside its window, drop not before the earliest boarding has ended and not
  after the latest arrival, ride within ``ride_max_s``. Promised rides are mandatory.
* A return is promised only after the latest arrival of its outbound (`dispatch.booking.windows`), so keeping the
  promises keeps the pair in order, whoever drives it. ``Problem.linked_to`` says so only where the outbound has been
  breached and may arrive after that.
* What has begun by ``now_s`` is fixed (`dispatch.solver_bridge.under_way`).
* A vehicle that left the road (`dispatch.model.outage`) keeps what it has done, takes nothing more, and ends its route
  where it stands; nothing is locked to it any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dispatch.model.day_state import DayState
from dispatch.model.duty import ShiftOfDay
from dispatch.model.happened import happened
from dispatch.model.party import SEAT_KINDS
from dispatch.model.plan import Route
from dispatch.model.promise import Promise
from dispatch.solver_bridge.in_force import solution_of
from dispatch.solver_bridge.ride import Ride
from dispatch.solver_bridge.roads import RoadTable, road_table
from dispatch.solver_bridge.timeline import OVER
from dispatch.solver_bridge.travel import TravelBook
from dispatch.solver_bridge.trip_rows import TripRows, links, trip_rows
from dispatch.solver_bridge.under_way import under_way
from dispatch.solver_bridge.watched import Behind, UnderWay
from maps.geo import LatLon
from solver.limits import Limits, with_limits
from solver.problem import Problem, frozen
from solver.solution import Solution

Int64 = NDArray[np.int64]
Int32 = NDArray[np.int32]

LONG_AGO_S = -86_400
"""A ``now_s`` at which nothing of the day has begun: for judging a whole plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayProblem:
    """The numbers and what they stand for.

    ``problem`` is what is searched in: there, a vehicle standing idle stays at its last stop, or in its last break,
    until now. ``service`` holds the kerb times alone, ``(1, N)`` seconds, and `rests` how long the breaks really are,
    ``(B,)`` seconds; a plan is judged by them (`stated`). ``behind[v]`` is what a vehicle that has reported has done:
    it is no part of the problem. ``points[p]`` is where its place ``p`` lies.
    ``rides[r]`` is request ``r``, ``shifts[v]`` vehicle ``v``; ``solution`` is the plan in force, in which rides
    without a visit are listed as unserved. ``wait_over_s`` is the part of the limit on waiting aboard that goes beyond
    the rules, as the plan in force was allowed.
    """

    problem: Problem
    service: Int64
    rides: tuple[Ride, ...]
    shifts: tuple[ShiftOfDay, ...]
    solution: Solution
    rests: Int64
    behind: tuple[Behind, ...]
    points: tuple[LatLon, ...]
    wait_over_s: int = 0

    @property
    def stated(self) -> Problem:
        """The problem by which a plan is judged: its times as promised and driven, without standing idle."""
        return frozen(self.problem._replace(service=self.service, break_duration=self.rests))

    def named(self, reservation_id: int) -> DayProblem:
        """The same day once the trip that was being asked for has become reservation ``reservation_id``."""
        rides = tuple(ride if ride.promised else replace(ride, reservation_id=reservation_id) for ride in self.rides)
        return replace(self, rides=rides)

    def renumbered(self, *, old: int, new: int) -> DayProblem:
        """The same day with trip ``old`` as trip ``new``."""
        rides = tuple(replace(one, reservation_id=new) if one.reservation_id == old else one for one in self.rides)
        return replace(self, rides=rides)

    def request_of(self, reservation_id: int) -> int:
        """The index of a reservation's request."""
        return next(r for r, ride in enumerate(self.rides) if ride.reservation_id == reservation_id)


def day_problem(
    state: DayState, rides: tuple[Ride, ...], *, book: TravelBook, now_s: int, waited_s: int = LONG_AGO_S
) -> DayProblem:
    """The problem of the day for ``rides``; visits of the plan that belong to none of them are left out.

    ``now_s`` is the present second of the service day (negative before it); no vehicle that reports has gone on before
    ``waited_s``, if that is later. Trips that have been reported as over are left out, too.
    """
    roads, place = _table(state, rides, book)
    facts = happened(state)
    rides = tuple(ride for ride in rides if facts.trip(ride.reservation_id).stage not in OVER)
    pinned = under_way(state, rides, table=roads.at(now_s), place=place, now_s=now_s, waited_s=waited_s)
    rows = trip_rows(rides, shifts=state.shifts, place=place)
    kerb = _read_only(pinned.kerb(rows.service.reshape(1, -1)))
    problem = frozen(_problem(state, rows, links(rides), roads=roads, place=place, pinned=pinned))
    behind = tuple(vehicle.behind for vehicle in pinned.vehicles)
    return DayProblem(
        problem=problem,
        service=kerb,
        rides=rides,
        shifts=state.shifts,
        solution=solution_of(problem, state.plan.routes, rides=rides, shifts=state.shifts, behind=behind),
        rests=_read_only(_int64([window.owed_s for window in pinned.breaks])),
        behind=behind,
        points=tuple(place),
        wait_over_s=state.plan.wait_over_s,
    )


def patient(day: DayProblem, *, over_s: int) -> DayProblem:
    """The same day where riders may wait aboard ``over_s`` longer than the rules say."""
    limit_s = day.problem.idle_aboard_limit - day.wait_over_s + over_s
    return replace(day, problem=frozen(day.problem._replace(idle_aboard_limit=limit_s)), wait_over_s=over_s)


def with_promise(day: DayProblem, request: int, promise: Promise) -> DayProblem:
    """The same day with other windows for one request; everything else is shared."""
    limits = limits_under(promise, boarding_s=day.rides[request].boarding_s)
    return replace(day, problem=with_limits(day.problem, request, limits))


def limits_under(promise: Promise, *, boarding_s: int) -> Limits:
    """What a promise asks of the two visits of a ride."""
    return Limits(
        pickup_earliest=promise.pickup_earliest_s,
        pickup_latest=promise.pickup_latest_s,
        drop_earliest=promise.pickup_earliest_s + boarding_s,
        drop_latest=promise.arrival_latest_s,
        max_ride=promise.ride_max_s,
    )


def _table(state: DayState, rides: tuple[Ride, ...], book: TravelBook) -> tuple[RoadTable, dict[LatLon, int]]:
    points = [point for ride in rides for point in (ride.origin.at, ride.destination.at)]
    points += [point for trip in state.reservations for point in (trip.origin.at, trip.destination.at)]
    points += [point for shift in state.shifts for point in (shift.start_spot.at, shift.end_spot.at)]
    distinct = list(dict.fromkeys(points))
    return road_table(book.table(distinct), distinct, state.roads), {point: row for row, point in enumerate(distinct)}


def _problem(
    state: DayState, rows: TripRows, linked_to: Int32, *, roads: RoadTable, place: dict[LatLon, int], pinned: UnderWay
) -> Problem:
    shifts, requests = state.shifts, len(linked_to)
    starts = [(*pinned.vehicles[v].start_at, shift.start_spot.at)[0] for v, shift in enumerate(shifts)]
    earliest, latest = rows.earliest.reshape(-1), rows.latest.reshape(-1)
    pinned.fix_times(earliest=earliest, latest=latest)
    return Problem(
        tick_s=1.0,
        travel=roads.travel_s,
        period_start=roads.period_start_s,
        cost=roads.distance_m,
        place_of_visit=_places(rows.place.reshape(-1), place=place, pinned=pinned),
        earliest=earliest,
        latest=latest,
        service=pinned.standing(pinned.kerb(rows.service.reshape(1, -1))),
        max_ride=pinned.longest_rides(rows.max_ride),
        load=rows.load,
        mandatory=rows.mandatory,
        penalty=np.zeros(requests, dtype=np.int64),
        exclusive=np.zeros(requests, dtype=np.bool_),
        compatible=_compatible(rows.compatible, pinned=pinned),
        locked_vehicle=pinned.locks(rows.locked_vehicle),
        linked_to=linked_to,
        link_stay=np.zeros(requests, dtype=np.int64),
        class_of_vehicle=np.zeros(len(shifts), dtype=np.int32),
        capacity=_capacity(shifts),
        start_place=_int32([place[at] for at in starts]),
        end_place=_int32([place[shift.end_spot.at] for shift in shifts]),
        shift_earliest=_int64(pinned.shift_earliest_s),
        shift_latest=_int64(pinned.shift_latest_s),
        max_duration=_int64(pinned.longest_s([shift.end_s - shift.start_s for shift in shifts])),
        vehicle_cost=np.zeros(len(shifts), dtype=np.int64),
        break_vehicle=_int32([v for v, shift in enumerate(shifts) for _ in shift.breaks]),
        break_earliest=_int64([window.earliest_s for window in pinned.breaks]),
        break_latest=_int64([window.latest_s for window in pinned.breaks]),
        break_duration=_int64([window.lasts_s for window in pinned.breaks]),
        prefix_start=_int32([0, *np.cumsum([len(prefix) for prefix in pinned.prefixes])]),
        prefix_visit=_int32([visit for prefix in pinned.prefixes for visit in prefix]),
        idle_aboard_limit=idle_aboard_limit_s(state),
    )


def idle_aboard_limit_s(state: DayState) -> int:
    """How long a rider may wait aboard: what the rules say, and what the plan in force was allowed beyond that."""
    return state.rules.promise.idle_aboard_min * 60 + state.plan.wait_over_s


def _places(places: NDArray[np.int32], *, place: dict[LatLon, int], pinned: UnderWay) -> NDArray[np.int32]:
    """Where each visit is; who is aboard boards where the vehicle stands."""
    for vehicle in pinned.vehicles:
        for ride in vehicle.aboard:
            places[ride.request] = place[vehicle.start_at[0]]
    return places


def _compatible(able: NDArray[np.bool_], *, pinned: UnderWay) -> NDArray[np.bool_]:
    """A vehicle that left the road carries what it has carried."""
    for v, prefix in enumerate(pinned.prefixes):
        able[[visit % len(able) for visit in prefix], v] = True
    return able


def _read_only(values: Int64) -> Int64:
    values.setflags(write=False)
    return values


def _capacity(shifts: tuple[ShiftOfDay, ...]) -> NDArray[np.int32]:
    layouts = max((len(shift.layouts) for shift in shifts), default=1)
    padded = [[*shift.layouts, *([shift.layouts[-1]] * (layouts - len(shift.layouts)))] for shift in shifts]
    return _int32(padded).reshape(len(shifts), layouts, len(SEAT_KINDS))


def following(day: DayProblem, plan: tuple[Route, ...]) -> DayProblem:
    """The same day with ``plan`` in force instead of its present routes; visits that no ride knows are left out."""
    solution = solution_of(day.problem, plan, rides=day.rides, shifts=day.shifts, behind=day.behind)
    return replace(day, solution=solution)


def _int64(values: Sequence[int]) -> Int64:
    return np.array(values, dtype=np.int64)


def _int32(values: Sequence[int] | Sequence[Sequence[int]] | Sequence[Sequence[Sequence[int]]]) -> NDArray[np.int32]:
    return np.array(values, dtype=np.int32)
