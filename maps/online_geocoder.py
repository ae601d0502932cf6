"""Online geocoders behind the gazetteer, off unless given.

`OnlineGeocoder` lends one of geopy's geocoders (Nominatim, Photon…); `PlaceSearch` asks it only for a text that
the gazetteer does not know at all. What is asked online leaves the house, so an installation that switches it
on should know that callers' home addresses may be among it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from geopy.exc import GeopyError

from maps.errors import GeocoderUnavailable
from maps.geo import Box, LatLon
from maps.places import Candidate, Gazetteer, Match
from maps.search_keys import words_of


class FoundLocation(Protocol):
    """What geopy returns for one place."""

    address: str
    latitude: float
    longitude: float


class GeopyGeocoder(Protocol):
    """The part of geopy's geocoders that is used; Nominatim and Photon both have it."""

    def geocode(
        self, query: str, *, exactly_one: bool, limit: int, timeout: float
    ) -> Sequence[FoundLocation] | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineGeocoder:
    """A geocoder on the network, restricted to an area.

    Attributes
    ----------
    geocoder : GeopyGeocoder
        Built by the caller, with the user agent and address that the service asks for.
    name : str
        Shown as the source of what it finds, for example ``nominatim``.
    area : Box
        Places outside are left out.
    timeout_s : float
        For one request.
    """

    geocoder: GeopyGeocoder
    name: str
    area: Box
    timeout_s: float = 5.0

    def search(self, text: str, *, limit: int) -> tuple[Candidate, ...]:
        """Return at most ``limit`` places in the area, in the order of the geocoder.

        Raises
        ------
        GeocoderUnavailable
            When it cannot be reached, is too slow, or refuses.
        """
        try:
            found = self.geocoder.geocode(text, exactly_one=False, limit=limit, timeout=self.timeout_s) or ()
        except GeopyError as error:
            raise GeocoderUnavailable(
                cause=f"The online geocoder {self.name} cannot be used: {type(error).__name__}.",
                action="Search by a name in the list of places, or point at the map; check the network.",
            ) from error
        candidates = (self._candidate(location) for location in found)
        return tuple(each for each in candidates if self.area.contains(each.at))[:limit]

    def _candidate(self, location: FoundLocation) -> Candidate:
        name = location.address.split(",")[0].strip()
        at = LatLon(location.latitude, location.longitude)
        return Candidate(name=name, at=at, address=location.address, match=Match.ONLINE, source=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSearch:
    """The gazetteer, and behind it any number of online geocoders (none by default), asked in turn."""

    gazetteer: Gazetteer
    online: tuple[OnlineGeocoder, ...] = ()

    def search(self, text: str, *, limit: int) -> tuple[Candidate, ...]:
        """Return at most ``limit`` places; online ones only when the gazetteer knows none.

        Raises
        ------
        GeocoderUnavailable
            When nothing was found and the last geocoder asked was away.
        """
        known = self.gazetteer.search(text, limit=limit)
        for position, geocoder in enumerate(self.online, start=1):
            if known or not words_of(text):
                return known
            try:
                known = geocoder.search(text, limit=limit)
            except GeocoderUnavailable:
                if position == len(self.online):
                    raise
        return known
