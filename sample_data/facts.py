"""The figures the generated tables are held to; README.md says which are evidence and which assumptions.

Shares are of one; minutes and kilometres as named. The tests compare the committed tables with these.
"""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.model.party import Aid

RIDERS = 900
ACTIVE_SHARE = 0.36
FEMALE_SHARE = 0.75
RETURN_SHARE = 0.85
PHONE_SHARE = 0.85
CANCEL_SHARE = 0.05
NO_SHOW_SHARE = 0.007
ARRIVE_BY_MEDICAL = 0.7
DEPART_AFTER_RETURN = 0.95
MEAN_ROAD_KM = 5.0
PARTY_SHARES = {1: 0.8, 2: 0.16, 3: 0.03, 4: 0.01}
PURPOSE_SHARES = {"medical": 0.48, "shopping": 0.27, "welfare": 0.13, "station": 0.09, "other": 0.03}
HOUR_SHARES = {8: 0.16, 9: 0.27, 10: 0.22, 11: 0.10, 12: 0.05, 13: 0.09, 14: 0.07, 15: 0.03, 16: 0.01}
PREVIOUS_DAYS_SHARE = 0.55
NOW_SHARE = 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeBand:
    """Riders of ``youngest`` to ``oldest`` years: their share of the rides, who books on the web, what they need."""

    youngest: int
    oldest: int
    share: float
    web_share: float
    aids: tuple[tuple[Aid, float], ...]


AGE_BANDS = (
    AgeBand(youngest=7, oldest=19, share=0.03, web_share=0.50, aids=((Aid.RAMP_WHEELCHAIR, 0.02),)),
    AgeBand(
        youngest=20,
        oldest=64,
        share=0.12,
        web_share=0.50,
        aids=((Aid.SLOW, 0.05), (Aid.FOLDING_WHEELCHAIR, 0.03), (Aid.RAMP_WHEELCHAIR, 0.03)),
    ),
    AgeBand(
        youngest=65,
        oldest=74,
        share=0.18,
        web_share=0.20,
        aids=((Aid.SLOW, 0.08), (Aid.WALKER, 0.03), (Aid.FOLDING_WHEELCHAIR, 0.02), (Aid.RAMP_WHEELCHAIR, 0.01)),
    ),
    AgeBand(
        youngest=75,
        oldest=84,
        share=0.40,
        web_share=0.07,
        aids=((Aid.SLOW, 0.22), (Aid.WALKER, 0.10), (Aid.FOLDING_WHEELCHAIR, 0.03), (Aid.RAMP_WHEELCHAIR, 0.01)),
    ),
    AgeBand(
        youngest=85,
        oldest=97,
        share=0.27,
        web_share=0.03,
        aids=((Aid.SLOW, 0.38), (Aid.WALKER, 0.22), (Aid.FOLDING_WHEELCHAIR, 0.06), (Aid.RAMP_WHEELCHAIR, 0.025)),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Minutes between arriving and going home: mean and standard deviation."""

    mean_min: float
    sd_min: float


STAYS = {
    "medical": Stay(mean_min=110, sd_min=40),
    "shopping": Stay(mean_min=60, sd_min=20),
    "welfare": Stay(mean_min=120, sd_min=45),
    "station": Stay(mean_min=120, sd_min=45),
    "other": Stay(mean_min=120, sd_min=45),
}
