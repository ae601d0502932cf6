"""A vehicle on the road on one service day, as planning sees it."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.model.spot import Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakRule:
    """A break of ``duration_s`` that starts inside ``[earliest_s, latest_s]``."""

    earliest_s: int
    latest_s: int
    duration_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftOfDay:
    """One vehicle on the road on this day: seats by layout (in the order of ``SEAT_KINDS``), hours, places, breaks.

    ``stopped``: it does nothing more (`dispatch.model.outage`); ``end_spot`` is where it stands.
    """

    shift_id: str
    vehicle_id: str
    layouts: tuple[tuple[int, ...], ...]
    start_s: int
    end_s: int
    start_spot: Spot
    end_spot: Spot
    breaks: tuple[BreakRule, ...]
    stopped: bool = False
