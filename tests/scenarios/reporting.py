"""Short ways to say what drivers tap."""

from __future__ import annotations

from itertools import count

from dispatch.model.plan import Task
from dispatch.model.reservation import Reservation
from dispatch.model.stop_event import EventKind
from dispatch.model.times import parse_clock, to_moment
from dispatch.progress.reports import Batch, Contradicting, EventForm, NotTaken, Receipt, Recorded
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town

_NUMBERS = count(1)


def tap(
    kind: EventKind, trip: Reservation, at: str, *, shift: str = "S1", task: Task = Task.BOARD, event_id: str = ""
) -> EventForm:
    """A report of a visit at clock time ``at``, under an id of its own unless one is given."""
    return EventForm(
        event_id=event_id or f"e{next(_NUMBERS)}",
        kind=kind,
        shift_id=shift,
        tapped_at=to_moment(TUESDAY, parse_clock(at)),
        reservation_id=trip.id,
        task=task,
    )


def arrived(trip: Reservation, at: str, *, shift: str = "S1", task: Task = Task.BOARD) -> EventForm:
    return tap(EventKind.ARRIVED, trip, at, shift=shift, task=task)


def boarded(trip: Reservation, at: str, *, shift: str = "S1", event_id: str = "") -> EventForm:
    return tap(EventKind.BOARDED, trip, at, shift=shift, event_id=event_id)


def alighted(trip: Reservation, at: str, *, shift: str = "S1") -> EventForm:
    return tap(EventKind.ALIGHTED, trip, at, shift=shift, task=Task.ALIGHT)


def no_show(trip: Reservation, at: str, *, shift: str = "S1") -> EventForm:
    return tap(EventKind.NO_SHOW, trip, at, shift=shift)


def undone(form: EventForm, at: str) -> EventForm:
    """The report that takes ``form`` back."""
    return EventForm(
        event_id=f"undo-{form.event_id}",
        kind=EventKind.UNDONE,
        shift_id=form.shift_id,
        tapped_at=to_moment(TUESDAY, parse_clock(at)),
        undoes=form.event_id,
    )


def reported(town: Town, *forms: EventForm, clock_off_s: int = 0) -> tuple[Receipt, ...]:
    """Send one batch; what became of each."""
    batch = Batch(service_id=SERVICE, day=TUESDAY, forms=forms, clock_off_s=clock_off_s)
    return town.desk.report(batch=batch, actor=OPERATOR)


def word(receipt: Receipt) -> str:
    """``recorded``, the fault of a contradiction, or the code of an error."""
    match receipt:
        case Recorded():
            return "recorded"
        case Contradicting(fault=fault):
            return fault.value
        case NotTaken(error=error):
            return error.code


def words(town: Town, *forms: EventForm, clock_off_s: int = 0) -> list[str]:
    return [word(one) for one in reported(town, *forms, clock_off_s=clock_off_s)]


def at_clock(town: Town, time: str) -> None:
    """Move the town's clock to a time of the Tuesday."""
    town.clock.set(to_moment(TUESDAY, parse_clock(time)))
