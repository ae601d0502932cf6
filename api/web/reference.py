"""The description of the API as a page: FastAPI's own pages load their scripts from another host."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.language import lang_of
from api.web.rendering import page

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of the API."""

    method: str
    path: str
    summary: str
    about: str


@router.get("/api/docs")
def reference(request: Request) -> HTMLResponse:
    """Every operation with what it does, and the way to the whole description."""
    described = [
        Operation(method=method.upper(), path=path, summary=one["summary"], about=one.get("description", ""))
        for path, operations in request.app.openapi()["paths"].items()
        for method, one in operations.items()
    ]
    values = {"operations": described, "openapi": str(request.app.openapi_url)}
    return page("reference.html", lang_of(request), values)
