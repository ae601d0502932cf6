"""Routes under construction, in the form the kernels read: the common ground of ranking and constructing.

A `Board` holds the packed problem, the routes as node rows and the times they have now. It changes only by
`Board.insert`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.kernels import insertion as places_kernel
from solver.kernels import tour as rows
from solver.kernels.packed import EARLIEST, LATEST, PAUSE_EARLIEST, PAUSE_LENGTH, Packed, pack, read_only
from solver.limits import limits_of
from solver.problem import Problem
from solver.solution import TimedRoute


def idle_route(problem: Problem, vehicle: int) -> TimedRoute:
    """The route of a vehicle that is not used."""
    rest = int(problem.shift_earliest[vehicle])
    return TimedRoute(visits=(), starts=(), depart=rest, arrive=rest, break_starts=())


class Place(NamedTuple):
    """Pick-up of ``request`` after position ``pick``, drop after ``drop`` of the present route (0: the start place).

    ``delta`` is what the plan costs more, what meeting the demand by this request costs included.
    """

    delta: int
    vehicle: int
    pick: int
    drop: int
    request: int


LIMITS = slice(rows.ASK_PICK_EARLIEST, rows.ASK_RIDE + 1)
"""Where `solver.limits.Limits` stand in an ask, in their order."""

Questions = dict[int, NDArray[np.int64]]
"""For each request that meets one demand, head first, its asks: the question "has the demand a place?"."""

NOBODY = -1
"""In place of a vehicle: the visit is on no route."""


class Board:
    """The routes of one plan while requests are placed in them."""

    def __init__(self, problem: Problem, routes: tuple[TimedRoute, ...]) -> None:
        self.problem = problem
        self.routes = list(routes)
        self._start = np.zeros(2 * problem.n_requests, dtype=np.int64)
        self._vehicle = np.full(2 * problem.n_requests, NOBODY, dtype=np.int64)
        self.untied = pack(problem)  # links between different vehicles are not in it: see `_tied`
        self._room = max((len(route.visits) for route in routes), default=0) + 2
        self._lay_out_rows()
        self.packed = self._tied()

    def asks(self, request: int) -> NDArray[np.int64]:
        """(V, ASK_SIZE) the question "has ``request`` a place?" for every vehicle."""
        problem = self.problem
        ask = [0] * rows.ASK_SIZE
        ask[rows.ASK_REQUEST], ask[rows.ASK_RULES] = request, rows.KEEP_ALL
        ask[LIMITS] = limits_of(problem, request)
        ask[rows.ASK_NOT_BEFORE], ask[rows.ASK_NOT_AFTER] = -rows.LIFTED, rows.LIFTED
        asks = np.empty((problem.n_vehicles, rows.ASK_SIZE), dtype=np.int64)
        asks[:] = ask
        asks[:, rows.ASK_VEHICLE] = np.arange(problem.n_vehicles)
        asks[:, rows.ASK_LENGTH] = self.fleet.length
        locked = int(problem.locked_vehicle[request])
        own = (asks[:, rows.ASK_VEHICLE] == locked) | (locked < 0)
        asks[:, rows.ASK_ALLOWED] = problem.compatible[request] & own & (not self.outbound_missing(request))
        if self.packed.has_links:
            self._tie(request, asks)
        return asks

    def questions(self, request: int) -> Questions:
        """The asks of every request that meets the demand of ``request``."""
        return {option: self.asks(option) for option in self.problem.options(request)}

    def outbound_missing(self, request: int) -> bool:
        """The request is a return whose outbound is on no route."""
        return self.problem.linked_to[request] >= 0 and not self.serves(self._outbound_drop(request))

    def _outbound_drop(self, request: int) -> int:
        """The drop of the outbound of a return: of the request that meets that demand, of the head when none does."""
        head = int(self.problem.linked_to[request])
        drops = [self.problem.drop(option) for option in self.problem.options(head)]
        return next((drop for drop in drops if self.serves(drop)), drops[0])

    def places(self, asks: NDArray[np.int64], *, limit: int) -> list[Place]:
        """The cheapest places of one request, cheapest first; ``asks[:, ASK_FOUND]`` says which vehicles have any."""
        found = np.zeros((limit + 1, 4), dtype=np.int64)
        places_kernel.best_places(self.packed, self.work, self.fleet, asks, found)
        request = int(asks[0, rows.ASK_REQUEST]) if len(asks) else 0
        extra = int(self.problem.option_costs()[request]) if len(self.problem.option_cost) else 0
        return [
            Place(delta=delta + extra, vehicle=vehicle, pick=pick, drop=drop, request=request)
            for delta, vehicle, pick, drop in found[: found[-1, 0]].tolist()
        ]

    def places_of_any(self, questions: Questions, *, limit: int) -> list[Place]:
        """As `places`, over all requests that meet the demand; of equal ones those of the head, then by number."""
        found = [place for asks in questions.values() for place in self.places(asks, limit=limit)]
        return sorted(found, key=lambda place: place.delta)[:limit] if len(questions) > 1 else found

    def serves(self, visit: int) -> bool:
        """Whether the visit is on a route."""
        return bool(self._vehicle[visit] != NOBODY)

    def met(self, request: int) -> bool:
        """Whether the demand of ``request`` is met on the routes."""
        return any(self.serves(option) for option in self.problem.options(request))

    def timed(self, asked: list[tuple[NDArray[np.int64], Place]]) -> list[TimedRoute]:
        """For each ask and a place of it, the route with the request there, timed as by `solver.schedule.schedule`."""
        asks = np.concatenate([ask for ask, _ in asked]).reshape(-1, rows.ASK_SIZE)
        places = np.array([place[:4] for _, place in asked], dtype=np.int64)
        trials = np.empty((len(asked), *self.work.trial.shape), dtype=np.int64)
        places_kernel.timed_places(self.packed, self.work, self.fleet, asks, places, trials)
        return self._read(trials, (asks[:, rows.ASK_LENGTH] + 2).tolist())

    def read_trial(self, length: int) -> TimedRoute:
        """The route of ``length`` positions that a kernel has scheduled in the trial."""
        return self._read(self.work.trial[np.newaxis], [length])[0]

    def _read(self, trials: NDArray[np.int64], lengths: list[int]) -> list[TimedRoute]:
        """The routes scheduled in ``trials`` (n, ROWS, L), of so many positions each."""
        pauses = len(self.packed.pause) > 0
        return [
            TimedRoute(
                visits=tuple(nodes[1 : length - 1]),
                starts=tuple(starts[1 : length - 1]),
                depart=depart,
                arrive=starts[length - 1],
                break_starts=_break_starts(self.packed, trial[:, : length + 1]) if pauses else (),
            )
            for nodes, starts, depart, trial, length in zip(
                trials[:, rows.NODE].tolist(),
                trials[:, rows.X].tolist(),
                trials[:, rows.LEAVES, 0].tolist(),
                trials,
                lengths,
                strict=True,
            )
        ]

    def plain_ask(self, vehicle: int) -> NDArray[np.int64]:
        """(ASK_SIZE,) the limits of ``vehicle`` as they are, for no request in particular."""
        ask = np.zeros(rows.ASK_SIZE, dtype=np.int64)
        ask[rows.ASK_VEHICLE], ask[rows.ASK_RULES] = vehicle, rows.KEEP_ALL
        ask[rows.ASK_REQUEST] = ask[rows.ASK_NOT_BEFORE] = -rows.LIFTED
        ask[rows.ASK_NOT_AFTER] = rows.LIFTED
        return ask

    def insert(self, ask: NDArray[np.int64], place: Place) -> None:
        """Serve the request of ``ask`` at ``place``."""
        self.put(place.vehicle, self.timed([(ask, place)])[0])

    def put(self, vehicle: int, route: TimedRoute) -> None:
        """Put ``route``, which serves what the vehicle's present one serves, perhaps more, in its place."""
        self.routes[vehicle] = route
        if len(route.visits) + 2 > self._room:
            self._room = 2 * len(route.visits) + 2
            self._lay_out_rows()
        self._fill_rows([vehicle])
        if self.packed.has_links:
            self.packed = self._tied()

    def _lay_out_rows(self) -> None:
        vehicles = self.problem.n_vehicles
        self.fleet = places_kernel.Fleet(
            stops=np.zeros((vehicles, self._room), dtype=np.int64), length=np.zeros(vehicles, dtype=np.int64)
        )
        self.work = rows.work_for(self.untied, longest=self._room)
        self._fill_rows(range(vehicles))

    def _fill_rows(self, vehicles: Sequence[int]) -> None:
        """Bring rows, times and who drives what in line with the routes of ``vehicles``."""
        routes = [self.routes[v] for v in vehicles]
        lengths = [len(route.visits) for route in routes]
        total = sum(lengths)
        stated = chain.from_iterable([*(route.visits for route in routes), *(route.starts for route in routes)])
        visits = np.fromiter(stated, dtype=np.int64, count=2 * total).reshape(2, total)
        drivers = np.array([vehicles, lengths], dtype=np.int64)
        places_kernel.put_routes(self.fleet, drivers, visits, self._start, self._vehicle)

    def _tied(self) -> Packed:
        """The packed problem in which links between different vehicles bind both ends to the present times.

        One route changes at a time while the others stand still, so the bound is exact for that step.
        """
        if not self.untied.has_links:
            return self.untied
        node, problem = self.untied.node.copy(), self.problem
        for request in np.flatnonzero(problem.linked_to >= 0).tolist():
            outbound = self._outbound_drop(request)
            if not (self.serves(request) and self.serves(outbound)):
                continue
            if self._vehicle[request] != self._vehicle[outbound]:
                gap = self._gap_after(request)
                node[request, EARLIEST] = max(node[request, EARLIEST], self._start[outbound] + gap)
                node[outbound, LATEST] = min(node[outbound, LATEST], self._start[request] - gap)
        return self.untied._replace(node=read_only(node))

    def _gap_after(self, request: int) -> int:
        """Ticks between the start of service at the outbound's drop, on its route, and the pick-up of its return."""
        problem, outbound = self.problem, self._outbound_drop(request)
        vehicle_class = problem.class_of_vehicle[self._vehicle[outbound]]
        return int(problem.service[vehicle_class, outbound] + problem.link_stay[request])

    def _tie(self, request: int, asks: NDArray[np.int64]) -> None:
        """Bounds on ``request`` from its partners, for all vehicles but the partner's own."""
        problem, drop = self.problem, self.problem.drop(request)
        if problem.linked_to[request] >= 0 and not self.outbound_missing(request):
            outbound = self._outbound_drop(request)
            other = asks[:, rows.ASK_VEHICLE] != self._vehicle[outbound]
            asks[other, rows.ASK_NOT_BEFORE] = self._start[outbound] + self._gap_after(request)
        alighting = problem.service[problem.class_of_vehicle, drop]
        for back in np.flatnonzero(problem.linked_to == problem.options(request)[0]).tolist():
            if self.serves(back):
                other = asks[:, rows.ASK_VEHICLE] != self._vehicle[back]
                bound = self._start[back] - int(problem.link_stay[back]) - alighting
                column = asks[:, rows.ASK_NOT_AFTER]
                asks[:, rows.ASK_NOT_AFTER] = np.where(other, np.minimum(column, bound), column)


def _break_starts(packed: Packed, trial: NDArray[np.int64]) -> tuple[tuple[int, int], ...]:
    """Starts of the breaks as early as their gaps allow, in index order."""
    found = []
    for gap in np.flatnonzero(trial[rows.PAUSE_A] < trial[rows.PAUSE_B]).tolist():
        clock = int(trial[rows.LOW, 0]) if gap == 0 else int(trial[rows.X, gap - 1] + trial[rows.SERVICE, gap - 1])
        for b in range(int(trial[rows.PAUSE_A, gap]), int(trial[rows.PAUSE_B, gap])):
            start = max(clock, int(packed.pause[b, PAUSE_EARLIEST]))
            found.append((int(packed.pause_index[b]), start))
            clock = start + int(packed.pause[b, PAUSE_LENGTH])
    return tuple(found)
