"""Write the generated tables of the sample city: ``python -m sample_data.generate --seed 1 [--out DIR]``.

The same seed gives the same bytes. The tables kept with the program were made with seed 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from dispatch.model.catalog import Place, Rider, RiderPlace
from dispatch.model.demand import COLUMNS, HistoricalRequest, format_historical
from dispatch.model.rules import ServiceRules
from dispatch.model.rules_math import runs_on
from dispatch.store.csv_io import kinds
from sample_data import facts, tables
from sample_data.calls import EARLIER_DAYS_ONLY, USUAL_HABITS, Booking, Trip, book_day, numbered
from sample_data.dice import Dice, Stream
from sample_data.geography import CATEGORIES_OF_PURPOSE, Destinations, destinations
from sample_data.names import is_rare
from sample_data.outings import outings_of_day, riders_of_day
from sample_data.people import City, Person, make_people
from sample_data.seasons import HISTORY_START, day_factors
from sample_data.tables import SERVICE_ID

OUTINGS_PER_DAY = 30.1  # with the returns that follow: 55 rides
DEMO_OUTINGS = 30
DEMO_RARE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything fixed that demand is drawn from."""

    people: tuple[Person, ...]
    places: Mapping[str, Destinations]
    by_id: Mapping[str, Place]
    web_scale: float

    def trips(self, dice: Dice, riders: Sequence[Person], booking: Booking, *, day_offset: int) -> tuple[Trip, ...]:
        """One outing of each rider on day ``day_offset``, booked."""
        return book_day(dice, outings_of_day(dice, riders, self.places, self.by_id), booking, day_offset=day_offset)


def make_world(*, seed: int) -> World:
    """The people of ``seed`` in the hand-written city."""
    places = tables.places()
    people = make_people(Dice(seed=seed, stream=Stream.RIDERS), City.of(places, boundary=tables.boundary()))
    web = sum(person.activity * person.web_share for person in people)
    return World(
        people=people,
        places={purpose: destinations(places, purpose=purpose) for purpose in CATEGORIES_OF_PURPOSE},
        by_id={place.id: place for place in places},
        web_scale=(1 - facts.PHONE_SHARE) / web,
    )


def make_history(world: World, rules: ServiceRules, *, seed: int) -> tuple[HistoricalRequest, ...]:
    """One year of requests, by relative calendar day; closed days have none."""
    dice = Dice(seed=seed, stream=Stream.HISTORY)
    booking = Booking(habits=USUAL_HABITS, web_scale=world.web_scale, desk_open=lambda day: _open_on(rules, day))
    trips: list[Trip] = []
    for offset, factor in enumerate(day_factors(Dice(seed=seed, stream=Stream.SEASONS), rules)):
        riders = riders_of_day(dice, world.people, count=dice.poisson(OUTINGS_PER_DAY * factor) if factor > 0 else 0)
        trips += world.trips(dice, riders, booking, day_offset=offset)
    return numbered(trips)


def make_demo(world: World, *, seed: int) -> tuple[HistoricalRequest, ...]:
    """The requests of one ordinary day, day 0, all made on earlier days; riders with a rare name are among them."""
    dice = Dice(seed=seed, stream=Stream.DEMO)
    rare = [person for number, person in enumerate(world.people, start=1) if is_rare(number)]
    riders = riders_of_day(dice, world.people, count=DEMO_OUTINGS, surely=rare[:DEMO_RARE])
    booking = Booking(habits=EARLIER_DAYS_ONLY, web_scale=world.web_scale, desk_open=lambda _: True)
    return numbered(world.trips(dice, riders, booking, day_offset=0))


def table_texts(*, seed: int) -> dict[str, str]:
    """The text of each generated table by file name."""
    world, rules = make_world(seed=seed), tables.sample_rules()
    riders = (Rider(service_id=SERVICE_ID, **person.rider.model_dump()) for person in world.people)
    own = (place for person in world.people for place in person.places())
    rider_places = (RiderPlace(service_id=SERVICE_ID, **place.model_dump()) for place in own)
    return {
        "riders.csv": tables.csv_text(kinds.RIDERS.columns, map(kinds.RIDERS.cells, riders)),
        "rider_places.csv": tables.csv_text(kinds.RIDER_PLACES.columns, map(kinds.RIDER_PLACES.cells, rider_places)),
        "requests.csv": _requests_text(make_history(world, rules, seed=seed)),
        "demo_requests.csv": _requests_text(make_demo(world, seed=seed)),
    }


def _requests_text(requests: tuple[HistoricalRequest, ...]) -> str:
    cells = map(format_historical, requests)
    return tables.csv_text(COLUMNS, ([row[column] for column in COLUMNS] for row in cells))


def main(arguments: Sequence[str]) -> int:
    """Write the tables into the folder given; prints their names and sizes."""
    parser = argparse.ArgumentParser(prog="python -m sample_data.generate", description="Write the sample tables.")
    parser.add_argument("--seed", type=int, default=1, help="seed of all random draws (the kept tables: 1)")
    parser.add_argument("--out", type=Path, default=Path("sample_data/data"), help="folder for the tables")
    chosen = parser.parse_args(arguments)
    chosen.out.mkdir(parents=True, exist_ok=True)
    for name, text in table_texts(seed=chosen.seed).items():
        (chosen.out / name).write_text(text, encoding="utf-8", newline="\n")
        sys.stdout.write(f"{name}: {len(text.splitlines()) - 1} rows\n")
    return 0


def _open_on(rules: ServiceRules, day_offset: int) -> bool:
    return runs_on(rules, HISTORY_START + timedelta(days=day_offset))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
