"""Why each vehicle said no, and the least change of the wish that would admit the trip there.

Nothing is named as a help that has not been tried: the change is made on the wish, the trip is asked for again at
that vehicle, and only what has a place then is said to the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from dispatch.booking.inquiry import Inquiry, NoneFound, placing_on
from dispatch.booking.trip import Trip, trip_of
from dispatch.booking.windows import choice_at, ideal_start_s, moved
from dispatch.model.offer import Relief, ReliefKind, Rule, VehicleRefusal
from dispatch.model.party import ALONE, SEAT_KINDS, Party, Passenger, SeatKind
from dispatch.model.promise import Promise
from dispatch.solver_bridge.placing import Placing
from solver.insertion import Block, RelaxationKind
from solver.rules import Rule as SolverRule

NO_RELIEF = Relief(kind=ReliefKind.NONE)
TRIES = 4
"""Steps tried from the least change named by the solver on: it knows no rounding of windows and no opening hours."""

RULE_IN_WORDS: dict[SolverRule, Rule] = {
    SolverRule.COMPATIBLE: Rule.NOT_SUITABLE,
    SolverRule.LOCKED: Rule.LOCKED,
    SolverRule.PREFIX: Rule.LOCKED,
    SolverRule.EXCLUSIVE: Rule.SEATS,
    SolverRule.LINK: Rule.OTHER_PROMISES,
    SolverRule.SHIFT: Rule.SHIFT,
    SolverRule.DURATION: Rule.SHIFT,
    SolverRule.RIDE: Rule.RIDE_TIME,
    SolverRule.IDLE: Rule.IDLE_ABOARD,
    SolverRule.BREAK: Rule.BREAK,
}


def refusals(inquiry: Inquiry, failure: NoneFound, *, allowed: Callable[[Trip], bool]) -> tuple[VehicleRefusal, ...]:
    """One refusal per vehicle, ordered by vehicle id. ``allowed`` says whether the service's rules take a trip.

    A vehicle with several shifts is named once, with the shift that needs the least change.
    """
    trials = _Trials(inquiry=inquiry, allowed=allowed)
    best: dict[str, VehicleRefusal] = {}
    for block in failure.blocks:
        vehicle_id = inquiry.day.shifts[block.vehicle].vehicle_id
        made = VehicleRefusal(vehicle_id=vehicle_id, rule=_rule(inquiry, block), relief=trials.relief(block))
        if vehicle_id not in best or _effort(made.relief) < _effort(best[vehicle_id].relief):
            best[vehicle_id] = made
    return tuple(best[vehicle_id] for vehicle_id in sorted(best))


def _effort(relief: Relief) -> tuple[bool, int, int]:
    return (relief.kind is ReliefKind.NONE, relief.seats, relief.amount_s)


def _rule(inquiry: Inquiry, block: Block) -> Rule:
    if block.rule is SolverRule.WINDOW:
        busy = bool(inquiry.day.solution.routes[block.vehicle].visits)
        return Rule.OTHER_PROMISES if busy else Rule.PICKUP_WINDOW
    if block.rule is SolverRule.SEATS:
        return Rule.WHEELCHAIR_PLACES if _lacks_wheelchair_place(inquiry, block.vehicle) else Rule.SEATS
    return RULE_IN_WORDS[block.rule]


def _lacks_wheelchair_place(inquiry: Inquiry, vehicle: int) -> bool:
    wheelchair = SEAT_KINDS.index(SeatKind.WHEELCHAIR)
    wanted = inquiry.day.rides[inquiry.request].seats[wheelchair]
    return wanted > max(layout[wheelchair] for layout in inquiry.day.shifts[vehicle].layouts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trials:
    """Asks again with a changed wish; vehicles ask the same times, so answers are kept."""

    inquiry: Inquiry
    allowed: Callable[[Trip], bool]
    known: dict[int, frozenset[int]] = field(default_factory=dict)

    def relief(self, block: Block) -> Relief:
        """The least change of the time that admits the trip at this vehicle; else fewer seats; else none."""
        found = [*self._timed(block, ReliefKind.LATER), *self._timed(block, ReliefKind.EARLIER)]
        if found:
            return min(found, key=lambda relief: relief.amount_s)
        return next(self._smaller(block), NO_RELIEF)

    def _timed(self, block: Block, kind: ReliefKind) -> Iterator[Relief]:
        later = kind is ReliefKind.LATER
        least_s = _amount(block, RelaxationKind.TRIP_LATER if later else RelaxationKind.TRIP_EARLIER)
        step_s = self.inquiry.rules.promise.rounding_min * 60
        first = -(-least_s // step_s)
        for steps in range(first, first + TRIES) if least_s else ():
            amount_s = steps * step_s
            if block.vehicle in self._carriers(amount_s if later else -amount_s):
                yield Relief(kind=kind, amount_s=amount_s)
                return

    def _carriers(self, by_s: int) -> frozenset[int]:
        if by_s not in self.known:
            self.known[by_s] = self._asked(moved(self.inquiry.trip, by_s=by_s), self.inquiry.placing.under)
        return self.known[by_s]

    def _asked(self, trip: Trip, under: Callable[[Promise], Placing]) -> frozenset[int]:
        """The vehicles with a place for ``trip`` at the promise closest to its wish; none when the rules object."""
        rules = self.inquiry.rules
        if not self.allowed(trip):
            return frozenset()
        for choice in choice_at(trip, rules, ideal_start_s(trip, rules)):
            return under(choice.promise).carriers()
        return frozenset()

    def _smaller(self, block: Block) -> Iterator[Relief]:
        """Leaving behind as many people on seats as the vehicle lacks places, when somebody remains to ride."""
        lacking = _amount(block, RelaxationKind.MORE_SEATS)
        wish = self.inquiry.trip.wish
        fewer = without_seats(wish.party, lacking)
        if lacking > 0 and wish.party.size - len(fewer) == lacking and fewer:
            smaller = replace(wish, party=Party(passengers=fewer))
            bounds, book = self.inquiry.trip.bounds, self.inquiry.workday.book
            trip = trip_of(smaller, rules=self.inquiry.rules, book=book, bounds=bounds)
            if block.vehicle in self._asked(trip, lambda promise: placing_on(self.inquiry.workday, trip, promise)):
                yield Relief(kind=ReliefKind.FEWER_SEATS, seats=lacking)


def without_seats(party: Party, seats: int) -> tuple[Passenger, ...]:
    """The passengers left when ``seats`` of those who take a seat stay behind, the last of the party first."""
    seated = [i for i, passenger in enumerate(party.passengers) if passenger.seat_kind is SeatKind.SEAT]
    staying = seated[max(0, len(seated) - seats) :]
    riding = [i for i in range(party.size) if i not in staying]
    place = {before: after for after, before in enumerate(riding)}
    return tuple(
        replace(party.passengers[i], companion_of=place.get(party.passengers[i].companion_of, ALONE)) for i in riding
    )


def _amount(block: Block, kind: RelaxationKind) -> int:
    """The least change of ``kind``; 0 when it does not help."""
    return next((r.amount for r in block.relaxations if r.kind is kind), 0)
