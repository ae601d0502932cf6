"""The judge on the day as a whole: what no route can know alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from solver.judge.columns import Columns
from solver.judge.violation import Violation, violation
from solver.problem import Bool, Int64
from solver.rules import Rule


def duplicates(plan: Columns) -> Iterator[Violation]:
    """Each visit is made once."""
    counts = np.bincount(plan.visits.visit)
    for visit in np.flatnonzero(counts > 1).tolist():
        yield violation(Rule.DUPLICATE, f"Visit {visit} is made {counts[visit]} times.", visit=visit)


def options(plan: Columns) -> Iterator[Violation]:
    """A demand is met once, by the request or by one of its options."""
    if not len(plan.problem.option_request):
        return
    heads, visited = plan.problem.heads(), np.unique(plan.visits.request)
    counts = np.bincount(heads[visited])
    for head in np.flatnonzero(counts > 1).tolist():
        text = f"The demand of request {head} is met by {visited[heads[visited] == head].tolist()}."
        yield violation(Rule.OPTION, text, visit=head, amount=counts[head] - 1)


def served(plan: Columns) -> Iterator[Violation]:
    """Mandatory demands, and the agreement of routes and list of unserved ones, each under its head."""
    n, heads = plan.problem.n_requests, plan.problem.heads()
    demanded, met = _marked(heads, n), _marked(heads[plan.visits.request], n)
    unmet, listed = demanded & ~met, Counter(plan.unserved)
    for request, count in sorted(listed.items()):
        if count > 1 or not 0 <= request < n or not unmet[request]:
            yield violation(Rule.UNSERVED_LIST, f"Request {request} is listed as unserved wrongly.")
    for request in np.flatnonzero(unmet).tolist():
        if request not in listed:
            text = f"Request {request} is neither served nor listed."
            yield violation(Rule.UNSERVED_LIST, text, visit=request)
        if plan.problem.mandatory[request]:
            text = f"Promised request {request} is not served."
            yield violation(Rule.MANDATORY, text, visit=request)


def _marked(requests: Int64, n: int) -> Bool:
    """(n,) true at ``requests``."""
    marks = np.zeros(n, np.bool_)
    marks[requests] = True
    return marks


def links(plan: Columns) -> Iterator[Violation]:
    """A return needs its outbound, dropped early enough and, on one route, before it."""
    n, linked_to = plan.problem.n_requests, plan.problem.linked_to
    returns = np.flatnonzero(linked_to >= 0)
    if not len(returns):
        return
    made = np.full(2 * n, -1)
    made[plan.visits.visit] = np.arange(len(plan.visits.visit))  # of a visit made twice, the last row
    returns = returns[made[returns] >= 0]
    outbound = _outbounds(plan, made)[returns]
    here, drop = made[returns], made[n + outbound]
    ready = plan.visits.end[drop] + plan.problem.link_stay[returns]
    short = ready - plan.visits.start[here]
    misplaced = (plan.visits.vehicle[drop] == plan.visits.vehicle[here]) & (drop > here)
    for at in np.flatnonzero((drop < 0) | (short > 0) | misplaced).tolist():
        request, vehicle = int(returns[at]), int(plan.visits.vehicle[here[at]])
        if drop[at] < 0:
            text = f"Return {request} is served without its outbound {outbound[at]}."
            yield violation(Rule.LINK, text, vehicle=vehicle, visit=request)
        else:
            text = f"Return {request} is picked up at {plan.visits.start[here[at]]}, its outbound allows {ready[at]}."
            yield violation(Rule.LINK, text, vehicle=vehicle, visit=request, amount=max(0, short[at]))


def _outbounds(plan: Columns, made: Int64) -> Int64:
    """(R,) for a return: the first request of its outbound's demand that is dropped; the head when none is."""
    n, heads, linked_to = plan.problem.n_requests, plan.problem.heads(), plan.problem.linked_to
    dropped = np.flatnonzero(made[n:] >= 0)
    first = np.arange(n)
    first[heads[dropped[::-1]]] = dropped[::-1]  # of several, the lowest stays
    return first[linked_to]
