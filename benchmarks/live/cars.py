"""The vehicles on the road: where they are, whom they carry, what they have driven.

A vehicle that stands leaves for its next visit when it is time to, not before: the later it leaves, the more calls have
come that may change where it goes. With nobody aboard it leaves late within the slack that its route has (`Habits`),
with riders aboard as soon as there is something to drive to. Once on its way it drives at constant speed on a straight
line; whether a new plan may turn it before it arrives is a habit, too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from benchmarks.live.square import KM_PER_S, LiveDay

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How vehicles behave.

    Attributes
    ----------
    hold
        Share of the slack of its route that an empty vehicle lets pass before it leaves; 0: it arrives as early as the
        next rider is ready, 1: everything on its route is as late as was promised.
    turning
        A vehicle under way may be sent elsewhere; otherwise it drives to where it left for.
    """

    hold: float
    turning: bool


class Leg(NamedTuple):
    """On the way to ``visit``."""

    visit: int
    left_s: int
    arrives_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Driven in one go. ``made`` is the visit made at its end, at ``end_s``; nothing where the vehicle was turned."""

    origin: Point
    left_s: int
    end: Point
    end_s: int
    towards: int
    made: tuple[int, ...]

    @property
    def km(self) -> float:
        return math.dist(self.origin, self.end)


@dataclass(slots=True, kw_only=True)
class Car:
    """One vehicle: at ``at`` and free from ``free_s`` on, or, when there is a leg, on its way from there."""

    at: Point
    free_s: int = 0
    aboard: list[int] = field(default_factory=list)
    todo: list[int] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)
    driven: list[Stretch] = field(default_factory=list)


class Road:
    """All vehicles of a day; time moves on by `drive_until` only."""

    def __init__(self, day: LiveDay, habits: Habits) -> None:
        self._habits = habits
        self.day = day
        self.now_s = 0
        self.spots: list[Point] = [(x, y) for x, y in day.spot_km.tolist()]
        self.earliest_s: list[int] = day.earliest_s.tolist()
        self.latest_s: list[int] = day.latest_s.tolist()
        self.cars = [Car(at=spot) for spot in self.spots[2 * day.n_requests :]]

    def drive_until(self, until_s: int) -> None:
        """Let the vehicles follow their routes."""
        for car in self.cars:
            while car.todo and self._begun(car, until_s):
                leg = car.legs[0]
                at_s = max(leg.arrives_s, self.earliest_s[leg.visit])
                if self._habits.turning and at_s > until_s:
                    break
                self._arrive(car, leg, at_s)
        self.now_s = until_s

    def where(self, car: Car) -> Point:
        """Where the vehicle can begin something new, at ``max(free_s, now_s)``."""
        if not car.legs:
            return car.at
        leg, there = car.legs[0], self.spots[car.legs[0].visit]
        share = min(1.0, (self.now_s - car.legs[0].left_s) / max(1, leg.arrives_s - leg.left_s))
        return car.at[0] + share * (there[0] - car.at[0]), car.at[1] + share * (there[1] - car.at[1])

    def send(self, car: Car, todo: Sequence[int]) -> None:
        """Give a vehicle a new route; it is turned when it is on its way to another visit than the first of it."""
        if car.legs and list(todo[:1]) != [car.legs[0].visit]:
            here, leg = self.where(car), car.legs.pop()
            self._note(car, leg, here, self.now_s, made=())
        car.todo = list(todo)

    def _begun(self, car: Car, until_s: int) -> bool:
        """Whether the vehicle is on its way to its next visit by then; if it is time, it leaves."""
        if not car.legs:
            drive_s = self._drive_s(car.at, self.spots[car.todo[0]])
            left_s = max(car.free_s, self.now_s, self._leaves_s(car, drive_s))
            if left_s > until_s:
                return False
            car.legs.append(Leg(car.todo[0], left_s, left_s + drive_s))
        return True

    def _leaves_s(self, car: Car, drive_s: int) -> int:
        """When it is time to leave for the next visit."""
        soonest_s = max(self.earliest_s[car.todo[0]], car.free_s + drive_s)
        if car.aboard:
            return soonest_s - drive_s
        latest_s = self.latest_s[car.todo[-1]]
        for visit, following in reversed(list(pairwise(car.todo))):
            leg_s = self._drive_s(self.spots[visit], self.spots[following])
            latest_s = min(self.latest_s[visit], latest_s - leg_s)
        return soonest_s - drive_s + int(self._habits.hold * max(0, latest_s - soonest_s))

    def _arrive(self, car: Car, leg: Leg, at_s: int) -> None:
        self._note(car, leg, self.spots[leg.visit], at_s, made=(leg.visit,))
        car.legs.clear()
        car.todo.pop(0)
        request = leg.visit % self.day.n_requests
        if leg.visit < self.day.n_requests:
            car.aboard.append(request)
        else:
            car.aboard.remove(request)

    def _note(self, car: Car, leg: Leg, end: Point, end_s: int, *, made: tuple[int, ...]) -> None:
        car.driven.append(Stretch(origin=car.at, left_s=leg.left_s, end=end, end_s=end_s, towards=leg.visit, made=made))
        car.at, car.free_s = end, end_s

    @staticmethod
    def _drive_s(origin: Point, end: Point) -> int:
        return math.ceil(math.dist(origin, end) / KM_PER_S - 1e-9)
