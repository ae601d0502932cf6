"""The pages of the desk and the files they load: ours, and htmx from its package. Nothing comes from another host."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

from api.web import (
    both_ways,
    callers,
    day,
    drive,
    hand,
    holds,
    out,
    recurring,
    reference,
    roads,
    running,
    trips,
    waiting,
)
from dispatch.model.errors import SetupError

STATIC = Path(__file__).parent / "static"
HTMX = Path("static/django_htmx/htmx-2.min.js")
KEPT_AN_HOUR = {"cache-control": "public, max-age=3600"}
ASKED_AGAIN = "no-cache"  # kept by the browser, and used once the server says it is still the same


class OwnFiles(StaticFiles):
    """The style and script of the desk. A browser keeps them, and never shows those of an earlier version."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["cache-control"] = ASKED_AGAIN
        return answer


def add_pages(app: FastAPI) -> None:
    """Add the pages and their files to the application.

    Raises
    ------
    SetupError
        ``htmx_missing`` when the package that carries htmx is not installed.
    """
    htmx = htmx_file()

    @app.get("/static/vendor/htmx.min.js", include_in_schema=False)
    async def vendored() -> FileResponse:
        return FileResponse(htmx, media_type="text/javascript", headers=KEPT_AN_HOUR)

    app.mount("/static", OwnFiles(directory=STATIC))
    on_the_day = (day, drive, running, hand, out, roads)
    on_the_phone = (callers, trips, both_ways, holds, waiting, recurring)
    for part in (*on_the_day, *on_the_phone, reference):
        app.include_router(part.router)


def htmx_file() -> Path:
    """Where htmx 2 is: the wheel of django-htmx carries it. Found by its place, so that Django is not imported."""
    package = find_spec("django_htmx")
    folders = package.submodule_search_locations if package is not None else None
    for folder in folders or ():
        file = Path(folder) / HTMX
        if file.is_file():
            return file
    raise SetupError("htmx_missing")
