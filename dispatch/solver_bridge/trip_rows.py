"""The trips of a day in numbers: what each of them brings into the problem, whatever the vehicles do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from dispatch.model.duty import ShiftOfDay
from dispatch.model.party import SEAT_KINDS
from dispatch.model.wish import NO_ID
from dispatch.solver_bridge.ride import Ride
from maps.geo import LatLon
from solver.problem import Bool, Int32, Int64, Problem

Number = TypeVar("Number", np.int32, np.int64, np.bool_)


class TripRows(NamedTuple):
    """``R`` trips, ``V`` vehicles, ``S`` kinds of seats. By visit: row 0 for pick-ups, row 1 for drops."""

    place: Int32  # (2, R)
    earliest: Int64  # (2, R) seconds
    latest: Int64  # (2, R) seconds
    service: Int64  # (2, R) seconds at the kerb
    max_ride: Int64  # (R,) seconds
    load: Int32  # (R, S)
    mandatory: Bool  # (R,)
    locked_vehicle: Int32  # (R,)
    compatible: Bool  # (R, V)

    def and_then(self, more: TripRows) -> TripRows:
        """These trips, and ``more`` behind them."""
        return TripRows(
            place=beside(self.place, more.place),
            earliest=beside(self.earliest, more.earliest),
            latest=beside(self.latest, more.latest),
            service=beside(self.service, more.service),
            max_ride=beside(self.max_ride, more.max_ride),
            load=beside(self.load, more.load, axis=0),
            mandatory=beside(self.mandatory, more.mandatory),
            locked_vehicle=beside(self.locked_vehicle, more.locked_vehicle),
            compatible=beside(self.compatible, more.compatible, axis=0),
        )

    def taken(self, order: Sequence[int]) -> TripRows:
        """Of these trips, those at the indices ``order``, in that order."""
        return TripRows(
            place=self.place.take(order, axis=1),
            earliest=self.earliest.take(order, axis=1),
            latest=self.latest.take(order, axis=1),
            service=self.service.take(order, axis=1),
            max_ride=self.max_ride.take(order),
            load=self.load.take(order, axis=0),
            mandatory=self.mandatory.take(order),
            locked_vehicle=self.locked_vehicle.take(order),
            compatible=self.compatible.take(order, axis=0),
        )

    def laid_into(self, problem: Problem, rides: tuple[Ride, ...]) -> Problem:
        """``problem`` with these trips, which are ``rides``, as its requests. Not frozen yet."""
        requests = len(rides)
        return problem._replace(
            place_of_visit=self.place.reshape(-1),
            earliest=self.earliest.reshape(-1),
            latest=self.latest.reshape(-1),
            service=self.service.reshape(1, -1),
            max_ride=self.max_ride,
            load=self.load,
            mandatory=self.mandatory,
            penalty=np.zeros(requests, dtype=np.int64),
            exclusive=np.zeros(requests, dtype=np.bool_),
            compatible=self.compatible,
            locked_vehicle=self.locked_vehicle,
            linked_to=links(rides),
            link_stay=np.zeros(requests, dtype=np.int64),
        )


def trip_rows(rides: Sequence[Ride], *, shifts: Sequence[ShiftOfDay], place: Mapping[LatLon, int]) -> TripRows:
    """The rows of ``rides``. A vehicle that left the road takes none of them."""
    promises = [ride.promise for ride in rides]
    called_s = [promise.pickup_earliest_s for promise in promises]
    boarding_s = [ride.boarding_s for ride in rides]
    able = [not shift.stopped for shift in shifts]
    vehicle_of = {shift.shift_id: v for v, shift in enumerate(shifts) if not shift.stopped}
    return TripRows(
        place=_int32([[place[ride.origin.at] for ride in rides], [place[ride.destination.at] for ride in rides]]),
        earliest=_int64([called_s, [at + kerb for at, kerb in zip(called_s, boarding_s, strict=True)]]),
        latest=_int64([[p.pickup_latest_s for p in promises], [p.arrival_latest_s for p in promises]]),
        service=_int64([boarding_s, [ride.alighting_s for ride in rides]]),
        max_ride=_int64([promise.ride_max_s for promise in promises]),
        load=_int32([ride.seats for ride in rides]).reshape(len(rides), len(SEAT_KINDS)),
        mandatory=np.array([ride.promised for ride in rides], dtype=np.bool_),
        locked_vehicle=_int32([vehicle_of.get(ride.shift_lock, -1) for ride in rides]),
        compatible=np.tile(np.array(able, dtype=np.bool_), (len(rides), 1)),
    )


def rows_in(problem: Problem) -> TripRows:
    """The rows of the requests of ``problem``, which has one class of vehicles."""
    return TripRows(
        place=problem.place_of_visit.reshape(2, -1),
        earliest=problem.earliest.reshape(2, -1),
        latest=problem.latest.reshape(2, -1),
        service=problem.service.reshape(2, -1),
        max_ride=problem.max_ride,
        load=problem.load,
        mandatory=problem.mandatory,
        locked_vehicle=problem.locked_vehicle,
        compatible=problem.compatible,
    )


def links(rides: tuple[Ride, ...]) -> Int32:
    """(R,) the request that each of ``rides`` waits for, -1 where its promise alone keeps it after its outbound."""
    linked = np.full(len(rides), -1, dtype=np.int32)
    returns = [r for r, ride in enumerate(rides) if ride.linked_to != NO_ID]
    row_of = {ride.reservation_id: r for r, ride in enumerate(rides)} if returns else {}
    for r in returns:
        if rides[r].linked_to in row_of:
            outbound = row_of[rides[r].linked_to]
            ends_s = rides[outbound].promise.arrival_latest_s + rides[outbound].alighting_s
            linked[r] = outbound if ends_s > rides[r].promise.pickup_earliest_s else -1
    return linked


def beside(one: NDArray[Number], other: NDArray[Number], *, axis: int = -1) -> NDArray[Number]:
    """Both as one array; read-only, so that a problem takes it as it is."""
    both = np.concatenate((one, other), axis=axis)
    both.setflags(write=False)
    return both


def _int64(values: Sequence[int] | Sequence[Sequence[int]]) -> Int64:
    return np.array(values, dtype=np.int64)


def _int32(values: Sequence[int] | Sequence[Sequence[int]]) -> NDArray[np.int32]:
    return np.array(values, dtype=np.int32)
