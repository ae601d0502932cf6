"""What the business asks of storage about the catalogue: part of `dispatch.store.protocol`."""

from __future__ import annotations

from typing import Protocol

from dispatch.model.catalog import Place, Rider, RiderPlace, Service, Shift, Vehicle


class RowReads(Protocol):
    """One row of the catalogue by its id. Raises NotFound ``unknown_<noun>``."""

    def service(self, service_id: str) -> Service: ...

    def place(self, service_id: str, place_id: str) -> Place: ...

    def rider(self, service_id: str, rider_id: str) -> Rider: ...

    def rider_place(self, service_id: str, rider_place_id: str) -> RiderPlace: ...


class CatalogReads(RowReads, Protocol):
    """Reading the catalogue."""

    def services(self) -> tuple[Service, ...]: ...

    def places(self, service_id: str) -> tuple[Place, ...]: ...

    def riders(self, service_id: str) -> tuple[Rider, ...]: ...

    def search_riders(self, service_id: str, text: str, *, limit: int) -> tuple[Rider, ...]:
        """Riders found by phone, kana or name, ordered by kana and id.

        Digits are compared with the start and the end of the phone number; kana in any script and width with the
        start of each word of the reading; anything else with any part of the name. Inactive riders are left out.
        """
        ...

    def rider_places(self, service_id: str, rider_id: str) -> tuple[RiderPlace, ...]: ...

    def all_rider_places(self, service_id: str) -> tuple[RiderPlace, ...]:
        """The own places of every rider in one read, ordered by rider and id."""
        ...

    def vehicle(self, service_id: str, vehicle_id: str) -> Vehicle: ...

    def vehicles(self, service_id: str) -> tuple[Vehicle, ...]: ...

    def shift(self, service_id: str, shift_id: str) -> Shift: ...

    def shifts(self, service_id: str) -> tuple[Shift, ...]: ...
