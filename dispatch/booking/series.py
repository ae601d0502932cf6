"""Recurring trips: the weekly template is kept, and each of its dates is booked once the booking horizon reaches it.

Booking a date is an ordinary call: a request, its offers, the best one accepted; what cannot be had is a refusal with
its reason, kept with the date for the desk. Doing it again does nothing twice (decision 0028).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from dispatch.booking.accept import accept
from dispatch.booking.accept_pair import accept_pair
from dispatch.booking.pairs import propose_pair
from dispatch.booking.proposal import PairRefused, Refused
from dispatch.booking.propose import propose
from dispatch.model.actor import Actor, Channel, Role
from dispatch.model.errand import NOT_KEYED
from dispatch.model.errors import Conflict, InvalidInput, NotFound, OdekakeError
from dispatch.model.journal import JournalEntry
from dispatch.model.rules_math import bookable_from
from dispatch.model.series import Series, SeriesDate, SeriesOutcome
from dispatch.model.spot import SpotKind
from dispatch.model.times import LAST_SECOND_S, ServiceDay, local_date
from dispatch.model.wish import NO_GUEST, NO_ID, Outcome, PairForm, Request, TimeKind, WishForm
from dispatch.solver_bridge.retry import on_the_day_as_it_is
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.protocol import UnitOfWork

ADDED, CHANGED = "series_added", "series_changed"
"""Kinds of the journal's entries, written on the day on which somebody decided so."""

RECURRING = Actor(id="recurring", role=Role.SYSTEM)
"""Who books the dates when nobody has asked for it: the server's errand."""

BUSY = frozenset({"day_busy", "database_busy"})
"""Nothing is wrong with the date: it is tried again the next time."""


def add_series(workplace: Workplace, series: Series, *, actor: Actor) -> Series:
    """Keep a new template; its dates are booked by `book_series`.

    Raises
    ------
    NotFound
        ``unknown_rider``, ``unknown_place``, ``unknown_rider_place``.
    InvalidInput
        ``series_invalid`` with the field; ``series_retimed_unwanted`` when a date to come is given another time on
        which the trip is not wanted at all.
    Conflict
        ``day_busy``.
    """
    for number in workplace.claim.ids("series"):
        return workplace.store.series(int(number))
    _check(workplace, series)
    return _journaled(workplace, series, lambda work: work.add_series(series), kind=ADDED, actor=actor)


def change_series(workplace: Workplace, series: Series, *, actor: Actor) -> Series:
    """Put another template in the place of the one with its number. What is booked already stays booked.

    Raises
    ------
    NotFound, InvalidInput, Conflict
        As `add_series`; ``unknown_series``; ``series_day_booked`` when a date that is skipped or moved now is booked.
    """
    old = workplace.store.series(series.id)
    if (old.service_id, old.rider_id) != (series.service_id, series.rider_id):
        raise InvalidInput("series_invalid", field="rider_id")
    _check(workplace, series)
    excepted = {*series.skipped} - {*old.skipped} | {one.date for one in series.retimed if one not in old.retimed}
    for day in sorted(excepted):
        if any(made.outcome is SeriesOutcome.BOOKED for made in _said(workplace, series, day)):
            raise Conflict("series_day_booked", date=day.isoformat())

    def write(work: UnitOfWork) -> Series:
        work.replace_series(series)
        return series

    return _journaled(workplace, series, write, kind=CHANGED, actor=actor)


def _check(workplace: Workplace, series: Series) -> None:
    """Raises InvalidInput ``series_invalid`` and ``series_retimed_unwanted``, NotFound."""
    times = [series.time_s, *(one.time_s for one in series.retimed), *(back.time_s for back in series.back)]
    refs = [
        series.origin,
        series.destination,
        *(ref for back in series.back for ref in (back.origin, back.destination)),
    ]
    tests = (
        ("weekdays", bool(series.weekdays) and set(series.weekdays) <= set(range(7))),
        ("last", series.first <= series.last),
        ("time", all(0 <= time_s <= LAST_SECOND_S for time_s in times)),
        ("time_kind", series.time_kind is not TimeKind.WILL_CALL),
        ("back", len(series.back) <= 1),
        ("retimed", len({one.date for one in series.retimed}) == len(series.retimed)),
        ("place", all(ref.kind is not SpotKind.POINT for ref in refs) and series.origin != series.destination),
    )
    for field, holds in tests:
        if not holds:
            raise InvalidInput("series_invalid", field=field)
    today = local_date(workplace.clock.now())
    for day in (one.date for one in series.retimed if one.date >= today):
        if not series.falls_on(day):
            raise InvalidInput("series_retimed_unwanted", date=day.isoformat())
    store = workplace.store
    store.rider(series.service_id, series.rider_id)
    for ref in refs:
        if ref.kind is SpotKind.PLACE:
            store.place(series.service_id, ref.id)
        elif store.rider_place(series.service_id, ref.id).rider_id != series.rider_id:
            raise NotFound("unknown_rider_place", rider_place_id=ref.id)


def _journaled(
    workplace: Workplace, series: Series, write: Callable[[UnitOfWork], Series], *, kind: str, actor: Actor
) -> Series:
    def written() -> Series:
        now = workplace.clock.now()
        today = local_date(now)
        version = workplace.store.day_version(series.service_id, today)
        with workplace.store.writing() as work:
            claimed = work.claim_day(series.service_id, today, expected_version=version)
            stored = write(work)
            work.journal(
                JournalEntry(
                    service_id=stored.service_id,
                    date=today,
                    version=claimed,
                    actor=actor,
                    kind=kind,
                    at=now,
                    ids=(("series", stored.id), ("digest", stored.digest)),
                )
            )
        return stored

    return on_the_day_as_it_is(workplace, written)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesBooked:
    """What one run came to: dates booked, dates refused with their reasons, dates to be tried again next time."""

    booked: tuple[SeriesDate, ...]
    refused: tuple[SeriesDate, ...]
    later: int


def book_series(workplace: Workplace, *, service_id: str, actor: Actor) -> SeriesBooked:
    """Book every date that the booking horizon has reached and that has not been dealt with.

    Raises
    ------
    NotFound
        ``unknown_service``, ``no_rules``.
    """
    workplace = replace(workplace, claim=NOT_KEYED)  # each date is a call of its own
    store, today = workplace.store, local_date(workplace.clock.now())
    store.service(service_id)
    horizon = store.rules(service_id, today).booking.horizon_days
    made: list[SeriesDate] = []
    later = 0
    for series in store.all_series(service_id):
        for day in series.dates(first=today, days=horizon + 1):
            if any(True for _ in _said(workplace, series, day)) or not _reached(workplace, series, day):
                continue
            try:
                made.append(_dealt_with(workplace, series, day, actor))
            except Conflict:
                later += 1
    booked = tuple(one for one in made if one.outcome is SeriesOutcome.BOOKED)
    return SeriesBooked(booked=booked, refused=tuple(one for one in made if one not in booked), later=later)


def book_date(workplace: Workplace, *, series_id: int, day: ServiceDay, actor: Actor) -> SeriesDate:
    """Book one date, also one that was refused before. Booked already: what was said then.

    A date that the booking horizon has not reached is refused and nothing is kept of it: it is booked in its time.

    Raises
    ------
    NotFound
        ``unknown_series``.
    InvalidInput
        ``series_not_wanted`` on a date it does not fall on.
    Conflict
        ``day_busy``.
    """
    workplace = replace(workplace, claim=NOT_KEYED)
    series = workplace.store.series(series_id)
    if not series.wanted_on(day):
        raise InvalidInput("series_not_wanted", date=day.isoformat())
    for said in _said(workplace, series, day):
        if said.outcome is SeriesOutcome.BOOKED:
            return said
    if not _reached(workplace, series, day):
        return _too_early(workplace, series, day)
    return _dealt_with(workplace, series, day, actor)


def _reached(workplace: Workplace, series: Series, day: ServiceDay) -> bool:
    now = workplace.clock.now()
    return bookable_from(workplace.store.rules(series.service_id, day), day) <= now


def _too_early(workplace: Workplace, series: Series, day: ServiceDay) -> SeriesDate:
    days = workplace.store.rules(series.service_id, day).booking.horizon_days
    return replace(_blank(series, day), code="beyond_horizon", values=(("days", str(days)),))


def _blank(series: Series, day: ServiceDay) -> SeriesDate:
    """A date of which nothing has come yet."""
    return SeriesDate(series_id=series.id, service_id=series.service_id, date=day, outcome=SeriesOutcome.REFUSED)


def _said(workplace: Workplace, series: Series, day: ServiceDay) -> Iterator[SeriesDate]:
    said = workplace.store.series_dates(series.service_id, day)
    return (made for made in said if made.series_id == series.id)


def _dealt_with(workplace: Workplace, series: Series, day: ServiceDay, actor: Actor) -> SeriesDate:
    """Ask for a date and take the best offer; whatever comes of it is kept. Raises Conflict when the day is busy."""
    blank = _blank(series, day)
    made = next(_answered(workplace, series, day, blank), blank)
    if made.request_id == NO_ID:
        try:
            made = _asked(workplace, series, day, blank, actor)
        except OdekakeError as error:
            if error.code in BUSY:
                raise
            values = tuple((name, str(value)) for name, value in error.values.items())
            failed = replace(blank, code=error.code, values=values)
            made = next(_answered(workplace, series, day, blank), failed)  # somebody else may have booked it
    with workplace.store.writing() as work:
        work.save_series_date(made)
    return made


def _answered(workplace: Workplace, series: Series, day: ServiceDay, blank: SeriesDate) -> Iterator[SeriesDate]:
    """A date that was booked by a run which ended before it could say so."""
    for request in workplace.store.requests(series.service_id, day):
        if request.wish.series_id == series.id and request.outcome is Outcome.BOOKED:
            yield replace(blank, outcome=SeriesOutcome.BOOKED, request_id=request.id)


def _asked(workplace: Workplace, series: Series, day: ServiceDay, blank: SeriesDate, actor: Actor) -> SeriesDate:
    form = _form(series, day, actor)
    for back in series.back:
        both = propose_pair(workplace, PairForm(outbound=form, back=back))
        if isinstance(both, PairRefused):
            return _refused(blank, both.request, both.refusal.code, both.refusal.values)
        accept_pair(workplace, offer_id=both.pairs[0].id, actor=actor, overlap_confirmed=False)
        return replace(blank, outcome=SeriesOutcome.BOOKED, request_id=both.outbound.id)
    answer = propose(workplace, form)
    if isinstance(answer, Refused):
        return _refused(blank, answer.request, answer.refusal.code, answer.refusal.values)
    accept(workplace, offer_id=answer.offers[0].id, actor=actor, overlap_confirmed=False)
    return replace(blank, outcome=SeriesOutcome.BOOKED, request_id=answer.request.id)


def _refused(blank: SeriesDate, request: Request, code: str, values: tuple[tuple[str, str], ...]) -> SeriesDate:
    return replace(blank, request_id=request.id, code=code, values=values)


def _form(series: Series, day: ServiceDay, actor: Actor) -> WishForm:
    return WishForm(
        service_id=series.service_id,
        date=day,
        rider_id=series.rider_id,
        guest=NO_GUEST,
        origin=series.origin,
        destination=series.destination,
        time_kind=series.time_kind,
        time_s=series.time_on(day),
        party=series.party,
        channel=Channel.DESK,
        actor=actor,
        purpose=series.purpose,
        series_id=series.id,
    )
