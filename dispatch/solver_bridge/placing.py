"""Placing one trip in the day: where it fits best, or what stands in its way at each vehicle."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dispatch.model.wish import NO_ID
from dispatch.solver_bridge.day_problem import DayProblem
from solver.insertion import Block, Candidate, rank, takers
from solver.solution import Solution, TimedRoute


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """The best place of a trip: the vehicle, the times there, and the cost to everybody else.

    ``shifted`` are the reservations on the route whose scheduled times change, in order of their numbers.
    """

    vehicle: int
    solution: Solution
    pickup_s: int
    arrival_s: int
    ride_s: int
    added_m: int
    others_delay_s: int
    shifted: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPlace:
    """No vehicle can take the trip; ``blocks`` names the rule at each, and the least changes that would help."""

    blocks: tuple[Block, ...]


def place(day: DayProblem, request: int) -> Placement | NoPlace:
    """The place of ``request`` that adds the fewest metres; among equals the one that delays others least."""
    ranking = rank(day.problem, day.solution, request)
    if not ranking.candidates:
        return NoPlace(blocks=ranking.blocks)
    best = min(ranking.candidates, key=lambda c: (c.cost_delta, c.delay_of_others_ticks, c.vehicle))
    return _placement(day, request, best)


def carriers(day: DayProblem, request: int) -> frozenset[int]:
    """The vehicles that have a place for ``request``."""
    return takers(day.problem, day.solution, request)


def _placement(day: DayProblem, request: int, best: Candidate) -> Placement:
    route = best.route
    pickup_s, arrival_s = route.starts[best.pickup_position], route.starts[best.drop_position]
    routes = (*day.solution.routes[: best.vehicle], route, *day.solution.routes[best.vehicle + 1 :])
    unserved = tuple(other for other in day.solution.unserved if other != request)
    return Placement(
        vehicle=best.vehicle,
        solution=replace(day.solution, routes=routes, unserved=unserved),
        pickup_s=pickup_s,
        arrival_s=arrival_s,
        ride_s=arrival_s - pickup_s - day.rides[request].boarding_s,
        added_m=best.cost_delta,
        others_delay_s=best.delay_of_others_ticks,
        shifted=_shifted(day, day.solution.routes[best.vehicle], route),
    )


def _shifted(day: DayProblem, before: TimedRoute, after: TimedRoute) -> tuple[int, ...]:
    """Whose visits are on both routes at different times; held trips are nobody's yet."""
    was = dict(zip(before.visits, before.starts, strict=True))
    moved = {v for v, start_s in zip(after.visits, after.starts, strict=True) if was.get(v, start_s) != start_s}
    numbers = {day.rides[visit % len(day.rides)].reservation_id for visit in moved}
    return tuple(sorted(number for number in numbers if number > NO_ID))
