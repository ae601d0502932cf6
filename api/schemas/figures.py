"""The figures of a planned day."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, Field

from dispatch import refusals
from dispatch.model.day_state import DayState
from dispatch.report import DaySummary, summary_figures


class RefusalReason(BaseModel):
    """``code`` is one of ``docs/errors.md``; for ``no_vehicle``, ``rule`` is the one that blocked most vehicles."""

    code: str
    rule: str = Field(description="Empty when the service's own rules said no before any vehicle was asked.")
    count: int
    share: float = Field(description="Of all requests, 0 to 1.")


class RefusalFigures(BaseModel):
    """Requests for a span of days: what became of them, and why some were refused. Each demand counts once."""

    first: dt.date
    last: dt.date
    requests: int
    booked: int
    refused: int
    abandoned: int
    expired: int
    open: int
    refused_share: float = Field(description="Refused of all requests (予約不成立率), 0 to 1.")
    reasons: list[RefusalReason]

    @classmethod
    def of(cls, figures: refusals.RefusalFigures) -> RefusalFigures:
        return cls.model_validate(
            {
                "first": figures.first,
                "last": figures.last,
                "requests": figures.requests,
                **{outcome.value: count for outcome, count in figures.outcomes},
                "refused_share": figures.share(figures.refused),
                "reasons": [
                    {"code": reason.code, "rule": reason.rule, "count": count, "share": figures.share(count)}
                    for reason, count in figures.reasons
                ],
            }
        )


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
