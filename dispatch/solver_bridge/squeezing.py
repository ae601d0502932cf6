"""Plans of one day under ever tighter limits: what was found last is mended, or else the trips concerned placed anew.

Whether a day can be driven under given limits is asked dozens of times before the least lateness is known, so each
answer has to take milliseconds. It is made of exact insertions alone, on routes from which only the trips concerned are
ever taken out; whoever is not concerned stays on their vehicle. Nothing is searched here, and no clock is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from dispatch.model.times import MINUTE_S
from dispatch.solver_bridge.day_problem import DayProblem
from dispatch.solver_bridge.relaxing import LATEST_MIN, late_in, relaxed
from solver.board import Board
from solver.kernels import tour as rows
from solver.problem import Problem
from solver.schedule import times_if_any
from solver.solution import Solution, TimedRoute

ROUNDS = 6
"""Times the trips concerned are placed anew, whoever found no place first, before limits count as too tight."""

ANEW_MOST = 60
"""So often they are placed anew for one day; afterwards the last plan is only mended."""


class Squeeze:
    """Finds plans under limits on lateness; ``best`` is the last one found, and the beginning of the next.

    Parameters
    ----------
    day
        The day under the limits in force.
    concerned
        The requests that may ever be late; those on no route of ``best`` are placed with them.
    best
        A plan to begin with, late as it may be, or short of some requests.
    """

    def __init__(self, day: DayProblem, concerned: Iterable[int], *, best: Solution) -> None:
        self._day = day
        self._fixed = {visit % day.problem.n_requests for visit in day.problem.prefix_visit.tolist()}
        self._wide = relaxed(day, dict.fromkeys(concerned, LATEST_MIN)).problem
        self._free = sorted({*concerned, *best.unserved} - self._fixed)
        self._bare = self._without(best, self._free)
        self._left = ANEW_MOST
        self.best = best
        self.late = late_in(day, best)

    def to(self, late_min: Mapping[int, int]) -> bool:
        """Whether ``best`` keeps these limits, or another plan that does was found and is the best now."""
        if not self.best.unserved and kept(self.late, late_min):
            return True
        problem = relaxed(self._day, late_min).problem
        for plan in self._plans(problem, late_min):
            late = late_in(self._day, plan)
            if not plan.unserved and kept(late, late_min):
                self.best, self.late = plan, late
                return True
        return False

    def filled(self) -> Solution:
        """The best plan with everybody in time: whoever is late placed where it can be, or left out."""
        moving = {*(set(self.late) - self._fixed), *self.best.unserved}
        order = sorted(moving, key=_by_latest(self._day.problem))
        return next(_placed(self._day.problem, self._without(self.best, moving), order, all_of_them=False), self._bare)

    def alone(self, request: int) -> int:
        """The minutes by which a request is late at least, all others concerned left out: `LATEST_MIN` at most."""
        if request in self._fixed:
            return 0
        board = Board(self._wide, self._bare.routes)
        asks = board.asks(request)
        columns = [rows.ASK_PICK_LATEST, rows.ASK_DROP_LATEST]
        latest = asks[:, columns] - LATEST_MIN * MINUTE_S

        def has_place(minutes: int) -> bool:
            asks[:, columns] = latest + minutes * MINUTE_S
            return bool(board.places(asks, limit=1))

        return bisected(-1, LATEST_MIN, has_place)

    def _plans(self, problem: Problem, late_min: Mapping[int, int]) -> Iterator[Solution]:
        """The best plan with whoever is too late placed again, then all placed anew, who was missed before the rest."""
        too_late = {request for request, minutes in self.late.items() if not kept({request: minutes}, late_min)}
        moving = {*(too_late - self._fixed), *self.best.unserved}
        if len(moving) < len(self._free):
            yield from _placed(problem, self._without(self.best, moving), sorted(moving, key=_by_latest(problem)))
        order, seen = sorted(self._free, key=_by_latest(problem)), set[tuple[int, ...]]()
        while tuple(order) not in seen and len(seen) < ROUNDS and self._left:
            self._left -= 1
            seen.add(tuple(order))
            for plan in _placed(problem, self._bare, order):
                yield plan
                order = sorted(order, key=lambda request: request not in plan.unserved)

    def _without(self, plan: Solution, gone: Iterable[int]) -> Solution:
        """The plan without some requests; what is left keeps the times it had."""
        routes = tuple(self._shortened(route, {*gone}) for route in plan.routes)
        return Solution(routes=routes, unserved=tuple(sorted({*plan.unserved, *gone})))

    def _shortened(self, route: TimedRoute, gone: set[int]) -> TimedRoute:
        n = self._day.problem.n_requests
        left = [(visit, at) for visit, at in zip(route.visits, route.starts, strict=True) if visit % n not in gone]
        return replace(route, visits=tuple(visit for visit, _ in left), starts=tuple(at for _, at in left))


def kept(late: Mapping[int, int], late_min: Mapping[int, int]) -> bool:
    """Whether nobody is later than allowed; who is not named may not be."""
    return all(request in late_min and minutes <= late_min[request] for request, minutes in late.items())


def bisected(low: int, high: int, feasible: Callable[[int], bool]) -> int:
    """The least of ``low + 1`` to ``high`` minutes that is feasible; ``high`` is."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if feasible(middle) else (middle, high)
    return high


def _by_latest(problem: Problem) -> Callable[[int], tuple[int, int]]:
    return lambda request: (int(problem.latest[request]), request)


def _placed(problem: Problem, plan: Solution, order: list[int], *, all_of_them: bool = True) -> Iterator[Solution]:
    """The plan with ``order`` placed one after the other, each where it costs least, outbounds before their returns.

    With ``all_of_them`` it ends with the first that finds no place: routes without times then, and that one alone as
    unserved. None when the routes have no times.
    """
    board, left, untimed = Board(problem, plan.routes), list[int](), set(range(problem.n_vehicles))
    for request in sorted(order, key=lambda request: int(problem.linked_to[request]) >= 0):
        questions = board.questions(request)
        places = board.places_of_any(questions, limit=1)
        for place in places:
            board.insert(questions[place.request][place.vehicle], place)
            untimed.discard(place.vehicle)
        if not places:
            left.append(request)
            if all_of_them:
                yield Solution(routes=plan.routes, unserved=(request,))
                return
    routes = [times_if_any(problem, v, route.visits) if v in untimed else route for v, route in enumerate(board.routes)]
    timed = tuple(route for route in routes if route is not None)
    if len(timed) == len(routes):
        yield Solution(routes=timed, unserved=tuple(sorted(left)))
