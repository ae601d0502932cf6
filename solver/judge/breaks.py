"""The judge on breaks: on which leg each is taken, and whether it may be. Route by route."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np

from solver.judge.columns import Columns
from solver.judge.violation import Violation, violation
from solver.problem import Int64, Problem
from solver.rules import Rule


class Rest(NamedTuple):
    """A break as it is taken. ``leg`` is the first leg on which it can lie; -1 where it holds up none.

    ``busy`` are the ticks of it that overlap riding or driving, where they are fewest.
    """

    vehicle: int
    which: int
    start: int
    leg: int
    busy: int


def rests(plan: Columns) -> tuple[Rest, ...]:
    """Every break of the used routes, in the order of the routes, as each states them."""
    if not any(route.break_starts for route in plan.timed):
        return ()
    return tuple(
        _rest(plan.problem, vehicle, taken, slots)
        for vehicle, route, slots in zip(plan.routes.vehicle.tolist(), plan.timed, _slots(plan), strict=True)
        for taken in route.break_starts
    )


_Slot: TypeAlias = tuple[int, int, int]
"""The first and last tick of a span in which a break may lie, and the leg; -1: before departure, after arrival."""


def _slots(plan: Columns) -> Iterator[list[_Slot]]:
    """By route: before departure, each leg on which nobody rides, after arrival."""
    routes, legs = plan.routes, plan.legs
    empty = (legs.riders == 0).nonzero()[0]
    free = list(zip(legs.leave[empty].tolist(), legs.reach[empty].tolist(), empty.tolist(), strict=True))
    begin, end = empty.searchsorted(routes.outset).tolist(), empty.searchsorted(routes.home, "right").tolist()
    shift_earliest = plan.problem.shift_earliest[routes.vehicle].tolist()
    shift_latest = plan.problem.shift_latest[routes.vehicle].tolist()
    for row, route in enumerate(plan.timed):
        before, after = (shift_earliest[row], route.depart, -1), (route.arrive, shift_latest[row], -1)
        yield [before, *free[begin[row] : end[row]], after]


def _rest(problem: Problem, vehicle: int, taken: tuple[int, int], slots: list[_Slot]) -> Rest:
    """It lies in the first slot that it fits in, else in the one that it exceeds least, counted from both ends."""
    which, start = taken
    end = start + int(problem.break_duration[which])
    for first, last, leg in slots:
        if first <= start and end <= last:
            return Rest(vehicle=vehicle, which=which, start=start, leg=leg, busy=0)
    busy = min(max(0, first - start) + max(0, end - last) for first, last, _ in slots)
    return Rest(vehicle=vehicle, which=which, start=start, leg=-1, busy=busy)


def paused(plan: Columns, resting: tuple[Rest, ...]) -> Int64:
    """(L,) ticks of break taken on each leg."""
    ticks = np.zeros_like(plan.legs.leave)
    for rest in resting:
        if rest.leg >= 0:
            ticks[rest.leg] += plan.problem.break_duration[rest.which]
    return ticks


def breaks(plan: Columns, resting: tuple[Rest, ...]) -> Iterator[Violation]:
    """A used vehicle takes its breaks, in their order, each in its window, while nobody rides, one after the other."""
    problem = plan.problem
    yield from _owed(plan)
    for vehicle, which, start, _, busy in resting:
        outside = max(int(problem.break_earliest[which]) - start, start - int(problem.break_latest[which]))
        if outside > 0:
            text = f"Break {which} starts {outside} outside its window."
            yield violation(Rule.BREAK, text, vehicle=vehicle, amount=outside)
        if busy > 0:
            text = f"Break {which} overlaps riding or driving by {busy}."
            yield violation(Rule.BREAK, text, vehicle=vehicle, amount=busy)
    for one, following in pairwise(resting):
        overlap = one.start + int(problem.break_duration[one.which]) - following.start
        if one.vehicle == following.vehicle and overlap > 0:
            text = f"Break {one.which} overlaps the next by {overlap}."
            yield violation(Rule.BREAK, text, vehicle=one.vehicle, amount=overlap)


def _owed(plan: Columns) -> Iterator[Violation]:
    owed: dict[int, tuple[int, ...]] = {}
    for index, vehicle in enumerate(plan.problem.break_vehicle.tolist()):
        owed[vehicle] = (*owed.get(vehicle, ()), index)
    for vehicle, route in zip(plan.routes.vehicle.tolist(), plan.timed, strict=True):
        due = owed.get(vehicle, ())
        if tuple(index for index, _ in route.break_starts) != due:
            yield violation(Rule.BREAK, f"It owes breaks {due}, in this order.", vehicle=vehicle)
