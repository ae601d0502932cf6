"""Answers written where they were worked out: on the thread of the call, not on the event loop."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from fastapi import Response
from pydantic import BaseModel

Given = ParamSpec("Given")


def answered(status: int) -> Callable[[Callable[Given, BaseModel | Response]], Callable[Given, Response]]:
    """The answer of a route as JSON with ``status``; one that is a response already stays as it is.

    FastAPI sends an answer through the pool of threads once more, to be validated against the model that it is already
    an instance of, and then writes it on the event loop. A call that is done would wait twice more for those at work.
    The route still says what it returns, so its description stays the same. ``response_model_*`` options of the route
    and headers set on an injected response would not apply.
    """

    def writing(route: Callable[Given, BaseModel | Response]) -> Callable[Given, Response]:
        @wraps(route)
        def written(*given: Given.args, **named: Given.kwargs) -> Response:
            answer = route(*given, **named)
            if isinstance(answer, Response):
                return answer
            body = answer.model_dump_json(by_alias=True)
            return Response(body, status_code=status, media_type="application/json")

        return written

    return writing
