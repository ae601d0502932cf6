"""What every route is given: the desk, who acts, the service named in the path, the language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request

from api.language import lang_of
from dispatch.desk import Desk
from dispatch.model.actor import Actor
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


def _call(
    request: Request,
    service: Annotated[str, Path(pattern=r"^[A-Za-z0-9_\-]{1,40}$", examples=["shimotsuke"])],
) -> Call:
    context = context_of(request)
    known = context.desk.store.service(service).id
    return Call(desk=context.desk, actor=context.operator, service=known, lang=lang_of(request))


CallDep = Annotated[Call, Depends(_call)]
