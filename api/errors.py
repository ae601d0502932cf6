"""What a caller sees when something is wrong: one body, one table of HTTP statuses.

Every error leaves as ``application/problem+json`` with ``code``, ``cause``, ``action``, the named ``values`` of the
sentences and the language. The errors themselves are those of ``dispatch.model.errors`` and ``maps.errors``; this
module adds the four that only the edge can meet: ``invalid_request``, ``unknown_path``, ``method_not_allowed`` and
``unexpected``.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from api.language import lang_of
from api.reasons import reason_of
from api.schemas.problem import FieldProblem, Problem
from api.web.rendering import page
from dispatch.model import errors
from dispatch.model.wording import Lang, say
from maps.errors import MapsError

log = logging.getLogger("odekake.api")

MEDIA_TYPE = "application/problem+json"
UNEXPECTED = 500

# The one table. A class decides; a code listed here decides over its class.
STATUS_BY_CLASS: Mapping[type[Exception], int] = {
    errors.NotFound: 404,
    errors.InvalidInput: 422,
    errors.RuleRefused: 409,
    errors.Conflict: 409,
    errors.PlanRejected: 409,
    errors.SetupError: 503,
    MapsError: 503,
}
STATUS_BY_CODE: Mapping[str, int] = {
    "offer_expired": 410,
    "foreign_origin": 403,
    "foreign_host": 421,
    "invalid_request": 422,
    "unknown_path": 404,
    "method_not_allowed": 405,
    "unexpected": UNEXPECTED,
}
NO_HEADERS: Mapping[str, str] = MappingProxyType({})

# Nothing is wrong with these calls; the same may go well in a moment, and no answer of theirs is kept (`api.once`).
WORTH_REPEATING = frozenset(
    {"call_in_progress", "call_overtaken", "catalogue_changed", "database_busy", "day_busy", "day_changed"}
)
RETRY: Mapping[str, str] = MappingProxyType({"retry-after": "1"})


def status_of(error_class: type[Exception], code: str) -> int:
    """The HTTP status of an error of this class with this code."""
    if code in STATUS_BY_CODE:
        return STATUS_BY_CODE[code]
    return next((STATUS_BY_CLASS[base] for base in error_class.__mro__ if base in STATUS_BY_CLASS), UNEXPECTED)


def problem(
    code: str, *, lang: Lang, values: Mapping[str, str | int], problems: Sequence[FieldProblem] = ()
) -> Problem:
    """The body for ``code``, its sentences taken from the catalogue."""
    return Problem(
        code=code,
        cause=say(f"error.{code}.cause", lang, **values),
        action=say(f"error.{code}.action", lang, **values),
        values=dict(values),
        problems=list(problems),
        lang=lang,
    )


def refusal_of(error: errors.OdekakeError, body: Problem) -> Response:
    """The answer of a route that adds something to the problem of ``error``."""
    content = body.model_dump(mode="json")
    return JSONResponse(content, status_code=status_of(type(error), error.code), media_type=MEDIA_TYPE)


def answer(
    connection: HTTPConnection, body: Problem, status: int, *, headers: Mapping[str, str] = NO_HEADERS
) -> Response:
    """Wrap the body as an HTTP answer: a part of a page for htmx, a page for a browser, JSON for all others."""
    response = _wrapped(connection, body, status)
    response.headers.update(headers)
    if body.code in WORTH_REPEATING:
        response.headers.update(RETRY)
    return response


def _wrapped(connection: HTTPConnection, body: Problem, status: int) -> Response:
    if connection.headers.get("hx-request", "") == "true":
        part = page("problem_part.html", body.lang, {"problem": body}, status=status)
        part.headers.update({"hx-retarget": "#alert", "hx-reswap": "innerHTML"})
        return part
    if "text/html" in connection.headers.get("accept", ""):  # a person reads; programs ask for JSON or for anything
        return page("problem.html", body.lang, {"problem": body}, status=status)
    content = body.model_dump(mode="json")
    return JSONResponse(content, status_code=status, media_type=MEDIA_TYPE)


def add_handlers(app: FastAPI) -> None:
    """Make every foreseen error leave in this shape; `api.guard` answers the others with `unexpected`."""
    app.add_exception_handler(errors.OdekakeError, _known)
    app.add_exception_handler(MapsError, _maps)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.OdekakeError)
    body = problem(error.code, lang=lang_of(request), values=error.values)
    return answer(request, body, status_of(type(error), error.code))


def _maps(request: Request, error: Exception) -> Response:
    assert isinstance(error, MapsError)
    return answer(request, problem(error.code, lang=lang_of(request), values={}), status_of(type(error), error.code))


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    lang = lang_of(request)
    found = [FieldProblem(field=".".join(map(str, one["loc"])), reason=reason_of(one, lang)) for one in error.errors()]
    first = {"field": found[0].field, "reason": found[0].reason}
    return answer(request, problem("invalid_request", lang=lang, values=first, problems=found), 422)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code, values = _code_of(request, error)
    body = problem(code, lang=lang_of(request), values=values)
    return answer(request, body, error.status_code, headers=error.headers or NO_HEADERS)


def _code_of(request: Request, error: HTTPException) -> tuple[str, Mapping[str, str | int]]:
    """The code of an error that the framework raised by its status only."""
    if error.status_code == 404:
        return "unknown_path", {"path": request.url.path}
    if error.status_code == 405:
        return "method_not_allowed", {"method": request.method}
    if error.status_code < UNEXPECTED:
        return "invalid_request", {"field": "body", "reason": say("reason.other", lang_of(request))}
    return "unexpected", {}


def unexpected(connection: HTTPConnection, error: Exception) -> Response:
    """The answer to an error nobody foresaw; the log has its type and place only."""
    log.error("unexpected %s at %s", type(error).__name__, where(error))
    return answer(connection, problem("unexpected", lang=lang_of(connection), values={}), UNEXPECTED)


def where(error: BaseException) -> str:
    """File and line of each frame, innermost last. No message: it may quote a name or a phone number."""
    frames = traceback.extract_tb(error.__traceback__)
    return " > ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames)
