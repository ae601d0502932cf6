"""Synthetic riders: age by band, name, telephone, what they need, home and usual places, and how often they ride."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.model.catalog import Place, RiderCreate, RiderPlaceCreate
from dispatch.model.party import Aid, FareClass
from maps.geo import Boundary, LatLon
from sample_data import facts
from sample_data.dice import Dice
from sample_data.geography import Destinations, destinations, home_near
from sample_data.names import NameBook, is_rare

REFERENCE_YEAR = 2026
MUNICIPALITY = "09216"
PUPIL_OLDEST = 12
ELDERLY_FROM = 75
DISABLED_WITH_WHEELCHAIR = 0.6
DISABLED_OTHERWISE = 0.02
USUAL_SHOP_SHARE = 0.7
ACTIVITY_SD = 0.7  # of the logarithm of how often an active rider rides
NOTE_SHARE = 0.06
RIDER_NOTES = ("耳が遠いので、はっきりお声がけください。", "杖を使います。", "お迎えの前に電話をください。")
ACCESS_NOTES = ("門の前でお待ちします。", "玄関までお迎えください。", "道が狭いので、角でお待ちします。")
WHEELCHAIRS = (Aid.FOLDING_WHEELCHAIR, Aid.RAMP_WHEELCHAIR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A rider with home and usual places (by purpose).

    ``activity`` is proportional to how often they ride, 0 for who registered and never rides; over all riders it
    sums to 1. ``web_share`` is the share of the bookings made on the web.
    """

    rider: RiderCreate
    home: RiderPlaceCreate
    usual: tuple[tuple[str, RiderPlaceCreate], ...]
    activity: float
    web_share: float

    @property
    def at(self) -> LatLon:
        return LatLon(self.home.lat, self.home.lon)

    def places(self) -> tuple[RiderPlaceCreate, ...]:
        return (self.home, *(place for _, place in self.usual))


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """What people are placed in."""

    boundary: Boundary
    towns: tuple[Place, ...]
    medical: Destinations
    shopping: Destinations
    names: NameBook

    @classmethod
    def of(cls, places: Sequence[Place], *, boundary: Boundary) -> City:
        return cls(
            boundary=boundary,
            towns=tuple(place for place in places if place.category == "town"),
            medical=destinations(places, purpose="medical"),
            shopping=destinations(places, purpose="shopping"),
            names=NameBook(),
        )


def make_people(dice: Dice, city: City) -> tuple[Person, ...]:
    """All riders, numbered through the age bands in turn so that neighbours in the list differ in age."""
    bands = _shuffled(dice, [band for band in facts.AGE_BANDS for _ in range(round(facts.RIDERS * band.share))])
    raw = [_activity(dice, number) for number, _ in enumerate(bands, start=1)]
    sums = {
        band: sum(weight for weight, its in zip(raw, bands, strict=True) if its is band) for band in facts.AGE_BANDS
    }
    return tuple(
        _person(dice, city, number=number, band=band, activity=weight / sums[band] * band.share)
        for number, (band, weight) in enumerate(zip(bands, raw, strict=True), start=1)
    )


def _shuffled(dice: Dice, bands: list[facts.AgeBand]) -> list[facts.AgeBand]:
    keyed = [(dice.fraction(), place, band) for place, band in enumerate(bands)]
    return [band for _, _, band in sorted(keyed, key=lambda entry: entry[:2])]


def _activity(dice: Dice, number: int) -> float:
    """Log-normal for the active share; riders with a rare family name are active, so that demonstrations show them."""
    active = dice.chance(facts.ACTIVE_SHARE) or is_rare(number)
    often = math.exp(dice.normal(mean=0, sd=ACTIVITY_SD))
    return often if active else 0.0


def _person(dice: Dice, city: City, *, number: int, band: facts.AgeBand, activity: float) -> Person:
    rider = _rider(dice, city.names, number=number, band=band)
    elderly = REFERENCE_YEAR - rider.birth_year >= ELDERLY_FROM
    home = home_near(dice, city.towns, boundary=city.boundary, elderly=elderly)
    usual = [
        ("medical", _usual(rider, city.medical.pick(dice, home=home.at), place_id=f"K{number:04d}", label="かかりつけ"))
    ]
    if dice.chance(USUAL_SHOP_SHARE):
        shop = city.shopping.pick(dice, home=home.at)
        usual.append(("shopping", _usual(rider, shop, place_id=f"B{number:04d}", label="買い物")))
    return Person(
        rider=rider,
        home=RiderPlaceCreate(
            id=f"H{number:04d}",
            rider_id=rider.id,
            label="自宅",
            address=home.address(number=number),
            lat=home.at.lat,
            lon=home.at.lon,
            access_note=_note(dice, ACCESS_NOTES),
        ),
        usual=tuple(usual),
        activity=activity,
        web_share=band.web_share,
    )


def _rider(dice: Dice, names: NameBook, *, number: int, band: facts.AgeBand) -> RiderCreate:
    age = dice.whole(low=band.youngest, high=band.oldest)
    female = dice.chance(facts.FEMALE_SHARE)
    name = names.full_name(dice, number=number, birth_year=REFERENCE_YEAR - age, female=female)
    aid = _aid(dice, band)
    return RiderCreate(
        id=f"R{number:04d}",
        name=name.written,
        kana=name.reading,
        phone=f"0285-00-{number * 7 % 10_000:04d}",
        birth_year=REFERENCE_YEAR - age,
        home_municipality=MUNICIPALITY,
        fare_class=_fare_class(dice, age=age, aid=aid),
        aid=aid,
        notes=_note(dice, RIDER_NOTES),
    )


def _aid(dice: Dice, band: facts.AgeBand) -> Aid:
    rest = 1.0 - sum(share for _, share in band.aids)
    return dice.pick_key({Aid.NONE: rest, **dict(band.aids)})


def _fare_class(dice: Dice, *, age: int, aid: Aid) -> FareClass:
    disabled = dice.chance(DISABLED_WITH_WHEELCHAIR if aid in WHEELCHAIRS else DISABLED_OTHERWISE)
    if disabled:
        return FareClass.DISABLED
    return FareClass.PUPIL if age <= PUPIL_OLDEST else FareClass.ADULT


def _note(dice: Dice, notes: tuple[str, ...]) -> str:
    return notes[dice.whole(low=0, high=len(notes) - 1)] if dice.chance(NOTE_SHARE) else ""


def _usual(rider: RiderCreate, place: Place, *, place_id: str, label: str) -> RiderPlaceCreate:
    return RiderPlaceCreate(
        id=place_id, rider_id=rider.id, label=label, place_id=place.id, lat=place.lat, lon=place.lon
    )
