"""``Idempotency-Key``: a POST that is sent again does nothing twice and is answered as before.

ASGI middleware inside `api.guard`. It reads the whole call, claims its errand (`dispatch.errands`), lets the
application work on that errand, and keeps the answer. Only answers that would be the same again are kept: not those
of an unforeseen error, nor those that ask to come again (``Retry-After``).
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Callable

import anyio
from anyio import to_thread
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.context import CLAIM, Context
from api.errors import UNEXPECTED, answer, problem, status_of
from api.language import lang_of
from dispatch.model.errand import Answer, Claim, ErrandKey
from dispatch.model.errors import InvalidInput, OdekakeError

log = logging.getLogger("odekake.api")

HEADER = "idempotency-key"
REPLAYED = "idempotency-replayed"
RENEWAL_S = 5.0
SERVICE = re.compile(r"^/(?:api/v1|desk)/([A-Za-z0-9_\-]{1,40})/")
KEY = re.compile(r"[\x21-\x7e]{1,100}")
CONTENT_HEADERS = frozenset({"content-type", "hx-trigger", "hx-retarget", "hx-reswap", "hx-push-url", "location"})
"""Headers of an answer that belong to its content; all others are made anew."""


class Once:
    """ASGI middleware: carries out a keyed POST once."""

    def __init__(self, app: ASGIApp, *, context: Context) -> None:
        self._app = app
        self._context = context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        service = SERVICE.match(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        key = Headers(scope=scope).get(HEADER, "") if service else ""
        if service is None or not key:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        sent = await request.body()
        errand = ErrandKey(service_id=service.group(1), actor_id=self._context.operator.id, path=scope["path"], key=key)
        try:
            begun = await to_thread.run_sync(self._begin, errand, fingerprint(request, sent))
        except OdekakeError as error:
            await _refusal(request, error)(scope, receive, send)
            return
        if isinstance(begun, Answer):
            await _repeated(begun)(scope, receive, send)
            return
        await self._carry_out(begun, scope, _again(sent, receive), send)

    def _begin(self, key: ErrandKey, sent: str) -> Claim | Answer:
        if not KEY.fullmatch(key.key):
            raise InvalidInput("key_unreadable")
        self._context.desk.store.service(key.service_id)  # nothing is kept for a service that does not exist
        return self._context.desk.errands.begin(key, fingerprint=sent)

    async def _carry_out(self, claim: Claim, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application work, keep its answer, then send it: what a client has seen, a repetition sees too."""
        heard: list[Message] = []
        failures: list[Exception] = []

        async def hear(message: Message) -> None:
            heard.append(message)

        async with anyio.create_task_group() as group:
            group.start_soon(self._renewing, claim)
            try:
                await self._app({**scope, "state": {**scope.get("state", {}), CLAIM: claim}}, receive, hear)
            except Exception as error:
                failures.append(error)
            group.cancel_scope.cancel()
        await to_thread.run_sync(self._settle, claim, [] if failures else heard)
        for failure in failures:
            raise failure
        for message in heard:
            await send(message)

    async def _renewing(self, claim: Claim) -> None:
        while True:
            await anyio.sleep(RENEWAL_S)
            await to_thread.run_sync(_quietly, lambda: self._context.desk.errands.renew(claim))

    def _settle(self, claim: Claim, heard: list[Message]) -> None:
        errands = self._context.desk.errands
        kept = _answer_of(heard)
        if kept.status < UNEXPECTED and "retry-after" not in dict(kept.headers):
            _quietly(lambda: errands.conclude(claim, kept))
        else:
            _quietly(lambda: errands.give_up(claim))


def fingerprint(request: Request, sent: bytes) -> str:
    """What tells one call from another under the same key: the content and the query. JSON counts by its meaning."""
    content = sent
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            content = json.dumps(json.loads(sent), sort_keys=True).encode()
        except (ValueError, RecursionError):  # no JSON, or nested deeper than anybody reads: refused by the application
            content = sent
    return hashlib.sha256(request.url.query.encode() + b"\n" + content).hexdigest()


def _refusal(connection: HTTPConnection, error: OdekakeError) -> Response:
    body = problem(error.code, lang=lang_of(connection), values=error.values)
    return answer(connection, body, status_of(type(error), error.code))


def _repeated(kept: Answer) -> Response:
    return Response(kept.body, status_code=kept.status, headers={**dict(kept.headers), REPLAYED: "true"})


def _again(sent: bytes, receive: Receive) -> Receive:
    """The call as if nobody had read it yet."""
    waiting: list[Message] = [{"type": "http.request", "body": sent, "more_body": False}]

    async def receiving() -> Message:
        return waiting.pop() if waiting else await receive()

    return receiving


def _answer_of(heard: list[Message]) -> Answer:
    """What the application said, as far as it belongs to the content; an unforeseen error when it said nothing."""
    for started in heard[:1]:
        headers = Headers(raw=started["headers"])
        kept = [(name, value) for name, value in headers.items() if name in (*CONTENT_HEADERS, "retry-after")]
        body = b"".join(message.get("body", b"") for message in heard[1:])
        return Answer(status=started["status"], headers=tuple(kept), body=body.decode())
    return Answer(status=UNEXPECTED, headers=(), body="")


def _quietly(step: Callable[[], None]) -> None:
    """A step after which the call is answered whatever becomes of it: without it, a repetition finds what was made."""
    try:
        step()
    except OdekakeError as error:
        log.warning("a keyed call could not be noted: %s", error.code)
