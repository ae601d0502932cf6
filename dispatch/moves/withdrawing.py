"""Taking a vehicle off the road: tried first, then made, in one transaction with the plan of the day without it.

The plan is found at once, by insertion and a search of bounded length; a promise that cannot be kept any more is
declared breached, by the least (`dispatch.solver_bridge.lateness`). What nobody can drive any more is named, and
given up only when the dispatcher says so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from dispatch.model.actor import Actor
from dispatch.model.errors import PlanRejected, RuleRefused
from dispatch.model.plan import PlanReason, Route
from dispatch.moves.effects import effects
from dispatch.moves.off_the_road import OffTheRoad, off_the_road
from dispatch.moves.settling import Settled, most_minutes, settled
from dispatch.moves.withdrawal import Accepted, Trips, Withdrawal, WithdrawalTrial, WithdrawalVerdict
from dispatch.solver_bridge.day_problem import following
from dispatch.solver_bridge.lateness import InTime, Lateness, rescue, undrivable
from dispatch.solver_bridge.resettling import resettled
from dispatch.solver_bridge.retry import on_the_day_as_it_is
from dispatch.solver_bridge.routes import routes_of
from dispatch.solver_bridge.workplace import Workday, Workplace
from solver.objective import solution_cost

WITHDRAWN = "withdrawn"
"""Kind of the journal's entry."""


def try_withdrawal(
    workplace: Workplace, *, service_id: str, day: date, asked: Withdrawal, actor: Actor
) -> WithdrawalTrial:
    """What taking a vehicle off the road would do; nothing is changed.

    Raises
    ------
    NotFound, Conflict, RuleRefused, InvalidInput
        As `dispatch.moves.off_the_road.off_the_road`.
    PlanRejected
        ``plan_impossible`` when what is left cannot be driven either.
    """
    return _tried(workplace, service_id, day, (asked, actor))[0]


def withdraw(
    workplace: Workplace, *, service_id: str, day: date, asked: Withdrawal, actor: Actor, accepted: Accepted
) -> WithdrawalTrial:
    """Take a vehicle off the road and publish the plan of the day without it; the trial it was made by.

    Raises
    ------
    NotFound, Conflict, RuleRefused, InvalidInput, PlanRejected
        As `try_withdrawal`; ``day_busy``; ``trips_not_kept``; ``withdrawal_breaches`` and
        ``withdrawal_leaves_riders`` while that is not accepted.
    """

    def attempt() -> WithdrawalTrial:
        trial, found = _tried(workplace, service_id, day, (asked, actor))
        _check_accepted(trial, accepted)
        with workplace.store.writing() as work:
            for one in found:
                one.written(work, trial.outage, actor=actor, kind=WITHDRAWN)
        return trial

    return on_the_day_as_it_is(workplace, attempt)


def _check_accepted(trial: WithdrawalTrial, accepted: Accepted) -> None:
    shift_id = trial.outage.shift_id
    if trial.verdict is WithdrawalVerdict.NOT_KEPT:
        raise RuleRefused("trips_not_kept", shift_id=shift_id, count=len(trial.late))
    if trial.undriven and not accepted.undriven:
        raise RuleRefused("withdrawal_leaves_riders", shift_id=shift_id, count=len(trial.undriven))
    if trial.late and not accepted.breaches:
        minutes = most_minutes(trial.late)
        raise RuleRefused("withdrawal_breaches", shift_id=shift_id, count=len(trial.late), minutes=minutes)


def _tried(
    workplace: Workplace, service_id: str, day: date, asked_by: tuple[Withdrawal, Actor]
) -> tuple[WithdrawalTrial, tuple[Settled, ...]]:
    """The trial, and what would be written: nothing when it cannot be made."""
    asked, actor = asked_by
    before = workplace.workday(service_id, day).without_holds()  # a caller who is thinking has no promise
    off = off_the_road(workplace.store, before, asked, actor=actor)
    if asked.trips is Trips.KEEP:
        return _kept(before, off)
    undriven: tuple[int, ...] = ()
    workday = off.workday
    try:
        found = settled(before.state, workday, cause=asked.cause)
    except PlanRejected:
        undriven = undrivable(workday, off.open_trips)
        if not undriven:
            raise
        found = settled(before.state, workday, cause=asked.cause, given_up=undriven)
    trial = _trial(before, found, off)
    return replace(trial, undriven=undriven, verdict=_verdict(found, undriven)), (found,)


def _verdict(found: Settled, undriven: tuple[int, ...]) -> WithdrawalVerdict:
    if undriven:
        return WithdrawalVerdict.UNDRIVEN
    return WithdrawalVerdict.BREACHES if found.late else WithdrawalVerdict.POSSIBLE


def _kept(before: Workday, off: OffTheRoad) -> tuple[WithdrawalTrial, tuple[Settled, ...]]:
    """All trips on the replacing vehicle, in their order when that can be; only while every promise is kept."""
    workday = off.workday
    day = workday.booked()
    routes = (*workday.state.plan.routes, *_carried_on(off))
    try:
        solution = resettled(following(day, routes))
    except PlanRejected:
        return WithdrawalTrial(verdict=WithdrawalVerdict.NOT_KEPT, outage=off.outage, late=_late(workday)), ()
    draft = workday.draft(day, solution, reason=PlanReason.MOVED)
    found = Settled(before=before.state, draft=draft, cause=off.outage.cause)
    return replace(_trial(before, found, off), verdict=WithdrawalVerdict.POSSIBLE), (found,)


def _carried_on(off: OffTheRoad) -> tuple[Route, ...]:
    """The route of the replacing vehicle, to be timed."""
    return tuple(
        Route(
            shift_id=shift.shift_id,
            vehicle_id=shift.vehicle_id,
            visits=off.left,
            depart_s=shift.start_s,
            arrive_s=shift.end_s,
            breaks=(),
            distance_m=0,
        )
        for shift in off.outage.instead
    )


def _late(workday: Workday) -> tuple[Lateness, ...]:
    """By how much who would be late if the replacing vehicle drove all; nobody when it cannot at all."""
    try:
        found = rescue(workday)
    except PlanRejected:
        return ()
    return () if isinstance(found, InTime) else found.late


def _trial(before: Workday, found: Settled, off: OffTheRoad) -> WithdrawalTrial:
    draft = found.draft
    was = before.booked()
    before_m = solution_cost(was.problem, was.solution).driving
    return WithdrawalTrial(
        verdict=WithdrawalVerdict.POSSIBLE,
        outage=off.outage,
        effects=effects(before.state.plan.routes, routes_of(draft.day, draft.solution)),
        late=found.late,
        added_m=solution_cost(draft.day.problem, draft.solution).driving - before_m,
    )
