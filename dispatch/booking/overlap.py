"""A second trip of the same rider at the same time: asked about, never silently taken."""

from __future__ import annotations

from collections.abc import Iterator

from dispatch.model.errors import Conflict
from dispatch.model.promise import Promise
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.times import clock_text
from dispatch.model.wish import NO_RIDER, Wish
from dispatch.store.protocol import Store

OVERLAP = "overlapping_reservation"
"""Code of the question, and of a request of which nothing more was heard after it."""


def overlapping(promise: Promise, wish: Wish, *, store: Store, changing: int) -> Iterator[Reservation]:
    """The trips that the rider of ``wish`` already has at the times of ``promise``.

    ``changing`` is the reservation that would be replaced, or ``NO_ID``. Guests are not known to be the same person.
    """
    if wish.rider_id == NO_RIDER:
        return
    for other in store.reservations_of_rider(wish.service_id, wish.rider_id, wish.date):
        apart = (
            other.promise.arrival_latest_s <= promise.pickup_earliest_s
            or promise.arrival_latest_s <= other.promise.pickup_earliest_s
        )
        if other.id != changing and other.state is ReservationState.BOOKED and not apart:
            yield other


def question(other: Reservation) -> Conflict:
    """``overlapping_reservation`` with the other reservation's number and pick-up window."""
    return Conflict(
        "overlapping_reservation",
        reservation_id=other.id,
        pickup_from=clock_text(other.promise.pickup_earliest_s),
        pickup_until=clock_text(other.promise.pickup_latest_s),
    )


def check_overlap(promise: Promise, wish: Wish, *, store: Store, changing: int) -> None:
    """Ask when the rider of ``wish`` already has a trip at the times of ``promise``; arguments as `overlapping`.

    Raises
    ------
    Conflict
        As `question`.
    """
    for other in overlapping(promise, wish, store=store, changing=changing):
        raise question(other)
