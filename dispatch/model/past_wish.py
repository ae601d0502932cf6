"""A request of a history, asked anew: the one way from a line of a file to a form."""

from __future__ import annotations

from datetime import date

from dispatch.model.actor import Actor
from dispatch.model.demand import HistoricalRequest
from dispatch.model.spot import SpotKind, SpotRef
from dispatch.model.wish import NO_GUEST, NO_ID, WishForm
from maps.geo import LatLon


def wish_form(
    request: HistoricalRequest, *, service_id: str, day: date, actor: Actor, call_id: str = "", linked_to: int = NO_ID
) -> WishForm:
    """The form of ``request`` for service day ``day``, as ``actor`` hands it in.

    A second trip of the same rider at the same time was meant then, so it is confirmed. A history holds no name: the
    form of a guest has ``NO_GUEST``. ``linked_to`` is the reservation that the outbound trip became.
    """
    return WishForm(
        service_id=service_id,
        date=day,
        rider_id=request.rider_id,
        guest=NO_GUEST,
        origin=spot_ref(request.origin_kind, request.origin_id),
        destination=spot_ref(request.destination_kind, request.destination_id),
        time_kind=request.time_kind,
        time_s=request.time_s,
        party=request.party,
        channel=request.channel,
        actor=actor,
        purpose=request.purpose,
        call_id=call_id,
        linked_to=linked_to,
        overlap_confirmed=True,
    )


def spot_ref(kind: SpotKind, spot_id: str) -> SpotRef:
    """A spot of a history; the id of a bare point is ``lat,lon``."""
    if kind is not SpotKind.POINT:
        return SpotRef(kind=kind, id=spot_id)
    lat, lon = (float(part) for part in spot_id.split(","))
    return SpotRef(kind=kind, at=LatLon(lat, lon))
