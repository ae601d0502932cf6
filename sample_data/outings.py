"""One day's outings: who goes where and when, and when they go home. Nothing about calls or bookings yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dispatch.model.catalog import Place
from dispatch.model.party import FareClass, Party, Passenger
from dispatch.model.wish import TimeKind
from maps.geo import LatLon
from sample_data import facts
from sample_data.dice import Dice
from sample_data.geography import Destinations, direct_s
from sample_data.people import WHEELCHAIRS, Person

USUAL_SHARE = 0.75  # of the trips for which the rider has a usual place
ARRIVE_BY_SHARE = {"medical": facts.ARRIVE_BY_MEDICAL, "station": 0.6}
ARRIVE_BY_OTHERWISE = 0.25
MINUTE_SHARES = {0: 0.38, 15: 0.12, 30: 0.30, 45: 0.10, 10: 0.03, 20: 0.03, 40: 0.02, 50: 0.02}
SLACK_MIN = (10, 20)  # what a caller allows for the ride beyond the direct drive
LAST_LEAVE_S = 16 * 3600 + 30 * 60
SHORTEST_STAY_MIN = 20
CLOSE_S = 17 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One ride as wished: the moment the rider would leave, and how they say it on the phone."""

    leave_s: int
    time_kind: TimeKind
    time_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outing:
    """From home to ``destination`` and, unless ``back`` is empty, home again."""

    person: Person
    destination: Place
    purpose: str
    party: Party
    out: Leg
    back: tuple[Leg, ...]


def riders_of_day(
    dice: Dice, people: Sequence[Person], *, count: int, surely: Sequence[Person] = ()
) -> tuple[Person, ...]:
    """``count`` different riders by how often they ride, those of ``surely`` first."""
    riders = {person.rider.id: person for person in surely}
    weights = [person.activity for person in people]
    while len(riders) < count:
        person = dice.pick(people, weights)
        riders.setdefault(person.rider.id, person)
    return tuple(riders.values())


def outings_of_day(
    dice: Dice, riders: Sequence[Person], places: Mapping[str, Destinations], by_id: Mapping[str, Place]
) -> tuple[Outing, ...]:
    """One outing of each rider, in the order in which they leave."""
    made = [_outing(dice, person, places, by_id) for person in riders]
    return tuple(sorted(made, key=lambda outing: (outing.out.leave_s, outing.person.rider.id)))


def _outing(dice: Dice, person: Person, places: Mapping[str, Destinations], by_id: Mapping[str, Place]) -> Outing:
    purpose = dice.pick_key(facts.PURPOSE_SHARES)
    usual = dict(person.usual)
    if purpose in usual and dice.chance(USUAL_SHARE):
        destination = by_id[usual[purpose].place_id]
    else:
        destination = places[purpose].pick(dice, home=person.at)
    ride_s = direct_s(origin=person.at, destination=LatLon(destination.lat, destination.lon))
    out = _out(dice, purpose=purpose, ride_s=ride_s)
    return Outing(
        person=person,
        destination=destination,
        purpose=purpose,
        party=_party(dice, person),
        out=out,
        back=_back(dice, purpose=purpose, out=out, ride_s=ride_s),
    )


def _out(dice: Dice, *, purpose: str, ride_s: int) -> Leg:
    leave_s = dice.pick_key(facts.HOUR_SHARES) * 3600 + dice.pick_key(MINUTE_SHARES) * 60
    leave_s = min(leave_s, LAST_LEAVE_S)
    if dice.chance(ARRIVE_BY_SHARE.get(purpose, ARRIVE_BY_OTHERWISE)):
        return _arriving(dice, leave_s=leave_s, ride_s=ride_s)
    return Leg(leave_s=leave_s, time_kind=TimeKind.DEPART_AFTER, time_s=leave_s)


def _back(dice: Dice, *, purpose: str, out: Leg, ride_s: int) -> tuple[Leg, ...]:
    """The way home, with the last ride when the stay would be longer; none when even that is too early."""
    stay = facts.STAYS[purpose]
    stay_min = max(SHORTEST_STAY_MIN, dice.normal(mean=stay.mean_min, sd=stay.sd_min))
    wanted, by_arrival = dice.chance(facts.RETURN_SHARE), not dice.chance(facts.DEPART_AFTER_RETURN)
    there_s = out.time_s if out.time_kind is TimeKind.ARRIVE_BY else out.leave_s + ride_s + SLACK_MIN[1] * 60
    leave_s = min(_rounded_up(there_s + round(stay_min * 60)), LAST_LEAVE_S)
    if not wanted or leave_s < there_s + SHORTEST_STAY_MIN * 60:
        return ()
    leg = _arriving(dice, leave_s=leave_s, ride_s=ride_s)
    if by_arrival and leg.time_s <= CLOSE_S:
        return (leg,)
    return (Leg(leave_s=leave_s, time_kind=TimeKind.DEPART_AFTER, time_s=leave_s),)


def _arriving(dice: Dice, *, leave_s: int, ride_s: int) -> Leg:
    slack_s = dice.whole(low=SLACK_MIN[0], high=SLACK_MIN[1]) * 60
    return Leg(leave_s=leave_s, time_kind=TimeKind.ARRIVE_BY, time_s=_rounded_up(leave_s + ride_s + slack_s))


def _rounded_up(second_s: int) -> int:
    """To the next five minutes: nobody asks for 10:03."""
    return -(-second_s // 300) * 300


def _party(dice: Dice, person: Person) -> Party:
    """The rider and companions; the first companion of a wheelchair user is a carer."""
    rider = person.rider
    size = dice.pick_key(facts.PARTY_SHARES)
    first = Passenger(fare_class=rider.fare_class, aid=rider.aid)
    companions = [Passenger(companion_of=0) for _ in range(size - 1)]
    if companions and rider.aid in WHEELCHAIRS:
        companions[0] = Passenger(fare_class=FareClass.CARER, companion_of=0)
    return Party(passengers=(first, *companions))
