"""Reports as the edges hand them in, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from dispatch.model.errors import InvalidInput, NotFound, OdekakeError
from dispatch.model.happened import Fault
from dispatch.model.plan import Task
from dispatch.model.spot import NOWHERE
from dispatch.model.stop_event import NO_EVENT, NO_READING, VISIT_KINDS, EventKind
from dispatch.model.wish import NO_ID
from maps.geo import LatLon


@dataclass(frozen=True, slots=True, kw_only=True)
class EventForm:
    """One tap. See `dispatch.model.stop_event.StopEvent`; the vehicle follows from the shift."""

    event_id: str
    kind: EventKind
    shift_id: str
    tapped_at: datetime
    reservation_id: int = NO_ID
    task: Task = Task.BOARD
    odometer_m: int = NO_READING
    at: LatLon = NOWHERE
    undoes: str = NO_EVENT

    @property
    def complete(self) -> bool:
        """Whether it says what a report of its kind has to say."""
        match self.kind:
            case EventKind.ODOMETER:
                return self.odometer_m != NO_READING
            case EventKind.POSITION:
                return self.at != NOWHERE
            case EventKind.UNDONE:
                return self.undoes != NO_EVENT
            case _:
                return self.kind not in VISIT_KINDS or self.reservation_id != NO_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one client sends at once. ``clock_off_s`` is by how much its clock is behind ours; 0 when it does not say"""

    service_id: str
    day: date
    forms: tuple[EventForm, ...]
    clock_off_s: int = 0


class Taken(StrEnum):
    """What became of a report."""

    RECORDED = "recorded"
    CONTRADICTS = "contradicts"  # recorded and marked; it counts for nothing as things are
    REFUSED = "refused"  # not recorded: it names something we do not know


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The report counts."""

    event_id: str
    repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradicting:
    """The report is kept, marked, and counts for nothing as things are."""

    event_id: str
    repeated: bool
    fault: Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTaken:
    """The report is not kept; ``error`` says why, with what to do."""

    event_id: str
    error: OdekakeError


Receipt = Recorded | Contradicting | NotTaken


def incomplete(form: EventForm) -> InvalidInput:
    return InvalidInput("event_incomplete", event_id=form.event_id, kind=form.kind.value)


def reused(form: EventForm) -> InvalidInput:
    return InvalidInput("event_id_reused", event_id=form.event_id)


def unknown_visit(form: EventForm, day: date) -> NotFound:
    return NotFound("unknown_visit", reservation_id=form.reservation_id, date=day.isoformat())


def unknown_shift(form: EventForm, day: date) -> NotFound:
    return NotFound("shift_not_on_duty", shift_id=form.shift_id, date=day.isoformat())
