"""Days of the sample city with any number of rides, drawn like its history, and a city that holds only their riders.

Everybody who is promised a ride takes it: cancellations and no-shows would only add noise to both sides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from dispatch.model.demand import Fate, HistoricalRequest
from dispatch.model.times import ManualClock
from dispatch.store.memory import MemoryStore
from dispatch.study.city import City, city_of
from sample_data.calls import USUAL_HABITS, Booking, book_day, numbered
from sample_data.city import load_city
from sample_data.dice import Dice, Stream
from sample_data.generate import OUTINGS_PER_DAY, World, make_world
from sample_data.outings import outings_of_day, riders_of_day
from sample_data.tables import SERVICE_ID

KEPT_TABLES_SEED = 1
"""The seed of the riders in the sample city."""

USUAL_RIDES = 55
"""Rides that follow from ``OUTINGS_PER_DAY`` outings, returns included."""

RULES_OF = date(2026, 6, 1)
FIRST_DAY_SEED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleDay:
    """The calls for one day, in the order in which they are made, and the city they come from."""

    number: int
    city: City
    calls: tuple[HistoricalRequest, ...]


def sample_day(number: int, *, rides: int) -> SampleDay:
    """Return day ``number`` with about ``rides`` rides wanted: as many outings as usually make so many."""
    dice = Dice(seed=FIRST_DAY_SEED + number, stream=Stream.DEMO)
    world = _world()
    outings = round(rides * OUTINGS_PER_DAY / USUAL_RIDES)
    riders = riders_of_day(dice, world.people, count=outings)
    booking = Booking(habits=USUAL_HABITS, web_scale=world.web_scale, desk_open=lambda _: True)
    trips = book_day(dice, outings_of_day(dice, riders, world.places, world.by_id), booking, day_offset=0)
    calls = tuple(replace(call, fate=Fate.KEPT) for call in numbered(trips))
    return SampleDay(number=number, city=_city().known_to(frozenset(call.rider_id for call in calls)), calls=calls)


@cache
def _world() -> World:
    return make_world(seed=KEPT_TABLES_SEED)


@cache
def _city() -> City:
    store = MemoryStore()
    load_city(store, clock=ManualClock())
    return city_of(store, SERVICE_ID, RULES_OF)
