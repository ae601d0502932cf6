"""One random day at the desk: calls, changes, cancellations, moves, re-planning, stale answers and repeated calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random

from benchmarks.proof.hamlet import PLACES, SERVICE, found
from benchmarks.proof.history import history_faults
from benchmarks.proof.told import Told
from dispatch.booking.proposal import Offered
from dispatch.desk import Desk
from dispatch.model.actor import Actor, Channel, Role
from dispatch.model.errors import Conflict, OdekakeError, RuleRefused
from dispatch.model.offer import Offer
from dispatch.model.party import Aid, Party, Passenger
from dispatch.model.spot import SpotKind, SpotRef
from dispatch.model.times import ManualClock, to_moment
from dispatch.model.wish import NO_GUEST, TimeKind, WishForm
from dispatch.moves.move import Approval, Assign, Grade, Lock, Unlock
from dispatch.planning.outcome import Iterations, Spare
from dispatch.solver_bridge.travel import TravelBooks, straight_times
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.memory import MemoryStore

DAY = date(2026, 11, 24)
OPERATOR = Actor(id="operator", role=Role.OPERATOR)
RIDERS, VEHICLES = 20, 3
ACTS = 40
FROM_S, UNTIL_S = 8 * 3600 + 900, 16 * 3600

EXPECTED = frozenset(
    {
        "offer_taken", "offer_gone", "offer_expired", "request_closed", "already_cancelled", "trip_under_way",
        "others_would_wait", "move_changes_nothing", "move_needs_force", "move_needs_consent", "move_breaks_promises",
        "vehicle_overfull", "plan_impossible", "trip_over", "reservation_changed",
    }
)  # fmt: skip
"""Codes with which the desk may turn a call of such a day away."""


@dataclass(slots=True)
class RandomDay:
    """The desk, the dice, and all that has been said so far. Everything follows from ``seed``."""

    seed: int
    dice: Random = field(init=False)
    desk: Desk = field(init=False)
    clock: ManualClock = field(default_factory=ManualClock)
    told: Told = field(default_factory=Told)
    offers: list[Offer] = field(default_factory=list)
    booked: list[int] = field(default_factory=list)
    met: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)
        store = MemoryStore()
        found(store, vehicles=VEHICLES, riders=RIDERS)
        self.clock.set(to_moment(DAY, self.dice.choice([-6, 7, 9]) * 3600))
        self.desk = Desk(workplace=Workplace(store=store, clock=self.clock, travel=TravelBooks(straight_times)))

    def run(self) -> tuple[str, ...]:
        """Live through the day; everything that went wrong, in the order in which it was found."""
        acts: tuple[tuple[Callable[[], None], int], ...] = (
            (self.call, 12), (self.accept, 10), (self.accept_again, 2), (self.accept_stale, 3), (self.cancel, 4),
            (self.cancel_again, 1), (self.change, 2), (self.assign, 4), (self.lock_or_unlock, 2), (self.replan, 2),
            (self.improve, 2), (self.time_passes, 2),
        )  # fmt: skip
        kinds, weights = zip(*acts, strict=True)
        for number, act in enumerate(self.dice.choices(kinds, weights, k=ACTS)):
            try:
                act()
            except (Conflict, RuleRefused) as refused:
                self.met[refused.code] = self.met.get(refused.code, 0) + 1
                if refused.code not in EXPECTED:
                    return (f"act {number} ({act.__name__}) met {refused.code}",)
            except OdekakeError as error:
                if error.code not in EXPECTED:
                    return (f"act {number} ({act.__name__}) met {error.code}",)
            faults = tuple(f"after act {number} ({act.__name__}): {fault}" for fault in self._faults())
            if faults:
                return faults
        return history_faults(self.desk.store, SERVICE, DAY, self.told)

    def call(self) -> None:
        """Somebody asks; the offers are kept, to be accepted now, later or never."""
        answer = self.desk.propose(form=self._wish(f"R{self.dice.randrange(RIDERS)}"))
        if isinstance(answer, Offered):
            self.offers.extend(answer.offers)

    def accept(self) -> None:
        """One of the newest offers."""
        if self.offers:
            self._accept(self.dice.choice(self.offers[-3:]))

    def accept_stale(self) -> None:
        """Any offer ever made: the day has moved on since."""
        if self.offers:
            self._accept(self.dice.choice(self.offers))

    def accept_again(self) -> None:
        """The answer got lost, the client repeats the call: nothing is booked twice."""
        if self.told.accepted:
            offer_id = self.dice.choice(sorted(self.told.accepted))
            self._accept(self.desk.store.offer(offer_id))

    def cancel(self) -> None:
        if self.booked:
            number = self.dice.choice(self.booked)
            self.desk.cancel(reservation_id=number, actor=OPERATOR, reason="")
            self.booked.remove(number)
            self.told.cancel(number)

    def cancel_again(self) -> None:
        for number in sorted(self.told.cancelled)[:1]:
            self.desk.cancel(reservation_id=number, actor=OPERATOR, reason="")

    def change(self) -> None:
        """Another time for a trip that is booked: the first offer is taken, or all are kept while others change it."""
        if not self.booked:
            return
        old = self.desk.store.reservation(self.dice.choice(self.booked))
        answer = self.desk.propose_change(reservation_id=old.id, form=self._wish(old.rider_id))
        if isinstance(answer, Offered) and self.dice.random() < 0.5:
            self._accept(answer.offers[0])
        elif isinstance(answer, Offered):
            self.offers.extend(answer.offers)

    def assign(self) -> None:
        if self.booked:
            number = self.dice.choice(self.booked)
            shift_id, grade = f"S{self.dice.randrange(VEHICLES)}", self.dice.choice(list(Grade))
            approval = Approval(force=self.dice.random() < 0.5, consent=self.dice.choice(["", "rider"]))
            trial = self.desk.make_move(
                service_id=SERVICE,
                day=DAY,
                move=Assign(reservation_id=number, shift_id=shift_id, grade=grade),
                actor=OPERATOR,
                approval=approval,
            )
            for promise in trial.promise:  # with the rider's consent
                self.told.promised[number] = promise

    def lock_or_unlock(self) -> None:
        if self.booked:
            number = self.dice.choice(self.booked)
            move = Lock(reservation_id=number) if self.dice.random() < 0.5 else Unlock(reservation_id=number)
            self.desk.make_move(service_id=SERVICE, day=DAY, move=move, actor=OPERATOR)

    def replan(self) -> None:
        effort = Iterations(value=self.dice.randrange(1, 40))
        self.desk.replan(service_id=SERVICE, day=DAY, actor=OPERATOR, effort=effort)

    def improve(self) -> None:
        """As the worker does between events."""
        bound = Iterations(value=self.dice.randrange(1, 40))
        effort = Spare(bound=bound, seed=self.dice.randrange(100), wanted=lambda: False)
        self.desk.replan(service_id=SERVICE, day=DAY, actor=OPERATOR, effort=effort)

    def time_passes(self) -> None:
        self.clock.advance(seconds=self.dice.choice([300, 1200, 3600]))

    def _accept(self, offer: Offer) -> None:
        reservation = self.desk.accept(offer_id=offer.id, actor=OPERATOR, overlap_confirmed=True)
        if reservation.id not in self.booked:
            self.booked.append(reservation.id)
        self.told.promise(reservation.id, reservation.promise, offer_id=offer.id)

    def _faults(self) -> Iterator[str]:
        yield from (finding.text for finding in self.desk.check(service_id=SERVICE, day=DAY))
        state = self.desk.day_state(service_id=SERVICE, day=DAY)
        if {trip.id: trip.promise for trip in state.reservations} != {n: self.told.promised[n] for n in self.booked}:
            yield "the promises of the day are not those that were given"

    def _wish(self, rider_id: str) -> WishForm:
        origin, destination = self.dice.sample(PLACES, 2)
        home = self.dice.random() < 0.5
        return WishForm(
            service_id=SERVICE,
            date=DAY,
            rider_id=rider_id,
            guest=NO_GUEST,
            origin=SpotRef(kind=SpotKind.RIDER_PLACE, id=f"{rider_id}-home") if home else _place(origin),
            destination=_place(destination),
            time_kind=self.dice.choice([TimeKind.DEPART_AFTER, TimeKind.ARRIVE_BY]),
            time_s=self.dice.randrange(FROM_S, UNTIL_S, 300),
            party=self._party(),
            channel=Channel.PHONE,
            actor=OPERATOR,
            overlap_confirmed=True,
        )

    def _party(self) -> Party:
        aid = self.dice.choice([Aid.NONE, Aid.NONE, Aid.NONE, Aid.RAMP_WHEELCHAIR])
        return Party(passengers=(Passenger(aid=aid), *(Passenger(),) * self.dice.choice([0, 0, 0, 1, 3])))


def _place(place_id: str) -> SpotRef:
    return SpotRef(kind=SpotKind.PLACE, id=place_id)
