"""A second trip of the same rider at the same time: asked about, never silently taken."""

from __future__ import annotations

from dispatch.model.errors import Conflict
from dispatch.model.promise import Promise
from dispatch.model.reservation import ReservationState
from dispatch.model.times import clock_text
from dispatch.model.wish import NO_RIDER, Wish
from dispatch.store.protocol import Store


def check_overlap(promise: Promise, wish: Wish, *, store: Store, changing: int) -> None:
    """Ask when the rider of ``wish`` already has a trip at the times of ``promise``.

    ``changing`` is the reservation that would be replaced, or ``NO_ID``. Guests are not known to be the same person.

    Raises
    ------
    Conflict
        ``overlapping_reservation`` with the other reservation's number and pick-up window.
    """
    if wish.rider_id == NO_RIDER:
        return
    for other in store.reservations_of_rider(wish.service_id, wish.rider_id, wish.date):
        apart = (
            other.promise.arrival_latest_s <= promise.pickup_earliest_s
            or promise.arrival_latest_s <= other.promise.pickup_earliest_s
        )
        if other.id != changing and other.state is ReservationState.BOOKED and not apart:
            raise Conflict(
                "overlapping_reservation",
                reservation_id=other.id,
                pickup_from=clock_text(other.promise.pickup_earliest_s),
                pickup_until=clock_text(other.promise.pickup_latest_s),
            )
