"""The plan in force in numbers: its routes as a solution of the day's problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from dispatch.model.duty import ShiftOfDay
from dispatch.model.plan import BreakSlot, Route, Task, Visit
from dispatch.solver_bridge.ride import Ride, visit_numbers
from dispatch.solver_bridge.watched import Behind
from solver.problem import Problem
from solver.solution import Solution, TimedRoute

NOTHING_KNOWN: Mapping[int, TimedRoute] = MappingProxyType({})


def solution_of(
    problem: Problem,
    plan: Sequence[Route],
    *,
    rides: tuple[Ride, ...],
    shifts: tuple[ShiftOfDay, ...],
    behind: tuple[Behind, ...],
    known: Mapping[int, TimedRoute] = NOTHING_KNOWN,
) -> Solution:
    """The routes of ``plan`` at their planned times; rides without a visit are unserved.

    ``known`` are the routes, by vehicle, that were read before. Where a vehicle has reported, its route begins with who
    is aboard and with what it is driving to; who is aboard one vehicle is on no other route.
    """
    aboard = tuple(problem.prefix_of(v)[: past.leading] for v, past in enumerate(behind))
    reader = _Reader(problem=problem, numbers=visit_numbers(rides), aboard=aboard, behind=behind)
    routes = {route.shift_id: route for route in plan}
    timed = tuple(
        known[v] if v in known else reader.timed(v, routes.get(shift.shift_id)) for v, shift in enumerate(shifts)
    )
    served = {visit % len(rides) for route in timed for visit in route.visits}
    return Solution(routes=timed, unserved=tuple(r for r in range(len(rides)) if r not in served))


def drive_s(problem: Problem, origin: int, destination: int, *, leave_s: int) -> int:
    """Seconds of a drive between two places of the problem that begins at ``leave_s``."""
    period = int(np.searchsorted(problem.period_start, leave_s, side="right")) - 1
    return int(problem.travel[max(0, period), origin, destination])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads one route after the other. ``aboard[v]`` are the requests under way, by vehicle."""

    problem: Problem
    numbers: dict[tuple[int, Task], int]
    aboard: tuple[tuple[int, ...], ...]
    behind: tuple[Behind, ...]

    def timed(self, vehicle: int, route: Route | None) -> TimedRoute:
        """The route of a vehicle as the plan has it."""
        visits = route.visits if route else ()
        slots = route.breaks if route else ()
        known = self._of_the_problem(vehicle, visits)
        if self.behind[vehicle].reported:
            return self._reported(vehicle, known, slots)
        if route is None or not known:
            rest_s = int(self.problem.shift_earliest[vehicle])
            return TimedRoute(visits=(), starts=(), depart=rest_s, arrive=rest_s, break_starts=())
        pauses = zip(self.problem.breaks_of(vehicle), slots, strict=False)
        return TimedRoute(
            visits=tuple(known),
            starts=tuple(known.values()),
            depart=route.depart_s,
            arrive=route.arrive_s,
            break_starts=tuple((index, slot.start_s) for index, slot in pauses),
        )

    def _of_the_problem(self, vehicle: int, visits: tuple[Visit, ...]) -> dict[int, int]:
        """The visits that are still to be made by this vehicle, with their planned starts."""
        under_way = {request for requests in self.aboard for request in requests}
        n = self.problem.n_requests
        known: dict[int, int] = {}
        for visit in visits:
            number = self.numbers.get((visit.reservation_id, visit.task), -1)
            if number >= 0 and (number % n not in under_way or (number >= n and number - n in self.aboard[vehicle])):
                known[number] = visit.start_s
        return known

    def _reported(self, vehicle: int, known: dict[int, int], slots: tuple[BreakSlot, ...]) -> TimedRoute:
        """The route of a vehicle from where it is: aboard, what it is driving to, the rest in the planned order."""
        problem, past = self.problem, self.behind[vehicle]
        ready_s = int(problem.shift_earliest[vehicle])
        drops = [problem.drop(request) for request in self.aboard[vehicle]]
        rest = [*known, *(drop for drop in drops if drop not in known)]
        begun = problem.prefix_of(vehicle)
        order = (*begun, *(visit for visit in rest if visit not in begun))
        if not order:
            return TimedRoute(visits=(), starts=(), depart=ready_s, arrive=ready_s, break_starts=())
        starts = []
        for visit in order:
            fixed = problem.earliest[visit] == problem.latest[visit]
            starts.append(int(problem.earliest[visit]) if fixed else known.get(visit, ready_s))
        last, end = problem.place_of_visit[order[-1]], problem.end_place[vehicle]
        free_s = starts[-1] + int(problem.service[0, order[-1]])
        pauses = zip(problem.breaks_of(vehicle), slots, strict=False)
        taken = len(past.breaks)
        return TimedRoute(
            visits=order,
            starts=tuple(starts),
            depart=ready_s,
            arrive=free_s + drive_s(problem, int(last), int(end), leave_s=free_s),
            break_starts=tuple(
                (index, ready_s if i < taken else slot.start_s) for i, (index, slot) in enumerate(pauses)
            ),
        )
