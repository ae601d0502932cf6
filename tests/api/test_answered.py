"""A route's answer leaves the thread that worked it out as bytes, and says the same as FastAPI would."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime

from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI, Response
from pydantic import BaseModel

from api.routes.answered import answered
from api.schemas.moments import MomentOut
from tests.api.in_process import Client


class Said(BaseModel):
    name: str
    at: MomentOut


MIDNIGHT = datetime(2026, 4, 6, 0, 0, tzinfo=UTC)


def _said(name: str) -> Said | Response:
    return Response(status_code=204) if name == "nobody" else Said(name=name, at=MIDNIGHT)


def test_it_says_what_fastapi_would_say() -> None:
    """The same status, type and body with the decorator and without: 花子 in UTF-8, midnight UTC as nine in Tokyo."""
    app = FastAPI()
    app.post("/plain", status_code=201, response_model=Said)(_said)
    app.post("/written", status_code=201, response_model=Said)(answered(201)(_said))
    with start_blocking_portal() as portal:
        client = Client(app, portal)
        plain, written = (client.call("POST", f"/{path}", params={"name": "花子"}) for path in ("plain", "written"))
        client.close()
    assert written.json() == {"name": "花子", "at": "2026-04-06T09:00:00+09:00"}
    assert (written.status_code, written.headers, written.content) == (plain.status_code, plain.headers, plain.content)


def test_a_response_stays_as_it_is_and_the_route_keeps_its_signature() -> None:
    """What a route has answered by itself is not touched, and its parameters are still found."""
    route = answered(201)(_said)
    assert route(name="nobody").status_code == 204
    assert inspect.signature(route) == inspect.signature(_said)
