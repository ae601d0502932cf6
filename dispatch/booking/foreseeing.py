"""What a call will read, so that a store on a server can be asked for all of it in one journey."""

from __future__ import annotations

from collections.abc import Mapping

from dispatch.booking.overlap import OVERLAP
from dispatch.model.catalog import Place, Rider, RiderPlace
from dispatch.model.reservation import Reservation
from dispatch.model.spot import SpotKind
from dispatch.model.wish import NO_RIDER, Outcome, Request, Wish, WishForm
from dispatch.store.foreseen import AskedFor, Foreseen, SeenNoun

_NOUN_OF: Mapping[SpotKind, SeenNoun] = {SpotKind.PLACE: Place, SpotKind.RIDER_PLACE: RiderPlace}


def to_answer(form: WishForm) -> Foreseen:
    """To answer a request with offers."""
    return Foreseen(
        service_id=form.service_id,
        date=form.date,
        rider_id=form.rider_id,
        rows=_rows_of(form),
        balance=True,
        asked_for=(AskedFor(Outcome.ABANDONED, OVERLAP),) if form.overlap_confirmed else (),
    )


def to_give(request: Request, *, offer_id: int) -> Foreseen:
    """To give, or hold, what was offered in answer to a request."""
    wish = request.wish
    return Foreseen(
        service_id=wish.service_id,
        date=wish.date,
        rows=_rows_of(wish),
        offer_id=offer_id,
        request_id=request.id,
    )


def to_change(reservation: Reservation) -> Foreseen:
    """To see what may become of a reservation."""
    return Foreseen(service_id=reservation.service_id, date=reservation.date, reservation_id=reservation.id)


def _rows_of(asked: WishForm | Wish) -> tuple[tuple[SeenNoun, str], ...]:
    riders = [asked.rider_id] if asked.rider_id != NO_RIDER else []
    spots = [(_NOUN_OF[spot.kind], spot.id) for spot in (asked.origin, asked.destination) if spot.kind in _NOUN_OF]
    return (*[(Rider, rider_id) for rider_id in riders], *spots)
