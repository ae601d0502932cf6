"""Looking for a better plan of a day under all its promises, and publishing it when it is better.

The search runs on the day as it was read; nobody waits for it. What will begin while it may last is fixed in it from
the start, for the vehicles drive on. Its result is *rebased* onto the day as it is afterwards: the better routes are
kept, what has begun stays, cancelled trips leave them, new ones are inserted where they fit, and the outcome is
compared with the plan in force by then. What is published has passed the checker and is never longer than the plan it
replaces, unless it brings a wait aboard back towards the rules; a plan found between events (`Spare`) must also be
worth what it disturbs. What a dispatcher has put in order stays so. A plan in force that no longer keeps the rules is
replaced whatever that costs. One that is only behind what was reported keeps them as long as driving on in its order
does: between events it is compared as it is driven, for its times would be old again a second after they were renewed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dispatch.model.actor import Actor
from dispatch.model.errors import Conflict, InvalidInput, PlanRejected
from dispatch.model.plan import Plan, PlanReason, Route
from dispatch.model.rules import PlanningEngine
from dispatch.planning.disturbance import UNDISTURBED, Disturbance, disturbance, gain_due_m
from dispatch.planning.outcome import ByRules, Effort, Iterations, PlanOutcome, Seconds, Spare, Verdict, here
from dispatch.solver_bridge.day_problem import DayProblem, following
from dispatch.solver_bridge.orders import held_to, undone
from dispatch.solver_bridge.resettling import driving_on, rebased, resettled
from dispatch.solver_bridge.ride import rides_of
from dispatch.solver_bridge.routes import routes_of
from dispatch.solver_bridge.versions import Draft, Search
from dispatch.solver_bridge.workplace import Workday, Workplace
from solver.checker import check
from solver.errors import SolverInputError
from solver.objective import solution_cost
from solver.params import Engine, SolveParams
from solver.result import Outcome, SolveResult
from solver.solve import solve
from solver.stop import Interrupt, Limit, StepLimit, Stop, TimeLimit

SETTLING_S = 2
"""Seconds that a search may take beyond its limit, to settle its last routes."""

ENGINES = {PlanningEngine.SEARCH: Engine.LNS, PlanningEngine.ROUTING_MODEL: Engine.ROUTING}
REBASES = 8
"""Times a result is carried over to a day that has moved on before it is given up."""


def replan(workplace: Workplace, *, service_id: str, day: date, actor: Actor, effort: Effort) -> PlanOutcome:
    """Search, compare, publish.

    Raises
    ------
    NotFound
        ``no_rules``.
    InvalidInput
        ``closed_day`` when no vehicle is on duty and nothing is booked: there is nothing to plan.
    PlanRejected
        ``plan_impossible`` when not every promised trip finds room any more: the catalogue or the travel times have
        changed under the plan.
    """
    sparing, aside = isinstance(effort, Spare), effort.aside if isinstance(effort, Spare) else here
    found = aside(lambda: _searched(workplace.workday(service_id, day), effort))

    def beside_the_present() -> tuple[Plan, _Compared]:
        workday = workplace.workday(service_id, day)
        return workday.state.plan, _compared(found, workday, sparing=sparing)

    for _ in range(REBASES):
        in_force, compared = aside(beside_the_present)
        if compared.verdict is not Verdict.PUBLISHED:
            return _outcome(in_force, found, compared)
        try:
            return _outcome(_published(workplace, compared, actor), found, compared)
        except Conflict as conflict:
            if conflict.code != "day_changed":
                raise
    overtaken = _Compared(verdict=Verdict.OVERTAKEN, before_m=0, after_m=0)
    return _outcome(workplace.store.day_state(service_id, day).plan, found, overtaken)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The routes a search ended with, in the words of the business, so that they can be carried to a later state."""

    routes: tuple[Route, ...]
    search: Search


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """A search result beside the plan in force: one draft when it is to be published, else none."""

    verdict: Verdict
    before_m: int
    after_m: int
    drafts: tuple[Draft, ...] = ()
    disturbance: Disturbance = UNDISTURBED


def _searched(workday: Workday, effort: Effort) -> _Found:
    if not (workday.state.shifts or workday.state.reservations):
        raise InvalidInput("closed_day", date=workday.state.date.isoformat())
    limit = _limit(effort, by_rules_s=workday.state.rules.planning.seconds)
    day = _at_the_end(workday, limit).problem(rides_of(workday.state.reservations))
    rules = workday.state.rules.planning
    params, limits = SolveParams(seed=rules.seed, engine=ENGINES[rules.engine]), [limit]
    if isinstance(effort, Spare):
        params = replace(params, seed=effort.seed, threads=1)
        limits.append(Interrupt(effort.wanted))
    try:
        result = solve(held_to(day), params=params, stop=Stop(limits=tuple(limits)), start=day.solution)
    except SolverInputError as error:
        raise PlanRejected("plan_impossible", count=len(day.rides)) from error
    if result.outcome is Outcome.PROMISES_UNPLACED:
        raise PlanRejected("plan_impossible", count=len(result.unserved))
    return _Found(routes=routes_of(day, result.solution), search=_recorded(result))


def _at_the_end(workday: Workday, limit: Limit) -> Workday:
    """The day as it will be when a search bounded by time ends; a bound of steps says nothing of when."""
    if not isinstance(limit, TimeLimit):
        return workday
    return replace(workday, now=workday.now + timedelta(seconds=math.ceil(limit.seconds) + SETTLING_S))


def _limit(effort: Effort, *, by_rules_s: float) -> Limit:
    match effort:
        case Seconds(value=seconds):
            return TimeLimit(seconds)
        case Iterations(value=steps):
            return StepLimit(steps)
        case ByRules():
            return TimeLimit(by_rules_s)
        case Spare(bound=bound):
            return _limit(bound, by_rules_s=by_rules_s)


def _recorded(result: SolveResult) -> Search:
    return Search(engine=result.engine, seed=result.seed, iterations=result.steps, seconds=result.seconds)


def _compared(found: _Found, workday: Workday, *, sparing: bool) -> _Compared:
    """The routes found, carried over to the day as it is, beside the plan in force.

    ``sparing`` asks whether the gain is worth the disturbance, and gives up when what was found no longer fits: the
    next search begins from the day as it is.
    """
    day = workday.booked()
    before_m = _driven_m(day)
    try:
        carried = following(day, found.routes)
        solution = rebased(carried) if sparing else resettled(carried)
        draft = workday.draft(day, solution, reason=PlanReason.REPLANNED, search=found.search)
    except PlanRejected:
        return _Compared(verdict=Verdict.OVERTAKEN, before_m=before_m, after_m=before_m)
    after_m, standing = solution_cost(day.problem, solution).driving, _standing(workday)
    if standing.in_order and undone(day, day.solution, solution):
        return _Compared(verdict=Verdict.OVERTAKEN, before_m=before_m, after_m=before_m)
    stays = standing.in_order and (sparing or standing.at_its_times)
    settled = stays and draft.wait_over_s >= workday.state.plan.wait_over_s
    if settled and after_m >= before_m:
        return _Compared(verdict=Verdict.NO_BETTER, before_m=before_m, after_m=before_m)
    stability = workday.state.rules.planning.stability
    after = routes_of(day, solution)
    disturbed = disturbance(standing.routes, after, now_s=workday.now_s, rules=stability)
    if settled and sparing and before_m - after_m < gain_due_m(disturbed, stability):
        return _Compared(verdict=Verdict.NOT_WORTH_IT, before_m=before_m, after_m=before_m, disturbance=disturbed)
    return _Compared(
        verdict=Verdict.PUBLISHED, before_m=before_m, after_m=after_m, drafts=(draft,), disturbance=disturbed
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """The plan in force as it is driven when it stays: ``at_its_times``, or, behind them, in its order.

    ``in_order`` says whether it keeps the rules so.
    """

    routes: tuple[Route, ...]
    at_its_times: bool
    in_order: bool


def _standing(workday: Workday) -> _Standing:
    day = workday.booked()
    if workday.in_order():
        return _Standing(routes=routes_of(day, day.solution), at_its_times=True, in_order=True)
    driven = driving_on(day)
    in_order = not check(driven.stated, driven.solution)
    return _Standing(routes=routes_of(driven, driven.solution), at_its_times=False, in_order=in_order)


def _driven_m(day: DayProblem) -> int:
    return solution_cost(day.problem, day.solution).driving


def _published(workplace: Workplace, compared: _Compared, actor: Actor) -> Plan:
    draft, disturbed = compared.drafts[0], compared.disturbance
    ids = (
        ("problem", draft.proof.problem_digest),
        ("gain_m", compared.before_m - compared.after_m),
        ("riders_retimed", disturbed.riders),
        ("riders_retimed_near", disturbed.riders_near),
        ("stops_changed", disturbed.stops),
        ("stops_changed_near", disturbed.stops_near),
    )
    with workplace.store.writing() as work:
        return draft.publish(work, draft.claimed(work), actor=actor, kind=draft.reason.value, ids=ids)


def _outcome(plan: Plan, found: _Found, compared: _Compared) -> PlanOutcome:
    return PlanOutcome(
        plan=plan,
        verdict=compared.verdict,
        unserved=(),
        before_m=compared.before_m,
        after_m=compared.after_m,
        iterations=found.search.iterations,
        seconds=found.search.seconds,
        engine=found.search.engine,
        disturbance=compared.disturbance,
    )
