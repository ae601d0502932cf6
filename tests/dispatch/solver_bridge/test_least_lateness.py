"""The least lateness against all plans there are: a taxi is called off on a tiny day, and every order is tried."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random

import pytest

from dispatch.booking.proposal import Offered
from dispatch.model.promise import BreachCause
from dispatch.moves.off_the_road import off_the_road
from dispatch.moves.withdrawal import Withdrawal
from dispatch.solver_bridge.day_problem import DayProblem
from dispatch.solver_bridge.least import driven_on, least_late
from dispatch.solver_bridge.relaxing import LATEST_MIN, late_in, late_on, relaxed
from dispatch.solver_bridge.ride import rides_of
from dispatch.store.memory import MemoryStore
from solver.checker import check
from solver.problem import Problem
from solver.schedule import schedule
from solver.solution import TimedRoute
from tests.scenarios.reporting import at_clock, boarded, reported
from tests.scenarios.test_replan import shift_of
from tests.scenarios.town import OPERATOR, PLACES, SERVICE, TUESDAY, TWO_TAXIS, Town, open_town, town_rules

THREE_TAXIS = (*TWO_TAXIS, TWO_TAXIS[0])
NO_WAY = 10**6
"""Minutes of a route that cannot be driven."""


def morning(seed: int, *, taxis: int, calls: int) -> Town:
    """So many calls for trips between nine and ten, as far as they find room."""
    town, dice = open_town(MemoryStore(), rules=town_rules(), layouts=THREE_TAXIS[:taxis]), Random(seed)
    for number in range(calls):
        origin, destination = dice.sample([place.id for place in PLACES], 2)
        after = f"9:{dice.randrange(0, 60, 5):02d}"
        form = town.wish(f"R{number}", origin=origin, destination=destination, after=after)
        answer = town.desk.propose(form=form)
        if isinstance(answer, Offered):
            town.desk.accept(offer_id=answer.offers[0].id, actor=OPERATOR)
    return town


def without(town: Town, shift_id: str) -> DayProblem:
    """The day in numbers once a shift has been called off."""
    before = town.desk.workplace.workday(SERVICE, TUESDAY)
    asked = Withdrawal(shift_id=shift_id, cause=BreachCause.SHIFT)
    workday = off_the_road(town.store, before, asked, actor=OPERATOR).workday
    return workday.problem(rides_of(workday.state.reservations))


def orders(problem: Problem, requests: frozenset[int], done: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """Every order of the visits of some requests in which each is dropped after it was boarded."""
    if len(done) == 2 * len(requests):
        yield done
        return
    for request in sorted(requests):
        following = problem.drop(request) if request in done else request
        if following not in done:
            yield from orders(problem, requests, (*done, following))


def best_of(day: DayProblem, wide: Problem, vehicle: int, requests: frozenset[int]) -> int:
    """The least greatest lateness with which one vehicle drives exactly these requests."""
    least = NO_WAY
    for order in orders(day.problem, requests):
        timed = schedule(wide, vehicle, order)
        if isinstance(timed, TimedRoute):
            least = min(least, max((minutes for _, minutes in late_on(day, timed)), default=0))
        if least == 0:  # nobody can be less late
            break
    return least


def least_of_all(day: DayProblem, concerned: frozenset[int]) -> int:
    """The least greatest lateness of all plans in which only those concerned are late.

    Plans that share the work go first, for most often one of them is in time and no other can be better.
    """
    wide = relaxed(day, dict.fromkeys(concerned, LATEST_MIN)).problem
    best: dict[tuple[int, frozenset[int]], int] = {}
    least, vehicles = NO_WAY, [v for v, shift in enumerate(day.shifts) if not shift.stopped]
    every = product(vehicles, repeat=len(day.rides))
    for carriers in sorted(every, key=lambda carriers: max(map(carriers.count, vehicles))):
        worst = 0
        for vehicle in vehicles:
            key = vehicle, frozenset(request for request, carrier in enumerate(carriers) if carrier == vehicle)
            if key not in best:
                best[key] = best_of(day, wide, *key)
            worst = max(worst, best[key])
            if worst >= least:
                break
        least = min(least, worst)
        if least == 0:
            break
    return least


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_at_all_has_a_lesser_greatest_lateness(seed: int) -> None:
    """Four calls, two or three taxis, one called off in the evening: as good as the best of all plans."""
    day = without(morning(seed, taxis=2 + seed % 2, calls=4), f"S{1 + seed % 2}")
    concerned = driven_on(day).lost
    plan = least_late(day)
    late = late_in(day, plan)
    assert set(late) <= concerned
    assert check(relaxed(day, late).problem, plan) == ()
    assert max(late.values(), default=0) == least_of_all(day, concerned)


def test_the_least_is_found_again() -> None:
    """Twice the same day: the same plan to the second."""
    days = [without(morning(3, taxis=3, calls=8), "S1") for _ in range(2)]
    assert least_late(days[0]) == least_late(days[1])


@pytest.mark.parametrize("seed", range(6))
def test_nobody_is_later_than_if_nothing_were_done(seed: int) -> None:
    """One of two taxis still has to drop its first party twenty minutes after it should have: who has a vehicle
    that drives on is at most as late as it would be there, and everybody else is in time."""
    town = morning(seed, taxis=2, calls=7)
    routes = town.desk.plan(service_id=SERVICE, day=TUESDAY).routes
    first = min((visit for route in routes for visit in route.visits), key=lambda visit: visit.start_s)
    minute = first.start_s // 60 + 20
    clock = f"{minute // 60}:{minute % 60:02d}"
    at_clock(town, clock)
    trip = town.store.reservation(first.reservation_id)
    reported(town, boarded(trip, clock, shift=shift_of(routes, trip.id)))
    workday = town.desk.workplace.workday(SERVICE, TUESDAY)
    day = workday.problem(rides_of(workday.state.reservations))
    undone, late = driven_on(day), late_in(day, least_late(day))
    assert not undone.lost
    assert all(minutes <= undone.late_min[request] for request, minutes in late.items())
