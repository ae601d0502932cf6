"""What every route is given: the desk, who acts, the service named in the path, the language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from anyio import to_thread
from fastapi import Depends, Path, Request

from api.language import lang_of
from dispatch.desk import Desk
from dispatch.model.actor import Actor
from dispatch.model.errand import NOT_KEYED, Claim
from dispatch.model.wording import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Set once when the application is made, read by every call."""

    desk: Desk
    operator: Actor
    version: str
    schema_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call to a service: ``service`` exists, ``actor`` acts, answers are in ``lang``."""

    desk: Desk
    actor: Actor
    service: str
    lang: Lang


def context_of(request: Request) -> Context:
    """The context of the application that answers ``request``."""
    context: Context = request.app.state.context
    return context


CLAIM = "claim"
"""Where `api.once` leaves the claim of a keyed call in the state of the connection."""


async def _call(
    request: Request,
    service: Annotated[str, Path(pattern=r"^[A-Za-z0-9_\-]{1,40}$", examples=["shimotsuke"])],
) -> Call:
    context = context_of(request)
    store = context.desk.store
    if not store.met(service):  # only then the database is asked, which blocks
        await to_thread.run_sync(store.service, service)
    claim: Claim = getattr(request.state, CLAIM, NOT_KEYED)
    desk = context.desk if claim == NOT_KEYED else context.desk.on_errand(claim)
    return Call(desk=desk, actor=context.operator, service=service, lang=lang_of(request))


CallDep = Annotated[Call, Depends(_call)]
