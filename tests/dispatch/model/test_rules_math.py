"""What the rules say about days, parties and trips."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.model.errors import RulesInvalid
from dispatch.model.party import Aid, FareClass, Party, Passenger
from dispatch.model.rules import ServiceRules
from dispatch.model.rules_file import load_rules
from dispatch.model.rules_math import (
    Fare,
    alighting_s,
    boarding_s,
    bookable_from,
    fare,
    first_pickup_s,
    next_service_day,
    ride_max_s,
    runs_on,
    vouchers_granted,
)
from dispatch.model.times import TOKYO, to_moment

RULES = load_rules(files("sample_data").joinpath("service_rules.toml").read_text(encoding="utf-8"), source="sample")
PASSENGERS = st.builds(Passenger, fare_class=st.sampled_from(FareClass), aid=st.sampled_from(Aid))
PARTIES = st.lists(PASSENGERS, min_size=1, max_size=8).map(lambda people: Party(passengers=tuple(people)))
DAYS = st.dates(min_value=date(2021, 4, 1), max_value=date(2035, 12, 31))


def with_days(**changes: object) -> ServiceRules:
    days = RULES.service.model_copy(update=changes)
    return RULES.model_copy(update={"service": days})


@pytest.mark.parametrize(
    ("day", "runs"),
    [
        (date(2026, 11, 24), True),  # an ordinary Tuesday
        (date(2026, 11, 23), False),  # Monday, Labour Thanksgiving Day
        (date(2026, 11, 28), False),  # Saturday
        (date(2026, 9, 22), False),  # Tuesday between two holidays: a holiday by law
        (date(2026, 12, 29), False),  # year-end closing
        (date(2027, 1, 4), True),  # Monday after the New Year closing
    ],
)
def test_service_days_of_the_sample_city(day: date, runs: bool) -> None:
    """Weekdays run, except public holidays and the days around New Year."""
    assert runs_on(RULES, day) is runs


def test_extra_and_closed_dates_win() -> None:
    """A Saturday can be opened, a Tuesday closed, and a service may run on holidays."""
    assert runs_on(with_days(extra_dates=(date(2026, 11, 28),)), date(2026, 11, 28))
    assert not runs_on(with_days(closed_dates=(date(2026, 11, 24),)), date(2026, 11, 24))
    assert runs_on(with_days(on_holidays=True), date(2026, 11, 23))


@given(DAYS)
def test_the_next_service_day_is_the_first_one(after: date) -> None:
    """It runs, it is later, and no day between runs."""
    found = next_service_day(RULES, after)
    assert found > after
    assert runs_on(RULES, found)
    assert not any(runs_on(RULES, after + timedelta(days=ahead)) for ahead in range(1, (found - after).days))


def test_rules_without_a_service_day_are_refused() -> None:
    """When every weekday of the rules is closed for ever, the search ends with an error."""
    every_day = tuple(f"{date(2024, 1, 1) + timedelta(days=d):%m-%d}" for d in range(366))
    with pytest.raises(RulesInvalid) as caught:
        next_service_day(with_days(closed_yearly=every_day), date(2026, 11, 23))
    assert caught.value.code == "rules_no_service_day"


def test_when_a_trip_can_be_booked() -> None:
    """From midnight seven days before; at 9:30 a pick-up from 10:00 on, at 23:00 the evening before one at 23:30."""
    day = date(2026, 11, 24)
    assert bookable_from(RULES, day).astimezone(TOKYO).isoformat() == "2026-11-17T00:00:00+09:00"
    assert first_pickup_s(RULES, day, now=to_moment(day, 9 * 3600 + 1800)) == 10 * 3600
    assert first_pickup_s(RULES, day, now=to_moment(day, -3600)) == -1800


@pytest.mark.parametrize(
    ("direct_min", "ride_min"),
    [(4, 16), (10, 25), (20, 40), (24, 45), (30, 45), (50, 50)],  # 1.5 x + 10, then 45, then the direct trip itself
)
def test_longest_ride(direct_min: int, ride_min: int) -> None:
    """min(45 min, 1.5 x direct + 10 min), and never less than direct."""
    assert ride_max_s(RULES, direct_min * 60) == ride_min * 60


@given(st.integers(min_value=0, max_value=20_000), st.integers(min_value=0, max_value=20_000))
def test_a_longer_trip_never_has_a_shorter_limit(one_s: int, other_s: int) -> None:
    """The limit grows with the direct time and is never below it."""
    short_s, long_s = sorted((one_s, other_s))
    assert ride_max_s(RULES, short_s) <= ride_max_s(RULES, long_s)
    assert ride_max_s(RULES, long_s) >= long_s


def test_boarding_of_a_wheelchair_with_a_companion() -> None:
    """300 s for the ramp and 20 s for the second person; alighting ceil(320 x 0.7) = 224 s."""
    party = Party(
        passengers=(Passenger(aid=Aid.RAMP_WHEELCHAIR), Passenger(fare_class=FareClass.CARER, companion_of=0))
    )
    assert boarding_s(RULES, party) == 320
    assert alighting_s(RULES, party) == 224


@given(PARTIES, PASSENGERS)
def test_one_more_person_never_boards_faster(party: Party, further: Passenger) -> None:
    """Adding somebody adds at least the extra seconds, whoever it is, and never shortens alighting."""
    larger = Party(passengers=(*party.passengers, further))
    assert boarding_s(RULES, larger) >= boarding_s(RULES, party) + RULES.boarding.per_extra_s
    assert alighting_s(RULES, larger) >= alighting_s(RULES, party)


def test_a_voucher_frees_the_rider_only() -> None:
    """An adult of 300 yen with a pupil of 200: 500 yen, or 200 yen and one voucher."""
    party = Party(passengers=(Passenger(), Passenger(fare_class=FareClass.PUPIL, companion_of=0)))
    assert fare(RULES, party, voucher_balance=0) == Fare(yen=500, vouchers=0)
    assert fare(RULES, party, voucher_balance=3) == Fare(yen=200, vouchers=1)


@given(PARTIES, st.integers(min_value=0, max_value=20))
def test_fare_and_voucher_together_are_the_full_fare(party: Party, balance: int) -> None:
    """What is paid plus what a voucher covers is the sum of the classes; no voucher is wasted on a free ride."""
    full_yen = sum(RULES.fares.yen[passenger.fare_class] for passenger in party.passengers)
    due = fare(RULES, party, voucher_balance=balance)
    covered_yen = RULES.fares.yen[party.passengers[0].fare_class] if due.vouchers else 0
    assert due.yen + covered_yen == full_yen
    assert due.vouchers <= min(1, balance)
    assert not due.vouchers or covered_yen > 0


@pytest.mark.parametrize(("age", "vouchers"), [(74, 0), (75, 10), (98, 10)])
def test_vouchers_from_75_on(age: int, vouchers: int) -> None:
    """Ten free rides a year for riders of 75 and over."""
    assert vouchers_granted(RULES, age=age) == vouchers
