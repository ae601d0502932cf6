"""Free-ride vouchers of a trip, taken and given back."""

from __future__ import annotations

from datetime import datetime

from dispatch.model.reservation import Reservation
from dispatch.model.wish import NO_RIDER
from dispatch.store.protocol import UnitOfWork


def move_vouchers_of(work: UnitOfWork, trip: Reservation, *, change: int, at: datetime) -> None:
    """Add ``change`` to the vouchers of the rider of a trip; a guest has none."""
    if change and trip.rider_id != NO_RIDER:
        work.move_vouchers(
            service_id=trip.service_id, rider_id=trip.rider_id, change=change, reservation_id=trip.id, at=at
        )
