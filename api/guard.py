"""The door: which calls are let in, and what every page is allowed to load.

Until access control is configured the desk answers on this machine only. A browser on this machine also visits other
sites, so three things are refused here: calls addressed to another host name (a foreign name that resolves to
127.0.0.1), writing calls that a page of another site sent, and pages that load anything from elsewhere (Content
Security Policy). It is also the last stop of errors nobody foresaw.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import STATUS_BY_CODE, answer, problem, unexpected
from api.language import lang_of

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "content-security-policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class Guard:
    """ASGI middleware around the whole application. ``hosts`` are the names it answers to."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        code = self._objection(scope)
        if code:
            connection = HTTPConnection(scope)
            body = problem(code, lang=lang_of(connection), values={})
            await answer(connection, body, STATUS_BY_CODE[code])(scope, receive, _with_headers(send))
            return
        await self._foreseen(scope, receive, _with_headers(send))

    async def _foreseen(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application. An unforeseen error ends here: further out, its message would be written to a log."""
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            response = unexpected(HTTPConnection(scope), error)
            if not started:
                await response(scope, receive, send)

    def _objection(self, scope: Scope) -> str:
        """The code of the error that keeps this call out; empty when it may come in."""
        headers = Headers(scope=scope)
        if host_name(headers.get("host", "")) not in self._hosts:
            return "foreign_host"
        if scope["method"] not in SAFE_METHODS and not _same_origin(headers):
            return "foreign_origin"
        return ""


def host_name(host: str) -> str:
    """The name in a ``Host`` header, without its port; empty when it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _same_origin(headers: Headers) -> bool:
    """Whether a writing call comes from a page of ours, or from no page at all (a program).

    Browsers send ``Sec-Fetch-Site``; older ones send ``Origin`` with writing calls; programs send neither.
    """
    site = headers.get("sec-fetch-site", "")
    if site:
        return site in ("same-origin", "none")
    origin = headers.get("origin", "")
    return not origin or origin.partition("://")[2] == headers.get("host", "")


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
