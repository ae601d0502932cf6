"""Edits of the catalogue by people: validated, and refused where they would break a promise already given.

Whatever changes the vehicles on duty (vehicles, shifts, the places where shifts begin and end) is tried on every
coming day that has a plan: the independent checker looks at the plan in force under the edited catalogue, and the
edit is written only when every plan stays valid. The versions of those days move with it, so that whoever is just
accepting an offer under the old catalogue looks again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from dispatch.model.catalog import (
    Place,
    PlaceCreate,
    Rider,
    RiderCreate,
    RiderPlace,
    RiderPlaceCreate,
    Shift,
    ShiftCreate,
    Vehicle,
    VehicleCreate,
)
from dispatch.model.day_state import DayState
from dispatch.model.errors import InvalidInput, RuleRefused
from dispatch.model.reservation import Reservation
from dispatch.model.spot import SpotKind
from dispatch.model.times import local_date
from dispatch.solver_bridge.day_problem import LONG_AGO_S, day_problem
from dispatch.solver_bridge.ride import rides_of
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.assemble import runs_on, shifts_of_day
from dispatch.store.protocol import UnitOfWork
from solver.checker import check

COMING_DAYS = 366
"""How far ahead days are looked at: the longest booking horizon that rules may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What decides which vehicles are on the road: rows of the catalogue by id."""

    shifts: Mapping[str, Shift]
    vehicles: Mapping[str, Vehicle]
    places: Mapping[str, Place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The catalogue of one service, open for edits. Something named that is missing raises NotFound."""

    workplace: Workplace
    service_id: str

    def save_place(self, new: PlaceCreate) -> Place:
        """Insert or overwrite a public place. Raises RuleRefused ``edit_breaks_promises``."""
        row, duty = Place(service_id=self.service_id, **new.model_dump()), self._duty()
        edited = replace(duty, places={**duty.places, row.id: row})
        self._write_guarded(edited, lambda work: work.save(row))
        return row

    def remove_place(self, place_id: str) -> None:
        """Remove a public place that nothing refers to. Raises RuleRefused ``place_in_use``."""
        row, duty = self.workplace.store.place(self.service_id, place_id), self._duty()
        at_shift = any(place_id in (s.start_place_id, s.end_place_id) for s in duty.shifts.values())
        usual = any(own.place_id == place_id for own in self._rider_places())
        spots = [spot for trip in self._coming_trips() for spot in (trip.origin, trip.destination)]
        if at_shift or usual or any(spot.kind is SpotKind.PLACE and spot.id == place_id for spot in spots):
            raise RuleRefused("place_in_use", place_id=place_id)
        self._write(lambda work: work.remove(row))

    def save_rider(self, new: RiderCreate) -> Rider:
        """Insert or overwrite a rider."""
        row = Rider(service_id=self.service_id, **new.model_dump())
        self._write(lambda work: work.save(row))
        return row

    def remove_rider(self, rider_id: str) -> None:
        """Remove a rider and the rider's own places. Raises RuleRefused ``rider_in_use`` before coming trips."""
        store = self.workplace.store
        row, own = store.rider(self.service_id, rider_id), store.rider_places(self.service_id, rider_id)
        if any(trip.rider_id == rider_id for trip in self._coming_trips()):
            raise RuleRefused("rider_in_use", rider_id=rider_id)
        with store.writing() as work:
            for place in own:
                work.remove(place)
            work.remove(row)

    def save_rider_place(self, new: RiderPlaceCreate) -> RiderPlace:
        """Insert or overwrite a rider's own place. Trips already booked keep the point they were booked with."""
        self.workplace.store.rider(self.service_id, new.rider_id)
        if new.place_id:
            self.workplace.store.place(self.service_id, new.place_id)
        row = RiderPlace(service_id=self.service_id, **new.model_dump())
        self._write(lambda work: work.save(row))
        return row

    def remove_rider_place(self, rider_place_id: str) -> None:
        """Remove a rider's own place. Raises RuleRefused ``rider_place_in_use`` before coming trips."""
        row = self.workplace.store.rider_place(self.service_id, rider_place_id)
        spots = [spot for trip in self._coming_trips() for spot in (trip.origin, trip.destination)]
        if any(spot.kind is SpotKind.RIDER_PLACE and spot.id == rider_place_id for spot in spots):
            raise RuleRefused("rider_place_in_use", rider_place_id=rider_place_id)
        self._write(lambda work: work.remove(row))

    def save_vehicle(self, new: VehicleCreate) -> Vehicle:
        """Insert or overwrite a vehicle. Raises RuleRefused ``edit_breaks_promises``."""
        row, duty = Vehicle(service_id=self.service_id, **new.model_dump()), self._duty()
        edited = replace(duty, vehicles={**duty.vehicles, row.id: row})
        self._write_guarded(edited, lambda work: work.save(row))
        return row

    def remove_vehicle(self, vehicle_id: str) -> None:
        """Remove a vehicle that no shift names. Raises RuleRefused ``vehicle_in_use``."""
        row = self.workplace.store.vehicle(self.service_id, vehicle_id)
        if any(shift.vehicle_id == vehicle_id for shift in self._duty().shifts.values()):
            raise RuleRefused("vehicle_in_use", vehicle_id=vehicle_id)
        self._write(lambda work: work.remove(row))

    def save_shift(self, new: ShiftCreate) -> Shift:
        """Insert or overwrite a shift. Raises InvalidInput ``shift_times``, RuleRefused ``edit_breaks_promises``."""
        broken = new.break_duration_s > 0 and not (
            new.start_s <= new.break_earliest_s <= new.break_latest_s <= new.end_s - new.break_duration_s
        )
        if new.start_s >= new.end_s or broken:
            raise InvalidInput("shift_times", shift_id=new.id)
        row, duty = Shift(service_id=self.service_id, **new.model_dump()), self._duty()
        shifts_of_day([row], vehicles=duty.vehicles, places=duty.places)
        edited = replace(duty, shifts={**duty.shifts, row.id: row})
        self._write_guarded(edited, lambda work: work.save(row))
        return row

    def remove_shift(self, shift_id: str) -> None:
        """Remove a shift without which every plan stays valid. Raises RuleRefused ``edit_breaks_promises``."""
        row, duty = self.workplace.store.shift(self.service_id, shift_id), self._duty()
        left = {other: shift for other, shift in duty.shifts.items() if other != shift_id}
        self._write_guarded(replace(duty, shifts=left), lambda work: work.remove(row))

    def _write(self, write: Callable[[UnitOfWork], None]) -> None:
        with self.workplace.store.writing() as work:
            write(work)

    def _write_guarded(self, edited: Duty, write: Callable[[UnitOfWork], None]) -> None:
        """Write when every coming plan stays valid under the edited duty; move the days' versions along.

        Raises
        ------
        RuleRefused
            ``edit_breaks_promises`` with the first date and the number of rules its plan would break.
        Conflict
            ``day_changed`` when somebody books meanwhile.
        """
        planned = [state for state in self._coming_days() if state.reservations]
        for state in planned:
            broken = self._broken_under(edited, state)
            if broken:
                raise RuleRefused("edit_breaks_promises", date=state.date.isoformat(), count=broken)
        with self.workplace.store.writing() as work:
            for state in planned:
                work.claim_day(self.service_id, state.date, expected_version=state.version)
            write(work)

    def _broken_under(self, edited: Duty, state: DayState) -> int:
        """How many rules the day's plan would break, one lost visit included."""
        on_duty = [shift for shift in edited.shifts.values() if runs_on(shift, state.date)]
        shifts = shifts_of_day(on_duty, vehicles=edited.vehicles, places=edited.places)
        if shifts == state.shifts:
            return 0
        book = self.workplace.book(self.service_id, state.rules)
        rides = rides_of(state.reservations)
        day = day_problem(replace(state, shifts=shifts), rides, book=book, now_s=LONG_AGO_S)
        return len(check(day.problem, day.solution))

    def _duty(self) -> Duty:
        store = self.workplace.store
        return Duty(
            shifts={shift.id: shift for shift in store.shifts(self.service_id)},
            vehicles={vehicle.id: vehicle for vehicle in store.vehicles(self.service_id)},
            places={place.id: place for place in store.places(self.service_id)},
        )

    def _coming_days(self) -> Iterator[DayState]:
        """The states of today and later days that anybody has touched."""
        store, today = self.workplace.store, local_date(self.workplace.clock.now())
        for ahead in range(COMING_DAYS + 1):
            day = today + timedelta(days=ahead)
            if store.day_version(self.service_id, day) > 0:
                yield store.day_state(self.service_id, day)

    def _coming_trips(self) -> list[Reservation]:
        return [trip for state in self._coming_days() for trip in state.reservations]

    def _rider_places(self) -> Iterator[RiderPlace]:
        store = self.workplace.store
        for rider in store.riders(self.service_id):
            yield from store.rider_places(self.service_id, rider.id)
