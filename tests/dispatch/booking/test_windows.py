"""The promises around a wish: for all wishes and rules, what is promised can be kept by driving directly."""

from __future__ import annotations

from datetime import date

import hypothesis.strategies as st
from hypothesis import given

from dispatch.booking.trip import TimeBounds, Trip
from dispatch.booking.windows import choices, ideal_start_s, moved
from dispatch.model.actor import SYSTEM_ACTOR, Channel
from dispatch.model.rules import ServiceRules
from dispatch.model.spot import Spot, SpotKind
from dispatch.model.times import LAST_SECOND_S, clock_text, parse_clock
from dispatch.model.wish import TimeKind, Wish
from maps.geo import LatLon
from tests.scenarios.town import ONE_ADULT, town_rules

HERE = Spot(kind=SpotKind.PLACE, id="here", at=LatLon(36.38, 139.84))
THERE = Spot(kind=SpotKind.PLACE, id="there", at=LatLon(36.40, 139.84))

RULES = st.builds(
    lambda steps, step, earlier, later: town_rules(
        promise={
            "pickup_window_min": steps * step,
            "rounding_min": step,
            "search_earlier_min": earlier,
            "search_later_min": later,
        }
    ),
    st.integers(1, 8),
    st.sampled_from([1, 5, 10, 15]),
    st.integers(0, 90),
    st.integers(0, 90),
)


def trip(kind: TimeKind, time_s: int, direct_s: int, from_s: int, until_s: int) -> Trip:
    wish = Wish(
        service_id="town",
        date=date(2026, 11, 24),
        rider_id="R1",
        origin=HERE,
        destination=THERE,
        time_kind=kind,
        time_s=time_s,
        party=ONE_ADULT,
        channel=Channel.PHONE,
        actor=SYSTEM_ACTOR,
    )
    bounds = TimeBounds(bookable_from_s=from_s, outbound_ends_s=from_s, pickup_from_s=from_s, arrival_until_s=until_s)
    return Trip(
        wish=wish,
        boarding_s=60,
        alighting_s=30,
        direct_s=direct_s,
        ride_max_s=direct_s + 600,
        bounds=bounds,
        rules_digest="r",
        travel_digest="t",
    )


TRIPS = st.builds(
    trip,
    st.sampled_from(TimeKind),
    st.integers(parse_clock("8:00"), parse_clock("17:00")),
    st.integers(60, 2400),
    st.integers(parse_clock("6:00"), parse_clock("12:00")),
    st.integers(parse_clock("12:00"), parse_clock("17:00")),
)


@given(asked=TRIPS, rules=RULES)
def test_every_choice_is_a_promise_that_can_be_kept(asked: Trip, rules: ServiceRules) -> None:
    """Inside the bounds, on a multiple, as wide as the rules say, and reachable from the latest pick-up."""
    for choice in choices(asked, rules):
        promise = choice.promise
        assert promise.pickup_earliest_s % (rules.promise.rounding_min * 60) == 0
        assert promise.pickup_latest_s - promise.pickup_earliest_s == rules.promise.pickup_window_min * 60
        assert promise.pickup_earliest_s >= asked.bounds.pickup_from_s
        assert promise.arrival_latest_s <= asked.bounds.arrival_until_s
        assert promise.pickup_latest_s + asked.boarding_s + asked.direct_s <= promise.arrival_latest_s


@given(asked=TRIPS, rules=RULES)
def test_the_latest_arrival_is_a_time_that_can_be_said(asked: Trip, rules: ServiceRules) -> None:
    """A multiple of the rounding that leaves room for the longest ride, or else the hard bound on a whole minute."""
    for choice in choices(asked, rules):
        latest_s = choice.promise.arrival_latest_s
        longest_s = choice.promise.pickup_latest_s + asked.boarding_s + asked.ride_max_s
        by_s = asked.wish.time_s if asked.wish.time_kind is TimeKind.ARRIVE_BY and choice.as_wished else LAST_SECOND_S
        hard_s = min(asked.bounds.arrival_until_s, by_s)
        round_time = latest_s % (rules.promise.rounding_min * 60) == 0 and latest_s >= longest_s
        assert parse_clock(clock_text(latest_s)) == latest_s <= hard_s
        assert round_time or hard_s - latest_s < 60


@given(asked=TRIPS, rules=RULES)
def test_choices_that_respect_the_wish_come_first_each_kind_closest_first(asked: Trip, rules: ServiceRules) -> None:
    """As wished: not before "depart after", arrived by "arrive by". Nothing against the wish stands before one."""
    found = choices(asked, rules)
    assert [choice.as_wished for choice in found] == sorted((choice.as_wished for choice in found), reverse=True)
    for as_wished in (True, False):
        off_s = [abs(choice.off_s) for choice in found if choice.as_wished is as_wished]
        assert off_s == sorted(off_s)
    for choice in found:
        if asked.wish.time_kind is not TimeKind.ARRIVE_BY:
            assert choice.as_wished == (choice.promise.pickup_earliest_s >= asked.wish.time_s)
        elif choice.as_wished:
            assert choice.promise.arrival_latest_s <= asked.wish.time_s


@given(asked=TRIPS, rules=RULES, steps=st.integers(-12, 12))
def test_asking_later_moves_the_ideal_window_by_as_much(asked: Trip, rules: ServiceRules, steps: int) -> None:
    """A wish moved by whole steps of the rounding moves its best window by the same: a relief means what it says."""
    by_s = steps * rules.promise.rounding_min * 60
    assert ideal_start_s(moved(asked, by_s=by_s), rules) == ideal_start_s(asked, rules) + by_s
