"""What a day's vehicles have begun, in numbers: by visit, request and vehicle of the problem."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.model.plan import BreakSlot, Visit
from maps.geo import LatLon

Int64 = NDArray[np.int64]
Int32 = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartWindow:
    """When a break may still start, both ends inclusive, and for how long the vehicle then stays.

    ``owed_s`` is how long the break itself still is: 0 for one that a reporting vehicle has taken.
    """

    earliest_s: int
    latest_s: int
    lasts_s: int
    owed_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What lies behind a vehicle that has reported: it stands in the plan before whatever is found from now on.

    ``visits`` were done at the times they state, at ``places`` of the problem, the start place first; ``breaks`` are
    taken; ``leading`` visits of a solution only say who is aboard.
    """

    visits: tuple[Visit, ...] = ()
    breaks: tuple[BreakSlot, ...] = ()
    depart_s: int = 0
    leading: int = 0
    reported: bool = False
    places: tuple[int, ...] = ()


NOTHING_BEHIND = Behind()


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedRide:
    """A request that is aboard: it boards, in the numbers, where the vehicle stands, and may last ``ride_max_s``."""

    request: int
    ride_max_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleUnderWay:
    """One shift: the visits its route begins with, and until when the vehicle stands at the last of them.

    ``starts_s`` are the times of the first of them, which are fixed; where a vehicle has reported, those after them
    have only their order fixed, its route begins at ``start_at`` (one point, else none), its shift may last until
    ``shift_latest_s``, ``aboard`` rides are under way, and ``kerb_s`` are seconds at the kerb by visit.
    """

    visits: tuple[int, ...]
    starts_s: tuple[int, ...]
    stands_until_s: int
    shift_earliest_s: int
    breaks: tuple[StartWindow, ...]
    shift_latest_s: int
    start_at: tuple[LatLon, ...] = ()
    aboard: tuple[PinnedRide, ...] = ()
    kerb_s: tuple[tuple[int, int], ...] = ()
    behind: Behind = NOTHING_BEHIND

    @property
    def reported(self) -> bool:
        return bool(self.start_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """All shifts, by vehicle index."""

    vehicles: tuple[VehicleUnderWay, ...]

    @property
    def breaks(self) -> tuple[StartWindow, ...]:
        """The windows of all breaks, in the order of the shifts and their breaks."""
        return tuple(window for vehicle in self.vehicles for window in vehicle.breaks)

    @property
    def prefixes(self) -> tuple[tuple[int, ...], ...]:
        """The visits with which each route must begin."""
        return tuple(vehicle.visits for vehicle in self.vehicles)

    @property
    def shift_earliest_s(self) -> tuple[int, ...]:
        """When each vehicle may leave its start place."""
        return tuple(vehicle.shift_earliest_s for vehicle in self.vehicles)

    def fix_times(self, *, earliest: Int64, latest: Int64) -> None:
        """Write the fixed starts into ``earliest`` and ``latest``, in place."""
        for vehicle in self.vehicles:
            for visit, start_s in zip(vehicle.visits, vehicle.starts_s, strict=False):
                earliest[visit] = latest[visit] = start_s
            for ride in vehicle.aboard:  # whoever boarded before the promised window may alight before it, too
                drop = len(earliest) // 2 + ride.request
                earliest[drop] = min(int(earliest[drop]), vehicle.shift_earliest_s, int(latest[drop]))

    @property
    def shift_latest_s(self) -> tuple[int, ...]:
        """When each shift ends, at the latest."""
        return tuple(vehicle.shift_latest_s for vehicle in self.vehicles)

    def longest_s(self, by_shift_s: list[int]) -> list[int]:
        """How long each vehicle may be away; of one that has reported, from where it is."""
        return [
            max(long_s, vehicle.shift_latest_s - vehicle.shift_earliest_s)
            for long_s, vehicle in zip(by_shift_s, self.vehicles, strict=True)
        ]

    def locks(self, locked: Int32) -> Int32:
        """``locked`` without the rides under way: they are where they are."""
        free = locked.copy()
        for vehicle in self.vehicles:
            for ride in vehicle.aboard:
                free[ride.request] = -1
        return free

    def longest_rides(self, max_ride: Int64) -> Int64:
        """``max_ride`` with the rides under way measured from now."""
        longest = max_ride.copy()
        for vehicle in self.vehicles:
            for ride in vehicle.aboard:
                longest[ride.request] = ride.ride_max_s
        return longest

    def kerb(self, service: Int64) -> Int64:
        """``service`` as it is for who is aboard and where a vehicle stands that has reported."""
        kerb = service.copy()
        for vehicle in self.vehicles:
            for visit, seconds in vehicle.kerb_s:
                kerb[0, visit] = seconds
        return kerb

    def standing(self, service: Int64) -> Int64:
        """``service`` with the time that vehicles stand at their last fixed visit counted in."""
        stood = service.copy()
        for vehicle in self.vehicles:
            if vehicle.visits and not vehicle.reported:
                last, start_s = vehicle.visits[-1], vehicle.starts_s[-1]
                stood[0, last] = max(int(service[0, last]), vehicle.stands_until_s - start_s)
        return stood
