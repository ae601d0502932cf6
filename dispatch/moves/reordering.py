"""Putting one visit before or after another on the same route: the order is the dispatcher's, the times are exact.

Nobody changes vehicle and nobody's promise changes. What can be forced is what no promise forbids: that somebody waits
aboard longer than the rules say, and an order that was kept by hand before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from dispatch.model.errors import Conflict, InvalidInput, RuleRefused
from dispatch.model.reservation import KeptOrder, Reservation, Side
from dispatch.model.times import DAY_S
from dispatch.moves.assigning import Fitted, NotFitted
from dispatch.moves.move import KEPT_ORDER, Objection, Reorder
from dispatch.moves.objections import lifted, objection_of
from dispatch.solver_bridge.day_problem import DayProblem, patient
from dispatch.solver_bridge.orders import Sequence, undone
from dispatch.solver_bridge.resettling import driving_on
from dispatch.solver_bridge.ride import rides_of, visit_numbers
from dispatch.solver_bridge.routes import stated
from dispatch.solver_bridge.workplace import Workday
from solver.checker import check
from solver.problem import Problem, frozen
from solver.rules import Rule
from solver.schedule import schedule, times_if_any
from solver.solution import Solution, TimedRoute

NOWHERE = -1
"""No visit of the problem."""


def reordered(workday: Workday, reservation: Reservation, move: Reorder) -> Fitted | NotFitted:
    """The day's plan with the visit in its new turn, or what stands against that.

    Raises
    ------
    InvalidInput
        ``visit_beside_itself`` when both visits are of one trip.
    RuleRefused
        ``visits_apart`` when they are not on one route; ``visit_begun`` when the vehicle has left for one of them, or
        for a visit that would have to come later.
    Conflict
        ``move_changes_nothing`` when they stand so and are kept so already.
    """
    turn = _turn(driving_on(workday.booked()), move)
    shift_id = turn.day.shifts[turn.vehicle].shift_id
    if turn.visits == turn.now and move.order in reservation.keeps and reservation.vehicle_lock == shift_id:
        raise Conflict("move_changes_nothing", reservation_id=reservation.id)
    lost = undone(turn.day, turn.day.solution, turn.with_route(replace(turn.route, visits=turn.visits)))
    trips = tuple(_kept(trip, move, lost, shift_id=shift_id) for trip in workday.state.reservations)
    workday = replace(workday, state=replace(workday.state, reservations=trips))
    turn = replace(turn, day=driving_on(workday.problem(rides_of(trips))))
    found = _timed(turn)
    if not isinstance(found, _Timed):
        return NotFitted(objections=found)
    losers = {one.reservation_id for one in lost}
    against = tuple(Objection(rule=KEPT_ORDER, reservation_id=loser, amount=0) for loser in sorted(losers))
    return Fitted(
        workday=workday,
        day=found.day,
        solution=found.solution,
        reservation=next(trip for trip in trips if trip.id == reservation.id),
        against=(*against, *found.waits),
        others=tuple(trip for trip in trips if trip.id in losers - {reservation.id}),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """The route of ``vehicle`` on a day, and its visits in the order asked for by moving one of trip ``moved``."""

    day: DayProblem
    moved: int
    vehicle: int
    visits: tuple[int, ...]

    @property
    def route(self) -> TimedRoute:
        return self.day.solution.routes[self.vehicle]

    @property
    def now(self) -> tuple[int, ...]:
        return self.route.visits

    def with_route(self, route: TimedRoute) -> Solution:
        routes = self.day.solution.routes
        return replace(self.day.solution, routes=(*routes[: self.vehicle], route, *routes[self.vehicle + 1 :]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Timed:
    """A plan that breaks nothing but what ``waits`` says of riders who would wait aboard."""

    day: DayProblem
    solution: Solution
    waits: tuple[Objection, ...] = ()


def _turn(day: DayProblem, move: Reorder) -> _Turn:
    if move.reservation_id == move.other_id:
        raise InvalidInput("visit_beside_itself", reservation_id=move.reservation_id)
    numbers = visit_numbers(day.rides)
    own = numbers.get((move.reservation_id, move.task), NOWHERE)
    other = numbers.get((move.other_id, move.other_task), NOWHERE)
    for vehicle, route in enumerate(day.solution.routes):
        if own in route.visits and other in route.visits:
            visits = _in_turn(day, vehicle, move, (own, other))
            return _Turn(day=day, moved=move.reservation_id, vehicle=vehicle, visits=visits)
    raise RuleRefused("visits_apart", reservation_id=move.reservation_id, other_id=move.other_id)


def _in_turn(day: DayProblem, vehicle: int, move: Reorder, pair: tuple[int, int]) -> tuple[int, ...]:
    own, other = pair
    begun, visits = day.problem.prefix_of(vehicle), day.solution.routes[vehicle].visits
    others = tuple(visit for visit in visits if visit != own)
    at = others.index(other) + (move.side is Side.AFTER)
    if own in begun:
        raise RuleRefused("visit_begun", reservation_id=move.reservation_id)
    if at < len(begun):
        raise RuleRefused("visit_begun", reservation_id=move.other_id)
    return (*others[:at], own, *others[at:])


def _kept(trip: Reservation, move: Reorder, lost: tuple[Sequence, ...], *, shift_id: str) -> Reservation:
    """The trip with the orders that it keeps from now on."""
    gone = {one.kept for one in lost if one.reservation_id == trip.id}
    keeps: tuple[KeptOrder, ...] = tuple(kept for kept in trip.keeps if kept not in gone)
    if trip.id != move.reservation_id:
        return replace(trip, keeps=keeps)
    keeps = tuple(kept for kept in keeps if kept != move.order)
    return replace(trip, vehicle_lock=shift_id, keeps=(*keeps, move.order))


def _timed(turn: _Turn) -> _Timed | tuple[Objection, ...]:
    """The route in its new order at its earliest times; else with the least wait aboard; else what it would break."""
    for day in _patient_days(turn.day, turn):
        timed = schedule(day.problem, turn.vehicle, turn.visits)
        if isinstance(timed, TimedRoute):
            solution = turn.with_route(timed)
            if check(day.stated, stated(day, solution)):
                break
            return _Timed(day=day, solution=solution, waits=_objections(turn.day, solution))
    return _broken(turn)


def _patient_days(day: DayProblem, turn: _Turn) -> Iterator[DayProblem]:
    """The day, then the day with the least more of waiting aboard that lets the route have times, if any does."""
    yield day
    least_s, enough_s = day.wait_over_s, day.wait_over_s + DAY_S
    if times_if_any(patient(day, over_s=enough_s).problem, turn.vehicle, turn.visits) is None:
        return
    while enough_s - least_s > 1:
        middle_s = (least_s + enough_s) // 2
        timed = times_if_any(patient(day, over_s=middle_s).problem, turn.vehicle, turn.visits)
        least_s, enough_s = (middle_s, enough_s) if timed is None else (least_s, middle_s)
    yield patient(day, over_s=enough_s)


def _broken(turn: _Turn) -> tuple[Objection, ...]:
    """What the order would break, by the checker: on the times that do least harm, as limits are lifted one by one."""
    day, trip, rule = turn.day, turn.moved, Rule.WINDOW
    found: list[tuple[Objection, ...]] = []
    for problem in _lifted_further(day.problem):
        timed = schedule(problem, turn.vehicle, turn.visits)
        if isinstance(timed, TimedRoute):
            found.append(_objections(day, turn.with_route(timed)))
            continue
        rule = timed.rule
        if timed.visit is not None:
            trip = day.rides[timed.visit % len(day.rides)].reservation_id
    if not found:
        return (Objection(rule=rule.value, reservation_id=trip, amount=0),)
    return min(found, key=lambda objections: (sum(one.amount for one in objections), len(objections)))


def _lifted_further(problem: Problem) -> Iterator[Problem]:
    """Nothing lifted, then latest times, then rides and shifts, too, then everything with a clock."""
    yield problem
    free = lifted(problem)
    yield frozen(problem._replace(latest=free.latest))
    yield free
    longer = np.where(problem.break_latest > 0, problem.break_latest + DAY_S, problem.break_latest)
    yield frozen(free._replace(idle_aboard_limit=problem.idle_aboard_limit + DAY_S, break_latest=longer))


def _objections(day: DayProblem, solution: Solution) -> tuple[Objection, ...]:
    return tuple(objection_of(day, violation) for violation in check(day.stated, stated(day, solution)))
