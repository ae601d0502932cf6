"""The request form of the desk, as a browser sends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from api.context import Call
from api.schemas.wishes import DATABASE_ID_MAX
from api.web.typed import PlaceBook, typed_clock
from dispatch.model.actor import Channel
from dispatch.model.catalog import Rider
from dispatch.model.party import Aid, FareClass, Party, Passenger
from dispatch.model.promise import NO_PROMISE_YET
from dispatch.model.reservation import Reservation
from dispatch.model.times import MINUTE_S, clock_text
from dispatch.model.wish import NO_GUEST, NO_ID, NO_RIDER, BackForm, Guest, TimeKind, WishForm

COMPANIONS_MAX = 9
STAY_MIN_MAX = 24 * 60
FIRST = 0
ACCOMPANYING = frozenset({FareClass.CARER, FareClass.INFANT})


class Asking(StrEnum):
    """Who is on the telephone; the words are those kept with the request as its proxy."""

    RIDER = ""
    FAMILY = "family"
    PROXY = "proxy"


class WishFields(BaseModel):
    """Every field of the form. ``time_instead`` is sent by the buttons that try another time.

    ``both`` asks for the way back, too: at ``back_time`` if one is typed, else ``stay_min`` minutes after arriving.
    """

    model_config = ConfigDict(extra="ignore")

    rider_id: str = Field(default=NO_RIDER, max_length=40)
    guest_name: str = Field(default="", max_length=60)
    guest_kana: str = Field(default="", max_length=80)
    guest_phone: str = Field(default="", max_length=20)
    origin: str = Field(default="", max_length=120)
    destination: str = Field(default="", max_length=120)
    time_kind: TimeKind = TimeKind.DEPART_AFTER
    time: str = Field(default="", max_length=20)
    time_instead: str = Field(default="", max_length=20)
    fare_class: FareClass = FareClass.ADULT
    aid: Aid = Aid.NONE
    with_adult: int = Field(default=0, ge=0, le=COMPANIONS_MAX)
    with_pupil: int = Field(default=0, ge=0, le=COMPANIONS_MAX)
    with_infant: int = Field(default=0, ge=0, le=COMPANIONS_MAX)
    with_disabled: int = Field(default=0, ge=0, le=COMPANIONS_MAX)
    with_carer: int = Field(default=0, ge=0, le=COMPANIONS_MAX)
    purpose: str = Field(default="", max_length=30)
    on_behalf_of: Asking = Asking.RIDER
    linked_to: int = Field(default=NO_ID, ge=NO_ID, le=DATABASE_ID_MAX)
    overlap_confirmed: bool = False
    both: bool = False
    stay_min: int = Field(default=60, ge=0, le=STAY_MIN_MAX)
    back_time: str = Field(default="", max_length=20)

    def party(self) -> Party:
        """The rider first, then who comes along; carers and infants accompany the rider."""
        counts = {
            FareClass.ADULT: self.with_adult,
            FareClass.PUPIL: self.with_pupil,
            FareClass.INFANT: self.with_infant,
            FareClass.DISABLED: self.with_disabled,
            FareClass.CARER: self.with_carer,
        }
        others = [kind for kind, count in counts.items() for _ in range(count)]
        return Party(
            passengers=(Passenger(fare_class=self.fare_class, aid=self.aid), *(_companion(kind) for kind in others))
        )

    def guest(self) -> Guest:
        """Who calls, when it is no registered rider."""
        if self.rider_id != NO_RIDER:
            return NO_GUEST
        return Guest(name=self.guest_name, kana=self.guest_kana, phone=self.guest_phone)

    def to_form(self, call: Call, *, day: date, book: PlaceBook) -> WishForm:
        """The request as the business takes it. Raises InvalidInput for a time or place that cannot be read."""
        waits = self.time_kind is TimeKind.WILL_CALL
        return WishForm(
            service_id=call.service,
            date=day,
            rider_id=self.rider_id,
            guest=self.guest(),
            origin=book.find(self.origin),
            destination=book.find(self.destination),
            time_kind=self.time_kind,
            time_s=0 if waits and not self.time.strip() else typed_clock(self.time_instead or self.time),
            party=self.party(),
            channel=Channel.PHONE,
            actor=replace(call.actor, on_behalf_of=self.on_behalf_of.value),
            purpose=self.purpose,
            linked_to=self.linked_to,
            overlap_confirmed=self.overlap_confirmed,
        )

    def back_of(self, outbound: WishForm) -> BackForm:
        """The way back of ``outbound``: leaving at the time given, else after the stay. Raises InvalidInput."""
        if self.back_time.strip():
            at_s = typed_clock(self.back_time)
            return BackForm(origin=outbound.destination, destination=outbound.origin, time_s=at_s)
        stay_s = self.stay_min * MINUTE_S
        return BackForm(origin=outbound.destination, destination=outbound.origin, stay_s=stay_s)


def _companion(kind: FareClass) -> Passenger:
    return Passenger(fare_class=kind, companion_of=FIRST) if kind in ACCOMPANYING else Passenger(fare_class=kind)


def fields_for(rider: Rider, book: PlaceBook) -> WishFields:
    """A new trip of a rider: from home, with the needs known of them."""
    home = book.own[0].label if book.own else ""
    return WishFields(rider_id=rider.id, origin=home, fare_class=rider.fare_class, aid=rider.aid)


def fields_for_return(outbound: Reservation, book: PlaceBook) -> WishFields:
    """The way back of a reservation: the places swapped, the same party, the time still to be asked."""
    there = _fields_of(outbound, book)
    return there.model_copy(
        update={"origin": there.destination, "destination": there.origin, "time": "", "linked_to": outbound.id}
    )


def fields_for_change(trip: Reservation, book: PlaceBook) -> WishFields:
    """A reservation as it stands, to be changed."""
    return _fields_of(trip, book)


def with_guest(fields: WishFields, guest: Guest) -> WishFields:
    """The same form in the name of a guest."""
    return fields.model_copy(update={"guest_name": guest.name, "guest_kana": guest.kana, "guest_phone": guest.phone})


def _fields_of(trip: Reservation, book: PlaceBook) -> WishFields:
    first, *others = trip.party.passengers
    kinds = [passenger.fare_class for passenger in others]
    return WishFields(
        rider_id=trip.rider_id,
        origin=book.label_of(trip.wished_origin),
        destination=book.label_of(trip.wished_destination),
        time="" if trip.promise == NO_PROMISE_YET else clock_text(trip.promise.pickup_earliest_s),
        fare_class=first.fare_class,
        aid=first.aid,
        with_adult=kinds.count(FareClass.ADULT),
        with_pupil=kinds.count(FareClass.PUPIL),
        with_infant=kinds.count(FareClass.INFANT),
        with_disabled=kinds.count(FareClass.DISABLED),
        with_carer=kinds.count(FareClass.CARER),
        purpose=trip.purpose,
        linked_to=trip.linked_to,
    )
