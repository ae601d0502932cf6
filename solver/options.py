"""Do the requests that meet one demand (a request and its options) agree in what they have to share?"""

from __future__ import annotations

import numpy as np

from solver.errors import SolverInputError
from solver.problem import Problem

SHARED = ("mandatory", "penalty", "linked_to")
"""What holds for a demand, however it is met."""


def check_options(problem: Problem) -> None:
    """Look at the options of a problem whose shapes and indices are right.

    Raises
    ------
    SolverInputError
        A request is an option twice or of an option, differs from its head in what they share, is linked to an
        option, or is under way or in the reference plan beside another that meets the same demand.
    """
    if not len(problem.option_request):
        return
    _check_heads(problem)
    for name in SHARED:
        _check_shared(problem, name)
    _check_links(problem)
    n = problem.n_requests
    _check_one_of_each(problem, "prefix_visit", [visit for visit in problem.prefix_visit.tolist() if visit < n])
    _check_one_of_each(problem, "reference_request", problem.reference_request.tolist())


def _check_heads(problem: Problem) -> None:
    seen: set[int] = set()
    for at, (request, head) in enumerate(zip(problem.option_request.tolist(), problem.option_of.tolist(), strict=True)):
        if request in seen:
            cause = f"Request {request} occurs more than once."
            raise _error("named_twice", f"option_request[{at}]", cause, "Name it once.")
        seen.add(request)
        if head in problem.option_request:
            cause = f"Request {request} is an option of request {head}, which is an option itself."
            raise _error("option_of_option", f"option_of[{at}]", cause, "Name the request that is no option.")


def _check_shared(problem: Problem, name: str) -> None:
    values = getattr(problem, name)
    for request, head in zip(problem.option_request.tolist(), problem.option_of.tolist(), strict=True):
        if values[request] != values[head]:
            cause = (
                f"Its {name} is {values[request]}; that of request {head}, whose demand it meets, is {values[head]}."
            )
            raise _error("options_differ", f"request {request}", cause, f"Give both the same {name}.")


def _check_links(problem: Problem) -> None:
    for request in np.flatnonzero(np.isin(problem.linked_to, problem.option_request)).tolist():
        outbound = int(problem.linked_to[request])
        head = int(problem.heads()[outbound])
        cause = f"It is linked to request {outbound}, an option of request {head}."
        action = f"Link it to request {head}; whichever request meets that demand counts."
        raise _error("link_to_option", f"request {request}", cause, action)


def _check_one_of_each(problem: Problem, name: str, requests: list[int]) -> None:
    heads, seen = problem.heads(), dict[int, int]()
    for request in requests:
        other = seen.setdefault(int(heads[request]), request)
        if other != request:
            cause = f"It names request {request} and request {other}, which meet the same demand."
            raise _error("demand_met_twice", name, cause, "Name the one that meets it.")


def _error(code: str, item: str, cause: str, action: str) -> SolverInputError:
    return SolverInputError(code=code, item=item, cause=cause, action=action)
