"""Two days in numbers compared by what the numbers stand for: places by where they lie, whatever their order.

Places that no visit and no vehicle needs may be left over from trips that went.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from dispatch.model.promise import Promise
from dispatch.model.spot import Spot, SpotKind
from dispatch.model.wish import NO_ID
from dispatch.solver_bridge.day_problem import DayProblem, day_problem
from dispatch.solver_bridge.ride import Ride, rides_of
from dispatch.solver_bridge.workplace import Workday
from maps.geo import LatLon
from solver.checker import check
from solver.problem import Int64

Meaning: TypeAlias = Mapping[str, object]
PLACES, TABLES = ("place_of_visit", "start_place", "end_place"), ("travel", "cost")


def meaning(day: DayProblem) -> Meaning:
    """Everything of a day in numbers, each place as its point."""
    problem = day.problem
    used = sorted({place for name in PLACES for place in getattr(problem, name).tolist()})
    told: dict[str, object] = {}
    for name, value in zip(problem._fields, problem, strict=True):
        if name in PLACES:
            told[name] = [day.points[place] for place in value.tolist()]
        elif name in TABLES:
            told[name] = _between(day.points, used, value if name == "cost" else value[0])
        else:
            told[name] = (value.dtype, value.tolist()) if hasattr(value, "tolist") else value
    rest = (day.service.tolist(), day.rides, day.shifts, day.solution, day.rests.tolist(), day.wait_over_s)
    behind = [(one.visits, one.breaks, one.depart_s, one.leading, one.reported) for one in day.behind]
    return {**told, "rest": rest, "behind": behind}


def _between(points: tuple[LatLon, ...], used: list[int], table: Int64) -> dict[tuple[LatLon, LatLon], int]:
    return {(points[a], points[b]): int(table[a, b]) for a in used for b in used}


def anew(workday: Workday, *asked: Ride) -> DayProblem:
    """The day worked out from nothing, with the trips it has and those asked for."""
    rides = (*rides_of(workday.state.reservations), *asked)
    return day_problem(workday.state, rides, book=workday.book, now_s=workday.now_s)


def asking_for(at_s: int, *, origin: LatLon, destination: LatLon, linked_to: int = NO_ID) -> Ride:
    """A trip of one person from one point to another, fetched within a quarter of an hour from ``at_s`` on."""
    promise = Promise(
        pickup_earliest_s=at_s,
        pickup_latest_s=at_s + 900,
        arrival_latest_s=at_s + 3600,
        ride_max_s=2700,
        rules_digest="",
        travel_digest="",
    )
    return Ride(
        reservation_id=NO_ID,
        origin=Spot(kind=SpotKind.POINT, id="", at=origin),
        destination=Spot(kind=SpotKind.POINT, id="", at=destination),
        seats=(1, 0),
        boarding_s=60,
        alighting_s=30,
        promise=promise,
        linked_to=linked_to,
    )


def check_numbers(workday: Workday, ride: Ride) -> None:
    """What is kept of a day, and what is added to it for one more trip, is what would be worked out from nothing.

    So is the answer whether its plan keeps the rules, whether it was proven before or is looked at now.
    """
    fresh = anew(workday)
    assert meaning(workday.booked()) == meaning(fresh)
    in_order = workday.numbers.in_order(workday.state, book=workday.book, now_s=workday.now_s)
    assert in_order == (not check(fresh.stated, fresh.solution))
    assert meaning(workday.asking(ride)) == meaning(anew(workday, ride))
