"""Time rules in RoutingModel: windows, rides, idling aboard, shifts, breaks, linked requests."""
# mypy: allow-untyped-calls

from __future__ import annotations

from itertools import pairwise

import numpy as np
from ortools.constraint_solver import pywrapcp

from solver.problem import Int64, Problem
from solver.routing_model.seats import load_changes


class TimeRules:
    """Adds the time dimension to a model under construction and states the rules on it, one method each.

    ``visits[v]`` is the model's index of visit ``v``. The rules of ``hopeless`` requests are not stated: no
    vehicle may serve these, and their contradictions would make the whole model impossible. The model counts
    time from the earliest tick of the problem, if that is negative: RoutingModel knows no negative times.
    """

    def __init__(
        self,
        routing: pywrapcp.RoutingModel,
        problem: Problem,
        *,
        visits: list[int],
        places: Int64,
        hopeless: frozenset[int],
    ) -> None:
        self._hopeless = hopeless
        self._routing = routing
        self._solver = routing.solver()
        self._problem = problem
        self._visits = visits
        self._origin = int(min(problem.shift_earliest.min(initial=0), problem.earliest.min(initial=0)))
        self._horizon = int(max(problem.shift_latest.max(initial=0), problem.latest.max(initial=0))) - self._origin
        self._time = self._add_time(places)

    def state_all(self) -> None:
        """State every time rule of the problem."""
        self._bound_visits()
        self._bound_rides()
        self._bound_shifts()
        self._add_breaks()
        self._add_links()
        self._weigh_lateness()
        if self._problem.idle_aboard_limit < self._horizon or self._problem.exclusive.any():
            aboard = self._count_aboard()
            self._bound_idling(aboard)
            self._keep_exclusive(aboard)

    def _add_time(self, places: Int64) -> pywrapcp.RoutingDimension:
        problem = self._problem
        slowest = problem.travel.max(axis=0)[np.ix_(places, places)]
        ends = np.zeros(2 * problem.n_vehicles, dtype=np.int64)
        by_class = [
            self._routing.RegisterTransitMatrix((slowest + np.append(service, ends)[:, np.newaxis]).tolist())
            for service in problem.service
        ]
        evaluators = [by_class[vehicle_class] for vehicle_class in problem.class_of_vehicle]
        self._routing.AddDimensionWithVehicleTransits(evaluators, self._horizon, self._horizon, False, "time")
        return self._routing.GetDimensionOrDie("time")

    def _bound_visits(self) -> None:
        for visit in range(len(self._visits)):
            first, last = int(self._problem.earliest[visit]), int(self._problem.latest[visit])
            if visit % self._problem.n_requests not in self._hopeless:
                self._at(visit).SetRange(first - self._origin, last - self._origin)
            self._routing.AddVariableMinimizedByFinalizer(self._at(visit))

    def _bound_rides(self) -> None:
        problem = self._problem
        for request in sorted(set(range(problem.n_requests)) - self._hopeless):
            drop = problem.drop(request)
            boarded = self._at(request) + self._service(request)
            self._solver.Add(self._at(drop) <= boarded + int(problem.max_ride[request]))
            self._solver.Add(self._at(drop) >= self._at(request))

    def _bound_shifts(self) -> None:
        problem = self._problem
        for vehicle in range(problem.n_vehicles):
            start, end = self._routing.Start(vehicle), self._routing.End(vehicle)
            first, last = int(problem.shift_earliest[vehicle]), int(problem.shift_latest[vehicle])
            self._time.CumulVar(start).SetRange(first - self._origin, last - self._origin)
            self._time.CumulVar(end).SetRange(first - self._origin, last - self._origin)
            self._time.SetSpanUpperBoundForVehicle(int(problem.max_duration[vehicle]), vehicle)
            self._time.SetSpanCostCoefficientForVehicle(problem.objective.working_time, vehicle)

    def _weigh_lateness(self) -> None:
        weight = self._problem.objective.lateness
        soft = zip(self._problem.soft_visit.tolist(), self._problem.soft_latest.tolist(), strict=True)
        for visit, latest in soft if weight else ():
            bound = max(0, latest - self._origin)
            self._time.SetCumulVarSoftUpperBound(self._visits[visit], bound, weight)

    def _add_breaks(self) -> None:
        problem = self._problem
        for vehicle in range(problem.n_vehicles):
            breaks = [self._break(number) for number in problem.breaks_of(vehicle) if fits_shift(problem, number)]
            for earlier, later in pairwise(breaks):
                self._solver.Add(earlier.EndExpr() <= later.StartExpr())
            if breaks:
                no_service = np.zeros(problem.n_vehicles, dtype=np.int64)
                service = np.append(problem.service[problem.class_of_vehicle[vehicle]], no_service)
                self._time.SetBreakIntervalsOfVehicle(breaks, vehicle, service.tolist())

    def _break(self, number: int) -> pywrapcp.IntervalVar:
        first, last = break_window(self._problem, number)
        duration = int(self._problem.break_duration[number])
        return self._solver.FixedDurationIntervalVar(
            first - self._origin, last - self._origin, duration, False, f"break {number}"
        )

    def _add_links(self) -> None:
        problem, routing = self._problem, self._routing
        for request in np.flatnonzero(problem.linked_to >= 0).tolist():
            outbounds = problem.options(int(problem.linked_to[request]))
            served = routing.ActiveVar(self._visits[request])
            met = [routing.ActiveVar(self._visits[outbound]) for outbound in outbounds]
            self._solver.Add(served <= self._solver.Sum(met))
            for outbound, made in zip(outbounds, met, strict=True):
                drop = problem.drop(outbound)
                stay = int(problem.link_stay[request] + problem.service[:, drop].max())
                both = served if len(outbounds) == 1 else served + made - 1
                free_unless_both = (1 - both) * (self._horizon + stay)
                ready = self._at(drop) + self._service(drop) + int(problem.link_stay[request])
                self._solver.Add(self._at(request) + free_unless_both >= ready)

    def _count_aboard(self) -> pywrapcp.RoutingDimension:
        problem = self._problem
        one_each = np.ones(problem.n_requests, dtype=np.int64)
        changes = self._routing.RegisterUnaryTransitVector(load_changes(problem, one_each))
        self._routing.AddDimension(changes, 0, problem.n_requests, True, "aboard")
        return self._routing.GetDimensionOrDie("aboard")

    def _bound_idling(self, aboard: pywrapcp.RoutingDimension) -> None:
        limit = min(self._problem.idle_aboard_limit, self._horizon)
        for visit, index in enumerate(self._visits):
            slack = self._time.SlackVar(index)
            if visit < self._problem.n_requests:
                slack.SetMax(limit)
            else:
                empty_afterwards = self._solver.IsEqualCstVar(aboard.CumulVar(index), 1)
                self._solver.Add(slack <= limit + empty_afterwards * (self._horizon - limit))

    def _keep_exclusive(self, aboard: pywrapcp.RoutingDimension) -> None:
        for request in np.flatnonzero(self._problem.exclusive).tolist():
            pick, drop = self._visits[request], self._visits[self._problem.n_requests + request]
            self._routing.NextVar(pick).SetValues([pick, drop])
            aboard.CumulVar(pick).SetMax(0)

    def _at(self, visit: int) -> pywrapcp.IntVar:
        return self._time.CumulVar(self._visits[visit])

    def _service(self, visit: int) -> pywrapcp.IntExpr | int:
        """Return the boarding time of a visit: a number, or an expression where it depends on the vehicle."""
        by_vehicle: list[int] = self._problem.service[self._problem.class_of_vehicle, visit].tolist()
        if len(set(by_vehicle)) == 1:
            return int(by_vehicle[0])
        # an unserved visit has vehicle -1: position 0 of the table, which must not make its rules impossible
        position = (self._routing.VehicleVar(self._visits[visit]) + 1).Var()
        return self._solver.Element([max(by_vehicle), *by_vehicle], position)


def break_window(problem: Problem, number: int) -> tuple[int, int]:
    """Return the first and last start of a break, within its window and the vehicle's shift (ticks)."""
    vehicle = problem.break_vehicle[number]
    first = max(int(problem.break_earliest[number]), int(problem.shift_earliest[vehicle]))
    last_end = int(problem.shift_latest[vehicle] - problem.break_duration[number])
    return first, min(int(problem.break_latest[number]), last_end)


def fits_shift(problem: Problem, number: int) -> bool:
    """Tell whether a break can be taken at all; a vehicle with one that cannot stays unused."""
    first, last = break_window(problem, number)
    return first <= last
