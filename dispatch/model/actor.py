"""Who does something: on every command and every journal row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    OPERATOR = "operator"
    RIDER = "rider"
    DRIVER = "driver"
    PLANNER = "planner"
    SYSTEM = "system"


class Channel(StrEnum):
    """How a request reached the service."""

    PHONE = "phone"
    WEB = "web"
    DESK = "desk"
    API = "api"
    IMPORT = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """``id`` acts in ``role``, on behalf of whoever asks in the rider's place.

    ``on_behalf_of`` is a role or a short id (``family``, ``care_manager``), nothing personal; empty when the rider
    asks for themselves.
    """

    id: str
    role: Role
    on_behalf_of: str = ""


SYSTEM_ACTOR = Actor(id="odekake", role=Role.SYSTEM)
