"""Placing one trip in the day: where it fits best, or what stands in its way at each vehicle.

Who asks for one trip under several promises keeps a `Placing`: the day's routes are then read once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dispatch.model.promise import Promise
from dispatch.model.wish import NO_ID
from dispatch.solver_bridge.day_problem import DayProblem, limits_under
from solver.insertion import Block, Candidate, Insertion, RelaxationKind
from solver.solution import Solution, TimedRoute

MOVING = (RelaxationKind.TRIP_LATER, RelaxationKind.TRIP_EARLIER)
"""The whole trip at another time."""

RELIEVING = (*MOVING, RelaxationKind.MORE_SEATS)
"""The changes of a trip that its caller can be asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """The best place of a trip: the vehicle, the times there, and the cost to everybody else.

    ``route`` is the vehicle's with the trip, instead of the one in ``before``; ``shifted`` are the reservations on it
    whose scheduled times change, in order of their numbers.
    """

    request: int
    vehicle: int
    before: Solution
    route: TimedRoute
    pickup_s: int
    arrival_s: int
    ride_s: int
    added_m: int
    others_delay_s: int
    shifted: tuple[int, ...]

    @property
    def solution(self) -> Solution:
        """The plan with the trip in it."""
        routes, unserved = self.before.routes, self.before.unserved
        return replace(
            self.before,
            routes=(*routes[: self.vehicle], self.route, *routes[self.vehicle + 1 :]),
            unserved=tuple([other for other in unserved if other != self.request]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPlace:
    """No vehicle can take the trip. Why, and what would help, is looked for when it is asked for."""

    insertion: Insertion

    def blocks(self) -> tuple[Block, ...]:
        """The rule at each vehicle, and the least `RELIEVING` changes that would make a place there."""
        return self.insertion.explain(kinds=RELIEVING)

    def moves(self, *, most_s: int) -> dict[RelaxationKind, int]:
        """Of `MOVING` the least seconds, up to ``most_s``, that would make a place at any vehicle, where they do."""
        return self.insertion.least(kinds=MOVING, most=most_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """One trip of a day, which is on none of its routes, asked for under one promise or another; for one thread."""

    day: DayProblem
    request: int
    insertion: Insertion

    @classmethod
    def of(cls, day: DayProblem, request: int) -> Placing:
        """The trip as the day states it."""
        return cls(day=day, request=request, insertion=Insertion(day.problem, day.solution, request))

    def under(self, promise: Promise) -> Placing:
        """The same trip under ``promise``."""
        limits = limits_under(promise, boarding_s=self.day.rides[self.request].boarding_s)
        return Placing(day=self.day, request=self.request, insertion=self.insertion.under(limits))

    def place(self) -> Placement | NoPlace:
        """The place that adds the fewest metres; among equals the one that delays others least."""
        cheapest = self.insertion.cheapest()
        if not cheapest:
            return NoPlace(insertion=self.insertion)
        return _placement(self.day, min(cheapest, key=lambda c: (c.delay_of_others_ticks, c.vehicle)))

    def carriers(self) -> frozenset[int]:
        """The vehicles that have a place for the trip."""
        return self.insertion.takers()


def place(day: DayProblem, request: int) -> Placement | NoPlace:
    """The place of ``request``, as `Placing.place`."""
    return Placing.of(day, request).place()


def carriers(day: DayProblem, request: int) -> frozenset[int]:
    """The vehicles that have a place for ``request``."""
    return Placing.of(day, request).carriers()


def _placement(day: DayProblem, best: Candidate) -> Placement:
    route = best.route
    pickup_s, arrival_s = route.starts[best.pickup_position], route.starts[best.drop_position]
    return Placement(
        request=best.request,
        vehicle=best.vehicle,
        before=day.solution,
        route=route,
        pickup_s=pickup_s,
        arrival_s=arrival_s,
        ride_s=arrival_s - pickup_s - day.rides[best.request].boarding_s,
        added_m=best.cost_delta,
        others_delay_s=best.delay_of_others_ticks,
        shifted=_shifted(day, day.solution.routes[best.vehicle], route),
    )


def _shifted(day: DayProblem, before: TimedRoute, after: TimedRoute) -> tuple[int, ...]:
    """Whose visits are on both routes at different times; held trips are nobody's yet."""
    was, n = dict(zip(before.visits, before.starts, strict=True)), len(day.rides)
    moved = [v for v, start_s in zip(after.visits, after.starts, strict=True) if was.get(v, start_s) != start_s]
    numbers = {day.rides[visit % n].reservation_id for visit in moved}
    return tuple(sorted(number for number in numbers if number > NO_ID))
