"""Roads as they are today: a place nobody can drive through, hours in which all takes longer.

A change of the roads belongs to one service day and can be lifted again. It holds for drives that begin in it; the
rules and the road data know nothing of it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from dispatch.model.actor import Actor
from dispatch.model.spot import Spot
from dispatch.model.times import ServiceDay

WHOLE = 100
"""Percent of the usual time of a drive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedArea:
    """Whoever would drive within ``radius_m`` of ``centre``, as the crow flies, takes ``detour_s`` longer."""

    centre: Spot
    radius_m: int
    detour_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadChange:
    """From ``from_s`` until before ``until_s``, drives take ``percent`` of their usual time, and avoid ``closed``.

    ``number`` counts the changes of the day from 1. ``percent`` is never below `WHOLE`.
    """

    number: int
    service_id: str
    date: ServiceDay
    from_s: int
    until_s: int
    declared_at: datetime
    declared_by: Actor
    percent: int = WHOLE
    closed: tuple[ClosedArea, ...] = ()
    lifted: bool = False


def road_digest(change: RoadChange) -> str:
    """SHA-256 (hex) of a change as the journal knows it."""
    areas = [[area.centre.key, area.radius_m, area.detour_s] for area in change.closed]
    content = [
        [change.number, change.service_id, change.date.isoformat(), change.from_s, change.until_s],
        [change.declared_at.isoformat(), change.declared_by.id, change.percent, areas, change.lifted],
    ]
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()
