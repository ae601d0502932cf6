"""What the business asks of storage. SQL and in-memory stores keep the same contract (one shared test suite).

Reading returns frozen nouns, never a session or a lazy row. Writing happens in one unit of work: the state and the
journal row are written together, under the day's version number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol, TypeAlias

from dispatch.model.catalog import Place, Rider, RiderPlace, Service, Shift, Vehicle
from dispatch.model.day_state import DayState
from dispatch.model.errand import Claim, Errand, ErrandKey, Made
from dispatch.model.hold import Hold
from dispatch.model.journal import JournalChain, JournalEntry
from dispatch.model.offer import Offer, Refusal
from dispatch.model.outage import Outage
from dispatch.model.plan import Plan
from dispatch.model.reservation import Reservation
from dispatch.model.road import RoadChange
from dispatch.model.rules import ServiceRules
from dispatch.model.stop_event import StopEvent
from dispatch.model.wish import NO_ID, Guest, Outcome, Request, Wish
from dispatch.store.catalog_reads import CatalogReads, RowReads
from dispatch.store.foreseen import Foreseen
from dispatch.store.series import SeriesReads, SeriesWork
from dispatch.store.stamp import ANY_CATALOG, DayStamp
from dispatch.store.tells import Tells

EditableRow: TypeAlias = Place | Rider | RiderPlace | Vehicle | Shift
"""What people edit: all of the catalogue but the services themselves."""

CatalogRow: TypeAlias = Service | EditableRow


class UnitOfWork(SeriesWork, Protocol):
    """One write transaction. Leaving the block commits; an exception rolls everything back."""

    @property
    def made(self) -> tuple[Made, ...]:
        """Requests, reservations, plans and catalogue rows written so far by this unit of work, in order."""
        ...

    def add_request(self, wish: Wish, *, asked_at: datetime, outcome: Outcome, code: str = "") -> Request: ...

    def save_refusal(self, refusal: Refusal) -> None:
        """Keep the answer to a refused request with it. Raises NotFound ``unknown_request``."""
        ...

    def set_outcome(self, request_id: int, *, outcome: Outcome, code: str = "", at: datetime) -> None:
        """Say what became of a request. Raises NotFound ``unknown_request``."""
        ...

    def add_offers(self, offers: Sequence[Offer]) -> tuple[Offer, ...]:
        """Store offers (their ``id`` is ignored); returns them with the ids given."""
        ...

    def replace_offer(self, offer: Offer) -> None:
        """Overwrite the offer of the same id. Raises NotFound ``unknown_offer``."""
        ...

    def save_hold(self, hold: Hold) -> None:
        """Hold an offer; each request has one hold at most. Raises NotFound ``unknown_request``."""
        ...

    def remove_hold(self, request_id: int) -> None:
        """End the hold of a request; when it has none, that is no error."""
        ...

    def sweep_holds(self, *, before: datetime) -> None:
        """Forget the holds of all services that expired before a moment."""
        ...

    def claim_day(
        self, service_id: str, day: date, *, expected_version: int, catalog_version: int = ANY_CATALOG
    ) -> int:
        """Compare-and-set: move the day from ``expected_version`` to the next number and return that.

        Editing shifts, places and rules leaves the version of a day that nobody has booked as it is: for a plan, which
        is made for them, ``catalog_version`` is compared, too. Changes of this unit of work do not count.

        Raises
        ------
        Conflict
            ``day_changed`` when the day is at another version, or the catalogue and the rules are.
        """
        ...

    def add_reservation(self, reservation: Reservation, *, offer_id: int = NO_ID) -> Reservation:
        """Store a new reservation (its ``id`` is ignored). An offer can be accepted once; a trip that waits has none.

        Raises
        ------
        Conflict
            ``offer_taken`` when the offer has already become a reservation.
        NotFound
            ``unknown_offer``.
        """
        ...

    def replace_reservation(self, reservation: Reservation, *, offer_id: int = NO_ID) -> None:
        """Overwrite the reservation of the same id (state, promise, lock …).

        ``offer_id`` is the offer accepted by this change; it can be accepted once, as in `add_reservation`.

        Raises
        ------
        Conflict
            ``offer_taken``.
        NotFound
            ``unknown_reservation``, ``unknown_offer``.
        """
        ...

    def take_lease(self, service_id: str, day: date, *, owner: str, now: datetime, until: datetime) -> bool:
        """Compare-and-set: whether the work of re-planning a day is ``owner``'s until ``until``.

        It is when nobody has it, when it already is ``owner``'s (who so renews it), or when the other's had run out
        before ``now``.
        """
        ...

    def give_back_lease(self, service_id: str, day: date, *, owner: str) -> None:
        """Let others have the day at once; nothing happens when it is not ``owner``'s."""
        ...

    def save_road(self, change: RoadChange) -> None:
        """Insert a change of the roads of a day, or overwrite that of the same number."""
        ...

    def save_outage(self, outage: Outage) -> None:
        """Insert an outage of a day, or overwrite that of the same number."""
        ...

    def publish_plan(self, plan: Plan) -> None:
        """Store the plan as the day's current one. Routes are stored once per content digest.

        Raises
        ------
        PlanRejected
            ``plan_violations`` when ``plan.proof`` names one; ``plan_not_claimed`` when its version is not the one
            claimed in this unit of work; ``plan_digest_wrong`` when its digest is not that of its routes.
        """
        ...

    def add_events(self, events: Sequence[StopEvent]) -> None:
        """Append reports from the road to their days.

        Raises
        ------
        Conflict
            ``event_repeated`` when an id has been used on that day before.
        """
        ...

    def erase_positions(self, service_id: str, day: date) -> int:
        """Forget where the reports of a day were tapped; how many of them still said it."""
        ...

    def journal(self, entry: JournalEntry) -> None:
        """Append to the hash-chained journal of the day: ids and digests only, nothing personal.

        Digests of the reservations and of the plan of that day written so far are added (`dispatch.store.written`).
        """
        ...

    def save_guest(self, request_id: int, guest: Guest) -> None:
        """Keep a guest's name and phone apart from the request, so that they can be erased."""
        ...

    def forget_guest(self, request_id: int) -> bool:
        """Erase the contact of the guest who made a request; whether there was one."""
        ...

    def replace_request(self, request: Request) -> None:
        """Overwrite the wish and the outcome's code of the request of the same id; outcome and times stay.

        Raises
        ------
        NotFound
            ``unknown_request``.
        """
        ...

    def move_vouchers(self, *, service_id: str, rider_id: str, change: int, reservation_id: int, at: datetime) -> None:
        """Append to the voucher ledger (negative = used).

        Raises
        ------
        Conflict
            ``vouchers_changed`` when the rider has fewer than are used, those moved in this unit of work included.
        """
        ...

    def save(self, row: CatalogRow) -> None:
        """Insert or overwrite a catalogue row. The row is copied: changing it later changes nothing stored."""
        ...

    def insert(self, row: EditableRow) -> None:
        """Insert a catalogue row under an id that is still free; the row is copied.

        Raises
        ------
        Conflict
            ``already_exists`` when the id is in use, also by a row of this unit of work.
        """
        ...

    def remove(self, row: EditableRow) -> None:
        """Delete a catalogue row; one that does not exist is no error. Whether it is still needed is not asked here."""
        ...

    def save_rules(self, service_id: str, rules: ServiceRules) -> None:
        """Insert the rules, or overwrite those with the same effective date."""
        ...

    def errand(self, key: ErrandKey) -> tuple[Errand, ...]:
        """The errand under a key, if there is one."""
        ...

    def save_errand(self, errand: Errand) -> None:
        """Insert an errand, or overwrite that of the same key."""
        ...

    def sweep_errands(self, *, before: datetime) -> None:
        """Forget the errands of all services that were to be kept until a moment earlier than ``before``."""
        ...


class Store(SeriesReads, CatalogReads, Tells, Protocol):
    """Reading, and opening a unit of work.

    Each call reads one consistent, committed state; the writes of a unit of work still open are not seen, also not
    by who makes them. Something named that does not exist raises NotFound ``unknown_<noun>``; a database server that
    cannot be reached, SetupError ``database_unreachable``.
    """

    def writing(self, *, lasting: bool = True) -> AbstractContextManager[UnitOfWork]:
        """One write transaction at a time; units of work do not nest.

        What is not ``lasting`` may be taken back by a power cut (never by the end of the process), for work on which
        nobody relies yet: then it need not wait for the disk. No unit of work survives without those before it.

        Raises
        ------
        Conflict
            ``database_busy`` when others keep the database occupied for longer than the busy timeout.
        """
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """The reads of this thread in the block may all see the moment of the first of them, until the block writes.

        For one look at a day; whoever waits for others to write begins another one.
        """
        ...

    def foresee(self, foreseen: Foreseen) -> None:
        """Say what this snapshot is going to read. It may still read other things, and need not read these."""
        ...

    def turn(self, service_id: str, day: date) -> AbstractContextManager[None]:
        """Wait until nobody else on this database has the turn at a day, in whatever process; give it back at the end.

        Versions keep those apart who change a day; a turn only keeps them from working in vain. So whoever has waited
        for some seconds goes on without, and a database that only one server process uses need not know of turns.
        """
        ...

    def on_errand(self, claim: Claim) -> Store:
        """The same store for the work of one keyed call.

        Each of its units of work writes what it made into the errand as its last statement, and is rolled back
        with Conflict ``call_overtaken`` when ``claim`` is no longer the errand's latest attempt.
        """
        ...

    def day_version(self, service_id: str, day: date) -> int:
        """The day's version number: one cheap read, 0 for a day nobody has touched."""
        ...

    def day_versions(self, service_id: str, *, since: date) -> tuple[tuple[date, int], ...]:
        """The days from ``since`` on that anybody has touched, in order, each with its version: one cheap read."""
        ...

    def stamp(self, service_id: str, day: date) -> DayStamp:
        """Both version numbers a day state depends on, in one cheap read."""
        ...

    def day_state(self, service_id: str, day: date) -> DayState:
        """The day, frozen at its present version; the same object again while nothing has changed.

        Raises
        ------
        NotFound
            ``no_rules``; ``unknown_place`` or ``unknown_vehicle`` when a shift names one that is missing.
        """
        ...

    def rules(self, service_id: str, day: date) -> ServiceRules:
        """The rules in force on ``day``. Raises NotFound ``no_rules``."""
        ...

    def request(self, request_id: int) -> Request: ...

    def request_of_offer(self, offer_id: int) -> Request:
        """The request that an offer answers. Raises NotFound ``unknown_offer``."""
        ...

    def requests(self, service_id: str, day: date) -> tuple[Request, ...]: ...

    def requests_of_rider(
        self, service_id: str, rider_id: str, day: date, *, outcome: Outcome, code: str
    ) -> tuple[Request, ...]:
        """Of what the rider asked for on that day all that has come to ``outcome`` with ``code``, ordered by id."""
        ...

    def offered_until(self, service_id: str, day: date) -> Mapping[int, datetime]:
        """When the last offer of each request of a day expires, by request; those without an offer are left out."""
        ...

    def refusal(self, request_id: int) -> tuple[Refusal, ...]:
        """The answer to a refused request; none for other requests, and for those of before refusals were kept."""
        ...

    def days_asked_for(self, service_id: str, *, before: date) -> tuple[date, ...]:
        """The days earlier than ``before`` for which anybody has ever asked for a trip, in order."""
        ...

    def riders_since(self, service_id: str, day: date) -> frozenset[str]:
        """Ids of the riders who asked for a trip on ``day`` or a later one."""
        ...

    def guest(self, request_id: int) -> Guest:
        """The guest who made the request. Raises NotFound ``unknown_guest`` (also after erasure)."""
        ...

    def offer(self, offer_id: int) -> Offer: ...

    def offers(self, request_id: int) -> tuple[Offer, ...]: ...

    def reservation(self, reservation_id: int) -> Reservation: ...

    def reservations(self, service_id: str, day: date) -> tuple[Reservation, ...]:
        """All of the day, also the cancelled, ordered by id."""
        ...

    def reservations_of_rider(self, service_id: str, rider_id: str, day: date) -> tuple[Reservation, ...]:
        """All of the rider on that day, also the cancelled, ordered by id."""
        ...

    def plan(self, service_id: str, day: date, version: int) -> Plan:
        """A stored plan version of a day. Raises NotFound ``unknown_plan``."""
        ...

    def events(self, service_id: str, day: date) -> tuple[StopEvent, ...]:
        """The reports of a day in the order of receiving."""
        ...

    def outages(self, service_id: str, day: date) -> tuple[Outage, ...]:
        """The vehicles that left the road on a day, the lifted ones included, by number."""
        ...

    def roads(self, service_id: str, day: date) -> tuple[RoadChange, ...]:
        """The changes of the roads of a day, the lifted ones included, by number."""
        ...

    def plan_versions(self, service_id: str, day: date) -> tuple[int, ...]:
        """The versions of the plan of a day that are stored, in order; the empty plan is not."""
        ...

    def journal(self, service_id: str, day: date) -> JournalChain:
        """The journal of a day (no records for a day nobody has touched)."""
        ...

    def voucher_balance(self, service_id: str, rider_id: str) -> int:
        """Sum of the rider's voucher ledger."""
        ...

    def catalog_version(self, service_id: str) -> int:
        """A number that moves with every change of the catalogue or the rules (key of caches)."""
        ...

    def catalog_at(self, service_id: str, *, version: int) -> RowReads:
        """The rows of the catalogue as known at ``version`` or later, each read once however often it is asked for.

        For who works on a day state of that catalogue version: what it writes is claimed with the version, so that a
        row that has changed meanwhile is noticed then.
        """
        ...
