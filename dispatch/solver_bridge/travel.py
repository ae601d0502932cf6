"""Travel times of a service day: which source answers, and one table over every place the service knows."""

from __future__ import annotations

from typing import Protocol

from dispatch.model.rules import ServiceRules
from maps.travel_times.protocol import TravelTimes


class TravelSource(Protocol):
    """Where travel times come from under given rules. Implementations may be shared by threads."""

    def times(self, rules: ServiceRules) -> TravelTimes:
        """The travel times in force under ``rules``."""
        ...
