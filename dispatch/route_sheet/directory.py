"""Whose name and whose door: the only place where ids of a plan become personal data.

Names that are gone (erased after the retention period, or removed from the catalogue) become a placeholder with
the booking number: a sheet can always be printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dispatch.model.errors import NotFound
from dispatch.model.reservation import Reservation
from dispatch.model.spot import Spot, SpotKind
from dispatch.model.wish import NO_RIDER
from dispatch.model.wording import Lang, say
from dispatch.route_sheet.sheet import SheetPlace
from dispatch.store.protocol import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who to greet; every field but ``name`` may be empty. ``name`` carries its title (様)."""

    name: str
    kana: str
    phone: str
    notes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Looks up the people and places of one service; ``spots`` are those of the day, by key."""

    store: Store
    service_id: str
    spots: Mapping[str, Spot]
    lang: Lang

    def person(self, trip: Reservation) -> Person:
        """The rider or guest of a reservation."""
        try:
            known = self._guest(trip) if trip.rider_id == NO_RIDER else self._rider(trip.rider_id)
        except NotFound:
            return self._erased(trip)
        return known if known.name else self._erased(trip)

    def place(self, spot_key: str) -> SheetPlace:
        """Name and details of a spot of the day."""
        spot = self.spots[spot_key]
        if spot.kind is SpotKind.PLACE:
            return self._public(spot.id)
        if spot.erased:
            known = "own_erased" if spot.kind is SpotKind.RIDER_PLACE else "point"
            return SheetPlace(name=say(f"sheet.place.{known}", self.lang), details=())
        if spot.kind is SpotKind.RIDER_PLACE:
            return self._own(spot)
        return SheetPlace(name=say("sheet.place.point", self.lang), details=(self._coordinates(spot),))

    def _rider(self, rider_id: str) -> Person:
        rider = self.store.rider(self.service_id, rider_id)
        return Person(name=self._titled(rider.name), kana=rider.kana, phone=rider.phone, notes=rider.notes)

    def _guest(self, trip: Reservation) -> Person:
        guest = self.store.guest(trip.request_id)
        return Person(name=self._titled(guest.name), kana=guest.kana, phone=guest.phone, notes="")

    def _titled(self, name: str) -> str:
        return say("sheet.visit.name", self.lang, name=name) if name.strip() else ""

    def _erased(self, trip: Reservation) -> Person:
        return Person(name=say("sheet.visit.name_erased", self.lang, id=trip.id), kana="", phone="", notes="")

    def _public(self, place_id: str) -> SheetPlace:
        try:
            place = self.store.place(self.service_id, place_id)
        except NotFound:
            return SheetPlace(name=say("sheet.place.unknown", self.lang, id=place_id), details=())
        return SheetPlace(name=place.name, details=_present(place.address))

    def _own(self, spot: Spot) -> SheetPlace:
        where = self._coordinates(spot)
        try:
            own = self.store.rider_place(self.service_id, spot.id)
            if own.place_id:
                public = self._public(own.place_id)
                return SheetPlace(name=public.name, details=(*public.details, *_present(own.access_note)))
            name = self.store.rider(self.service_id, own.rider_id).name
        except NotFound:
            return SheetPlace(name=say("sheet.place.own_erased", self.lang), details=(where,))
        title = say("sheet.place.home", self.lang, name=name, label=own.label) if name else own.label
        return SheetPlace(name=title, details=(*(_present(own.address) or (where,)), *_present(own.access_note)))

    def _coordinates(self, spot: Spot) -> str:
        return say("sheet.place.coordinates", self.lang, lat=f"{spot.at.lat:.5f}", lon=f"{spot.at.lon:.5f}")


def _present(text: str) -> tuple[str, ...]:
    return (text,) if text.strip() else ()
