"""What operators type: times of day and names of places, read kindly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.model.catalog import Place, RiderPlace
from dispatch.model.errors import InvalidInput
from dispatch.model.spot import Spot, SpotKind, SpotRef
from dispatch.model.times import parse_clock
from maps.geo import LatLon
from maps.places import Gazetteer, Match, PlaceEntry

CANDIDATES_MAX = 5
POINT = re.compile(r"(-?\d{1,2}\.\d+), ?(-?\d{1,3}\.\d+)")


def typed_clock(text: str) -> int:
    """Seconds for what was typed as a time of day: ``930``, ``9:30``, ``９：３０``, ``9時半``, ``9時30分``, ``9時``.

    Raises
    ------
    InvalidInput
        ``bad_clock`` when it is none.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    spoken = plain.replace("時半", ":30").replace("分", "").replace("時", ":")
    digits = re.fullmatch(r"(\d{1,2})(\d{2})", spoken)
    written = f"{digits[1]}:{digits[2]}" if digits else f"{spoken}00" if spoken.endswith(":") else spoken
    try:
        return parse_clock(written)
    except ValueError as error:
        raise InvalidInput("bad_clock", given=text[:20]) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceChoice:
    """One place a caller may name: what the operator sees and types, its reading, and what it refers to."""

    label: str
    kana: str
    ref: SpotRef


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceBook:
    """Every place a rider may go from or to: their own first, then the public ones. Labels are unique."""

    own: tuple[PlaceChoice, ...]
    public: tuple[PlaceChoice, ...]
    gazetteer: Gazetteer

    @property
    def choices(self) -> tuple[PlaceChoice, ...]:
        """All choices, a usual place that is public only once."""
        return (*(one for one in self.own if one.ref.kind is SpotKind.RIDER_PLACE), *self.public)

    def label_of(self, spot: Spot) -> str:
        """What to type for a spot: its label, or the coordinates of a bare point."""
        if spot.kind is SpotKind.POINT:
            return spot.coordinates()
        return next((one.label for one in self.choices if (one.ref.kind, one.ref.id) == (spot.kind, spot.id)), "")

    def find(self, typed: str) -> SpotRef:
        """The place meant by a label, a name, a reading or coordinates (``36.3845,139.8423``).

        Raises
        ------
        InvalidInput
            ``place_unclear`` with the names of the candidates, or ``place_not_found``.
        """
        asked = unicodedata.normalize("NFKC", typed).strip()
        for one in self.choices:
            if unicodedata.normalize("NFKC", one.label) == asked:
                return one.ref
        found = self.gazetteer.search(asked, limit=CANDIDATES_MAX) if asked else ()
        point = POINT.fullmatch(asked)
        if point:
            return SpotRef(kind=SpotKind.POINT, at=LatLon(float(point[1]), float(point[2])))
        exact = [one for one in found if one.match is Match.EXACT]
        if len(found) == 1 or len(exact) == 1:
            return SpotRef(kind=SpotKind.PLACE, id=(exact or list(found))[0].place_id)
        if found:
            raise InvalidInput("place_unclear", candidates="、".join(one.name for one in found))
        raise InvalidInput("place_not_found")


def place_book(*, places: Sequence[Place], own: Sequence[RiderPlace]) -> PlaceBook:
    """The book for a rider with ``own`` places (empty for a guest)."""
    active = [place for place in places if place.active]
    names = [place.name for place in active]
    labels = {place.id: _label(place, unique=names.count(place.name) == 1) for place in active}
    public = [PlaceChoice(label=labels[one.id], kana=one.kana, ref=_public(one.id)) for one in active]
    mine = [_own(one, labels.get(one.place_id, "")) for one in own if not one.place_id or one.place_id in labels]
    entries = [
        PlaceEntry(id=one.id, name=one.name, at=LatLon(one.lat, one.lon), kana=one.kana, address=one.address)
        for one in active
    ]
    mine.sort(key=lambda one: one.ref.kind is not SpotKind.RIDER_PLACE)  # home first, then the usual public places
    return PlaceBook(own=tuple(mine), public=tuple(public), gazetteer=Gazetteer(entries))


def _label(place: Place, *, unique: bool) -> str:
    return place.name if unique else f"{place.name}（{place.id}）"


def _public(place_id: str) -> SpotRef:
    return SpotRef(kind=SpotKind.PLACE, id=place_id)


def _own(place: RiderPlace, public_label: str) -> PlaceChoice:
    if public_label:
        return PlaceChoice(label=public_label, kana=place.label, ref=_public(place.place_id))
    return PlaceChoice(label=place.label, kana="", ref=SpotRef(kind=SpotKind.RIDER_PLACE, id=place.id))
