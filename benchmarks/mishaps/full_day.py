"""A full day in a file: booked call by call, planned, and copied for everything that is to go wrong on it.

The hamlet with eight vehicles and two hundred reservations, as under the load of `benchmarks.proof.busy_day`, but
booked in this process on the evening before and planned by a search of fixed length. Everything follows from the seed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from benchmarks.errors import SettingsError
from benchmarks.proof.hamlet import PLACES, SERVICE, found
from dispatch.booking.proposal import Offered
from dispatch.desk import Desk
from dispatch.installation import Settings, open_store
from dispatch.model.actor import Actor, Channel, Role
from dispatch.model.party import Party, Passenger
from dispatch.model.spot import SpotKind, SpotRef
from dispatch.model.times import ManualClock, to_moment
from dispatch.model.wish import NO_GUEST, TimeKind, WishForm
from dispatch.planning.outcome import Iterations
from dispatch.solver_bridge.travel import TravelBooks, straight_times
from dispatch.solver_bridge.workplace import Workplace

DAY = date(2026, 11, 24)
EVENING_S = -6 * 3600
OPERATOR = Actor(id="operator", role=Role.OPERATOR)
OPEN_S, CLOSE_S = 8 * 3600 + 1800, 16 * 3600
CALLS_A_TRIP = 10
"""So many callers for each trip wanted, before the day is called too full."""

STEPS = 2_000
"""Length of the search after the last call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """A desk at the day, and the clock on its wall."""

    desk: Desk
    clock: ManualClock


@dataclass(frozen=True, slots=True, kw_only=True)
class FullDay:
    """The day in ``file``; whoever looks at it works on a copy."""

    file: Path
    travel: TravelBooks

    @contextmanager
    def copied(self, *, now_s: int) -> Iterator[At]:
        """A desk at a copy of the day, at second ``now_s`` of it."""
        copy = self.file.with_name("copy.db")
        shutil.copyfile(self.file, copy)
        with _desk(copy, self.travel, now_s=now_s) as at:
            yield at
        copy.unlink()


def full_day(folder: Path, *, trips: int, vehicles: int, seed: int) -> FullDay:
    """Book a day and plan it.

    Raises
    ------
    SettingsError
        So many trips find no room on so many vehicles.
    """
    day = FullDay(file=folder / "day.db", travel=TravelBooks(straight_times))
    dice, riders = Random(seed), 2 * trips
    with _desk(day.file, day.travel, now_s=EVENING_S) as at:
        found(at.desk.store, vehicles=vehicles, riders=riders)
        booked = 0
        for _ in range(CALLS_A_TRIP * trips):
            answer = at.desk.propose(form=_wish(dice, riders=riders))
            if isinstance(answer, Offered):
                at.desk.accept(offer_id=answer.offers[0].id, actor=OPERATOR, overlap_confirmed=True)
                booked += 1
            if booked == trips:
                break
        else:
            cause = f"Only {booked} of {trips} trips found room on {vehicles} vehicles."
            raise SettingsError(code="day_too_full", item="--trips", cause=cause, action="Ask for fewer.")
        at.desk.replan(service_id=SERVICE, day=DAY, actor=OPERATOR, effort=Iterations(value=STEPS))
    return day


@contextmanager
def _desk(file: Path, travel: TravelBooks, *, now_s: int) -> Iterator[At]:
    store, clock = open_store(Settings(database_url=f"sqlite:///{file}")), ManualClock()
    clock.set(to_moment(DAY, now_s))
    try:
        yield At(desk=Desk(workplace=Workplace(store=store, clock=clock, travel=travel)), clock=clock)
    finally:
        store.close()


def _wish(dice: Random, *, riders: int) -> WishForm:
    origin, destination = dice.sample(PLACES, 2)
    return WishForm(
        service_id=SERVICE,
        date=DAY,
        rider_id=f"R{dice.randrange(riders)}",
        guest=NO_GUEST,
        origin=SpotRef(kind=SpotKind.PLACE, id=origin),
        destination=SpotRef(kind=SpotKind.PLACE, id=destination),
        time_kind=TimeKind.DEPART_AFTER,
        time_s=dice.randrange(OPEN_S, CLOSE_S, 300),
        party=Party(passengers=(Passenger(),)),
        channel=Channel.PHONE,
        actor=OPERATOR,
        overlap_confirmed=True,
    )
