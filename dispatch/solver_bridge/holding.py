"""Held offers stand among the promised trips of a day, and in no plan.

Whoever works on a day with live holds sees their trips as reservations under negative numbers (`with_holds`), so that
everything finds them in its way: offers, acceptances, cancellations, re-plans. When a plan is about to be stored, it is
parted (`parted`): the routes of the real trips are the plan; the *whole* routes, held trips included, are kept
beside it (`Plan.held`). Nobody is driven for a caller who is still thinking.

Any of the holds may be accepted and any may expire, in any order; the two legs of a pair only together. So a plan is
stored only when every route stays possible with any selection of its held trips (of the trips that these would replace,
too), by trying each: taking a visit out keeps all rules but the one about waiting aboard. And the parting ways of the
two must lie after the last expiry, so that no vehicle has yet left for where only one of them goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain, combinations

from dispatch.model.day_state import DayState
from dispatch.model.errors import PlanRejected
from dispatch.model.hold import Hold, is_held
from dispatch.model.plan import Route, Visit
from dispatch.model.times import to_second
from dispatch.model.wish import NO_ID
from dispatch.solver_bridge.day_problem import DayProblem, following
from dispatch.solver_bridge.routes import routes_of, stated
from solver.checker import check
from solver.schedule import times_if_any
from solver.solution import Solution, TimedRoute

SELECTIONS_MAX = 6
"""Trips of one route that may or may not come about: 64 selections to try are few, more held trips are refused."""

IN_THE_WAY = "held_offer_in_the_way"


def live_holds(state: DayState, now: datetime) -> tuple[Hold, ...]:
    """The holds of a day that have not expired, ordered by offer."""
    return tuple(sorted((hold for hold in state.holds if hold.live(now)), key=lambda hold: hold.offer_id))


def with_holds(state: DayState, holds: tuple[Hold, ...]) -> DayState:
    """The day with the trips of ``holds`` among its reservations, on the routes kept for them."""
    if not holds:
        return state
    trips = (*(hold.trip for hold in holds), *state.reservations)
    standing = {trip.id for trip in trips}
    routes = tuple(_of(standing, route) for route in state.plan.held or state.plan.routes)
    plan = replace(state.plan, routes=tuple(route for route in routes if route.visits))
    return replace(state, reservations=trips, plan=plan)


def _of(standing: set[int], route: Route) -> Route:
    visits = tuple(visit for visit in route.visits if visit.reservation_id in standing)
    return route if visits == route.visits else replace(route, visits=visits)


def renumbered(routes: tuple[Route, ...], *, old: int, new: int) -> tuple[Route, ...]:
    """The routes with the visits of trip ``old`` as those of trip ``new``."""

    def named(visit: Visit) -> Visit:
        return replace(visit, reservation_id=new) if visit.reservation_id == old else visit

    return tuple(replace(route, visits=tuple(map(named, route.visits))) for route in routes)


def parted(whole: DayProblem, solution: Solution, real: DayProblem, *, holds: tuple[Hold, ...]) -> Solution:
    """The routes of the real trips alone: ``solution`` of ``whole`` without the held ones, their times kept.

    ``real`` is the day in numbers for the real trips only.

    Raises
    ------
    PlanRejected
        ``held_offer_in_the_way`` when not every selection of held trips would be possible, or a vehicle leaves for one
        of them before all have expired.
    """
    last = max(hold.until for hold in holds)
    until_s = to_second(holds[0].trip.date, last)
    loose = {hold.change_of: hold.change_of for hold in holds if hold.change_of != NO_ID}
    loose |= {hold.trip.id: hold.together for hold in holds}
    kept = following(real, routes_of(whole, solution)).solution
    faulty = {fault.vehicle for fault in check(real.stated, stated(real, kept))}
    routes = []
    for vehicle, (timed, alone) in enumerate(zip(solution.routes, kept.routes, strict=True)):
        _check_selections(whole, vehicle, timed, loose=loose)
        if vehicle in faulty or _lost_an_end(whole, timed):
            alone = _timed_anew(real, vehicle, alone)
        _check_apart((whole, real), vehicle, (timed, alone), until_s=until_s)
        routes.append(alone)
    return Solution(routes=tuple(routes), unserved=kept.unserved)


def _lost_an_end(day: DayProblem, timed: TimedRoute) -> bool:
    """Whether a held trip comes first or last on the route: without it, the vehicle leaves later or is home sooner."""
    return any(is_held(_trip(day, visit)) for visit in (*timed.visits[:1], *timed.visits[-1:]))


def _timed_anew(day: DayProblem, vehicle: int, route: TimedRoute) -> TimedRoute:
    timed = times_if_any(day.problem, vehicle, route.visits)
    if timed is None:
        raise PlanRejected(IN_THE_WAY)
    return timed


def _check_selections(day: DayProblem, vehicle: int, timed: TimedRoute, *, loose: dict[int, int]) -> None:
    """Whether the route stays possible whichever of its loose trips leave it; ``loose`` says which leave together."""
    here = sorted({loose[_trip(day, visit)] for visit in timed.visits if _trip(day, visit) in loose})
    if not here:
        return
    if len(here) > SELECTIONS_MAX:
        raise PlanRejected(IN_THE_WAY)
    for gone in chain.from_iterable(combinations(here, count) for count in range(1, len(here) + 1)):
        visits = tuple(visit for visit in timed.visits if loose.get(_trip(day, visit), NO_ID) not in gone)
        if times_if_any(day.problem, vehicle, visits) is None:
            raise PlanRejected(IN_THE_WAY)


def _check_apart(
    days: tuple[DayProblem, DayProblem], vehicle: int, routes: tuple[TimedRoute, TimedRoute], *, until_s: int
) -> None:
    """Whether the vehicle leaves for the first thing in which the two routes differ after ``until_s``."""
    one, other = (list(_visits(day, route)) for day, route in zip(days, routes, strict=True))
    pairs = enumerate(zip(one, other, strict=False))
    same = next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))
    for day, route in zip(days, routes, strict=True):
        if same < len(route.visits) and _leaves_s(day, vehicle, route, same) <= until_s:
            raise PlanRejected(IN_THE_WAY)


def _visits(day: DayProblem, route: TimedRoute) -> Iterator[tuple[int, bool, int]]:
    for visit, start_s in zip(route.visits, route.starts, strict=True):
        yield _trip(day, visit), visit < len(day.rides), start_s


def _leaves_s(day: DayProblem, vehicle: int, route: TimedRoute, position: int) -> int:
    """When the vehicle must leave for the visit at ``position``, its breaks on the way taken."""
    place = day.problem.place_of_visit
    before = place[route.visits[position - 1]] if position else day.problem.start_place[vehicle]
    free_s = route.starts[position - 1] if position else route.depart
    start_s = route.starts[position]
    rest_s = sum(int(day.rests[index]) for index, at_s in route.break_starts if free_s <= at_s < start_s)
    return start_s - rest_s - int(day.problem.travel[:, before, place[route.visits[position]]].max())


def _trip(day: DayProblem, visit: int) -> int:
    return day.rides[visit % len(day.rides)].reservation_id
