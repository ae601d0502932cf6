"""The façade: one method per use case, no logic. Programs outside the business talk to nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from dispatch.audit.replay import Rebuilt, replay
from dispatch.audit.verify import Verified, verify
from dispatch.booking.accept import accept
from dispatch.booking.accept_pair import accept_pair
from dispatch.booking.again import offers_again, pairs_again
from dispatch.booking.closing import abandon, request_now, requests_now
from dispatch.booking.hold import hold, release
from dispatch.booking.hold_pair import HeldPair, hold_pair
from dispatch.booking.intake_file import CallFile, CallsTaken, take_file
from dispatch.booking.pairs import propose_pair
from dispatch.booking.proposal import BookedPair, PairProposal, Proposal
from dispatch.booking.propose import propose, propose_instead
from dispatch.booking.release import cancel
from dispatch.booking.series import SeriesBooked, add_series, book_date, book_series, change_series
from dispatch.booking.will_call import Awaited, activate, await_call
from dispatch.booking.will_call import Call as WaitingCall
from dispatch.catalogue import Catalogue, IfTaken
from dispatch.errands import Errands
from dispatch.model.actor import Actor
from dispatch.model.catalog import (
    Place,
    PlaceCreate,
    Rider,
    RiderCreate,
    RiderPlace,
    RiderPlaceCreate,
    Shift,
    ShiftCreate,
    Vehicle,
    VehicleCreate,
)
from dispatch.model.day_state import DayState
from dispatch.model.errand import Claim
from dispatch.model.hold import Hold
from dispatch.model.offer import Offer, OfferPair
from dispatch.model.outage import Outage
from dispatch.model.plan import Plan
from dispatch.model.promise import BreachCause
from dispatch.model.reservation import Reservation
from dispatch.model.road import RoadChange
from dispatch.model.rules import ServiceRules
from dispatch.model.series import Series, SeriesDate
from dispatch.model.times import Clock
from dispatch.model.wish import PairForm, Request, WishForm
from dispatch.moves.lifting import lift
from dispatch.moves.making import make_move, try_move
from dispatch.moves.move import NO_APPROVAL, Approval, Move, Trial
from dispatch.moves.road_works import RoadTrial, RoadWork, lift_road_work, make_road_work, try_road_work
from dispatch.moves.withdrawal import NOTHING_ACCEPTED, Accepted, Withdrawal, WithdrawalTrial
from dispatch.moves.withdrawing import try_withdrawal, withdraw
from dispatch.planning.judge import judge
from dispatch.planning.outcome import BY_RULES, Aside, Effort, Finding, PlanOutcome, here
from dispatch.planning.replan import replan
from dispatch.planning.worker import Ending, Worker
from dispatch.privacy import Erased, erase_expired, expired
from dispatch.progress.alerts import Alert, alerts
from dispatch.progress.breach import declare_breaches
from dispatch.progress.promises import Entry, ledger
from dispatch.progress.record import record
from dispatch.progress.reports import Batch, Receipt
from dispatch.refusals import RefusalFigures, count_refusals
from dispatch.rulebook import RulesLoaded, put_in_force
from dispatch.solver_bridge.lateness import Lateness
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.csv_io import CsvKind, ImportReport, export_csv
from dispatch.store.protocol import Store
from maps.travel_times.protocol import TravelTimes


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything the service does. `dispatch.bootstrap` wires one; it may be shared by threads."""

    workplace: Workplace

    @property
    def store(self) -> Store:
        """Read access: lists, search, catalogue."""
        return self.workplace.store

    @property
    def clock(self) -> Clock:
        return self.workplace.clock

    @property
    def errands(self) -> Errands:
        """Calls that may arrive twice: begun once, answered the same each time."""
        return Errands(workplace=self.workplace)

    def on_errand(self, claim: Claim) -> Desk:
        """The same desk, working on one keyed call: it finds again what an earlier attempt of the call has done."""
        return Desk(workplace=self.workplace.on_errand(claim))

    def propose(self, *, form: WishForm) -> Proposal:
        """Offers for a wish, or why there is none. Raises InvalidInput, NotFound, Conflict."""
        return propose(self.workplace, form)

    def propose_pair(self, *, form: PairForm) -> PairProposal:
        """Outbound and return together: pairs of offers, or which leg cannot be had. Raises as `propose`."""
        return propose_pair(self.workplace, form)

    def accept_pair(self, *, offer_id: int, actor: Actor, overlap_confirmed: bool = False) -> BookedPair:
        """Turn a pair of offers into two linked reservations, both or neither. Raises NotFound, Conflict."""
        return accept_pair(self.workplace, offer_id=offer_id, actor=actor, overlap_confirmed=overlap_confirmed)

    def pairs_again(self, *, offer_id: int, actor: Actor) -> tuple[OfferPair, ...]:
        """Fresh pairs for a pair that can no longer be accepted; none when there is no room."""
        return pairs_again(self.workplace, offer_id=offer_id, actor=actor)

    def await_call(self, *, form: WishForm) -> Awaited:
        """Book a trip without a time, or why that cannot be. Raises as `propose`."""
        return await_call(self.workplace, form)

    def activate(self, *, call: WaitingCall) -> Proposal:
        """Offers from now on for a trip that waits for its call; one is accepted like a change. Raises Conflict."""
        return activate(self.workplace, call)

    def add_series(self, *, series: Series, actor: Actor) -> Series:
        """Keep the weekly template of a recurring trip. Raises NotFound, InvalidInput, Conflict."""
        return add_series(self.workplace, series, actor=actor)

    def change_series(self, *, series: Series, actor: Actor) -> Series:
        """Put another template in its place; what is booked stays. Raises NotFound, InvalidInput, Conflict."""
        return change_series(self.workplace, series, actor=actor)

    def book_series(self, *, service_id: str, actor: Actor) -> SeriesBooked:
        """Book the dates of recurring trips that the horizon has reached; twice does nothing twice. Raises NotFound."""
        return book_series(self.workplace, service_id=service_id, actor=actor)

    def book_date(self, *, series_id: int, day: date, actor: Actor) -> SeriesDate:
        """Book one date of a recurring trip, also one refused before. Raises NotFound, InvalidInput, Conflict."""
        return book_date(self.workplace, series_id=series_id, day=day, actor=actor)

    def offers_again(self, *, offer_id: int, actor: Actor) -> tuple[Offer, ...]:
        """Fresh offers for the request of an offer that can no longer be accepted; none when there is no room."""
        return offers_again(self.workplace, offer_id=offer_id, actor=actor)

    def hold(self, *, offer_id: int, actor: Actor) -> Hold:
        """Keep an offer for its caller for a few minutes. Raises NotFound, Conflict."""
        return hold(self.workplace, offer_id=offer_id, actor=actor)

    def hold_pair(self, *, offer_id: int, actor: Actor) -> HeldPair:
        """Keep both legs of a pair for their caller for a few minutes. Raises NotFound, Conflict."""
        return hold_pair(self.workplace, offer_id=offer_id, actor=actor)

    def release(self, *, offer_id: int, actor: Actor) -> None:
        """Give a held offer up before it expires, a pair whole. Raises NotFound, Conflict."""
        release(self.workplace, offer_id=offer_id, actor=actor)

    def accept(self, *, offer_id: int, actor: Actor, overlap_confirmed: bool = False) -> Reservation:
        """Turn an offer into a reservation (and perform the change when it is one). Raises NotFound, Conflict."""
        return accept(self.workplace, offer_id=offer_id, actor=actor, overlap_confirmed=overlap_confirmed)

    def propose_change(self, *, reservation_id: int, form: WishForm) -> Proposal:
        """Offers that would replace a reservation; the old promise holds until one is accepted."""
        return propose_instead(self.workplace, form, reservation_id=reservation_id)

    def cancel(self, *, reservation_id: int, actor: Actor, reason: str) -> Reservation:
        """Release a reservation. Raises NotFound, Conflict, RuleRefused."""
        return cancel(self.workplace, reservation_id=reservation_id, actor=actor, reason=reason)

    def abandon(self, *, request_id: int, actor: Actor) -> Request:
        """The caller wants none of the offers."""
        return abandon(self.workplace, request_id=request_id, actor=actor)

    def request(self, *, request_id: int) -> Request:
        """A request as it stands now: one whose offers have all expired reads as expired. Raises NotFound."""
        return request_now(self.workplace, request_id)

    def requests(self, *, service_id: str, day: date) -> tuple[Request, ...]:
        """Everything asked for a day, each as `request` reads it."""
        return requests_now(self.workplace, service_id, day)

    def refusals(self, *, service_id: str, first: date, last: date) -> RefusalFigures:
        """Requests counted by outcome, refusals by reason. Raises NotFound, InvalidInput."""
        return count_refusals(self.workplace, service_id=service_id, first=first, last=last)

    def take_requests(self, *, file: CallFile, after_each: Callable[[int, int], None]) -> CallsTaken:
        """Take a file of requests like calls, whole or not at all. Raises ImportInvalid."""
        return take_file(self.workplace, file, after_each=after_each)

    def replan(self, *, service_id: str, day: date, actor: Actor, effort: Effort = BY_RULES) -> PlanOutcome:
        """Look for a better plan under all promises and publish it when it is better."""
        return replan(self.workplace, service_id=service_id, day=day, actor=actor, effort=effort)

    def try_move(self, *, service_id: str, day: date, move: Move) -> Trial:
        """What a move by hand would do and what stands against it; nothing is changed."""
        return try_move(self.workplace, service_id=service_id, day=day, move=move)

    def make_move(
        self, *, service_id: str, day: date, move: Move, actor: Actor, approval: Approval = NO_APPROVAL
    ) -> Trial:
        """Make a move by hand, once all it needs is approved. Raises NotFound, Conflict, RuleRefused."""
        return make_move(self.workplace, service_id=service_id, day=day, move=move, actor=actor, approval=approval)

    def try_withdrawal(self, *, service_id: str, day: date, asked: Withdrawal, actor: Actor) -> WithdrawalTrial:
        """What taking a vehicle off the road would do; nothing is changed."""
        return try_withdrawal(self.workplace, service_id=service_id, day=day, asked=asked, actor=actor)

    def withdraw(
        self, *, service_id: str, day: date, asked: Withdrawal, actor: Actor, accepted: Accepted = NOTHING_ACCEPTED
    ) -> WithdrawalTrial:
        """Take a vehicle off the road, once all that costs is accepted. Raises NotFound, Conflict, RuleRefused."""
        return withdraw(self.workplace, service_id=service_id, day=day, asked=asked, actor=actor, accepted=accepted)

    def lift(self, *, service_id: str, day: date, number: int, actor: Actor) -> Outage:
        """Put a vehicle back on the road. Raises NotFound, Conflict, RuleRefused, PlanRejected."""
        return lift(self.workplace, service_id=service_id, day=day, number=number, actor=actor)

    def try_road_work(self, *, service_id: str, day: date, asked: RoadWork, actor: Actor) -> RoadTrial:
        """What closing a road, or slowing hours down, would do; nothing is changed."""
        return try_road_work(self.workplace, service_id=service_id, day=day, asked=asked, actor=actor)

    def make_road_work(
        self, *, service_id: str, day: date, asked: RoadWork, actor: Actor, accepted: Accepted = NOTHING_ACCEPTED
    ) -> RoadTrial:
        """Change the roads of a day, once the breaches are accepted. Raises InvalidInput, RuleRefused, Conflict."""
        return make_road_work(
            self.workplace, service_id=service_id, day=day, asked=asked, actor=actor, accepted=accepted
        )

    def lift_road_work(self, *, service_id: str, day: date, number: int, actor: Actor) -> RoadChange:
        """Let the roads be as usual again. Raises NotFound, Conflict, PlanRejected."""
        return lift_road_work(self.workplace, service_id=service_id, day=day, number=number, actor=actor)

    def worker(self, *, owner: str, ending: Ending, aside: Aside = here) -> Worker:
        """Who improves plans between events, until ``ending``; ``owner`` is its name among others."""
        return Worker(self.workplace, owner=owner, ending=ending, aside=aside)

    def expired(self, *, service_id: str) -> Erased:
        """What `erase_expired` would erase, only counted. Raises NotFound."""
        return expired(self.workplace, service_id=service_id)

    def erase_expired(self, *, service_id: str, actor: Actor) -> Erased:
        """Erase the personal data whose retention is over. Raises NotFound, Conflict."""
        return erase_expired(self.workplace, service_id=service_id, actor=actor)

    def load_rules(self, *, service_id: str, rules: ServiceRules, actor: Actor) -> RulesLoaded:
        """Put service rules in force. Raises NotFound, RuleRefused, Conflict."""
        return put_in_force(self.workplace, service_id=service_id, rules=rules, actor=actor)

    def report(self, *, batch: Batch, actor: Actor) -> tuple[Receipt, ...]:
        """Take reports from the road; what became of each. Raises NotFound, Conflict."""
        return record(self.workplace, batch, actor=actor)

    def promises(self, *, service_id: str, day: date) -> tuple[Entry, ...]:
        """The ledger of a day: promised, scheduled, estimated, actual. Raises NotFound."""
        return ledger(self.workplace, service_id=service_id, day=day)

    def alerts(self, *, service_id: str, day: date) -> tuple[Alert, ...]:
        """The promises at risk and what can be done. Raises NotFound."""
        return alerts(self.workplace, service_id=service_id, day=day)

    def verify_journal(self, *, service_id: str, day: date) -> Verified:
        """Do journal and tables of a day agree? Raises NotFound."""
        return verify(self.store, service_id=service_id, day=day)

    def replay_journal(self, *, service_id: str, day: date) -> tuple[Rebuilt, ...]:
        """Every plan version of a day built again. Raises NotFound."""
        return replay(self.store, service_id=service_id, day=day)

    def declare_breaches(self, *, service_id: str, day: date, actor: Actor, cause: BreachCause) -> tuple[Lateness, ...]:
        """Declare the promises that have become impossible, with the least lateness. Raises Conflict, PlanRejected."""
        return declare_breaches(self.workplace, service_id=service_id, day=day, actor=actor, cause=cause)

    def plan(self, *, service_id: str, day: date) -> Plan:
        return self.day_state(service_id=service_id, day=day).plan

    def check(self, *, service_id: str, day: date) -> tuple[Finding, ...]:
        """The independent checker's word on the stored plan; empty when all is well."""
        return judge(self.workplace, service_id=service_id, day=day)

    def day_state(self, *, service_id: str, day: date) -> DayState:
        return self.store.day_state(service_id, day)

    def travel_times(self, *, service_id: str, day: date) -> TravelTimes:
        return self.workplace.travel.times(self.store.rules(service_id, day))

    def save_place(
        self, *, service_id: str, place: PlaceCreate, actor: Actor, if_taken: IfTaken = IfTaken.REPLACED
    ) -> Place:
        return self._catalogue(service_id, actor).save_place(place, if_taken)

    def remove_place(self, *, service_id: str, place_id: str, actor: Actor) -> None:
        self._catalogue(service_id, actor).remove_place(place_id)

    def save_rider(
        self, *, service_id: str, rider: RiderCreate, actor: Actor, if_taken: IfTaken = IfTaken.REPLACED
    ) -> Rider:
        return self._catalogue(service_id, actor).save_rider(rider, if_taken)

    def remove_rider(self, *, service_id: str, rider_id: str, actor: Actor) -> None:
        self._catalogue(service_id, actor).remove_rider(rider_id)

    def save_rider_place(
        self, *, service_id: str, rider_place: RiderPlaceCreate, actor: Actor, if_taken: IfTaken = IfTaken.REPLACED
    ) -> RiderPlace:
        return self._catalogue(service_id, actor).save_rider_place(rider_place, if_taken)

    def remove_rider_place(self, *, service_id: str, rider_place_id: str, actor: Actor) -> None:
        self._catalogue(service_id, actor).remove_rider_place(rider_place_id)

    def save_vehicle(
        self, *, service_id: str, vehicle: VehicleCreate, actor: Actor, if_taken: IfTaken = IfTaken.REPLACED
    ) -> Vehicle:
        return self._catalogue(service_id, actor).save_vehicle(vehicle, if_taken)

    def remove_vehicle(self, *, service_id: str, vehicle_id: str, actor: Actor) -> None:
        self._catalogue(service_id, actor).remove_vehicle(vehicle_id)

    def save_shift(
        self, *, service_id: str, shift: ShiftCreate, actor: Actor, if_taken: IfTaken = IfTaken.REPLACED
    ) -> Shift:
        return self._catalogue(service_id, actor).save_shift(shift, if_taken)

    def remove_shift(self, *, service_id: str, shift_id: str, actor: Actor) -> None:
        self._catalogue(service_id, actor).remove_shift(shift_id)

    def import_csv(self, *, service_id: str, kind: CsvKind, data: bytes, skip_bad: bool, actor: Actor) -> ImportReport:
        """Take a file of the catalogue in, all or nothing. Raises ImportInvalid, RuleRefused, Conflict."""
        return self._catalogue(service_id, actor).import_csv(kind=kind, data=data, skip_bad=skip_bad)

    def export_csv(self, *, service_id: str, kind: CsvKind) -> str:
        """One kind of the catalogue as the text of a file."""
        return export_csv(self.store, service_id=service_id, kind=kind)

    def _catalogue(self, service_id: str, actor: Actor) -> Catalogue:
        self.store.service(service_id)
        return Catalogue(workplace=self.workplace, service_id=service_id, actor=actor)
