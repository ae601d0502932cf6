"""What was said on the phone, and how it is kept.

Promised, scheduled and estimated are three different times: this module holds the promised ones only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dispatch.model.times import MINUTE_S


class PromiseState(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    BREACHED = "breached"
    RELEASED = "released"  # cancelled by the rider, or replaced with the rider's consent


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Service-day seconds, all bounds inclusive. The three times are whole minutes: what is said is what is kept.

    The vehicle is ready to board at the door inside ``[pickup_earliest_s, pickup_latest_s]`` (one that is early
    waits) and has stopped at the drop by ``arrival_latest_s``. ``ride_max_s`` bounds the time aboard, from the end
    of boarding to the stop at the drop. The digests name the rules and travel times it was computed with.
    """

    pickup_earliest_s: int
    pickup_latest_s: int
    arrival_latest_s: int
    ride_max_s: int
    rules_digest: str
    travel_digest: str

    def __post_init__(self) -> None:
        if not 0 <= self.pickup_earliest_s <= self.pickup_latest_s <= self.arrival_latest_s:
            raise ValueError("a promise runs from pick-up window to latest arrival")
        if any(time_s % MINUTE_S for time_s in (self.pickup_earliest_s, self.pickup_latest_s, self.arrival_latest_s)):
            raise ValueError("a promise is made in whole minutes")
