"""The HTTP application: API, pages, errors and the door, put together.

Routes are plain functions: SQLite and the compiled kernels block (the kernels without holding the interpreter lock),
so Starlette runs each call on a thread of its pool while the event loop goes on taking calls. A small pool keeps
offers quick on a small machine: more threads than that would only share the same two cores.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from importlib.metadata import version

from anyio import to_thread
from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.context import Context
from api.description import describe
from api.errors import add_handlers
from api.guard import LOOPBACK_HOSTS, Guard
from api.once import Once
from api.routes import (
    booking,
    days,
    health,
    outages,
    pairs,
    places,
    progress,
    riders,
    roads,
    series,
    services,
    shifts,
    vehicles,
    will_calls,
)
from api.web.pages import add_pages
from dispatch.desk import Desk
from dispatch.model.actor import Actor

THREADS = 8
API = "/api/v1"
DESCRIPTION = """
Dispatch of a demand-responsive shared taxi.

* Ask for a trip with `POST offers`; accept one of the offers with `POST reservations`. An offer reserves nothing.
* `POST offers/{id}/hold` keeps one offer of a request against everybody else for a few minutes (`hold_s` of the rules).
* `POST pair-offers` asks for outbound and return together; `POST pair-reservations` books both or neither.
* `POST will-calls` books a trip without a time; `POST reservations/{id}/call` gives offers once the rider is ready.
* `POST series` keeps the weekly template of a recurring trip; its dates become reservations as they can be booked.
* A refusal is an answer (200), with the rule that blocks each vehicle and what would help.
* Every `POST` takes an `Idempotency-Key`. Repeated with the same key and body within 24 hours it does nothing twice and
  is answered as before (`Idempotency-Replayed: true`). Another body under the same key is refused with 422; while the
  first call is still at work the answer is 409 with `Retry-After`. Keys count for one service, actor and address.
* Times are ISO 8601 with their offset; durations are seconds (`_s`), lengths metres (`_m`), money yen (`_yen`).
* Errors are `application/problem+json` with `code`, `cause` and `action`, in Japanese or, by `Accept-Language: en`,
  in English.
"""


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield


def create_app(desk: Desk, *, operator: Actor, schema_version: str, hosts: Collection[str] = LOOPBACK_HOSTS) -> FastAPI:
    """The application around one desk.

    Parameters
    ----------
    operator
        Who acts, until access control names people.
    schema_version
        Version of the database schema, shown by ``/healthz``.
    hosts
        Host names it answers to.
    """
    app = FastAPI(
        title="Odekake",
        summary="Open dispatch for demand-responsive shared taxis",
        description=DESCRIPTION,
        version=version("odekake"),
        openapi_url=f"{API}/openapi.json",
        docs_url=None,  # both pages of FastAPI load scripts from another host
        redoc_url=None,
        lifespan=_lifespan,
        generate_unique_id_function=_operation_id,
    )
    app.state.context = Context(desk=desk, operator=operator, version=app.version, schema_version=schema_version)
    add_handlers(app)
    app.include_router(health.router)
    _add_api(app)
    add_pages(app)
    app.add_middleware(Once, context=app.state.context)
    app.add_middleware(Guard, hosts=hosts)
    describe(app)
    return app


def _add_api(app: FastAPI) -> None:
    """Each room stands in the application itself: FastAPI finds its way through routers within routers at each call."""
    app.include_router(services.everywhere, prefix=API)
    for room in (
        services,
        booking,
        pairs,
        will_calls,
        series,
        days,
        outages,
        roads,
        progress,
        riders,
        places,
        vehicles,
        shifts,
    ):
        app.include_router(room.router, prefix=f"{API}/{{service}}")


def _operation_id(route: APIRoute) -> str:
    return route.name
