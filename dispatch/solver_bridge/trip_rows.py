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

    def and_then(self, more: TripRows, order: Sequence[int]) -> TripRows:
        """These trips and ``more`` behind them, of all of them those at the indices ``order``, in that order."""
        return TripRows(
            place=_chosen(self.place, more.place, order),
            earliest=_chosen(self.earliest, more.earliest, order),
            latest=_chosen(self.latest, more.latest, order),
            service=_chosen(self.service, more.service, order),
            max_ride=_chosen(self.max_ride, more.max_ride, order),
            load=_chosen(self.load.T, more.load.T, order).T,
            mandatory=_chosen(self.mandatory, more.mandatory, order),
            locked_vehicle=_chosen(self.locked_vehicle, more.locked_vehicle, order),
            compatible=_chosen(self.compatible.T, more.compatible.T, order).T,
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
    """(R,) `link_of` for each of ``rides``."""
    return np.array([link_of(ride, rides) for ride in rides], dtype=np.int32)


def link_of(ride: Ride, rides: tuple[Ride, ...]) -> int:
    """The request among ``rides`` that ``ride`` waits for, -1 where its promise alone keeps it after its outbound."""
    for r, outbound in enumerate(rides) if ride.linked_to != NO_ID else ():
        if outbound.reservation_id == ride.linked_to:
            ends_s = outbound.promise.arrival_latest_s + outbound.alighting_s
            return r if ends_s > ride.promise.pickup_earliest_s else -1
    return -1


def _chosen(one: NDArray[Number], other: NDArray[Number], order: Sequence[int]) -> NDArray[Number]:
    """The columns ``order`` of both side by side."""
    return np.concatenate((one, other), axis=-1).take(order, axis=-1)


def _int64(values: Sequence[int] | Sequence[Sequence[int]]) -> Int64:
    return np.array(values, dtype=np.int64)


def _int32(values: Sequence[int] | Sequence[Sequence[int]]) -> NDArray[np.int32]:
    return np.array(values, dtype=np.int32)
