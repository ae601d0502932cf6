"""How full a day is: weekday, rain, month end, days after a holiday, time of year, and chance.

The history runs on a calendar of 52 weeks from ``HISTORY_START``, a Monday; its files hold relative days only.
All effects here are assumptions (no daily figures of the service are published); they spread the days so that a
planner sees a distribution and not one average day.
"""

from __future__ import annotations

from datetime import date, timedelta

from dispatch.model.rules import ServiceRules
from dispatch.model.rules_math import runs_on
from sample_data.dice import Dice

HISTORY_START = date(2025, 4, 7)
HISTORY_DAYS = 364
WEEKDAY_FACTOR = (1.08, 1.04, 0.96, 0.93, 0.99)
RAIN_AFTER_RAIN = 0.45
RAIN_AFTER_DRY = 0.22
RAIN_FACTOR = 0.90
MONTH_END_FACTOR = 1.08  # the last two calendar days: banks and bills
PENSION_FACTOR = 1.12  # the 15th of even months
AFTER_CLOSED_FACTOR = 1.10  # the first day after a closed weekday
SUMMER_FACTOR = 0.95  # August heat
WINTER_FACTOR = 0.94  # January and February
CHANCE_SD = 0.06
LEAST_FACTOR = 0.5


def day_factors(dice: Dice, rules: ServiceRules) -> tuple[float, ...]:
    """One factor for each calendar day of the history, 0 when closed, with mean 1 over the service days."""
    raw, rain = [], False
    for offset in range(HISTORY_DAYS):
        rain = dice.chance(RAIN_AFTER_RAIN if rain else RAIN_AFTER_DRY)
        chance = max(LEAST_FACTOR, dice.normal(mean=1, sd=CHANCE_SD))
        day = HISTORY_START + timedelta(days=offset)
        raw.append(_calendar_factor(rules, day) * (RAIN_FACTOR if rain else 1.0) * chance)
    mean = sum(raw) / sum(1 for factor in raw if factor > 0)
    return tuple(factor / mean for factor in raw)


def _calendar_factor(rules: ServiceRules, day: date) -> float:
    if not runs_on(rules, day):
        return 0.0
    factor = WEEKDAY_FACTOR[day.weekday()]
    if (day + timedelta(days=2)).day <= 2:
        factor *= MONTH_END_FACTOR
    if day.day == 15 and day.month % 2 == 0:
        factor *= PENSION_FACTOR
    before = day - timedelta(days=3 if day.weekday() == 0 else 1)
    if not runs_on(rules, before):
        factor *= AFTER_CLOSED_FACTOR
    if day.month == 8:
        factor *= SUMMER_FACTOR
    return factor * (WINTER_FACTOR if day.month in (1, 2) else 1.0)
