"""Recurring trips: a weekly template becomes reservations as the horizon reaches its dates, once, and loses none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dispatch.model.catalog import RiderCreate
from dispatch.model.errors import Conflict, InvalidInput, NotFound
from dispatch.model.reservation import ReservationState
from dispatch.model.series import Retimed, Series, SeriesOutcome
from dispatch.model.spot import SpotKind, SpotRef
from dispatch.model.times import parse_clock, to_moment
from dispatch.model.wish import NO_ID, BackForm, Outcome, TimeKind
from dispatch.store.memory_work import MemoryUnitOfWork
from tests.scenarios.town import ONE_ADULT, OPERATOR, SERVICE, TUESDAY, Town

MONDAY = date(2026, 11, 23)  # the town opens on its evening; a public holiday
WEDNESDAY, THURSDAY = TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=2)
NEXT_TUESDAY = TUESDAY + timedelta(days=7)
HOME, CLINIC = SpotRef(kind=SpotKind.RIDER_PLACE, id="R1-home"), SpotRef(kind=SpotKind.PLACE, id="clinic")


def template(*, weekdays: tuple[int, ...] = (1, 3), both: bool = False, time: str = "9:00") -> Series:
    """Rider 1 to the clinic on Tuesdays and Thursdays from 9:00; perhaps home again two hours later."""
    back = (BackForm(origin=CLINIC, destination=HOME, stay_s=7200),) if both else ()
    return Series(
        id=NO_ID,
        service_id=SERVICE,
        rider_id="R1",
        weekdays=weekdays,
        first=MONDAY,
        last=date(2027, 3, 31),
        origin=HOME,
        destination=CLINIC,
        time_kind=TimeKind.DEPART_AFTER,
        time_s=parse_clock(time),
        party=ONE_ADULT,
        purpose="medical",
        back=back,
    )


def added(town: Town, series: Series) -> Series:
    return town.desk.add_series(series=series, actor=OPERATOR)


def run(town: Town) -> tuple[list[date], list[tuple[date, str]]]:
    """The dates booked by one run, and those refused with their codes."""
    made = town.desk.book_series(service_id=SERVICE, actor=OPERATOR)
    return [one.date for one in made.booked], [(one.date, one.code) for one in made.refused]


def test_dates_are_booked_when_the_horizon_reaches_them(town: Town) -> None:
    """On Monday evening the seven days ahead hold a Tuesday and a Thursday; a second run does nothing; on Tuesday the
    next Tuesday has come within reach.
    """
    series = added(town, template())
    assert run(town) == ([TUESDAY, THURSDAY], [])
    assert run(town) == ([], [])
    town.clock.set(to_moment(TUESDAY, 0))
    assert run(town) == ([NEXT_TUESDAY], [])
    for day in (TUESDAY, THURSDAY, NEXT_TUESDAY):
        (trip,) = town.store.reservations(SERVICE, day)
        assert (trip.series_id, trip.rider_id, trip.purpose) == (series.id, "R1", "medical")
        assert trip.promise.pickup_earliest_s == parse_clock("9:00")
        assert town.desk.check(service_id=SERVICE, day=day) == ()
        assert town.desk.verify_journal(service_id=SERVICE, day=day).flaws == ()


def test_a_date_asked_for_too_early_is_booked_in_its_time(town: Town) -> None:
    """On Monday, next Tuesday lies eight days ahead: refused, and forgotten. On Tuesday it is booked like any other."""
    series = added(town, template(weekdays=(1,)))
    early = town.desk.book_date(series_id=series.id, day=NEXT_TUESDAY, actor=OPERATOR)
    assert (early.outcome, early.code, dict(early.values)) == (SeriesOutcome.REFUSED, "beyond_horizon", {"days": "7"})
    assert town.store.series_dates(SERVICE, NEXT_TUESDAY) == town.store.requests(SERVICE, NEXT_TUESDAY) == ()
    town.clock.set(to_moment(TUESDAY, 0))
    assert run(town) == ([TUESDAY, NEXT_TUESDAY], [])


def test_both_ways_every_week(town: Town) -> None:
    """Each date is a linked pair of the series; run twice, still one pair."""
    series = added(town, template(weekdays=(1,), both=True))
    assert run(town) == ([TUESDAY], [])
    assert run(town) == ([], [])
    outbound, back = town.store.reservations(SERVICE, TUESDAY)
    assert (back.linked_to, back.series_id, outbound.series_id) == (outbound.id, series.id, series.id)


def test_exceptions(town: Town) -> None:
    """This Tuesday not at all, Thursday at 14:00."""
    series = replace(template(), skipped=(TUESDAY,), retimed=(Retimed(date=THURSDAY, time_s=parse_clock("14:00")),))
    added(town, series)
    assert run(town) == ([THURSDAY], [])
    (trip,) = town.store.reservations(SERVICE, THURSDAY)
    assert trip.promise.pickup_earliest_s == parse_clock("14:00")


def test_what_cannot_be_had_is_said_and_kept(town: Town) -> None:
    """At 20:00 nothing runs: refused with its reason, one request, not asked for again by itself."""
    added(town, template(weekdays=(1,), time="20:00"))
    assert run(town) == ([], [(TUESDAY, "outside_hours")])
    assert run(town) == ([], [])
    (said,) = town.store.series_dates(SERVICE, TUESDAY)
    assert (said.outcome, said.code) == (SeriesOutcome.REFUSED, "outside_hours")
    (request,) = town.store.requests(SERVICE, TUESDAY)
    assert (request.id, request.outcome) == (said.request_id, Outcome.REFUSED)


def test_what_cannot_even_be_asked_is_not_lost(town: Town) -> None:
    """The home is gone from the catalogue: no request can be made, the date is refused with that reason; once it is
    back, the desk tries again and books.
    """
    series = added(town, template(weekdays=(1,)))
    home = town.store.rider_place(SERVICE, "R1-home")
    with town.store.writing() as work:
        work.remove(home)
    assert run(town) == ([], [(TUESDAY, "unknown_rider_place")])
    with town.store.writing() as work:
        work.save(home)
    made = town.desk.book_date(series_id=series.id, day=TUESDAY, actor=OPERATOR)
    assert made.outcome is SeriesOutcome.BOOKED
    assert town.desk.book_date(series_id=series.id, day=TUESDAY, actor=OPERATOR) == made
    assert len(town.store.reservations(SERVICE, TUESDAY)) == 1


def test_a_trip_the_rider_has_already_is_not_doubled(town: Town) -> None:
    """The rider has booked that hour by telephone: the date is refused with the question for the desk to ask."""
    town.book(town.wish("R1", origin="home", destination="market", after="9:00"))
    added(town, template(weekdays=(1,)))
    assert run(town) == ([], [(TUESDAY, "overlapping_reservation")])
    assert len(town.store.reservations(SERVICE, TUESDAY)) == 1


def test_a_run_that_ended_before_it_could_say_so_books_nothing_twice(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The date is booked, then the process dies before it says so: the next run finds the reservation, and says so."""
    added(town, template(weekdays=(1,)))
    with monkeypatch.context() as dying:
        dying.setattr(MemoryUnitOfWork, "save_series_date", _die)
        with pytest.raises(KeyboardInterrupt):
            run(town)
    assert town.store.series_dates(SERVICE, TUESDAY) == ()
    assert run(town) == ([TUESDAY], [])
    assert len(town.store.reservations(SERVICE, TUESDAY)) == 1


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_date_called_off_is_not_booked_again(town: Town) -> None:
    """The rider cancels this Tuesday: it stays cancelled, the series goes on."""
    added(town, template())
    run(town)
    (trip,) = town.store.reservations(SERVICE, TUESDAY)
    town.desk.cancel(reservation_id=trip.id, actor=OPERATOR, reason="")
    assert run(town) == ([], [])
    assert [one.state for one in town.store.reservations(SERVICE, TUESDAY)] == [ReservationState.CANCELLED]


def test_one_date_at_another_time_and_back(town: Town) -> None:
    """The usual time is no exception; a date booked at its own time cannot be given yet another one."""
    series = added(town, template())
    moved = series.retimed_on(TUESDAY, parse_clock("10:30")).retimed_on(THURSDAY, parse_clock("11:00"))
    assert [one.date for one in moved.retimed] == [TUESDAY, THURSDAY]
    assert moved.retimed_on(THURSDAY).retimed_on(TUESDAY, series.time_s) == series
    town.desk.change_series(series=moved, actor=OPERATOR)
    run(town)
    (trip,) = town.store.reservations(SERVICE, TUESDAY)
    assert trip.promise.pickup_earliest_s == parse_clock("10:30")
    with pytest.raises(Conflict, match="series_day_booked"):
        town.desk.change_series(series=moved.retimed_on(TUESDAY, parse_clock("9:30")), actor=OPERATOR)
    town.desk.change_series(series=moved.retimed_on(NEXT_TUESDAY, parse_clock("9:30")), actor=OPERATOR)


def test_another_time_on_a_date_it_does_not_fall_on_is_refused(town: Town) -> None:
    """Tuesdays and Thursdays: a Wednesday at ten would never be booked, nor a Tuesday after the end. What is over may
    stay, whatever the weekdays have become; so may the other time of a date that is skipped for now."""
    ten = parse_clock("10:00")
    for unwanted in (WEDNESDAY, template().last + timedelta(days=7)):
        with pytest.raises(InvalidInput, match="series_retimed_unwanted") as caught:
            added(town, replace(template(), retimed=(Retimed(date=unwanted, time_s=ten),)))
        assert caught.value.values == {"date": unwanted.isoformat()}
    assert town.store.all_series(SERVICE) == ()
    series = added(town, replace(template().retimed_on(TUESDAY, ten), skipped=(TUESDAY,)))
    thursdays = replace(series, weekdays=(3,))
    with pytest.raises(InvalidInput, match="series_retimed_unwanted"):
        town.desk.change_series(series=thursdays, actor=OPERATOR)
    town.clock.set(to_moment(WEDNESDAY, ten))
    town.desk.change_series(series=thursdays, actor=OPERATOR)


def test_a_template_is_changed_for_what_is_not_booked_yet(town: Town) -> None:
    """It ends this week; skipping a date that is booked is a conflict that says what to do instead."""
    series = added(town, template())
    run(town)
    with pytest.raises(Conflict, match="series_day_booked"):
        town.desk.change_series(series=replace(series, skipped=(THURSDAY,)), actor=OPERATOR)
    town.desk.change_series(series=replace(series, last=THURSDAY), actor=OPERATOR)
    town.clock.set(to_moment(THURSDAY, parse_clock("6:00")))
    assert run(town) == ([], [])
    assert town.store.reservations(SERVICE, NEXT_TUESDAY) == ()
    assert town.desk.verify_journal(service_id=SERVICE, day=MONDAY).flaws == ()


def test_nonsense_is_not_kept(town: Town) -> None:
    """No weekday, the end before the start, a bare point, another rider's home."""
    good = template()
    for field, wrong in (
        ("weekdays", replace(good, weekdays=())),
        ("last", replace(good, last=MONDAY - timedelta(days=1))),
        ("place", replace(good, origin=SpotRef(kind=SpotKind.POINT))),
        ("retimed", replace(good, retimed=tuple(Retimed(date=TUESDAY, time_s=h * 3600) for h in (10, 11)))),
    ):
        with pytest.raises(InvalidInput, match="series_invalid") as caught:
            added(town, wrong)
        assert caught.value.values["field"] == field
    with pytest.raises(NotFound, match="unknown_rider_place"):
        added(town, replace(good, origin=SpotRef(kind=SpotKind.RIDER_PLACE, id="R2-home")))
    assert town.store.all_series(SERVICE) == ()


def test_it_is_erased_with_its_rider(town: Town) -> None:
    """The rider leaves; when the retention is over, nothing of the template is left, and the journals verify."""
    added(town, template(weekdays=(1,)))
    run(town)
    leaving = RiderCreate(**town.store.rider(SERVICE, "R1").model_dump(exclude={"service_id", "active"}), active=False)
    town.desk.save_rider(service_id=SERVICE, rider=leaving, actor=OPERATOR)
    town.clock.set(to_moment(TUESDAY + timedelta(days=402), 0))
    town.desk.erase_expired(service_id=SERVICE, actor=OPERATOR)
    assert town.store.all_series(SERVICE) == ()
    for day in (MONDAY, TUESDAY):
        assert town.desk.verify_journal(service_id=SERVICE, day=day).flaws == ()
