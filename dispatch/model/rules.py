"""The service rules: every tunable of the service in one validated, frozen object.

They come from one TOML file (``dispatch.model.rules_file`` reads it and names key, value and bound of whatever
is wrong). In the file, durations carry their unit in the key (``_min``, ``_s``) and clock times are ``"H:MM"``.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from dispatch.model.party import Aid, FareClass
from dispatch.model.times import LAST_SECOND_S, parse_clock

FROM_FILE = "from_file"
"""Validation context of a rules file: there a clock time is text, since a bare number could mean hours or seconds."""

FIRST_DATE, LAST_DATE = date(2000, 1, 1), date(2099, 12, 31)
"""A date outside these has a mistyped year."""

T = TypeVar("T", int, str, date)


def _clock(value: object, info: ValidationInfo) -> object:
    if not isinstance(value, str):
        if info.context == FROM_FILE:
            raise PydanticCustomError("clock", "write a time of day as text, like 8:30")
        return value
    try:
        return parse_clock(value)
    except ValueError as error:
        raise PydanticCustomError("clock", "not a time of day between 0:00 and 30:00, like 8:30") from error


def _reasonable(value: date) -> date:
    if not FIRST_DATE <= value <= LAST_DATE:
        raise PydanticCustomError("date_range", "not between {bounds}", {"bounds": f"{FIRST_DATE} – {LAST_DATE}"})
    return value


def _once(value: tuple[T, ...]) -> tuple[T, ...]:
    twice = [str(entry) for place, entry in enumerate(value) if entry in value[:place]]
    if twice:
        raise PydanticCustomError("twice", "{entry} occurs more than once", {"entry": twice[0]})
    return value


def _month_day(value: str) -> str:
    try:
        date.fromisoformat(f"2000-{value}")
    except ValueError as error:
        raise PydanticCustomError("month_day", "not a month and day like 12-29") from error
    return value


def _all_hours(value: tuple[SpeedHour, ...]) -> tuple[SpeedHour, ...]:
    starts = [hour.from_s for hour in value]
    if not starts or starts[0] != 0 or starts != sorted(set(starts)):
        raise PydanticCustomError("speed_hours", "speeds start at 0:00 and go up in time, each hour once")
    return value


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


ClockSecond = Annotated[int, BeforeValidator(_clock), Field(ge=0, le=LAST_SECOND_S)]
MonthDay = Annotated[str, AfterValidator(_month_day)]
"""A day of every year as ``MM-DD``."""
RuleDate = Annotated[date, AfterValidator(_reasonable)]
"""A date from ``FIRST_DATE`` to ``LAST_DATE``."""


class ServiceDays(_Frozen):
    """When the service runs. ``weekdays``: 0 = Monday … 6 = Sunday.

    ``closed_dates`` and ``closed_yearly`` (``MM-DD`` of every year) are closed whatever the weekday; ``extra_dates``
    run whatever the weekday, the holiday or the yearly closing says. No date is both closed and extra, and no list
    names a day twice.
    """

    weekdays: Annotated[tuple[Annotated[int, Field(ge=0, le=6)], ...], Field(min_length=1), AfterValidator(_once)]
    on_holidays: bool
    closed_dates: Annotated[tuple[RuleDate, ...], AfterValidator(_once)] = ()
    closed_yearly: Annotated[tuple[MonthDay, ...], AfterValidator(_once)] = ()
    extra_dates: Annotated[tuple[RuleDate, ...], AfterValidator(_once)] = ()
    open: ClockSecond
    close: ClockSecond

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> ServiceDays:
        if self.open >= self.close:
            raise PydanticCustomError("opens_late", "the service opens before it closes")
        return self

    @model_validator(mode="after")
    def _closed_or_extra(self) -> ServiceDays:
        both = sorted(set(self.closed_dates) & set(self.extra_dates))
        if both:
            raise PydanticCustomError("closed_and_extra", "{date} is both closed and extra", {"date": str(both[0])})
        return self


class BookingRules(_Frozen):
    """How early and how late a trip can be booked, and how an offer lives."""

    horizon_days: int = Field(ge=0, le=366)
    cutoff_min: int = Field(ge=0, le=2880)
    offer_valid_min: int = Field(ge=1, le=120)
    offers_max: int = Field(ge=1, le=10)
    guests_allowed: bool
    party_max: int = Field(ge=1, le=20)
    hold_s: int = Field(default=180, ge=30, le=600)


class PromiseRules(_Frozen):
    """What is promised: the width of the pick-up window and the longest ride.

    ``ride_max = min(ride_max_min, direct * ride_factor + ride_plus_min)``; a ride never longer than direct is
    always allowed. Windows start on multiples of ``rounding_min`` and are a multiple of it wide, so that both their
    ends are round times; so is the latest arrival, where no closing time or "arrive by" cuts it.
    """

    pickup_window_min: int = Field(ge=1, le=120)
    rounding_min: int = Field(ge=1, le=60)
    search_earlier_min: int = Field(ge=0, le=240)
    search_later_min: int = Field(ge=0, le=240)
    ride_max_min: int = Field(ge=5, le=240)
    ride_factor: float = Field(ge=1.0, le=5.0)
    ride_plus_min: int = Field(ge=0, le=120)
    idle_aboard_min: int = Field(ge=0, le=60)

    @model_validator(mode="after")
    def _round_windows(self) -> PromiseRules:
        width, step = self.pickup_window_min, self.rounding_min
        if width % step:
            pair = {"pair": f"{width} ÷ {step}"}
            raise PydanticCustomError("window_steps", "pickup_window_min is no multiple of rounding_min ({pair})", pair)
        return self


class BoardingRules(_Frozen):
    """Seconds at the kerb: for each aid, the longest of the party, plus ``per_extra_s`` for each further person."""

    seconds: dict[Aid, Annotated[int, Field(ge=0, le=1800)]]
    per_extra_s: int = Field(ge=0, le=600)
    alight_factor: float = Field(ge=0.0, le=2.0)

    @model_validator(mode="after")
    def _every_aid(self) -> BoardingRules:
        missing = [aid.value for aid in Aid if aid not in self.seconds]
        if missing:
            raise PydanticCustomError("aids_missing", "no seconds for {names}", {"names": ", ".join(missing)})
        return self


class FareRules(_Frozen):
    """Fare by class, fixed at booking; free-ride vouchers a year for riders of ``voucher_age`` and over."""

    yen: dict[FareClass, Annotated[int, Field(ge=0, le=10_000)]]
    voucher_age: int = Field(ge=0, le=120)
    vouchers_per_year: int = Field(ge=0, le=366)

    @model_validator(mode="after")
    def _every_class(self) -> FareRules:
        missing = [fare.value for fare in FareClass if fare not in self.yen]
        if missing:
            raise PydanticCustomError("fares_missing", "no fare for {names}", {"names": ", ".join(missing)})
        return self


class SpeedHour(_Frozen):
    """From ``from`` on, vehicles drive ``kmh`` on average."""

    model_config = ConfigDict(populate_by_name=True)
    from_s: ClockSecond = Field(alias="from")
    kmh: float = Field(ge=5, le=100)


class TravelRules(_Frozen):
    """Great-circle distance × ``detour_factor`` at the speed of the hour, when no road data are configured."""

    detour_factor: float = Field(ge=1.0, le=3.0)
    speeds: Annotated[tuple[SpeedHour, ...], AfterValidator(_all_hours)]


class AreaRules(_Frozen):
    """The city boundary, unless the other end is a listed place outside (``listed_places_outside``)."""

    listed_places_outside: bool
    margin_m: int = Field(ge=0, le=5000)


class PrivacyRules(_Frozen):
    """Personal data of past trips are erased after ``retention_days``."""

    retention_days: int = Field(ge=1, le=3660)


class PlanningEngine(StrEnum):
    """What improves a plan. Either ends at the same exact schedule and the same checker."""

    SEARCH = "search"  # ruin and recreate over compiled kernels, recombined by CP-SAT
    ROUTING_MODEL = "routing_model"  # OR-Tools RoutingModel, the reference


class StabilityRules(_Frozen):
    """What a better plan found between events must save before it may disturb the one that people know.

    ``gain_min_m``, and ``gain_per_rider_m`` for each rider whose pick-up or arrival moves by more than ``retimed_min``,
    and ``gain_per_stop_m`` for each stop that a driver finds elsewhere than before. Whatever happens within
    ``near_min`` from now counts ``near_factor`` times.
    """

    gain_min_m: int = Field(default=500, ge=1, le=100_000)
    retimed_min: int = Field(default=5, ge=0, le=120)
    gain_per_rider_m: int = Field(default=200, ge=0, le=100_000)
    gain_per_stop_m: int = Field(default=50, ge=0, le=100_000)
    near_min: int = Field(default=60, ge=0, le=1440)
    near_factor: int = Field(default=5, ge=1, le=1000)


class PlanningRules(_Frozen):
    """How long a re-plan may search by default, with which engine, and the seed of its randomness.

    The seed is that of the engine ``search``; ``routing_model`` draws no random numbers.
    ``stability`` bounds what the worker may change between events; whoever re-plans by hand is not bound by it.
    """

    seconds: float = Field(ge=0.1, le=600)
    seed: int = Field(ge=0, le=2**31 - 1)
    engine: PlanningEngine = PlanningEngine.SEARCH
    stability: StabilityRules = StabilityRules()


class ProgressRules(_Frozen):
    """How reports from the road are taken, and when an alert is raised.

    A promise is at risk when the estimated time is within ``risk_margin_min`` of its end, or past it. A report tapped
    more than ``future_max_s`` after it was received, or by a clock that is wrong by more than ``clock_off_max_min``,
    counts for nothing.
    """

    risk_margin_min: int = Field(default=0, ge=0, le=60)
    future_max_s: int = Field(default=120, ge=0, le=3600)
    clock_off_max_min: int = Field(default=10, ge=1, le=120)


class ServiceRules(_Frozen):
    """All rules in force from ``effective_from`` on. ``digest`` is the SHA-256 of the canonical JSON of the values."""

    effective_from: RuleDate
    service: ServiceDays
    booking: BookingRules
    promise: PromiseRules
    boarding: BoardingRules
    fares: FareRules
    travel: TravelRules
    area: AreaRules
    privacy: PrivacyRules
    planning: PlanningRules
    progress: ProgressRules = ProgressRules()
