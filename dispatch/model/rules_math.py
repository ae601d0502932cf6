"""What the service rules say about a day, a party or a trip: pure functions, no storage and no clock."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import jpholiday

from dispatch.model.errors import RulesInvalid
from dispatch.model.party import Party
from dispatch.model.rules import ServiceRules
from dispatch.model.times import MINUTE_S, to_moment, to_second

LOOKAHEAD_DAYS = 400  # a year and a month: rules without a service day in that time never have one by intention


@dataclass(frozen=True, slots=True, kw_only=True)
class Fare:
    """``yen`` to pay and the number of free-ride ``vouchers`` used, for the whole party."""

    yen: int
    vouchers: int


def runs_on(rules: ServiceRules, day: date) -> bool:
    """Say whether the service runs on ``day`` (Japanese public holidays are known)."""
    days = rules.service
    if day in days.extra_dates:
        return True
    if day in days.closed_dates or f"{day:%m-%d}" in days.closed_yearly or day.weekday() not in days.weekdays:
        return False
    return days.on_holidays or not jpholiday.is_holiday(day)


def next_service_day(rules: ServiceRules, after: date) -> date:
    """Return the first service day later than ``after``.

    Raises
    ------
    RulesInvalid
        ``rules_no_service_day`` when there is none within ``LOOKAHEAD_DAYS``.
    """
    for ahead in range(1, LOOKAHEAD_DAYS + 1):
        day = after + timedelta(days=ahead)
        if runs_on(rules, day):
            return day
    raise RulesInvalid("rules_no_service_day", after=after.isoformat())


def bookable_from(rules: ServiceRules, day: date) -> datetime:
    """Return the first moment (inclusive) at which a trip of service day ``day`` can be booked: midnight, Tokyo."""
    return to_moment(day - timedelta(days=rules.booking.horizon_days), 0)


def first_pickup_s(rules: ServiceRules, day: date, *, now: datetime) -> int:
    """Return the first second (inclusive) of ``day`` at which a pick-up can still be booked at ``now``: the cut-off."""
    return to_second(day, now) + rules.booking.cutoff_min * MINUTE_S


def ride_max_s(rules: ServiceRules, direct_s: int) -> int:
    """Return the longest time aboard to promise for a trip that takes ``direct_s`` without detour, seconds.

    ``max(direct, min(ride_max, floor(direct * factor) + plus))``: the longest ride of the rules, but never less
    than the direct trip itself.
    """
    promise = rules.promise
    stretched_s = math.floor(direct_s * promise.ride_factor) + promise.ride_plus_min * 60
    return max(direct_s, min(promise.ride_max_min * 60, stretched_s))


def boarding_s(rules: ServiceRules, party: Party) -> int:
    """Return the seconds the party needs to board: the slowest person, plus a little for each further one."""
    slowest_s = max(rules.boarding.seconds[passenger.aid] for passenger in party.passengers)
    return slowest_s + rules.boarding.per_extra_s * (party.size - 1)


def alighting_s(rules: ServiceRules, party: Party) -> int:
    """Return the seconds the party needs to alight: boarding time by ``alight_factor``, rounded up."""
    return math.ceil(boarding_s(rules, party) * rules.boarding.alight_factor)


def vouchers_granted(rules: ServiceRules, *, age: int) -> int:
    """Return the free-ride vouchers a rider of ``age`` years receives in a year."""
    return rules.fares.vouchers_per_year if age >= rules.fares.voucher_age else 0


def fare(rules: ServiceRules, party: Party, *, voucher_balance: int) -> Fare:
    """Return what the party pays. A voucher is personal: it frees the rider, who is the first of the party.

    ``voucher_balance`` is the number of vouchers the rider still has, 0 for a guest.
    """
    each_yen = [rules.fares.yen[passenger.fare_class] for passenger in party.passengers]
    if voucher_balance > 0 and each_yen[0] > 0:
        return Fare(yen=sum(each_yen[1:]), vouchers=1)
    return Fare(yen=sum(each_yen), vouchers=0)
