"""Every rule of `solver.problem.Problem` in plain Python, route by route and visit by visit: the checker's oracle.

Slow, and with no array of more than one route in it. It reports what `solver.checker.check` is to report, in that
order: route by route, then the whole day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from solver.checker import Violation
from solver.problem import Problem
from solver.rules import Rule
from solver.solution import Solution, TimedRoute


def plainly(problem: Problem, solution: Solution) -> tuple[Violation, ...]:
    """Every violation of ``solution``."""
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
    times = [route.depart, *route.starts, route.arrive, *(start for _, start in route.break_starts)]
    if any(abs(time) > 2**61 for time in times):
        yield _violation(Rule.MALFORMED, f"A time lies beyond {2**61}.", vehicle=vehicle)


def _prefix(problem: Problem, vehicle: int, route: TimedRoute) -> Iterator[Violation]:
    prefix = problem.prefix_of(vehicle)
    if route.visits[: len(prefix)] != prefix:
        yield _violation(Rule.PREFIX, f"The route does not begin with {prefix}.", vehicle=vehicle)


def _visited(problem: Problem, solution: Solution) -> list[int]:
    """Requests of which any visit is made, by number."""
    return sorted({visit % problem.n_requests for route in solution.routes for visit in route.visits})


def _duplicates(solution: Solution) -> Iterator[Violation]:
    counts = Counter(visit for route in solution.routes for visit in route.visits)
    for visit, count in sorted(counts.items()):
        if count > 1:
            yield _violation(Rule.DUPLICATE, f"Visit {visit} is made {count} times.", visit=visit)


def _options(problem: Problem, solution: Solution) -> Iterator[Violation]:
    """A demand is met once, by the request or by one of its options."""
    heads, visited = problem.heads().tolist(), _visited(problem, solution)
    met = Counter([heads[request] for request in visited])
    for head, count in sorted(met.items()):
        if count > 1:
            text = f"The demand of request {head} is met by {[r for r in visited if heads[r] == head]}."
            yield _violation(Rule.OPTION, text, visit=head, amount=count - 1)


def _served(problem: Problem, solution: Solution) -> Iterator[Violation]:
    """Mandatory demands and the agreement of routes and list of unserved ones, each under its head."""
    heads = problem.heads().tolist()
    met = {heads[request] for request in _visited(problem, solution)}
    listed = Counter(solution.unserved)
    for request, count in sorted(listed.items()):
        if count > 1 or request not in heads or request in met:
            yield _violation(Rule.UNSERVED_LIST, f"Request {request} is listed as unserved wrongly.")
    for request in sorted(set(heads) - met):
        if request not in listed:
            yield _violation(Rule.UNSERVED_LIST, f"Request {request} is neither served nor listed.", visit=request)
        if problem.mandatory[request]:
            yield _violation(Rule.MANDATORY, f"Promised request {request} is not served.", visit=request)


class _Made(NamedTuple):
    """Who makes a visit, at which position of the route, and when its service starts."""

    vehicle: int
    position: int
    start: int


def _links(problem: Problem, solution: Solution) -> Iterator[Violation]:
    """A return needs its outbound, dropped early enough and, on one route, before it."""
    n, heads = problem.n_requests, problem.heads().tolist()
    made = {
        visit: _Made(vehicle, position, start)
        for vehicle, route in enumerate(solution.routes)
        for position, (visit, start) in enumerate(zip(route.visits, route.starts, strict=True))
    }
    for request, head in enumerate(problem.linked_to.tolist()):
        if head < 0 or request not in made:
            continue
        here = made[request]
        outbound = next((other for other in range(n) if heads[other] == head and n + other in made), head)
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


class _Slot(NamedTuple):
    """A span in which a break may lie; leg 0 is the one to the first visit (-1: before departure, after arrival)."""

    leg: int
    first: int
    last: int


class _RouteJudge:
    """The rules of one used route."""

    def __init__(self, problem: Problem, vehicle: int, route: TimedRoute) -> None:
        self.problem, self.vehicle, self.route, self.n = problem, vehicle, route, problem.n_requests
        service = problem.service[problem.class_of_vehicle[vehicle]].tolist()
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
        for request in sorted({visit % self.n for visit in self.route.visits}):
            if not self.problem.compatible[request, self.vehicle]:
                yield self._fault(Rule.COMPATIBLE, f"This vehicle may not carry request {request}.", visit=request)
            if self.problem.locked_vehicle[request] not in (-1, self.vehicle):
                text = f"Request {request} belongs to vehicle {self.problem.locked_vehicle[request]}."
                yield self._fault(Rule.LOCKED, text, visit=request)

    def _seats(self) -> Iterator[Violation]:
        """After each visit: what the layout that suits best lacks, over all kinds of seat."""
        loads, layouts = self.problem.load.tolist(), self.problem.capacity[self.vehicle].tolist()
        for visit, riders in zip(self.route.visits, self.aboard, strict=True):
            load = [sum(loads[rider][kind] for rider in riders) for kind in range(self.problem.load.shape[1])]
            lacking = min(sum(max(0, a - b) for a, b in zip(load, layout, strict=True)) for layout in layouts)
            if lacking:
                text = f"Load {load} after visit {visit} fits no layout."
                yield self._fault(Rule.SEATS, text, visit=visit, amount=lacking)

    def _exclusive(self) -> Iterator[Violation]:
        for visit, riders in zip(self.route.visits, self.aboard, strict=True):
            private = [r for r in riders if self.problem.exclusive[r]]
            if visit < self.n and len(riders) > 1 and private:
                text = f"Private ride {private[0]} shares the vehicle after visit {visit}."
                yield self._fault(Rule.EXCLUSIVE, text, visit=visit, amount=len(riders) - 1)

    def _windows(self) -> Iterator[Violation]:
        for visit, at in zip(self.route.visits, self.route.starts, strict=True):
            early, late = int(self.problem.earliest[visit]) - at, at - int(self.problem.latest[visit])
            if early > 0 or late > 0:
                text = f"Visit {visit} at {at} is {max(early, late)} {'early' if early > 0 else 'late'}."
                yield self._fault(Rule.WINDOW, text, visit=visit, amount=max(early, late))

    def _legs(self) -> Iterator[Violation]:
        """Travel time and idling, from the start place to the end place."""
        problem, route = self.problem, self.route
        between = [int(problem.place_of_visit[visit]) for visit in route.visits]
        stops = [int(problem.start_place[self.vehicle]), *between, int(problem.end_place[self.vehicle])]
        riders, paused = [0, *map(len, self.aboard)], self._paused()
        for leg, (leave, reach) in enumerate(
            zip([route.depart, *self.ends], [*route.starts, route.arrive], strict=True)
        ):
            here, there = stops[leg], stops[leg + 1]
            driving_first = self._arrival(here, there, leave) + paused[leg]
            due = max(driving_first, self._arrival(here, there, leave + paused[leg]))
            visit = route.visits[leg] if leg < len(route.visits) else None
            if reach < due:
                text = f"Leg {leg} needs until {due}, the plan says {reach}."
                yield self._fault(Rule.TRAVEL, text, visit=visit, amount=due - reach)
            idle = reach - due - problem.idle_aboard_limit
            if riders[leg] and idle > 0:
                text = f"Riders wait aboard before leg {leg} ends, {idle} too long."
                yield self._fault(Rule.IDLE, text, visit=visit, amount=idle)

    def _arrival(self, here: int, there: int, leaving: int) -> int:
        """Leave now, or stand at the kerb until a later period begins, whichever arrives first."""
        starts, takes = self.problem.period_start.tolist(), self.problem.travel[:, here, there].tolist()
        holds = max((k for k, start in enumerate(starts) if start <= leaving), default=0)
        later = [start + ticks for start, ticks in zip(starts[holds + 1 :], takes[holds + 1 :], strict=True)]
        return min([leaving + takes[holds], *later])

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

    def _outside(self) -> list[list[int]]:
        """For each break and slot the ticks of the break that lie outside the slot, counted from both ends."""
        lengths = [int(self.problem.break_duration[index]) for index, _ in self.route.break_starts]
        return [
            [max(0, first - start) + max(0, start + length - last) for _, first, last in self.slots]
            for (_, start), length in zip(self.route.break_starts, lengths, strict=True)
        ]

    def _paused(self) -> list[int]:
        """Ticks of break taken on each leg: in the first slot that a break fits in."""
        paused = [0] * (len(self.route.visits) + 1)
        for (index, _), outside in zip(self.route.break_starts, self.outside, strict=True):
            if 0 in outside and self.slots[outside.index(0)].leg >= 0:
                paused[self.slots[outside.index(0)].leg] += int(self.problem.break_duration[index])
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
