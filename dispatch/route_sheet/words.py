"""Parties, fares, seats and dates in the words of the sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from dispatch.model.party import SEAT_KINDS, Aid, FareClass, Party
from dispatch.model.plan import Task
from dispatch.model.promise import Promise
from dispatch.model.times import TOKYO, clock_text
from dispatch.model.wording import Lang, say
from dispatch.route_sheet.sheet import SeatUse, SheetTotals


def party_text(party: Party, *, lang: Lang) -> str:
    """``2名（大人1・介助者1）``; a single adult is just ``1名``."""
    people = say("sheet.party.people", lang, count=party.size)
    classes = Counter(passenger.fare_class for passenger in party.passengers)
    if set(classes) == {FareClass.ADULT}:
        return people
    counted = [_counted(f"sheet.fare_class.{kind}", classes[kind], lang=lang) for kind in FareClass if kind in classes]
    return say("sheet.party.detail", lang, people=people, classes=say("sheet.party.between", lang).join(counted))


def aid_texts(party: Party, *, lang: Lang) -> tuple[str, ...]:
    """One text per kind of aid in the party, in the order of ``Aid``; empty when nobody needs one."""
    aids = Counter(passenger.aid for passenger in party.passengers)
    return tuple(
        _counted(f"sheet.aid.{aid}", aids[aid], lang=lang) for aid in Aid if aid is not Aid.NONE and aid in aids
    )


def _counted(key: str, count: int, *, lang: Lang) -> str:
    return say("sheet.party.counted", lang, what=say(key, lang), count=count)


def payment_text(*, fare_yen: int, vouchers: int, lang: Lang) -> str:
    """What to take when the party boards. ``fare_yen`` is the cash that remains beside the vouchers."""
    if vouchers and fare_yen:
        return say("sheet.payment.vouchers_and_cash", lang, count=vouchers, yen=f"{fare_yen:,}")
    if vouchers:
        return say("sheet.payment.vouchers", lang, count=vouchers)
    return say("sheet.payment.cash", lang, yen=f"{fare_yen:,}") if fare_yen else say("sheet.payment.free", lang)


def promised_text(promise: Promise, *, task: Task, lang: Lang) -> str:
    """What was said on the phone about this visit."""
    if task is Task.ALIGHT:
        return say("sheet.visit.promised_arrival", lang, latest=clock_text(promise.arrival_latest_s))
    earliest, latest = clock_text(promise.pickup_earliest_s), clock_text(promise.pickup_latest_s)
    return say("sheet.visit.promised_pickup", lang, earliest=earliest, latest=latest)


def date_text(day: date, *, lang: Lang) -> str:
    """``2026年11月24日（火）``."""
    weekday = say(f"sheet.weekday.{day.weekday()}", lang)
    return say("sheet.date", lang, year=day.year, month=day.month, day=day.day, weekday=weekday)


def made_at_text(moment: datetime, *, lang: Lang) -> str:
    """``11/23 15:20 作成``, in Japanese time."""
    local = moment.astimezone(TOKYO)
    clock = clock_text(local.hour * 3600 + local.minute * 60)
    return say("sheet.made_at", lang, month=local.month, day=local.day, clock=clock)


def layout_for(layouts: tuple[tuple[int, ...], ...], *, loads: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    """The first layout that holds every load; when none does, the first of all."""
    wanted = list(loads)
    holds = (row for row in layouts if all(_fits(load, layout=row) for load in wanted))
    return next(holds, layouts[0])


def _fits(load: tuple[int, ...], *, layout: tuple[int, ...]) -> bool:
    return all(used <= places for used, places in zip(load, layout, strict=True))


def seat_uses(load: tuple[int, ...], *, layout: tuple[int, ...], lang: Lang) -> tuple[SeatUse, ...]:
    """Places taken by kind; kinds that the layout lacks and nobody uses are left out."""
    return tuple(
        SeatUse(kind=say(f"sheet.seat.{kind}", lang), used=used, places=places)
        for kind, used, places in zip(SEAT_KINDS, load, layout, strict=True)
        if used or places
    )


def total_texts(totals: SheetTotals, *, lang: Lang) -> tuple[str, ...]:
    """The totals of a run, one text each."""
    return (
        say("sheet.total.rides", lang, count=totals.reservations),
        say("sheet.total.people", lang, count=totals.people),
        say("sheet.total.distance", lang, km=f"{totals.distance_m / 1000:.1f}"),
        say("sheet.total.cash", lang, yen=f"{totals.fare_yen:,}"),
        say("sheet.total.vouchers", lang, count=totals.vouchers),
    )
