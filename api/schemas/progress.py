"""The running day over HTTP: reports from the road, the ledger of promises, alerts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.moments import MomentOut, TapMoment
from api.schemas.offers import PromiseOut
from dispatch.model.errors import OdekakeError
from dispatch.model.happened import NOT_YET
from dispatch.model.plan import Task
from dispatch.model.promise import BreachCause, PromiseState
from dispatch.model.reservation import ReservationState
from dispatch.model.spot import NOWHERE
from dispatch.model.stop_event import NO_READING, EventKind
from dispatch.model.times import to_moment
from dispatch.model.wording import Lang, say
from dispatch.progress.alerts import Alert, Outlook, Remedy
from dispatch.progress.promises import Entry, Standing, Times, Why
from dispatch.progress.reports import Contradicting, EventForm, NotTaken, Receipt
from dispatch.solver_bridge.lateness import Lateness
from maps.geo import LatLon

NO_CLOCK = 0

EventId = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9_\-:.]+$", examples=["S1-5f2c-0007"])]


class PositionIn(BaseModel):
    """Where it was tapped (WGS84)."""

    model_config = ConfigDict(extra="forbid")

    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)

    @property
    def point(self) -> LatLon:
        return LatLon(self.lat, self.lon)


class EventIn(BaseModel):
    """One tap. ``reservation_id`` belongs to a visit, ``task`` says which end of the trip the vehicle arrived at."""

    model_config = ConfigDict(extra="forbid")

    event_id: EventId
    kind: EventKind
    shift_id: str = Field(min_length=1, max_length=40, examples=["S1"])
    tapped_at: TapMoment
    reservation_id: int = Field(default=0, ge=0, le=2**31 - 1)
    task: Task = Task.BOARD
    odometer_m: int = Field(default=NO_READING, ge=NO_READING, le=2_000_000_000)
    position: PositionIn | None = None
    undoes: str = Field(default="", max_length=80)

    def to_form(self) -> EventForm:
        return EventForm(
            event_id=self.event_id,
            kind=self.kind,
            shift_id=self.shift_id,
            tapped_at=self.tapped_at,
            reservation_id=self.reservation_id,
            task=self.task,
            odometer_m=self.odometer_m,
            at=NOWHERE if self.position is None else self.position.point,
            undoes=self.undoes,
        )


class EventsIn(BaseModel):
    """What one client sends at once, a queue from a time without connection included.

    ``sent_at`` is the client's own clock when it sends: it shows a clock that is wrong.
    """

    model_config = ConfigDict(extra="forbid")

    events: list[EventIn] = Field(min_length=1, max_length=500)
    sent_at: TapMoment | None = None

    def clock_off_s(self, now: datetime) -> int:
        """By how many seconds the client's clock is behind ``now``; 0 when it does not say what it shows."""
        return 0 if self.sent_at is None else round((now - self.sent_at).total_seconds())


class ReportProblem(BaseModel):
    """Why a report counts for nothing, or was not taken: a code, its cause, and what to do."""

    code: str
    cause: str
    action: str


class ReceiptOut(BaseModel):
    """What became of one report. One that was not ``refused`` is kept and need not be sent again."""

    event_id: str
    outcome: Literal["recorded", "contradicts", "refused"]
    repeated: bool
    problems: list[ReportProblem]

    @classmethod
    def of(cls, receipt: Receipt, lang: Lang) -> ReceiptOut:
        match receipt:
            case NotTaken(error=error):
                problems = [_problem(error, lang)]
                return cls(event_id=receipt.event_id, outcome="refused", repeated=False, problems=problems)
            case Contradicting(fault=fault):
                said = ReportProblem(
                    code=fault.value,
                    cause=say(f"contradiction.{fault}.cause", lang),
                    action=say(f"contradiction.{fault}.action", lang),
                )
                return cls(event_id=receipt.event_id, outcome="contradicts", repeated=receipt.repeated, problems=[said])
            case _:
                return cls(event_id=receipt.event_id, outcome="recorded", repeated=receipt.repeated, problems=[])


def _problem(error: OdekakeError, lang: Lang) -> ReportProblem:
    return ReportProblem(
        code=error.code,
        cause=say(f"error.{error.code}.cause", lang, **error.values),
        action=say(f"error.{error.code}.action", lang, **error.values),
    )


class TimesOut(BaseModel):
    """A pick-up and an arrival, each a list of none or one moment."""

    pickup: list[MomentOut]
    arrival: list[MomentOut]

    @classmethod
    def of(cls, times: Times, day: date) -> TimesOut:
        return cls(pickup=_moments(times.pickup_s, day), arrival=_moments(times.arrival_s, day))


def _moments(second_s: int, day: date) -> list[datetime]:
    return [] if second_s == NOT_YET else [to_moment(day, second_s)]


class LedgerEntryOut(BaseModel):
    """One promise: promised, scheduled, estimated and actual are four things."""

    reservation_id: int
    state: ReservationState
    promise_state: PromiseState
    standing: Standing
    why: Why
    why_text: str
    vehicle_id: str
    promised: PromiseOut
    scheduled: TimesOut
    estimated: TimesOut
    actual: TimesOut
    late_s: int
    reserve_s: int = Field(description="How much later it would still be kept; of a promise at risk that is not late.")

    @classmethod
    def of(cls, entry: Entry, lang: Lang) -> LedgerEntryOut:
        trip = entry.trip
        return cls(
            reservation_id=trip.id,
            state=trip.state,
            promise_state=trip.promise_state,
            standing=entry.standing,
            why=entry.why,
            why_text=say(f"why.{entry.why}", lang),
            vehicle_id=entry.vehicle_id,
            promised=PromiseOut.of(trip.promise, day=trip.date),
            scheduled=TimesOut.of(entry.scheduled, trip.date),
            estimated=TimesOut.of(entry.estimated, trip.date),
            actual=TimesOut.of(entry.actual, trip.date),
            late_s=entry.late_s,
            reserve_s=entry.reserve_s,
        )


class RemedyOut(BaseModel):
    """One thing that can be done."""

    kind: Remedy
    text: str


class AlertOut(BaseModel):
    """A promise at risk: how late (``entry.late_s``) or close (``entry.reserve_s``), why, whom to call, what to do."""

    entry: LedgerEntryOut
    outlook: Outlook
    outlook_text: str
    phone: str = Field(description="Of the rider or guest; empty when none is known.")
    remedies: list[RemedyOut]

    @classmethod
    def of(cls, alert: Alert, *, phone: str, lang: Lang) -> AlertOut:
        vehicles = "、".join(alert.vehicles) if lang is Lang.JA else ", ".join(alert.vehicles)
        return cls(
            entry=LedgerEntryOut.of(alert.entry, lang),
            outlook=alert.outlook,
            outlook_text=say(f"outlook.{alert.outlook}", lang, minutes=alert.minutes),
            phone=phone,
            remedies=[
                RemedyOut(kind=one, text=say(f"remedy.{one}", lang, vehicles=vehicles)) for one in alert.remedies
            ],
        )


class BreachIn(BaseModel):
    """Why promises can no longer be kept."""

    model_config = ConfigDict(extra="forbid")

    cause: BreachCause


class BreachOut(BaseModel):
    """One promise declared breached: how much later than it was held to so far, and the limits from now on."""

    reservation_id: int
    pickup_late_s: int
    arrival_late_s: int
    pickup_latest: MomentOut
    arrival_latest: MomentOut

    @classmethod
    def of(cls, late: Lateness, day: date) -> BreachOut:
        return cls(
            reservation_id=late.reservation_id,
            pickup_late_s=late.pickup_s,
            arrival_late_s=late.arrival_s,
            pickup_latest=to_moment(day, late.limits.pickup_latest_s),
            arrival_latest=to_moment(day, late.limits.arrival_latest_s),
        )
