"""What the solver needs to know of one trip: numbers and places, never a person."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.model.plan import Task
from dispatch.model.promise import Promise
from dispatch.model.reservation import KeptOrder, Reservation, ReservationState
from dispatch.model.same import OfTheSame
from dispatch.model.spot import Spot
from dispatch.model.wish import NO_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class Ride:
    """One trip to be planned. ``reservation_id`` is ``NO_ID`` for a trip that is only being asked for.

    ``seats`` follow ``SEAT_KINDS``; ``shift_lock`` is the shift that must carry it, or empty. ``promise``
    is what it is held to, which is later than what was said once that has been breached. ``keeps`` is no rule of the
    problem: searches are held to it (`dispatch.solver_bridge.orders`).
    """

    reservation_id: int
    origin: Spot
    destination: Spot
    seats: tuple[int, ...]
    boarding_s: int
    alighting_s: int
    promise: Promise
    shift_lock: str = ""
    linked_to: int = NO_ID
    keeps: tuple[KeptOrder, ...] = ()

    @property
    def promised(self) -> bool:
        """Whether somebody has our word: then a plan without it is invalid."""
        return self.reservation_id != NO_ID


def ride_of(reservation: Reservation) -> Ride:
    """The trip of a reservation."""
    return Ride(
        reservation_id=reservation.id,
        origin=reservation.origin,
        destination=reservation.destination,
        seats=reservation.party.seats(),
        boarding_s=reservation.boarding_s,
        alighting_s=reservation.alighting_s,
        promise=reservation.limits,
        shift_lock=reservation.vehicle_lock,
        linked_to=reservation.linked_to,
        keeps=reservation.keeps,
    )


def rides_of(reservations: tuple[Reservation, ...]) -> tuple[Ride, ...]:
    """The trips to be driven: a no-show needs no vehicle any more."""
    driven = (trip for trip in reservations if trip.state is not ReservationState.NO_SHOW)
    return tuple(_known.values(driven, ride_of))


_known: OfTheSame[Reservation, Ride] = OfTheSame(most=4096)


def visit_numbers(rides: tuple[Ride, ...]) -> dict[tuple[int, Task], int]:
    """The solver's number of each visit: request ``r`` boards at visit ``r`` and alights at ``len(rides) + r``."""
    boards = {(ride.reservation_id, Task.BOARD): r for r, ride in enumerate(rides)}
    return boards | {(ride.reservation_id, Task.ALIGHT): len(rides) + r for r, ride in enumerate(rides)}
