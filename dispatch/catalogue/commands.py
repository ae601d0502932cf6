"""What may be done to the catalogue, and what each noun asks for first.

Everything that an edit looks at is either read inside its write transaction or compared there with what was looked
at, so two edits at the same time never leave what neither of them alone would have been allowed to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dispatch.catalogue.guard import Edit, IfTaken, coming_days, duty_of, judged
from dispatch.catalogue.turns import in_turn
from dispatch.model.actor import Actor
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
    shift_times_fit,
)
from dispatch.model.errors import InvalidInput, RuleRefused
from dispatch.model.reservation import Reservation
from dispatch.model.spot import SpotKind
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.assemble import made_of
from dispatch.store.csv_io import CsvKind, ImportReport, read_catalog
from dispatch.store.protocol import EditableRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The catalogue of one service, open for edits by ``actor``.

    Something named that is missing raises NotFound; an id that is in use is replaced or, with ``IfTaken.REFUSED``,
    raises Conflict ``already_exists``.
    """

    workplace: Workplace
    service_id: str
    actor: Actor

    def save_place(self, new: PlaceCreate, if_taken: IfTaken = IfTaken.REPLACED) -> Place:
        """Write a public place. Raises RuleRefused ``edit_breaks_promises``, ``place_has_trips``."""
        row = Place(service_id=self.service_id, **new.model_dump())
        self.save_all([row], if_taken)
        return row

    def save_rider(self, new: RiderCreate, if_taken: IfTaken = IfTaken.REPLACED) -> Rider:
        """Write a rider."""
        row = Rider(service_id=self.service_id, **new.model_dump())
        self.save_all([row], if_taken)
        return row

    def save_rider_place(self, new: RiderPlaceCreate, if_taken: IfTaken = IfTaken.REPLACED) -> RiderPlace:
        """Write a rider's own place. Raises RuleRefused ``place_has_trips``."""
        row = RiderPlace(service_id=self.service_id, **new.model_dump())
        self.save_all([row], if_taken)
        return row

    def save_vehicle(self, new: VehicleCreate, if_taken: IfTaken = IfTaken.REPLACED) -> Vehicle:
        """Write a vehicle. Raises RuleRefused ``edit_breaks_promises``."""
        row = Vehicle(service_id=self.service_id, **new.model_dump())
        self.save_all([row], if_taken)
        return row

    def save_shift(self, new: ShiftCreate, if_taken: IfTaken = IfTaken.REPLACED) -> Shift:
        """Write a shift. Raises what `save_all` raises for shifts."""
        row = Shift(service_id=self.service_id, **new.model_dump())
        self.save_all([row], if_taken)
        return row

    def save_all(self, rows: Sequence[EditableRow], if_taken: IfTaken = IfTaken.REPLACED) -> None:
        """Write rows as one edit: judged once, written all or none.

        Raises
        ------
        InvalidInput
            ``shift_times``; ``shift_overlaps`` with another shift of the vehicle.
        RuleRefused
            ``edit_breaks_promises``; ``place_has_trips`` when the point of a place with coming trips would move.
        Conflict
            ``already_exists``; ``catalogue_changed`` or ``day_changed`` when somebody was faster.
        """
        if {made_of(row) for row in rows} <= set(self.workplace.claim.made):
            return  # an earlier attempt of the same call has written them
        for row in rows:
            if isinstance(row, Shift) and not shift_times_fit(row):
                raise InvalidInput("shift_times", shift_id=row.id)
        self._write(Edit(saved=tuple(rows), if_taken=if_taken))

    def import_csv(self, *, kind: CsvKind, data: bytes, skip_bad: bool) -> ImportReport:
        """Write the rows of a file as one edit, replacing those whose id is in use.

        Raises
        ------
        ImportInvalid
            As `dispatch.store.csv_io.read_catalog`. Nothing is taken then, nor when `save_all` raises.
        """
        store = self.workplace.store
        read = read_catalog(store, service_id=self.service_id, kind=kind, data=data)
        read = in_turn(read, store.shifts(self.service_id))
        rows = read.good_or_refuse(skip_bad=skip_bad)
        self.save_all(rows)
        return ImportReport(taken=len(rows), skipped=read.bad)

    def remove_place(self, place_id: str) -> None:
        """Remove a public place that nothing refers to. Raises RuleRefused ``place_in_use``."""
        store = self.workplace.store
        with store.writing() as work:
            row = store.place(self.service_id, place_id)
            at_shift = place_id in duty_of(store, self.service_id).depots()
            usual = any(own.place_id == place_id for own in store.all_rider_places(self.service_id))
            if at_shift or usual or _trips_at(self._coming_trips(), SpotKind.PLACE, place_id):
                raise RuleRefused("place_in_use", place_id=place_id)
            work.remove(row)

    def remove_rider(self, rider_id: str) -> None:
        """Remove a rider and the rider's own places. Raises RuleRefused ``rider_in_use`` before coming trips."""
        store = self.workplace.store
        with store.writing() as work:
            row, own = store.rider(self.service_id, rider_id), store.rider_places(self.service_id, rider_id)
            if any(trip.rider_id == rider_id for trip in self._coming_trips()):
                raise RuleRefused("rider_in_use", rider_id=rider_id)
            Edit(removed=(*own, row)).write(work)
            for series in store.all_series(self.service_id):
                if series.rider_id == rider_id:
                    work.erase_series(series.id)

    def remove_rider_place(self, rider_place_id: str) -> None:
        """Remove a rider's own place. Raises RuleRefused ``rider_place_in_use`` before coming trips."""
        store = self.workplace.store
        with store.writing() as work:
            row = store.rider_place(self.service_id, rider_place_id)
            if _trips_at(self._coming_trips(), SpotKind.RIDER_PLACE, rider_place_id):
                raise RuleRefused("rider_place_in_use", rider_place_id=rider_place_id)
            work.remove(row)

    def remove_vehicle(self, vehicle_id: str) -> None:
        """Remove a vehicle that no shift names. Raises RuleRefused ``vehicle_in_use``."""
        store = self.workplace.store
        with store.writing() as work:
            row = store.vehicle(self.service_id, vehicle_id)
            if any(shift.vehicle_id == vehicle_id for shift in store.shifts(self.service_id)):
                raise RuleRefused("vehicle_in_use", vehicle_id=vehicle_id)
            work.remove(row)

    def remove_shift(self, shift_id: str) -> None:
        """Remove a shift without which every plan stays valid. Raises RuleRefused ``edit_breaks_promises``."""
        self._write(Edit(removed=(self.workplace.store.shift(self.service_id, shift_id),)))

    def _write(self, edit: Edit) -> None:
        """Judge an edit that may change the duty, then write it; one that names nothing of the duty is just written."""
        store, at = self.workplace.store, self.workplace.clock.now()
        if all(isinstance(row, Rider | RiderPlace) for row in (*edit.saved, *edit.removed)):
            with store.writing() as work:
                self._check_named(edit)
                self._check_unmoved(edit)
                edit.write(work)
            return
        verdict = judged(self.workplace, self.service_id, edit)
        with store.writing() as work:
            self._check_named(edit)
            self._check_unmoved(edit)
            edit.write(work)
            verdict.claim(work, store=store, service_id=self.service_id, actor=self.actor, at=at)

    def _check_named(self, edit: Edit) -> None:
        """Whether all that the rows name exists. Raises NotFound."""
        store, service_id = self.workplace.store, self.service_id
        for row in edit.saved:
            match row:
                case RiderPlace():
                    store.rider(service_id, row.rider_id)
                    if row.place_id:
                        store.place(service_id, row.place_id)
                case Shift():
                    store.vehicle(service_id, row.vehicle_id)
                    store.place(service_id, row.start_place_id)
                    store.place(service_id, row.end_place_id)

    def _check_unmoved(self, edit: Edit) -> None:
        """Whether the places of coming trips stay where they are: reservations hold the point they were promised with.

        Raises RuleRefused ``place_has_trips``.
        """
        moved = tuple(self._moved(edit)) if edit.if_taken is IfTaken.REPLACED else ()
        trips = self._coming_trips() if moved else []
        for kind, place_id in moved:
            count = _trips_at(trips, kind, place_id)
            if count:
                raise RuleRefused("place_has_trips", place_id=place_id, count=count)

    def _moved(self, edit: Edit) -> Iterator[tuple[SpotKind, str]]:
        """The places, public and riders' own, that the edit would put somewhere else."""
        store, service_id = self.workplace.store, self.service_id
        places = {place.id: (place.lat, place.lon) for place in store.places(service_id)}
        homes = {home.id: (home.lat, home.lon) for home in store.all_rider_places(service_id)}
        for row in edit.saved:
            match row:
                case Place() if places.get(row.id, (row.lat, row.lon)) != (row.lat, row.lon):
                    yield SpotKind.PLACE, row.id
                case RiderPlace() if homes.get(row.id, (row.lat, row.lon)) != (row.lat, row.lon):
                    yield SpotKind.RIDER_PLACE, row.id

    def _coming_trips(self) -> list[Reservation]:
        coming = coming_days(self.workplace, self.service_id)
        return [trip for state in coming for trip in (*state.reservations, *state.waiting)]


def _trips_at(trips: Sequence[Reservation], kind: SpotKind, spot_id: str) -> int:
    """How many of the trips begin or end at a spot."""
    return sum(
        any((spot.kind, spot.id) == (kind, spot_id) for spot in (trip.origin, trip.destination)) for trip in trips
    )
