"""What has become of the calls for the demo day, as the store knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.wish import Outcome
from dispatch.store.protocol import Store
from sample_data.demo import DemoWish
from sample_data.tables import SERVICE_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsTaken:
    """What came of the calls: how many led to a reservation, were refused, or were taken back later."""

    booked: int
    refused: int
    cancelled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLog:
    """What the store knows of the calls: those answered, and the reservations that came of them, by call id."""

    answered: frozenset[str]
    reservations: Mapping[str, Reservation]

    @classmethod
    def read(cls, store: Store, day: date) -> CallLog:
        by_request = {one.request_id: one for one in store.reservations(SERVICE_ID, day)}
        answered = [one for one in store.requests(SERVICE_ID, day) if one.outcome is not Outcome.OPEN]
        return cls(
            answered=frozenset(request.wish.call_id for request in answered),
            reservations={one.wish.call_id: by_request[one.id] for one in answered if one.id in by_request},
        )

    def is_settled(self, wish: DemoWish) -> bool:
        """Say whether nothing is left to do: answered and, where that is its fate, cancelled; or a return in vain."""
        call_id = wish.form.call_id
        if call_id not in self.answered:
            return wish.linked_call_id in self.answered - self.reservations.keys()
        booked = call_id in self.reservations and self.reservations[call_id].state is ReservationState.BOOKED
        return not (wish.cancelled and booked)
