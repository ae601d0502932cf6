"""Promises at risk, and what the desk can do about each. Ids and times only: who to call is looked up at the edge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dispatch.model.errors import PlanRejected
from dispatch.model.happened import Stage, happened
from dispatch.model.times import MINUTE_S
from dispatch.progress.promises import Entry, Standing, ledger
from dispatch.solver_bridge.placing import carriers
from dispatch.solver_bridge.ride import ride_of
from dispatch.solver_bridge.workplace import Workday, Workplace

OPEN_STAGES = frozenset({Stage.WAITING, Stage.AT_DOOR})


class Remedy(StrEnum):
    """What the desk can do (keys of ``remedy`` in the catalogue)."""

    SWAP = "swap"  # give the trip to another vehicle
    REPLAN = "replan"
    CALL = "call"


class Outlook(StrEnum):
    """What is expected of a promise that somebody has to look after (keys of ``outlook`` in the catalogue)."""

    LATE = "late"
    CLOSE = "close"  # in time, with less reserve than the rules want
    NO_RESERVE = "no_reserve"  # the same, with not even a minute
    GIVEN_UP = "given_up"  # nobody could drive it any more
    IN_TIME = "in_time"  # declared breached before, and in time as things are now


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One promise at risk or newly impossible. ``vehicles`` could still keep it if they took the trip over."""

    entry: Entry
    remedies: tuple[Remedy, ...]
    vehicles: tuple[str, ...]

    @property
    def outlook(self) -> Outlook:
        if self.entry.given_up:
            return Outlook.GIVEN_UP
        if self.entry.late_s:
            return Outlook.LATE
        if self.entry.standing is Standing.BREACHED:
            return Outlook.IN_TIME
        return Outlook.CLOSE if self.minutes else Outlook.NO_RESERVE

    @property
    def minutes(self) -> int:
        """Whole minutes late, rounded up; or those of the reserve that is left, rounded down."""
        return -(-self.entry.late_s // MINUTE_S) if self.entry.late_s else self.entry.reserve_s // MINUTE_S


def alerts(workplace: Workplace, *, service_id: str, day: date) -> tuple[Alert, ...]:
    """The promises of a day that are at risk, or breached with the rider not yet driven; the latest first,
    then those with the least reserve.

    Raises
    ------
    NotFound
        ``no_rules``.
    """
    workday = workplace.workday(service_id, day)
    facts = happened(workday.state)
    entries = ledger(workplace, service_id=service_id, day=day)
    pending = [one for one in entries if facts.trip(one.trip.id).stage not in (Stage.DONE, Stage.NO_SHOW)]
    worrying = [one for one in pending if one.standing in (Standing.AT_RISK, Standing.BREACHED)]
    found = [_alert(workday, one, waiting=facts.trip(one.trip.id).stage in OPEN_STAGES) for one in worrying]
    return tuple(sorted(found, key=lambda alert: (-alert.entry.late_s, alert.entry.reserve_s, alert.entry.trip.id)))


def _alert(workday: Workday, entry: Entry, *, waiting: bool) -> Alert:
    vehicles = _others(workday, entry) if waiting and entry.standing is Standing.AT_RISK else ()
    remedies: tuple[Remedy, ...] = (Remedy.SWAP,) if vehicles else ()
    remedies += (Remedy.REPLAN,) if waiting and not entry.given_up else ()
    return Alert(entry=entry, remedies=(*remedies, Remedy.CALL), vehicles=vehicles)


def _others(workday: Workday, entry: Entry) -> tuple[str, ...]:
    """The other vehicles that have room and time for the trip within its promise."""
    if workday.has_begun(entry.trip.id):
        return ()
    try:
        left = workday.without(entry.trip.id)
    except PlanRejected:  # without this trip, too, somebody cannot be in time
        return ()
    day = left.asking(ride_of(entry.trip))
    able = carriers(day, len(day.rides) - 1)
    return tuple(sorted({day.shifts[v].vehicle_id for v in able} - {entry.vehicle_id}))
