"""The ledger of a day: promised, scheduled, estimated and actual beside each other, and which promises are at risk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dispatch.model.day_state import DayState
from dispatch.model.duty import ShiftOfDay
from dispatch.model.happened import NOT_YET, Happened, Stage, happened
from dispatch.model.ledger import late_s, ready_s, stopped_s
from dispatch.model.plan import Task, carriers
from dispatch.model.promise import NO_PROMISE_YET, PromiseState
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.times import LAST_SECOND_S, MINUTE_S
from dispatch.solver_bridge.roads import road_table
from dispatch.solver_bridge.timeline import Drive, timeline
from dispatch.solver_bridge.workplace import Workday, Workplace
from maps.geo import LatLon

SILENT_S = 900
"""A vehicle whose next visit is overdue and that has said nothing for so long is called silent."""


class Standing(StrEnum):
    """How a promise stands (keys of ``standing`` in the catalogue)."""

    OPEN = "open"
    UNREPORTED = "unreported"  # its time is over, and nobody has said what became of it
    AT_RISK = "at_risk"
    KEPT = "kept"
    BREACHED = "breached"
    RELEASED = "released"


class Why(StrEnum):
    """Why it stands so (keys of ``why`` in the catalogue)."""

    ON_COURSE = "on_course"
    UNREPORTED = "unreported"  # its time is over, and nothing was reported of it
    BEHIND = "behind"  # the vehicle is late
    SILENT = "silent"  # nothing has been heard of the vehicle for long
    IN_TIME = "in_time"
    LATE = "late"  # what was reported missed the promise
    DELAY = "delay"
    BREAKDOWN = "breakdown"
    ROAD = "road"
    SHIFT = "shift"
    NO_SHOW = "no_show"
    GIVEN_BACK = "given_back"  # cancelled, or changed with the rider's consent


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """A pick-up and an arrival, service-day seconds; ``NOT_YET`` where there is none."""

    pickup_s: int = NOT_YET
    arrival_s: int = NOT_YET


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One promise. ``late_s`` is by how much the estimate (at risk) or the report (breached) misses it, 0 in time.

    ``reserve_s`` is how much later than estimated it would still be kept: of a promise at risk that is not late.
    """

    trip: Reservation
    standing: Standing
    why: Why
    shift_id: str
    vehicle_id: str
    scheduled: Times
    estimated: Times
    actual: Times
    late_s: int
    reserve_s: int

    @property
    def given_up(self) -> bool:
        """Whether it was broken because nobody could drive the trip any more."""
        return self.standing is Standing.BREACHED and self.trip.state is ReservationState.CANCELLED


def ledger(workplace: Workplace, *, service_id: str, day: date) -> tuple[Entry, ...]:
    """Every promise of a day, the cancelled included, by reservation. Who waits for a call has none yet.

    Raises
    ------
    NotFound
        ``no_rules``.
    """
    workday = workplace.workday(service_id, day)
    book = _Book.of(workday)
    trips = workplace.store.reservations(service_id, day)
    return tuple(book.entry(trip) for trip in trips if trip.promise != NO_PROMISE_YET)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    """One state of a day with its facts and estimates."""

    state: DayState
    facts: Happened
    now_s: int
    scheduled: dict[tuple[int, Task], int]
    estimated: dict[tuple[int, Task], int]
    shift_of: dict[int, str]

    @classmethod
    def of(cls, workday: Workday) -> _Book:
        state, facts = workday.state, happened(workday.state)
        visits = (visit for route in state.plan.routes for visit in route.visits)
        scheduled = {(visit.reservation_id, visit.task): visit.start_s for visit in visits}
        return cls(
            state=state,
            facts=facts,
            now_s=workday.now_s,
            scheduled=scheduled,
            estimated=scheduled | _estimates(workday, facts),
            shift_of=carriers(state.plan.routes),
        )

    def entry(self, trip: Reservation) -> Entry:
        fact = self.facts.trip(trip.id)
        actual = Times(pickup_s=ready_s(trip, fact), arrival_s=stopped_s(trip, fact))
        estimated = self._estimate(trip, actual)
        shift_id = fact.shift_id or self.shift_of.get(trip.id, "")
        standing, why, late = self._stands(trip, estimated, shift_id)
        vehicles = {shift.shift_id: shift.vehicle_id for shift in self.state.shifts}
        return Entry(
            trip=trip,
            standing=standing,
            why=why,
            shift_id=shift_id,
            vehicle_id=vehicles.get(shift_id, ""),
            scheduled=self._times(self.scheduled, trip),
            estimated=estimated,
            actual=actual,
            late_s=late,
            reserve_s=max(0, -_over_s(trip, estimated, margin_s=0)) if standing is Standing.AT_RISK else 0,
        )

    def _times(self, of: dict[tuple[int, Task], int], trip: Reservation) -> Times:
        pickup_s, arrival_s = of.get((trip.id, Task.BOARD), NOT_YET), of.get((trip.id, Task.ALIGHT), NOT_YET)
        return Times(pickup_s=pickup_s, arrival_s=arrival_s)

    def _estimate(self, trip: Reservation, actual: Times) -> Times:
        """Of what has not happened yet only: what has is actual."""
        if trip.promise_state is PromiseState.RELEASED or self.facts.trip(trip.id).stage is Stage.NO_SHOW:
            return Times()
        expected = self._times(self.estimated, trip)
        pickup_s = expected.pickup_s if actual.pickup_s == NOT_YET else NOT_YET
        return Times(pickup_s=pickup_s, arrival_s=expected.arrival_s if actual.arrival_s == NOT_YET else NOT_YET)

    def _stands(self, trip: Reservation, estimated: Times, shift_id: str) -> tuple[Standing, Why, int]:
        fact = self.facts.trip(trip.id)
        match trip.promise_state:
            case PromiseState.KEPT:
                return Standing.KEPT, Why.IN_TIME, 0
            case PromiseState.RELEASED | PromiseState.NOT_YET:
                return Standing.RELEASED, Why.NO_SHOW if fact.stage is Stage.NO_SHOW else Why.GIVEN_BACK, 0
            case PromiseState.BREACHED:
                late = max(*late_s(trip, fact), _over_s(trip, estimated, margin_s=0))
                return Standing.BREACHED, Why(trip.breaches[-1].cause.value) if trip.breaches else Why.LATE, late
            case PromiseState.OPEN:
                margin_s = self.state.rules.progress.risk_margin_min * MINUTE_S
                if self._unreported(trip, shift_id):
                    return Standing.UNREPORTED, Why.UNREPORTED, 0
                if shift_id not in self.facts.vehicles or _over_s(trip, estimated, margin_s=margin_s) <= 0:
                    return Standing.OPEN, Why.ON_COURSE, 0
                return Standing.AT_RISK, self._cause(shift_id), max(0, _over_s(trip, estimated, margin_s=0))

    def _unreported(self, trip: Reservation, shift_id: str) -> bool:
        """Whether its time is over without a word of it; of a vehicle that reports it is at risk while the day runs."""
        silent = shift_id not in self.facts.vehicles and self.now_s > trip.promise.arrival_latest_s
        return trip.id not in self.facts.trips and (silent or self.now_s >= LAST_SECOND_S)

    def _cause(self, shift_id: str) -> Why:
        last_s = self.facts.vehicles[shift_id].last_s
        return Why.SILENT if self.now_s - last_s > SILENT_S else Why.BEHIND


def _over_s(trip: Reservation, estimated: Times, *, margin_s: int) -> int:
    """Seconds by which the estimates pass the end of the promise less the margin; not positive when they do not."""
    over = [
        time_s - (latest_s - margin_s)
        for time_s, latest_s in (
            (estimated.pickup_s, trip.promise.pickup_latest_s),
            (estimated.arrival_s, trip.promise.arrival_latest_s),
        )
        if time_s != NOT_YET
    ]
    return max(over, default=0)


def _estimates(workday: Workday, facts: Happened) -> dict[tuple[int, Task], int]:
    """When each visit to come of a vehicle that has reported is expected; of the others the plan is the estimate."""
    reporting = [shift for shift in workday.state.shifts if shift.shift_id in facts.vehicles]
    drive = _driving(workday, reporting)
    found: dict[tuple[int, Task], int] = {}
    for shift in reporting:
        line = timeline(workday.state, facts, shift, drive=drive, now_s=workday.now_s)
        found |= {(one.visit.reservation_id, one.visit.task): one.start_s for one in line.ahead}
    return found


def _driving(workday: Workday, reporting: list[ShiftOfDay]) -> Drive:
    """Seconds between any two points that the vehicles may be at."""
    points = [spot.at for trip in workday.state.reservations for spot in (trip.origin, trip.destination)]
    points += [spot.at for shift in reporting for spot in (shift.start_spot, shift.end_spot)]
    distinct = list(dict.fromkeys(points))
    row = {point: index for index, point in enumerate(distinct)}
    usual = [workday.book.table(distinct)] if distinct else []
    tables = [road_table(one, distinct, workday.state.roads).at(workday.now_s) for one in usual]

    def drive(origin: LatLon, destination: LatLon) -> int:
        return next((int(table.travel_s[row[origin], row[destination]]) for table in tables), 0)

    return drive
