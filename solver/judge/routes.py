"""The judge on routes: who rides, in what, when. Each rule is asked of all routes at once; breaks are in `breaks`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from solver.judge.breaks import Rest, paused
from solver.judge.columns import Columns
from solver.judge.violation import Violation, violation
from solver.problem import Bool, Int32, Int64, Problem
from solver.rules import Rule


def _where(broken: Bool, *columns: Int64 | Int32 | Bool) -> Iterator[tuple[int, ...]]:
    """The rows of ``columns`` in which a rule is broken, as numbers of Python."""
    rows = broken.nonzero()[0]
    return zip(*(column[rows].tolist() for column in columns), strict=True) if len(rows) else iter(())


def pairing(plan: Columns) -> Iterator[Violation]:
    """A drop has its pick-up before it, a pick-up its drop, both on one route."""
    visits, (before, after, _) = plan.visits, plan.mates
    vehicle, visit = visits.vehicle, visits.visit
    for on, drop in _where(~visits.boards & (before < 0), vehicle, visit):
        yield violation(Rule.PAIRING, f"Drop {drop} has no pick-up before it.", vehicle=on, visit=drop)
    for on, pickup in _where(visits.boards & (before < 0) & (after < 0), vehicle, visit):
        yield violation(Rule.PAIRING, f"Pick-up {pickup} has no drop.", vehicle=on, visit=pickup)


def allowed(plan: Columns) -> Iterator[Violation]:
    """The vehicle may carry the request, and the request does not belong to another vehicle. Once per request."""
    vehicle, request = plan.visits.vehicle, plan.visits.request
    compatible, locked = plan.problem.compatible[request, vehicle], plan.problem.locked_vehicle[request]
    elsewhere = (locked != -1) & (locked != vehicle)
    faulty = set(_where(~compatible | elsewhere, vehicle, request, compatible, elsewhere, locked))
    for on, rider, may_ride, belongs_elsewhere, owner in sorted(faulty):
        if not may_ride:
            text = f"This vehicle may not carry request {rider}."
            yield violation(Rule.COMPATIBLE, text, vehicle=on, visit=rider)
        if belongs_elsewhere:
            yield violation(Rule.LOCKED, f"Request {rider} belongs to vehicle {owner}.", vehicle=on, visit=rider)


def seats(plan: Columns) -> Iterator[Violation]:
    """After each visit: what the layout that suits best lacks, over all kinds of seat."""
    visits, layouts = plan.visits, np.ascontiguousarray(plan.problem.capacity.transpose(1, 2, 0))
    over = np.maximum(plan.load - layouts.take(visits.vehicle, axis=2), 0)  # (A, S, M)
    lacking = over.sum(axis=1).min(axis=0)
    for on, visit, short, *load in _where(lacking > 0, visits.vehicle, visits.visit, lacking, *plan.load):
        text = f"Load {load} after visit {visit} fits no layout."
        yield violation(Rule.SEATS, text, vehicle=on, visit=visit, amount=short)


def private_rides(plan: Columns) -> Iterator[Violation]:
    """Whenever somebody boards: no private ride is aboard together with another request."""
    private = plan.problem.exclusive[plan.visits.request]
    if not private.any():
        return
    for row in sorted(set(plan.visits.route[private].tolist())):
        yield from _shared(plan.problem, int(plan.routes.vehicle[row]), plan.timed[row].visits)


def _shared(problem: Problem, vehicle: int, visits: tuple[int, ...]) -> Iterator[Violation]:
    riders: list[int] = []
    for visit in visits:
        if visit >= problem.n_requests:
            riders = [rider for rider in riders if rider != visit - problem.n_requests]
            continue
        riders.append(visit)
        private = [rider for rider in riders if problem.exclusive[rider]]
        if private and len(riders) > 1:
            text = f"Private ride {private[0]} shares the vehicle after visit {visit}."
            yield violation(Rule.EXCLUSIVE, text, vehicle=vehicle, visit=visit, amount=len(riders) - 1)


def windows(plan: Columns) -> Iterator[Violation]:
    """Each service begins within the window of its visit."""
    (vehicle, visit), start = (plan.visits.vehicle, plan.visits.visit), plan.visits.start
    early, late = plan.problem.earliest[visit] - start, start - plan.problem.latest[visit]
    by = np.maximum(early, late)
    for on, which, at, amount, is_early in _where(by > 0, vehicle, visit, start, by, early > 0):
        text = f"Visit {which} at {at} is {amount} {'early' if is_early else 'late'}."
        yield violation(Rule.WINDOW, text, vehicle=on, visit=which, amount=amount)


def driving(plan: Columns, resting: tuple[Rest, ...]) -> Iterator[Violation]:
    """Each leg takes its time, breaks included; nobody waits aboard longer than allowed once it is over."""
    legs, due = plan.legs, _due(plan, resting)
    short, idle = due - legs.reach, legs.reach - due - plan.problem.idle_aboard_limit
    waits = (idle > 0) & (legs.riders > 0)
    faulty = (short > 0) | waits
    if not faulty.any():
        return
    for on, leg, to, needs, says, lacks, over, waiting in _where(
        faulty, *_named(plan), due, legs.reach, short, idle, waits
    ):
        visit = to if to >= 0 else None
        if lacks > 0:
            text = f"Leg {leg} needs until {needs}, the plan says {says}."
            yield violation(Rule.TRAVEL, text, vehicle=on, visit=visit, amount=lacks)
        if waiting:
            text = f"Riders wait aboard before leg {leg} ends, {over} too long."
            yield violation(Rule.IDLE, text, vehicle=on, visit=visit, amount=over)


def _named(plan: Columns) -> tuple[Int64, Int64, Int64]:
    """(L,) each: the vehicle, the number of the leg on its route, and the visit that it leads to, -1: the end place."""
    leg = np.arange(len(plan.legs.leave))
    row = plan.routes.home.searchsorted(leg)
    visit = np.full(len(leg), -1)
    visit[plan.legs.into] = plan.visits.visit
    return plan.routes.vehicle[row], leg - plan.routes.outset[row], visit


def _due(plan: Columns, resting: tuple[Rest, ...]) -> Int64:
    """(L,) when each leg ends, its breaks included: the later of driving first and resting first."""
    problem, legs = plan.problem, plan.legs
    ticks = problem.travel[:, legs.origin, legs.destination]
    driving_first = _arrivals(problem.period_start, ticks, legs.leave)
    if not resting:
        return driving_first
    pause = paused(plan, resting)
    resting_first = _arrivals(problem.period_start, ticks, legs.leave + pause)
    due: Int64 = np.maximum(driving_first + pause, resting_first)
    return due


def _arrivals(period_start: Int64, ticks: Int64, leave: Int64) -> Int64:
    """Leave now, or stand at the kerb until a later period begins, whichever arrives first. ``ticks``: (K, L)."""
    reached: Int64 = leave + ticks[0]
    for start, takes in zip(period_start[1:].tolist(), ticks[1:], strict=True):
        reached = np.where(start <= leave, leave + takes, np.minimum(reached, start + takes))
    return reached


def rides(plan: Columns) -> Iterator[Violation]:
    """From the end of boarding to the beginning of alighting nobody rides longer than allowed."""
    visits, boarded = plan.visits, plan.mates.last
    ride, limit = visits.start - visits.end[boarded], plan.problem.max_ride[visits.request]
    long = ~visits.boards & (boarded >= 0) & (ride > limit)
    for on, visit, request, ticks, most in _where(long, visits.vehicle, visits.visit, visits.request, ride, limit):
        text = f"Request {request} rides {ticks}, allowed {most}."
        yield violation(Rule.RIDE, text, vehicle=on, visit=visit, amount=ticks - most)


def shifts(plan: Columns) -> Iterator[Violation]:
    """A vehicle leaves and returns within its shift, and is not out too long."""
    problem, (vehicle, depart, arrive, _, _) = plan.problem, plan.routes
    early, late = problem.shift_earliest[vehicle] - depart, arrive - problem.shift_latest[vehicle]
    over = arrive - depart - problem.max_duration[vehicle]
    for on, amount in _where(early > 0, vehicle, early):
        yield violation(Rule.SHIFT, f"It leaves {amount} before its shift.", vehicle=on, amount=amount)
    for on, amount in _where(late > 0, vehicle, late):
        yield violation(Rule.SHIFT, f"It returns {amount} after its shift.", vehicle=on, amount=amount)
    for on, amount in _where(over > 0, vehicle, over):
        yield violation(Rule.DURATION, f"The route is {amount} too long.", vehicle=on, amount=amount)
