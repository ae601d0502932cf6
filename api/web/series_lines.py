"""Recurring trips in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from api.context import Call
from api.speech import spoken_time
from dispatch.model.errors import NotFound
from dispatch.model.series import Series, SeriesDate, SeriesOutcome
from dispatch.model.spot import NOWHERE, SpotKind, SpotRef
from dispatch.model.wish import TimeKind
from dispatch.model.wording import Lang, say
from dispatch.route_sheet.words import date_text


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesLine:
    """One template on a rider's card. ``skippable``: the day shown is one of its dates and not booked yet.

    ``other_time`` says that the day shown has a time of its own, ``exceptions`` which dates from then on differ; empty
    where there is nothing to say.
    """

    id: int
    text: str
    places: str
    skippable: bool
    other_time: str
    exceptions: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedLine:
    """A date of a series that could not be booked: whose, and why."""

    series_id: int
    rider_id: str
    name: str
    phone: str
    why: str


def weekdays_text(series: Series, lang: Lang) -> str:
    """``火・木``."""
    return "・".join(say(f"sheet.weekday.{day}", lang) for day in series.weekdays)


def series_lines(call: Call, rider_id: str, *, day: date) -> tuple[SeriesLine, ...]:
    """The recurring trips of a rider that have not ended before ``day``."""
    store = call.desk.store
    booked = {made.series_id for made in store.series_dates(call.service, day) if made.outcome is SeriesOutcome.BOOKED}
    return tuple(
        SeriesLine(
            id=one.id,
            text=_text(one, call.lang),
            places=f"{_name(call, one.origin)} → {_name(call, one.destination)}",
            skippable=one.wanted_on(day) and one.id not in booked,
            other_time=_other_time(one, day, call.lang),
            exceptions=_exceptions(one, day, call.lang),
        )
        for one in store.all_series(call.service)
        if one.rider_id == rider_id and one.last >= day
    )


def _other_time(series: Series, day: date, lang: Lang) -> str:
    if all(one.date != day for one in series.retimed):
        return ""
    return say("desk.series.on_this_day", lang, time=time_text(series, series.time_on(day), lang))


def _exceptions(series: Series, day: date, lang: Lang) -> str:
    """The dates from ``day`` on that are skipped or have a time of their own, in their order."""
    skipped = [(when, say("desk.series.free", lang, day=date_text(when, lang=lang))) for when in series.skipped]
    retimed = [
        (
            one.date,
            say(
                "desk.series.moved", lang, day=date_text(one.date, lang=lang), time=time_text(series, one.time_s, lang)
            ),
        )
        for one in series.retimed
    ]
    return " / ".join(text for when, text in sorted(skipped + retimed) if when >= day)


def time_text(series: Series, time_s: int, lang: Lang) -> str:
    """A time as the template means it: leaving from then on, or there by then."""
    kind = "arrive_by" if series.time_kind is TimeKind.ARRIVE_BY else "depart_after"
    return say(f"desk.series.{kind}", lang, time=spoken_time(time_s, lang))


def date_line(made: SeriesDate, lang: Lang) -> str:
    """What became of one date: booked, or why not and what can be done."""
    day = date_text(made.date, lang=lang)
    if made.outcome is SeriesOutcome.BOOKED:
        return say("desk.series.booked", lang, day=day)
    values = dict(made.values)
    cause, action = (say(f"error.{made.code}.{part}", lang, **values) for part in ("cause", "action"))
    return say("desk.series.refused", lang, day=day, cause=cause, action=action)


def missed_lines(call: Call, day: date) -> tuple[MissedLine, ...]:
    """The recurring trips of a day that could not be booked, each with whom to call."""
    store, lines = call.desk.store, []
    for made in store.series_dates(call.service, day):
        if made.outcome is SeriesOutcome.BOOKED:
            continue
        rider = store.rider(call.service, store.series(made.series_id).rider_id)
        why = date_line(made, call.lang)
        lines.append(
            MissedLine(series_id=made.series_id, rider_id=rider.id, name=rider.name, phone=rider.phone, why=why)
        )
    return tuple(lines)


def _text(series: Series, lang: Lang) -> str:
    text = say(
        "desk.series.line",
        lang,
        weekdays=weekdays_text(series, lang),
        time=time_text(series, series.time_s, lang),
        until=date_text(series.last, lang=lang),
    )
    return f"{text}・{say('desk.series.with_back', lang)}" if series.back else text


def _name(call: Call, ref: SpotRef) -> str:
    store = call.desk.store
    try:
        if ref.kind is SpotKind.PLACE:
            return store.place(call.service, ref.id).name
        return store.rider_place(call.service, ref.id).label
    except NotFound:
        return ref.id if ref.at == NOWHERE else ""
