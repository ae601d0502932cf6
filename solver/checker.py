"""The independent judge: every rule of `solver.problem.Problem`, looked at one by one in plain Python.

Nothing here is shared with the search, the schedule or the kernels. The judge takes the times as stated in
the solution and never repairs them; it reports every violation, not the first.

A plan is judged while somebody waits on the telephone, so the arrays of the problem are turned into Python numbers
once per plan or route (`_Columns`): to ask an array for one number takes longer than to judge that number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np

from solver.problem import Int64, Problem
from solver.rules import Rule
from solver.solution import Solution, TimedRoute


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken rule.

    Attributes
    ----------
    vehicle, visit
        What it happened to; ``None`` when it concerns no single vehicle or visit.
    amount
        By how much, in the unit of the rule (ticks, seats, or 0 where the rule is yes or no).
    text
        One English sentence with the numbers, for logs and tests.
    """

    rule: Rule
    vehicle: int | None
    visit: int | None
    amount: int
    text: str


def check(problem: Problem, solution: Solution) -> tuple[Violation, ...]:
    """Every violation of ``solution``, routes first; empty when it is valid."""
    if len(solution.routes) != problem.n_vehicles:
        text = f"{len(solution.routes)} routes for {problem.n_vehicles} vehicles."
        return (_violation(Rule.MALFORMED, text),)
    malformed = [fault for v, route in enumerate(solution.routes) for fault in _malformed(problem, v, route)]
    if malformed:
        return tuple(malformed)
    found: list[Violation] = []
    columns = _columns(problem)
    for vehicle, route in enumerate(solution.routes):
        found += _prefix(problem, vehicle, route)
        if route.visits:
            found += _RouteJudge(problem, columns, vehicle, route).violations()
    found += _duplicates(solution)
    found += _options(problem, solution)
    found += _served(problem, solution)
    found += _links(problem, solution)
    return tuple(found)


def _violation(
    rule: Rule, text: str, *, vehicle: int | None = None, visit: int | None = None, amount: int = 0
) -> Violation:
    return Violation(rule=rule, vehicle=vehicle, visit=visit, amount=int(amount), text=text)


def _malformed(problem: Problem, vehicle: int, route: TimedRoute) -> Iterator[Violation]:
    if len(route.visits) != len(route.starts):
        text = f"{len(route.visits)} visits but {len(route.starts)} start times."
        yield _violation(Rule.MALFORMED, text, vehicle=vehicle)
    n_visits = 2 * problem.n_requests
    for visit in route.visits:
        if not 0 <= visit < n_visits:
            yield _violation(Rule.MALFORMED, f"There is no visit {visit}.", vehicle=vehicle, visit=visit)
    for index, _ in route.break_starts:
        if not 0 <= index < len(problem.break_vehicle) or problem.break_vehicle[index] != vehicle:
            yield _violation(Rule.MALFORMED, f"Break {index} is not one of this vehicle.", vehicle=vehicle)


def _prefix(problem: Problem, vehicle: int, route: TimedRoute) -> Iterator[Violation]:
    prefix = problem.prefix_of(vehicle)
    if route.visits[: len(prefix)] != prefix:
        yield _violation(Rule.PREFIX, f"The route does not begin with {prefix}.", vehicle=vehicle)


def _duplicates(solution: Solution) -> Iterator[Violation]:
    counts = Counter(chain.from_iterable(route.visits for route in solution.routes))
    for visit, count in sorted((visit, count) for visit, count in counts.items() if count > 1):
        yield _violation(Rule.DUPLICATE, f"Visit {visit} is made {count} times.", visit=visit)


def _options(problem: Problem, solution: Solution) -> Iterator[Violation]:
    """A demand is met once, by the request or by one of its options."""
    n, heads = problem.n_requests, problem.heads().tolist()
    visited = sorted({visit % n for route in solution.routes for visit in route.visits})
    met = Counter([heads[request] for request in visited])
    for head, count in sorted((head, count) for head, count in met.items() if count > 1):
        text = f"The demand of request {head} is met by {[r for r in visited if heads[r] == head]}."
        yield _violation(Rule.OPTION, text, visit=head, amount=count - 1)


def _served(problem: Problem, solution: Solution) -> Iterator[Violation]:
    """Mandatory demands and the agreement of routes and list of unserved ones, each under its head."""
    n, heads = problem.n_requests, problem.heads().tolist()
    met = {heads[visit % n] for route in solution.routes for visit in route.visits}
    demands = dict.fromkeys(sorted(heads))
    listed = Counter(solution.unserved)
    for request, count in sorted(listed.items()):
        if count > 1 or request not in demands or request in met:
            yield _violation(Rule.UNSERVED_LIST, f"Request {request} is listed as unserved wrongly.")
    for request in demands:
        if request in met:
            continue
        if request not in listed:
            yield _violation(Rule.UNSERVED_LIST, f"Request {request} is neither served nor listed.", visit=request)
        if problem.mandatory[request]:
            yield _violation(Rule.MANDATORY, f"Promised request {request} is not served.", visit=request)


def _links(problem: Problem, solution: Solution) -> Iterator[Violation]:
    """A return needs its outbound, dropped early enough and, on one route, before it."""
    n, heads = problem.n_requests, problem.heads()
    returns = np.flatnonzero(problem.linked_to >= 0).tolist()
    made = _made(solution) if returns else {}
    for request in returns:
        if request not in made:
            continue
        here = made[request]
        options = np.flatnonzero(heads == problem.linked_to[request]).tolist()
        outbound = next((option for option in options if n + option in made), int(problem.linked_to[request]))
        if n + outbound not in made:
            text = f"Return {request} is served without its outbound {outbound}."
            yield _violation(Rule.LINK, text, vehicle=here.vehicle, visit=request)
            continue
        drop = made[n + outbound]
        service = int(problem.service[problem.class_of_vehicle[drop.vehicle], n + outbound])
        ready = drop.start + service + int(problem.link_stay[request])
        misplaced = drop.vehicle == here.vehicle and drop.position > here.position
        if here.start < ready or misplaced:
            text = f"Return {request} is picked up at {here.start}, its outbound allows {ready}."
            short = max(0, ready - here.start)
            yield _violation(Rule.LINK, text, vehicle=here.vehicle, visit=request, amount=short)


class _Made(NamedTuple):
    """Who makes a visit, at which position of the route, and when its service starts."""

    vehicle: int
    position: int
    start: int


def _made(solution: Solution) -> dict[int, _Made]:
    return {
        visit: _Made(vehicle, position, start)
        for vehicle, route in enumerate(solution.routes)
        for position, (visit, start) in enumerate(zip(route.visits, route.starts, strict=True))
    }


class _Columns(NamedTuple):
    """Fields of the problem as Python numbers, indexed as there."""

    period_start: list[int]
    earliest: list[int]
    latest: list[int]
    service: list[list[int]]
    max_ride: list[int]
    locked_vehicle: list[int]
    exclusive: list[bool]


def _columns(problem: Problem) -> _Columns:
    return _Columns(*(getattr(problem, name).tolist() for name in _Columns._fields))


class _Slot(NamedTuple):
    """A span in which a break may lie; leg 0 is the one to the first visit (-1: before departure, after arrival)."""

    leg: int
    first: int
    last: int


class _RouteJudge:
    """The rules of one used route."""

    def __init__(self, problem: Problem, columns: _Columns, vehicle: int, route: TimedRoute) -> None:
        self.problem, self.columns, self.vehicle, self.route = problem, columns, vehicle, route
        service = columns.service[int(problem.class_of_vehicle[vehicle])]
        self.n, self.visits = problem.n_requests, np.array(route.visits, np.int64)
        self.ends = [at + service[visit] for visit, at in zip(route.visits, route.starts, strict=True)]
        self.aboard = self._aboard()
        self.slots = self._slots()
        self.outside = self._outside()

    def violations(self) -> Iterator[Violation]:
        yield from self._pairing()
        yield from self._allowed()
        yield from self._seats()
        yield from self._exclusive()
        yield from self._windows()
        yield from self._legs()
        yield from self._rides()
        yield from self._shift()
        yield from self._breaks()

    def _fault(self, rule: Rule, text: str, *, visit: int | None = None, amount: int = 0) -> Violation:
        return _violation(rule, text, vehicle=self.vehicle, visit=visit, amount=amount)

    def _aboard(self) -> list[list[int]]:
        """Requests aboard after each visit."""
        now: list[int] = []
        after = []
        for visit in self.route.visits:
            now = [*now, visit] if visit < self.n else [r for r in now if r != visit - self.n]
            after.append(now)
        return after

    def _pairing(self) -> Iterator[Violation]:
        seen: set[int] = set()
        for visit in self.route.visits:
            if visit >= self.n and visit - self.n not in seen:
                yield self._fault(Rule.PAIRING, f"Drop {visit} has no pick-up before it.", visit=visit)
            seen.add(visit)
        for visit in self.route.visits:
            if visit < self.n and visit + self.n not in seen:
                yield self._fault(Rule.PAIRING, f"Pick-up {visit} has no drop.", visit=visit)

    def _allowed(self) -> Iterator[Violation]:
        compatible, locked = self.problem.compatible[:, self.vehicle].tolist(), self.columns.locked_vehicle
        for request in sorted({visit % self.n for visit in self.route.visits}):
            if not compatible[request]:
                yield self._fault(Rule.COMPATIBLE, f"This vehicle may not carry request {request}.", visit=request)
            if locked[request] not in (-1, self.vehicle):
                text = f"Request {request} belongs to vehicle {locked[request]}."
                yield self._fault(Rule.LOCKED, text, visit=request)

    def _seats(self) -> Iterator[Violation]:
        """After each visit: what the layout that suits best lacks, over all kinds of seat."""
        riders = [0, *map(len, self.aboard)]
        change = np.array([after - before for before, after in pairwise(riders)])  # +1, or -1 where someone alights
        load = np.cumsum(self.problem.load[self.visits % self.n] * change[:, None], axis=0)
        over = np.maximum(load[:, None, :] - self.problem.capacity[self.vehicle], 0)  # (visits, A, S)
        lacking = over.sum(axis=2).min(axis=1)
        for position in np.flatnonzero(lacking).tolist():
            visit = self.route.visits[position]
            text = f"Load {load[position].tolist()} after visit {visit} fits no layout."
            yield self._fault(Rule.SEATS, text, visit=visit, amount=int(lacking[position]))

    def _exclusive(self) -> Iterator[Violation]:
        if not any(self.columns.exclusive):
            return
        for visit, riders in zip(self.route.visits, self.aboard, strict=True):
            if visit >= self.n or len(riders) == 1:
                continue
            private = [r for r in riders if self.columns.exclusive[r]]
            if private:
                text = f"Private ride {private[0]} shares the vehicle after visit {visit}."
                yield self._fault(Rule.EXCLUSIVE, text, visit=visit, amount=len(riders) - 1)

    def _windows(self) -> Iterator[Violation]:
        earliest, latest = self.columns.earliest, self.columns.latest
        for visit, at in zip(self.route.visits, self.route.starts, strict=True):
            early, late = earliest[visit] - at, at - latest[visit]
            if early > 0 or late > 0:
                text = f"Visit {visit} at {at} is {max(early, late)} {'early' if early > 0 else 'late'}."
                yield self._fault(Rule.WINDOW, text, visit=visit, amount=max(early, late))

    def _ticks(self) -> Int64:
        """(K, legs) travel times, from the start place to the end place."""
        problem, last = self.problem, len(self.visits)
        stops = np.empty(last + 2, np.int64)
        stops[0], stops[last + 1] = problem.start_place[self.vehicle], problem.end_place[self.vehicle]
        stops[1:-1] = problem.place_of_visit[self.visits]
        ticks: Int64 = problem.travel[:, stops[:-1], stops[1:]]
        return ticks

    def _arrivals(self, ticks: Int64, leaving: Int64) -> Int64:
        """Leave now, or stand at the kerb until a later period begins, whichever arrives first."""
        reached: Int64 = leaving + ticks[0]
        for start, takes in zip(self.columns.period_start[1:], ticks[1:], strict=True):
            reached = np.where(start <= leaving, leaving + takes, np.minimum(reached, start + takes))
        return reached

    def _due(self) -> Int64:
        """When each leg ends, its breaks included: the later of driving first and resting first."""
        ticks, paused = self._ticks(), self._paused()
        leave = np.array([self.route.depart, *self.ends])
        driving_first, resting_first = self._arrivals(ticks, leave) + paused, self._arrivals(ticks, leave + paused)
        due: Int64 = np.maximum(driving_first, resting_first)
        return due

    def _legs(self) -> Iterator[Violation]:
        """Travel time and idling, from the start place to the end place."""
        due, reach = self._due(), np.array([*self.route.starts, self.route.arrive])
        short, idle = due - reach, reach - due - self.problem.idle_aboard_limit
        riders = np.array([0, *map(len, self.aboard)])
        visits = [*self.route.visits, None]
        for leg in np.flatnonzero((short > 0) | (idle > 0)).tolist():
            if short[leg] > 0:
                text = f"Leg {leg} needs until {due[leg]}, the plan says {reach[leg]}."
                yield self._fault(Rule.TRAVEL, text, visit=visits[leg], amount=int(short[leg]))
            if riders[leg] and idle[leg] > 0:
                text = f"Riders wait aboard before leg {leg} ends, {idle[leg]} too long."
                yield self._fault(Rule.IDLE, text, visit=visits[leg], amount=int(idle[leg]))

    def _rides(self) -> Iterator[Violation]:
        boarded, max_ride = dict(zip(self.route.visits, self.ends, strict=True)), self.columns.max_ride
        for visit, at in zip(self.route.visits, self.route.starts, strict=True):
            if visit < self.n or visit - self.n not in boarded:
                continue
            ride, limit = at - boarded[visit - self.n], max_ride[visit - self.n]
            if ride > limit:
                text = f"Request {visit - self.n} rides {ride}, allowed {limit}."
                yield self._fault(Rule.RIDE, text, visit=visit, amount=ride - limit)

    def _shift(self) -> Iterator[Violation]:
        early = int(self.problem.shift_earliest[self.vehicle]) - self.route.depart
        late = self.route.arrive - int(self.problem.shift_latest[self.vehicle])
        if early > 0:
            yield self._fault(Rule.SHIFT, f"It leaves {early} before its shift.", amount=early)
        if late > 0:
            yield self._fault(Rule.SHIFT, f"It returns {late} after its shift.", amount=late)
        over = self.route.arrive - self.route.depart - int(self.problem.max_duration[self.vehicle])
        if over > 0:
            yield self._fault(Rule.DURATION, f"The route is {over} too long.", amount=over)

    def _slots(self) -> list[_Slot]:
        problem, route = self.problem, self.route
        leave, reach, riders = [route.depart, *self.ends], [*route.starts, route.arrive], [[], *self.aboard]
        legs = [_Slot(leg, leave[leg], reach[leg]) for leg in range(len(reach)) if not riders[leg]]
        before = _Slot(-1, int(problem.shift_earliest[self.vehicle]), route.depart)
        after = _Slot(-1, route.arrive, int(problem.shift_latest[self.vehicle]))
        return [before, *legs, after]

    def _outside(self) -> list[list[int]]:
        """For each break and slot the ticks of the break that lie outside the slot, counted from both ends."""
        lengths = [int(self.problem.break_duration[index]) for index, _ in self.route.break_starts]
        return [
            [max(0, first - start) + max(0, start + length - last) for _, first, last in self.slots]
            for (_, start), length in zip(self.route.break_starts, lengths, strict=True)
        ]

    def _paused(self) -> Int64:
        """(legs,) ticks of break taken on each."""
        paused = np.zeros(len(self.visits) + 1, np.int64)
        for (index, _), outside in zip(self.route.break_starts, self.outside, strict=True):
            if 0 in outside and self.slots[outside.index(0)].leg >= 0:
                paused[self.slots[outside.index(0)].leg] += self.problem.break_duration[index]
        return paused

    def _breaks(self) -> Iterator[Violation]:
        problem, taken = self.problem, self.route.break_starts
        if tuple(index for index, _ in taken) != problem.breaks_of(self.vehicle):
            yield self._fault(Rule.BREAK, f"It owes breaks {problem.breaks_of(self.vehicle)}, in this order.")
        for (index, start), outside in zip(taken, self.outside, strict=True):
            early, late = int(problem.break_earliest[index]) - start, start - int(problem.break_latest[index])
            if max(early, late) > 0:
                text = f"Break {index} starts {max(early, late)} outside its window."
                yield self._fault(Rule.BREAK, text, amount=max(early, late))
            busy = min(outside)
            if busy > 0:
                text = f"Break {index} overlaps riding or driving by {busy}."
                yield self._fault(Rule.BREAK, text, amount=busy)
        for (index, start), (_, following) in pairwise(taken):
            overlap = start + int(problem.break_duration[index]) - following
            if overlap > 0:
                yield self._fault(Rule.BREAK, f"Break {index} overlaps the next by {overlap}.", amount=overlap)
