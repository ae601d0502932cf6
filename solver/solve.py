"""The table of contents of planning: construct, improve, settle, judge, keep the best.

Every plan that leaves here has passed the independent checker; the one thing it may lack is a promised
request for which no place was found, and the result says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from solver.canonical import Canonical, canonical
from solver.construction import construct
from solver.errors import SolverInputError
from solver.incumbent import Improvement, Incumbent
from solver.insertion import explain
from solver.objective import priced
from solver.params import Engine, SolveParams
from solver.problem import Problem
from solver.repair import settle
from solver.result import Outcome, SolveResult, Unserved
from solver.routing_model import Routes, improve
from solver.search import search
from solver.search_field import fits_search
from solver.solution import Solution
from solver.stop import Stop, Watch
from solver.terms import tuned


def solve(
    problem: Problem,
    *,
    params: SolveParams,
    stop: Stop,
    start: Solution | None = None,
    on_improvement: Callable[[Improvement], None] = lambda improvement: None,
) -> SolveResult:
    """Plan the day.

    The plan is never worse than greedy insertion and never worse than what ``start`` becomes once it keeps
    the rules. Better means more promised requests served, then more requests, then a lower cost (in which the
    penalties say which requests are left out, all else being equal). Bounded by steps alone, the same input
    gives the same plan; a bound of time is passed by settling the last routes and by the explanations.

    Parameters
    ----------
    problem
        A problem that `solver.validation.validated` has passed.
    start
        A plan to start from. It may break rules (the day has changed): it is settled first.
    on_improvement
        Told about every new best plan, the first included; what it raises ends the search and is raised here.

    Raises
    ------
    SolverInputError
        ``start`` is not of this problem, or the locked visits of a vehicle cannot be driven.
    """
    watch = stop.begin()
    view = canonical(priced(problem))
    if not fits_search(view.problem):
        params = replace(params, engine=Engine.ROUTING)
    incumbent = Incumbent(problem, watch, on_improvement)
    incumbent.offer(view.restored(tuned(view.problem, _first_plan(problem, view))), steps=0)
    if start is not None:
        _routes_of(problem, start)
        _offer_settled(view, incumbent, _routes_of(view.problem, view.carried(start)), steps=0)
    steps = _improved(view, params, watch, incumbent)
    return _result(problem, params, watch, incumbent, steps)


def bettered(problem: Problem, begin: Solution, *, params: SolveParams, stop: Stop) -> Solution:
    """The best plan that `solve` finds from ``begin`` alone, which keeps the rules but may lack promised requests.

    For a day that is tried again and again under other limits: greedy insertion is not asked each time.

    Raises
    ------
    SolverError
        ``no_valid_plan``: ``begin`` breaks a rule.
    """
    watch = stop.begin()
    view = canonical(priced(problem))
    if not fits_search(problem):
        params = replace(params, engine=Engine.ROUTING)
    incumbent = Incumbent(problem, watch, lambda improvement: None)
    incumbent.offer(view.restored(tuned(view.problem, view.carried(begin))), steps=0)
    _improved(view, params, watch, incumbent)
    return incumbent.best.solution


def _first_plan(problem: Problem, view: Canonical) -> Solution:
    try:
        return construct(view.problem)
    except SolverInputError:
        construct(problem)  # says the same in the caller's numbers
        raise


def _offer_settled(view: Canonical, incumbent: Incumbent, routes: Routes, *, steps: int) -> None:
    settled = settle(view.problem, routes, fallback=lambda: view.carried(incumbent.best.solution))
    incumbent.offer(view.restored(tuned(view.problem, settled)), steps=steps)


def _improved(view: Canonical, params: SolveParams, watch: Watch, incumbent: Incumbent) -> int:
    """Run the engine on the best plan; return the steps made."""
    problem = view.problem
    if problem.n_requests == 0 or problem.n_vehicles == 0 or watch.over(0):
        return 0

    def consider(routes: Routes, steps: int) -> None:
        _offer_settled(view, incumbent, routes, steps=steps)

    begin = view.carried(incumbent.best.solution)
    if params.engine is Engine.LNS:
        return search(problem, begin, params=params, watch=watch, on_routes=consider)
    return improve(problem, _routes_of(problem, begin), params=params, watch=watch, on_routes=consider)


def _result(problem: Problem, params: SolveParams, watch: Watch, incumbent: Incumbent, steps: int) -> SolveResult:
    seconds = watch.seconds()
    unserved = _unserved(problem, incumbent.best.solution, params.reasons_max)
    if any(left.mandatory for left in unserved):
        outcome = Outcome.PROMISES_UNPLACED
    else:
        outcome = Outcome.PARTIAL if unserved else Outcome.COMPLETE
    return SolveResult(
        outcome=outcome,
        best=incumbent.best,
        first=incumbent.first,
        unserved=unserved,
        engine=params.engine.value,
        seed=params.seed,
        seconds=seconds,
        steps=steps,
        rejected=incumbent.rejected,
    )


def _unserved(problem: Problem, solution: Solution, reasons_max: int) -> tuple[Unserved, ...]:
    promised_first = sorted(solution.unserved, key=lambda request: (not problem.mandatory[request], request))
    return tuple(
        Unserved(
            request=request,
            mandatory=bool(problem.mandatory[request]),
            blocks=explain(problem, solution, request) if position < reasons_max else (),
        )
        for position, request in enumerate(promised_first)
    )


def _routes_of(problem: Problem, solution: Solution) -> Routes:
    if len(solution.routes) != problem.n_vehicles:
        raise SolverInputError(
            code="start_of_another_problem",
            item="start",
            cause=f"It has {len(solution.routes)} routes, the problem {problem.n_vehicles} vehicles.",
            action="Give a plan for the vehicles of this problem.",
        )
    return tuple(route.visits for route in solution.routes)
