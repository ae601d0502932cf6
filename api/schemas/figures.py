"""The figures of a planned day."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, Field

from dispatch.model.day_state import DayState
from dispatch.report import DaySummary, summary_figures


class DayFigures(BaseModel):
    """A figure that has no meaning on this day (nobody rides) is null."""

    date: dt.date
    plan_version: int
    rides: int
    people: int
    unserved: int
    promises_broken: int
    vehicles_on_duty: int
    vehicles_used: int
    distance_m: int
    on_road_s: int = Field(description="From leaving the depot to coming back, all vehicles.")
    km_per_ride: float | None = None
    shared_share: float | None = Field(default=None, description="Share of rides that share the vehicle, 0 to 1.")
    wait_p50_s: int | None = Field(default=None, description="Scheduled boarding after the start of the window.")
    wait_p90_s: int | None = None
    ride_over_direct: float | None = None

    @classmethod
    def of(cls, state: DayState, summary: DaySummary) -> DayFigures:
        """The figures of ``summary``, which is that of ``state``."""
        return cls.model_validate(
            {"date": state.date, "plan_version": state.plan.version, **summary_figures(summary)},
        )
