"""An edit of the catalogue breaks no promise already given, and the days it touches say who made it.

Whatever changes the vehicles on duty (vehicles, shifts, the places where shifts begin and end) is tried on every
coming day for which anybody asked for a trip: the independent checker looks at the plan in force under the edited
catalogue, and the edit is written only when every plan stays valid. The versions of the days whose duty changes move
with it, so that whoever is just accepting an offer under the old catalogue looks again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum, auto

from dispatch.catalogue.turns import check_turns
from dispatch.model.actor import Actor
from dispatch.model.catalog import Place, Shift, Vehicle
from dispatch.model.day_state import DayState
from dispatch.model.duty import ShiftOfDay
from dispatch.model.errors import Conflict, RuleRefused
from dispatch.model.journal import JournalEntry
from dispatch.model.outage import under
from dispatch.model.times import first_day_not_over
from dispatch.solver_bridge.day_problem import LONG_AGO_S, day_problem
from dispatch.solver_bridge.holding import live_holds, with_holds
from dispatch.solver_bridge.resettling import driving_on
from dispatch.solver_bridge.ride import rides_of
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.assemble import runs_on, shifts_of_day
from dispatch.store.protocol import EditableRow, Store, UnitOfWork
from solver.checker import check

PERSONAL = frozenset({"driver_name"})
"""Fields of vehicles, shifts and places that no digest covers: a digest of a name can be tried out."""


class IfTaken(Enum):
    """What becomes of a row whose id is in use already."""

    REPLACED = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Rows written and rows removed together."""

    saved: tuple[EditableRow, ...] = ()
    removed: tuple[EditableRow, ...] = ()
    if_taken: IfTaken = IfTaken.REPLACED

    def write(self, work: UnitOfWork) -> None:
        """Raises Conflict ``already_exists``."""
        for row in self.removed:
            work.remove(row)
        for row in self.saved:
            if self.if_taken is IfTaken.REFUSED:
                work.insert(row)
            else:
                work.save(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What decides which vehicles are on the road: rows of the catalogue by id."""

    shifts: Mapping[str, Shift]
    vehicles: Mapping[str, Vehicle]
    places: Mapping[str, Place]

    def after(self, edit: Edit) -> Duty:
        """The duty that ``edit`` would leave."""
        shifts, vehicles, places = dict(self.shifts), dict(self.vehicles), dict(self.places)
        for row in edit.removed:
            match row:
                case Shift():
                    shifts.pop(row.id)
                case Vehicle():
                    vehicles.pop(row.id)
                case Place():
                    places.pop(row.id)
        for row in edit.saved:
            match row:
                case Shift():
                    shifts[row.id] = row
                case Vehicle():
                    vehicles[row.id] = row
                case Place():
                    places[row.id] = row
        return Duty(shifts=shifts, vehicles=vehicles, places=places)

    def on(self, day: date) -> tuple[ShiftOfDay, ...]:
        """The shifts of ``day``. Raises NotFound ``unknown_vehicle``, ``unknown_place``."""
        running = [shift for shift in self.shifts.values() if runs_on(shift, day)]
        return shifts_of_day(running, vehicles=self.vehicles, places=self.places)

    def depots(self) -> frozenset[str]:
        """Ids of the places where shifts begin or end."""
        return frozenset(
            place for shift in self.shifts.values() for place in (shift.start_place_id, shift.end_place_id)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """No promise breaks: what was looked at, the days whose duty changes, and the rows that change it."""

    catalog_version: int
    coming: tuple[date, ...]
    touched: tuple[DayState, ...]
    ids: tuple[tuple[str, int | str], ...]

    def claim(self, work: UnitOfWork, *, store: Store, service_id: str, actor: Actor, at: datetime) -> None:
        """Move the days touched to their next version and journal the edit there; part of the edit's transaction.

        Raises
        ------
        Conflict
            ``catalogue_changed`` when somebody edited the catalogue since the edit was judged, or asked for a trip on
            a day nobody had asked for; ``day_changed`` when somebody booked on a day touched.
        """
        if store.catalog_version(service_id) != self.catalog_version:
            raise Conflict("catalogue_changed")
        if not set(days_asked_for(store, service_id, since=first_day_not_over(at))) <= set(self.coming):
            raise Conflict("catalogue_changed")
        for state in self.touched:
            version = work.claim_day(service_id, state.date, expected_version=state.version)
            work.journal(
                JournalEntry(
                    service_id=service_id,
                    date=state.date,
                    version=version,
                    actor=actor,
                    kind="catalogue_changed",
                    at=at,
                    ids=self.ids,
                )
            )


def judged(workplace: Workplace, service_id: str, edit: Edit) -> Verdict:
    """Try ``edit`` on every coming day.

    Raises
    ------
    InvalidInput
        ``shift_overlaps`` when a vehicle would drive two shifts at once.
    RuleRefused
        ``edit_breaks_promises`` with the first date and the number of rules its plan would break.
    """
    store = workplace.store
    catalog_version = store.catalog_version(service_id)
    before = duty_of(store, service_id)
    after = before.after(edit)
    check_turns(edit.saved, after.shifts)
    states = tuple(coming_days(workplace, service_id))
    running = {state.date: under(after.on(state.date), state.outages) for state in states}
    touched = tuple(state for state in states if running[state.date] != state.shifts)
    for state in touched:
        broken = _broken_under(workplace, replace(state, shifts=running[state.date]))
        if broken:
            raise RuleRefused("edit_breaks_promises", date=state.date.isoformat(), count=broken)
    ids = tuple(named for row in (*edit.removed, *edit.saved) for named in _named(row, before=before, after=after))
    return Verdict(
        catalog_version=catalog_version, coming=tuple(state.date for state in states), touched=touched, ids=ids
    )


def duty_of(store: Store, service_id: str) -> Duty:
    """The duty as it is stored."""
    return Duty(
        shifts={shift.id: shift for shift in store.shifts(service_id)},
        vehicles={vehicle.id: vehicle for vehicle in store.vehicles(service_id)},
        places={place.id: place for place in store.places(service_id)},
    )


def coming_days(workplace: Workplace, service_id: str) -> Iterator[DayState]:
    """The states of the days not over yet for which anybody has asked for a trip; after midnight, also yesterday's.

    Offers that are held count as trips.
    """
    store = workplace.store
    for day in days_asked_for(store, service_id, since=first_day_not_over(workplace.clock.now())):
        state = store.day_state(service_id, day)
        yield with_holds(state, live_holds(state, workplace.clock.now()))


def days_asked_for(store: Store, service_id: str, *, since: date) -> tuple[date, ...]:
    """Days from ``since`` on for which anybody has asked for a trip; on any other nobody can be accepting one."""
    return tuple(day for day in store.days_asked_for(service_id, before=date.max) if day >= since)


def _broken_under(workplace: Workplace, state: DayState) -> int:
    """How many rules the plan of a day would break, one lost visit included."""
    book = workplace.book(state.service_id, state.rules)
    day = driving_on(day_problem(state, rides_of(state.reservations), book=book, now_s=LONG_AGO_S))
    return len(check(day.problem, day.solution))


def _named(row: EditableRow, *, before: Duty, after: Duty) -> Iterator[tuple[str, str]]:
    """How the journal names a row that changes the duty: its noun, its id, and the digest of what it says now."""
    if not isinstance(row, Shift | Vehicle | Place):
        return
    old, new = _said(row, before), _said(row, after)
    if old == new or (isinstance(row, Place) and row.id not in before.depots() | after.depots()):
        return
    yield type(row).__name__.lower(), row.id
    yield "digest", hashlib.sha256(new.encode()).hexdigest()


def _said(row: Shift | Vehicle | Place, duty: Duty) -> str:
    """What ``duty`` says under the row's id, as canonical JSON without anything personal; empty when nothing."""
    rows: Mapping[str, Shift | Vehicle | Place]
    match row:
        case Shift():
            rows = duty.shifts
        case Vehicle():
            rows = duty.vehicles
        case Place():
            rows = duty.places
    if row.id not in rows:
        return ""
    return json.dumps(rows[row.id].model_dump(mode="json", exclude=set(PERSONAL)), sort_keys=True)
