"""Who rides, over HTTP."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from api.reasons import contradiction
from dispatch.model.party import Aid, FareClass, Party, Passenger
from dispatch.model.wish import NO_GUEST, Guest

ALONE = -1
PARTY_MAX = 20


class PassengerModel(BaseModel):
    """One person. ``companion_of`` is the index in the party of whom they accompany, -1 for nobody."""

    model_config = ConfigDict(extra="forbid")

    fare_class: FareClass = FareClass.ADULT
    aid: Aid = Aid.NONE
    companion_of: int = Field(default=ALONE, ge=ALONE, lt=PARTY_MAX)


class GuestIn(BaseModel):
    """Somebody who is not registered. Personal: kept apart from the request and erased after the retention period."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "見本 花子", "kana": "みほん はなこ", "phone": "0285000000"}]},
    )

    name: str = Field(min_length=1, max_length=60)
    kana: str = Field(min_length=1, max_length=80, description="The reading, in kana or Latin letters.")
    phone: str = Field(min_length=1, max_length=20)

    def to_guest(self) -> Guest:
        return Guest(name=self.name, kana=self.kana, phone=self.phone)


def guest_of(guest: GuestIn | None) -> Guest:
    """``NO_GUEST`` for a registered rider."""
    return NO_GUEST if guest is None else guest.to_guest()


def check_companions(passengers: list[PassengerModel]) -> list[PassengerModel]:
    """Raise `contradiction` when somebody accompanies themselves or nobody of the party."""
    for index, passenger in enumerate(passengers):
        if passenger.companion_of == index or passenger.companion_of >= len(passengers):
            raise contradiction("companion")
    return passengers


def to_party(passengers: list[PassengerModel]) -> Party:
    """The frozen noun."""
    return Party(
        passengers=tuple(Passenger(fare_class=p.fare_class, aid=p.aid, companion_of=p.companion_of) for p in passengers)
    )


def from_party(party: Party) -> list[PassengerModel]:
    """What a reservation shows of its party."""
    return [PassengerModel(fare_class=p.fare_class, aid=p.aid, companion_of=p.companion_of) for p in party.passengers]
