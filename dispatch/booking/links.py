"""Linked pairs: a return and its outbound stay on one day and in order, whichever of them is changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from dispatch.model.errors import InvalidInput, RuleRefused
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.wish import NO_ID, WishForm
from dispatch.store.protocol import Store

STANDING = frozenset({ReservationState.BOOKED, ReservationState.EXECUTED})
"""States of a trip that takes place or has taken place: a return can belong to it."""


def check_link(form: WishForm, *, store: Store, changing: int) -> None:
    """A return belongs to another trip of the same rider on the same day, which still stands and is no return of it.

    ``changing`` is the reservation that would be replaced, or ``NO_ID``.

    Raises
    ------
    NotFound
        ``unknown_reservation``.
    InvalidInput
        ``link_invalid``.
    """
    if form.linked_to == NO_ID:
        return
    outbound = store.reservation(form.linked_to)
    same = (outbound.service_id, outbound.date, outbound.rider_id) == (form.service_id, form.date, form.rider_id)
    circular = changing != NO_ID and changing in (outbound.id, outbound.linked_to)
    if not same or circular or outbound.state not in STANDING:
        raise InvalidInput("link_invalid", reservation_id=form.linked_to)


def with_link_kept(form: WishForm, *, changed: Reservation, same_day: tuple[Reservation, ...]) -> WishForm:
    """The form of a change, linked as the reservation is unless it names another outbound.

    ``same_day`` holds the active reservations of the day of ``changed``. A link to a trip that has been called off
    binds no longer and is dropped.

    Raises
    ------
    RuleRefused
        As `check_same_day`.
    """
    check_same_day(changed, form.date, same_day=same_day)
    kept = [other.id for other in other_halves(changed, same_day) if other.id == changed.linked_to]
    return replace(form, linked_to=form.linked_to or max(kept, default=NO_ID))


def check_same_day(changed: Reservation, day: date, *, same_day: tuple[Reservation, ...]) -> None:
    """One half of a pair does not move to another day alone.

    Raises
    ------
    RuleRefused
        ``linked_day`` with the number of the other half.
    """
    for other in other_halves(changed, same_day):
        if day != changed.date:
            raise RuleRefused("linked_day", reservation_id=changed.id, other_id=other.id)


def stands(linked_to: int, same_day: tuple[Reservation, ...]) -> bool:
    """Whether the outbound of a return is still there; true of a trip that is no return."""
    return linked_to == NO_ID or any(other.id == linked_to and other.state in STANDING for other in same_day)


def other_halves(changed: Reservation, same_day: tuple[Reservation, ...]) -> list[Reservation]:
    """The outbound and the returns of ``changed`` that still stand."""
    linked = [other for other in same_day if other.id == changed.linked_to or other.linked_to == changed.id]
    return [other for other in linked if other.state in STANDING or other.state is ReservationState.WAITING]
