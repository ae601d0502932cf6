"""The independent judge: every rule of `solver.problem.Problem`, looked at one by one in plain Python.

Nothing here is shared with the search, the schedule or the kernels. The judge takes the times as stated in
the solution and never repairs them; it reports every violation, not the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from solver.problem import Problem
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
    for vehicle, route in enumerate(solution.routes):
        found += _prefix(problem, vehicle, route)
        if route.visits:
            found += _RouteJudge(problem, vehicle, route).violations()
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
    for visit in route.visits:
        if not 0 <= visit < 2 * problem.n_requests:
            yield _violation(Rule.MALFORMED, f"There is no visit {visit}.", vehicle=vehicle, visit=visit)
    for index, _ in route.break_starts:
        if not 0 <= index < len(problem.break_vehicle) or problem.break_vehicle[index] != vehicle:
            yield _violation(Rule.MALFORMED, f"Break {index} is not one of this vehicle.", vehicle=vehicle)


def _prefix(problem: Problem, vehicle: int, route: TimedRoute) -> Iterator[Violation]:
    prefix = problem.prefix_of(vehicle)
    if route.visits[: len(prefix)] != prefix:
        yield _violation(Rule.PREFIX, f"The route does not begin with {prefix}.", vehicle=vehicle)


def _duplicates(solution: Solution) -> Iterator[Violation]:
    counts = Counter(visit for route in solution.routes for visit in route.visits)
    for visit, count in sorted(counts.items()):
        if count > 1:
            yield _violation(Rule.DUPLICATE, f"Visit {visit} is made {count} times.", visit=visit)


def _options(problem: Problem, solution: Solution) -> Iterator[Violation]:
    """A demand is met once, by the request or by one of its options."""
    n, heads = problem.n_requests, problem.heads()
    visited = sorted({visit % n for route in solution.routes for visit in route.visits})
    for head, count in sorted(Counter(int(heads[request]) for request in visited).items()):
        if count > 1:
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
    n = problem.n_requests
    start = {visit: at for route in solution.routes for visit, at in zip(route.visits, route.starts, strict=True)}
    carrier = {visit: v for v, route in enumerate(solution.routes) for visit in route.visits}
    rank = {visit: i for route in solution.routes for i, visit in enumerate(route.visits)}
    heads = problem.heads()
    for request in np.flatnonzero(problem.linked_to >= 0).tolist():
        if request not in start:
            continue
        options = np.flatnonzero(heads == problem.linked_to[request]).tolist()
        outbound = next((option for option in options if n + option in start), int(problem.linked_to[request]))
        if n + outbound not in start:
            text = f"Return {request} is served without its outbound {outbound}."
            yield _violation(Rule.LINK, text, vehicle=carrier[request], visit=request)
            continue
        vehicle_class = problem.class_of_vehicle[carrier[n + outbound]]
        ready = start[n + outbound] + problem.service[vehicle_class, n + outbound] + problem.link_stay[request]
        misplaced = carrier[n + outbound] == carrier[request] and rank[n + outbound] > rank[request]
        if start[request] < ready or misplaced:
            text = f"Return {request} is picked up at {start[request]}, its outbound allows {ready}."
            short = max(0, ready - start[request])
            yield _violation(Rule.LINK, text, vehicle=carrier[request], visit=request, amount=short)


@dataclass(frozen=True, slots=True)
class _Slot:
    """A span in which a break may lie; leg 0 is the one to the first visit (-1: before departure, after arrival)."""

    leg: int
    first: int
    last: int


class _RouteJudge:
    """The rules of one used route."""

    def __init__(self, problem: Problem, vehicle: int, route: TimedRoute) -> None:
        self.problem, self.vehicle, self.route = problem, vehicle, route
        service = problem.service[problem.class_of_vehicle[vehicle]]
        self.n = problem.n_requests
        self.ends = [int(at + service[visit]) for visit, at in zip(route.visits, route.starts, strict=True)]
        self.aboard = self._aboard()

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
        for request in sorted({visit % self.n for visit in self.route.visits}):
            if not self.problem.compatible[request, self.vehicle]:
                yield self._fault(Rule.COMPATIBLE, f"This vehicle may not carry request {request}.", visit=request)
            if self.problem.locked_vehicle[request] not in (-1, self.vehicle):
                other = self.problem.locked_vehicle[request]
                yield self._fault(Rule.LOCKED, f"Request {request} belongs to vehicle {other}.", visit=request)

    def _seats(self) -> Iterator[Violation]:
        layouts = self.problem.capacity[self.vehicle]
        for visit, riders in zip(self.route.visits, self.aboard, strict=True):
            load = self.problem.load[riders].sum(axis=0)
            lacking = int(np.maximum(load - layouts, 0).sum(axis=1).min())
            if lacking > 0:
                text = f"Load {load.tolist()} after visit {visit} fits no layout."
                yield self._fault(Rule.SEATS, text, visit=visit, amount=lacking)

    def _exclusive(self) -> Iterator[Violation]:
        for visit, riders in zip(self.route.visits, self.aboard, strict=True):
            private = [r for r in riders if self.problem.exclusive[r]]
            if visit < self.n and private and len(riders) > 1:
                text = f"Private ride {private[0]} shares the vehicle after visit {visit}."
                yield self._fault(Rule.EXCLUSIVE, text, visit=visit, amount=len(riders) - 1)

    def _windows(self) -> Iterator[Violation]:
        for visit, at in zip(self.route.visits, self.route.starts, strict=True):
            early, late = int(self.problem.earliest[visit]) - at, at - int(self.problem.latest[visit])
            if max(early, late) > 0:
                text = f"Visit {visit} at {at} is {max(early, late)} {'early' if early > 0 else 'late'}."
                yield self._fault(Rule.WINDOW, text, visit=visit, amount=max(early, late))

    def _arrival(self, origin: int, destination: int, leaving: int) -> int:
        """Leave now, or stand at the kerb until a later period begins, whichever arrives first."""
        begun = sum(1 for start in self.problem.period_start.tolist() if start <= leaving)
        now, *later = range(max(begun, 1) - 1, len(self.problem.period_start))
        takes = self.problem.travel[:, origin, destination]
        waiting = [int(self.problem.period_start[k] + takes[k]) for k in later]
        return min([leaving + int(takes[now]), *waiting])

    def _due(self, origin: int, destination: int, *, leaving: int, paused: int) -> int:
        """When a leg with ``paused`` ticks of breaks ends: the later of driving first and resting first."""
        driving_first = self._arrival(origin, destination, leaving) + paused
        return max(driving_first, self._arrival(origin, destination, leaving + paused))

    def _legs(self) -> Iterator[Violation]:
        """Travel time and idling, from the start place to the end place."""
        route, places = self.route, self.problem.place_of_visit
        stops = [int(self.problem.start_place[self.vehicle]), *(int(places[v]) for v in route.visits)]
        stops.append(int(self.problem.end_place[self.vehicle]))
        leave, reach = [route.depart, *self.ends], [*route.starts, route.arrive]
        visits = [*route.visits, None]
        paused = self._paused()
        for leg, visit in enumerate(visits):
            arrival = self._due(stops[leg], stops[leg + 1], leaving=leave[leg], paused=paused.get(leg, 0))
            if reach[leg] < arrival:
                text = f"Leg {leg} needs until {arrival}, the plan says {reach[leg]}."
                yield self._fault(Rule.TRAVEL, text, visit=visit, amount=arrival - reach[leg])
            idle = reach[leg] - arrival - self.problem.idle_aboard_limit
            if leg > 0 and self.aboard[leg - 1] and idle > 0:
                text = f"Riders wait aboard before leg {leg} ends, {idle} too long."
                yield self._fault(Rule.IDLE, text, visit=visit, amount=idle)

    def _rides(self) -> Iterator[Violation]:
        boarded = dict(zip(self.route.visits, self.ends, strict=True))
        for visit, at in zip(self.route.visits, self.route.starts, strict=True):
            if visit < self.n or visit - self.n not in boarded:
                continue
            ride, limit = at - boarded[visit - self.n], int(self.problem.max_ride[visit - self.n])
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

    def _outside(self, slot: _Slot, *, index: int, start: int) -> int:
        """Ticks of a break that lie outside ``slot``, counted from both ends."""
        end = start + int(self.problem.break_duration[index])
        return max(0, slot.first - start) + max(0, end - slot.last)

    def _paused(self) -> dict[int, int]:
        """Ticks of break taken on each leg."""
        paused: Counter[int] = Counter()
        for index, start in self.route.break_starts:
            fitting = [s for s in self._slots() if self._outside(s, index=index, start=start) == 0]
            if fitting and fitting[0].leg >= 0:
                paused[fitting[0].leg] += int(self.problem.break_duration[index])
        return dict(paused)

    def _breaks(self) -> Iterator[Violation]:
        problem, taken = self.problem, self.route.break_starts
        if tuple(index for index, _ in taken) != problem.breaks_of(self.vehicle):
            yield self._fault(Rule.BREAK, f"It owes breaks {problem.breaks_of(self.vehicle)}, in this order.")
        for index, start in taken:
            early, late = int(problem.break_earliest[index]) - start, start - int(problem.break_latest[index])
            if max(early, late) > 0:
                text = f"Break {index} starts {max(early, late)} outside its window."
                yield self._fault(Rule.BREAK, text, amount=max(early, late))
            busy = min(self._outside(slot, index=index, start=start) for slot in self._slots())
            if busy > 0:
                text = f"Break {index} overlaps riding or driving by {busy}."
                yield self._fault(Rule.BREAK, text, amount=busy)
        for (index, start), (_, following) in pairwise(taken):
            overlap = start + int(problem.break_duration[index]) - following
            if overlap > 0:
                yield self._fault(Rule.BREAK, f"Break {index} overlaps the next by {overlap}.", amount=overlap)
