"""Until when a trip may be changed, cancelled or moved: the one rule for whoever asks."""

from __future__ import annotations

from dispatch.model.errors import Conflict, RuleRefused
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.times import first_day_not_over
from dispatch.solver_bridge.workplace import Workday


def check_changeable(reservation: Reservation, workday: Workday) -> None:
    """Whether nothing of the trip has begun yet, and it still stands.

    Raises
    ------
    Conflict, RuleRefused
        As `check_standing`; ``trip_under_way`` when the vehicle is on its way to the rider, or has fetched them;
        ``trip_over`` instead once its day is.
    """
    check_standing(reservation)
    if reservation.state is not ReservationState.WAITING and workday.has_begun(reservation.id):
        over = reservation.date < first_day_not_over(workday.now)
        raise RuleRefused("trip_over" if over else "trip_under_way", reservation_id=reservation.id)


def check_standing(reservation: Reservation) -> None:
    """Whether the trip is still to be driven, or to be driven to its end.

    Raises
    ------
    Conflict
        ``already_cancelled``.
    RuleRefused
        ``trip_over`` when it was driven, or waited for in vain.
    """
    if reservation.state is ReservationState.CANCELLED:
        raise Conflict("already_cancelled", reservation_id=reservation.id)
    if reservation.over:
        raise RuleRefused("trip_over", reservation_id=reservation.id)
