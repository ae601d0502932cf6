"""A form becomes a wish: names are resolved, nonsense is refused with an error, nothing is stored.

What can be written down as a wish is one, whatever the rules then say of it (`dispatch.booking.objections`).
"""

from __future__ import annotations

import re

from dispatch.model.errors import InvalidInput, NotFound
from dispatch.model.rules import ServiceRules
from dispatch.model.spot import Spot, SpotKind, SpotRef
from dispatch.model.times import LAST_SECOND_S
from dispatch.model.wish import NO_RIDER, Guest, Wish, WishForm
from dispatch.store.catalog_reads import RowReads
from maps.geo import LatLon

KANA = re.compile(r"[\u3041-\u309f\u30a0-\u30ff\uff66-\uff9fA-Za-zＡ-Ｚａ-ｚ'’.\- 　]+")
"""What a reading is written in: kana or Latin letters, which every sheet can print whatever the name is written in."""


def wish_of(form: WishForm, *, catalog: RowReads, rules: ServiceRules) -> Wish:
    """The wish of a form.

    Raises
    ------
    NotFound
        ``unknown_rider``, ``unknown_place``, ``unknown_rider_place``, ``unknown_reservation`` (of a return).
    InvalidInput
        ``bad_time``, ``bad_point``, ``same_place``, ``link_invalid``; where guests may ride, ``guest_incomplete``
        and ``guest_kana``.
    """
    if not 0 <= form.time_s <= LAST_SECOND_S:
        raise InvalidInput("bad_time", time_s=form.time_s)
    _check_rider(form, catalog, rules)
    origin, destination = (spot_of(ref, form, catalog=catalog) for ref in (form.origin, form.destination))
    if origin.at == destination.at:
        raise InvalidInput("same_place")
    return Wish(
        service_id=form.service_id,
        date=form.date,
        rider_id=form.rider_id,
        origin=origin,
        destination=destination,
        time_kind=form.time_kind,
        time_s=form.time_s,
        party=form.party,
        channel=form.channel,
        actor=form.actor,
        purpose=form.purpose,
        call_id=form.call_id,
        linked_to=form.linked_to,
        series_id=form.series_id,
    )


def _check_rider(form: WishForm, catalog: RowReads, rules: ServiceRules) -> None:
    if form.rider_id != NO_RIDER:
        catalog.rider(form.service_id, form.rider_id)
    elif rules.booking.guests_allowed:
        _check_guest(form.guest)


def _check_guest(guest: Guest) -> None:
    if not (guest.name.strip() and guest.kana.strip() and guest.phone.strip()):
        raise InvalidInput("guest_incomplete")
    if not KANA.fullmatch(guest.kana.strip()):
        raise InvalidInput("guest_kana")


def spot_of(ref: SpotRef, form: WishForm, *, catalog: RowReads) -> Spot:
    """The spot that the rider of ``form`` means by ``ref``. A usual place that is public stands for the public one.

    Raises
    ------
    NotFound
        ``unknown_place``, ``unknown_rider_place`` (also when it is another rider's).
    InvalidInput
        ``bad_point``.
    """
    if ref.kind is SpotKind.POINT:
        return _point(ref.at)
    if ref.kind is SpotKind.PLACE:
        return catalog.place(form.service_id, ref.id).spot
    own = catalog.rider_place(form.service_id, ref.id)
    if own.rider_id != form.rider_id:
        raise NotFound("unknown_rider_place", rider_place_id=ref.id)
    if own.place_id:
        return catalog.place(own.service_id, own.place_id).spot
    return Spot(kind=SpotKind.RIDER_PLACE, id=own.id, at=LatLon(own.lat, own.lon))


def _point(at: LatLon) -> Spot:
    if not (abs(at.lat) <= 90 and abs(at.lon) <= 180):
        raise InvalidInput("bad_point")
    return Spot(kind=SpotKind.POINT, id="", at=LatLon(round(at.lat, 5), round(at.lon, 5)))
