"""A client that calls the application in this process, without a network and without a server."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
from anyio.from_thread import BlockingPortal
from fastapi import FastAPI


class Client:
    """A program that calls the application in this process. An exception that leaves the application fails the test."""

    def __init__(self, app: FastAPI, portal: BlockingPortal) -> None:
        transport = httpx.ASGITransport(app)
        self._http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")
        self._portal = portal

    def call(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        data: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        async def send() -> httpx.Response:
            return await self._http.request(
                method, path, json=json, data=data, params=params, headers=headers, content=content
            )

        return self._portal.call(send)

    def get(
        self, path: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        return self.call("GET", path, params=params, headers=headers)

    def post(self, path: str, *, json: object = None, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return self.call("POST", path, json=json, headers=headers)

    def close(self) -> None:
        self._portal.call(self._http.aclose)
