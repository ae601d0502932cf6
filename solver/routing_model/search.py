"""Runs RoutingModel on a problem, from a plan, and hands over every better set of routes at once."""
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Callable

from ortools.constraint_solver import pywrapcp, routing_enums_pb2, routing_parameters_pb2

from solver.params import SolveParams
from solver.problem import Problem
from solver.routing_model.model import BuiltModel, Routes, build
from solver.stop import Watch

STEPS_PER_LOOK = 16
"""The watch is looked at once in so many steps: a step mostly takes less time than a look."""

OnRoutes = Callable[[Routes, int], None]
"""Takes routes and the steps made when they were handed over."""

LONGER_THAN_ANY_SEARCH_S = 7 * 86_400
"""RoutingModel has time limits of its own; ours ends the search, always earlier.

Its ``lns_time_limit`` (0.1 s by default) also bounds the timing of each single plan, the first included: on a busy
machine a search would end at its start, and the same steps would not give the same plan.
"""

FIRST_STRATEGIES = (
    routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION,
    routing_enums_pb2.FirstSolutionStrategy.LOCAL_CHEAPEST_INSERTION,
    routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC,
    routing_enums_pb2.FirstSolutionStrategy.ALL_UNPERFORMED,
)
"""Tried in this order when the model refuses the start plan."""


STEPS_PER_HAND_OVER = 65_536
"""At most one set of routes leaves the model in so many steps (about 0.1 s): what follows costs as much as them."""


class Search:
    """One run of RoutingModel. It draws no random numbers: from the same start, the same steps give the same routes.

    Parameters
    ----------
    watch
        Ends the run; it is told the steps of this run.
    on_routes
        Receives routes and steps when the model's cost has fallen. What it raises ends the run and is raised
        again by `run` (an exception must not cross the engine's own frames).
    """

    def __init__(self, problem: Problem, params: SolveParams, watch: Watch, on_routes: OnRoutes) -> None:
        self._problem = problem
        self._params = params
        self._watch = watch
        self._on_routes = on_routes
        self._cheapest: list[int] = []
        self._waiting: list[Routes] = []
        self._models: list[BuiltModel] = []
        self._failures: list[BaseException] = []
        self._over = False
        self._restoring = False
        self.steps = 0

    def run(self, start: Routes) -> None:
        """Improve on ``start`` until the watch ends it.

        Promised requests that ``start`` serves stay served. When the model refuses ``start`` (a form that is
        stricter than its rule), it builds a first plan of its own.
        """
        try:
            self._run(start)
        finally:
            # the engine holds our callbacks: were they to hold it too, it would never be freed
            self._models.clear()
        self._hand_over()
        for failure in self._failures:
            raise failure

    def _run(self, start: Routes) -> None:
        model = self._closed_model(required=promised_in(self._problem, start))
        first = model.routing.ReadAssignmentFromRoutes(model.indices(start), False)
        if first is not None:
            self._restoring = True
            model.routing.SolveFromAssignmentWithParameters(first, self._parameters())
            self._restoring = False
        elif not self._over:
            self._run_from_nothing()

    def _run_from_nothing(self) -> None:
        model = self._closed_model(required=frozenset())
        for strategy in FIRST_STRATEGIES:
            parameters = self._parameters()
            parameters.first_solution_strategy = strategy
            if self._over or model.routing.SolveWithParameters(parameters) is not None:
                return

    def _closed_model(self, *, required: frozenset[int]) -> BuiltModel:
        model = build(self._problem, required=required)
        self._models[:] = [model]
        solver = model.routing.solver()
        model.routing.AddSearchMonitor(solver.CustomLimit(self._step))
        model.routing.AddAtSolutionCallback(self._note)
        model.routing.CloseModelWithParameters(self._parameters())
        return model

    def _parameters(self) -> routing_parameters_pb2.RoutingSearchParameters:
        parameters: routing_parameters_pb2.RoutingSearchParameters = pywrapcp.DefaultRoutingSearchParameters()
        parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        parameters.guided_local_search_lambda_coefficient = self._params.guidance
        parameters.time_limit.seconds = LONGER_THAN_ANY_SEARCH_S
        parameters.lns_time_limit.seconds = LONGER_THAN_ANY_SEARCH_S
        return parameters

    def _step(self) -> bool:
        """Count one step; tell whether the run is over.

        Not while the start plan is being restored, which takes a few steps for each visit: the engine does not
        expect to be ended there and would restore for ever.
        """
        self.steps += 1
        if not self._over and self.steps % STEPS_PER_LOOK == 0:
            if self.steps % STEPS_PER_HAND_OVER == 0:
                self._hand_over()
            self._guarded(self._look)
        return self._over and not self._restoring

    def _look(self) -> None:
        self._over = self._over or self._watch.over(self.steps)

    def _note(self) -> None:
        """Remember the routes of a solution that is cheaper than all before."""
        self._restoring = False
        model = self._models[0]
        cost = int(model.routing.CostVar().Value())
        if not self._cheapest or cost < self._cheapest[0]:
            self._cheapest[:] = [cost]
            self._waiting[:] = [model.routes()]

    def _hand_over(self) -> None:
        if self._waiting:
            routes = self._waiting.pop()
            self._guarded(lambda: self._on_routes(routes, self.steps))

    def _guarded(self, action: Callable[[], None]) -> None:
        try:
            action()
        except BaseException as failure:
            self._failures.append(failure)
            self._over = True


def improve(problem: Problem, start: Routes, *, params: SolveParams, watch: Watch, on_routes: OnRoutes) -> int:
    """Run RoutingModel from ``start`` until ``watch`` is over; return the steps made. See `Search`."""
    search = Search(problem, params, watch, on_routes)
    search.run(start)
    return search.steps


def promised_in(problem: Problem, routes: Routes) -> frozenset[int]:
    """Return the mandatory demands that the routes meet, by their heads."""
    visits, heads = (visit for route in routes for visit in route), problem.heads()
    return frozenset(int(heads[visit]) for visit in visits if visit < problem.n_requests and problem.mandatory[visit])
