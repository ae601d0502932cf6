"""What has happened on a service day: every report of it, folded into facts.

`happened` is a function of the *set* of reports: they are put in the order in which they were tapped, and each is
held against what those before it have established. So repetitions, late arrivals and any order of receiving lead to
the same facts. A report that cannot be true beside the others (alighted before boarded, tapped in the future, a visit
of another vehicle) is kept but counts for nothing; it counts as soon as what was missing has been reported, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from dispatch.model.day_state import DayState
from dispatch.model.outage import Outage
from dispatch.model.plan import Task, carriers
from dispatch.model.reservation import Reservation
from dispatch.model.spot import NOWHERE
from dispatch.model.stop_event import NO_READING, VISIT_KINDS, EventKind, StopEvent
from dispatch.model.times import LAST_SECOND_S, to_second
from maps.geo import LatLon

NOT_YET = -1
"""The second of something that has not happened, or was not reported."""


class Fault(StrEnum):
    """Why a report counts for nothing beside the others (keys of ``contradiction`` in the catalogue)."""

    FUTURE = "future"
    CLOCK_OFF = "clock_off"
    OTHER_DAY = "other_day"
    OTHER_VEHICLE = "other_vehicle"
    CALLED_OFF = "called_off"
    NOT_BOARDED = "not_boarded"
    ALREADY = "already"
    TOO_EARLY = "too_early"
    NOTHING_TO_UNDO = "nothing_to_undo"
    UNDOES_UNDONE = "undoes_undone"
    ODOMETER_BACK = "odometer_back"


class Stage(StrEnum):
    """How far a trip has come."""

    WAITING = "waiting"
    AT_DOOR = "at_door"  # the vehicle stands at the pick-up
    ABOARD = "aboard"
    AT_DROP = "at_drop"  # it has stopped at the drop, the party still aboard
    DONE = "done"
    NO_SHOW = "no_show"


@dataclass(frozen=True, slots=True, kw_only=True)
class TripFact:
    """What is known of one trip, service-day seconds; ``NOT_YET`` where nothing has been reported.

    ``arrived_s`` is the stop at the door, ``boarded_s`` the end of boarding, ``stopped_s`` the stop at the drop,
    ``alighted_s`` the end of alighting, ``no_show_s`` when the driver gave up waiting.
    """

    reservation_id: int
    shift_id: str
    stage: Stage = Stage.WAITING
    arrived_s: int = NOT_YET
    boarded_s: int = NOT_YET
    stopped_s: int = NOT_YET
    alighted_s: int = NOT_YET
    no_show_s: int = NOT_YET


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleFact:
    """Where a vehicle is known to be: at ``spot_key`` since ``since_s``, unless it left at ``left_s``.

    ``spot_key`` is empty for a vehicle that has reported no visit yet; ``free_s`` is when the last thing it did at a
    visit was over (``NOT_YET`` before). ``seen_at`` at ``seen_s`` is the last position since then, ``NOWHERE`` when
    there is none. ``aboard`` holds reservations in the order of boarding.
    """

    shift_id: str
    spot_key: str = ""
    since_s: int = NOT_YET
    free_s: int = NOT_YET
    left_s: int = NOT_YET
    aboard: tuple[int, ...] = ()
    seen_at: LatLon = NOWHERE
    seen_s: int = NOT_YET
    odometer_m: int = NO_READING
    last_s: int = NOT_YET


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A report that counts for nothing, and why."""

    event: StopEvent
    fault: Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """The facts of a day: trips by reservation, vehicles by shift, only those with a report that counts."""

    trips: Mapping[int, TripFact]
    vehicles: Mapping[str, VehicleFact]
    contradictions: tuple[Contradiction, ...]

    def trip(self, reservation_id: int) -> TripFact:
        """What is known of a trip; a waiting one when nothing is."""
        return self.trips.get(reservation_id, TripFact(reservation_id=reservation_id, shift_id=""))

    def fault_of(self, event_id: str) -> Fault | str:
        """Why a report counts for nothing; empty when it counts."""
        return next((one.fault for one in self.contradictions if one.event.event_id == event_id), "")


NOTHING_YET = Happened(trips=MappingProxyType({}), vehicles=MappingProxyType({}), contradictions=())


def happened(state: DayState) -> Happened:
    """The facts that the reports of a day amount to under its plan in force."""
    if not state.events:
        return NOTHING_YET
    fold = _Fold.of(state)
    undone = fold.undone(state.events)
    outages = sorted((one for one in state.outages if not one.lifted), key=lambda one: -one.from_s)
    standing = sorted((one for one in state.events if one.event_id not in undone), key=_tapped)
    fold.look_ahead(standing)
    for event in standing:
        while outages and outages[-1].from_s < event.tapped_s:
            fold.put_out(outages.pop())
        fold.take(event)
    for outage in reversed(outages):
        fold.put_out(outage)
    return Happened(
        trips=MappingProxyType(fold.trips),
        vehicles=MappingProxyType(fold.vehicles),
        contradictions=tuple(fold.contradictions),
    )


_RANK = {kind: rank for rank, kind in enumerate(EventKind)}


def _tapped(event: StopEvent) -> tuple[int, int, int, str]:
    """The order in which things happened; at one second, arriving comes before boarding, boarding before the drop."""
    drop = event.kind is EventKind.ALIGHTED or (event.kind is EventKind.ARRIVED and event.task is Task.ALIGHT)
    return event.tapped_s, int(drop), _RANK[event.kind], event.event_id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fold:
    """What has been established so far; `take` adds one report, in the order of tapping.

    ``dropped`` says when a vehicle first set a party down, as it reports, on a day with outages.
    """

    state: DayState
    known: Mapping[int, Reservation]
    shift_of: Mapping[int, str]
    trips: dict[int, TripFact]
    vehicles: dict[str, VehicleFact]
    contradictions: list[Contradiction]
    dropped: dict[tuple[int, str], int]

    @classmethod
    def of(cls, state: DayState) -> _Fold:
        return cls(
            state=state,
            known={trip.id: trip for trip in state.reservations},
            shift_of=carriers(state.plan.routes),
            trips={},
            vehicles={},
            contradictions=[],
            dropped={},
        )

    def undone(self, events: tuple[StopEvent, ...]) -> frozenset[str]:
        """Ids of the reports that were taken back. Taking back something that cannot be is a contradiction."""
        by_id = {event.event_id: event for event in events}
        gone: set[str] = set()
        for event in sorted(events, key=_tapped):
            if event.kind is EventKind.UNDONE and self._believed(event):
                target = by_id.get(event.undoes)
                if target is not None and target.kind is not EventKind.UNDONE:
                    gone.add(target.event_id)
        return frozenset(gone)

    def look_ahead(self, events: list[StopEvent]) -> None:
        """Note when vehicles that left the road said to have set a party down."""
        for event in reversed(events if self.state.outages else []):
            if event.kind is EventKind.ALIGHTED and self._believed(event):
                self.dropped[event.reservation_id, event.shift_id] = event.tapped_s

    def take(self, event: StopEvent) -> None:
        """Add one report to the facts, or to the contradictions."""
        fault = self._incredible(event) or self._taken(event)
        if fault:
            self.contradictions.append(Contradiction(event=event, fault=Fault(fault)))
            return
        vehicle = self._vehicle(event.shift_id)
        self.vehicles[event.shift_id] = replace(vehicle, last_s=max(vehicle.last_s, event.tapped_s))

    def put_out(self, outage: Outage) -> None:
        """Whoever is aboard a vehicle that leaves the road waits again, where it stands."""
        for number in outage.stranded:
            if number in self.trips and self.trips[number].stage not in (Stage.DONE, Stage.NO_SHOW):
                del self.trips[number]
        if outage.shift_id in self.vehicles:
            vehicle = self.vehicles[outage.shift_id]
            aboard = tuple(number for number in vehicle.aboard if number not in outage.stranded)
            self.vehicles[outage.shift_id] = replace(vehicle, aboard=aboard)

    def _believed(self, event: StopEvent) -> bool:
        return not self._incredible(event)

    def _incredible(self, event: StopEvent) -> Fault | str:
        """What is wrong with a report whatever the others say."""
        rules = self.state.rules.progress
        received_s = to_second(self.state.date, event.received_at)
        if abs(event.clock_off_s) > rules.clock_off_max_min * 60:
            return Fault.CLOCK_OFF
        return Fault.FUTURE if event.tapped_s > received_s + rules.future_max_s else ""

    def _taken(self, event: StopEvent) -> Fault | str:
        match event.kind:
            case EventKind.UNDONE:
                return self._undoes(event)
            case EventKind.ODOMETER:
                return self._odometer(event)
            case EventKind.DEPARTED:
                self._set(event.shift_id, left_s=event.tapped_s)
                return ""
            case EventKind.POSITION:
                vehicle = self._vehicle(event.shift_id)
                self.vehicles[event.shift_id] = replace(vehicle, seen_at=event.at, seen_s=event.tapped_s)
                return ""
            case _:
                return self._visit(event)

    def _undoes(self, event: StopEvent) -> Fault | str:
        for found in self.state.events:
            if found.event_id == event.undoes:
                return Fault.UNDOES_UNDONE if found.kind is EventKind.UNDONE else ""
        return Fault.NOTHING_TO_UNDO

    def _odometer(self, event: StopEvent) -> Fault | str:
        if event.odometer_m < self._vehicle(event.shift_id).odometer_m:
            return Fault.ODOMETER_BACK
        self._set(event.shift_id, odometer_m=event.odometer_m)
        return ""

    def _visit(self, event: StopEvent) -> Fault | str:
        """A report of a visit: is it of this day, is it the vehicle's, and does it follow from what is known?"""
        if not 0 <= event.tapped_s <= LAST_SECOND_S:
            return Fault.OTHER_DAY
        if event.reservation_id not in self.known:
            return Fault.CALLED_OFF
        others = self.shift_of.get(event.reservation_id, event.shift_id) != event.shift_id or self._was_elsewhere(event)
        if (others or self._boards_for_good(event)) and not self._before_outage(event):
            return Fault.OTHER_VEHICLE
        before = TripFact(reservation_id=event.reservation_id, shift_id=event.shift_id)
        before = self.trips.get(event.reservation_id, before)
        fault = self._out_of_turn(event, before)
        if not fault:
            self.trips[event.reservation_id] = _moved_on(before, event)
            self._stands(event)
        return fault

    def _boards_for_good(self, event: StopEvent) -> bool:
        """Whether a report would leave a party aboard a vehicle that has left the road."""
        stopped = any(one.shift_id == event.shift_id for one in self.state.outages if not one.lifted)
        return stopped and event.kind is EventKind.BOARDED

    def _before_outage(self, event: StopEvent) -> bool:
        """Whether a report is that of a vehicle that carried the party until it left the road.

        Of who was not known to be aboard, only when it says, too, that it had set them down by then.
        """
        return any(
            one.shift_id == event.shift_id and event.tapped_s <= one.from_s and self._was_aboard(event, one)
            for one in self.state.outages
            if not one.lifted
        )

    def _was_elsewhere(self, event: StopEvent) -> bool:
        """Whether the party was found aboard another vehicle later, when that one left the road."""
        return any(
            event.reservation_id in one.stranded and one.shift_id != event.shift_id and event.tapped_s <= one.from_s
            for one in self.state.outages
            if not one.lifted
        )

    def _was_aboard(self, event: StopEvent, outage: Outage) -> bool:
        trip = (event.reservation_id, outage.shift_id)
        return event.reservation_id in outage.stranded or self.dropped.get(trip, LAST_SECOND_S + 1) <= outage.from_s

    def _out_of_turn(self, event: StopEvent, before: TripFact) -> Fault | str:
        boards = event.kind in (EventKind.BOARDED, EventKind.NO_SHOW) or (
            event.kind is EventKind.ARRIVED and event.task is Task.BOARD
        )
        if boards:
            arrived_again = event.kind is EventKind.ARRIVED and before.stage is Stage.AT_DOOR
            if before.stage not in (Stage.WAITING, Stage.AT_DOOR) or arrived_again:
                return Fault.ALREADY
            promised_s = self.known[event.reservation_id].promise.pickup_earliest_s
            early = event.kind is EventKind.NO_SHOW and event.tapped_s < promised_s
            return Fault.TOO_EARLY if early else ""
        if before.stage in (Stage.WAITING, Stage.AT_DOOR):
            return Fault.NOT_BOARDED
        again = event.kind is EventKind.ARRIVED and before.stage is Stage.AT_DROP
        return Fault.ALREADY if again or before.stage in (Stage.DONE, Stage.NO_SHOW) else ""

    def _stands(self, event: StopEvent) -> None:
        """The vehicle is at the place of the visit."""
        trip = self.known[event.reservation_id]
        drop = event.kind is EventKind.ALIGHTED or (event.kind is EventKind.ARRIVED and event.task is Task.ALIGHT)
        spot_key = (trip.destination if drop else trip.origin).key
        vehicle = self._vehicle(event.shift_id)
        since_s = vehicle.since_s if vehicle.spot_key == spot_key and vehicle.left_s == NOT_YET else event.tapped_s
        aboard = tuple(one for one in vehicle.aboard if one != trip.id or event.kind is not EventKind.ALIGHTED)
        self.vehicles[event.shift_id] = replace(
            vehicle,
            spot_key=spot_key,
            since_s=since_s,
            free_s=vehicle.free_s if event.kind is EventKind.ARRIVED else event.tapped_s,
            left_s=NOT_YET,
            aboard=(*aboard, trip.id) if event.kind is EventKind.BOARDED else aboard,
            seen_at=NOWHERE,
            seen_s=NOT_YET,
        )

    def _vehicle(self, shift_id: str) -> VehicleFact:
        return self.vehicles.get(shift_id, VehicleFact(shift_id=shift_id))

    def _set(self, shift_id: str, *, left_s: int = NOT_YET, odometer_m: int = NO_READING) -> None:
        vehicle = self._vehicle(shift_id)
        self.vehicles[shift_id] = replace(
            vehicle,
            left_s=left_s if left_s != NOT_YET else vehicle.left_s,
            odometer_m=max(odometer_m, vehicle.odometer_m),
        )


def _moved_on(before: TripFact, event: StopEvent) -> TripFact:
    """A trip after a report that follows from what was known."""
    match event.kind:
        case EventKind.ARRIVED if event.task is Task.BOARD:
            return replace(before, stage=Stage.AT_DOOR, arrived_s=event.tapped_s)
        case EventKind.ARRIVED:
            return replace(before, stage=Stage.AT_DROP, stopped_s=event.tapped_s)
        case EventKind.BOARDED:
            return replace(before, stage=Stage.ABOARD, boarded_s=event.tapped_s)
        case EventKind.ALIGHTED:
            return replace(before, stage=Stage.DONE, alighted_s=event.tapped_s)
        case _:
            return replace(before, stage=Stage.NO_SHOW, no_show_s=event.tapped_s)


def is_visit(event: StopEvent) -> bool:
    """Whether a report belongs to a visit."""
    return event.kind in VISIT_KINDS
