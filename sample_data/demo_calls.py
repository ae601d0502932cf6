"""Taking the calls for the demo day at the desk: each wish is proposed at the moment it was made, then accepted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from dispatch.booking.proposal import Offered
from dispatch.desk import Desk
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.times import ManualClock
from sample_data.demo import DESK_ACTOR, DemoWish
from sample_data.demo_log import CallLog, CallsTaken

CANCEL_REASON = "体調"


class CallTaker:
    """Takes the calls for ``day``; what an earlier, interrupted load has done is found again by its call ids.

    ``clock`` is the clock of ``desk``: it is moved to the moment of each call.
    """

    def __init__(self, desk: Desk, clock: ManualClock, *, day: date) -> None:
        self._desk, self._clock = desk, clock
        log = CallLog.read(desk.store, day)
        self._answered, self._reservations = log.answered, dict(log.reservations)

    def take(self, wishes: tuple[DemoWish, ...], *, after_each: Callable[[], None]) -> CallsTaken:
        """Take all calls in order, then those of riders who cancel; ``after_each`` call, progress can be shown."""
        now = self._clock.now()
        for wish in wishes:
            if wish.form.call_id not in self._answered:
                self._clock.set(wish.asked_at)
                self._take_one(wish)
            after_each()
        self._clock.set(now)
        cancelled = sum(self._cancel(wish) for wish in wishes if wish.cancelled)
        booked = sum(wish.form.call_id in self._reservations for wish in wishes)
        return CallsTaken(booked=booked, refused=len(wishes) - booked, cancelled=cancelled)

    def _take_one(self, wish: DemoWish) -> None:
        """Book the first offer; a return is not asked for when its outbound ride was refused."""
        form = wish.form
        if wish.linked_call_id:
            if wish.linked_call_id not in self._reservations:
                return
            form = replace(form, linked_to=self._reservations[wish.linked_call_id].id)
        proposal = self._desk.propose(form=form)
        if isinstance(proposal, Offered):
            best = proposal.offers[0]
            self._reservations[form.call_id] = self._desk.accept(offer_id=best.id, actor=form.actor)

    def _cancel(self, wish: DemoWish) -> bool:
        reservation = self._reservations.get(wish.form.call_id)
        if reservation is None:
            return False
        if self._is_booked(reservation):
            self._desk.cancel(reservation_id=reservation.id, actor=DESK_ACTOR, reason=CANCEL_REASON)
        return True

    def _is_booked(self, reservation: Reservation) -> bool:
        return self._desk.store.reservation(reservation.id).state is ReservationState.BOOKED
