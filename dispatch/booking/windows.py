"""The promises that could be made around a wish: those that respect it first, then closest to it first.

A promise is a pick-up window that starts on a multiple of ``rounding_min`` and is ``pickup_window_min`` wide. The
latest arrival follows from the longest ride allowed, up to the next multiple of ``rounding_min``, so that it is said
exactly as it is kept; it is cut, on a whole minute, at the end of service and at the time to arrive by. Only promises
that could be kept by driving directly from the latest pick-up are made at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dispatch.booking.trip import Trip
from dispatch.model.promise import Promise
from dispatch.model.rules import ServiceRules
from dispatch.model.times import MINUTE_S, round_up
from dispatch.model.wish import TimeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A promise that could be made, and how far its window starts from the ideal one: ``off_s`` < 0 is earlier.

    ``as_wished``: it does not start before "depart after", or has arrived by "arrive by". Most choices are passed over
    unsaid: the `promise` is put into words for those that are looked at.
    """

    trip: Trip
    pickup_earliest_s: int
    pickup_latest_s: int
    arrival_latest_s: int
    off_s: int
    as_wished: bool

    @property
    def promise(self) -> Promise:
        """What would be said, and kept."""
        return Promise(
            pickup_earliest_s=self.pickup_earliest_s,
            pickup_latest_s=self.pickup_latest_s,
            arrival_latest_s=self.arrival_latest_s,
            ride_max_s=self.trip.ride_max_s,
            rules_digest=self.trip.rules_digest,
            travel_digest=self.trip.travel_digest,
        )

    @property
    def rank(self) -> tuple[bool, int, int]:
        """Sorts the best first: as wished, then closest to the ideal window, then earlier before later."""
        return (not self.as_wished, abs(self.off_s), self.off_s)


def choices(trip: Trip, rules: ServiceRules) -> tuple[Choice, ...]:
    """All promises that the rules allow around the wish, the best first."""
    return tuple(sorted(allowed(trip, rules), key=lambda choice: choice.rank))


def allowed(trip: Trip, rules: ServiceRules) -> Iterator[Choice]:
    """The same, by the time of day."""
    step_s, around = rules.promise.rounding_min * 60, _around(trip, rules)
    first_s = around.ideal_s - rules.promise.search_earlier_min * 60 // step_s * step_s
    last_s = max(around.ideal_s + rules.promise.search_later_min * 60, _last_in_time_s(trip, rules))
    for start_s in range(first_s, last_s + 1, step_s):
        yield from _starting(start_s, trip, around)


def _last_in_time_s(trip: Trip, rules: ServiceRules) -> int:
    """The last window that still arrives in time, driven directly; the ideal one when that is no question."""
    if trip.wish.time_kind is TimeKind.DEPART_AFTER:
        return ideal_start_s(trip, rules)
    direct_s = rules.promise.pickup_window_min * 60 + trip.boarding_s + trip.direct_s
    step_s = rules.promise.rounding_min * 60
    return (trip.wish.time_s - direct_s) // step_s * step_s


def choice_at(trip: Trip, rules: ServiceRules, start_s: int) -> Iterator[Choice]:
    """The promise whose window starts at ``start_s``, if the rules allow one."""
    return _starting(start_s, trip, _around(trip, rules))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What all windows around one wish have in common: seconds of the day, and seconds from the end of a window on."""

    ideal_s: int
    window_s: int
    soonest_after_s: int  # to the arrival, driven directly
    longest_after_s: int  # to the arrival after the longest ride
    rounding_s: int
    until_s: int  # the last arrival there is


def _around(trip: Trip, rules: ServiceRules) -> _Around:
    return _Around(
        ideal_s=ideal_start_s(trip, rules),
        window_s=rules.promise.pickup_window_min * 60,
        soonest_after_s=trip.boarding_s + trip.direct_s,
        longest_after_s=trip.boarding_s + trip.ride_max_s,
        rounding_s=rules.promise.rounding_min * MINUTE_S,
        until_s=_to_the_minute_s(trip.bounds.arrival_until_s),
    )


def _starting(start_s: int, trip: Trip, around: _Around) -> Iterator[Choice]:
    window_end_s = start_s + around.window_s
    soonest_s = window_end_s + around.soonest_after_s
    arrive_by = trip.wish.time_kind is TimeKind.ARRIVE_BY
    in_time = soonest_s <= _to_the_minute_s(trip.wish.time_s)
    latest_s = min(round_up(window_end_s + around.longest_after_s, step_s=around.rounding_s), around.until_s)
    if arrive_by and in_time:
        latest_s = min(latest_s, _to_the_minute_s(trip.wish.time_s))
    if start_s >= trip.bounds.pickup_from_s and soonest_s <= latest_s:
        yield Choice(
            trip=trip,
            pickup_earliest_s=start_s,
            pickup_latest_s=window_end_s,
            arrival_latest_s=latest_s,
            off_s=start_s - around.ideal_s,
            as_wished=in_time if arrive_by else start_s >= trip.wish.time_s,
        )


def ideal_start_s(trip: Trip, rules: ServiceRules) -> int:
    """Where the window starts that fits the wish best.

    Depart after: the first multiple not before the time. Arrive by: the last one from which even the longest ride
    from the latest pick-up arrives in time.
    """
    step_s = rules.promise.rounding_min * 60
    if trip.wish.time_kind is TimeKind.DEPART_AFTER:
        return round_up(trip.wish.time_s, step_s=step_s)
    longest_s = rules.promise.pickup_window_min * 60 + trip.boarding_s + trip.ride_max_s
    return (trip.wish.time_s - longest_s) // step_s * step_s


def _to_the_minute_s(second_s: int) -> int:
    """The whole minute not after ``second_s``: what bounds an arrival can be said then, and is still met."""
    return second_s // MINUTE_S * MINUTE_S


def moved(trip: Trip, *, by_s: int) -> Trip:
    """The same trip asked for ``by_s`` seconds later (negative: earlier)."""
    return replace(trip, wish=replace(trip.wish, time_s=trip.wish.time_s + by_s))
