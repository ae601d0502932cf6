"""One thing that goes wrong with one vehicle at one hour, and what the desk or the worker makes of it.

Until then every driver has tapped each visit as planned. A *breakdown* is tried and then confirmed by the dispatcher,
whatever it breaches. After a *delay* the driver taps, at the hour, the visit that was due some time before; a *no-show*
is waited for. Both are taken in and left to the worker, whose pause between two looks counts whole.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from threading import Event

from benchmarks.mishaps.full_day import DAY, OPERATOR, At, FullDay
from benchmarks.proof.hamlet import SERVICE
from dispatch.model.day_state import DayState
from dispatch.model.plan import Route, Task, Visit
from dispatch.model.promise import BreachCause
from dispatch.model.reservation import NOT_MET, Reservation
from dispatch.model.stop_event import EventKind
from dispatch.model.times import MINUTE_S, to_moment
from dispatch.moves.withdrawal import Accepted, Withdrawal
from dispatch.planning.worker import LOOK_S
from dispatch.progress.reports import Batch, EventForm

DELAY_S = 30 * MINUTE_S
WAITED_S = 5 * MINUTE_S


class Kind(StrEnum):
    """What goes wrong."""

    BREAKDOWN = "breakdown"
    DELAY = "delay"
    NO_SHOW = "no_show"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mishap:
    """``kind`` with the vehicle of shift ``shift_id``, at second ``at_s`` of the day."""

    kind: Kind
    shift_id: str
    at_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """How it ended.

    ``tried_s`` is how long the dispatcher waited for what it would do (0 where nobody asks), ``plan_s`` until the new
    plan was published. ``late`` are the promises breached, ``late_min`` the greatest lateness and ``late_sum_min`` that
    of all together, in minutes; ``undriven`` those given up. ``faults`` are what judge and journal find wrong.
    """

    mishap: Mishap
    tried_s: float
    plan_s: float
    late: int
    late_min: int
    late_sum_min: int
    undriven: int
    faults: tuple[str, ...]


def mended(day: FullDay, mishap: Mishap) -> Mended:
    """Let it happen to a copy of the day."""
    with day.copied(now_s=mishap.at_s) as at:
        before = at.desk.day_state(service_id=SERVICE, day=DAY)
        if mishap.kind is Kind.BREAKDOWN:
            tried_s, plan_s = _broken_down(at, before, mishap)
        else:
            tried_s, plan_s = 0.0, _reported(at, before, mishap)
        after = at.desk.day_state(service_id=SERVICE, day=DAY)
        late_s = sorted(_late_s(before, after))
        faults = [finding.text for finding in at.desk.check(service_id=SERVICE, day=DAY)]
        faults += [str(flaw) for flaw in at.desk.verify_journal(service_id=SERVICE, day=DAY).flaws]
        return Mended(
            mishap=mishap,
            tried_s=tried_s,
            plan_s=plan_s,
            late=len(late_s),
            late_min=max(late_s, default=0) // MINUTE_S,
            late_sum_min=sum(late_s) // MINUTE_S,
            undriven=len({trip.id for trip in before.reservations} - {trip.id for trip in after.reservations}),
            faults=tuple(faults),
        )


def _broken_down(at: At, before: DayState, mishap: Mishap) -> tuple[float, float]:
    _tap(at, _as_planned(before.plan.routes, until_s=mishap.at_s))
    asked = Withdrawal(shift_id=mishap.shift_id, cause=BreachCause.BREAKDOWN)
    began = time.perf_counter()
    at.desk.try_withdrawal(service_id=SERVICE, day=DAY, asked=asked, actor=OPERATOR)
    tried = time.perf_counter()
    accepted = Accepted(breaches=True, undriven=True)
    at.desk.withdraw(service_id=SERVICE, day=DAY, asked=asked, actor=OPERATOR, accepted=accepted)
    return tried - began, time.perf_counter() - tried


def _reported(at: At, before: DayState, mishap: Mishap) -> float:
    """The last tap tells of the mishap; the seconds until the worker has planned with it."""
    own = [route for route in before.plan.routes if route.shift_id == mishap.shift_id]
    others = [route for route in before.plan.routes if route.shift_id != mishap.shift_id]
    planned_s = mishap.at_s - DELAY_S if mishap.kind is Kind.DELAY else mishap.at_s
    now_s, telling = mishap.at_s, list[EventForm]()
    for visit in [visit for route in own for visit in route.visits if visit.start_s + visit.service_s > planned_s]:
        if mishap.kind is Kind.DELAY:
            telling = [_done(mishap.shift_id, visit, at_s=now_s)]
            break
        if visit.task is Task.BOARD:
            planned_s, now_s = visit.start_s, max(mishap.at_s, visit.start_s + WAITED_S)
            telling = [_tapped(EventKind.NO_SHOW, mishap.shift_id, visit, at_s=now_s)]
            break
    at.clock.set(to_moment(DAY, now_s))
    _tap(at, [*_as_planned(others, until_s=now_s), *_as_planned(own, until_s=planned_s)])
    worker = at.desk.worker(owner="benchmark", ending=Event())
    began = time.perf_counter()
    _tap(at, telling)
    worker.turn()
    return time.perf_counter() - began + LOOK_S


def _tap(at: At, forms: list[EventForm]) -> None:
    at.desk.report(batch=Batch(service_id=SERVICE, day=DAY, forms=tuple(forms)), actor=OPERATOR)


def _as_planned(routes: list[Route] | tuple[Route, ...], *, until_s: int) -> list[EventForm]:
    """Every visit that was over by then, tapped when it was."""
    return [
        _done(route.shift_id, visit, at_s=visit.start_s + visit.service_s)
        for route in routes
        for visit in route.visits
        if visit.start_s + visit.service_s <= until_s
    ]


def _done(shift_id: str, visit: Visit, *, at_s: int) -> EventForm:
    kind = EventKind.BOARDED if visit.task is Task.BOARD else EventKind.ALIGHTED
    return _tapped(kind, shift_id, visit, at_s=at_s)


def _tapped(kind: EventKind, shift_id: str, visit: Visit, *, at_s: int) -> EventForm:
    return EventForm(
        event_id=f"{kind.value}-{visit.reservation_id}",
        kind=kind,
        shift_id=shift_id,
        tapped_at=to_moment(DAY, at_s),
        reservation_id=visit.reservation_id,
        task=visit.task,
    )


def _late_s(before: DayState, after: DayState) -> Iterator[int]:
    """How much later than before each trip breached now is held to, at its pick-up or its drop."""
    was = {trip.id: trip for trip in before.reservations}
    for trip in after.reservations:
        if len(trip.breaches) > len(was[trip.id].breaches):
            yield _later_s(was[trip.id], trip)


def _later_s(was: Reservation, trip: Reservation) -> int:
    """Who was aboard a vehicle that broke down has been fetched in time: only the arrival counts."""
    pickup_s = trip.limits.pickup_latest_s - was.limits.pickup_latest_s if trip.met_s == NOT_MET else 0
    return max(pickup_s, trip.limits.arrival_latest_s - was.limits.arrival_latest_s)
