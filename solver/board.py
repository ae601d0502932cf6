"""Routes under construction, in the form the kernels read: the common ground of ranking and constructing.

A `Board` holds the packed problem, the routes as node rows and the times they have now. It changes only by
`Board.insert`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.kernels import insertion as places_kernel
from solver.kernels import tour as rows
from solver.kernels.packed import EARLIEST, LATEST, PAUSE_EARLIEST, PAUSE_LENGTH, Packed, pack, read_only
from solver.kernels.timing import departure
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


Questions = dict[int, NDArray[np.int64]]
"""For each request that meets one demand, head first, its asks: the question "has the demand a place?"."""


class Board:
    """The routes of one plan while requests are placed in them."""

    def __init__(self, problem: Problem, routes: tuple[TimedRoute, ...]) -> None:
        self.problem = problem
        self.routes = list(routes)
        self.start = {visit: at for route in routes for visit, at in zip(route.visits, route.starts, strict=True)}
        self.vehicle = {visit: v for v, route in enumerate(routes) for visit in route.visits}
        self._untied = pack(problem)
        self._room = max((len(route.visits) for route in routes), default=0) + 2
        self._lay_out_rows()
        self.packed = self._tied()

    def asks(self, request: int) -> NDArray[np.int64]:
        """(V, ASK_SIZE) the question "has ``request`` a place?" for every vehicle."""
        problem, drop = self.problem, self.problem.drop(request)
        asks = np.zeros((problem.n_vehicles, rows.ASK_SIZE), dtype=np.int64)
        asks[:, rows.ASK_REQUEST] = request
        asks[:, rows.ASK_VEHICLE] = np.arange(problem.n_vehicles)
        asks[:, rows.ASK_LENGTH] = self.fleet.length
        asks[:, rows.ASK_RULES] = rows.KEEP_ALL
        asks[:, rows.ASK_PICK_EARLIEST] = problem.earliest[request]
        asks[:, rows.ASK_PICK_LATEST] = problem.latest[request]
        asks[:, rows.ASK_DROP_EARLIEST] = problem.earliest[drop]
        asks[:, rows.ASK_DROP_LATEST] = problem.latest[drop]
        asks[:, rows.ASK_RIDE] = problem.max_ride[request]
        asks[:, rows.ASK_NOT_BEFORE] = -rows.LIFTED
        asks[:, rows.ASK_NOT_AFTER] = rows.LIFTED
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
        return self.problem.linked_to[request] >= 0 and self._outbound_drop(request) not in self.start

    def _outbound_drop(self, request: int) -> int:
        """The drop of the outbound of a return: of the request that meets that demand, of the head when none does."""
        head = int(self.problem.linked_to[request])
        drops = [self.problem.drop(option) for option in self.problem.options(head)]
        return next((drop for drop in drops if drop in self.start), drops[0])

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

    def met(self, request: int) -> bool:
        """Whether the demand of ``request`` is met on the routes."""
        return any(option in self.start for option in self.problem.options(request))

    def take_up(self, vehicle: int) -> None:
        """Make the route of ``vehicle`` the base of the next question to a kernel."""
        length = self.fleet.length[vehicle]
        self.work.base[rows.NODE, :length] = self.fleet.stops[vehicle, :length]

    def timed(self, ask: NDArray[np.int64], place: Place) -> TimedRoute:
        """The route with the request at ``place``, with times as `solver.schedule.schedule` gives them."""
        self.take_up(place.vehicle)
        places_kernel.timed_place(self.packed, self.work, ask, place.pick, place.drop)
        return self.read_trial(int(ask[rows.ASK_LENGTH]) + 2)

    def read_trial(self, length: int) -> TimedRoute:
        """The route of ``length`` positions that a kernel has scheduled in the trial."""
        trial, last = self.work.trial, length - 1
        starts = trial[rows.X, 1:last].tolist()
        return TimedRoute(
            visits=tuple(trial[rows.NODE, 1:last].tolist()),
            starts=tuple(starts),
            depart=int(departure(self.packed, trial)),
            arrive=int(trial[rows.X, last]),
            break_starts=_break_starts(self.packed, trial[:, : last + 2]),
        )

    def plain_ask(self, vehicle: int) -> NDArray[np.int64]:
        """(ASK_SIZE,) the limits of ``vehicle`` as they are, for no request in particular."""
        ask = np.zeros(rows.ASK_SIZE, dtype=np.int64)
        ask[rows.ASK_VEHICLE], ask[rows.ASK_RULES] = vehicle, rows.KEEP_ALL
        ask[rows.ASK_REQUEST] = ask[rows.ASK_NOT_BEFORE] = -rows.LIFTED
        ask[rows.ASK_NOT_AFTER] = rows.LIFTED
        return ask

    def insert(self, ask: NDArray[np.int64], place: Place) -> None:
        """Serve the request of ``ask`` at ``place``."""
        route = self.timed(ask, place)
        self.vehicle |= dict.fromkeys((place.request, self.problem.drop(place.request)), place.vehicle)
        self.put(place.vehicle, route)

    def put(self, vehicle: int, route: TimedRoute) -> None:
        """Put ``route``, which serves what the vehicle's present one serves, in its place."""
        self.routes[vehicle] = route
        self.start |= zip(route.visits, route.starts, strict=True)
        if len(route.visits) + 2 > self._room:
            self._room = 2 * len(route.visits) + 2
            self._lay_out_rows()
        self._fill_row(vehicle)
        if self.packed.has_links:
            self.packed = self._tied()

    def _lay_out_rows(self) -> None:
        vehicles = self.problem.n_vehicles
        self.fleet = places_kernel.Fleet(
            stops=np.zeros((vehicles, self._room), dtype=np.int64), length=np.zeros(vehicles, dtype=np.int64)
        )
        self.work = rows.work_for(self._untied, longest=self._room)
        for vehicle in range(vehicles):
            self._fill_row(vehicle)

    def _fill_row(self, vehicle: int) -> None:
        visits, first = self.routes[vehicle].visits, 2 * self.problem.n_requests
        row = [first + vehicle, *visits, first + self.problem.n_vehicles + vehicle]
        self.fleet.stops[vehicle, : len(row)] = row
        self.fleet.length[vehicle] = len(row)

    def _tied(self) -> Packed:
        """The packed problem in which links between different vehicles bind both ends to the present times.

        One route changes at a time while the others stand still, so the bound is exact for that step.
        """
        if not self._untied.has_links:
            return self._untied
        node, problem = self._untied.node.copy(), self.problem
        for request in np.flatnonzero(problem.linked_to >= 0).tolist():
            outbound = self._outbound_drop(request)
            if request not in self.start or outbound not in self.start:
                continue
            if self.vehicle[request] != self.vehicle[outbound]:
                gap = self._gap_after(request)
                node[request, EARLIEST] = max(node[request, EARLIEST], self.start[outbound] + gap)
                node[outbound, LATEST] = min(node[outbound, LATEST], self.start[request] - gap)
        return self._untied._replace(node=read_only(node))

    def _gap_after(self, request: int) -> int:
        """Ticks between the start of service at the outbound's drop, on its route, and the pick-up of its return."""
        problem, outbound = self.problem, self._outbound_drop(request)
        vehicle_class = problem.class_of_vehicle[self.vehicle[outbound]]
        return int(problem.service[vehicle_class, outbound] + problem.link_stay[request])

    def _tie(self, request: int, asks: NDArray[np.int64]) -> None:
        """Bounds on ``request`` from its partners, for all vehicles but the partner's own."""
        problem, drop = self.problem, self.problem.drop(request)
        if problem.linked_to[request] >= 0 and not self.outbound_missing(request):
            outbound = self._outbound_drop(request)
            other = asks[:, rows.ASK_VEHICLE] != self.vehicle[outbound]
            asks[other, rows.ASK_NOT_BEFORE] = self.start[outbound] + self._gap_after(request)
        alighting = problem.service[problem.class_of_vehicle, drop]
        for back in np.flatnonzero(problem.linked_to == problem.options(request)[0]).tolist():
            if back in self.start:
                other = asks[:, rows.ASK_VEHICLE] != self.vehicle[back]
                bound = self.start[back] - int(problem.link_stay[back]) - alighting
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
