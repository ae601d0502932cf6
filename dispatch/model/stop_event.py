"""What happened on the road: one tap of a driver or the desk, as it was reported.

An event is never changed. A mistake is taken back by an event of its own (``UNDONE``). Whether an event counts is not
a property of the event: it follows from all events of the day together (`dispatch.model.happened`), so that it does
not matter in which order, how late or how often they arrive.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.model.actor import Actor
from dispatch.model.plan import Task
from dispatch.model.spot import NOWHERE
from dispatch.model.times import ServiceDay
from dispatch.model.wish import NO_ID
from maps.geo import LatLon

NO_READING = -1
"""The odometer of an event that brings none."""

NO_EVENT = ""
"""The id of no event: what an event undoes that undoes nothing."""


class EventKind(StrEnum):
    DEPARTED = "departed"  # the vehicle has left where it stood
    ARRIVED = "arrived"  # it has stopped at the door of a visit
    BOARDED = "boarded"  # the party is aboard, ready to go
    NO_SHOW = "no_show"  # nobody came
    ALIGHTED = "alighted"  # the party is out, ready to go
    ODOMETER = "odometer"
    POSITION = "position"
    UNDONE = "undone"  # an earlier event was a mistake


VISIT_KINDS = frozenset({EventKind.ARRIVED, EventKind.BOARDED, EventKind.NO_SHOW, EventKind.ALIGHTED})
"""The kinds that belong to a visit: they name a reservation, and ``ARRIVED`` its task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopEvent:
    """One report.

    ``event_id`` is the client's, unique within the day of the service: a repeated one is the same report.
    ``tapped_s`` is when it was tapped by the client's clock, as a second of the service day; ``received_at`` when it
    reached us; ``clock_off_s`` by how much the client's clock was behind ours (negative: ahead) when it was sent, 0
    when the client did not say. ``odometer_m`` is ``NO_READING`` and ``at`` is ``NOWHERE`` when none is given.
    ``undoes`` is the id of the event that an ``UNDONE`` takes back.
    """

    event_id: str
    service_id: str
    date: ServiceDay
    kind: EventKind
    shift_id: str
    vehicle_id: str
    tapped_s: int
    received_at: datetime
    actor: Actor
    reservation_id: int = NO_ID
    task: Task = Task.BOARD
    clock_off_s: int = 0
    odometer_m: int = NO_READING
    at: LatLon = NOWHERE
    undoes: str = NO_EVENT


def event_digest(event: StopEvent) -> str:
    """SHA-256 (hex) of a report as it was tapped, but for where it was tapped and when it came in.

    A position may be somebody's door: it can be erased, and a digest of it could be tried out. Equal digests under
    one id are repetitions.
    """
    content = [
        event.event_id,
        event.kind,
        event.shift_id,
        event.vehicle_id,
        event.reservation_id,
        event.task,
        event.tapped_s,
        event.odometer_m,
        event.undoes,
    ]
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()
