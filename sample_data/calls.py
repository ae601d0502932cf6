"""How outings are booked: channel, when the call is made, together with the return or later, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TypeAlias

from dispatch.model.actor import Channel
from dispatch.model.demand import Fate, HistoricalRequest
from dispatch.model.spot import SpotKind
from dispatch.model.wish import NO_ID
from sample_data import facts
from sample_data.dice import Dice
from sample_data.outings import Leg, Outing


class Lead(Enum):
    """How long before leaving a ride is booked."""

    EARLIER_DAY = auto()
    OVER_TWO_HOURS = auto()
    HALF_TO_TWO_HOURS = auto()
    NOW = auto()


DAYS_AHEAD = {1: 0.42, 2: 0.20, 3: 0.12, 4: 0.08, 5: 0.05, 6: 0.05, 7: 0.08}
DESK_HOURS = {8: 0.12, 9: 0.22, 10: 0.17, 11: 0.09, 12: 0.06, 13: 0.16, 14: 0.10, 15: 0.06, 16: 0.02}
DESK_OPEN_S = 8 * 3600  # the telephone desk; an assumption, as are all service hours
WEB_FIRST_HOUR, WEB_LAST_HOUR = 6, 21
NOW_LEAD_MIN = 31  # the cut-off is 30 minutes: who wants to leave at once gets this
LEADS_MIN = {Lead.OVER_TWO_HOURS: (125, 300), Lead.HALF_TO_TWO_HOURS: (40, 119), Lead.NOW: (NOW_LEAD_MIN, 35)}
HORIZON_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How people book: shares of the leads of the outbound ride and of a return that is booked later."""

    out_leads: Mapping[Lead, float]
    back_leads: Mapping[Lead, float]
    back_in_same_call: float


USUAL_HABITS = Habits(
    out_leads={Lead.EARLIER_DAY: 0.60, Lead.OVER_TWO_HOURS: 0.23, Lead.HALF_TO_TWO_HOURS: 0.14, Lead.NOW: 0.03},
    back_leads={Lead.OVER_TWO_HOURS: 0.13, Lead.HALF_TO_TWO_HOURS: 0.45, Lead.NOW: 0.42},
    back_in_same_call=0.62,
)
EARLIER_DAYS_ONLY = Habits(
    out_leads={Lead.EARLIER_DAY: 1.0}, back_leads={Lead.EARLIER_DAY: 1.0}, back_in_same_call=0.62
)
"""For a day that has not begun: nobody has called on the day itself yet."""

DeskDay = Callable[[int], bool]
"""Says for a day offset whether the telephone desk is open."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Moment:
    """When a call is made: day offset and second of that day."""

    day_offset: int
    second_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What all bookings of a period have in common; ``web_scale`` multiplies each rider's share of web bookings."""

    habits: Habits
    web_scale: float
    desk_open: DeskDay


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """One request before it has a number."""

    outing: Outing
    leg: Leg
    day_offset: int
    asked: Moment
    channel: Channel
    fate: Fate


Trip: TypeAlias = tuple[Booked, ...]
"""The outbound request of an outing, then its return when there is one."""


def book_day(dice: Dice, outings: Sequence[Outing], booking: Booking, *, day_offset: int) -> tuple[Trip, ...]:
    """The trips of one day."""
    trips: list[Trip] = []
    for outing in outings:
        web = dice.chance(outing.person.web_share * booking.web_scale)
        channel = Channel.WEB if web else Channel.PHONE
        caller = _Caller(dice, booking, channel=channel, day_offset=day_offset)
        asked, fate = caller.asked(outing.out.leave_s, booking.habits.out_leads), _fate(dice)
        out = Booked(outing=outing, leg=outing.out, day_offset=day_offset, asked=asked, channel=channel, fate=fate)
        trips.append((out, *(_home(dice, out, leg, caller) for leg in outing.back)))
    return tuple(trips)


def numbered(trips: Sequence[Trip]) -> tuple[HistoricalRequest, ...]:
    """Requests in the order in which they were made, numbered from 1."""
    order = sorted(
        ((booked.asked, trip_at, leg_at) for trip_at, trip in enumerate(trips) for leg_at, booked in enumerate(trip))
    )
    number_of = {(trip_at, leg_at): number for number, (_, trip_at, leg_at) in enumerate(order, start=1)}
    return tuple(
        _request(
            trips[trip_at][leg_at],
            request_no=number_of[trip_at, leg_at],
            linked_no=number_of[trip_at, 0] if leg_at > 0 else NO_ID,
        )
        for _, trip_at, leg_at in order
    )


def _fate(dice: Dice) -> Fate:
    cancelled, missed = dice.chance(facts.CANCEL_SHARE), dice.chance(facts.NO_SHOW_SHARE)
    return Fate.CANCELLED if cancelled else Fate.NO_SHOW if missed else Fate.KEPT


def _home(dice: Dice, out: Booked, leg: Leg, caller: _Caller) -> Booked:
    """The return, booked in the same call or later; it falls with an outbound ride that was not taken."""
    habits = caller.booking.habits
    together = dice.chance(habits.back_in_same_call)
    asked = out.asked if together else max(out.asked, caller.asked(leg.leave_s, habits.back_leads))
    missed = dice.chance(facts.NO_SHOW_SHARE)
    fate = Fate.CANCELLED if out.fate is not Fate.KEPT else Fate.NO_SHOW if missed else Fate.KEPT
    return replace(out, leg=leg, asked=asked, fate=fate)


class _Caller:
    """When one caller rings or books on the web for a ride on day ``day_offset``."""

    def __init__(self, dice: Dice, booking: Booking, *, channel: Channel, day_offset: int) -> None:
        self.dice, self.booking, self.channel, self.day_offset = dice, booking, channel, day_offset

    def asked(self, leave_s: int, leads: Mapping[Lead, float]) -> Moment:
        """A moment with the lead drawn: when the desk opens if it would still be closed, else on an earlier day."""
        lead = self.dice.pick_key(leads)
        if lead is not Lead.EARLIER_DAY:
            low, high = LEADS_MIN[lead]
            first_s = WEB_FIRST_HOUR * 3600 if self.channel is Channel.WEB else DESK_OPEN_S
            asked_s = max(first_s, leave_s - self.dice.whole(low=low, high=high) * 60)
            if asked_s <= leave_s - NOW_LEAD_MIN * 60:
                return Moment(day_offset=self.day_offset, second_s=asked_s)
        return self._earlier_day()

    def _earlier_day(self) -> Moment:
        day = self.day_offset - self.dice.pick_key(DAYS_AHEAD)
        minute = self.dice.whole(low=0, high=59)
        if self.channel is Channel.WEB:
            return Moment(
                day_offset=day, second_s=(self.dice.whole(low=WEB_FIRST_HOUR, high=WEB_LAST_HOUR) * 60 + minute) * 60
            )
        earliest = self.day_offset - HORIZON_DAYS
        while day > earliest and not self.booking.desk_open(day):
            day -= 1
        return Moment(day_offset=day, second_s=(self.dice.pick_key(DESK_HOURS) * 60 + minute) * 60)


def _request(booked: Booked, *, request_no: int, linked_no: int) -> HistoricalRequest:
    outing = booked.outing
    ends = ((SpotKind.RIDER_PLACE, outing.person.home.id), (SpotKind.PLACE, outing.destination.id))
    (origin_kind, origin_id), (to_kind, to_id) = ends if linked_no == NO_ID else ends[::-1]
    return HistoricalRequest(
        request_no=request_no,
        day_offset=booked.day_offset,
        asked_day_offset=booked.asked.day_offset,
        asked_time_s=booked.asked.second_s,
        channel=booked.channel,
        rider_id=outing.person.rider.id,
        origin_kind=origin_kind,
        origin_id=origin_id,
        destination_kind=to_kind,
        destination_id=to_id,
        time_kind=booked.leg.time_kind,
        time_s=booked.leg.time_s,
        party=outing.party,
        purpose=outing.purpose,
        linked_no=linked_no,
        fate=booked.fate,
    )
