"""When a promise has become impossible: the least lateness with which everybody is still driven.

A delay or a breakdown can leave a day on which not every promise can be kept, however the routes are drawn. Then the
latest times of some promises are relaxed, all others stay hard, so a breach never spreads:

1. whoever is late when every vehicle drives on in the order of the plan may be late, but not later than that; so may
   whoever finds no vehicle at all;
2. the greatest lateness among them is made as small as is found, in whole minutes; how long they are aboard follows
   from that, for it is not what they were told;
3. under that, each of them in turn is made as early as possible, with the others where they may be.

How it is found, `dispatch.solver_bridge.least` says: exact insertion and searches of bounded length; the same on every
machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dispatch.model.actor import Actor
from dispatch.model.day_state import DayState
from dispatch.model.journal import JournalEntry
from dispatch.model.plan import Plan, PlanReason
from dispatch.model.promise import Breach, BreachCause, Promise, PromiseState
from dispatch.model.reservation import Reservation
from dispatch.model.times import MINUTE_S, round_up
from dispatch.model.wish import NO_ID
from dispatch.solver_bridge.day_problem import DayProblem, following
from dispatch.solver_bridge.least import least_late
from dispatch.solver_bridge.placing import Placement, place
from dispatch.solver_bridge.relaxing import LATEST_MIN, late_in, relaxed
from dispatch.solver_bridge.resettling import quickly_settled
from dispatch.solver_bridge.restating import BREACHED, restate
from dispatch.solver_bridge.ride import rides_of
from dispatch.solver_bridge.routes import routes_of
from dispatch.solver_bridge.versions import Draft
from dispatch.solver_bridge.workplace import Workday
from dispatch.store.protocol import UnitOfWork
from solver.solution import Solution


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
    """Every promise can be kept as it is held to: ``solution`` of ``day`` does, perhaps on other routes (`mended`)."""

    day: DayProblem
    solution: Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescue:
    """The least lateness of a day, and a plan that keeps it. Nothing is written yet: see `declared`."""

    late: tuple[Lateness, ...]
    draft: Draft

    def declared(self, work: UnitOfWork, *, actor: Actor, cause: BreachCause) -> None:
        """Write the breaches, the plan and the journal, in a unit of work of the caller.

        Raises
        ------
        Conflict
            ``day_changed`` as `Draft.claimed`.
        """
        self.written(work, self.draft.claimed(work), before=self.draft.state, actor=actor, cause=cause)

    def written(self, work: UnitOfWork, version: int, *, before: DayState, actor: Actor, cause: BreachCause) -> Plan:
        """As `declared`, for a day that was as ``before`` and has been claimed as ``version``; the plan published."""
        plan = self.draft.numbered(version, reservation_id=NO_ID)
        work.publish_plan(plan)
        trips = {trip.id: trip for trip in self.draft.state.reservations}
        for late in self.late:
            trips[late.reservation_id] = _breached(trips[late.reservation_id], late, plan, actor=actor, cause=cause)
            work.replace_reservation(trips[late.reservation_id])
            work.journal(_entry(late, plan, actor=actor, cause=cause))
        after = replace(self.draft.state, plan=plan, reservations=tuple(trips.values()))
        restate(work, before, after, actor=actor)
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
    day = workday.booked()
    solution = least_late(day)
    late = late_in(day, solution)
    if not late:
        return InTime(day=day, solution=solution)
    return _rescue(workday, {request: _limits(day, solution, request) for request in late}, solution, day=day)


def mended(workday: Workday, found: InTime) -> tuple[Draft, ...]:
    """The plan to publish when vehicles that drive on in the order in force do not keep every promise; else none.

    Raises
    ------
    PlanRejected
        As `dispatch.solver_bridge.workplace.Workday.draft`.
    """
    before, after = found.day.solution.routes, found.solution.routes
    if tuple(route.visits for route in before) == tuple(route.visits for route in after):
        return ()
    return (workday.draft(found.day, found.solution, reason=PlanReason.REPLANNED),)


def undrivable(workday: Workday, trips: frozenset[int]) -> tuple[int, ...]:
    """Which of ``trips``, none of which is on a route, no vehicle can take any more, however late, by number.

    All others stay as they are, in time; each of ``trips`` is placed where it fits best, the earliest first.
    """
    day = workday.booked()
    asked = [r for r in day.solution.unserved if day.rides[r].reservation_id in trips]
    day, left = relaxed(day, dict.fromkeys(asked, LATEST_MIN)), []
    for request in sorted(asked, key=lambda r: day.rides[r].promise.pickup_latest_s):
        placement = place(day, request)
        if isinstance(placement, Placement):
            day = replace(day, solution=placement.solution)
        else:
            left.append(day.rides[request].reservation_id)
    return tuple(sorted(left))


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
