"""A telephone line to the served desk: HTTP as thin as it gets, since whatever a client works out counts as waiting."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException
from select import select
from typing import NamedTuple
from urllib.parse import urlsplit

from pydantic import JsonValue

TIMEOUT_S = 30.0

Json = dict[str, JsonValue]


class Unanswered(Exception):
    """The line went dead: nobody knows yet what became of the call."""


class Answer(NamedTuple):
    """What came back, as it came."""

    status: int
    content: bytes


class Line:
    """One connection, kept open from call to call as long as they go to the same server. Not for two threads."""

    def __init__(self) -> None:
        self._server = ""
        self._connection: HTTPConnection | None = None

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def call(self, method: str, url: str, body: Json | None = None) -> Answer:
        """Send ``body`` as JSON and wait for the answer, whatever its status. Raises Unanswered."""
        address = urlsplit(url)
        connection = self._connected(address.netloc)
        said = b"" if body is None else json.dumps(body).encode()
        try:
            connection.request(method, address.path, body=said, headers={"Content-Type": "application/json"})
            heard = connection.getresponse()
            return Answer(status=heard.status, content=heard.read())
        except (OSError, HTTPException) as error:
            self.close()
            raise Unanswered from error

    def _connected(self, server: str) -> HTTPConnection:
        """The connection to ``server``: that of the call before, unless the server has hung up since."""
        if self._connection is None or server != self._server or _hung_up(self._connection):
            self.close()
            self._server, self._connection = server, HTTPConnection(server, timeout=TIMEOUT_S)
        return self._connection


def _hung_up(connection: HTTPConnection) -> bool:
    """Whether the other end closed while nobody was speaking: then there is an end to be read."""
    return connection.sock is not None and bool(select([connection.sock], [], [], 0)[0])
