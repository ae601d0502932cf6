"""When a promise has become impossible: the least lateness with which everybody is still driven.

A delay or a breakdown can leave a day on which not every promise can be kept, however the routes are drawn. Then the
latest times of some promises are relaxed, all others stay hard, so a breach never spreads:

1. whoever is late when every vehicle drives on in the order of the plan, or finds no vehicle at all, may be late;
2. the greatest lateness among them is made as small as the search finds (bisection by whole minutes); how long they
   are aboard follows from that, for it is not what they were told;
3. under that, each of them in turn is made as early as possible, with the others where they are.

"Impossible" and "least" are what `dispatch.solver_bridge.resettling` finds: an exact schedule for each order, insertion
and, before anything is called impossible, a search of bounded length; the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from dispatch.model.actor import Actor
from dispatch.model.errors import PlanRejected
from dispatch.model.journal import JournalEntry
from dispatch.model.plan import Plan, PlanReason
from dispatch.model.promise import Breach, BreachCause, Promise, PromiseState
from dispatch.model.reservation import Reservation
from dispatch.model.times import MINUTE_S, round_up
from dispatch.model.wish import NO_ID
from dispatch.solver_bridge.day_problem import DayProblem, following
from dispatch.solver_bridge.placing import Placement, place
from dispatch.solver_bridge.resettling import quickly_settled, resettled
from dispatch.solver_bridge.ride import rides_of
from dispatch.solver_bridge.routes import routes_of
from dispatch.solver_bridge.versions import Draft
from dispatch.solver_bridge.workplace import Workday
from dispatch.store.protocol import UnitOfWork
from solver.checker import check
from solver.problem import frozen
from solver.schedule import schedule
from solver.solution import Solution, TimedRoute

BREACHED = "breached"
"""Kind of the journal's entry that declares a breach."""

LATEST_MIN = 480
"""Nobody is promised to be driven later than this after the promise; who cannot be is not driven at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """How much later than it was held to so far one trip will be, and what it is held to from now on.

    ``pickup_s`` and ``arrival_s`` are seconds, whole minutes; both 0 when only the time aboard grows.
    """

    reservation_id: int
    pickup_s: int
    arrival_s: int
    limits: Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class InTime:
    """Every promise can be kept as it is held to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescue:
    """The least lateness of a day, and a plan that keeps it. Nothing is written yet: see `declared`."""

    late: tuple[Lateness, ...]
    draft: Draft

    def declared(self, work: UnitOfWork, *, actor: Actor, cause: BreachCause) -> Plan:
        """Write the breaches, the plan and the journal, in a unit of work of the caller; the plan published.

        Raises
        ------
        Conflict
            ``day_changed`` as `Draft.claimed`.
        """
        version = self.draft.claimed(work)
        plan = self.draft.numbered(version, reservation_id=NO_ID)
        work.publish_plan(plan)
        trips = {trip.id: trip for trip in self.draft.state.reservations}
        for late in self.late:
            work.replace_reservation(_breached(trips[late.reservation_id], late, plan, actor=actor, cause=cause))
            work.journal(_entry(late, plan, actor=actor, cause=cause))
        return plan


def _breached(trip: Reservation, late: Lateness, plan: Plan, *, actor: Actor, cause: BreachCause) -> Reservation:
    breach = Breach(
        cause=cause,
        declared_at=plan.made_at,
        declared_by=actor,
        pickup_latest_s=late.limits.pickup_latest_s,
        arrival_latest_s=late.limits.arrival_latest_s,
        ride_max_s=late.limits.ride_max_s,
    )
    return replace(trip, promise_state=PromiseState.BREACHED, breaches=(*trip.breaches, breach))


def _entry(late: Lateness, plan: Plan, *, actor: Actor, cause: BreachCause) -> JournalEntry:
    return JournalEntry(
        service_id=plan.service_id,
        date=plan.date,
        version=plan.version,
        actor=actor,
        kind=BREACHED,
        at=plan.made_at,
        ids=(
            ("reservation", late.reservation_id),
            ("cause", cause.value),
            ("pickup_late_s", late.pickup_s),
            ("arrival_late_s", late.arrival_s),
            ("plan", plan.digest),
            ("problem", plan.proof.problem_digest),
        ),
    )


def rescue(workday: Workday) -> Rescue | InTime:
    """The least lateness of a day on which not every promise can be kept any more.

    Raises
    ------
    PlanRejected
        ``plan_impossible`` when not even lateness helps: somebody cannot be driven any more.
    """
    day = workday.problem(rides_of(workday.state.reservations))
    if _in_order(day):
        return InTime()
    late_min = _least(day)
    solution = quickly_settled(_relaxed(day, late_min))
    limits = {request: _limits(day, solution, request) for request in late_min}
    changed = {request: promise for request, promise in limits.items() if promise != day.rides[request].promise}
    return _rescue(workday, changed, solution, day=day)


def undrivable(workday: Workday, trips: frozenset[int]) -> tuple[int, ...]:
    """Which of ``trips``, none of which is on a route, no vehicle can take any more, however late, by number.

    All others stay as they are, in time; each of ``trips`` is placed where it fits best, the earliest first.
    """
    day = workday.problem(rides_of(workday.state.reservations))
    asked = [r for r in day.solution.unserved if day.rides[r].reservation_id in trips]
    day, left = _relaxed(day, dict.fromkeys(asked, LATEST_MIN)), []
    for request in sorted(asked, key=lambda r: day.rides[r].promise.pickup_latest_s):
        placement = place(day, request)
        if isinstance(placement, Placement):
            day = replace(day, solution=placement.solution)
        else:
            left.append(day.rides[request].reservation_id)
    return tuple(sorted(left))


def _least(day: DayProblem) -> dict[int, int]:
    """Minutes by which each request may be late, as few as the search finds."""
    concerned = _concerned(day)
    most = next((m for m in _widths(concerned.values()) if _feasible(_relaxed(day, dict.fromkeys(concerned, m)))), None)
    if most is None:
        raise PlanRejected("plan_impossible", count=len(concerned))
    greatest = _bisected(most, lambda m: _feasible(_relaxed(day, dict.fromkeys(concerned, m))))
    late = dict.fromkeys(concerned, greatest)
    for request in sorted(concerned):
        others = {other: minutes for other, minutes in late.items() if other != request}
        late = others if _feasible(_relaxed(day, others)) else {**others, request: _earliest(day, late, request)}
    return late


def _earliest(day: DayProblem, late: Mapping[int, int], request: int) -> int:
    """The least minutes for one request while the others stay where they are."""
    return _bisected(late[request], lambda minutes: _feasible(_relaxed(day, {**late, request: minutes})))


def _bisected(high: int, feasible: Callable[[int], bool]) -> int:
    """The least of 0 to ``high`` minutes that is feasible; ``high`` is."""
    low = -1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if feasible(middle) else (middle, high)
    return high


def _widths(natural_min: Iterable[int]) -> Iterator[int]:
    """Minutes to try for everybody concerned: those of driving on, then twice as many, up to the bound."""
    width = max(1, *natural_min)
    while width < LATEST_MIN:
        yield width
        width *= 2
    yield LATEST_MIN


def _in_order(day: DayProblem) -> bool:
    """Whether every promise can be kept, a search included."""
    try:
        return not check(day.problem, resettled(day))
    except PlanRejected:
        return False


def _feasible(day: DayProblem) -> bool:
    """Whether every promise can be kept, found without a search: it is asked dozens of times."""
    try:
        return not check(day.problem, quickly_settled(day))
    except PlanRejected:
        return False


def _concerned(day: DayProblem) -> dict[int, int]:
    """Who cannot be on time if every vehicle drives on as planned, with the minutes; who has no vehicle, with 1.

    When nobody is late that way and it still cannot be driven, anybody may be.
    """
    late = dict.fromkeys(day.solution.unserved, 1)
    for vehicle, route in enumerate(day.solution.routes):
        if isinstance(schedule(day.problem, vehicle, route.visits), TimedRoute):
            continue
        requests = sorted({visit % len(day.rides) for visit in route.visits})
        wide = _relaxed(day, dict.fromkeys(requests, LATEST_MIN))
        timed = schedule(wide.problem, vehicle, route.visits)
        if isinstance(timed, TimedRoute):
            minutes = {request: _late_min(day, timed, request) for request in requests}
            late |= {r: late_min for r, late_min in minutes.items() if late_min or _rides_too_long(day, timed, r)}
        else:
            late |= dict.fromkeys(requests, 1)
    return late or dict.fromkeys(range(len(day.rides)), 1)


def _late_min(day: DayProblem, timed: TimedRoute, request: int) -> int:
    """Minutes, rounded up, by which a request is late in a route that was timed without its limits."""
    problem, starts = day.problem, dict(zip(timed.visits, timed.starts, strict=True))
    pickup, drop = problem.pickup(request), problem.drop(request)
    over_s = max(starts[pickup] - int(problem.latest[pickup]), starts[drop] - int(problem.latest[drop]))
    return max(0, -(-over_s // MINUTE_S))


def _rides_too_long(day: DayProblem, timed: TimedRoute, request: int) -> bool:
    problem, starts = day.problem, dict(zip(timed.visits, timed.starts, strict=True))
    ride_s = starts[problem.drop(request)] - starts[problem.pickup(request)] - int(problem.service[0, request])
    return ride_s > int(problem.max_ride[request])


def _relaxed(day: DayProblem, late_min: Mapping[int, int]) -> DayProblem:
    """The same day with the latest times of some requests moved on, whatever their time aboard; the past stays."""
    problem = day.problem
    latest, max_ride = problem.latest.copy(), problem.max_ride.copy()
    for request, minutes in late_min.items():
        for visit in (problem.pickup(request), problem.drop(request)):
            if problem.earliest[visit] < problem.latest[visit]:
                latest[visit] += minutes * MINUTE_S
        max_ride[request] += LATEST_MIN * MINUTE_S
    return replace(day, problem=frozen(problem._replace(latest=latest, max_ride=max_ride)))


def _limits(day: DayProblem, solution: Solution, request: int) -> Promise:
    """What a trip is held to from now on: as before, but for the times that the solution cannot keep."""
    problem, held = day.problem, day.rides[request].promise
    starts = {v: s for route in solution.routes for v, s in zip(route.visits, route.starts, strict=True)}
    pickup, drop = problem.pickup(request), problem.drop(request)
    boards = starts[pickup] > problem.latest[pickup]
    arrives = starts[drop] > problem.latest[drop]
    ride_s = starts[drop] - starts[pickup] - int(problem.service[0, pickup])
    longer_s = max(0, ride_s - int(problem.max_ride[request]))
    pickup_latest_s = round_up(starts[pickup], step_s=MINUTE_S) if boards else held.pickup_latest_s
    arrival_latest_s = round_up(starts[drop], step_s=MINUTE_S) if arrives else held.arrival_latest_s
    return replace(
        held,
        pickup_latest_s=pickup_latest_s,
        arrival_latest_s=max(pickup_latest_s, arrival_latest_s),
        ride_max_s=held.ride_max_s + longer_s,
    )


def _rescue(workday: Workday, limits: Mapping[int, Promise], solution: Solution, *, day: DayProblem) -> Rescue:
    """The day under its new limits, with the solution as its plan."""
    state = workday.state
    held = {day.rides[request].reservation_id: promise for request, promise in limits.items()}
    eased = tuple(
        replace(ride, promise=held.get(ride.reservation_id, ride.promise)) for ride in rides_of(state.reservations)
    )
    relaxed = following(workday.problem(eased), routes_of(day, solution))
    before = {ride.reservation_id: ride.promise for ride in day.rides}
    late = tuple(
        Lateness(
            reservation_id=number,
            pickup_s=promise.pickup_latest_s - before[number].pickup_latest_s,
            arrival_s=promise.arrival_latest_s - before[number].arrival_latest_s,
            limits=promise,
        )
        for number, promise in sorted(held.items())
    )
    draft = workday.draft(relaxed, quickly_settled(relaxed), reason=PlanReason.BREACHED)
    return Rescue(late=late, draft=draft)
