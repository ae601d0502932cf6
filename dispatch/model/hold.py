"""An offer that is kept for one caller for a few minutes: its seat and its time, against everybody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatch.model.reservation import Reservation
from dispatch.model.wish import NO_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Live up to ``until`` (inclusive), unless it is accepted or released; after that it is as if it had never been.

    ``trip`` is the reservation it would become, under a number of its own (`held_number`); ``change_of`` the
    reservation it would replace, or ``NO_ID``; ``pair`` the number of the pair of which it is one leg, or ``NO_ID``.
    """

    offer_id: int
    request_id: int
    trip: Reservation
    until: datetime
    change_of: int = NO_ID
    call_id: str = ""
    pair: int = NO_ID

    @property
    def together(self) -> int:
        """A number, below all real ones, that holds share which come and go as one: both legs of a pair."""
        return held_number(self.offer_id if self.pair == NO_ID else self.pair)

    def live(self, now: datetime) -> bool:
        return now <= self.until


def held_number(offer_id: int) -> int:
    """The number under which the trip of a held offer stands among the reservations of a day: below all real ones."""
    return -offer_id


def is_held(reservation_id: int) -> bool:
    """Whether the number is that of a held trip."""
    return reservation_id < NO_ID
