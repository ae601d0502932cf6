"""Templates of recurring trips and what became of their dates: kept, replaced and erased alike by every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dispatch.model.errors import NotFound
from dispatch.model.party import Party, Passenger
from dispatch.model.series import Retimed, Series, SeriesDate, SeriesOutcome
from dispatch.model.spot import SpotKind, SpotRef
from dispatch.model.wish import NO_ID, BackForm, TimeKind
from dispatch.store.protocol import Store

DAY = date(2026, 12, 1)
TEMPLATE = Series(
    id=NO_ID,
    service_id="here",
    rider_id="R1",
    weekdays=(1, 3),
    first=DAY,
    last=date(2027, 3, 31),
    origin=SpotRef(kind=SpotKind.RIDER_PLACE, id="H1"),
    destination=SpotRef(kind=SpotKind.PLACE, id="P1"),
    time_kind=TimeKind.ARRIVE_BY,
    time_s=36_000,
    party=Party(passengers=(Passenger(),)),
    back=(
        BackForm(
            origin=SpotRef(kind=SpotKind.PLACE, id="P1"),
            destination=SpotRef(kind=SpotKind.RIDER_PLACE, id="H1"),
            stay_s=3600,
        ),
    ),
    skipped=(date(2026, 12, 31),),
    retimed=(Retimed(date=date(2026, 12, 3), time_s=37_000),),
)


def test_a_template_is_read_as_it_was_written(store: Store) -> None:
    """Two of one service and one of another, each under a number of its own; one is replaced."""
    with store.writing() as work:
        first, second = work.add_series(TEMPLATE), work.add_series(replace(TEMPLATE, rider_id="R2"))
        work.add_series(replace(TEMPLATE, service_id="elsewhere"))
    assert store.series(first.id) == replace(TEMPLATE, id=first.id)
    assert store.all_series("here") == (first, second)
    changed = replace(first, last=DAY)
    with store.writing() as work:
        work.replace_series(changed)
    assert store.all_series("here") == (changed, second)


def test_what_became_of_a_date_is_said_once_and_may_be_said_anew(store: Store) -> None:
    """Refused at first, booked later: the last word stands, listed with its day."""
    with store.writing() as work:
        kept = work.add_series(TEMPLATE)
    refused = SeriesDate(
        series_id=kept.id,
        service_id="here",
        date=DAY,
        outcome=SeriesOutcome.REFUSED,
        request_id=7,
        code="after_cutoff",
        values=(("cutoff_min", "30"),),
    )
    for made in (refused, replace(refused, outcome=SeriesOutcome.BOOKED, code="", values=())):
        with store.writing() as work:
            work.save_series_date(made)
        assert store.series_dates("here", DAY) == (made,)
    assert store.series_dates("elsewhere", DAY) == ()


def test_erasing_leaves_nothing(store: Store) -> None:
    """The template and its dates are gone; erasing again is no error, replacing what is gone is."""
    with store.writing() as work:
        kept = work.add_series(TEMPLATE)
        work.save_series_date(SeriesDate(series_id=kept.id, service_id="here", date=DAY, outcome=SeriesOutcome.BOOKED))
    for _ in range(2):
        with store.writing() as work:
            work.erase_series(kept.id)
    assert (store.all_series("here"), store.series_dates("here", DAY)) == ((), ())
    with pytest.raises(NotFound, match="unknown_series"):
        store.series(kept.id)
    with pytest.raises(NotFound, match="unknown_series"), store.writing() as work:
        work.replace_series(kept)
