"""A vehicle that leaves the road before its shift is over: broken down, exchanged, or its shift called off.

An outage belongs to one service day and can be lifted again; the catalogue knows nothing of it. What the vehicle has
done stays done. Who was aboard waits where it stands: their reservations begin there from then on, and say when they
were first fetched (`Reservation.met_s`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.model.actor import Actor
from dispatch.model.duty import ShiftOfDay
from dispatch.model.promise import BreachCause
from dispatch.model.spot import Spot
from dispatch.model.times import ServiceDay


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Shift ``shift_id`` does nothing more from second ``from_s`` on; its vehicle stands ``at``.

    ``number`` counts the outages of the day from 1. ``stranded`` are the reservations that were aboard; ``instead`` is
    the shift of the vehicle that replaces it, if one does. ``at`` is a public place, or a bare point of the outage's
    own, which can be erased.
    """

    number: int
    service_id: str
    date: ServiceDay
    shift_id: str
    from_s: int
    cause: BreachCause
    at: Spot
    declared_at: datetime
    declared_by: Actor
    stranded: tuple[int, ...] = ()
    instead: tuple[ShiftOfDay, ...] = ()
    lifted: bool = False


def under(shifts: Iterable[ShiftOfDay], outages: Iterable[Outage]) -> tuple[ShiftOfDay, ...]:
    """The shifts as they run under the outages that are not lifted, ordered by shift id."""
    running = {shift.shift_id: shift for shift in shifts}
    for outage in sorted(outages, key=lambda one: one.number):
        if outage.lifted:
            continue
        if outage.shift_id in running:
            stopped = replace(running[outage.shift_id], stopped=True, end_spot=outage.at, breaks=())
            running[outage.shift_id] = stopped
        running |= {shift.shift_id: shift for shift in outage.instead}
    return tuple(running[shift_id] for shift_id in sorted(running))


def outage_digest(outage: Outage) -> str:
    """SHA-256 (hex) of an outage as the journal knows it: everything but the point, which can be erased."""
    content = [
        [outage.number, outage.service_id, outage.date.isoformat(), outage.shift_id, outage.from_s, outage.cause],
        [outage.at.key, outage.declared_at.isoformat(), outage.declared_by.id, list(outage.stranded), outage.lifted],
        [[shift.shift_id, shift.vehicle_id, shift.layouts, shift.start_s, shift.end_s] for shift in outage.instead],
    ]
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()
