"""Builds the RoutingModel of a problem."""
# mypy: allow-untyped-calls

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.constraint_solver import pywrapcp

from solver.problem import Int64, Problem
from solver.routing_model.penalties import dropping_costs
from solver.routing_model.seats import add_seats
from solver.routing_model.times import TimeRules, fits_shift
from solver.terms import moves
from solver.validation import impossible_requests

NO_PRICE = -1
"""Price of leaving out the nodes of a disjunction when one of them must be visited."""

Routes = tuple[tuple[int, ...], ...]
"""Visits in order, by vehicle; one entry per vehicle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltModel:
    """A model that is not closed yet, and the translation between its indices and visits.

    Nodes are the visits ``0 .. 2R - 1``, then the start of each vehicle, then the end of each.
    """

    routing: pywrapcp.RoutingModel
    manager: pywrapcp.RoutingIndexManager
    problem: Problem

    def indices(self, routes: Routes) -> list[list[int]]:
        """Return the model's indices of the visits."""
        return [[self.manager.NodeToIndex(visit) for visit in route] for route in routes]

    def routes(self) -> Routes:
        """Read the routes while the model is at a solution (inside a callback)."""
        return tuple(self._route(vehicle) for vehicle in range(self.problem.n_vehicles))

    def _route(self, vehicle: int) -> tuple[int, ...]:
        visits = []
        index = self.routing.NextVar(self.routing.Start(vehicle)).Value()
        while not self.routing.IsEnd(index):
            visits.append(int(self.manager.IndexToNode(index)))
            index = self.routing.NextVar(index).Value()
        return tuple(visits)


def build(problem: Problem, *, required: frozenset[int]) -> BuiltModel:
    """State the problem to RoutingModel; the forms of the rules are tabled in :mod:`solver.routing_model`.

    Parameters
    ----------
    required : set of requests
        Heads of the demands that the model may not leave out. Any other may be, at a price.
    """
    n_visits, n_vehicles = 2 * problem.n_requests, problem.n_vehicles
    starts = list(range(n_visits, n_visits + n_vehicles))
    ends = list(range(n_visits + n_vehicles, n_visits + 2 * n_vehicles))
    manager = pywrapcp.RoutingIndexManager(n_visits + 2 * n_vehicles, n_vehicles, starts, ends)
    routing = pywrapcp.RoutingModel(manager)
    model = BuiltModel(routing=routing, manager=manager, problem=problem)
    visits = [manager.NodeToIndex(visit) for visit in range(n_visits)]
    places = np.concatenate([problem.place_of_visit, problem.start_place, problem.end_place]).astype(np.int64)
    _add_costs(model, places)
    hopeless = frozenset(impossible.request for impossible in impossible_requests(problem))
    TimeRules(routing, problem, visits=visits, places=places, hopeless=hopeless).state_all()
    add_seats(routing, problem)
    _add_requests(model, visits, required)
    _allow_vehicles(model, visits, hopeless)
    _fix_prefixes(model)
    return model


def _add_costs(model: BuiltModel, places: Int64) -> None:
    matrix = model.problem.cost[np.ix_(places, places)]
    matrix[:, : model.problem.n_requests] += model.problem.option_costs()  # indexing by lists has made a copy
    if model.problem.objective.moved:
        _add_moves(model, matrix)
    else:
        model.routing.SetArcCostEvaluatorOfAllVehicles(model.routing.RegisterTransitMatrix(matrix.tolist()))
    for vehicle, cost in enumerate(model.problem.vehicle_cost.tolist()):
        model.routing.SetFixedCostOfVehicle(cost, vehicle)


def _add_moves(model: BuiltModel, matrix: Int64) -> None:
    """Arc costs by vehicle: reaching a pick-up that another vehicle makes in the reference plan costs more."""
    moved = moves(model.problem)
    for vehicle in range(model.problem.n_vehicles):
        dearer = matrix.copy()
        dearer[:, : model.problem.n_requests] += moved[:, vehicle]
        model.routing.SetArcCostEvaluatorOfVehicle(model.routing.RegisterTransitMatrix(dearer.tolist()), vehicle)


def _add_requests(model: BuiltModel, visits: list[int], required: frozenset[int]) -> None:
    routing, solver, n_requests = model.routing, model.routing.solver(), model.problem.n_requests
    dropping = dropping_costs(model.problem).tolist()
    for request in range(n_requests):
        pick, drop = visits[request], visits[n_requests + request]
        routing.AddPickupAndDelivery(pick, drop)
        solver.Add(routing.VehicleVar(pick) == routing.VehicleVar(drop))
        options = model.problem.options(request)
        if request == options[0] and (len(options) > 1 or request not in required):
            picks = [visits[option] for option in options]
            routing.AddDisjunction(picks, NO_PRICE if request in required else dropping[request])
        if len(options) > 1 or request not in required:
            routing.AddDisjunction([drop], 0)


def _allow_vehicles(model: BuiltModel, visits: list[int], hopeless: frozenset[int]) -> None:
    problem = model.problem
    usable = np.ones(problem.n_vehicles, dtype=np.bool_)
    for number, vehicle in enumerate(problem.break_vehicle.tolist()):
        usable[vehicle] &= fits_shift(problem, number)
    for request, locked in enumerate(problem.locked_vehicle.tolist()):
        allowed = problem.compatible[request] & usable & (request not in hopeless)
        if locked >= 0:
            allowed = allowed & (np.arange(problem.n_vehicles) == locked)
        if not allowed.all():
            for visit in (request, problem.drop(request)):
                model.routing.VehicleVar(visits[visit]).SetValues([-1, *np.flatnonzero(allowed).tolist()])


def _fix_prefixes(model: BuiltModel) -> None:
    problem = model.problem
    for vehicle in range(problem.n_vehicles):
        previous = model.routing.Start(vehicle)
        for visit in problem.prefix_of(vehicle):
            index = model.manager.NodeToIndex(visit)
            model.routing.NextVar(previous).SetValue(index)
            previous = index
